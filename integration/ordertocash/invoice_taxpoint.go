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
// is another day than it was drafted for, and the taxes of that day's rates. What
// is posted keeps its tax for ever.
func (s *Service[R]) redate(ctx context.Context, r R, invoice *billing.Invoice, date tandem.Date) error {
	if invoice.Status() != billing.InvoiceDrafted || date == invoice.TaxPoint() {
		return nil
	}
	state := invoice.State()
	on, bases, err := s.taxPointOf(ctx, r, &state, date)
	if err != nil || on == state.TaxPoint {
		return err
	}
	if bases, err = state.Discount.TaxBases(bases); err != nil {
		return err
	}
	codes, err := s.codes(ctx, r, bases)
	if err != nil {
		return err
	}
	result, err := tax.Compute(bases, codes, on, s.c.Tax.Rounding)
	if err != nil {
		return err
	}
	return invoice.Revise(billing.InvoiceDraft{ID: state.ID, Company: state.Company, Customer: state.Customer, Currency: state.Currency,
		Reference: state.Reference, Order: state.Order, ShipTo: state.ShipTo, Delivered: state.Delivered, TaxPoint: on, Terms: state.Terms,
		Discount: state.Discount, Lines: state.Lines, TaxLines: result.Lines})
}

// taxPointOf gives the tax point of a draft that is posted on a day, and its
// bases: the same rates for all that it invoices, or it is refused.
func (s *Service[R]) taxPointOf(ctx context.Context, r R, draft *billing.InvoiceState, date tandem.Date) (on tandem.Date, bases []tandem.TaxBase, err error) {
	on = draft.TaxPoint
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
		point, err := s.taxPoint(d.Date(), date)
		if err != nil {
			return on, nil, err
		}
		if !last.IsZero() && point.RateDate != on {
			order, err := r.SalesOrders().Get(ctx, draft.Company, tandem.IDFromBytes[sales.OrderID](draft.Order.ID.Bytes()))
			if err != nil {
				return on, nil, err
			}
			if err := s.sameRates(ctx, r, bases, on, point.RateDate, order); err != nil {
				return on, nil, err
			}
		}
		on, last = point.RateDate, l.Delivery.Document.ID
	}
	return on, bases, nil
}
