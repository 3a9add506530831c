package tandem

import (
	"math"
	"math/bits"
	"slices"

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
	dst = slices.Grow(dst, len(weights))
	parts := dst[len(dst) : len(dst)+len(weights)]
	plan.split(weights,
		func(i int) int64 { return parts[i].minor },
		func(i int, part int64) { parts[i] = Money{part, whole.currency} })
	return dst[:len(dst)+len(weights)], nil
}

// Part gives what falls to part when whole is split between part and rest by
// [Allocate]. Whoever takes an amount piece by piece takes each piece as its part
// of what is left: then the pieces sum to the amount, whatever their number and
// order, and the last one (rest nought) is all that is left. It allocates nothing.
func Part(whole Money, part, rest int64) (Money, error) {
	if rest == 0 && part > 0 && whole.currency != 0 {
		return whole, nil
	}
	weights := [2]int64{part, rest}
	var parts [2]Money
	out, err := Allocate(parts[:0], whole, weights[:])
	if err != nil {
		return Money{}, err
	}
	return out[0], nil
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
	dst = slices.Grow(dst, len(weights))
	parts := dst[len(dst) : len(dst)+len(weights)]
	plan.split(weights,
		func(i int) int64 { return parts[i].micro },
		func(i int, part int64) { parts[i] = Quantity{part, whole.unit} })
	for i := range parts {
		parts[i].micro *= size
	}
	return dst[:len(dst)+len(weights)], nil
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

// How many parts are worked on in arrays on the stack: a document's lines, mostly.
const (
	fewParts  = 16
	moreParts = 128
)

// split gives every part by set, and reads by get what it has set.
func (a allocation) split(weights []int64, get func(i int) int64, set func(i int, part int64)) {
	switch n := len(weights); {
	case n <= fewParts:
		var q, rem [fewParts]uint64
		a.splitIn(weights, q[:n], rem[:n], set)
	case n <= moreParts:
		var q, rem [moreParts]uint64
		a.splitIn(weights, q[:n], rem[:n], set)
	default:
		a.splitMany(weights, get, set)
	}
}

// splitIn works on quotients and remainders in memory.
func (a allocation) splitIn(weights []int64, q, rem []uint64, set func(i int, part int64)) {
	left, low, high := a.whole, uint64(math.MaxUint64), uint64(0)
	for i, w := range weights {
		q[i], rem[i] = a.share(w)
		left -= q[i]
		low, high = min(low, rem[i]), max(high, rem[i])
	}
	largest := remaindersLeft(left)
	if left > 0 {
		largest.find(remainders{known: rem}, len(weights), low, high)
	}
	for i := range q {
		set(i, a.signed(q[i]+largest.take(rem[i])))
	}
}

// splitMany needs no memory beside the result: it first sets every part to its
// quotient, from which the remainder is had again without a division.
func (a allocation) splitMany(weights []int64, get func(i int) int64, set func(i int, part int64)) {
	left, low, high := a.whole, uint64(math.MaxUint64), uint64(0)
	for i, w := range weights {
		q, rem := a.share(w)
		set(i, int64(q))
		left -= q
		low, high = min(low, rem), max(high, rem)
	}
	source := remainders{plan: a, weights: weights, quotient: get}
	largest := remaindersLeft(left)
	if left > 0 {
		largest.find(source, len(weights), low, high)
	}
	for i := range weights {
		rem := source.at(i)
		set(i, a.signed(uint64(get(i))+largest.take(rem)))
	}
}

func (a allocation) signed(part uint64) int64 {
	if a.negative {
		return -int64(part)
	}
	return int64(part)
}

// remainders are known, or had from the quotients: whole·weight − quotient·sum,
// where the products may overflow and their difference, less than the sum of the
// weights, does not.
type remainders struct {
	known    []uint64
	plan     allocation
	weights  []int64
	quotient func(i int) int64
}

func (r *remainders) at(i int) uint64 {
	if r.known != nil {
		return r.known[i]
	}
	w := r.weights[i]
	if r.plan.even {
		w = 1
	}
	return r.plan.whole*uint64(w) - uint64(r.quotient(i))*r.plan.sum
}

// largestRemainders gives one unit each to the largest remainders: to all above
// the threshold, and to the first `ties` of those equal to it.
type largestRemainders struct{ threshold, ties uint64 }

func remaindersLeft(units uint64) largestRemainders {
	return largestRemainders{threshold: math.MaxUint64, ties: units}
}

// take gives 1 if this remainder gets a unit. Call it in the order of the parts.
func (l *largestRemainders) take(rem uint64) uint64 {
	switch {
	case rem > l.threshold:
		return 1
	case rem == l.threshold && l.ties > 0:
		l.ties--
		return 1
	}
	return 0
}

// find sets the threshold for l.ties units among n remainders between low and high.
func (l *largestRemainders) find(r remainders, n int, low, high uint64) {
	if n <= fewParts {
		l.findByTurns(r.known, low, high)
	} else {
		l.findByCounting(&r, n, low, high)
	}
}

// findByTurns takes the largest value with all its ties, then the next.
func (l *largestRemainders) findByTurns(values []uint64, low, high uint64) {
	for l.threshold = high; l.threshold > low; {
		next, n := low, uint64(0)
		for _, v := range values {
			if v == l.threshold {
				n++
			} else if v < l.threshold && v > next {
				next = v
			}
		}
		if n >= l.ties {
			return
		}
		l.ties -= n
		l.threshold = next
	}
}

// findByCounting counts the values in 256 ranges and goes on in the one that
// holds the threshold, by turns once it has few: at most eight passes.
func (l *largestRemainders) findByCounting(r *remainders, n int, low, high uint64) {
	for low < high {
		shift := max(bits.Len64(high-low), 8) - 8
		var count [256]uint32
		for i := range n {
			if v := r.at(i); v >= low && v <= high {
				count[(v-low)>>shift&255]++
			}
		}
		top := uint64(255)
		for ; uint64(count[top]) < l.ties; top-- {
			l.ties -= uint64(count[top])
		}
		low += top << shift
		high = min(high, low+1<<shift-1)
		if count[top] <= fewParts {
			break
		}
	}
	var few [fewParts]uint64
	found := few[:0]
	for i := 0; i < n && low < high && len(found) < fewParts; i++ {
		if v := r.at(i); v >= low && v <= high {
			found = append(found, v)
		}
	}
	l.findByTurns(found, low, high)
}
