//go:build !race

package insight

const raced = false
