package pricing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
)

// FindingCode says what [Snapshot.Lint] found.
type FindingCode string

// The findings, the gravest first.
const (
	// FindGradeDearer: at this quantity and date a better grade pays more than a
	// worse one, or than a customer without a grade.
	FindGradeDearer FindingCode = "grade_dearer"
	// FindTie: both rules can apply at once and only their ids decide.
	FindTie FindingCode = "tie"
	// FindUnreachable: the row never gives a price.
	FindUnreachable FindingCode = "unreachable"
	// FindCurrencyHole: the product is priced, but not in this currency of the book.
	FindCurrencyHole FindingCode = "currency_hole"
	// FindPriceInversion: the larger quantity costs more per unit.
	FindPriceInversion FindingCode = "price_inversion"
	// FindTotalInversion: the quantity costs less in all than one unit fewer (16 are
	// cheaper than 15). Most breaks do that; it is a notice.
	FindTotalInversion FindingCode = "total_inversion"
)

// FindingCodes lists the findings, the gravest first.
func FindingCodes() []FindingCode {
	return []FindingCode{FindGradeDearer, FindTie, FindUnreachable, FindCurrencyHole, FindPriceInversion, FindTotalInversion}
}

// Valid reports whether c is one of [FindingCodes].
func (c FindingCode) Valid() bool { return slices.Contains(FindingCodes(), c) }

// UnmarshalText reads a code and refuses anything else.
func (c *FindingCode) UnmarshalText(text []byte) error { return decode(c, text, "finding") }

// Finding is something legal but doubtful in a book. Rule and Other name the two
// rows (or derived lists) that it is about.
type Finding struct {
	Code     FindingCode      `json:"code"`
	Rule     string           `json:"rule"`
	Other    string           `json:"other,omitempty"`
	Product  tandem.ProductID `json:"product,omitzero"`
	Category string           `json:"category,omitempty"`
	Currency tandem.Currency  `json:"currency,omitzero"`
	Quantity tandem.Quantity  `json:"quantity"`        // from which it holds
	Date     tandem.Date      `json:"date,omitzero"`   // from which it holds; none: since ever
	Grade    tandem.GradeCode `json:"grade,omitempty"` // that pays Price
	Than     tandem.GradeCode `json:"than,omitempty"`  // that pays Against; none: a customer without a grade
	Price    tandem.Price     `json:"price"`
	Against  tandem.Price     `json:"against"`
}

// Notice reports whether the finding is for information, not for correction.
func (f Finding) Notice() bool { return f.Code == FindTotalInversion }

// Lint reports what the author of a book should look at before publishing it, the
// gravest first, in a stable order. It prices every scope of the book at every
// quantity and date at which a price can change, for every grade: its time grows
// with the product of these. Which category a product is in is known to requests
// only, so that products and categories are judged apart. Contracts are judged
// each against the default lists.
func (s *Snapshot) Lint() []Finding {
	l := linter{s: s, reached: make([]bool, len(s.book.Rows)), seen: map[findingKey]bool{}}
	l.ties()
	chains := l.chains()
	for scope, chain := range chains {
		l.gradeGrid(int32(scope), chain)
	}
	for li := range s.lists {
		if s.book.Lists[li].Source == SourceContract {
			l.contractGrid(int32(li), chains)
		}
	}
	for i := range s.book.Rows {
		if r := &s.book.Rows[i]; !l.reached[i] {
			l.add(Finding{Code: FindUnreachable, Rule: r.ID, Product: r.Product, Category: r.Category, Price: r.Price})
		}
	}
	l.holes()
	order := FindingCodes()
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Code), slices.Index(order, b.Code)), strings.Compare(a.Rule, b.Rule),
			strings.Compare(a.Other, b.Other), a.Product.Compare(b.Product), cmp.Compare(a.Quantity.Micro(), b.Quantity.Micro()),
			strings.Compare(string(a.Grade), string(b.Grade)))
	})
	return l.findings
}

type linter struct {
	s        *Snapshot
	reached  []bool // by row
	seen     map[findingKey]bool
	findings []Finding
}

