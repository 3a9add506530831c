package pricing

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
)

// contractGrid prices the scopes of one contract, alone against the default
// lists, to learn which of its rows ever give a price.
func (l *linter) contractGrid(li int32, chains [][]int32) {
	last := none
	for _, scope := range l.s.overlayScope[l.s.lists[li].from:l.s.lists[li].to] {
		if scope == last {
			continue
		}
		last = scope
		var rows []row
		for _, in := range chains[scope] {
			rows = append(append(rows, l.s.rowsOf(in)...), l.s.overlayOf(li, in)...)
		}
		l.each(l.gridOf(rows), chains[scope], func(a *ask, g grid) {
			a.contracts = []int32{li}
			for _, micro := range g.quantities {
				a.micro = micro
				var r resolution
				if l.s.resolve(a, &r); r.winner == SourceContract {
					l.reach(r.contract.row)
					l.reach(r.contract.by)
				}
			}
		})
	}
}

// ties finds rules that can apply at once and have the same rank. Under Lowest
// a tie means equal prices, and is none.
func (l *linter) ties() {
	if l.s.lowest {
		return
	}
	for scope := range l.s.scopes.count {
		l.tiesAmong(l.s.rowsOf(scope))
	}
	for li := range l.s.lists {
		l.tiesOfLists([]int32{int32(li)})
	}
	for _, lists := range l.s.grades {
		l.tiesOfLists(lists)
	}
	for _, lists := range l.s.contracts {
		if len(lists) > 1 {
			l.tiesOfLists(lists)
		}
	}
}

// tiesOfLists finds the ties among grade lists or contracts that count together.
func (l *linter) tiesOfLists(lists []int32) {
	var all []scoped
	for _, li := range lists {
		for i := l.s.lists[li].from; i < l.s.lists[li].to; i++ {
			all = append(all, scoped{l.s.overlay[i], l.s.overlayScope[i]})
		}
	}
	slices.SortFunc(all, func(a, b scoped) int { return cmp.Or(cmp.Compare(a.scope, b.scope), l.s.order(a.row, b.row)) })
	var bucket []row
	for i := range all {
		if i > 0 && all[i].scope != all[i-1].scope {
			l.tiesAmong(bucket)
			bucket = bucket[:0]
		}
		bucket = append(bucket, all[i].row)
	}
	l.tiesAmong(bucket)
	l.tiesOfDerived(lists)
}

// tiesOfDerived finds lists that derive from one base with the same rank.
func (l *linter) tiesOfDerived(lists []int32) {
	for i, a := range lists {
		for _, b := range lists[:i] {
			x, y := &l.s.lists[a], &l.s.lists[b]
			if !l.s.firstHit && x.base != none && x.base == y.base && x.rank == y.rank && x.start < y.until && y.start < x.until {
				l.tie(l.s.book.Lists[a].ID, l.s.book.Lists[b].ID, Finding{})
			}
		}
	}
}

// tiesAmong finds the ties in the rows of one scope, sorted as they win.
func (l *linter) tiesAmong(rows []row) {
	for i := range rows {
		for j := i - 1; j >= 0 && rows[j].rank == rows[i].rank && (!l.s.firstHit || rows[j].list == rows[i].list); j-- {
			a, b := &rows[i], &rows[j]
			if a.start < b.until && b.start < a.until && l.s.lists[a.list].inclusive == l.s.lists[b.list].inclusive &&
				a.price.IsNone() == b.price.IsNone() && l.sameMarket(a, b) {
				source := &l.s.book.Rows[a.source]
				l.tie(source.ID, l.s.book.Rows[b.source].ID, Finding{Product: source.Product, Category: source.Category,
					Currency: a.price.Currency(), Quantity: source.From})
				break
			}
		}
	}
}

func (l *linter) sameMarket(a, b *row) bool {
	if a.price.IsNone() {
		return a.list == b.list && l.s.book.Rows[a.source].From.Unit() == l.s.book.Rows[b.source].From.Unit()
	}
	return a.price.Currency() == b.price.Currency() && a.price.Unit() == b.price.Unit()
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
		wanted := l.currencies(l.s.base, inclusive)
		if len(wanted) < 2 {
			continue
		}
		everywhere := l.currencies(l.s.rowsOf(0), inclusive)
		for scope := int32(1); scope < l.s.scopes.count; scope++ {
			rows := l.s.rowsOf(scope)
			priced := l.currencies(rows, inclusive)
			for _, c := range wanted {
				if len(priced) > 0 && !slices.Contains(priced, c) && !slices.Contains(everywhere, c) {
					first := &l.s.book.Rows[rows[0].source]
					l.add(Finding{Code: FindCurrencyHole, Rule: first.ID, Product: first.Product, Category: first.Category, Currency: c})
				}
			}
		}
	}
}

func (l *linter) currencies(rows []row, inclusive bool) []tandem.Currency {
	var in []tandem.Currency
	for i := range rows {
		if c := rows[i].price.Currency(); l.s.lists[rows[i].list].inclusive == inclusive && !slices.Contains(in, c) {
			in = append(in, c)
		}
	}
	slices.Sort(in)
	return in
}
