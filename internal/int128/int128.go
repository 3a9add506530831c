// Package int128 has the 128-bit intermediates of exact arithmetic: products of
// two int64, their sums, and their division with a named rounding.
package int128

import (
	"math"
	"math/bits"
)

// Int is a signed 128-bit integer in two's complement. It is comparable.
type Int struct {
	hi, lo uint64
}

// FromInt64 widens.
func FromInt64(a int64) Int { return Int{uint64(a >> 63), uint64(a)} }

// Mul64 gives a × b exactly.
func Mul64(a, b int64) Int {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
	return Int{hi, lo}
}

// Int64 narrows; ok is false if n does not fit.
func (n Int) Int64() (v int64, ok bool) { return int64(n.lo), n.hi == uint64(int64(n.lo)>>63) }

// Sign gives -1, 0 or +1.
func (n Int) Sign() int {
	switch {
	case n.hi>>63 == 1:
		return -1
	case n.hi|n.lo == 0:
		return 0
	}
	return 1
}

// Neg gives −n. The smallest Int has no mirror image and stays itself.
func (n Int) Neg() Int {
	lo, borrow := bits.Sub64(0, n.lo, 0)
	hi, _ := bits.Sub64(0, n.hi, borrow)
	return Int{hi, lo}
}

// Add gives n + o; ok is false on overflow.
func (n Int) Add(o Int) (sum Int, ok bool) {
	lo, carry := bits.Add64(n.lo, o.lo, 0)
	hi, _ := bits.Add64(n.hi, o.hi, carry)
	overflow := (n.hi ^ hi) & (o.hi ^ hi) >> 63
	return Int{hi, lo}, overflow == 0
}

// Sub gives n − o; ok is false on overflow.
func (n Int) Sub(o Int) (diff Int, ok bool) {
	lo, borrow := bits.Sub64(n.lo, o.lo, 0)
	hi, _ := bits.Sub64(n.hi, o.hi, borrow)
	overflow := (n.hi ^ o.hi) & (n.hi ^ hi) >> 63
	return Int{hi, lo}, overflow == 0
}

// Cmp gives -1, 0 or +1.
func (n Int) Cmp(o Int) int {
	if n.hi != o.hi {
		if int64(n.hi) < int64(o.hi) {
			return -1
		}
		return 1
	}
	switch {
	case n.lo < o.lo:
		return -1
	case n.lo > o.lo:
		return 1
	}
	return 0
}

// abs gives |n| as an unsigned number: right for the smallest Int, too.
func (n Int) abs() (hi, lo uint64, negative bool) {
	if n.hi>>63 == 1 {
		n = n.Neg()
		return n.hi, n.lo, true
	}
	return n.hi, n.lo, false
}

// MulInt64 gives n × f; ok is false on overflow.
func MulInt64(n Int, f int64) (product Int, ok bool) {
	hi, lo, negative := n.abs()
	u := uint64(f)
	if f < 0 {
		u, negative = -u, !negative
	}
	over, top := bits.Mul64(hi, u)
	carry, low := bits.Mul64(lo, u)
	top, c := bits.Add64(top, carry, 0)
	if over != 0 || c != 0 || top>>63 == 1 {
		return Int{}, false
	}
	product = Int{top, low}
	if negative {
		product = product.Neg()
	}
	return product, true
}

// Mode names a rounding.
type Mode uint8

// The rounding modes.
const (
	HalfAway Mode = iota // half away from zero
	HalfEven             // half to the even neighbour
	Up                   // away from zero
	Down                 // towards zero
	Ceiling              // towards +∞
	Floor                // towards −∞
)

// RoundsAway reports whether an inexact quotient, truncated towards zero, moves
// one away from zero. half compares twice the remainder with the divisor, odd is
// the parity of the truncated quotient.
func RoundsAway(mode Mode, negative bool, half int, odd bool) bool {
	switch mode {
	case HalfAway:
		return half >= 0
	case HalfEven:
		return half > 0 || half == 0 && odd
	case Up:
		return true
	case Ceiling:
		return !negative
	case Floor:
		return negative
	}
	return false
}

// compareHalf compares twice rem with d; rem < d.
func compareHalf(rem, d uint64) int {
	switch rest := d - rem; {
	case rem > rest:
		return 1
	case rem == rest:
		return 0
	}
	return -1
}

// QuoRound64 gives n ÷ d rounded, as int64; ok is false if it does not fit or d
// is not positive.
func QuoRound64(n Int, d int64, mode Mode) (quotient int64, ok bool) {
	if d <= 0 {
		return 0, false
	}
	hi, lo, negative := n.abs()
	if hi >= uint64(d) {
		return 0, false
	}
	var q, rem uint64
	if hi == 0 {
		q, rem = lo/uint64(d), lo%uint64(d)
	} else {
		q, rem = bits.Div64(hi, lo, uint64(d))
	}
	if rem != 0 && RoundsAway(mode, negative, compareHalf(rem, uint64(d)), q&1 == 1) {
		q++
	}
	switch {
	case q > math.MaxInt64+1 || q == math.MaxInt64+1 && !negative:
		return 0, false
	case negative:
		return -int64(q), true
	}
	return int64(q), true
}

// QuoRound gives n ÷ d rounded. d must be positive; the result always fits.
func QuoRound(n Int, d int64, mode Mode) Int {
	hi, lo, negative := n.abs()
	qhi := hi / uint64(d)
	qlo, rem := bits.Div64(hi%uint64(d), lo, uint64(d))
	if rem != 0 && RoundsAway(mode, negative, compareHalf(rem, uint64(d)), qlo&1 == 1) {
		var carry uint64
		qlo, carry = bits.Add64(qlo, 1, 0)
		qhi += carry
	}
	q := Int{qhi, qlo}
	if negative {
		return q.Neg()
	}
	return q
}

// MulDivMod gives a × b ÷ d and its remainder, for b <= d and d > 0: the
// quotient is at most a, so it fits.
func MulDivMod(a, b, d uint64) (quotient, remainder uint64) {
	hi, lo := bits.Mul64(a, b)
	if hi == 0 {
		return lo / d, lo % d
	}
	return bits.Div64(hi, lo, d) // hi < d, since a × b < 2^64 × d
}
