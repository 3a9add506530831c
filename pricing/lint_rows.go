package pricing

import (
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// customerGrids prices the scopes of each customer's list, alone against the
// default lists, to learn which of its rows ever give a price, and which.
func (l *linter) customerGrids(chains [][]int32) {
	for _, page := range l.s.books {
		for bucket := 0; page != nil && bucket < page.Buckets() && l.left > 0; bucket++ {
			key := page.KeyOf(bucket)
			l.customerGrid(rows.KeyList(key), rows.KeyScope(key), chains[rows.KeyScope(key)])
		}
	}
}

func (l *linter) customerGrid(li, scope int32, chain []int32) {
	var all []row
	for _, in := range chain {
		all = append(all, l.s.rowsOf(li, in)...)
	}
	l.left -= len(all) / 16
	g := l.gridOf(all)
	for _, in := range chain {
		g.join(l.gridAt(in, true))
	}
	g.sort()
	for _, m := range g.markets {
		for _, day := range g.days {
			a := l.askOf(m, day, "", l.s.lists[li].class, chain)
			var before quote
			a.many, a.deriving, a.lists, a.few[0] = nil, 0, 1, li
			for _, micro := range g.quantities {
				if l.left--; l.left <= 0 {
					return
				}
				a.micro, a.code = micro, ""
				l.s.reach(a)
				var now quote
				if l.s.resolve(a, &l.found); l.found.winner != "" {
					now = l.quote(a)
				}
				if now.personal {
					l.reach(&l.found.mine)
					l.compareQuantity(scope, a, &before, &now, "")
					l.judge(scope, a, &now, "")
				}
				before = now
			}
		}
	}
}

// derivedFloors finds customer lists that take more off a default list than a floor of
// the book allows, whatever they are asked for.
func (l *linter) derivedFloors() {
	const one = 1_000_000_000
	for li := range l.s.lists {
		s := &l.s.lists[li]
		if !s.source.personal() || !s.plain {
			continue
		}
		for i := range l.s.book.Floors {
			if f := &l.s.book.Floors[i]; f.judgesPrices() && one-s.rate.Nano() < f.Rate.Nano() {
				l.add(Finding{Code: FindBelowFloor, Rule: l.s.book.Lists[li].ID, Other: f.ID})
			}
		}
	}
}

// judgesPrices reports whether the floor compares a price with one of the book.
func (f *Floor) judgesPrices() bool {
	return f.Of != FloorOfOrder && (f.Basis == FloorList || f.Basis == FloorBeforeGrade)
}
