package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// holes finds products that default lists price in some currencies of the book
// and not in others, unless a row for everything does.
func (l *linter) holes() {
	for _, inclusive := range [2]bool{false, true} {
		var all []row
		for scope := range l.s.scopes.subjects {
			all = append(all, l.s.defaults(int32(scope))...)
		}
		wanted := l.currencies(all, inclusive)
		if len(wanted) < 2 {
			continue
		}
		everywhere := l.currencies(l.s.defaults(0), inclusive)
		for scope := int32(1); scope < int32(len(l.s.scopes.subjects)); scope++ {
			rows := l.s.defaults(scope)
			priced := l.currencies(rows, inclusive)
			for _, c := range wanted {
				if len(priced) > 0 && !slices.Contains(priced, c) && !slices.Contains(everywhere, c) {
					f := Finding{Code: FindCurrencyHole, Rule: rows[0].id(), Currency: c}
					f.Product, f.Category = l.subjectOf(&rows[0])
					l.add(f)
				}
			}
		}
	}
}

func (l *linter) currencies(all []row, inclusive bool) []tandem.Currency {
	var in []tandem.Currency
	for i := range all {
		if c := all[i].price.Currency(); l.s.lists[all[i].list].inclusive == inclusive && !slices.Contains(in, c) {
			in = append(in, c)
		}
	}
	slices.Sort(in)
	return in
}
