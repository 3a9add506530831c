package pricing

import (
	"github.com/tandem-go/tandem"
)

// remain notes what is left of the lists with a cap that count for the customer.
func (w *work) remain(s *Snapshot, req *Request) {
	w.left = w.left[:0]
	for _, li := range w.terms.mine() {
		l := &s.book.Lists[li]
		if l.Cap == nil {
			continue
		}
		left := Remaining{List: l.ID, Quantity: l.Cap.Quantity, Value: l.Cap.Value}
		for i := range req.Remaining {
			given := &req.Remaining[i]
			if given.List != l.ID {
				continue
			}
			if !given.Quantity.IsNone() && !left.Quantity.IsNone() {
				left.Quantity = given.Quantity
			}
			if !given.Value.IsNone() && !left.Value.IsNone() {
				left.Value = given.Value
			}
		}
		w.left = append(w.left, left)
	}
}

func (w *work) leftOf(list string) *Remaining {
	for i := range w.left {
		if w.left[i].List == list {
			return &w.left[i]
		}
	}
	return nil
}

// split prices a line in parts where the cap of the list that won is reached: what is
// within it at the list's price, the rest as if the list did not exist.
func (s *Snapshot) split(a *ask, r *resolution, line *Line, at int, res *Result, req *Request) error {
	l, left := s.capped(r, line, res)
	if l == nil {
		return nil
	}
	out := &res.Lines[at]
	within, err := s.within(left, &stage{r.price, r.tiers}, line, line.Quantity)
	if err != nil {
		return err
	}
	if within == line.Quantity {
		return res.consume(left, l, line, within, out.Extended)
	}
	return s.divide(a, r, line, at, res, req)
}

// capped gives the list that prices a line, and what is left of it, if it has a cap.
func (s *Snapshot) capped(r *resolution, line *Line, res *Result) (*List, *Remaining) {
	if len(res.work.left) == 0 || line.Agreed != nil || !r.winner.personal() {
		return nil, nil
	}
	l := &s.book.Lists[r.mine.list]
	if l.Cap == nil {
		return nil, nil
	}
	return l, res.work.leftOf(l.ID)
}

// consume takes what a line uses off what is left.
func (r *Result) consume(left *Remaining, l *List, line *Line, q tandem.Quantity, value tandem.Money) (err error) {
	if !left.Quantity.IsNone() {
		used, err := inUnit(line, q, left.Quantity.Unit())
		if err != nil {
			return err
		}
		if left.Quantity, err = left.Quantity.Sub(used); err != nil {
			return err
		}
	}
	if !left.Value.IsNone() {
		if left.Value, err = left.Value.Sub(value); err != nil {
			return err
		}
	}
	r.Consumed = append(r.Consumed, Consumed{List: l.ID, Line: line.Line, Counts: l.Cap.Counts, Quantity: q, Value: value})
	return nil
}

// within gives how much of the rest of a line is within what is left of a cap: in whole units
// where the line has whole units.
func (s *Snapshot) within(left *Remaining, price *stage, line *Line, rest tandem.Quantity) (tandem.Quantity, error) {
	if !left.Value.IsNone() && left.Value.Currency() != price.price.Currency() {
		return tandem.Quantity{}, tandem.ErrCurrency
	}
	micro := rest.Micro()
	step := int64(1)
	if line.Quantity.IsWhole() {
		step = 1_000_000
	}
	if !left.Quantity.IsNone() {
		available := left.Quantity
		if available.Unit() != line.Quantity.Unit() {
			factor, ok := factorOf(line.Conversions, available.Unit(), line.Quantity.Unit())
			if !ok {
				return tandem.Quantity{}, tandem.ErrUnit
			}
			var err error
			if available, err = available.Convert(line.Quantity.Unit(), factor, tandem.RoundDown); err != nil {
				return tandem.Quantity{}, err
			}
		}
		micro = min(micro, max(0, available.Micro())/step*step)
	}
	if left.Value.IsNone() {
		return tandem.QuantityFromMicro(micro, line.Quantity.Unit()), nil
	}
	return s.worth(left.Value, price, line, micro, step)
}