type findingKey struct {
	code        FindingCode
	rule, other string
	product     tandem.ProductID
	category    string
	currency    tandem.Currency
	micro       int64
	grade       tandem.GradeCode
}

// add records a finding once: the first date at which it holds.
func (l *linter) add(f Finding) {
	key := findingKey{f.Code, f.Rule, f.Other, f.Product, f.Category, f.Currency, f.Quantity.Micro(), f.Grade}
	if !l.seen[key] {
		l.seen[key] = true
		l.findings = append(l.findings, f)
	}
}

// chains gives, for each scope, the scopes that count for it: itself, the
// categories above it, everything.
func (l *linter) chains() [][]int32 {
	categories := l.s.scopes.categories
	chains := make([][]int32, l.s.scopes.count)
	for scope := range chains {
		chains[scope] = []int32{int32(scope), 0}
	}
	chains[0] = []int32{0}
	for path, scope := range categories {
		chain := []int32{scope}
		for i := strings.LastIndexByte(path, '/'); i >= 0; i = strings.LastIndexByte(path[:i], '/') {
			if above, known := categories[path[:i]]; known {
				chain = append(chain, above)
			}
		}
		chains[scope] = append(chain, 0)
	}
	return chains
}

// market is a currency, unit and tax mode: prices are compared only within one.
type market struct {
	currency  tandem.Currency
	unit      tandem.Unit
	inclusive bool
}

// grid is where prices of some rows can change.
type grid struct {
	markets    []market
	days       []int32
	quantities []int64
}

func (l *linter) gridOf(rows []row) (g grid) {
	for i := range rows {
		r := &rows[i]
		if !r.price.IsNone() {
			g.markets = append(g.markets, market{r.price.Currency(), r.price.Unit(), l.s.lists[r.list].inclusive})
		}
		g.days = append(g.days, r.start, l.s.lists[r.list].start)
		for _, end := range [2]int32{r.until, l.s.lists[r.list].until} {
			if end != forever {
				g.days = append(g.days, end)
			}
		}
		g.quantities = append(g.quantities, max(r.from, 1))
	}
	g.markets = distinct(g.markets, func(a, b market) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.unit, b.unit), compareBool(a.inclusive, b.inclusive))
	})
	g.days = distinct(g.days, cmp.Compare[int32])
	g.quantities = distinct(g.quantities, cmp.Compare[int64])
	return g
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

// each calls fn with every market and day of the grid, for the chain.
func (l *linter) each(g grid, chain []int32, fn func(a *ask, g grid)) {
	for _, m := range g.markets {
		for _, day := range g.days {
			a := ask{query: &query{day: day, currency: m.currency, inclusive: m.inclusive}, unit: m.unit, depth: len(chain)}
			copy(a.chain[:], chain)
			fn(&a, g)
		}
	}
}

// quote is what a customer would pay, and by which rule.
type quote struct {
	price    tandem.Price
	rule     string
	explicit bool // a row of a grade list, not a derived price
}

// gradeGrid prices one scope for every grade, and for a customer without one.
func (l *linter) gradeGrid(scope int32, chain []int32) {
	var rows []row
	for _, in := range chain {
		rows = append(rows, l.s.rowsOf(in)...)
		for li := range l.s.lists {
			if l.s.book.Lists[li].Source == SourceGrade {
				rows = append(rows, l.s.overlayOf(int32(li), in)...)
			}
		}
	}
	for li := range l.s.lists { // the dates of derived lists
		if s := &l.s.lists[li]; l.s.book.Lists[li].Source == SourceGrade && s.base != none && len(rows) > 0 {
			rows = append(rows, row{list: int32(li), start: s.start, until: s.until})
		}
	}
	l.each(l.gridOf(rows), chain, func(a *ask, g grid) {
		before := make([]quote, len(l.s.grades)+1)
		for i, micro := range g.quantities {
			a.micro = micro
			now := l.quotes(a)
			l.compareGrades(scope, a, now)
			if i > 0 {
				l.compareQuantities(scope, a, before, now)
			}
			before = now
		}
	})
}

