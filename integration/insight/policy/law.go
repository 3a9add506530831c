package policy

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight/policy/internal/position"
)

// law is the demand that a rule meets: over the lead time, over lead time and
// review (both with the same futures), and over a review period.
type law struct {
	lead, both, review curve
	step               float64 // lattice span of demand, position and lot: 1, or 0 for continuous
	mean               float64 // expected between reviews, after a lead time
	masses             []mass  // of the demand of a review period

	unit    float64             // of all this in that of the history: demand and orders are multiples of it
	after   *position.Positions // that are not uniform, nil where they are
	starved bool                // the largest order is below the demand between reviews
}

// mass is one demand and its probability.
type mass struct{ demand, probability float64 }

const maxMasses = 200

// condense gives a distribution as few masses: equal samples are one, and where
// there are too many different ones, neighbours are their mean.
func condense(samples []float64) []mass {
	var list []mass
	each := 1 / float64(max(len(samples), 1))
	group := (len(samples) + maxMasses - 1) / maxMasses
	for i := 0; i < len(samples); {
		n, sum := 0, 0.0
		for i < len(samples) && (n < group || samples[i] == samples[i-1]) {
			sum += samples[i]
			n, i = n+1, i+1
		}
		list = append(list, mass{sum / float64(n), float64(n) * each})
	}
	return list
}

// measure is what is expected of a rule.
type measure struct{ alpha, beta, stock, orders, undershoot, safety float64 }

// lots measures (r, nQ) reviewed once a period. The position after a review is
// uniform above r up to r + Q, in steps of what demand and Q are multiples of, exactly
// so for independent demand, an order placed
// now being the last to arrive before the one of the next review does
// (Silver, Pyke and Thomas, 2017, section 7.5; Hadley and Whitin, 1963, section
// 4-13). So the shortage of a period is the mean of E(D − y)⁺ over lead time and
// review less that over the lead time, and a sum of losses is a second loss
// function.
//
// It leaves α to [law.inTime].
func (w *law) lots(r, q float64) measure {
	short := w.both.losses(r) - w.both.losses(r+q) - w.lead.losses(r) + w.lead.losses(r+q)
	d := w.step
	ordered := w.ordered(q)
	owed := w.both.losses(r) - w.both.losses(r+q) + w.lead.losses(r) - w.lead.losses(r+q)
	m := measure{
		beta:       fraction(1 - short/q/w.mean),
		stock:      max(r+float64((q+d)/2)-float64((w.lead.mean()+w.both.mean())/2)+float64(owed/q/2), 0),
		orders:     ordered / q,
		undershoot: max((w.review.losses(0)-w.review.losses(q))/ordered, 0),
	}
	m.safety = r - m.undershoot - w.lead.mean()
	return m
}

// ordered is the demand of a period, at most Q: Q times the chance of an order.
func (w *law) ordered(q float64) float64 {
	return max(w.review.loss(0)-w.review.loss(q), math.SmallestNonzeroFloat64)
}

// inTime gives α of (r, nQ): among reviews that order, the stock is gone before the
// receipt where the position before the order does not cover the lead time. Over a
// cycle that telescopes into the two distributions of lots (late), and the positions
// after an order: the demand of a period, at most Q, below r + Q (early).
func (w *law) inTime(r, q float64) float64 {
	if w.after != nil {
		return w.timely(w.after, r+w.step)
	}
	d := w.step
	late := w.both.loss(r+d) - w.both.loss(r+q+d) - w.lead.loss(r+d) + w.lead.loss(r+q+d)
	early, top := 0.0, w.lead.loss(r+q+d)
	for _, m := range w.masses {
		early += float64(m.probability * (w.lead.loss(r+q+d-min(max(m.demand, 0), q)) - top))
	}
	return fraction(1 - (late+early)/w.ordered(q))
}

// upTo measures (R, S) with an increment q: the position after a review is uniform
// over the increment from S on, as if S less a step were the reorder point; a minimum
// above the increment makes it otherwise ([position.Settle]).
func (w *law) upTo(s, q float64) measure {
	if w.after != nil {
		return w.raised(w.after, s)
	}
	m := w.lots(s-w.step, q)
	m.undershoot, m.safety = 0, s-w.both.mean()
	return m
}

// once measures a single order for the whole protection time.
func (w *law) once(s float64) measure {
	loss := w.both.loss(s)
	left := max(s-w.both.mean()+loss, 0)
	return measure{
		alpha: 1 - w.both.above(s), beta: fraction(1 - loss/w.both.mean()), stock: (s + left) / 2,
		safety: s - w.both.mean(),
	}
}

// visits is how often, in a cycle of (s, S), the position after a review is i steps
// below S: the renewal function of the demand of a review period.
type visits struct {
	count       []float64
	grid, total float64
}

const (
	maxLattice = 512 // widest S − s whose positions are counted one by one
	cells      = 128 // of a wider or continuous one
)

// visits solves m = 1 + m*f on the positions above s (Tijms, A First Course in
// Stochastic Models, 2003, section 6.6).
func (w *law) visits(width float64) visits {
	v := visits{grid: 1}
	n := int(width)
	if w.step == 0 || n > maxLattice {
		n, v.grid = cells, width/cells
	}
	p := make([]float64, n+1)
	for _, d := range w.review.samples {
		at := min(max(d, 0)/v.grid, float64(n))
		i := min(int(at), n-1)
		share := at - float64(i)
		p[i] += (1 - share) / w.review.size
		p[i+1] += share / w.review.size
	}
	v.count = make([]float64, n)
	stay := max(1-p[0], 1e-12)
	var steps []int // that have a probability: few, where demand is
	for j := 1; j < n; j++ {
		if p[j] > 0 {
			steps = append(steps, j)
		}
	}
	for i := range v.count {
		sum := 0.0
		if i == 0 {
			sum = 1
		}
		for _, j := range steps {
			if j > i {
				break
			}
			sum += float64(p[j] * v.count[i-j])
		}
		v.count[i] = sum / stay
		v.total += v.count[i]
	}
	return v
}

// minMax measures (s, S) by the positions of a cycle; α telescopes over it.
func (w *law) minMax(v visits, s, width float64) measure {
	if w.after != nil { // orders go beyond S
		return w.beyond(s, width)
	}
	top, half := s+width, float64((w.lead.mean()+w.both.mean())/2)
	inLead, inBoth := w.lead.beyond(top), w.both.beyond(top)
	short, late, stock := 0.0, w.lead.aboveAt(inLead), 0.0
	for i, n := range v.count {
		y := top - float64(float64(i)*v.grid)
		inLead, inBoth = w.lead.below(inLead, y), w.both.below(inBoth, y)
		lead, both := w.lead.lossAt(inLead, y), w.both.lossAt(inBoth, y)
		short += float64(n * (both - lead))
		late += float64(n * (w.both.aboveAt(inBoth) - w.lead.aboveAt(inLead)))
		stock += float64(n * (y - half + float64((lead+both)/2)))
	}
	m := measure{
		alpha: fraction(1 - late), beta: fraction(1 - short/v.total/w.mean), stock: max(stock/v.total, 0),
		orders: 1 / v.total, undershoot: max(float64(v.total*w.review.mean())-width, 0),
	}
	m.safety = s - m.undershoot - w.lead.mean()
	return m
}

func fraction(p float64) float64 {
	if math.IsNaN(p) {
		return 0
	}
	return min(max(p, 0), 1)
}
