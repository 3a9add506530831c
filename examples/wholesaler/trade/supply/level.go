package supply

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// The window of demand, in days and in the trading days that it holds.
const (
	windowDays    = 91
	windowTrading = 78
)

// Demand is what was sold of one product, as its levels see it: the lines of the trailing 91 days. Before any sale the
// first line that is asked for stands in.
type Demand struct {
	lines  []sold  // in the order of their days
	from   int     // the first line within the window
	sorted []int64 // the quantities within the window, ascending
	first  int64   // stands in until there is a line
	dirty  bool
	levels Levels
}

type sold struct {
	day    tandem.Date
	pieces int64
}

// Planner plans the levels of products ahead, in place of those that [Demand] gives.
type Planner interface {
	// Levels gives when a product is bought again, up to which level and in which lots, as planned for a trading day from
	// what was known on the day before; what is a big line is not its matter. False: it does not know the product.
	Levels(code string, day tandem.Date) (levels Levels, ok bool, err error)
	// String names the planner and what it plans for.
	String() string
}

// Levels say when and how much of a product is bought.
type Levels struct {
	Reorder int64 // s: buy when the position is at or below it
	UpTo    int64 // S: up to this
	Lot     int64 // the modal line; purchases are rounded up to it
	Big     int64 // a line above this, not on hand as a whole, is bought to order
}

// Expect tells what the first line asks for, so that a new product has levels.
func (d *Demand) Expect(pieces int64) { d.first, d.dirty = pieces, true }

// Sold adds a line that was sold. Days must not run backwards.
func (d *Demand) Sold(day tandem.Date, pieces int64) {
	d.lines = append(d.lines, sold{day, pieces})
	at, _ := slices.BinarySearch(d.sorted, pieces)
	d.sorted = slices.Insert(d.sorted, at, pieces)
	d.dirty = true
}

// Levels gives the levels of a day from the lines that were added before, for a lead time in trading days.
func (d *Demand) Levels(day tandem.Date, lead int) Levels {
	for ; d.from < len(d.lines) && day.DaysSince(d.lines[d.from].day) > windowDays; d.from++ {
		at, _ := slices.BinarySearch(d.sorted, d.lines[d.from].pieces)
		d.sorted = slices.Delete(d.sorted, at, at+1)
		d.dirty = true
	}
	if d.dirty {
		d.dirty = false
		d.levels = levelsOf(d.typical(), d.sorted, int64(lead))
	}
	return d.levels
}

// typical gives the ascending quantities that median and mode are of: those of the window, or of all history, or the
// one that is expected.
func (d *Demand) typical() []int64 {
	switch {
	case len(d.sorted) > 0:
		return d.sorted
	case len(d.lines) > 0:
		all := make([]int64, len(d.lines))
		for i, l := range d.lines {
			all[i] = l.pieces
		}
		slices.Sort(all)
		return all
	}
	return []int64{max(d.first, 1)}
}

// levelsOf computes s = max(2 d L, 3 medians), S = s + max(36 d, 1 median) in 156ths of a piece, exactly: the daily
// demand d is units ÷ 78, and a median may end in a half.
func levelsOf(typical, window []int64, lead int64) Levels {
	n := len(typical)
	median2 := typical[(n-1)/2] + typical[n/2] // twice the median
	var units2 int64                           // twice the units, a line counting at most ten medians
	for _, q := range window {
		units2 += min(2*q, 10*median2)
	}
	s := max(2*units2*lead, 3*median2*windowTrading)
	up := s + max(36*units2, median2*windowTrading)
	return Levels{
		Reorder: ceil(s, 2*windowTrading), UpTo: ceil(up, 2*windowTrading),
		Lot: max(1, modal(typical)), Big: max(24, 5*median2),
	}
}

func ceil(n, by int64) int64 { return (n + by - 1) / by }

// modal gives the most frequent of ascending values, a tie going to the lower.
func modal(ascending []int64) (mode int64) {
	best, run := 0, 0
	for i, v := range ascending {
		if i > 0 && ascending[i-1] != v {
			run = 0
		}
		if run++; run > best {
			best, mode = run, v
		}
	}
	return mode
}

// Missing gives the quantity to buy at a position (on hand + on order − backorders), or nought.
func (l Levels) Missing(position int64) int64 {
	if position > l.Reorder || position >= l.UpTo {
		return 0
	}
	return ceil(l.UpTo-position, l.Lot) * l.Lot
}
