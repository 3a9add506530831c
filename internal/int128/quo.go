package int128

import (
	"math"
	"math/bits"
)

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
// the parity of the truncated quotient, and negative the sign of the exact one.
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

// QuoRem64 gives n ÷ d truncated towards zero, and the remainder, which has the
// sign of n. ok is false if d is 0, and for [Min] ÷ −1.
func QuoRem64(n Int, d int64) (quo Int, rem int64, ok bool) {
	if d == 0 {
		return Int{}, 0, false
	}
	hi, lo, negative := n.abs()
	u, opposite := abs64(d)
	qhi, qlo, r := div128by64(hi, lo, u)
	if quo, ok = fromAbs(qhi, qlo, negative != opposite); !ok {
		return Int{}, 0, false
	}
	if negative {
		r = -r
	}
	return quo, int64(r), true // |rem| < |d|, so it fits
}

// QuoRem gives n ÷ d truncated towards zero, and the remainder, which has the
// sign of n. ok is false if d is 0, and for [Min] ÷ −1.
func QuoRem(n, d Int) (quo, rem Int, ok bool) {
	if d.IsZero() {
		return Int{}, Int{}, false
	}
	hi, lo, negative := n.abs()
	dhi, dlo, opposite := d.abs()
	qhi, qlo, rhi, rlo := div128(hi, lo, dhi, dlo)
	if quo, ok = fromAbs(qhi, qlo, negative != opposite); !ok {
		return Int{}, Int{}, false
	}
	rem = Int{rhi, rlo}
	if negative {
		rem = rem.Neg()
	}
	return quo, rem, true
}

// QuoRound64 gives n ÷ d rounded, as int64. ok is false if the result does not
// fit, if d is 0, and for an unknown mode.
func QuoRound64(n Int, d int64, mode Mode) (quotient int64, ok bool) {
	u, opposite := abs64(d)
	hi, lo, negative := n.abs()
	if hi >= u || mode > Floor { // hi >= u: the quotient has 65 bits or more, or d is 0
		return 0, false
	}
	negative = negative != opposite
	var q, rem uint64
	if hi == 0 {
		q, rem = lo/u, lo%u
	} else {
		q, rem = bits.Div64(hi, lo, u)
	}
	if rem != 0 && RoundsAway(mode, negative, compareHalf(rem, u), q&1 == 1) {
		if q++; q == 0 {
			return 0, false
		}
	}
	if negative {
		return -int64(q), q <= math.MaxInt64+1
	}
	return int64(q), q <= math.MaxInt64
}

// QuoRound gives n ÷ d rounded. ok is false if d is 0, for [Min] ÷ −1, and for
// an unknown mode.
func QuoRound(n Int, d int64, mode Mode) (quotient Int, ok bool) {
	if d == 0 || mode > Floor {
		return Int{}, false
	}
	hi, lo, negative := n.abs()
	u, opposite := abs64(d)
	negative = negative != opposite
	qhi, qlo, rem := div128by64(hi, lo, u)
	if rem != 0 && RoundsAway(mode, negative, compareHalf(rem, u), qlo&1 == 1) {
		qhi, qlo = increment(qhi, qlo)
	}
	return fromAbs(qhi, qlo, negative)
}

// QuoRoundInt is [QuoRound] with a divisor of 128 bits.
func QuoRoundInt(n, d Int, mode Mode) (quotient Int, ok bool) {
	if d.IsZero() || mode > Floor {
		return Int{}, false
	}
	hi, lo, negative := n.abs()
	dhi, dlo, opposite := d.abs()
	negative = negative != opposite
	qhi, qlo, rhi, rlo := div128(hi, lo, dhi, dlo)
	if rhi|rlo != 0 {
		restLo, borrow := bits.Sub64(dlo, rlo, 0)
		half := compareUnsigned(rhi, rlo, dhi-rhi-borrow, restLo)
		if RoundsAway(mode, negative, half, qlo&1 == 1) {
			qhi, qlo = increment(qhi, qlo)
		}
	}
	return fromAbs(qhi, qlo, negative)
}

// MulDivMod gives a × b ÷ d and its remainder, for b <= d and d > 0: the
// quotient is at most a, so it fits. The caller must have made sure of both.
func MulDivMod(a, b, d uint64) (quotient, remainder uint64) {
	hi, lo := bits.Mul64(a, b)
	if hi == 0 {
		return lo / d, lo % d
	}
	return bits.Div64(hi, lo, d) // hi < d, since a × b < 2^64 × d
}

func abs64(d int64) (u uint64, negative bool) {
	mask := uint64(d >> 63)
	return uint64(d)&^mask | -uint64(d)&mask, mask != 0
}

// increment cannot overflow: a quotient that is inexact was divided by 2 or more.
func increment(hi, lo uint64) (uint64, uint64) {
	lo, carry := bits.Add64(lo, 1, 0)
	return hi + carry, lo
}

// compareHalf compares twice rem with d, without the doubling, which may overflow.
func compareHalf(rem, d uint64) int { return compareUnsigned(0, rem, 0, d-rem) }

func compareUnsigned(ahi, alo, bhi, blo uint64) int {
	switch {
	case ahi != bhi && ahi < bhi, ahi == bhi && alo < blo:
		return -1
	case ahi == bhi && alo == blo:
		return 0
	}
	return 1
}

// div128by64 divides magnitudes; d > 0.
func div128by64(hi, lo, d uint64) (qhi, qlo, rem uint64) {
	if hi == 0 {
		return 0, lo / d, lo % d
	}
	if hi >= d {
		qhi, hi = hi/d, hi%d
	}
	qlo, rem = bits.Div64(hi, lo, d)
	return qhi, qlo, rem
}

// div128 divides magnitudes; d > 0. With two words in d the quotient has one: it
// is estimated from the top word of the normalised divisor, which is at most one
// too high after the correction by one, and repaired (Hacker's Delight, 2nd ed.,
// section 9-5, "Unsigned Doubleword Division from Long Division").
func div128(hi, lo, dhi, dlo uint64) (qhi, qlo, rhi, rlo uint64) {
	if dhi == 0 {
		qhi, qlo, rlo = div128by64(hi, lo, dlo)
		return qhi, qlo, 0, rlo
	}
	shift := uint(bits.LeadingZeros64(dhi))
	top := dhi<<shift | dlo>>(64-shift)
	q, _ := bits.Div64(hi>>1, hi<<63|lo>>1, top)
	if q >>= 63 - shift; q != 0 {
		q--
	}
	phi, plo := bits.Mul64(q, dlo)
	phi += q * dhi
	rlo, borrow := bits.Sub64(lo, plo, 0)
	rhi = hi - phi - borrow
	if compareUnsigned(rhi, rlo, dhi, dlo) >= 0 {
		q++
		rlo, borrow = bits.Sub64(rlo, dlo, 0)
		rhi = rhi - dhi - borrow
	}
	return 0, q, rhi, rlo
}
