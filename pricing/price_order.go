package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// finish does what concerns the order as a whole: promotions, order discounts,
// floors, totals.
func (s *Snapshot) finish(req *Request, res *Result, c *tandem.Check) {
	if err := s.promote(req, res); err != nil {
		c.Nested("", err)
		return
	}
	for i := range req.OrderDiscounts {
		if err := s.discount(&req.OrderDiscounts[i], req, res); err != nil {
			c.Add("order_discount", tandem.Path("order_discounts", i), err.Error())
		}
	}
	if !c.OK() {
		return
	}
	if err := s.judge(req, res); err != nil {
		c.Add("floor", "lines", err.Error())
		return
	}
	for i := range res.Lines {
		line := &res.Lines[i]
		line.Base = tandem.TaxBase{Line: line.Line, Code: req.Lines[i].TaxCode, Amount: line.Amount, Inclusive: req.Inclusive}
		if line.Waterfall != nil {
			line.Waterfall.Amount = line.Amount
			rebate, err := s.rebate(line.Amount, &req.Lines[i])
			if err == nil {
				err = line.Waterfall.beyond(rebate, req.Lines[i].Cost)
			}
			if err != nil {
				c.Add("rebate", tandem.Path("lines", i), err.Error())
			}
		}
	}
	if err := s.total(req, res); err != nil {
		c.Add("amount", "total", err.Error())
	}
}

// total sums the lines and, under [TotalPrecise], what their rounding took or added.
func (s *Snapshot) total(req *Request, res *Result) (err error) {
	res.Total = tandem.MoneyFromMinor(0, req.Currency)
	for i := range res.Lines {
		if res.Total, err = res.Total.Add(res.Lines[i].Amount); err != nil {
			return err
		}
	}
	if s.book.Totals != TotalPrecise {
		return nil
	}
	for i := range res.Lines {
		code := req.Lines[i].TaxCode
		if slices.ContainsFunc(req.Lines[:i], func(l Line) bool { return l.TaxCode == code }) {
			continue
		}
		rounding, err := s.roundingOfCode(req, res, code)
		if err != nil {
			return err
		}
		if rounding.IsZero() {
			continue
		}
		res.Rounding = append(res.Rounding, tandem.TaxBase{Code: code, Amount: rounding, Inclusive: req.Inclusive})
		if res.Total, err = res.Total.Add(rounding); err != nil {
			return err
		}
	}
	return nil
}

// roundingOfCode gives what the lines of a tax code come to, rounded once, less what
// they come to when each is rounded. What is taken off a line takes its part of what the
// line lost by rounding. Lines of tiers, parts and converted units count as they were
// rounded.
func (s *Snapshot) roundingOfCode(req *Request, res *Result, code tandem.TaxCode) (tandem.Money, error) {
	scale := pow10[6] * pow10[6-req.Currency.Digits()] // of a minor unit, in millionths of millionths
	sum, lost := int128.Int{}, int64(0)
	for i := range res.Lines {
		out, line := &res.Lines[i], &req.Lines[i]
		if line.TaxCode != code {
			continue
		}
		var ok bool
		if sum, ok = sum.Add(int128.Mul64(out.Amount.Minor(), scale)); !ok {
			return tandem.Money{}, tandem.ErrOverflow
		}
		if out.Parts != nil || line.Agreed == nil && res.work.found[i].tiers != nil || out.Price.Unit() != line.Quantity.Unit() {
			continue
		}
		rest, ok := restOf(out, line, scale)
		if lost += rest; !ok {
			return tandem.Money{}, tandem.ErrOverflow
		}
	}
	exact, ok := sum.Add(int128.FromInt64(lost))
	if !ok {
		return tandem.Money{}, tandem.ErrOverflow
	}
	minor, ok := int128.QuoRound64(exact, scale, s.mode)
	rounded, fits := int128.QuoRound64(sum, scale, int128.Down)
	if !ok || !fits {
		return tandem.Money{}, tandem.ErrOverflow
	}
	return tandem.MoneyFromMinor(minor-rounded, req.Currency), nil
}

