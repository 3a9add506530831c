package pricing

import (
	"slices"
	"strings"

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
	q := s.query(req, &c)
	if !c.OK() {
		return c.Err("price request")
	}
	res.Book, res.Version, res.Currency, res.Inclusive = s.book.ID, s.book.Version, req.Currency, req.Inclusive
	a := ask{query: &q}
	for i := range req.Lines {
		line := &req.Lines[i]
		if fault := checkLine(line, req.Currency); fault != "" {
			c.Add(fault, tandem.Path("lines", i), lineFault(fault, line))
			continue
		}
		s.about(&a, line)
		r := &res.found[i]
		s.resolve(&a, r)
		if r.winner == "" && line.Agreed == nil {
			code := s.missing(&a)
			c.Add(code, tandem.Path("lines", i), "product "+line.Product.String()+" has no price "+s.lacking(code, &a))
			continue
		}
		if err := s.priceLine(line, r, &res.Lines[i], req); err != nil {
			c.Add("amount", tandem.Path("lines", i), err.Error())
		} else if req.Explain {
			res.Lines[i].Waterfall = s.explain(req, line, &a, r, &res.Lines[i])
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

// reset empties the result and makes room for n lines.
func (r *Result) reset(n int) {
	lines, found := r.Lines[:0], r.found[:0]
	if cap(lines) < n {
		lines = make([]LineResult, 0, n)
	}
	if cap(found) < n {
		found = make([]resolution, 0, n)
	}
	lines = lines[:n]
	clear(lines)
	*r = Result{Lines: lines, found: found[:n], Discounts: r.Discounts[:0], Approvals: r.Approvals[:0],
		weights: r.weights[:0], parts: r.parts[:0]}
}

// query checks what the lines have in common and finds the lists that count.
func (s *Snapshot) query(req *Request, c *tandem.Check) query {
	q := query{day: int32(req.Date.DayNumber()), currency: req.Currency, inclusive: req.Inclusive}
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
	if req.Grade != "" {
		if g := slices.Index(s.book.Grades, req.Grade); g >= 0 {
			q.grades = s.grades[g]
		} else {
			c.Add("grade_unknown", "grade", "not a grade of the book")
		}
	}
	if len(s.contracts) > 0 && !req.Customer.IsZero() {
		q.contracts = s.contracts[req.Customer]
	}
	return q
}

func (s *Snapshot) about(a *ask, line *Line) {
	a.micro, a.unit = line.Quantity.Micro(), line.Quantity.Unit()
	s.scopesOf(a, line.Product, line.Category)
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

// missing says what comes closest to a price for a line that has none: each
// restriction is lifted in turn, the tax mode last.
func (s *Snapshot) missing(a *ask) string {
	closest, code := 0, "price_missing"
	look := func(rows []row) {
		for i := range rows {
			if loss := s.mismatch(&rows[i], a); rows[i].price.IsNone() || loss == "" {
				continue
			} else if near, as := nearness(loss); near > closest {
				closest, code = near, as
			}
		}
	}
	for _, scope := range a.chain[:a.depth] {
		look(s.rowsOf(scope))
		for _, lists := range [2][]int32{a.grades, a.contracts} {
			for _, li := range lists {
				look(s.overlayOf(li, scope))
			}
		}
	}
	return code
}

func nearness(l Loss) (int, string) {
	switch l {
	case LossTaxMode:
		return 1, "price_tax_mode"
	case LossCurrency:
		return 2, "price_currency"
	case LossUnit:
		return 3, "price_unit"
	case LossDate:
		return 4, "price_date"
	case LossQuantity:
		return 5, "price_quantity"
	}
	return 0, "price_missing"
}

// lacking says in words what a code of missing means.
func (s *Snapshot) lacking(code string, a *ask) string {
	switch code {
	case "price_tax_mode":
		return "with or without tax, as is asked"
	case "price_currency":
		return "in the currency that is asked"
	case "price_unit":
		return "per " + a.unit.String() + ", only per " + s.units(a) + "; a process prices in the product's base unit"
	case "price_date":
		return "on the day that is asked"
	case "price_quantity":
		return "for so small a quantity"
	}
	return "in any list that applies"
}

// units lists the units that rows of the line have, where nothing but the unit,
// the day or the quantity is against them.
func (s *Snapshot) units(a *ask) string {
	var units []string
	look := func(rows []row) {
		for i := range rows {
			if rows[i].price.IsNone() || s.mismatch(&rows[i], a) != LossUnit {
				continue
			}
			if u := rows[i].price.Unit().String(); !slices.Contains(units, u) {
				units = append(units, u)
			}
		}
	}
	for _, scope := range a.chain[:a.depth] {
		look(s.rowsOf(scope))
		for _, lists := range [2][]int32{a.grades, a.contracts} {
			for _, li := range lists {
				look(s.overlayOf(li, scope))
			}
		}
	}
	return strings.Join(units, ", ")
}

// mismatch says why a row cannot apply at all, "" if it can.
func (s *Snapshot) mismatch(r *row, a *ask) Loss {
	unit := r.price.Unit()
	if r.price.IsNone() {
		unit = s.book.Rows[r.source].From.Unit()
	}
	switch {
	case s.lists[r.list].inclusive != a.inclusive:
		return LossTaxMode
	case !r.price.IsNone() && r.price.Currency() != a.currency:
		return LossCurrency
	case unit != a.unit && (r.from > 0 || !r.price.IsNone()):
		return LossUnit
	case a.day < r.start || a.day >= r.until:
		return LossDate
	case a.micro < r.from:
		return LossQuantity
	}
	return ""
}

// stages gives the unit price after each of the steps list, break, contract,
// grade, agreed. None: the step did not happen.
func (r *resolution) stages(agreed *Override) (p [5]tandem.Price) {
	if r.first != nil {
		p[0] = r.first.price
		if r.base.row != r.first {
			p[1] = r.base.price
		}
	}
	switch r.winner {
	case SourceContract:
		p[2] = r.contract.price
		if r.follows.row != nil {
			p[3] = r.follows.price
		}
	case SourceGrade:
		p[3] = r.grade.price
	}
	if agreed != nil {
		p[4] = agreed.Price
	}
	return p
}

func (s *Snapshot) priceLine(line *Line, r *resolution, out *LineResult, req *Request) error {
	zero := tandem.MoneyFromMinor(0, req.Currency)
	deltas := [5]tandem.Money{zero, zero, zero, zero, zero}
	amount, price := zero, tandem.Price{}
	for i, p := range r.stages(line.Agreed) {
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
	out.Ref = tandem.PriceRef{Book: s.book.ID, Version: s.book.Version, Rule: s.winningRule(r)}
	if line.Agreed != nil {
		out.Ref.Rule, out.Final = RuleAgreed, line.Agreed.Final()
	}
	out.Breakdown = Breakdown{List: deltas[0], Break: deltas[1], Contract: deltas[2], Grade: deltas[3], Agreed: deltas[4], OrderDiscount: zero}
	return nil
}

func (s *Snapshot) winningRule(r *resolution) string {
	switch r.winner {
	case SourceDefault:
		return s.rule(&r.base)
	case SourceGrade:
		return s.rule(&r.grade)
	case SourceContract:
		return s.rule(&r.contract)
	}
	return ""
}
