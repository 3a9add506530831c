package pricing

import "github.com/tandem-go/tandem/pricing/internal/rows"

// unreached finds the rows that never gave a price. Asks say neither the instant nor a
// cost: rows of which these decide are taken as reached. So are rates for categories where
// products have prices and no place: their lines may say any category.
func (l *linter) unreached() {
	unsaid, unplaced := l.unsaid(), l.unplaced()
	l.s.eachBucket(func(page *rows.Page, bucket int, scope int32) {
		from, to := page.Range(bucket)
		for n := from; n < to; n++ {
			if reached := l.reached[page]; reached != nil && reached[n] || l.unsure(page, n) {
				continue
			}
			r := l.s.authored(page, n, scope)
			if rate := r.Price.IsNone() && r.Tiers == nil; !rate || !unsaid[page.Record(n).List] && (r.Category == "" || !unplaced) {
				l.add(Finding{Code: FindUnreachable, Rule: r.ID, Product: r.Product, Category: r.Category, Price: r.Price})
			}
		}
	})
}

// unplaced reports whether products have rows, of which the book does not say where they
// stand.
func (l *linter) unplaced() bool {
	for scope := range l.s.scopes.subjects {
		of := &l.s.scopes.subjects[scope]
		if of.place == none || l.s.scopes.places.At(of.place).Tail != none {
			continue
		}
		if from, to := l.s.pages[scope>>pageBits].Range(scope & pageMask); from < to {
			return true
		}
	}
	return false
}

// unsure reports whether a row holds between instants, or makes its price from cost.
func (l *linter) unsure(page *rows.Page, n uint32) bool {
	e := extraAt(page, n)
	return e != nil && (e.row.At != nil || e.row.Formula != nil && e.row.Formula.NeedsCost())
}

// unsaid finds the lists whose derived prices are not known without an instant or a
// cost, since theirs or those of a list that they derive from are not.
func (l *linter) unsaid() []bool {
	unsaid := make([]bool, len(l.s.lists))
	for li := range l.s.lists {
		f := l.s.lists[li].formula
		unsaid[li] = f != nil && f.NeedsCost()
	}
	if l.s.timed || l.s.costed {
		l.s.eachBucket(func(page *rows.Page, bucket int, _ int32) {
			from, to := page.Range(bucket)
			for n := from; n < to; n++ {
				if l.unsure(page, n) {
					unsaid[page.Record(n).List] = true
				}
			}
		})
	}
	for li := range l.s.lists {
		for at := int32(li); at != none && !unsaid[li]; at = l.s.lists[at].base {
			unsaid[li] = unsaid[at]
		}
	}
	return unsaid
}
