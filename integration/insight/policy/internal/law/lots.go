package law

import "math"

// Measure is what is expected of a rule, quantities in units of the law.
type Measure struct {
	CycleService, FillRate float64 // α and β
	Stock, Orders          float64 // mean on hand; orders by review
	Undershoot, Safety     float64 // below the reorder point at an order; left at a receipt
}

// lots measures (r, nQ) reviewed once a period. The position after a review is
// uniform above r up to r + Q, in steps of what demand and Q are multiples of, exactly
// so for independent demand, an order placed
// now being the last to arrive before the one of the next review does
// (Silver, Pyke and Thomas, 2017, section 7.5; Hadley and Whitin, 1963, section
// 4-13). So the shortage of a period is the mean of E(D − y)⁺ over lead time and
// review less that over the lead time, and a sum of losses is a second loss
// function.
//
// It leaves α to [Law.inTime].
func (w *Law) lots(r, q float64) Measure {
	short := w.both.losses(r) - w.both.losses(r+q) - w.lead.losses(r) + w.lead.losses(r+q)
	d := w.step
	ordered := w.ordered(q)
	owed := w.both.losses(r) - w.both.losses(r+q) + w.lead.losses(r) - w.lead.losses(r+q)
	m := Measure{
		FillRate:   Fraction(1 - short/q/w.mean),
		Stock:      max(r+float64((q+d)/2)-float64((w.lead.mean()+w.both.mean())/2)+float64(owed/q/2), 0),
		Orders:     ordered / q,
		Undershoot: max((w.review.losses(0)-w.review.losses(q))/ordered, 0),
	}
	m.Safety = r - m.Undershoot - w.lead.mean()
	return m
}

// ordered is the demand of a period, at most Q: Q times the chance of an order.
func (w *Law) ordered(q float64) float64 {
	return max(w.review.loss(0)-w.review.loss(q), math.SmallestNonzeroFloat64)
}

// inTime gives α of (r, nQ): among reviews that order, the stock is gone before the
// receipt where the position before the order does not cover the lead time. Over a
// cycle that telescopes into the two distributions of lots (late), and the positions
// after an order: the demand of a period, at most Q, below r + Q (early).
func (w *Law) inTime(r, q float64) float64 {
	if w.after != nil {
		return w.timely(w.after, r+w.step)
	}
	d := w.step
	late := w.both.loss(r+d) - w.both.loss(r+q+d) - w.lead.loss(r+d) + w.lead.loss(r+q+d)
	early, top := 0.0, w.lead.loss(r+q+d)
	for _, m := range w.masses {
		early += float64(m.Probability * (w.lead.loss(r+q+d-min(max(m.Demand, 0), q)) - top))
	}
	return Fraction(1 - (late+early)/w.ordered(q))
}

// upTo measures (R, S) with an increment q: the position after a review is uniform
// over the increment from S on, as if S less a step were the reorder point; a minimum
// above the increment makes it otherwise ([position.Settle]).
func (w *Law) upTo(s, q float64) Measure {
	if w.after != nil {
		return w.raised(w.after, s)
	}
	m := w.lots(s-w.step, q)
	m.Undershoot, m.Safety = 0, s-w.both.mean()
	return m
}

// once measures a single order for the whole protection time.
func (w *Law) once(s float64) Measure {
	loss := w.both.loss(s)
	left := max(s-w.both.mean()+loss, 0)
	return Measure{
		CycleService: 1 - w.both.above(s), FillRate: Fraction(1 - loss/w.both.mean()), Stock: (s + left) / 2,
		Safety: s - w.both.mean(),
	}
}
