package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// currencies finds products that default lists price in some currencies of the book and
// not in others, and lists of grades that give nothing in some.
func (l *linter) currencies() {
	for _, inclusive := range [2]bool{false, true} {
		stated := make([][]tandem.Currency, len(l.s.scopes.subjects))
		var wanted []tandem.Currency
		for scope := range stated {
			stated[scope] = l.stated(int32(scope), inclusive)
			wanted = append(wanted, stated[scope]...)
		}
		slices.Sort(wanted)
		if wanted = slices.Compact(wanted); len(wanted) < 2 {
			continue
		}
		l.holes(stated, wanted, l.givers(inclusive))
		l.idle(inclusive, wanted)
	}
}

// stated gives the currencies in which rows of default lists price a scope.
func (l *linter) stated(scope int32, inclusive bool) (in []tandem.Currency) {
	for _, m := range l.gridAt(scope, true).markets {
		if m.inclusive == inclusive && !slices.Contains(in, m.currency) {
			in = append(in, m.currency)
		}
	}
	return in
}

// givers tells, for each currency, from prices in which others one in it is made: by
// default lists that convert, and by the book's conversion.
func (l *linter) givers(inclusive bool) map[tandem.Currency][]tandem.Currency {
	from := map[tandem.Currency][]tandem.Currency{}
	for _, li := range l.s.deriving {
		if s := &l.s.lists[li]; s.inclusive == inclusive && s.currency != 0 && l.s.exchanges[pairOf{s.baseCurrency, s.currency}] != nil {
			from[s.currency] = append(from[s.currency], s.baseCurrency)
		}
	}
	if l.s.book.Conversion == ConvertLast {
		for to, sources := range l.s.sources {
			from[to] = append(from[to], sources...)
		}
	}
	all := map[tandem.Currency][]tandem.Currency{}
	for to := range from {
		reach := []tandem.Currency{to}
		for i := 0; i < len(reach); i++ {
			for _, c := range from[reach[i]] {
				if !slices.Contains(reach, c) {
					reach = append(reach, c)
				}
			}
		}
		all[to] = reach
	}
	return all
}

// holes finds the scopes that are priced in some of the currencies and not in others,
// unless a wider scope is. A default list of cost may price in any.
func (l *linter) holes(stated [][]tandem.Currency, wanted []tandem.Currency, givers map[tandem.Currency][]tandem.Currency) {
	for _, li := range l.s.deriving {
		if l.s.lists[li].base == none {
			return
		}
	}
	for scope, chain := range l.chains() {
		if scope == 0 || len(stated[scope]) == 0 {
			continue
		}
		priced := func(c tandem.Currency) bool {
			return slices.ContainsFunc(chain, func(in int32) bool { return slices.Contains(stated[in], c) })
		}
		for _, c := range wanted {
			if priced(c) || slices.ContainsFunc(givers[c], priced) {
				continue
			}
			all := l.s.defaults(int32(scope))
			first := &all[slices.IndexFunc(all, func(r row) bool { return !r.price.IsNone() })]
			f := Finding{Code: FindCurrencyHole, Rule: first.id(), Currency: c}
			f.Product, f.Category = l.subjectOf(first)
			l.add(f)
		}
	}
}

// offering is a list and a currency in which it gives prices.
type offering struct {
	list     int32
	currency tandem.Currency
}

// idle finds the lists of grades that derive and give nothing in a currency in which
// default lists price, where no other list of the grade does: it pays like everybody.
func (l *linter) idle(inclusive bool, wanted []tandem.Currency) {
	rows := map[offering]bool{}
	for _, page := range l.s.pages {
		for n := range uint32(page.Len()) {
			r := page.Record(n)
			rows[offering{r.List, l.s.frames.all[r.Frame].currency}] = true
		}
	}
	grades := map[tandem.GradeCode][]int32{}
	for li := range l.s.lists {
		if l.s.lists[li].inclusive == inclusive {
			for _, g := range l.s.book.Lists[li].Grades {
				grades[g] = append(grades[g], int32(li))
			}
		}
	}
	told := map[offering]bool{}
	for _, g := range l.s.book.Grades {
		for _, c := range wanted {
			if slices.ContainsFunc(grades[g], func(li int32) bool { return l.gives(rows, li, c) }) {
				continue
			}
			for _, li := range grades[g] {
				if at := (offering{li, c}); l.s.lists[li].derives() && !told[at] {
					told[at] = true
					l.add(Finding{Code: FindGradeIdle, Rule: l.s.book.Lists[li].ID, Currency: c, Grade: g})
				}
			}
		}
	}
}

// gives reports whether a list states or derives prices in a currency. One of cost may
// in any.
func (l *linter) gives(rows map[offering]bool, li int32, c tandem.Currency) bool {
	for {
		s := &l.s.lists[li]
		switch {
		case rows[offering{li, c}] || s.base == none && s.formula != nil:
			return true
		case s.base == none || s.currency != 0 && s.currency != c:
			return false
		case s.currency != 0:
			if c = s.baseCurrency; l.s.exchanges[pairOf{c, s.currency}] == nil {
				return false
			}
		}
		li = s.base
	}
}
