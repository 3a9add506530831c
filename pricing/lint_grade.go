package pricing

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// quote is what a customer would pay, and by which rule.
type quote struct {
	base     tandem.Price // of the default lists
	derived  bool
	price    tandem.Price
	rule     string
	explicit bool // a row of a grade list, not a derived price
	tiers    *formula.Compiled
	list     tandem.Price // of the default lists at the smallest quantity-from
	personal bool         // a list of the customer gives it
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
		before, cost := make([]quote, len(asks)), 0
		for _, a := range asks {
			cost += 1 + len(a.derivers())/16 // each derives anew
		}
		for i, micro := range g.quantities {
			if l.left -= cost; l.left <= 0 {
				return
			}
			now := l.quotes(asks, micro)
			l.compareGrades(scope, asks[0], now)
			for n := range now {
				grade := tandem.GradeCode("")
				if n < len(l.s.book.Grades) {
					grade = l.s.book.Grades[n]
				}
				if i > 0 {
					l.compareQuantity(scope, asks[n], &before[n], &now[n], grade)
				}
				l.judge(scope, asks[n], &now[n], grade)
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
		if l.s.resolve(a, &l.found); l.found.winner != "" {
			l.reachBase(&l.found)
			if final := l.found.final(); final != &l.found.base {
				l.reach(final)
			}
			quotes[g] = l.quote(a)
		}
	}
	return quotes
}

// quote gives what was found. Tiers have no price for next to nothing.
func (l *linter) quote(a *ask) quote {
	r := &l.found
	final := r.final()
	if a.micro == 1 && (r.tiers != nil || r.base.tiers != nil) {
		return quote{}
	}
	q := quote{price: r.price, rule: l.s.rule(final), explicit: final != &r.base && (final.from == fromRow || final.by.page != nil),
		base: r.base.price, derived: final.from == fromList, tiers: r.tiers, list: r.base.price, personal: r.winner.personal()}
	l.s.measure(a, r)
	if by, same := r.first(); !same && r.base.from == fromRow {
		q.list, _ = l.s.priced(by.page, by.row, a.quantity())
	}
	return q
}

// amount gives what a quantity costs at a quote.
func (l *linter) amount(q *quote, micro int64, unit tandem.Unit) (tandem.Money, error) {
	quantity := tandem.QuantityFromMicro(micro, unit)
	if q.tiers != nil {
		return q.tiers.Amount(quantity, l.s.book.Rounding)
	}
	return q.price.Times(quantity, l.s.book.Rounding)
}

// dearer compares two quotes: where there are tiers, what the quantity costs in all.
func (l *linter) dearer(a *ask, x, y *quote) (order int, err error) {
	if order, err = x.price.Cmp(y.price); err != nil || x.tiers == nil && y.tiers == nil {
		return order, err
	}
	one, err := l.amount(x, a.micro, a.unit)
	if err != nil {
		return 0, err
	}
	other, err := l.amount(y, a.micro, a.unit)
	return cmp.Compare(one.Minor(), other.Minor()), err
}

// judge compares a price with the floors of the book, and with nought.
func (l *linter) judge(scope int32, a *ask, q *quote, grade tandem.GradeCode) {
	if q.price.IsNone() || q.base.IsNone() {
		return
	}
	f := Finding{Rule: q.rule, Price: q.price, Against: q.base, Grade: grade}
	if q.derived && q.price.IsZero() && !q.base.IsZero() {
		f.Code = FindNought
		l.add(l.at(f, scope, a))
	}
	for i := range l.s.book.Floors {
		floor := &l.s.book.Floors[i]
		if !floor.judgesPrices() {
			continue
		}
		basis := q.base
		if floor.Basis == FloorList {
			basis = q.list
		}
		limit, err := basis.MulRate(floor.Rate, tandem.RoundDown)
		if err != nil {
			continue
		}
		f.Against = basis
		if order, err := q.price.Cmp(limit); err == nil && order < 0 {
			f.Code, f.Other = FindBelowFloor, floor.ID
			l.add(l.at(f, scope, a))
		}
	}
}

func (l *linter) reachBase(r *resolution) {
	if r.base.from != fromNowhere {
		if first, _ := r.first(); first.page != nil {
			l.mark(first.page, first.row)
		}
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
		order, err := l.dearer(a, &better, &worse)
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

// compareQuantity finds prices that rise with the quantity, and quantities that cost
// less in all than one unit fewer. What a list derives is its base's doing.
func (l *linter) compareQuantity(scope int32, a *ask, low, high *quote, grade tandem.GradeCode) {
	made := (grade != "" || high.personal) && !low.explicit && !high.explicit
	if low.price.IsNone() || high.price.IsNone() || made || high.packed() && low.packed() {
		return
	}
	f := Finding{Rule: high.rule, Other: low.rule, Price: high.price, Against: low.price, Grade: grade}
	order, err := high.price.Cmp(low.price)
	switch {
	case err != nil || order == 0:
	case order > 0:
		f.Code = FindPriceInversion
		l.add(l.at(f, scope, a))
	case l.cheaperInAll(a, low, high):
		f.Code = FindTotalInversion
		l.add(l.at(f, scope, a))
	}
}

// packed reports whether the price is one of packages: each that is begun costs more per
// unit than the ones that are full.
func (q *quote) packed() bool { return q.tiers != nil && q.tiers.Model() == formula.Package }

// cheaperInAll reports whether the quantity costs less than one unit fewer.
func (l *linter) cheaperInAll(a *ask, low, high *quote) bool {
	if a.micro <= oneUnit {
		return false
	}
	fewer, err := l.amount(low, a.micro-oneUnit, a.unit)
	if err != nil {
		return false
	}
	all, err := l.amount(high, a.micro, a.unit)
	return err == nil && all.Minor() < fewer.Minor()
}