// worth gives the largest quantity, up to micro millionths, that costs no more than a
// value: found by halving, since amounts do not fall with the quantity of a price.
func (s *Snapshot) worth(value tandem.Money, price *stage, line *Line, micro, step int64) (tandem.Quantity, error) {
	unit := line.Quantity.Unit()
	low, high := int64(0), micro/step // low is within
	for low < high {
		middle := low + (high-low+1)/2
		amount, err := s.amount(price, line, tandem.QuantityFromMicro(middle*step, unit))
		if err != nil {
			return tandem.Quantity{}, err
		}
		if amount.Minor() <= value.Minor() {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return tandem.QuantityFromMicro(low*step, unit), nil
}

var errCapped error = &tandem.InvalidError{Subject: "price line", Faults: []tandem.Fault{{Code: "cap", Path: "quantity",
	Message: "nothing prices what is beyond the cap of the customer's list"}}}

// bases gives what a part comes to by the list price and before the grade, for floors:
// none where that is not known.
func (s *Snapshot) bases(r *resolution, line *Line, deltas *[stepCount]tandem.Money) (base [2]tandem.Money, err error) {
	stages := s.stages(r, line)
	amount := tandem.MoneyFromMinor(0, deltas[atList].Currency())
	for i := atList; i < atGrade; i++ {
		if stages[i].price.IsNone() {
			continue
		}
		if amount, err = amount.Add(deltas[i]); err != nil {
			return base, err
		}
		if base[1] = amount; i == atList {
			base[0] = amount
		}
	}
	return base, nil
}

// basesOf gives the room for the bases of a line's parts, emptied.
func (w *work) basesOf(at int) *[][2]tandem.Money {
	for len(w.bases) <= at {
		w.bases = append(w.bases, nil)
	}
	w.bases[at] = w.bases[at][:0]
	return &w.bases[at]
}

// divide prices part by part, each within the cap of the list that prices it: r is of the
// first part.
func (s *Snapshot) divide(a *ask, r *resolution, line *Line, at int, res *Result, req *Request) error {
	out, bases := &res.Lines[at], res.work.basesOf(at)
	zero := tandem.MoneyFromMinor(0, a.currency)
	var nothing [stepCount]tandem.Money
	for i := range nothing {
		nothing[i] = zero
	}
	sum := breakdownOf(&nothing)
	out.Extended = zero
	found, rest := *r, line.Quantity
	for {
		part := Part{Quantity: rest, Ref: tandem.PriceRef{Book: s.book.ID, Version: s.book.Version, Rule: s.rule(found.final())}}
		l, left := s.capped(&found, line, res)
		var err error
		if l != nil {
			if part.Quantity, err = s.within(left, &stage{found.price, found.tiers}, line, rest); err != nil {
				return err
			}
		}
		if part.Quantity.Sign() > 0 {
			deltas := nothing
			if part.Price, part.Extended, err = s.sumStages(line, part.Quantity, &found, &deltas, zero); err != nil {
				return err
			}
			if sum, err = sum.Add(breakdownOf(&deltas)); err != nil {
				return err
			}
			var base [2]tandem.Money
			if base, err = s.bases(&found, line, &deltas); err != nil {
				return err
			}
			*bases = append(*bases, base)
			if req.Explain {
				one := *line
				one.Quantity = part.Quantity
				part.Waterfall = s.explain(req, &one, a, &found, &LineResult{Line: line.Line, Price: part.Price, Extended: part.Extended,
					Amount: part.Extended, Ref: part.Ref, Breakdown: breakdownOf(&deltas)})
			}
			if out.Extended, err = out.Extended.Add(part.Extended); err != nil {
				return err
			}
			if l != nil {
				if err = res.consume(left, l, line, part.Quantity, part.Extended); err != nil {
					return err
				}
			}
			if out.Parts = append(out.Parts, part); len(out.Parts) == 1 {
				*r = found
			}
		}
		if rest, err = rest.Sub(part.Quantity); err != nil || rest.IsZero() {
			break
		}
		a.without = append(a.without, found.mine.list)
		if s.resolveLine(a, &found, line) != "" {
			return errCapped
		}
	}
	first := &out.Parts[0]
	out.Amount, out.Price, out.Ref, out.Breakdown = out.Extended, first.Price, first.Ref, sum
	if len(out.Parts) == 1 {
		out.Parts = nil
	}
	return nil
}
