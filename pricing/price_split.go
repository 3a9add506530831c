package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
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
			if given := &req.Remaining[i]; given.List == l.ID {
				left.Quantity, left.Value = given.Quantity, given.Value
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
func (s *Snapshot) split(a *ask, r *resolution, line *Line, at int, res *Result) error {
	if len(res.work.left) == 0 || line.Agreed != nil || !r.winner.personal() {
		return nil
	}
	out := &res.Lines[at]
	li := r.mine.list
	l := &s.book.Lists[li]
	if l.Cap == nil {
		return nil
	}
	left := res.work.leftOf(l.ID)
	price := stage{r.price, r.tiers}
	within, err := s.within(left, &price, line)
	if err != nil {
		return err
	}
	extended := out.Extended
	switch {
	case within == line.Quantity:
	case within.IsZero():
		return s.without(a, r, line, at, res)
	default:
		if extended, err = s.divide(a, r, line, within, out, res); err != nil {
			return err
		}
	}
	return res.consume(left, l, line, within, extended)
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

// within gives how much of a line is within what is left of a cap: in whole units
// where the line has whole units.
func (s *Snapshot) within(left *Remaining, price *stage, line *Line) (tandem.Quantity, error) {
	if !left.Value.IsNone() && left.Value.Currency() != price.price.Currency() {
		return tandem.Quantity{}, tandem.ErrCurrency
	}
	micro := line.Quantity.Micro()
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

// without prices a line as if the list whose cap is used up did not exist.
func (s *Snapshot) without(a *ask, r *resolution, line *Line, at int, res *Result) error {
	a.without = r.mine.list
	if s.resolveLine(a, r, line) != "" {
		return errCapped
	}
	out := &res.Lines[at]
	*out = LineResult{}
	return s.priceLine(line, r, out, &Request{Currency: a.currency})
}

var errCapped error = &tandem.InvalidError{Subject: "price line", Faults: []tandem.Fault{{Code: "cap", Path: "quantity",
	Message: "nothing prices what is beyond the cap of the customer's list"}}}

// divide prices the part within a cap and the rest. It gives the amount within.
func (s *Snapshot) divide(a *ask, r *resolution, line *Line, within tandem.Quantity, out *LineResult, res *Result) (tandem.Money, error) {
	zero := tandem.MoneyFromMinor(0, a.currency)
	var deltas [stepCount]tandem.Money
	for i := range deltas {
		deltas[i] = zero
	}
	first, ref := *r, out.Ref
	price, extended, err := s.sumStages(line, within, &first, &deltas, zero)
	if err != nil {
		return zero, err
	}
	a.without = r.mine.list
	var rest resolution
	if s.resolveLine(a, &rest, line) != "" {
		return zero, errCapped
	}
	left, err := line.Quantity.Sub(within)
	if err != nil {
		return zero, err
	}
	other, beyond, err := s.sumStages(line, left, &rest, &deltas, zero)
	if err != nil {
		return zero, err
	}
	if out.Extended, err = extended.Add(beyond); err != nil {
		return zero, err
	}
	second := tandem.PriceRef{Book: s.book.ID, Version: s.book.Version, Rule: s.rule(rest.final())}
	out.Parts = []Part{{Quantity: within, Price: price, Extended: extended, Ref: ref},
		{Quantity: left, Price: other, Extended: beyond, Ref: second}}
	out.Amount, out.Price, out.Breakdown = out.Extended, price, breakdownOf(&deltas)
	return extended, nil
}

var _ = int128.Int{}
