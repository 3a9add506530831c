package pricing

import "github.com/tandem-go/tandem"

// finish does what concerns the order as a whole.
func (s *Snapshot) finish(req *Request, res *Result, c *tandem.Check) {
	for i := range req.OrderDiscounts {
		if err := s.discount(&req.OrderDiscounts[i], req, res); err != nil {
			c.Add("order_discount", tandem.Path("order_discounts", i), err.Error())
		}
	}
	total := tandem.MoneyFromMinor(0, req.Currency)
	for i := range res.Lines {
		line := &res.Lines[i]
		line.Base = tandem.TaxBase{Line: line.Line, Code: req.Lines[i].TaxCode, Amount: line.Amount, Inclusive: req.Inclusive}
		var err error
		if total, err = total.Add(line.Amount); err != nil {
			c.Add("amount", "total", err.Error())
			return
		}
		if err = s.floors(&req.Lines[i], &res.work.found[i], line, res); err != nil {
			c.Add("floor", tandem.Path("lines", i), err.Error())
		}
		if line.Waterfall != nil {
			line.Waterfall.Amount = line.Amount
		}
	}
	res.Total = total
}

// floors records the approvals that a line needs.
func (s *Snapshot) floors(line *Line, r *resolution, out *LineResult, res *Result) error {
	for i := range s.book.Floors {
		f := &s.book.Floors[i]
		basis, err := s.floorBasis(f.Basis, line, r)
		if err != nil {
			return err
		}
		if basis.Currency() == 0 {
			continue
		}
		limit, err := basis.MulRate(f.Rate, tandem.RoundCeiling)
		if err != nil {
			return err
		}
		if below, err := out.Amount.Cmp(limit); err != nil {
			return err
		} else if below < 0 {
			res.Approvals = append(res.Approvals, Approval{Line: out.Line, Floor: f.ID, Basis: f.Basis, Rate: f.Rate,
				Role: f.Role, Limit: limit, Amount: out.Amount})
		}
	}
	return nil
}

// floorBasis gives the amount that a floor compares with, none if it is not known.
func (s *Snapshot) floorBasis(b FloorBasis, line *Line, r *resolution) (tandem.Money, error) {
	var price tandem.Price
	switch b {
	case FloorCost:
		return line.Cost, nil
	case FloorList:
		_, price = s.first(r)
	case FloorBeforeGrade:
		price = r.base.price
		switch {
		case r.winner.personal():
			price = r.mine.price
		case r.winner == SourceChannel:
			price = r.some.price
		}
	case FloorEngine:
		price = r.price
	}
	if price.IsNone() {
		return tandem.Money{}, nil
	}
	return price.Times(line.Quantity, s.book.Rounding)
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
