package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// item finds what the ageing of a day says of a document.
func (w *shop) item(day string, document tandem.DocumentRef) (out ageing.Item) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		aged, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: w.date(day), Limits: []int{7}, Items: true},
			b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}), b.Payments().Find(w.ctx, payment.Query{Company: company}),
			b.Allocations().Find(w.ctx, billing.AllocationQuery{Company: company}))
		require.NoError(w.t, err)
		for _, i := range aged.Items {
			if i.Document.Same(document) {
				out = i
			}
		}
	})
	return out
}

// refunded is an invoice of 120.00, of 1 June, that 130.00 of the 2nd settle; the 10.00
// too much are paid back on the 10th, and the cheque bounces on the 20th.
func refunded(t *testing.T) (w *shop, s sold, paid ordertocash.Received, back ordertocash.Refunded) {
	w = newShop(t)
	s = w.sell("ann", want{"globe", 1})
	w.day("2011-06-02")
	paid = w.pay("ann", 13000, s.invoice)
	require.Equal(t, money(1000), paid.Unapplied)
	w.day("2011-06-10")
	back = w.refund(ordertocash.RefundCustomer{Payment: paid.Payment}, 0)
	require.Equal(t, [2]int64{12000, 0}, [2]int64{w.balance("1000"), w.balance("1100")})
	w.day("2011-06-20")
	require.Equal(t, ordertocash.Allocated{Applied: money(-13000), Discount: money(0), Unapplied: money(0)}, w.bounce(paid.Payment))
	return w, s, paid, back
}

// The customer owes the invoice of 120.00 again, and the 10.00 that went to him for
// nothing: 130.00, and the bank is 10.00 short. The 10.00 are a debit of their own, due
// since they were paid out, which his next payment settles.
func TestAPaymentBouncesThatWasPartlyRefunded(t *testing.T) {
	w, s, paid, back := refunded(t)
	require.Equal(t, [2]int64{13000, -1000}, [2]int64{w.balance("1100"), w.balance("1000")})
	require.Equal(t, money(13000), w.credit("ann").Receivables)
	require.Equal(t, 1, w.credit("ann").RefundsOwed)
	require.Equal(t, payment.StatusUnapplied, w.payment(back.Refund).Status)
	for day, want := range map[string]int64{"2011-06-01": 12000, "2011-06-02": -1000, "2011-06-10": 0, "2011-06-19": 0, "2011-06-20": 13000} {
		got, _ := w.owed(day)
		require.Equal(t, want, got, day)
	}
	owed := w.item("2011-06-20", paymentRef(back.Refund))
	require.Equal(t, [3]any{money(1000), 10, 2}, [3]any{owed.Open, owed.Overdue, owed.Bucket})
	require.Zero(t, w.item("2011-06-19", paymentRef(back.Refund)))
	w.refused("payment_state", func() error {
		_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid.Payment, Reason: "again"})
		return err
	})
	w.refused("is_refund", func() error { // it is no money of the customer's
		_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: back.Refund, Invoices: []billing.InvoiceID{s.invoice}})
		return err
	})

	w.day("2011-06-25")
	again, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(12500), Method: payment.Cash, Oldest: true})
	require.NoError(t, err)
	w.check()
	require.True(t, again.Unapplied.IsZero())
	require.Equal(t, payment.StatusApplied, w.payment(back.Refund).Status)
	require.Equal(t, money(500), w.invoiceState(s.invoice).Open, "what was paid back goes first")
	require.Zero(t, w.credit("ann").RefundsOwed)

	w.day("2011-06-28") // and this one bounces too
	w.bounce(again.Payment)
	require.Equal(t, [2]int64{13000, -1000}, [2]int64{w.balance("1100"), w.balance("1000")})
	require.Equal(t, 1, w.credit("ann").RefundsOwed)
}

