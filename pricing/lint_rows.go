package pricing

import (
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// customerGrids prices the scopes of each customer's list, alone against the
// default lists, to learn which of its rows ever give a price.
func (l *linter) customerGrids(chains [][]int32) {
	for _, page := range l.s.books {
		for bucket := 0; page != nil && bucket < page.Buckets() && l.left > 0; bucket++ {
			key := page.KeyOf(bucket)
			l.customerGrid(rows.KeyList(key), chains[rows.KeyScope(key)])
		}
	}
}

func (l *linter) customerGrid(li int32, chain []int32) {
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
			a.many, a.deriving, a.lists, a.few[0] = nil, 0, 1, li
			for _, micro := range g.quantities {
				if l.left--; l.left <= 0 {
					return
				}
				a.micro, a.code = micro, ""
				l.s.reach(a)
				r := &l.found
				if l.s.resolve(a, r); r.winner.personal() {
					l.reach(&r.mine)
				}
			}
		}
	}
}
