package pricing

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// ties finds rules that can apply at once and have the same rank. Under Lowest
// a tie means equal prices, and is none.
func (l *linter) ties() {
	if l.s.lowest {
		return
	}
	together := l.together()
	groups := map[int32][]int32{} // of each list, those that it is in
	for n, lists := range together {
		for _, li := range lists {
			groups[li] = append(groups[li], int32(n))
		}
	}
	everybody := []int32{int32(len(together))}
	groupsOf := func(r *row) []int32 {
		if l.s.order.Lists[r.list].Everybody {
			return everybody
		}
		return groups[r.list]
	}
	for scope := range l.s.scopes.subjects {
		l.tiesAmong(l.s.appendRows(nil, int32(scope), func(int32) bool { return true }), groupsOf)
	}
	for _, lists := range together {
		l.tiesOfDerived(lists)
	}
	one := func(*row) []int32 { return everybody }
	for _, page := range l.s.books {
		for bucket := 0; page != nil && bucket < page.Buckets(); bucket++ {
			key := page.KeyOf(bucket)
			l.tiesAmong(l.s.rowsOf(rows.KeyList(key), rows.KeyScope(key)), one)
		}
	}
	for _, lists := range l.customers() {
		l.tiesOfLists(lists, one)
		l.tiesOfDerived(lists)
	}
}

// together gives the lists for some that count together: those of each grade, and
// those that are for the same orders; the same lists once.
func (l *linter) together() (all [][]int32) {
	grades := map[string][]int32{}
	for n := range l.s.audiences.all {
		of := &l.s.audiences.all[n]
		if of.values[byGrade] == nil && len(of.lists) > 0 {
			all = append(all, of.lists)
		}
		for _, g := range of.values[byGrade] {
			grades[g] = append(grades[g], of.lists...)
		}
	}
	for _, g := range l.s.book.Grades {
		all = append(all, grades[string(g)])
	}
	return sets(all)
}

// customers gives the lists that customers with several have; the same lists once.
func (l *linter) customers() (all [][]int32) {
	for _, lists := range l.s.customers {
		if len(lists) > 1 {
			all = append(all, lists)
		}
	}
	return sets(all)
}

// sets sorts sets of lists, and drops those that stand twice.
func sets(all [][]int32) [][]int32 {
	slices.SortFunc(all, slices.Compare[[]int32])
	return slices.CompactFunc(all, slices.Equal[[]int32])
}

// buckets gives where the rows of a customer list stand.
func (l *linter) buckets(li int32) (page *rows.Page, from, to int) {
	if page = l.s.books[li>>pageBits]; page == nil {
		return nil, 0, 0
	}
	return page, page.After(rows.BucketKey(li, 0)), page.After(rows.BucketKey(li+1, 0))
}

// tiesOfLists finds the ties among the lists of one customer. The longest list may be
// one that many customers share: it is read only where another one has rows.
func (l *linter) tiesOfLists(lists []int32, groups func(*row) []int32) {
	longest, most := none, 0
	for _, li := range lists {
		if _, from, to := l.buckets(li); to-from > most {
			longest, most = li, to-from
		}
	}
	all := map[int32][]row{}
	for _, li := range lists {
		page, from, to := l.buckets(li)
		for bucket := from; bucket < to && li != longest; bucket++ {
			scope := rows.KeyScope(page.KeyOf(bucket))
			all[scope] = append(all[scope], l.s.rowsOf(li, scope)...)
		}
	}
	for _, scope := range slices.Sorted(maps.Keys(all)) {
		l.tiesAmong(append(all[scope], l.s.rowsOf(longest, scope)...), groups)
	}
}

