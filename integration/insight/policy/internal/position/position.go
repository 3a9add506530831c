// Package position finds where the position of a stock stands after its reviews in the
// long run, where orders bring it beyond the order-up-to level S by more than a lattice
// uniform does: for a minimum that is more than what is missing, and for packs.
package position

import "math"

// Positions are those after a review, from S on.
type Positions struct {
	Lowest, Grid float64   // the i-th is S + Lowest + i·Grid
	Share        []float64 // of reviews, by position
	Kept         []float64 // the same of reviews that do not order
	Orders       float64   // by review
	Before       float64   // expected position of a review that orders, less S
}

// Mass is a demand between reviews and its probability.
type Mass struct{ Demand, Probability float64 }

const (
	maxSweeps = 400
	cells     = 128 // of a wider or continuous one
	widest    = 256 // range whose positions are counted one by one
)

// Increments are orders: full packs, at least the minimum.
type Increments struct{ Pack, Minimum float64 }

func (o Increments) order(missing float64) float64 {
	return float64(math.Ceil(max(missing, o.Minimum)/o.Pack-1e-9) * o.Pack)
}

// Settle finds the positions by cycles from order to order, each one sweep downwards,
// since demand only lowers the position: those after an order give those between, and
// these the next order, until they are the same. Half of the last is kept, as a demand
// that is always the same goes in rounds. An order is placed at width below S, of
// width 0 anywhere below S.
func Settle(masses []Mass, lattice bool, width float64, by Increments) *Positions {
	a := Positions{Lowest: -width, Grid: 1}
	high := max(by.order(0), by.Pack)
	n := int(high + width)
	switch {
	case !lattice || n > widest:
		n, a.Grid = cells+1, (high+width)/cells
	case width > 0:
		a.Lowest++ // at S − width itself it is ordered
		n--
	}
	a.Share, a.Kept = make([]float64, n), make([]float64, n)
	c := a.changes(masses, width, by)
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
	for _, v := range a.Share {
		total += v
	}
	for i := range a.Share {
		a.Share[i] /= total
		a.Kept[i] /= total
	}
	a.Orders = 1 / total
	return &a
}

// changes are where a review leads to from each position, rows of a square.
type changes struct {
	keep, land []float64 // without an order, and with one
	before     []float64 // position of those that order, times their chance
}

func (a *Positions) changes(masses []Mass, width float64, by Increments) changes {
	n := len(a.Share)
	c := changes{make([]float64, n*n), make([]float64, n*n), make([]float64, n)}
	for i := range n {
		at := a.Lowest + float64(float64(i)*a.Grid)
		for _, m := range masses {
			x, row := at-max(m.Demand, 0), c.keep[i*n:(i+1)*n]
			if !a.stays(x, width) {
				c.before[i] += float64(m.Probability * x)
				x, row = x+by.order(-x), c.land[i*n:(i+1)*n]
			}
			low, share := a.cell(x)
			row[low] += float64(m.Probability * (1 - share))
			if share > 0 {
				row[low+1] += float64(m.Probability * share)
			}
		}
	}
	return c
}

// sweep counts the reviews of a cycle by position, from where it starts on, and finds
// where the next one starts.
func (a *Positions) sweep(c changes, start, next []float64) {
	clear(a.Kept)
	clear(next)
	a.Before = 0
	n := len(start)
	for i := n - 1; i >= 0; i-- {
		keep, land := c.keep[i*n:(i+1)*n], c.land[i*n:(i+1)*n]
		visits := (start[i] + a.Kept[i]) / max(1-keep[i], 1e-12) // a review that leaves the position comes again
		a.Share[i] = visits
		a.Before += float64(visits * c.before[i])
		for j, p := range keep[:i+1] {
			a.Kept[j] += float64(visits * p)
		}
		for j, p := range land {
			next[j] += float64(visits * p)
		}
	}
}

func (a *Positions) stays(x, width float64) bool { return x > -width+1e-9 || width == 0 && x > -1e-9 }

// cell gives the position at or below x and what of x is of the next one.
func (a *Positions) cell(x float64) (low int, share float64) {
	at := min(max((x-a.Lowest)/a.Grid, 0), float64(len(a.Share)-1))
	whole := math.Floor(at + 1e-9)
	return int(whole), max(at-whole, 0)
}
