package pricing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// customerGrids prices the scopes of each customer's list, alone against the
// default lists, to learn which of its rows ever give a price.
func (l *linter) customerGrids(chains [][]int32) {
	for _, page := range l.s.books {
		for bucket := 0; page != nil && bucket < page.Buckets(); bucket++ {
			key := page.KeyOf(bucket)
			l.customerGrid(rows.KeyList(key), chains[rows.KeyScope(key)])
		}
	}
}

func (l *linter) customerGrid(li int32, chain []int32) {
	var all []row
	for _, in := range chain {
		all = append(append(all, l.s.defaults(in)...), l.s.rowsOf(li, in)...)
	}
	g := l.gridOf(all)
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

// ties finds rules that can apply at once and have the same rank. Under Lowest
// a tie means equal prices, and is none.
func (l *linter) ties() {
	if l.s.lowest {
		return
	}
	together := l.together()
	for scope := range l.s.scopes.subjects {
		l.tiesAmong(l.s.defaults(int32(scope)))
		for _, lists := range together {
			l.tiesAmong(l.s.appendRows(nil, int32(scope), func(li int32) bool { return slices.Contains(lists, li) }))
		}
	}
	for _, lists := range together {
		l.tiesOfDerived(lists)
	}
	for _, lists := range l.s.customers {
		l.tiesOfLists(lists)
	}
}

// together gives the lists for some that count together: those of each grade, and
// those that are for the same orders.
func (l *linter) together() (all [][]int32) {
	grades := map[string][]int32{}
	for n := range l.s.audiences.all {
		of := &l.s.audiences.all[n]
		if of.values[byGrade] == nil && len(of.lists) > 1 {
			all = append(all, of.lists)
		}
		for _, g := range of.values[byGrade] {
			grades[g] = append(grades[g], of.lists...)
		}
	}
	for _, g := range l.s.book.Grades {
		all = append(all, grades[string(g)])
	}
	return all
}

// tiesOfLists finds the ties among the lists of one customer.
func (l *linter) tiesOfLists(lists []int32) {
	all := map[int32][]row{}
	for _, li := range lists {
		page := l.s.books[li>>pageBits]
		if page == nil {
			continue
		}
		for bucket := page.After(rows.BucketKey(li, 0)); bucket < page.Buckets() && rows.KeyList(page.KeyOf(bucket)) == li; bucket++ {
			scope := rows.KeyScope(page.KeyOf(bucket))
			all[scope] = append(all[scope], l.s.rowsOf(li, scope)...)
		}
	}
	for _, rows := range all {
		l.tiesAmong(rows)
	}
	l.tiesOfDerived(lists)
}

// tiesOfDerived finds lists that derive from one base with the same rank.
func (l *linter) tiesOfDerived(lists []int32) {
	for i, a := range lists {
		for _, b := range lists[:i] {
			x, y := &l.s.lists[a], &l.s.lists[b]
			if !l.s.firstHit && x.base != none && x.base == y.base && x.rank == y.rank && overlap(x.span, y.span) {
				l.tie(l.s.book.Lists[a].ID, l.s.book.Lists[b].ID, Finding{})
			}
		}
	}
}

func overlap(a, b rows.Span) bool { return a.Start < b.Until && b.Start < a.Until }

// tiesAmong finds the ties in the rows of one scope.
func (l *linter) tiesAmong(all []row) {
	slices.SortFunc(all, func(a, b row) int {
		if l.s.firstHit && a.list != b.list {
			return cmp.Compare(a.list, b.list)
		}
		return cmp.Or(cmp.Compare(b.rank, a.rank), strings.Compare(a.id(), b.id()))
	})
	for i := range all {
		for j := i - 1; j >= 0 && all[j].rank == all[i].rank && (!l.s.firstHit || all[j].list == all[i].list); j-- {
			a, b := &all[i], &all[j]
			if overlap(a.span, b.span) && l.s.lists[a.list].inclusive == l.s.lists[b.list].inclusive &&
				a.price.IsNone() == b.price.IsNone() && a.unit == b.unit && a.price.Currency() == b.price.Currency() &&
				(!a.price.IsNone() || a.list == b.list) {
				f := Finding{Currency: a.price.Currency()}
				if a.from > 0 {
					f.Quantity = tandem.QuantityFromMicro(a.from, a.unit)
				}
				f.Product, f.Category = l.subjectOf(a)
				l.tie(a.id(), b.id(), f)
				break
			}
		}
	}
}

// subjectOf gives the product or category that a row is for.
func (l *linter) subjectOf(r *row) (tandem.ProductID, string) {
	var named Row
	l.s.scopes.name(r.scope, &named)
	return named.Product, named.Category
}

// tie records a tie between two rules, the one that wins first.
func (l *linter) tie(a, b string, f Finding) {
	f.Code, f.Rule, f.Other = FindTie, min(a, b), max(a, b)
	l.add(f)
}

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
