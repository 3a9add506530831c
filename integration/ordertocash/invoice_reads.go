package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
)

// invoicing reads what an invoice needs of an order and its deliveries.
func (s *Service[R]) invoicing(ctx context.Context, r R, order *sales.Order, deliveries []*delivery.Delivery) error {
	n := s.reads(r)
	if !n.on {
		return nil
	}
	n.terms(order.Terms())
	n.taxes(order)
	for _, d := range deliveries {
		if s.alike(place{on: order.Date(), shipTo: order.ShipToCountry()}, place{on: d.Date(), shipTo: order.ShipToCountry()}) {
			continue
		}
		n.customer(order.Customer()) // see treated
		for i := range order.NumLines() {
			n.product(order.LineAt(i).Product)
		}
	}
	return s.fetch(ctx, r, &n)
}

// posting reads what an invoice needs that is posted on a day.
func (s *Service[R]) posting(ctx context.Context, r R, invoice *billing.Invoice, date tandem.Date) error {
	n := s.reads(r)
	n.account(invoice.Customer())
	n.terms(invoice.TermsCode())
	n.customer(invoice.Customer())
	if n.on && redated(invoice, date) {
		n.delivered(invoice)
		for _, l := range invoice.TaxLines() {
			n.taxCode(l.Code)
		}
	}
	return s.fetch(ctx, r, &n)
}

// delivered adds the deliveries of an invoice.
func (n *reads) delivered(invoice *billing.Invoice) {
	for i := 0; n.on && i < invoice.LineCount(); i++ {
		n.delivery(tandem.IDFromBytes[delivery.ID](invoice.LineAt(i).Delivery.Document.ID.Bytes()))
	}
}
