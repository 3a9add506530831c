package rows

import (
	"slices"

	"github.com/tandem-go/tandem/internal/int128"
)

// Labels gives the quantities-from of a book numbers in their order, with gaps
// between them, so that a quantity that is new in a later version gets a number
// of its own and the rows that exist keep theirs. The label of nought is 1.
//
// It is immutable; the zero Labels is not ready, see [NewLabels].
type Labels struct {
	micro []int64 // ascending, from nought
	label []uint32
}

// NewLabels spreads labels over the quantities, in millionths. It reports false
// if there are too many.
func NewLabels(micro []int64) (Labels, bool) {
	all := append([]int64{0}, micro...)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > MaxLabel {
		return Labels{}, false
	}
	gap := uint32(MaxLabel / len(all))
	l := Labels{micro: all, label: make([]uint32, len(all))}
	for i := range all {
		l.label[i] = 1 + uint32(i)*gap
	}
	return l, true
}

// With gives the labels with more quantities. It reports false if there is no
// room between two neighbours: all must be spread anew then.
func (l Labels) With(micro []int64) (Labels, bool) {
	more := slices.Clone(micro)
	slices.Sort(more)
	own := false
	for _, m := range slices.Compact(more) {
		at, known := slices.BinarySearch(l.micro, m)
		if known {
			continue
		}
		if at == 0 {
			return Labels{}, false
		}
		low, high := l.label[at-1], uint32(MaxLabel+1)
		if at < len(l.label) {
			high = l.label[at]
		}
		if high-low < 2 {
			return Labels{}, false
		}
		if !own {
			l.micro, l.label, own = slices.Clone(l.micro), slices.Clone(l.label), true
		}
		l.micro = slices.Insert(l.micro, at, m)
		l.label = slices.Insert(l.label, at, low+(high-low)/2)
	}
	return l, true
}

// Of gives the label of a quantity-from of the book.
func (l Labels) Of(micro int64) uint32 {
	if micro == 0 {
		return 1
	}
	at, _ := slices.BinarySearch(l.micro, micro)
	return l.label[at]
}

// Reached gives the label of the largest quantity-from that is at most the
// quantity, which is not negative.
func (l Labels) Reached(micro int64) uint32 {
	low, high := 0, len(l.micro) // micro[low] is reached
	for high-low > 1 {
		mid := int(uint(low+high) >> 1)
		if l.micro[mid] <= micro {
			low = mid
		} else {
			high = mid
		}
	}
	return l.label[low]
}

// ReachedBy is [Labels.Reached] of the exact quantity num/den millionths, compared
// by cross product.
func (l Labels) ReachedBy(num int128.Int, den int64) uint32 {
	low, high := 0, len(l.micro)
	for high-low > 1 {
		mid := int(uint(low+high) >> 1)
		if int128.Mul64(l.micro[mid], den).Cmp(num) <= 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return l.label[low]
}

// Micro gives the quantity-from of a label.
func (l Labels) Micro(label uint32) int64 {
	at, _ := slices.BinarySearch(l.label, label)
	return l.micro[at]
}
