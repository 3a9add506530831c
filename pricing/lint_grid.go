package pricing

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// trade is a currency, unit and tax mode: prices are compared only within one.
type trade struct {
	currency  tandem.Currency
	unit      tandem.Unit
	inclusive bool
}

// grid is where prices of some rows can change.
type grid struct {
	markets    []trade
	days       []int32
	quantities []int64
}

func (g *grid) span(span rows.Span) {
	g.days = append(g.days, span.Start)
	if span.Until != rows.Forever {
		g.days = append(g.days, span.Until)
	}
}

// join adds the points of another grid; the caller sorts.
func (g *grid) join(o *grid) {
	g.markets, g.days, g.quantities = append(g.markets, o.markets...), append(g.days, o.days...), append(g.quantities, o.quantities...)
}

// sort sorts the points, and drops those that stand twice.
func (g *grid) sort() {
	g.markets = distinct(g.markets, func(a, b trade) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.unit, b.unit), compareBool(a.inclusive, b.inclusive))
	})
	g.days = distinct(g.days, cmp.Compare[int32])
	g.quantities = distinct(g.quantities, cmp.Compare[int64])
}

// prices tells how many prices the grid has.
func (g *grid) prices() int { return len(g.markets) * len(g.days) * len(g.quantities) }

func (l *linter) gridOf(all []row) (g grid) {
	for i := range all {
		r := &all[i]
		if !r.price.IsNone() {
			g.markets = append(g.markets, trade{r.price.Currency(), r.price.Unit(), l.s.lists[r.list].inclusive})
		}
		g.span(r.span)
		g.span(l.s.lists[r.list].span)
		g.quantities = append(g.quantities, max(r.from, 1))
		if r.tiers != nil {
			g.quantities = appendBorders(g.quantities, extraAt(r.page, r.number).row.Tiers)
		}
	}
	g.sort()
	return g
}

const oneUnit = 1_000_000 // in millionths

// appendBorders appends the quantities at which what tiers come to changes: one unit,
// the last of each tier and one beyond it; of packages, one package and one unit more.
// Graduated tiers go on approaching their last price: they are judged far out too.
func appendBorders(all []int64, t *formula.Tiers) []int64 {
	all = append(all, oneUnit)
	within := func(micro int64) {
		if micro > 0 { // else beyond all quantities
			all = append(all, micro)
		}
	}
	if b := t.Block; b != nil {
		within(b.Free.Micro() + oneUnit)
		within(b.Free.Micro() + b.Size.Micro())
		within(b.Free.Micro() + b.Size.Micro() + oneUnit)
		return all
	}
	last := len(t.Tiers) - 1
	for i := range last {
		upTo := t.Tiers[i].UpTo.Micro()
		next := upTo + oneUnit
		if i+1 < last {
			next = min(next, t.Tiers[i+1].UpTo.Micro())
		}
		within(upTo)
		within(next)
		if i+1 == last && t.Model == formula.Graduated && upTo <= tandem.MaxUnits*oneUnit/100 {
			within(100 * upTo)
		}
	}
	return all
}

// gridAt gives the grid of a scope's own rows, of default lists only or of those of
// grades too. It is kept, since wide scopes count for many.
func (l *linter) gridAt(scope int32, defaults bool) *grid {
	kept := l.grids
	if defaults {
		kept = l.ofDefaults
	}
	if g := kept[scope]; g != nil {
		return g
	}
	l.rows = l.s.appendRows(l.rows[:0], scope, func(li int32) bool {
		return l.s.order.Lists[li].Everybody || !defaults && !l.otherwise(li)
	})
	g := l.gridOf(l.rows)
	kept[scope] = &g
	return &g
}

// gradeGrid finds where prices of a chain of scopes can change.
func (l *linter) gradeGrid(chain []int32) (g grid) {
	if l.own {
		chain = chain[:1]
	}
	for _, in := range chain {
		g.join(l.gridAt(in, false))
	}
	if len(g.days) > 0 {
		g.days = append(g.days, l.derivedDays...)
	}
	g.sort()
	return g
}

// datesOfDerived gives the days on which lists that derive begin and end.
func (l *linter) datesOfDerived() []int32 {
	var g grid
	for li := range l.s.lists {
		if s := &l.s.lists[li]; !s.source.personal() && s.derives() && !l.otherwise(int32(li)) {
			g.span(s.span)
		}
	}
	return distinct(g.days, cmp.Compare[int32])
}

// judgeable reports whether judging every scope in full takes no more than
// [MaxLintPrices].
func (l *linter) judgeable(chains [][]int32) bool {
	n := 0
	for _, chain := range chains {
		g := l.gradeGrid(chain)
		if n += g.prices() * (len(l.s.book.Grades) + 1); n > MaxLintPrices {
			return false
		}
	}
	return true
}

func distinct[T comparable](all []T, compare func(a, b T) int) []T {
	slices.SortFunc(all, compare)
	return slices.Compact(all)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
