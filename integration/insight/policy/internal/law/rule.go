package law

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight/policy/internal/position"
)

// Kind is a way to replenish.
type Kind uint8

// The kinds.
const (
	Lots   Kind = iota // (r, nQ)
	MinMax             // (s, S)
	UpTo               // (R, S)
	Once               // a single order
)

// Terms are what orders are made of, in the unit of the history.
type Terms struct {
	Quantity      float64 // Q, of MinMax S − s
	Pack, Minimum float64 // the increment, and the least order
	Packed        bool    // the pack is that of a supplier
	Rate          float64 // demand by bucket
	Review        int     // buckets between reviews
}

// Rule is a law under a kind of replenishment.
type Rule struct {
	*Law
	kind           Kind
	quantity, rate float64
	visits         visits              // of MinMax
	known          map[float64]Balance // by level
}

// Rule gives the law under a kind of replenishment by some terms. The law belongs to it
// from then on.
func (w *Law) Rule(kind Kind, t Terms) *Rule {
	w.settle(float64(t.Rate*float64(t.Review)) / w.Unit)
	r := &Rule{Law: w, kind: kind, quantity: t.Quantity / w.Unit, rate: t.Rate / w.Unit, known: map[float64]Balance{}}
	w.raise(kind, r.quantity, position.Increments{Pack: t.Pack / w.Unit, Minimum: t.Minimum / w.Unit}, t.Packed)
	if kind == MinMax && w.after == nil {
		r.visits = w.visits(r.quantity)
	}
	return r
}

// Balance is what a level is short of, as a part of demand, and its mean stock.
type Balance struct{ Short, Stock float64 }

// Measure gives what is expected at a level: of Lots and MinMax the reorder point, of
// the others the order-up-to level.
func (r *Rule) Measure(level float64) Measure {
	m := r.partly(level)
	switch r.kind {
	case Lots:
		m.CycleService = r.inTime(level, r.quantity)
	case UpTo:
		m.CycleService = r.inTime(level-r.step, r.quantity)
	}
	return m
}

// partly is Measure without the α that takes long to find.
func (r *Rule) partly(level float64) Measure {
	switch r.kind {
	case Lots:
		return r.lots(level, r.quantity)
	case MinMax:
		return r.minMax(r.visits, level, r.quantity)
	case UpTo:
		return r.upTo(level, r.quantity)
	}
	return r.once(level)
}

// Balance gives what a level is short of, and its stock.
func (r *Rule) Balance(level float64) Balance {
	b, ok := r.known[level]
	if !ok {
		m := r.partly(level)
		b = Balance{1 - m.FillRate, m.Stock}
		r.known[level] = b
	}
	return b
}

// tolerance is by how much a target may be missed, for the error of arithmetic.
const tolerance = 1e-12

// LevelInTime gives the least level whose α reaches a target.
func (r *Rule) LevelInTime(target float64) float64 {
	return r.least(0, func(x float64) bool { return r.Measure(x).CycleService >= target-tolerance })
}

// LevelFilled gives the least level whose β reaches a target.
func (r *Rule) LevelFilled(target float64) float64 {
	return r.least(0, func(x float64) bool { return r.partly(x).FillRate >= target-tolerance })
}

// LevelOfCosts gives the least level at which a unit too many, at the cost of holding it,
// and a unit short cost least together: of a single order by the critical ratio.
func (r *Rule) LevelOfCosts(holding, shortage float64) float64 {
	if r.kind == Once {
		return r.LevelInTime(shortage / (shortage + holding))
	}
	return r.cheapest(holding, shortage)
}

// top is a level from low on that no demand exceeds.
func (r *Rule) top(low float64) float64 {
	high := low + 1
	if n := len(r.both.samples); n > 0 {
		high = max(high, r.both.samples[n-1]+1)
	}
	return high
}

const (
	coarse = 64 // cells of the first look for the cheapest level
	fine   = 8  // of each further one, around the best of the last
)

// cheapest gives the least level at which a bucket's holding and shortages cost least
// together. Where lead times differ, or demand is lumpy, the cost may have more than
// one dip and be flat where nothing is ever in stock, so that the slope at a level
// does not tell: all levels are looked at in a grid, and then those around the best.
func (r *Rule) cheapest(holding, shortage float64) float64 {
	low, high := 0.0, r.top(0)
	for cells := float64(coarse); ; cells = fine {
		width := (high - low) / cells
		if r.step > 0 {
			width = max(math.Ceil(width), 1)
		}
		best, least := low, math.MaxFloat64
		for x := low; x < high+width; x += width {
			b := r.Balance(x)
			cost := float64(holding*b.Stock) + float64(shortage*r.rate*b.Short)
			if cost < least-float64(1e-13*math.Abs(least)) {
				best, least = x, cost
			}
		}
		if r.step > 0 && width <= 1 || width <= 1e-6*(1+high) {
			return best
		}
		low, high = max(best-width, 0), best+width
	}
}

// least gives the least level from low on that is enough; met must be monotone but
// for the noise of samples.
func (r *Rule) least(low float64, met func(x float64) bool) float64 {
	high := r.top(low)
	if met(low) {
		return low
	}
	for range 100 {
		middle := low + float64((high-low)/2)
		if r.step > 0 {
			middle = low + math.Floor((high-low)/2)
		}
		if middle <= low || middle >= high || r.step == 0 && high-low < 1e-7*(1+math.Abs(high)) {
			break
		}
		if met(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
