package policy

import "github.com/tandem-go/tandem/integration/insight/policy/internal/position"

// raise prepares a law for orders that are more than what is missing.
func (w *law) raise(kind Kind, quantity float64, lot lot) {
	by := position.Increments{Pack: units(lot.step()) / w.unit, Minimum: units(lot.up(1)) / w.unit}
	switch {
	case kind == Periodic && by.Minimum > by.Pack:
		quantity = 0
	case kind == MinMax && by.Pack > w.step && !lot.pack.IsNone():
	default:
		return
	}
	masses := make([]position.Mass, len(w.masses))
	for i, m := range w.masses {
		masses[i] = position.Mass{Demand: m.demand, Probability: m.probability}
	}
	w.after = position.Settle(masses, w.step > 0, quantity, by)
}

// raised measures an order-up-to level s by the positions after a review.
func (w *law) raised(a *position.Positions, s float64) measure {
	half, short, stock := float64((w.lead.mean()+w.both.mean())/2), 0.0, 0.0
	for i, p := range a.Share {
		y := s + a.Lowest + float64(float64(i)*a.Grid)
		lead, both := w.lead.loss(y), w.both.loss(y)
		short += float64(p * (both - lead))
		stock += float64(p * (y - half + float64((lead+both)/2)))
	}
	return measure{
		beta: fraction(1 - short/w.mean), stock: max(stock, 0), orders: a.Orders, safety: s + a.Before - w.lead.mean(),
	}
}

// timely gives its α: a receipt is late where the position before its order does not
// cover the lead time, which is any review whose protection time is not covered, but
// for those that do not order.
func (w *law) timely(a *position.Positions, s float64) float64 {
	late := 0.0
	for i, p := range a.Share {
		y := s + a.Lowest + float64(float64(i)*a.Grid)
		late += float64(p*w.both.above(y)) - float64(a.Kept[i]*w.lead.above(y))
	}
	return fraction(1 - late/a.Orders)
}

// beyond measures (s, S) whose orders go beyond S by packs.
func (w *law) beyond(s, width float64) measure {
	m := w.raised(w.after, s+width)
	m.alpha, m.undershoot = w.timely(w.after, s+width), max(-width-w.after.Before, 0)
	return m
}
