// Package bitset has sets of small numbers in rows of words, as the engine of
// promotions needs them: sets of scopes, of promotions and of lines. A row is made
// large enough by who owns it, and rows of one kind have one length.
package bitset

import (
	"math/bits"
	"slices"
)

// Words gives the length of a row for n numbers.
func Words(n int) int { return (n + 63) / 64 }

// Set adds a number to a row.
func Set(row []uint64, i int) { row[i>>6] |= 1 << (i & 63) }

// Clear takes a number out of a row.
func Clear(row []uint64, i int) { row[i>>6] &^= 1 << (i & 63) }

// Has reports whether a row has a number.
func Has(row []uint64, i int) bool { return row[i>>6]>>(i&63)&1 != 0 }

// Any reports whether a row has a number at all.
func Any(row []uint64) bool {
	for _, w := range row {
		if w != 0 {
			return true
		}
	}
	return false
}

// Overlap reports whether two rows have a number in common.
func Overlap(a, b []uint64) bool {
	for i, w := range a {
		if w&b[i] != 0 {
			return true
		}
	}
	return false
}

// Join adds the numbers of another row, which may be nil.
func Join(row, other []uint64) {
	for i, w := range other {
		row[i] |= w
	}
}

// Except takes the numbers of another row, which may be nil, out.
func Except(row, other []uint64) {
	for i, w := range other {
		row[i] &^= w
	}
}

// Meet keeps the numbers that another row has, too.
func Meet(row, other []uint64) {
	for i := range row {
		row[i] &= other[i]
	}
}

// Lowest gives the least bit of a word that is not nought, and the word without it.
func Lowest(word uint64) (i int, rest uint64) { return bits.TrailingZeros64(word), word & (word - 1) }

// Grow gives s with n elements, whatever they hold; it allocates only beyond its room.
func Grow[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// Cleared gives s with n zero elements.
func Cleared[T any](s []T, n int) []T {
	s = Grow(s, n)
	clear(s)
	return s
}

// Truncate takes out the numbers from n on.
func Truncate(row []uint64, n int) {
	for i := range row {
		switch {
		case i<<6 >= n:
			row[i] = 0
		case n-i<<6 < 64:
			row[i] &= 1<<(n-i<<6) - 1
		}
	}
}