// restOf gives what the exact amount of a line is more than the rounded one, in parts of
// the scale, in proportion to what is left of the line.
func restOf(out *LineResult, line *Line, scale int64) (int64, bool) {
	exact := int128.Mul64(out.Price.Micro(), line.Quantity.Micro())
	basis := out.Price.Basis()
	whole, ok := int128.QuoRound(exact, basis, int128.HalfAway) // 1e-12 of the currency unit
	if !ok {
		return 0, false
	}
	rest, ok := whole.Sub(int128.Mul64(out.Extended.Minor(), scale))
	if !ok {
		return 0, false
	}
	n, ok := rest.Int64()
	if !ok || out.Extended.IsZero() || out.Amount == out.Extended {
		return n, ok
	}
	return int128.QuoRound64(int128.Mul64(n, out.Amount.Minor()), out.Extended.Minor(), int128.HalfAway)
}

// promote applies the promotions of the book.
func (s *Snapshot) promote(req *Request, res *Result) error {
	res.Shipping = req.Shipping
	if s.promotions == nil {
		return nil
	}
	w := res.work
	b := &w.basket
	*b = promotion.Basket{Currency: req.Currency, Inclusive: req.Inclusive, Date: req.Date, At: req.At, Coupons: req.Coupons,
		Grade: req.Grade, Segments: req.Segments, Channel: req.Channel, Region: req.Region, Shipping: req.Shipping,
		Without: req.Without, Lines: b.Lines[:0], Trace: req.Explain}
	w.orderFacts = appendFacts(w.orderFacts[:0], req.Attributes)
	b.Facts = w.orderFacts
	for i := range res.Lines {
		out, line := &res.Lines[i], &req.Lines[i]
		r := &w.found[i]
		one := promotion.Line{Line: line.Line, Product: line.Product, Category: line.Category, Quantity: line.Quantity,
			Amount: out.Extended, Blocked: out.Final || line.Agreed == nil && r.winner.personal() && s.book.Lists[r.mine.list].BlocksPromotions}
		s.placed(&one, w.places[i])
		if err := taxed(&one, line, req.Inclusive); err != nil {
			return err
		}
		one.Facts = appendFacts(w.lineFacts(i), line.Attributes)
		w.facts[i] = one.Facts
		b.Lines = append(b.Lines, one)
	}
	if err := s.promotions.Apply(b, &w.promoted); err != nil {
		return err
	}
	p := &w.promoted
	res.Promotions, res.Coupons, res.Gifts = append(res.Promotions, p.Applied...), append(res.Coupons, p.Coupons...), append(res.Gifts, p.Gifts...)
	res.Search, res.Unanswered = p.Search, append(res.Unanswered, p.Unanswered...)
	if req.Explain {
		res.Losers = slices.Clone(p.Losers)
	}
	if !req.Shipping.IsNone() {
		res.Shipping = p.Shipping.After
	}
	for i := range res.Lines {
		out := &res.Lines[i]
		if p.Lines[i].Delta.IsZero() {
			continue
		}
		out.Amount = p.Lines[i].After
		out.Breakdown.Promotion = p.Lines[i].Delta
		for j := range p.Lines[i].Parts {
			part := &p.Lines[i].Parts[j]
			res.Savings = append(res.Savings, Saving{Promotion: part.Promotion, Line: out.Line, Amount: part.Delta.Neg()})
		}
		if out.Waterfall != nil {
			if err := out.Waterfall.promoted(p.Lines[i].Parts); err != nil {
				return err
			}
		}
	}
	return nil
}

