package pricingtest

import (
	"cmp"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Reference prices a request as the documentation of package pricing says, and as a
// reader of it would by hand: it reads the book row by row for every line, in exact
// fractions, without an index, a rank or anything else of the engine. It is slow, and
// obviously right: tests compare [pricing.Snapshot.Price] with it.
//
// The result is that of the engine without its waterfalls. Faults of lines have the
// engine's paths and codes, but `price_missing` stands for all that says what comes
// closest to a price. The book must be valid; faults of the request as a whole are
// not looked for.
func Reference(book *pricing.Book, req *pricing.Request) (*pricing.Result, error) {
	r := reference{book: book, req: req, lists: map[string]int{}, tiers: map[string]*formula.Compiled{},
		res: &pricing.Result{Book: book.ID, Version: book.Version, Currency: req.Currency, Inclusive: req.Inclusive,
			Lines: make([]pricing.LineResult, len(req.Lines)), Shipping: req.Shipping},
		found: make([]found, len(req.Lines)), parts: make([][]part, len(req.Lines))}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	var c tandem.Check
	for _, i := range r.sequence() {
		if code := r.line(i); code != "" {
			c.Add(code, tandem.Path("lines", i), "has no price")
		}
	}
	if !c.OK() {
		return nil, c.Err("price request")
	}
	for _, step := range []func() error{r.promote, r.discount, r.judge, r.total} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r.res, nil
}

// reference is the work of pricing one request.
type reference struct {
	book  *pricing.Book
	req   *pricing.Request
	res   *pricing.Result
	lists map[string]int
	open  []bool // by list: it counts for the request
	tiers map[string]*formula.Compiled
	left  map[int]*pricing.Remaining // by list: what is left of its cap
	found []found
	parts [][]part // of each line
}

// prepare works out which lists count, and what is left of those with a cap.
func (r *reference) prepare() error {
	schema, err := condition.Standard(r.book.Attributes...)
	if err != nil {
		return err
	}
	facts := r.facts(schema)
	r.open, r.left = make([]bool, len(r.book.Lists)), map[int]*pricing.Remaining{}
	for i := range r.book.Lists {
		l := &r.book.Lists[i]
		r.lists[l.ID] = i
		if r.open[i], err = r.counts(l, schema, facts); err != nil {
			return err
		}
		if l.Cap != nil && r.open[i] {
			left := pricing.Remaining{List: l.ID, Quantity: l.Cap.Quantity, Value: l.Cap.Value}
			for _, given := range r.req.Remaining {
				if given.List == l.ID && !given.Quantity.IsNone() && !left.Quantity.IsNone() {
					left.Quantity = given.Quantity
				}
				if given.List == l.ID && !given.Value.IsNone() && !left.Value.IsNone() {
					left.Value = given.Value
				}
			}
			r.left[i] = &left
		}
	}
	for i := range r.book.Rows {
		if row := &r.book.Rows[i]; row.Tiers != nil {
			if r.tiers[row.ID], err = formula.Compile(*row.Tiers); err != nil {
				return err
			}
		}
	}
	return nil
}

// counts reports whether a list is for the customer and the occasion.
func (r *reference) counts(l *pricing.List, schema *condition.Schema, facts *condition.Facts) (bool, error) {
	switch l.Source {
	case pricing.SourceGrade:
		if !slices.Contains(l.Grades, r.req.Grade) {
			return false, nil
		}
	case pricing.SourceCustomer, pricing.SourceOffer, pricing.SourceContract:
		if r.req.Customer.IsZero() || !slices.Contains(l.Customers, r.req.Customer) {
			return false, nil
		}
	}
	if l.When == nil {
		return true, nil
	}
	program, err := condition.Compile(schema, *l.When)
	if err != nil {
		return false, err
	}
	return program.Match(facts), nil
}

// facts states what the request says of its order.
func (r *reference) facts(schema *condition.Schema) *condition.Facts {
	req, facts := r.req, schema.NewFacts()
	for name, v := range map[string]condition.Value{condition.OrderDate: condition.Of(req.Date), condition.OrderAt: condition.Of(req.At)} {
		r.state(schema, facts, name, v)
	}
	for name, text := range map[string]string{condition.CustomerGrade: string(req.Grade), condition.CustomerRegion: req.Region,
		condition.OrderChannel: req.Channel, condition.OrderCurrency: req.Currency.String()} {
		if text != "" {
			r.state(schema, facts, name, condition.Of(text))
		}
	}
	for name, texts := range map[string][]string{condition.CustomerSegment: req.Segments, condition.OrderCoupon: req.Coupons} {
		if slot, known := schema.Slot(name); known {
			_ = facts.SetTexts(slot, texts...) // the schema knows its kind
		}
	}
	for _, given := range req.Attributes {
		r.state(schema, facts, given.Name, given.Value)
	}
	return facts
}

func (r *reference) state(schema *condition.Schema, facts *condition.Facts, name string, v condition.Value) {
	if slot, known := schema.Slot(name); known && !v.IsNone() {
		_ = facts.Set(slot, v) // of another kind: not known
	}
}

// sequence gives the order in which lines take of caps: that of their numbers.
func (r *reference) sequence() []int {
	order := make([]int, len(r.req.Lines))
	for i := range order {
		order[i] = i
	}
	if len(r.left) > 0 {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.req.Lines[a].Line, r.req.Lines[b].Line) })
	}
	return order
}