// tiesOfDerived finds lists that derive from one base with the same rank: each with the
// one before it that holds longest.
func (l *linter) tiesOfDerived(lists []int32) {
	if l.s.firstHit {
		return
	}
	lists = slices.DeleteFunc(slices.Clone(lists), func(li int32) bool { return l.s.lists[li].base == none })
	key := func(a, b int32) int {
		x, y := &l.s.lists[a], &l.s.lists[b]
		return cmp.Or(cmp.Compare(x.base, y.base), cmp.Compare(x.rank, y.rank), cmp.Compare(x.currency, y.currency))
	}
	slices.SortFunc(lists, func(a, b int32) int {
		return cmp.Or(key(a, b), cmp.Compare(l.s.lists[a].span.Start, l.s.lists[b].span.Start), strings.Compare(l.s.book.Lists[a].ID, l.s.book.Lists[b].ID))
	})
	for i, last := 1, 0; i < len(lists); i++ {
		a, b := lists[last], lists[i]
		same := key(a, b) == 0
		if same && overlap(l.s.lists[a].span, l.s.lists[b].span) {
			l.tie(l.s.book.Lists[a].ID, l.s.book.Lists[b].ID, Finding{})
		}
		if !same || l.s.lists[b].span.Until >= l.s.lists[a].span.Until {
			last = i
		}
	}
}

func overlap(a, b rows.Span) bool { return a.Start < b.Until && b.Start < a.Until }

// compareRank sorts rows so that those which may tie stand together: they have one rank
// and price the same; of rates, those of one list.
func (l *linter) compareRank(a, b *row) int {
	order := cmp.Or(cmp.Compare(b.rank, a.rank), compareBool(a.price.IsNone(), b.price.IsNone()), cmp.Compare(a.unit, b.unit),
		cmp.Compare(a.price.Currency(), b.price.Currency()), compareBool(l.s.lists[a.list].inclusive, l.s.lists[b.list].inclusive))
	if order == 0 && (l.s.firstHit || a.price.IsNone()) {
		order = cmp.Compare(a.list, b.list)
	}
	return order
}

// tiesAmong finds the ties in the rows of one scope, each row with one before it. The
// groups of a row are those within which rows apply at once.
func (l *linter) tiesAmong(all []row, groups func(*row) []int32) {
	if len(all) < 2 {
		return
	}
	slices.SortFunc(all, func(a, b row) int {
		return cmp.Or(l.compareRank(&a, &b), a.window().From.Compare(b.window().From), strings.Compare(a.id(), b.id()))
	})
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && l.compareRank(&all[from], &all[to]) == 0 {
			to++
		}
		if to-from > 1 {
			l.tiesOfRank(all[from:to], groups)
		}
		from = to
	}
}

// window gives the instants between which a row holds.
func (r *row) window() (w Window) {
	if e := extraAt(r.page, r.number); e != nil && e.row.At != nil {
		w = *e.row.At
	}
	return w
}

// meet reports whether some instant is in both windows.
func meet(a, b Window) bool {
	return (b.Until.IsZero() || a.From.Before(b.Until)) && (a.Until.IsZero() || b.From.Before(a.Until))
}

// endsLater reports whether a ends no earlier than b.
func endsLater(a, b Window) bool {
	return a.Until.IsZero() || !b.Until.IsZero() && !a.Until.Before(b.Until)
}

// tiesOfRank finds the ties in rows of one rank.
func (l *linter) tiesOfRank(all []row, groups func(*row) []int32) {
	before := map[int32]*row{} // by group
	for i := range all {
		a, tied := &all[i], false
		if a.span.Start >= a.span.Until {
			continue
		}
		for _, group := range groups(a) {
			b := before[group]
			if b == nil || endsLater(a.window(), b.window()) {
				before[group] = a
			}
			if b == nil || tied || !overlap(a.span, b.span) || !meet(a.window(), b.window()) {
				continue
			}
			tied = true
			f := Finding{Currency: a.price.Currency()}
			if a.from > 0 {
				f.Quantity = tandem.QuantityFromMicro(a.from, a.unit)
			}
			f.Product, f.Category = l.subjectOf(a)
			l.tie(a.id(), b.id(), f)
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
