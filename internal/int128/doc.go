// Package int128 is exact signed 128-bit arithmetic: the intermediate results of
// products of two int64, their sums, and their division with a named rounding.
//
// An [Int] is a comparable value of two words. Nothing allocates, except
// [Int.String], nothing saturates and nothing wraps: an operation whose result
// may not fit says so by a second result ok, which is false on overflow, on
// division by zero and for a rounding [Mode] that does not exist; the first
// result is then zero.
//
//	product := int128.Mul64(priceMicro, quantityMicro)          // always exact
//	minor, ok := int128.QuoRound64(product, 1e10, int128.HalfAway)
//
// Quotients are found on magnitudes, with the sign put back at the end, because
// the processor's 128÷64-bit division ([math/bits.Div64]) is unsigned.
package int128