// taxed fills in what a line comes to without and with tax at the rate that is due.
func taxed(one *promotion.Line, line *Line, inclusive bool) (err error) {
	one.Net, one.Gross = one.Amount, one.Amount
	const rate = 1_000_000_000
	minor, ok := one.Amount.Minor(), false
	if with := rate + line.TaxRate.Nano(); inclusive {
		minor, ok = int128.QuoRound64(int128.Mul64(minor, rate), with, int128.HalfAway)
		one.Net = tandem.MoneyFromMinor(minor, one.Amount.Currency())
	} else {
		minor, ok = int128.QuoRound64(int128.Mul64(minor, with), rate, int128.HalfAway)
		one.Gross = tandem.MoneyFromMinor(minor, one.Amount.Currency())
	}
	if !ok {
		return tandem.ErrOverflow
	}
	return nil
}

// lineFacts gives the room for what the host says of a line.
func (w *work) lineFacts(i int) []promotion.Fact {
	for len(w.facts) <= i {
		w.facts = append(w.facts, nil)
	}
	return w.facts[i][:0]
}

func appendFacts(dst []promotion.Fact, all []Attribute) []promotion.Fact {
	for i := range all {
		dst = append(dst, promotion.Fact{Name: all[i].Name, Value: all[i].Value, Texts: all[i].Texts})
	}
	return dst
}

// placed fills in where the book says that the product of a line stands.
func (s *Snapshot) placed(line *promotion.Line, n int32) {
	if n != none && int(n) < len(s.itemOf) && s.itemOf[n] != none {
		it := &s.book.Items[s.itemOf[n]]
		if line.Category == "" {
			line.Category = it.Category
		}
		line.Brand = it.Brand
	}
}

// discount takes one order discount off the lines that it may fall on.
func (s *Snapshot) discount(d *OrderDiscount, req *Request, res *Result) error {
	basis := tandem.MoneyFromMinor(0, req.Currency)
	res.work.weights = res.work.weights[:0]
	for i := range res.Lines {
		line, weight := &res.Lines[i], int64(0)
		if !line.Final {
			weight = line.Amount.Minor()
			var err error
			if basis, err = basis.Add(line.Amount); err != nil {
				return err
			}
		}
		res.work.weights = append(res.work.weights, weight)
	}
	asked, err := s.asked(d, basis)
	if err != nil {
		return err
	}
	applied := asked
	if applied.Minor() > basis.Minor() {
		applied = basis
	}
	res.Discounts = append(res.Discounts, Applied{ID: d.ID, Rate: d.Rate, Basis: basis, Asked: asked, Applied: applied})
	if applied.IsZero() {
		return nil
	}
	if res.work.parts, err = tandem.Allocate(res.work.parts[:0], applied, res.work.weights); err != nil {
		return err
	}
	for i, part := range res.work.parts {
		line := &res.Lines[i]
		before := line.Amount
		if line.Amount, err = before.Sub(part); err != nil {
			return err
		}
		if line.Breakdown.OrderDiscount, err = line.Breakdown.OrderDiscount.Sub(part); err != nil {
			return err
		}
		if line.Waterfall != nil && !part.IsZero() {
			if err = line.Waterfall.discount(d, before, line.Amount, basis, applied, s.book.Rounding); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Snapshot) asked(d *OrderDiscount, basis tandem.Money) (tandem.Money, error) {
	var c tandem.Check
	byAmount := d.Amount.Currency() != 0
	if d.ID == "" || len(d.ID) > tandem.MaxName {
		c.Add("id", "id", "must be given and short")
	}
	if byAmount == !d.Rate.IsZero() {
		c.Add("discount", "rate", "either a rate or an amount must be given")
	}
	if !validDiscount(d.Rate) {
		c.Add("discount", "rate", "must be from 0 to 1")
	}
	if byAmount && (d.Amount.Currency() != basis.Currency() || d.Amount.Sign() <= 0) {
		c.Add("discount", "amount", "must be positive and in the currency of the request")
	}
	if !c.OK() || byAmount {
		return d.Amount, c.Err("order discount")
	}
	return basis.MulRate(d.Rate, s.book.Rounding)
}
