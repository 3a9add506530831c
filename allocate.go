package tandem

import (
	"math"

	"github.com/tandem-go/tandem/internal/int128"
)

// Allocate splits whole into one part for each weight, in proportion, and
// appends the parts to dst. It is the one way to split an amount: largest
// remainder (Hamilton), a tie goes to the lower index, a negative whole is split
// as the mirror image of the positive one, and the parts always sum to the whole.
// A part of weight nought gets nothing, unless all weights are nought: then the
// parts are even. Negative weights and an empty list are errors. A dst with room
// for the parts costs no allocation.
func Allocate(dst []Money, whole Money, weights []int64) ([]Money, error) {
	if whole.currency == 0 {
		return dst, ErrNoCurrency
	}
	plan, err := newAllocation(whole.minor, weights)
	if err != nil {
		return dst, err
	}
	start := len(dst)
	for range weights {
		dst = append(dst, Money{0, whole.currency})
	}
	parts := dst[start:]
	plan.each(weights, func(i int, part int64) { parts[i].minor = part })
	return dst, nil
}

// AllocateQuantity is [Allocate] for quantities: the parts are whole multiples
// of step (a millionth of the unit if step is the zero Quantity), and so must
// the whole be.
func AllocateQuantity(dst []Quantity, whole, step Quantity, weights []int64) ([]Quantity, error) {
	if whole.unit == 0 {
		return dst, ErrNoUnit
	}
	size := int64(1)
	if step.unit != 0 {
		if step.unit != whole.unit {
			return dst, ErrUnit
		}
		if size = step.micro; size <= 0 {
			return dst, ErrOutOfRange
		}
	}
	if whole.micro%size != 0 {
		return dst, ErrInexact
	}
	plan, err := newAllocation(whole.micro/size, weights)
	if err != nil {
		return dst, err
	}
	start := len(dst)
	for range weights {
		dst = append(dst, Quantity{0, whole.unit})
	}
	parts := dst[start:]
	plan.each(weights, func(i int, part int64) { parts[i].micro = part * size })
	return dst, nil
}

type allocation struct {
	whole    uint64 // |whole|
	sum      uint64 // of the weights
	negative bool
	even     bool // all weights are nought
}

func newAllocation(whole int64, weights []int64) (allocation, error) {
	if len(weights) == 0 {
		return allocation{}, ErrNoWeights
	}
	if len(weights) > MaxAllocation {
		return allocation{}, ErrOutOfRange
	}
	a := allocation{whole: uint64(whole), negative: whole < 0}
	if a.negative {
		a.whole = -a.whole
	}
	for _, w := range weights {
		if w < 0 {
			return allocation{}, ErrNegWeight
		}
		if a.sum += uint64(w); a.sum > math.MaxInt64 {
			return allocation{}, ErrOverflow
		}
	}
	if a.sum == 0 {
		a.even, a.sum = true, uint64(len(weights))
	}
	return a, nil
}

func (a allocation) share(w int64) (quotient, remainder uint64) {
	if a.even {
		w = 1
	}
	return int128.MulDivMod(a.whole, uint64(w), a.sum)
}

const allocationBuffer = 128

// each calls set with every part in the order of the weights.
func (a allocation) each(weights []int64, set func(i int, part int64)) {
	var buffer [allocationBuffer]uint64
	left := a.whole
	for i, w := range weights {
		q, rem := a.share(w)
		left -= q
		if i < allocationBuffer {
			buffer[i] = rem
		}
	}
	// The units left go to the largest remainders: all above the threshold, and
	// the first `ties` of those equal to it.
	threshold, ties := uint64(math.MaxUint64), uint64(0)
	if left > 0 {
		threshold, ties = a.threshold(weights, &buffer, left)
	}
	for i, w := range weights {
		q, rem := a.share(w)
		if left > 0 && rem >= threshold {
			switch {
			case rem > threshold:
				q++
			case ties > 0:
				q++
				ties--
			}
		}
		part := int64(q)
		if a.negative {
			part = -part
		}
		set(i, part)
	}
}

// threshold finds the left-th largest remainder, and how many remainders equal
// to it are served. Few parts: by selection in the buffer; many: by bisection
// over the values, which needs no memory.
func (a allocation) threshold(weights []int64, buffer *[allocationBuffer]uint64, left uint64) (threshold, ties uint64) {
	if len(weights) <= allocationBuffer {
		return selectThreshold(buffer[:len(weights)], left)
	}
	low, high := uint64(0), a.sum // count(≥ low) ≥ left > count(≥ high)
	for high-low > 1 {
		mid := low + (high-low)/2
		if atLeast, _ := a.count(weights, mid); atLeast >= left {
			low = mid
		} else {
			high = mid
		}
	}
	_, above := a.count(weights, low)
	return low, left - above
}

func (a allocation) count(weights []int64, t uint64) (atLeast, above uint64) {
	for _, w := range weights {
		_, rem := a.share(w)
		if rem >= t {
			atLeast++
		}
		if rem > t {
			above++
		}
	}
	return atLeast, above
}

// selectThreshold repeatedly takes the largest remaining value with all its ties.
func selectThreshold(remainders []uint64, left uint64) (threshold, ties uint64) {
	bound := uint64(math.MaxUint64)
	for {
		largest, n := uint64(0), uint64(0)
		for _, rem := range remainders {
			switch {
			case rem >= bound:
			case rem > largest || n == 0:
				largest, n = rem, 1
			case rem == largest:
				n++
			}
		}
		if n >= left {
			return largest, left
		}
		left -= n
		bound = largest
	}
}