// A payment on account is applied to the refund by name, a part of it, and that is
// undone. What the transfer of the refund brings back when it failed is no longer owed.
func TestWhatIsOwedOfARefundIsPaidByName(t *testing.T) {
	w, s, _, back := refunded(t)
	one := w.pay("ann", 400)
	apply := func(cmd ordertocash.ApplyPayment) (ordertocash.Allocated, error) {
		cmd.Header, cmd.Refunds = w.header(), []payment.ID{back.Refund}
		return w.service.ApplyPayment(w.ctx, cmd)
	}
	out, err := apply(ordertocash.ApplyPayment{Payment: one.Payment})
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.Allocated{Applied: money(400), Discount: money(0), Unapplied: money(0)}, out)
	require.Equal(t, money(600), w.payment(back.Refund).Unapplied)
	require.Equal(t, money(600), w.item("2011-06-20", paymentRef(back.Refund)).Open)
	other := w.pay("ben", 400)
	w.refused("other_customer", func() error { _, err := apply(ordertocash.ApplyPayment{Payment: other.Payment}); return err })
	failed := func() error {
		_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: back.Refund, Reason: "no such account"})
		return err
	}
	w.refused("payment_state", failed) // a part was paid again: that is undone first
	_, err = w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: one.Payment, Reason: "for the invoice"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1000), w.payment(back.Refund).Unapplied)
	two := w.pay("ann", 1000)
	_, err = apply(ordertocash.ApplyPayment{Payment: two.Payment})
	require.NoError(t, err)
	w.refused("refund_settled", failed)
	_, err = w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: two.Payment, Reason: "for the invoice"})
	require.NoError(t, err)
	w.day("2011-06-22")
	require.NoError(t, failed())
	w.check()
	// 120.00 less the 4.00 and 10.00 that he has on account, and Ben 4.00; paid in
	// were those 18.00, and the 10.00 that went out came back
	require.Equal(t, [2]int64{10200, 1800}, [2]int64{w.balance("1100"), w.balance("1000")})
	require.Zero(t, w.credit("ann").RefundsOwed)
	require.Zero(t, w.item("2011-06-22", paymentRef(back.Refund)))
	require.Equal(t, money(1000), w.item("2011-06-21", paymentRef(back.Refund)).Open)
	require.Equal(t, money(12000), w.invoiceState(s.invoice).Open)
	_, err = apply(ordertocash.ApplyPayment{Payment: two.Payment})
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
}

// 150.00 in advance for an order of 120.00, of which 20.00 are VAT, that is cancelled:
// 40.00 are paid back, with 1.67 of VAT (10.00 beyond the 30.00 too much). The cheque
// bounces: no VAT is due, and the 40.00 that he got are owed.
func TestAnAdvanceBouncesThatWasPartlyRefunded(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"globe", 1})
	paid := w.prepay("ann", placed.Order, 15000)
	_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: placed.Order, Reason: "changed his mind"})
	require.NoError(t, err)
	w.day("2011-06-10")
	back := w.refund(ordertocash.RefundCustomer{Payment: paid.Payment}, 4000)
	require.Equal(t, money(167), back.Tax)
	w.day("2011-06-20")
	w.bounce(paid.Payment)
	require.Equal(t, [5]int64{4000, 0, 0, 0, -4000}, [5]int64{w.balance("1100"), w.balance("2150"), w.balance("2200"), w.balance("1350"), w.balance("1000")})
	require.True(t, w.credit("ann").Advances.IsZero())
	total, advances := w.owed("2011-06-19")
	require.Equal(t, [2]int64{0, 11000}, [2]int64{total, advances})
	w.day("2011-06-21")
	sold := w.place("ann", want{"globe", 1})
	next, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(12000), Method: payment.Cash,
		Advance: true, Order: sold.Order, Refunds: []payment.ID{back.Refund}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, [3]tandem.Money{money(2000), money(4000), money(8000)}, [3]tandem.Money{next.Tax, next.Applied, next.Unapplied})
	require.Equal(t, [3]int64{0, -8000, -1333}, [3]int64{w.balance("1100"), w.balance("2150"), w.balance("2200")})
}
