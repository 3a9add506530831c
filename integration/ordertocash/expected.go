package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ReturnRateSource estimates returns over many sales (IFRS 15.55, B20–B27): the
// share of what is delivered of a product that will come back to be credited,
// between nought and one. What is expected is no revenue, and no cost of sales.
type ReturnRateSource interface {
	ReturnRate(ctx context.Context, company tandem.CompanyID, product tandem.ProductID, on tandem.Date) (tandem.Rate, error)
}

// expect provides for the returns of a new delivery; gifts and replacements, for
// which nothing would be credited, are left out.
func (d *dispatch[R]) expect(ctx context.Context, shipped *delivery.Delivery) (out posting.ExpectedReturn, err error) {
	if d.s.c.Returns == nil {
		return out, nil
	}
	var lines []sales.LineQuantity
	for i := range shipped.NumLines() {
		l := shipped.LineAt(i)
		if l.Net.IsZero() {
			continue
		}
		rate, err := d.s.c.Returns.ReturnRate(ctx, shipped.Company(), l.Product, d.date)
		if err != nil {
			return out, err
		}
		quantity, err := l.Quantity.MulRatio(rate.Ratio(), tandem.HalfAwayFromZero)
		if err != nil {
			return out, err
		}
		if quantity.Sign() != 0 {
			lines = append(lines, sales.LineQuantity{Line: l.Line, Quantity: quantity})
		}
	}
	if len(lines) == 0 {
		return out, nil
	}
	expected, err := shipped.Expect(lines)
	if err != nil {
		return out, err
	}
	return sumExpected(expected, shipped.Net().Currency(), d.s.c.Books.Currency)
}

// sumExpected sums up nets, and issue values in the currency of the books.
func sumExpected(expected []delivery.Expectation, document, books tandem.Currency) (posting.ExpectedReturn, error) {
	net, cost := tandem.NewTotal(document), tandem.NewTotal(books)
	for i := range expected {
		net.Add(expected[i].Net)
		if e := &expected[i]; !e.Cost.IsNone() {
			cost.Add(e.Cost)
		}
	}
	var out posting.ExpectedReturn
	var err error
	if out.Net, err = net.Money(tandem.HalfAwayFromZero); err != nil {
		return out, err
	}
	out.Value, err = cost.Money(tandem.HalfAwayFromZero)
	return out, err
}

// addUnprovided adds the net of what came back and was not expected: what was, is
// a refund liability already.
func addUnprovided(refund tandem.Money, l *delivery.ReturnedLine) (tandem.Money, error) {
	net := l.Net
	if !l.ProvidedNet.IsNone() {
		var err error
		if net, err = net.Sub(l.ProvidedNet); err != nil {
			return refund, err
		}
	}
	return refund.Add(net)
}

// addGoods adds goods that came back, at the value that the stock took, to what
// bore their issue: promotion expense, the right of return, or the cost of sales.
func addGoods(back *posting.ReturnedGoods, l *delivery.ReturnedLine, value tandem.Money, free bool) error {
	switch {
	case free:
		back.Free = append(back.Free, posting.Goods{Product: l.Product, Value: value})
		return nil
	case !l.ProvidedCost.IsNone():
		back.Provided = append(back.Provided, posting.Goods{Product: l.Product, Value: l.ProvidedCost})
		var err error
		if value, err = value.Sub(l.ProvidedCost); err != nil {
			return err
		}
	}
	back.Restock = append(back.Restock, posting.Goods{Product: l.Product, Value: value})
	return nil
}

// ReleaseExpectedReturns ends the expectation that goods of a delivery come back,
// once the time for it has run out.
type ReleaseExpectedReturns struct {
	work.Header
	Delivery delivery.ID `json:"delivery"`
	Date     tandem.Date `json:"date,omitzero"` // default today
}

// CommandName is stable.
func (ReleaseExpectedReturns) CommandName() string { return "ordertocash.release_expected_returns" }

// Access is what the authoriser is asked.
func (c ReleaseExpectedReturns) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(delivery.Kind, c.Delivery, "")}
}

// AppendJSON writes the business fields.
func (c ReleaseExpectedReturns) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "delivery", c.Delivery)
	jsonw.TextOmit(&o, "date", c.Date)
	return o.Close()
}

func (c ReleaseExpectedReturns) reads(n *reads) { n.delivery(c.Delivery) }

// ReturnsReleased is the result of [Service.ReleaseExpected].
type ReturnsReleased struct {
	Net   tandem.Money `json:"net"`   // revenue now
	Value tandem.Money `json:"value"` // cost of sales now
}

// AppendJSON writes the result.
func (p ReturnsReleased) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "net", p.Net)
	jsonw.Text(&o, "value", p.Value)
	return o.Close()
}

// ReleaseExpected books what was expected and did not come back as revenue and as
// cost of sales (IFRS 15.B23–B24). The deliveries that wait for it are found by
// [delivery.Query].Expecting. Refused: nothing is expected
// (`nothing_expected`), a date before the delivery (`before_delivery`), a closed
// period.
func (s *Service[R]) ReleaseExpected(ctx context.Context, cmd ReleaseExpectedReturns) (ReturnsReleased, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (ReturnsReleased, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return ReturnsReleased{}, err
		}
		shipped, err := r.Deliveries().Get(ctx, s.company(), cmd.Delivery)
		if err != nil {
			return ReturnsReleased{}, err
		}
		w := s.writing(r, scope, date)
		if w.date.Before(shipped.Date()) {
			return ReturnsReleased{}, &tandem.RefusedError{Command: "release_expected", Subject: "delivery " + cmd.Delivery.String(),
				State: string(shipped.Status()), Code: "before_delivery", Reason: "the date precedes the delivery"}
		}
		expected, err := shipped.ReleaseExpected()
		if err != nil {
			return ReturnsReleased{}, err
		}
		sum, err := sumExpected(expected, shipped.Net().Currency(), s.c.Books.Currency)
		if err != nil {
			return ReturnsReleased{}, err
		}
		if err := w.write(ctx, shipped.Ref(), func(h posting.Header) (ledger.Entry, error) {
			return s.books.ReleaseExpected(h, sum, posting.Exchange{})
		}); err != nil {
			return ReturnsReleased{}, err
		}
		scope.Emit(shipped.Drain())
		return ReturnsReleased{Net: sum.Net, Value: sum.Value}, r.Deliveries().Save(ctx, shipped)
	})
}
