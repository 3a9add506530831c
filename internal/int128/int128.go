package int128

import "math/bits"

// Int is a signed 128-bit integer in two's complement. It is comparable; the
// zero Int is 0.
type Int struct {
	hi, lo uint64
}

// Max gives the greatest Int, 2¹²⁷−1.
func Max() Int { return Int{1<<63 - 1, 1<<64 - 1} }

// Min gives the least Int, −2¹²⁷. It has no mirror image.
func Min() Int { return Int{1 << 63, 0} }

// FromInt64 widens.
func FromInt64(a int64) Int { return Int{uint64(a >> 63), uint64(a)} }

// FromUint64 widens.
func FromUint64(a uint64) Int { return Int{0, a} }

// Mul64 gives a × b, exactly.
func Mul64(a, b int64) Int {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// The unsigned product counts a negative factor 2^64 too high.
	hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
	return Int{hi, lo}
}

// Int64 narrows; ok is false if n does not fit, and v is then meaningless.
func (n Int) Int64() (v int64, ok bool) { return int64(n.lo), n.hi == uint64(int64(n.lo)>>63) }

// IsZero reports whether n is 0.
func (n Int) IsZero() bool { return n.hi|n.lo == 0 }

// Sign gives -1, 0 or +1.
func (n Int) Sign() int {
	if n.hi|n.lo == 0 {
		return 0
	}
	return int(int64(n.hi)>>63) | 1
}

// Cmp gives -1, 0 or +1.
func (n Int) Cmp(o Int) int {
	if n == o {
		return 0
	}
	if n.Less(o) {
		return -1
	}
	return 1
}

// Less reports whether n < o.
func (n Int) Less(o Int) bool {
	return int64(n.hi) < int64(o.hi) || n.hi == o.hi && n.lo < o.lo
}

// Neg gives −n. [Min] has no mirror image and stays itself: the caller who can
// meet it asks for 0 − n by [Int.Sub], which reports the overflow.
func (n Int) Neg() Int {
	lo, borrow := bits.Sub64(0, n.lo, 0)
	return Int{-n.hi - borrow, lo}
}

// Add gives n + o; ok is false on overflow.
func (n Int) Add(o Int) (sum Int, ok bool) {
	lo, carry := bits.Add64(n.lo, o.lo, 0)
	hi := n.hi + o.hi + carry
	if (n.hi^hi)&(o.hi^hi)>>63 != 0 {
		return Int{}, false
	}
	return Int{hi, lo}, true
}

// Sub gives n − o; ok is false on overflow.
func (n Int) Sub(o Int) (diff Int, ok bool) {
	lo, borrow := bits.Sub64(n.lo, o.lo, 0)
	hi := n.hi - o.hi - borrow
	if (n.hi^o.hi)&(n.hi^hi)>>63 != 0 {
		return Int{}, false
	}
	return Int{hi, lo}, true
}

// MulInt64 gives n × f; ok is false on overflow.
func MulInt64(n Int, f int64) (product Int, ok bool) {
	if a, fits := n.Int64(); fits {
		return Mul64(a, f), true
	}
	hi, lo, negative := n.abs()
	u := uint64(f)
	if f < 0 {
		u, negative = -u, !negative
	}
	over, top := bits.Mul64(hi, u)
	middle, low := bits.Mul64(lo, u)
	top, carry := bits.Add64(top, middle, 0)
	if over|carry != 0 {
		return Int{}, false
	}
	return fromAbs(top, low, negative)
}

// abs gives |n| as an unsigned number: right for [Min], too.
func (n Int) abs() (hi, lo uint64, negative bool) {
	mask := uint64(int64(n.hi) >> 63)
	lo, carry := bits.Add64(n.lo^mask, mask&1, 0)
	return (n.hi ^ mask) + carry, lo, mask != 0
}

// fromAbs puts the sign back; ok is false if the number does not fit.
func fromAbs(hi, lo uint64, negative bool) (n Int, ok bool) {
	n = Int{hi, lo}
	if negative {
		n = n.Neg()
	}
	// A sign that came out wrong is an overflow, unless the number is 0.
	if n.hi>>63 == 1 != negative && n.hi|n.lo != 0 {
		return Int{}, false
	}
	return n, true
}
