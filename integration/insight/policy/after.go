package policy

import "math"

// after is where the position stands after a review, above the order-up-to level S,
// in the long run, where orders bring it beyond S by more than a lattice uniform does:
// for a minimum that is more than what is missing, and for packs.
type after struct {
	lowest, grid float64
	share        []float64 // of reviews, by position
	kept         []float64 // the same of reviews that do not order
	orders       float64   // by review
	before       float64   // expected position of a review that orders, less S
}

const (
	maxSweeps = 400
	maxAfter  = 256 // widest range whose positions are counted one by one
)

// increments are orders in the law's unit: full packs, at least the minimum.
type increments struct{ pack, minimum float64 }

func (o increments) order(missing float64) float64 {
	return math.Ceil(max(missing, o.minimum)/o.pack-1e-9) * o.pack
}

// settle finds the positions by cycles from order to order, each one sweep downwards,
// since demand only lowers the position: those after an order give those between, and
// these the next order, until they are the same. Half of the last is kept, as a demand
// that is always the same goes in rounds. An order is placed at width below S, of
// width 0 anywhere below S.
func (w *law) settle(width float64, by increments) *after {
	a := after{lowest: -width, grid: 1}
	high := max(by.order(0), by.pack)
	n := int(high + width)
	switch {
	case w.step == 0 || n > maxAfter:
		n, a.grid = cells+1, (high+width)/cells
	case width > 0:
		a.lowest++ // at S − width itself it is ordered
		n--
	}
	a.share, a.kept = make([]float64, n), make([]float64, n)
	c := a.changes(w.masses, width, by)
	start, next := make([]float64, n), make([]float64, n)
	for i := range start {
		start[i] = 1 / float64(n)
	}
	for range maxSweeps {
		a.sweep(c, start, next)
		change := 0.0
		for i, v := range next {
			change += math.Abs(v - start[i])
			start[i] = (start[i] + v) / 2
		}
		if change < 1e-9 {
			break
		}
	}
	total := 0.0
	for _, v := range a.share {
		total += v
	}
	for i := range a.share {
		a.share[i] /= total
		a.kept[i] /= total
	}
	a.orders = 1 / total
	return &a
}

// changes are where a review leads to from each position, rows of a square.
type changes struct {
	keep, land []float64 // without an order, and with one
	before     []float64 // position of those that order, times their chance
}

func (a *after) changes(masses []mass, width float64, by increments) changes {
	n := len(a.share)
	c := changes{make([]float64, n*n), make([]float64, n*n), make([]float64, n)}
	for i := range n {
		at := a.lowest + float64(float64(i)*a.grid)
		for _, m := range masses {
			x, row := at-max(m.demand, 0), c.keep[i*n:(i+1)*n]
			if !a.stays(x, width) {
				c.before[i] += float64(m.probability * x)
				x, row = x+by.order(-x), c.land[i*n:(i+1)*n]
			}
			low, share := a.cell(x)
			row[low] += float64(m.probability * (1 - share))
			if share > 0 {
				row[low+1] += float64(m.probability * share)
			}
		}
	}
	return c
}

// sweep counts the reviews of a cycle by position, from where it starts on, and finds
// where the next one starts.
func (a *after) sweep(c changes, start, next []float64) {
	clear(a.kept)
	clear(next)
	a.before = 0
	n := len(start)
	for i := n - 1; i >= 0; i-- {
		keep, land := c.keep[i*n:(i+1)*n], c.land[i*n:(i+1)*n]
		visits := (start[i] + a.kept[i]) / max(1-keep[i], 1e-12) // a review that leaves the position comes again
		a.share[i] = visits
		a.before += float64(visits * c.before[i])
		for j, p := range keep[:i+1] {
			a.kept[j] += float64(visits * p)
		}
		for j, p := range land {
			next[j] += float64(visits * p)
		}
	}
}

func (a *after) stays(x, width float64) bool { return x > -width+1e-9 || width == 0 && x > -1e-9 }

// cell gives the position at or below x and what of x is of the next one.
func (a *after) cell(x float64) (low int, share float64) {
	at := min(max((x-a.lowest)/a.grid, 0), float64(len(a.share)-1))
	whole := math.Floor(at + 1e-9)
	return int(whole), max(at-whole, 0)
}

// raised measures an order-up-to level s by the positions after a review.
func (w *law) raised(a *after, s float64) measure {
	half, short, stock := float64((w.lead.mean()+w.both.mean())/2), 0.0, 0.0
	for i, p := range a.share {
		y := s + a.lowest + float64(float64(i)*a.grid)
		lead, both := w.lead.loss(y), w.both.loss(y)
		short += float64(p * (both - lead))
		stock += float64(p * (y - half + float64((lead+both)/2)))
	}
	return measure{
		beta: fraction(1 - short/w.mean), stock: max(stock, 0), orders: a.orders, safety: s + a.before - w.lead.mean(),
	}
}

// timely gives its α: a receipt is late where the position before its order does not
// cover the lead time, which is any review whose protection time is not covered, but
// for those that do not order.
func (w *law) timely(a *after, s float64) float64 {
	late := 0.0
	for i, p := range a.share {
		y := s + a.lowest + float64(float64(i)*a.grid)
		late += float64(p*w.both.above(y)) - float64(a.kept[i]*w.lead.above(y))
	}
	return fraction(1 - late/a.orders)
}

// beyond measures (s, S) whose orders go beyond S by packs.
func (w *law) beyond(s, width float64) measure {
	m := w.raised(w.after, s+width)
	m.alpha, m.undershoot = w.timely(w.after, s+width), max(-width-w.after.before, 0)
	return m
}
