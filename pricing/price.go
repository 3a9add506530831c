package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Price prices a request into res, which may be used again and again: once it has
// room for the lines, a request without Explain allocates nothing. Lines are
// independent of one another but for order discounts.
//
// A request with faults gives a [tandem.InvalidError] with all of them, and an
// empty result. The codes of a line that has no price say what comes closest:
// `price_missing` (no row at all), `price_tax_mode`, `price_currency`,
// `price_unit`, `price_date`, `price_quantity` (below the smallest quantity).
func (s *Snapshot) Price(req *Request, res *Result) error {
	res.reset(len(req.Lines))
	var c tandem.Check
	if s.check(req, &c); !c.OK() {
		return c.Err("price request")
	}
	res.Book, res.Version, res.Currency, res.Inclusive = s.book.ID, s.book.Version, req.Currency, req.Inclusive
	s.termsOf(req, &res.work.terms, &res.work.finding)
	a := &res.work.ask
	a.terms = &res.work.terms
	clear(a.labels)
	for i := range req.Lines {
		line := &req.Lines[i]
		if fault := checkLine(line, req.Currency); fault != "" {
			c.Add(fault, tandem.Path("lines", i), lineFault(fault, line))
			continue
		}
		s.about(a, line)
		r := &res.work.found[i]
		s.resolve(a, r)
		if r.winner == "" && line.Agreed == nil {
			code := s.missing(a)
			c.Add(code, tandem.Path("lines", i), "product "+line.Product.String()+" has no price "+s.lacking(code, a))
			continue
		}
		if err := s.priceLine(line, r, &res.Lines[i], req); err != nil {
			c.Add("amount", tandem.Path("lines", i), err.Error())
		} else if req.Explain {
			res.Lines[i].Waterfall = s.explain(req, line, a, r, &res.Lines[i])
		}
	}
	if c.OK() {
		s.finish(req, res, &c)
	}
	if !c.OK() {
		res.reset(0)
	}
	return c.Err("price request")
}

// work is what pricing writes on: it is kept with the result, to be used again.
type work struct {
	terms   terms
	finding finding
	ask     ask
	found   []resolution
	weights []int64
	parts   []tandem.Money
}

// reset empties the result and makes room for n lines.
func (r *Result) reset(n int) {
	lines, work := r.Lines[:0], r.work
	if cap(lines) < n {
		lines = make([]LineResult, 0, n)
	}
	if work == nil {
		work = newWork()
	}
	if cap(work.found) < n {
		work.found = make([]resolution, 0, n)
	}
	work.found, lines = work.found[:n], lines[:n]
	clear(lines)
	*r = Result{Lines: lines, Discounts: r.Discounts[:0], Approvals: r.Approvals[:0], work: work}
}

func newWork() *work { return &work{} }

// check checks what the lines have in common.
func (s *Snapshot) check(req *Request, c *tandem.Check) {
	if req.Date.IsZero() {
		c.Add("date", "date", "the date that prices must be given")
	}
	if !req.Currency.Valid() {
		c.Add("currency", "currency", "must be a currency")
	}
	if !s.book.Company.IsZero() && s.book.Company != req.Company {
		c.Add("company", "company", "the book belongs to another company")
	}
	if len(req.Lines) > tandem.MaxLines {
		c.Add("too_many", "lines", "too many lines")
	}
	if len(req.OrderDiscounts) > MaxOrderDiscounts {
		c.Add("too_many", "order_discounts", "too many order discounts")
	}
	if req.Grade != "" && !slices.Contains(s.book.Grades, req.Grade) {
		c.Add("grade_unknown", "grade", "not a grade of the book")
	}
}

// checkLine gives the code of the first fault of a line.
func checkLine(line *Line, currency tandem.Currency) string {
	switch {
	case line.Line <= 0:
		return "line"
	case line.Quantity.Sign() <= 0:
		return "quantity"
	case line.Category != "" && !validCategory(line.Category):
		return "category"
	case line.Cost.Currency() != 0 && line.Cost.Currency() != currency:
		return "cost_currency"
	case line.Agreed == nil:
		return ""
	}
	switch o := line.Agreed; {
	case o.Price.IsNone() || o.Price.Sign() < 0:
		return "agreed_price"
	case o.Price.Currency() != currency:
		return "agreed_currency"
	case o.Price.Unit() != line.Quantity.Unit():
		return "agreed_unit"
	case o.Reason == "" || len(o.Reason) > tandem.MaxText || len(o.Actor) > tandem.MaxName:
		return "agreed_reason"
	}
	return ""
}

// lineFault says what a code of [checkLine] means.
func lineFault(code string, line *Line) string {
	switch code {
	case "line":
		return "the number of the line must be above 0"
	case "quantity":
		return "the quantity must be above 0"
	case "category":
		return "is no path of categories"
	case "cost_currency":
		return "the cost must be in the currency of the request"
	case "agreed_price":
		return "the agreed price must be given, and not be below 0"
	case "agreed_currency":
		return "the agreed price must be in the currency of the request"
	case "agreed_unit":
		return "the agreed price must be per unit of the quantity that is priced: " + line.Agreed.Price.Unit().String() +
			" is given, " + line.Quantity.Unit().String() + " is priced"
	}
	return "the agreed price needs its reason, and both reason and actor must be short"
}

// stages gives the unit price after each of the steps that make it. None: the
// step did not happen.
func (s *Snapshot) stages(r *resolution, agreed *Override) (p [priceSteps]tandem.Price) {
	if r.base.page != nil {
		_, p[atList] = s.first(r)
		if r.base.hit.First != r.base.hit.Index() {
			p[atBreak] = r.base.price
		}
	}
	if at := stepOf(r.winner); at > 0 {
		p[at] = r.final().price
		if r.follows.page != nil {
			p[atGrade] = r.follows.price
		}
	}
	if agreed != nil {
		p[atAgreed] = agreed.Price
	}
	return p
}

// stepOf gives the place of the step that lists of a source make, 0 for the list itself.
func stepOf(source Source) int {
	switch source {
	case SourceChannel:
		return atChannel
	case SourceGrade:
		return atGrade
	case SourceCustomer:
		return atCustomer
	case SourceOffer:
		return atOffer
	case SourceContract:
		return atContract
	}
	return atList
}

func (s *Snapshot) priceLine(line *Line, r *resolution, out *LineResult, req *Request) error {
	zero := tandem.MoneyFromMinor(0, req.Currency)
	var deltas [stepCount]tandem.Money
	for i := range deltas {
		deltas[i] = zero
	}
	amount, price := zero, tandem.Price{}
	for i, p := range s.stages(r, line.Agreed) {
		if p.IsNone() || p == price {
			continue
		}
		next, err := p.Times(line.Quantity, s.book.Rounding)
		if err != nil {
			return err
		}
		if deltas[i], err = next.Sub(amount); err != nil {
			return err
		}
		amount, price = next, p
	}
	out.Line, out.Price, out.Extended, out.Amount = line.Line, price, amount, amount
	out.Ref = tandem.PriceRef{Book: s.book.ID, Version: s.book.Version}
	if r.winner != "" {
		out.Ref.Rule = s.rule(r.final())
	}
	if line.Agreed != nil {
		out.Ref.Rule, out.Final = RuleAgreed, line.Agreed.Final()
	}
	out.Breakdown = breakdownOf(&deltas)
	return nil
}
