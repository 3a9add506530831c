package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// rerate gives the invoices that had taken up an advance which bounced, and have its rate
// where their own tax point has another. The prepayment that made a part of the supply
// (VAT Act 1994 s.6(4)) was none: that part is taxed by the invoice's tax point after all.
// A posted invoice stays as it is; the host credits and invoices it anew.
func (a *allocating[R]) rerate(ctx context.Context) (out []billing.InvoiceID, err error) {
	if !a.payment.Advance() {
		return nil, nil
	}
	taxes := a.payment.Taxes()
	if len(taxes) == 0 {
		return nil, nil
	}
	for _, i := range a.invoices {
		if !touches(a.facts, i.ID()) {
			continue
		}
		lines := i.TaxLines()
		for n := range lines {
			l := &lines[n]
			if !slices.ContainsFunc(taxes, func(t tandem.TaxLine) bool { return t.Code == l.Code && t.Rate == l.Rate }) {
				continue
			}
			code, err := a.w.s.code(ctx, a.w.r, l.Code)
			if err != nil {
				return nil, err
			}
			rate, err := code.RateOn(ratesOf(i, n))
			if err != nil {
				return nil, err
			}
			if rate != l.Rate {
				out = append(out, i.ID())
				break
			}
		}
	}
	return out, nil
}

// ratesOf gives the day whose rates hold for the n-th tax line of an invoice.
func ratesOf(i *billing.Invoice, n int) tandem.Date {
	on, points := i.RateDate(), i.TaxPoints()
	for k := range points {
		if p := &points[k]; n >= p.From {
			if on = p.RateDate; on.IsZero() {
				on = p.Date
			}
		}
	}
	return on
}
