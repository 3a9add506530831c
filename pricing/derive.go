package pricing

import (
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// making is how a list derives a price: by a formula or at a rate, its own or that
// of a row.
type making struct {
	by      rule
	rate    tandem.Rate
	formula *formula.Formula
}

// makingOf finds how a list derives the price of the line: by the highest of its rows
// that say so. A quantity-from in another unit than the price's must be reached, and does
// not enter the rank.
func (s *Snapshot) makingOf(a *ask, li int32) making {
	l := &s.lists[li]
	m := making{rate: l.rate, formula: l.formula}
	if !s.rated {
		return m
	}
	for _, scope := range a.chain[:a.depth] {
		page, bucket := s.pageOf(li, scope)
		if page == nil {
			continue
		}
		d := page.On(a.day, &s.order)
		from, to := d.Rates(bucket)
		for i := from; i < to; i++ {
			h := &d.Hits[i]
			if h.List != li {
				continue
			}
			r, rank := page.Record(h.Index()), d.Rank(i, s.scopes.subjects[scope].depth, &s.order)
			f := &s.frames.all[r.Frame]
			if r.From > 1 && f.unit != a.unit {
				rank = rows.FromNought(rank)
			}
			if m.by.page != nil && (rank < m.by.rank || rank == m.by.rank && page.ID(h.Index()) > m.by.id()) {
				continue
			}
			if (r.From == 1 || r.From <= s.reached(a, f)) && a.holds(page, h.Index()) {
				m.by = rule{page, h.Index(), rank}
			}
		}
	}
	if m.by.page != nil {
		m.rate, m.formula = s.stated(m.by.page, m.by.row)
	}
	return m
}

// stated gives the rate or formula that a row states.
func (s *Snapshot) stated(page *rows.Page, row uint32) (tandem.Rate, *formula.Formula) {
	if e := extraAt(page, row); e != nil {
		return e.row.Discount, e.row.Formula
	}
	return tandem.RateFromNano(page.Record(row).Value), nil
}

// deriveInto takes the price that a list derives if it is better than the best.
func (s *Snapshot) deriveInto(a *ask, li int32, base, best *candidate) {
	of, ok := s.baseOf(a, li, base)
	if !ok {
		return
	}
	if c := s.deriveOn(a, li, &of, s.makingOf(a, li)); c.from != fromNowhere {
		s.better(best, &c)
	}
}

// discountInto is deriveInto for a list that takes its own rate off a default list,
// where the rank decides: what would not win is not made.
func (s *Snapshot) discountInto(a *ask, li int32, base, best *candidate) {
	l := &s.lists[li]
	if base.from == fromNowhere || base.list != l.base || l.inclusive != a.inclusive || !l.span.Contains(a.day) {
		return
	}
	rank := rows.DerivedRank(l.rank, base.rank, 0)
	if best.from != fromNowhere && rank <= best.rank {
		if rank == best.rank {
			s.deriveInto(a, li, base, best) // the ids decide
		}
		return
	}
	price, err := s.discounted(base.price, l.rate)
	if err != nil {
		return // cannot be: a discount makes no amount larger
	}
	best.from, best.list, best.rank, best.price, best.hit, best.page = fromList, li, rank, price, base.hit, base.page
	best.by.page, best.rate, best.tiers = nil, l.rate, nil
}

// derive gives the price that a list derives, row by row, so that its breaks are the
// base's.
func (s *Snapshot) derive(a *ask, li int32, base *candidate, m making) candidate {
	if of, ok := s.baseOf(a, li, base); ok {
		return s.deriveOn(a, li, &of, m)
	}
	return candidate{}
}

// baseOf gives the price that a list derives from, ok being false where it derives
// none: base is the best of the default lists, nil where a list is asked alone. From a default list in its own currency
// it derives where that list won; from another, by what that list alone says.
func (s *Snapshot) baseOf(a *ask, li int32, base *candidate) (of candidate, ok bool) {
	l := &s.lists[li]
	switch {
	case !l.span.Contains(a.day) || l.inclusive != a.inclusive || l.currency != 0 && l.currency != a.currency:
		return candidate{}, false
	case l.base == none:
		return candidate{rank: rows.FromNought(0)}, true // of cost
	case base != nil && s.lists[l.base].source == SourceDefault && l.source != SourceDefault && l.currency == 0:
		return *base, base.from != fromNowhere && base.list == l.base
	}
	other := a
	if l.currency != 0 {
		other = s.foreign(a, l.baseCurrency)
	}
	of = s.priceIn(other, l.base)
	if other != a && other.code != "" {
		a.fault(other.code, other.culprit)
	}
	return of, of.from != fromNowhere
}

// traceOf gives the steps of the formula by which a candidate was derived, if it was.
func (s *Snapshot) traceOf(a *ask, c, base *candidate) []formula.Step {
	if c.from != fromList {
		return nil
	}
	m := s.makingOf(a, c.list)
	if m.formula == nil && s.lists[c.list].currency == 0 {
		return nil
	}
	of, ok := s.baseOf(a, c.list, base)
	if !ok {
		return nil
	}
	var trace formula.Trace
	if _, err := s.formed(a, &s.lists[c.list], of.price, m, &trace); err != nil {
		return nil
	}
	return trace.Steps
}

// priceIn gives the price of one list, whoever it is for and whatever others say.
func (s *Snapshot) priceIn(a *ask, li int32) (best candidate) {
	s.searchList(a, li, &best)
	if s.lists[li].derives() {
		s.deriveInto(a, li, nil, &best)
	}
	return best
}

// deriveOn applies what a list makes of a price of its base.
func (s *Snapshot) deriveOn(a *ask, li int32, base *candidate, m making) candidate {
	l := &s.lists[li]
	c := candidate{from: fromList, rank: rows.DerivedRank(l.rank, base.rank, m.by.rank), page: base.page, hit: base.hit,
		by: m.by, rate: m.rate, list: li}
	var err error
	if m.formula == nil && l.currency == 0 {
		c.price, err = s.discounted(base.price, m.rate)
	} else {
		c.price, err = s.formed(a, l, base.price, m, nil)
	}
	switch {
	case err == nil && c.price.Currency() != a.currency: // of cost in another currency
		return candidate{}
	case err == nil:
		return c
	case errors.Is(err, formula.ErrCostMissing):
		a.fault(faultCost, s.book.Lists[li].ID)
	case errors.Is(err, formula.ErrRateMissing):
		a.fault(faultExchange, s.book.Lists[li].ID)
	default:
		a.fault(faultFormula, s.book.Lists[li].ID)
	}
	return candidate{}
}

// formed applies the formula of a list, or its rate and currency, to a price.
func (s *Snapshot) formed(a *ask, l *list, base tandem.Price, m making, trace *formula.Trace) (tandem.Price, error) {
	in := formula.Input{Cost: a.cost, Rounding: s.book.Rounding, Digits: s.book.PriceDigits}
	if l.currency != 0 {
		if in.ToCurrency = l.currency; base.Currency() != l.currency {
			if x := s.exchangeOf(base.Currency(), l.currency, a.day); x != nil {
				in.Rate = x.rate
			}
		}
	}
	f := m.formula
	if f == nil {
		a.plain = formula.Formula{Of: formula.OfList, Operator: formula.Discount, Rate: m.rate}
		f = &a.plain
	}
	if trace != nil {
		return f.Explain(base, in, trace)
	}
	return f.Apply(base, in)
}

// discounted gives price × (1 − rate), rounded once to the digits of a derived
// price, and never more than the price itself.
func (s *Snapshot) discounted(p tandem.Price, rate tandem.Rate) (tandem.Price, error) {
	if rate.IsZero() {
		return p, nil
	}
	step := s.stepOf(p)
	const one = 1_000_000_000
	units, ok := int128.QuoRound64(int128.Mul64(p.Micro(), one-rate.Nano()), one*step, s.mode)
	if !ok {
		return tandem.Price{}, tandem.ErrOverflow
	}
	micro, ok := int128.Mul64(units, step).Int64()
	if !ok {
		return tandem.Price{}, tandem.ErrOverflow
	}
	if micro > p.Micro() && rate.Sign() > 0 { // a cent is more than what the discount takes off
		return p, nil
	}
	return tandem.PriceFromMicro(micro, p.Currency(), p.Basis(), p.Unit())
}

// stepOf gives the millionths to which a price derived from p is rounded.
func (s *Snapshot) stepOf(p tandem.Price) int64 {
	if digits := s.book.PriceDigits; digits > 0 {
		return pow10[6-digits]
	}
	micro, exponent := p.Micro(), 6-p.Currency().Digits()
	for exponent > 0 && micro%pow10[exponent] != 0 {
		exponent--
	}
	return pow10[exponent]
}

// follow takes the rate of the customer's grade off a contract price: that of the grade
// list that derives from another with the highest priority, among equals the smallest id.
// The second result says by which list and rate.
func (s *Snapshot) follow(a *ask, contract candidate) (paid, by candidate) {
	for _, li := range a.derivers() {
		l := &s.lists[li]
		if l.inclusive != a.inclusive || l.source != SourceGrade || l.base == none || l.currency != 0 || !l.span.Contains(a.day) {
			continue
		}
		c := s.deriveOn(a, li, &contract, s.makingOf(a, li))
		if c.from == fromNowhere {
			continue
		}
		if c.rank = l.rank; by.from == fromNowhere || c.rank > by.rank || c.rank == by.rank && s.book.Lists[li].ID < s.book.Lists[by.list].ID {
			by = c
		}
	}
	if by.from == fromNowhere {
		return contract, by
	}
	contract.price, contract.tiers = by.price, nil
	return contract, by
}

// exchange is a rate between two currencies.
type exchange struct {
	rate tandem.Ratio
	span rows.Span
	to   tandem.Currency
}

type pairOf struct{ from, to tandem.Currency }

// exchangeOf gives the rate of a day, nil if there is none.
func (s *Snapshot) exchangeOf(from, to tandem.Currency, day int32) (best *exchange) {
	all := s.exchanges[pairOf{from, to}]
	for i := range all {
		if x := &all[i]; x.span.Contains(day) && (best == nil || x.span.Start > best.span.Start) {
			best = x
		}
	}
	return best
}

// foreign gives the ask in another currency.
func (s *Snapshot) foreign(a *ask, currency tandem.Currency) *ask {
	if a.other == nil {
		a.other = &ask{terms: &terms{}}
	}
	other, labels, next := a.other, a.other.labels, a.other.other
	clear(labels)
	terms := other.terms
	*terms = *a.terms
	terms.currency, terms.frames = currency, s.frames.in[market{currency, a.inclusive}]
	*other = *a
	other.terms, other.labels, other.other, other.code = terms, labels, next, ""
	s.reach(other)
	return other
}
