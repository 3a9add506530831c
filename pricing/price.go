package pricing

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

// Price prices a request into res, which may be used again and again: once it has
// room for the lines, a request without Explain allocates nothing, unless a customer has
// more than six lists, the book more than 255 audiences, lines are split or approvals
// asked for. Lines are independent of one another but for breaks that are counted
// together, caps, promotions, order discounts and floors of the order.
//
// A request with faults gives a [tandem.InvalidError] and an empty result: first with
// those of the request, and where it has none with those of all lines. The codes of a line
// that has no price say what comes closest:
// `price_missing` (no row at all), `price_tax_mode`, `price_currency`,
// `price_unit`, `price_date`, `price_quantity` (below the smallest quantity).
func (s *Snapshot) Price(req *Request, res *Result) error {
	res.reset(len(req.Lines))
	var c tandem.Check
	if s.check(req, &c); !c.OK() {
		return c.Err("price request")
	}
	res.Book, res.Version, res.Currency, res.Inclusive = s.book.ID, s.book.Version, req.Currency, req.Inclusive
	w := res.work
	s.termsOf(req, &w.terms, &w.finding)
	a := &w.ask
	a.terms, a.border = &w.terms, req.Border
	clear(a.labels)
	s.countLines(req, w)
	w.remain(s, req)
	for _, i := range w.sequence(req) {
		line := &req.Lines[i]
		if fault := checkLine(line, req.Currency); fault != "" {
			c.Add(fault, tandem.Path("lines", i), lineFault(fault, line))
			continue
		}
		s.about(a, line)
		w.places[i] = a.place
		if s.frames.counting {
			s.reachCounted(a, line, w)
		}
		r := &w.found[i]
		if code := s.resolveLine(a, r, line); code != "" {
			c.Add(code, tandem.Path("lines", i), "product "+line.Product.String()+" has no price "+s.lacking(code, a))
			continue
		}
		err := s.priceLine(line, r, &res.Lines[i], req)
		if err == nil {
			err = s.split(a, r, line, i, res, req)
		}
		if err != nil {
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
	terms      terms
	finding    finding
	ask        ask
	found      []resolution
	places     []int32 // of the products of the lines, or none
	counts     map[counted]int64
	left       []Remaining // of lists with a cap, by what the lines before took
	order      []int
	bases      [][][2]tandem.Money // of lines that were split, by part: by the list price, before the grade
	weights    []int64
	parts      []tandem.Money
	basket     promotion.Basket
	facts      [][]promotion.Fact // of each line
	orderFacts []promotion.Fact
	promoted   promotion.Result
}

// reset empties the result and makes room for n lines.
func (r *Result) reset(n int) {
	lines, w := r.Lines[:0], r.work
	if cap(lines) < n {
		lines = make([]LineResult, 0, n)
	}
	if w == nil {
		w = &work{}
	}
	if cap(w.found) < n {
		w.found = make([]resolution, 0, n)
	}
	if cap(w.places) < n {
		w.places = make([]int32, 0, n)
	}
	w.found, w.places, lines = w.found[:n], w.places[:n], lines[:n]
	clear(lines)
	*r = Result{Lines: lines, Discounts: r.Discounts[:0], Approvals: r.Approvals[:0], Consumed: r.Consumed[:0],
		Rounding: r.Rounding[:0], Promotions: r.Promotions[:0], Savings: r.Savings[:0], Unanswered: r.Unanswered[:0], Coupons: r.Coupons[:0], Gifts: r.Gifts[:0], work: w}
}

// sequence gives the order in which lines are priced: that of the request or, where
// lines take of a cap, that of their numbers.
func (w *work) sequence(req *Request) []int {
	w.order = w.order[:0]
	for i := range req.Lines {
		w.order = append(w.order, i)
	}
	if len(w.left) > 0 {
		slices.SortStableFunc(w.order, func(a, b int) int { return cmp.Compare(req.Lines[a].Line, req.Lines[b].Line) })
	}
	return w.order
}

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
	if req.Border != "" && !req.Border.Valid() {
		c.Add("border", "border", "must be keep_gross or keep_net")
	}
	if len(req.Coupons) > promotion.MaxBasketCoupons {
		c.Add("too_many", "coupons", "too many coupons")
	}
	if len(req.Segments) > promotion.MaxSegments {
		c.Add("too_many", "segments", "too many segments")
	}
	if len(req.Without) > promotion.MaxWithout {
		c.Add("too_many", "without", "too many promotions")
	}
	if !req.Shipping.IsNone() && (req.Shipping.Currency() != req.Currency || req.Shipping.Sign() < 0) {
		c.Add("shipping", "shipping", "must not be negative, and in the currency of the request")
	}
	for i := range req.Remaining {
		left, path := &req.Remaining[i], tandem.Path("remaining", i)
		li, known := s.index[left.List]
		if !known || s.book.Lists[li].Cap == nil {
			c.Add("list_unknown", path+".list", "not a list of the book with a cap")
		}
		if left.Quantity.Sign() < 0 || left.Value.Sign() < 0 {
			c.Add("remaining", path, "must not be negative")
		}
	}
	if i := doubled(req.Lines); i >= 0 {
		c.Add("duplicate", tandem.Path("lines", i)+".line", "a line number stands twice")
	}
	if len(req.OrderDiscounts) > MaxOrderDiscounts {
		c.Add("too_many", "order_discounts", "too many order discounts")
	}
	if req.Grade != "" && !slices.Contains(s.book.Grades, req.Grade) {
		c.Add("grade_unknown", "grade", "not a grade of the book")
	}
}

// doubled gives the first line whose number stands before it, -1 if there is none.
func doubled(lines []Line) int {
	last, ascending := 0, true
	for i := range lines {
		ascending = ascending && lines[i].Line > last
		last = lines[i].Line
	}
	if ascending || len(lines) > tandem.MaxLines {
		return -1
	}
	seen := make(map[int]bool, len(lines))
	for i := range lines {
		if n := lines[i].Line; n > 0 && seen[n] {
			return i
		}
		seen[lines[i].Line] = true
	}
	return -1
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
	case len(line.Conversions) > MaxConversions:
		return "conversions"
	case line.Rebate.Currency() != 0 && (line.Rebate.Currency() != currency || line.Rebate.Sign() < 0),
		!validDiscount(line.RebateRate) || line.RebateRate.Cmp(tandem.Percent(100)) == 0 || !line.RebateRate.IsZero() && !line.Rebate.IsNone():
		return "rebate"
	case !validTaxRate(line.HomeRate) || !validTaxRate(line.TaxRate):
		return "tax_rate"
	case len(line.Group) > tandem.MaxName:
		return "group"
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

func validTaxRate(r tandem.Rate) bool {
	return r.Sign() >= 0 && r.Cmp(tandem.Percent(100*taxmode.MaxRate)) <= 0
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
	case "conversions":
		return "too many conversions"
	case "rebate":
		return "the rebate is an amount in the currency of the request or a rate from 0 to below 1, and not negative"
	case "tax_rate":
		return "the tax rates are out of range"
	case "group":
		return "the group is too long"
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
