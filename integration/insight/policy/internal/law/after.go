package law

import "github.com/tandem-go/tandem/integration/insight/policy/internal/position"

// raise prepares a law for orders that are more than what is missing.
func (w *Law) raise(kind Kind, quantity float64, by position.Increments, packed bool) {
	switch {
	case kind == UpTo && by.Minimum > by.Pack:
		quantity = 0
	case kind == MinMax && by.Pack > w.step && packed:
	default:
		return
	}
	w.after = position.Settle(w.masses, w.step > 0, quantity, by)
}

// raised measures an order-up-to level s by the positions after a review.
func (w *Law) raised(a *position.Positions, s float64) Measure {
	half, short, stock := float64((w.lead.mean()+w.both.mean())/2), 0.0, 0.0
	for i, p := range a.Share {
		y := s + a.Lowest + float64(float64(i)*a.Grid)
		lead, both := w.lead.loss(y), w.both.loss(y)
		short += float64(p * (both - lead))
		stock += float64(p * (y - half + float64((lead+both)/2)))
	}
	return Measure{
		FillRate: Fraction(1 - short/w.mean), Stock: max(stock, 0), Orders: a.Orders, Safety: s + a.Before - w.lead.mean(),
	}
}

// timely gives its α: a receipt is late where the position before its order does not
// cover the lead time, which is any review whose protection time is not covered, but
// for those that do not order.
func (w *Law) timely(a *position.Positions, s float64) float64 {
	late := 0.0
	for i, p := range a.Share {
		y := s + a.Lowest + float64(float64(i)*a.Grid)
		late += float64(p*w.both.above(y)) - float64(a.Kept[i]*w.lead.above(y))
	}
	return Fraction(1 - late/a.Orders)
}

// beyond measures (s, S) whose orders go beyond S by packs.
func (w *Law) beyond(s, width float64) Measure {
	m := w.raised(w.after, s+width)
	m.CycleService, m.Undershoot = w.timely(w.after, s+width), max(-width-w.after.Before, 0)
	return m
}
