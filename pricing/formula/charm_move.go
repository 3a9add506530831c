package formula

import (
	"math"

	"github.com/tandem-go/tandem"
)

// micro gives the millionths of the currency unit of an amount that [checkAmount]
// has let pass.
func micro(m tandem.Money) int64 { return m.Minor() * pow10(6-m.Currency().Digits()) }

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// bounds gives the prices of a band: from the first, inclusive, to the last, exclusive.
func (h *Charm) bounds(i int) (from, to int64) {
	to = math.MaxInt64
	if i+1 < len(h.Bands) {
		to = micro(h.Bands[i+1].From)
	}
	return max(1, micro(h.Bands[i].From)), to
}

// bandUp gives the least ending of a band that is at least v.
func (h *Charm) bandUp(i int, v int64) (int64, bool) {
	from, to := h.bounds(i)
	v = max(v, from)
	b := &h.Bands[i]
	step := micro(b.Increment)
	if step <= 0 {
		return 0, false
	}
	whole, rest := v-v%step, v%step
	for _, e := range b.Endings {
		if end := micro(e); end >= rest {
			return whole + end, whole <= math.MaxInt64-end && whole+end < to
		}
	}
	next := int64(0) // the first ending after the next increment
	if len(b.Endings) > 0 {
		next = micro(b.Endings[0])
	} else if rest == 0 {
		return v, v < to
	}
	if whole > math.MaxInt64-step-next {
		return 0, false
	}
	return whole + step + next, whole+step+next < to
}

// bandDown gives the greatest ending of a band that is at most v.
func (h *Charm) bandDown(i int, v int64) (int64, bool) {
	from, to := h.bounds(i)
	v = min(v, to-1)
	b := &h.Bands[i]
	step := micro(b.Increment)
	if step <= 0 || v < from {
		return 0, false
	}
	whole, rest := v-v%step, v%step
	if len(b.Endings) == 0 {
		return whole, whole >= from
	}
	for j := len(b.Endings) - 1; j >= 0; j-- {
		if end := micro(b.Endings[j]); end <= rest {
			return whole + end, whole+end >= from
		}
	}
	down := whole - step + micro(b.Endings[len(b.Endings)-1])
	return down, down >= from
}
