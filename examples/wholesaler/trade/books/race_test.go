//go:build race

package books_test

// raced: the race detector makes everything slow.
const raced = true
