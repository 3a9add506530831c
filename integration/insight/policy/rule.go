package policy

import "math"

// rule is a law under a kind of replenishment with its order quantity.
type rule struct {
	law
	kind           Kind
	quantity, rate float64
	visits         visits              // of min_max
	known          map[float64]balance // by level
	ground         string              // what the demand is known from, in words
}

// balance is what a level is short of, as a part of demand, and its mean stock.
type balance struct{ short, stock float64 }

// measure gives what is expected at a level: of reorder_point and min_max the reorder
// point, of the others the order-up-to level.
func (r *rule) measure(level float64) measure {
	m := r.partly(level)
	switch r.kind {
	case ReorderPoint:
		m.alpha = r.inTime(level, r.quantity)
	case Periodic:
		m.alpha = r.inTime(level-r.step, r.quantity)
	}
	return m
}

// partly is measure without the α that takes long to find.
func (r *rule) partly(level float64) measure {
	switch r.kind {
	case ReorderPoint:
		return r.lots(level, r.quantity)
	case MinMax:
		return r.minMax(r.visits, level, r.quantity)
	case Periodic:
		return r.upTo(level, r.quantity)
	}
	return r.once(level)
}

func (r *rule) balance(level float64) balance {
	b, ok := r.known[level]
	if !ok {
		m := r.partly(level)
		b = balance{1 - m.beta, m.stock}
		r.known[level] = b
	}
	return b
}

// level finds the level for a service.
func (r *rule) level(service Service, holding float64) float64 {
	target := service.Target - 1e-12
	switch {
	case service.Kind == CycleService:
		return r.least(0, func(x float64) bool { return r.measure(x).alpha >= target })
	case service.Kind == FillRate:
		return r.least(0, func(x float64) bool { return r.partly(x).beta >= target })
	case r.kind == SinglePeriod: // the critical ratio
		ratio := service.Target/(service.Target+holding) - 1e-12
		return r.least(0, func(x float64) bool { return r.partly(x).alpha >= ratio })
	}
	return r.cheapest(holding, service.Target)
}

// top is a level from low on that no demand exceeds.
func (r *rule) top(low float64) float64 {
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
func (r *rule) cheapest(holding, shortage float64) float64 {
	low, high := 0.0, r.top(0)
	for cells := float64(coarse); ; cells = fine {
		width := (high - low) / cells
		if r.step > 0 {
			width = max(math.Ceil(width), 1)
		}
		best, least := low, math.MaxFloat64
		for x := low; x < high+width; x += width {
			b := r.balance(x)
			cost := float64(holding*b.stock) + float64(shortage*r.rate*b.short)
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
func (r *rule) least(low float64, met func(x float64) bool) float64 {
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
