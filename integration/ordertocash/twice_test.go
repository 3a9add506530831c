package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// A mug is 12.00 with its VAT. 24.00 for an invoice that is named twice would be
// applied whole, and the invoice take 12.00: the other 12.00 would be nobody's.
func TestAnInvoiceThatIsNamedTwiceTakesNoMoneyTwice(t *testing.T) {
	w := newShop(t)
	big, s := w.sell("ann", want{"mug", 2}), w.sell("ann", want{"mug", 1})
	require.Equal(t, money(1200), s.gross)
	twice := []billing.InvoiceID{s.invoice, s.invoice}
	receive := ordertocash.ReceivePayment{Customer: customer("ann"), Amount: money(2400), Method: payment.BankTransfer, Invoices: twice}
	w.fails(tandem.ErrInvalid, func() error {
		receive.Header = w.header()
		_, err := w.service.Receive(w.ctx, receive)
		require.EqualError(t, err, "receive payment is invalid: invoices[1]: is named before (duplicate)")
		return err
	})
	w.fails(tandem.ErrInvalid, func() error {
		receive.Header, receive.Oldest = w.header(), true
		_, err := w.service.Receive(w.ctx, receive)
		return err
	})
	credit := w.pay("ann", 2400)
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: credit.Payment, Invoices: twice})
		return err
	})
	applied, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: credit.Payment, Invoices: []billing.InvoiceID{big.invoice}})
	require.NoError(t, err)
	require.Equal(t, money(2400), applied.Applied)
	note := w.takeBack("ann", back(big.delivery, 1, 2)) // its invoice is paid: 24.00 are left of the note
	require.Equal(t, money(2400), note.Unapplied)
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: note.CreditNote, Invoices: twice})
		return err
	})
	last, err := w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: note.CreditNote, Invoices: twice[:1], Oldest: true})
	require.NoError(t, err)
	require.Equal(t, [2]tandem.Money{money(1200), money(1200)}, [2]tandem.Money{last.Applied, last.Unapplied}, "named and found is once, too")
	w.check()
}

func TestADeliveryThatIsNamedTwiceIsNotInvoicedTwice(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 2})
	parcel := w.ship(placed.Order).Delivery
	invoice := func(named ...delivery.ID) error {
		_, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order, Deliveries: named})
		return err
	}
	w.fails(tandem.ErrInvalid, func() error { return invoice(parcel, parcel) })
	require.EqualError(t, invoice(parcel, parcel), "invoice order is invalid: deliveries[1]: is named before (duplicate)")
	require.NoError(t, invoice(parcel))
	w.check()
}