// quotes prices for every grade from best to worst, and last for none.
func (l *linter) quotes(a *ask) []quote {
	quotes := make([]quote, len(l.s.grades)+1)
	for g := range quotes {
		a.grades = nil
		if g < len(l.s.grades) {
			a.grades = l.s.grades[g]
		}
		var r resolution
		l.s.resolve(a, &r)
		if r.winner == "" {
			continue
		}
		l.reach(r.first)
		l.reach(r.base.row)
		if r.winner == SourceGrade {
			l.reach(r.grade.row)
			l.reach(r.grade.by)
		}
		quotes[g] = quote{r.price, l.s.winningRule(&r), r.winner == SourceGrade && (!r.grade.derived() || r.grade.by != nil)}
	}
	return quotes
}

func (l *linter) reach(r *row) {
	if r != nil {
		l.reached[r.source] = true
	}
}

// at gives a finding the place that is being priced.
func (l *linter) at(f Finding, scope int32, a *ask) Finding {
	f.Currency, f.Quantity = a.currency, tandem.QuantityFromMicro(a.micro, a.unit)
	if a.micro == 1 {
		f.Quantity = tandem.QuantityFromMicro(0, a.unit)
	}
	f.Date, _ = tandem.DateOfDayNumber(int(a.day)) // a day of the book is in the calendar
	f.Product, f.Category = l.subject(scope)
	return f
}

// subject finds the product or category of a scope, by any row that is for it.
func (l *linter) subject(scope int32) (tandem.ProductID, string) {
	find := func(rows []row) *Row {
		for i := range rows {
			return &l.s.book.Rows[rows[i].source]
		}
		return nil
	}
	row := find(l.s.rowsOf(scope))
	for li := 0; row == nil && li < len(l.s.lists); li++ {
		row = find(l.s.overlayOf(int32(li), scope))
	}
	if row == nil {
		return tandem.ProductID{}, ""
	}
	return row.Product, row.Category
}

// compareGrades finds better grades that pay more than the cheapest of the worse.
func (l *linter) compareGrades(scope int32, a *ask, quotes []quote) {
	cheapest := len(quotes) - 1
	for g := len(quotes) - 2; g >= 0; g-- {
		better, worse := quotes[g], quotes[cheapest]
		if better.price.IsNone() {
			continue
		}
		order, err := better.price.Cmp(worse.price)
		if err == nil && order > 0 {
			f := Finding{Code: FindGradeDearer, Rule: better.rule, Other: worse.rule, Grade: l.s.book.Grades[g],
				Price: better.price, Against: worse.price}
			if cheapest < len(l.s.grades) {
				f.Than = l.s.book.Grades[cheapest]
			}
			l.add(l.at(f, scope, a))
		}
		if err != nil || order < 0 { // err: the worse has no price
			cheapest = g
		}
	}
}

// compareQuantities finds prices that rise with the quantity, and quantities that
// cost less in all than one unit fewer.
func (l *linter) compareQuantities(scope int32, a *ask, before, now []quote) {
	for g := range now {
		low, high := before[g], now[g]
		ungraded := g == len(now)-1
		if low.price.IsNone() || high.price.IsNone() || !ungraded && !low.explicit && !high.explicit {
			continue
		}
		f := Finding{Rule: high.rule, Other: low.rule, Price: high.price, Against: low.price}
		if !ungraded {
			f.Grade = l.s.book.Grades[g]
		}
		order, err := high.price.Cmp(low.price)
		switch {
		case err != nil || order == 0:
		case order > 0:
			f.Code = FindPriceInversion
			l.add(l.at(f, scope, a))
		case l.cheaperInAll(a, low.price, high.price):
			f.Code = FindTotalInversion
			l.add(l.at(f, scope, a))
		}
	}
}

func (l *linter) cheaperInAll(a *ask, low, high tandem.Price) bool {
	const unit = 1_000_000
	if a.micro <= unit {
		return false
	}
	fewer, err := low.Times(tandem.QuantityFromMicro(a.micro-unit, a.unit), l.s.book.Rounding)
	if err != nil {
		return false
	}
	all, err := high.Times(tandem.QuantityFromMicro(a.micro, a.unit), l.s.book.Rounding)
	return err == nil && all.Minor() < fewer.Minor()
}
