package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

func (w *shop) draft(order sales.OrderID, deliveries ...delivery.ID) ordertocash.Invoiced {
	w.t.Helper()
	out, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: order, Deliveries: deliveries})
	require.NoError(w.t, err)
	w.check()
	return out
}

func (w *shop) discard(invoice billing.InvoiceID) error {
	_, err := w.service.Discard(w.ctx, ordertocash.DiscardInvoice{Header: w.header(), Invoice: invoice, Reason: "wrong address"})
	return err
}

// Seven cards at 3.33 in two deliveries are on one draft. It is given up: all of
// it is to be invoiced again, goods of it come back uninvoiced, and the next
// invoice has the first number of the series, which lost none.
func TestDiscardADraft(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"card", 7})
	first := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(3)})
	w.ship(placed.Order)
	credit, order := w.credit("ann"), w.orderState(placed.Order)
	draft := w.draft(placed.Order)
	require.Equal(t, sales.OrderStatusInvoiced, w.orderState(placed.Order).Status)
	w.refused("not_posted", func() error {
		_, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Lines: []ordertocash.ReturnedLine{back(first.Delivery, 1, 1)}})
		return err
	})
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.Discard(w.ctx, ordertocash.DiscardInvoice{Header: w.header(), Invoice: draft.Invoice})
		return err
	})
	require.NoError(t, w.discard(draft.Invoice))
	w.check()
	after := w.orderState(placed.Order)
	require.Equal(t, order.Lines, after.Lines)
	require.Equal(t, sales.OrderStatusShipped, after.Status)
	require.Equal(t, credit.Components, w.credit("ann").Components)
	require.Equal(t, billing.InvoiceDiscarded, w.invoiceState(draft.Invoice).Status)
	w.refused("invoice_state", func() error { return w.discard(draft.Invoice) })
	w.refused("invoice_state", func() error {
		_, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
		return err
	})
	w.fails(tandem.ErrNotFound, func() error { return w.discard(tandem.DeriveID[billing.InvoiceID]("i", "none")) })

	out := w.takeBack("ann", back(first.Delivery, 1, 1))
	require.Equal(t, money(333), out.Unbilled)
	posted := w.invoice(placed.Order)
	require.Equal(t, money(6*333), posted.Net)
	require.Equal(t, "INV-2011-000001", posted.Number)
	w.refused("invoice_state", func() error { return w.discard(posted.Invoice) })
	require.Zero(t, w.balance("1150"))
}

// Of the two drafts of an order one is given up; the event says why and who.
func TestDiscardOneOfTwoDrafts(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 5}, want{"carriage", 1})
	first := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)}, ordertocash.ShipLine{Line: 2, Quantity: pieces(1)})
	one := w.draft(placed.Order, first.Delivery)
	second := w.ship(placed.Order)
	two := w.draft(placed.Order, second.Delivery)
	require.NoError(t, w.discard(one.Invoice))
	w.check()
	require.Equal(t, sales.OrderStatusShipped, w.orderState(placed.Order).Status)
	again := w.draft(placed.Order)
	require.Equal(t, money(2400), again.Net)
	for _, id := range []billing.InvoiceID{two.Invoice, again.Invoice} {
		_, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: id})
		require.NoError(t, err)
		w.check()
	}
	require.Equal(t, sales.OrderStatusInvoiced, w.orderState(placed.Order).Status)
	seen := false
	w.view(func(b *store.Bundle) {
		events, err := b.Outbox().Read(context.Background(), 0, tandem.MaxPage)
		require.NoError(t, err)
		for _, e := range events {
			if e.Name == "billing.invoice.discarded" {
				require.Contains(t, string(e.Payload), `"reason":"wrong address"`)
				require.Equal(t, "clerk", e.Actor)
				seen = true
			}
		}
	})
	require.True(t, seen)
}
