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

// usable reports a charm that [Charm.Validate] would not let pass, as far as it
// could do harm.
func (h *Charm) usable() error {
	currency := h.Currency()
	switch {
	case !currency.Valid():
		return tandem.ErrNoCurrency
	case len(h.Bands) > MaxBands || !h.Direction.Valid():
		return tandem.ErrOutOfRange
	}
	fits := func(m tandem.Money) bool {
		return m.Minor() >= 0 && m.Minor() <= MaxAmount*pow10(m.Currency().Digits())
	}
	for i := range h.Bands {
		b := &h.Bands[i]
		if b.Increment.Sign() <= 0 || b.Increment.Currency() != currency || !fits(b.Increment) || !fits(b.From) {
			return tandem.ErrOutOfRange
		}
		if len(b.Endings) > MaxEndings || i > 0 && b.From.Minor() <= h.Bands[i-1].From.Minor() {
			return tandem.ErrOutOfRange
		}
		for _, e := range b.Endings {
			if !fits(e) || e.Minor() >= b.Increment.Minor() {
				return tandem.ErrOutOfRange
			}
		}
	}
	return nil
}

// Apply moves a price to an ending. The cost is looked at only where the charm
// asks not to go below it; it may be per another basis.
func (h *Charm) Apply(p, cost tandem.Price) (tandem.Price, error) {
	if err := h.usable(); err != nil {
		return tandem.Price{}, err
	}
	switch {
	case p.IsNone():
		return tandem.Price{}, ErrBaseMissing
	case p.Sign() < 0 || cost.Sign() < 0:
		return tandem.Price{}, tandem.ErrOutOfRange
	case p.Currency() != h.Currency():
		return tandem.Price{}, tandem.ErrCurrency
	}
	to, err := h.move(point{floor: p.Micro(), half: -1, exact: true})
	if err == nil && h.NotBelowCost {
		to, err = h.aboveCost(to, p, cost)
	}
	if err != nil {
		return tandem.Price{}, err
	}
	return tandem.PriceFromMicro(to, p.Currency(), p.Basis(), p.Unit())
}

func (h *Charm) aboveCost(to int64, p, cost tandem.Price) (int64, error) {
	switch {
	case cost.IsNone():
		return 0, ErrCostMissing
	case cost.Currency() != p.Currency():
		return 0, tandem.ErrCurrency
	case cost.Unit() != p.Unit():
		return 0, tandem.ErrUnit
	}
	least, err := whole(cost.Micro()).times(p.Basis(), cost.Basis())
	if err != nil || whole(to).cmp(least) >= 0 {
		return to, err
	}
	at, err := least.point()
	if err != nil {
		return 0, err
	}
	return h.up(at.ceiling())
}

// move gives the ending of a price that is not negative.
func (h *Charm) move(p point) (int64, error) {
	if p.floor == 0 && p.exact {
		return 0, nil
	}
	if h.Direction == Up {
		return h.up(p.ceiling())
	}
	below, found := h.down(p.floor)
	if found && (h.Direction == Down || below == p.floor && p.exact) {
		return below, nil
	}
	above, err := h.up(p.ceiling())
	if !found || err != nil {
		return above, err
	}
	// Nearest, a tie up: the doubled price against the sum of its neighbours.
	distance := compare(p.floor-below, above-p.floor)
	if !p.exact {
		switch gap := (above - p.floor) - (p.floor - below); {
		case gap > 1:
			distance = -1
		case gap == 1:
			distance = p.half
		default:
			distance = 1
		}
	}
	if distance >= 0 {
		return above, nil
	}
	return below, nil
}

// up gives the least ending that is at least v, and above nought.
func (h *Charm) up(v int64) (int64, error) {
	for i := h.bandOf(v); i < len(h.Bands); i++ {
		if end, found := h.bandUp(i, v); found {
			return end, nil
		}
	}
	return 0, tandem.ErrOverflow
}

// down gives the greatest ending that is at most v, and above nought.
func (h *Charm) down(v int64) (int64, bool) {
	for i := h.bandOf(v); i >= 0; i-- {
		if end, found := h.bandDown(i, v); found {
			return end, true
		}
	}
	return 0, false
}

func (h *Charm) bandOf(v int64) int {
	i := len(h.Bands) - 1
	for i > 0 && v < micro(h.Bands[i].From) {
		i--
	}
	return i
}