// item gives where the book says that a product stands.
func (r *reference) item(product tandem.ProductID) (it pricing.Item) {
	for _, one := range r.book.Items {
		if one.Product == product {
			return one
		}
	}
	return it
}

// promote applies the book's promotions, which have a reference of their own.
func (r *reference) promote() error {
	if len(r.book.Promotions) == 0 {
		return nil
	}
	stacking := promotion.NewConfig()
	if r.book.Stacking != nil {
		stacking = *r.book.Stacking
	}
	for _, a := range r.book.Attributes {
		if !slices.ContainsFunc(stacking.Attributes, func(o condition.Attribute) bool { return o.Name == a.Name }) {
			stacking.Attributes = append(slices.Clip(stacking.Attributes), a)
		}
	}
	set, err := promotion.Compile(r.book.Promotions, stacking)
	if err != nil {
		return err
	}
	req, res := r.req, r.res
	basket := promotion.Basket{Currency: req.Currency, Inclusive: req.Inclusive, Date: req.Date, At: req.At, Coupons: req.Coupons, Grade: req.Grade,
		Segments: req.Segments, Channel: req.Channel, Region: req.Region, Shipping: req.Shipping, Without: req.Without}
	for _, a := range req.Attributes {
		basket.Facts = append(basket.Facts, promotion.Fact{Name: a.Name, Value: a.Value, Texts: a.Texts})
	}
	for i := range req.Lines {
		line, it := &req.Lines[i], r.item(req.Lines[i].Product)
		blocked := res.Lines[i].Final
		if f := &r.found[i]; line.Agreed == nil && f.winner.ok {
			blocked = blocked || r.book.Lists[f.winner.list].BlocksPromotions
		}
		basket.Lines = append(basket.Lines, promotion.Line{Line: line.Line, Product: line.Product, Category: cmp.Or(line.Category, it.Category),
			Brand: it.Brand, Quantity: line.Quantity, Amount: res.Lines[i].Extended, Net: res.Lines[i].Extended, Gross: res.Lines[i].Extended,
			Blocked: blocked})
	}
	var promoted promotion.Result
	if err := set.Apply(&basket, &promoted); err != nil {
		return err
	}
	res.Promotions, res.Coupons, res.Gifts, res.Search, res.Unanswered = promoted.Applied, promoted.Coupons, promoted.Gifts, promoted.Search, promoted.Unanswered
	for i := range promoted.Lines {
		for _, part := range promoted.Lines[i].Parts {
			if !promoted.Lines[i].Delta.IsZero() {
				res.Savings = append(res.Savings, pricing.Saving{Promotion: part.Promotion, Line: res.Lines[i].Line, Amount: part.Delta.Neg()})
			}
		}
	}
	if !req.Shipping.IsNone() {
		res.Shipping = promoted.Shipping.After
	}
	for i := range res.Lines {
		res.Lines[i].Amount = promoted.Lines[i].After
		res.Lines[i].Breakdown.Promotion = promoted.Lines[i].Delta
	}
	return nil
}

// discount takes the order discounts off, one after the other.
func (r *reference) discount() error {
	for _, d := range r.req.OrderDiscounts {
		basis := r.zero()
		weights := make([]int64, len(r.res.Lines))
		for i, line := range r.res.Lines {
			if !line.Final {
				weights[i] = line.Amount.Minor()
				basis = must(basis.Add(line.Amount))
			}
		}
		asked := d.Amount
		if asked.IsNone() {
			asked = must(basis.MulRate(d.Rate, r.book.Rounding))
		}
		applied := asked
		if applied.Minor() > basis.Minor() {
			applied = basis
		}
		r.res.Discounts = append(r.res.Discounts, pricing.Applied{ID: d.ID, Rate: d.Rate, Basis: basis, Asked: asked, Applied: applied})
		if applied.IsZero() {
			continue
		}
		parts, err := tandem.Allocate(nil, applied, weights)
		if err != nil {
			return err
		}
		for i, part := range parts {
			line := &r.res.Lines[i]
			line.Amount = must(line.Amount.Sub(part))
			line.Breakdown.OrderDiscount = must(line.Breakdown.OrderDiscount.Sub(part))
		}
	}
	return nil
}

func (r *reference) zero() tandem.Money { return tandem.MoneyFromMinor(0, r.req.Currency) }

// errRange is what the reference stops with where numbers leave their range, which
// those of its tests do not.
var errRange = errors.New("pricingtest: out of the range of the reference")

// must gives a value that the reference can do without an error of.
func must[T any](v T, err error) T {
	if err != nil {
		panic(errors.Join(errRange, err))
	}
	return v
}
