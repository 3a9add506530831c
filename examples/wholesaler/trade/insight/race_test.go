//go:build race

package insight

// raced: the race detector makes everything slow.
const raced = true
