package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
)

// redate gives a draft the tax point of the day on which it is posted, where that
// is another day than it was drafted for, and the taxes of the rates that hold
// then. What is posted keeps its tax for ever.
func (s *Service[R]) redate(ctx context.Context, r R, invoice *billing.Invoice, date tandem.Date) error {
	if invoice.Status() != billing.InvoiceDrafted || date == invoice.TaxPoint() {
		return nil
	}
	state := invoice.State()
	point, bases, err := s.taxPointOf(ctx, r, &state, date)
	if err != nil || point.Date == state.TaxPoint && point.RateDate == invoice.RateDate() {
		return err
	}
	if bases, err = state.Discount.TaxBases(bases); err != nil {
		return err
	}
	codes, err := s.codes(ctx, r, bases)
	if err != nil {
		return err
	}
	result, err := tax.Compute(bases, codes, point.RateDate, s.c.Tax.Rounding)
	if err != nil {
		return err
	}
	return invoice.Revise(billing.InvoiceDraft{ID: state.ID, Company: state.Company, Customer: state.Customer, Currency: state.Currency,
		Reference: state.Reference, Order: state.Order, ShipTo: state.ShipTo, Delivered: state.Delivered, TaxPoint: point.Date,
		RateDate: point.RateDate, Terms: state.Terms, Discount: state.Discount, Lines: state.Lines, TaxLines: result.Lines})
}

// taxPointOf gives the tax point of a draft that is posted on a day, and its
// bases: the same rates for all that it invoices, or it is refused.
func (s *Service[R]) taxPointOf(ctx context.Context, r R, draft *billing.InvoiceState, date tandem.Date) (on tax.Point, bases []tandem.TaxBase, err error) {
	on = tax.Point{Date: draft.TaxPoint, RateDate: draft.TaxPoint}
	var last tandem.ID[any]
	for i := range draft.Lines {
		l := &draft.Lines[i]
		bases = append(bases, tandem.TaxBase{Line: l.Line, Code: l.TaxCode, Amount: l.Net})
		if l.Delivery.IsZero() || l.Delivery.Document.ID == last {
			continue
		}
		d, err := r.Deliveries().Get(ctx, draft.Company, tandem.IDFromBytes[delivery.ID](l.Delivery.Document.ID.Bytes()))
		if err != nil {
			return on, nil, err
		}
		point, err := s.taxPoint(d, date)
		if err != nil {
			return on, nil, err
		}
		if !last.IsZero() && point.RateDate != on.RateDate {
			order, err := r.SalesOrders().Get(ctx, draft.Company, tandem.IDFromBytes[sales.OrderID](draft.Order.ID.Bytes()))
			if err != nil {
				return on, nil, err
			}
			if err := s.sameRates(ctx, r, bases, on.RateDate, point.RateDate, order); err != nil {
				return on, nil, err
			}
		}
		on, last = point, l.Delivery.Document.ID
	}
	return on, bases, nil
}

// taxPoint gives the tax point of a delivery that is invoiced on a date. An
// invoice of delivered goods does not precede the delivery: what is invoiced
// before it is a prepayment, and a document of its own.
func (s *Service[R]) taxPoint(d *delivery.Delivery, invoiced tandem.Date) (tax.Point, error) {
	if invoiced.Before(d.Date()) {
		return tax.Point{}, &tandem.RefusedError{Command: "invoice", Subject: "delivery " + d.ID().String(), State: string(d.Status()),
			Code: "before_delivery", Reason: "the invoice of " + invoiced.String() + " would precede the delivery of " + d.Date().String()}
	}
	one := tandem.MoneyFromMinor(1, s.c.Books.Currency) // the extent does not matter: all of it is invoiced
	policy := s.c.Tax.Point
	if policy == "" {
		policy = tax.PointUK
	}
	points, err := tax.Points(tax.Supply{Amount: one, Delivered: d.Date(), Invoices: []tax.Dated{{Date: invoiced, Amount: one}}}, policy)
	if err != nil {
		return tax.Point{}, err
	}
	return points[0], nil
}

// sameRates refuses deliveries on one invoice whose tax points have different rates.
func (s *Service[R]) sameRates(ctx context.Context, r R, bases []tandem.TaxBase, a, b tandem.Date, order *sales.Order) error {
	codes, err := s.codes(ctx, r, bases)
	if err != nil {
		return err
	}
	for i := range codes {
		first, err := codes[i].RateOn(a)
		if err != nil {
			return err
		}
		second, err := codes[i].RateOn(b)
		if err != nil {
			return err
		}
		if first != second {
			return refuse("invoice", order, "rates_differ", "the deliveries have tax points with different rates: invoice them apart")
		}
	}
	return nil
}
