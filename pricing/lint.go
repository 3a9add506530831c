package pricing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// FindingCode says what [Snapshot.Lint] found.
type FindingCode string

// The findings, the gravest first.
const (
	// FindGradeDearer: at this quantity and date a better grade pays more than a
	// worse one, or than a customer without a grade.
	FindGradeDearer FindingCode = "grade_dearer"
	// FindBelowFloor: the price is below a floor of the book by itself; Other is the floor.
	FindBelowFloor FindingCode = "below_floor"
	// FindNought: a list makes a price of nought of one that is not.
	FindNought FindingCode = "nought"
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
	// FindIncomplete: the book is too large to be judged as a whole.
	FindIncomplete FindingCode = "incomplete"
)

// FindingCodes lists the findings, the gravest first.
func FindingCodes() []FindingCode {
	return []FindingCode{FindGradeDearer, FindBelowFloor, FindNought, FindTie, FindUnreachable, FindCurrencyHole, FindPriceInversion,
		FindTotalInversion, FindIncomplete}
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
func (f Finding) Notice() bool { return f.Code == FindTotalInversion || f.Code == FindIncomplete }

// MaxLintPrices is how many prices [Snapshot.Lint] works out at most.
const MaxLintPrices = 1 << 23

// Lint reports what the author of a book should look at before publishing it, the
// gravest first, in a stable order. It prices every scope of the book at every
// quantity and date at which a price can change, for every grade: its time grows with
// the product of these, up to [MaxLintPrices]. Beyond, scopes are judged where their own
// rows change only, not where those of wider scopes do, and [FindIncomplete] says so.
// Products are judged with the wider scopes that the book's items say; of others these
// are not known. Contracts are judged each against the default lists; lists of channels by
// ties and by whether their rows ever hold, not by what they cost.
func (s *Snapshot) Lint() []Finding {
	l := linter{s: s, reached: map[*rows.Page][]bool{}, seen: map[findingKey]bool{}, left: MaxLintPrices}
	l.ties()
	chains := l.chains()
	l.own = l.estimate(chains) > MaxLintPrices
	for at := range s.pages {
		l.gradePage(at, chains)
	}
	l.customerGrids(chains)
	if l.left > 0 {
		l.unreached()
	}
	if l.left <= 0 || l.own {
		l.add(Finding{Code: FindIncomplete})
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
	reached  map[*rows.Page][]bool
	seen     map[findingKey]bool
	findings []Finding
	left     int // prices that may yet be worked out
	finding  finding
	found    resolution
	rows     []row
	own      bool // scopes are judged where their own rows change only
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

// chains gives, for each scope, the scopes that count for it: itself, those above
// it as far as the book knows them, everything.
func (l *linter) chains() [][]int32 {
	chains := make([][]int32, len(l.s.scopes.subjects))
	for scope := range chains {
		of := &l.s.scopes.subjects[scope]
		chain := []int32{int32(scope)}
		switch {
		case scope == 0:
			chain = nil
		case of.place != none:
			place := l.s.scopes.places.At(of.place)
			if place.Parent != none {
				chain = append(chain, place.Parent)
			}
			if place.Tail != none {
				chains[scope] = append(chain, l.s.scopes.chain(place.Tail)...)
				continue
			}
		case of.depth > depthBrand:
			chain = l.s.scopes.appendCategories(nil, of.name)
		}
		chains[scope] = append(chain, 0)
	}
	return chains
}

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

func (l *linter) gridOf(all []row) (g grid) {
	for i := range all {
		r := &all[i]
		if !r.price.IsNone() {
			g.markets = append(g.markets, trade{r.price.Currency(), r.price.Unit(), l.s.lists[r.list].inclusive})
		}
		for _, span := range [2]rows.Span{r.span, l.s.lists[r.list].span} {
			g.days = append(g.days, span.Start)
			if span.Until != rows.Forever {
				g.days = append(g.days, span.Until)
			}
		}
		g.quantities = append(g.quantities, max(r.from, 1))
	}
	g.markets = distinct(g.markets, func(a, b trade) int {
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

// quote is what a customer would pay, and by which rule.
type quote struct {
	base     tandem.Price // of the default lists
	derived  bool
	price    tandem.Price
	rule     string
	explicit bool // a row of a grade list, not a derived price
}

// gradePage prices the scopes of a page for every grade and audience, and for a
// customer without any: day by day, so that each day's form of the page is made once.
func (l *linter) gradePage(at int, chains [][]int32) {
	var grids [pageSize]grid
	var days []int32
	for i := range grids {
		if scope := at<<pageBits + i; scope < len(chains) {
			grids[i] = l.gradeGrid(chains[scope])
			days = append(days, grids[i].days...)
		}
	}
	l.channelDays(l.s.pages[at])
	for _, day := range distinct(days, cmp.Compare[int32]) {
		for i := range grids {
			if _, has := slices.BinarySearch(grids[i].days, day); has {
				l.gradeDay(int32(at<<pageBits+i), chains[at<<pageBits+i], &grids[i], day)
			}
		}
	}
}

// estimate tells how many prices judging every scope in full takes.
func (l *linter) estimate(chains [][]int32) (n int) {
	for _, chain := range chains {
		g := l.gradeGrid(chain)
		n += len(g.days) * len(g.markets) * len(g.quantities) * (len(l.s.book.Grades) + 1)
	}
	return n
}

// gradeGrid finds where prices of a chain of scopes can change.
func (l *linter) gradeGrid(chain []int32) grid {
	l.rows = l.rows[:0]
	if l.own {
		chain = chain[:1]
	}
	for _, in := range chain {
		l.rows = l.s.appendRows(l.rows, in, func(li int32) bool { return !l.otherwise(li) })
	}
	if len(l.rows) > 0 {
		for li := range l.s.lists { // the dates of derived lists
			if s := &l.s.lists[li]; !s.source.personal() && s.derives() && !l.otherwise(int32(li)) {
				l.rows = append(l.rows, row{list: int32(li), span: s.span})
			}
		}
	}
	return l.gridOf(l.rows)
}

// otherwise reports whether a list is for some by something else than their grade.
func (l *linter) otherwise(li int32) bool {
	class := l.s.lists[li].class
	return class != 0 && l.s.audiences.all[class].values[byGrade] == nil
}

// channelDays marks the rows of lists that are not of a grade, wherever they hold: from
// the days on which rows of the page begin.
func (l *linter) channelDays(page *rows.Page) {
	var days []int32
	for n := range uint32(page.Len()) {
		if li := page.Record(n).List; l.otherwise(li) {
			days = append(days, l.s.read(page, n, 0).span.Start)
		}
	}
	for _, day := range distinct(days, cmp.Compare[int32]) {
		d := page.On(day, &l.s.order)
		for bucket := range page.Buckets() {
			some, _ := d.Some(bucket)
			_, end := d.Rates(bucket)
			for at := some; at < end; at++ {
				if h := &d.Hits[at]; l.otherwise(h.List) {
					l.mark(page, h.Index())
				}
			}
		}
	}
}

// gradeDay prices one scope on one day.
func (l *linter) gradeDay(scope int32, chain []int32, g *grid, day int32) {
	for _, m := range g.markets {
		asks := make([]*ask, 0, len(l.s.book.Grades)+1)
		for _, grade := range l.s.book.Grades {
			asks = append(asks, l.askOf(m, day, grade, 0, chain))
		}
		asks = append(asks, l.askOf(m, day, "", 0, chain))
		before := make([]quote, len(asks))
		for i, micro := range g.quantities {
			if l.left -= len(asks); l.left <= 0 {
				return
			}
			now := l.quotes(asks, micro)
			l.compareGrades(scope, asks[0], now)
			if i > 0 {
				l.compareQuantities(scope, asks[0], before, now)
			}
			for n := range now {
				l.judge(scope, asks[n], &now[n], n)
			}
			before = now
		}
	}
}

// askOf makes an ask for a chain of scopes, of a grade and of another audience.
func (l *linter) askOf(m trade, day int32, grade tandem.GradeCode, class uint16, chain []int32) *ask {
	a := &ask{terms: &terms{}, unit: m.unit, depth: len(chain)}
	date, _ := tandem.DateOfDayNumber(int(day)) // a day of the book is in the calendar
	l.s.termsOf(&Request{Date: date, Currency: m.currency, Inclusive: m.inclusive, Grade: grade}, a.terms, &l.finding)
	if class != 0 {
		a.join(class)
	}
	copy(a.chain[:], chain)
	return a
}

// quotes prices for every grade from best to worst, then for none, then for others.
func (l *linter) quotes(asks []*ask, micro int64) []quote {
	quotes := make([]quote, len(asks))
	for g, a := range asks {
		a.micro, a.code = micro, ""
		l.s.reach(a)
		r := &l.found
		if l.s.resolve(a, r); r.winner == "" {
			continue
		}
		l.reachBase(r)
		final := r.final()
		if final != &r.base {
			l.reach(final)
		}
		quotes[g] = quote{price: r.price, rule: l.s.rule(final), explicit: final != &r.base && (final.from == fromRow || final.by.page != nil),
			base: r.base.price, derived: final.from == fromList}
	}
	return quotes
}

// judge compares a price with the floors of the book, and with nought.
func (l *linter) judge(scope int32, a *ask, q *quote, n int) {
	if q.price.IsNone() || q.base.IsNone() {
		return
	}
	f := Finding{Rule: q.rule, Price: q.price, Against: q.base}
	if n < len(l.s.book.Grades) {
		f.Grade = l.s.book.Grades[n]
	}
	if q.derived && q.price.IsZero() && !q.base.IsZero() {
		f.Code = FindNought
		l.add(l.at(f, scope, a))
	}
	for i := range l.s.book.Floors {
		floor := &l.s.book.Floors[i]
		if floor.Of == FloorOfOrder || floor.Basis != FloorList && floor.Basis != FloorBeforeGrade {
			continue
		}
		limit, err := q.base.MulRate(floor.Rate, tandem.RoundDown)
		if err != nil {
			continue
		}
		if order, err := q.price.Cmp(limit); err == nil && order < 0 {
			f.Code, f.Other = FindBelowFloor, floor.ID
			l.add(l.at(f, scope, a))
		}
	}
}

func (l *linter) reachBase(r *resolution) {
	if r.base.from != fromNowhere {
		first, _ := r.first()
		if first.page == nil {
			return
		}
		l.mark(first.page, first.row)
		l.reach(&r.base)
	}
}

// reach notes the row of a winner, and the row that states its rate.
func (l *linter) reach(c *candidate) {
	if c.hit != nil {
		l.mark(c.page, c.hit.Index())
	}
	if c.by.page != nil {
		l.mark(c.by.page, c.by.row)
	}
}

func (l *linter) mark(page *rows.Page, row uint32) {
	if l.reached[page] == nil {
		l.reached[page] = make([]bool, page.Len())
	}
	l.reached[page][row] = true
}

// unreached finds the rows that never gave a price.
func (l *linter) unreached() {
	look := func(page *rows.Page, bucket int, scope int32) {
		from, to := page.Range(bucket)
		for n := from; n < to; n++ {
			if reached := l.reached[page]; reached == nil || !reached[n] {
				r := l.s.authored(page, n, scope)
				l.add(Finding{Code: FindUnreachable, Rule: r.ID, Product: r.Product, Category: r.Category, Price: r.Price})
			}
		}
	}
	l.s.eachBucket(look)
}

// at gives a finding the place that is being priced.
func (l *linter) at(f Finding, scope int32, a *ask) Finding {
	f.Currency, f.Quantity = a.currency, tandem.QuantityFromMicro(a.micro, a.unit)
	if a.micro == 1 {
		f.Quantity = tandem.QuantityFromMicro(0, a.unit)
	}
	f.Date, _ = tandem.DateOfDayNumber(int(a.day)) // a day of the book is in the calendar
	var r Row
	l.s.scopes.name(scope, &r)
	f.Product, f.Category = r.Product, r.Category
	return f
}

// compareGrades finds better grades that pay more than the cheapest of the worse.
func (l *linter) compareGrades(scope int32, a *ask, quotes []quote) {
	cheapest := len(l.s.book.Grades)
	for g := cheapest - 1; g >= 0; g-- {
		better, worse := quotes[g], quotes[cheapest]
		if better.price.IsNone() {
			continue
		}
		order, err := better.price.Cmp(worse.price)
		if err == nil && order > 0 {
			f := Finding{Code: FindGradeDearer, Rule: better.rule, Other: worse.rule, Grade: l.s.book.Grades[g],
				Price: better.price, Against: worse.price}
			if cheapest < len(l.s.book.Grades) {
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
		ungraded := g >= len(l.s.book.Grades)
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
