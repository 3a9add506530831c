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

// refund pays back an amount, or with nought all that is left.
func (w *shop) refund(cmd ordertocash.RefundCustomer, amount int64) ordertocash.Refunded {
	w.t.Helper()
	cmd.Header, cmd.Method = w.header(), payment.BankTransfer
	if amount > 0 {
		cmd.Amount = money(amount)
	}
	out, err := w.service.Refund(w.ctx, cmd)
	require.NoError(w.t, err)
	w.check()
	return out
}

// owed is what customers owe by the ageing at the end of a day.
func (w *shop) owed(day string) (total, advances int64) {
	w.view(func(b *store.Bundle) {
		aged, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: w.date(day)},
			b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}), b.Payments().Find(w.ctx, payment.Query{Company: company}),
			b.Allocations().Find(w.ctx, billing.AllocationQuery{Company: company}))
		require.NoError(w.t, err)
		total, advances = aged.Total.Total.Minor(), aged.Total.Advances.Minor()
	})
	return total, advances
}

// 20.00 for an invoice of 12.00: 8.00 are the customer's. 5.00 are paid back on the
// 10th, the other 3.00 on the 12th; the 5.00 come back on the 20th.
func TestRefundOfWhatWasPaidTooMuch(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 1})
	paid := w.pay("ann", 2000, s.invoice)
	require.Equal(t, money(800), paid.Unapplied)
	of := ordertocash.RefundCustomer{Payment: paid.Payment}
	w.day("2011-06-10")
	first := w.refund(of, 500)
	require.Equal(t, [3]tandem.Money{money(500), money(0), money(300)}, [3]tandem.Money{first.Amount, first.Tax, first.Unapplied})
	require.Equal(t, [2]int64{1500, -300}, [2]int64{w.balance("1000"), w.balance("1100")})
	require.Equal(t, money(-300), w.credit("ann").Receivables)
	w.refused("payment_exceeded", func() error {
		_, err := w.service.Refund(w.ctx, ordertocash.RefundCustomer{Header: w.header(), Payment: paid.Payment, Amount: money(301), Method: payment.Cash})
		return err
	})
	w.day("2011-06-12")
	require.Equal(t, money(300), w.refund(of, 0).Amount)
	require.Equal(t, [2]int64{1200, 0}, [2]int64{w.balance("1000"), w.balance("1100")})
	w.refused("payment_state", func() error {
		_, err := w.service.Refund(w.ctx, ordertocash.RefundCustomer{Header: w.header(), Payment: paid.Payment, Method: payment.Cash})
		return err
	})
	for day, want := range map[string]int64{"2011-06-09": -800, "2011-06-10": -300, "2011-06-12": 0} {
		got, _ := w.owed(day)
		require.Equal(t, want, got, day)
	}

	w.day("2011-06-20")
	back := func() (ordertocash.Allocated, error) {
		return w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: first.Refund, Reason: "no such account"})
	}
	out, err := back()
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.Allocated{Applied: money(-500), Discount: money(0), Unapplied: money(500)}, out)
	require.Equal(t, [2]int64{1700, -500}, [2]int64{w.balance("1000"), w.balance("1100")})
	require.Equal(t, payment.StatusReturned, w.payment(first.Refund).Status)
	w.refused("payment_state", func() error { _, err := back(); return err })
}

// Goods of 12.00 come back after they were paid: the credit note is paid out.
func TestRefundOfACreditNote(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 1})
	w.pay("ann", 1200, s.invoice)
	w.day("2011-06-08")
	note := w.takeBack("ann", back(s.delivery, 1, 1))
	require.Equal(t, money(1200), note.Unapplied)
	of := ordertocash.RefundCustomer{CreditNote: note.CreditNote}
	w.refused("refund_early", func() error {
		_, err := w.service.Refund(w.ctx, ordertocash.RefundCustomer{Header: w.header(), CreditNote: note.CreditNote, Date: w.date("2011-06-07"), Method: payment.Cash})
		return err
	})
	out := w.refund(of, 0)
	require.Equal(t, [2]int64{0, 0}, [2]int64{w.balance("1000"), w.balance("1100")})
	require.Equal(t, billing.InvoiceSettled, w.invoiceState(note.CreditNote).Status)
	_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: out.Refund, Reason: "no such account"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1200), w.invoiceState(note.CreditNote).Open)
	for code, cmd := range map[string]ordertocash.RefundCustomer{
		"invoice_state":   {CreditNote: s.invoice}, // it is settled
		"credit_exceeded": {CreditNote: note.CreditNote, Amount: money(1201)},
	} {
		cmd.Header, cmd.Method = w.header(), payment.Cash
		w.refused(code, func() error {
			_, err := w.service.Refund(w.ctx, cmd)
			return err
		})
	}
	for _, cmd := range []ordertocash.RefundCustomer{{}, {Payment: out.Refund, CreditNote: note.CreditNote}, {CreditNote: note.CreditNote, Method: "gold"}} {
		cmd.Header = w.header()
		w.fails(tandem.ErrInvalid, func() error { _, err := w.service.Refund(w.ctx, cmd); return err })
	}
}

// 150.00 for an order of 120.00, of which 20.00 are VAT; the order is cancelled. Of
// 40.00 that are paid back 30.00 are what was paid too much, and 10.00 have 1.67 of
// VAT (10.00 ÷ 6 = 1.666…). The rest takes back the other 18.33.
func TestRefundOfAnAdvanceTakesItsVATBack(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"globe", 1})
	paid := w.prepay("ann", placed.Order, 15000)
	require.Equal(t, money(2000), paid.Tax)
	_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: placed.Order, Reason: "changed his mind"})
	require.NoError(t, err)
	of := ordertocash.RefundCustomer{Payment: paid.Payment}
	w.day("2011-07-01")
	first := w.refund(of, 4000)
	require.Equal(t, [2]tandem.Money{money(167), money(11000)}, [2]tandem.Money{first.Tax, first.Unapplied})
	require.Equal(t, [3]int64{-1833, 1833, -11000}, [3]int64{w.balance("2200"), w.balance("1350"), w.balance("2150")})
	require.Equal(t, entry{"2011-07-01", -833, -167, now}, w.entries(paymentRef(paid.Payment))[1])
	second := w.refund(of, 0)
	require.Equal(t, money(1833), second.Tax)
	require.Equal(t, [4]int64{0, 0, 0, 0}, [4]int64{w.balance("2200"), w.balance("1350"), w.balance("2150"), w.balance("1000")})
	require.True(t, w.credit("ann").Advances.IsZero())
	_, advances := w.owed("2011-06-30")
	require.Equal(t, int64(15000), advances)
	_, err = w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: first.Refund, Reason: "no such account"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, [2]int64{-167, -4000}, [2]int64{w.balance("2200"), w.balance("2150")})
}

// 588.00 settle 600.00 in time (2 %, adjusted on payment: 10.00 and 2.00 of VAT). Ten
// of fifty mugs come back and are credited net of their discount: 98.00 and 19.60.
// Then the cheque bounces: 600.00 are open again and the discount is gone; with the
// credit of 117.60 the customer owes 482.40. The other forty mugs are credited with
// 400.00 and the 2.00 that the first credit was short of, and their VAT: 482.40.
func TestAPaymentBouncesBehindDiscountAndCredit(t *testing.T) {
	w := newShop(t)
	s := w.fifty("adjust2")
	w.day("2011-06-11")
	paid := w.pay("ann", 58800, s.invoice)
	require.Equal(t, money(1200), paid.Discount)
	w.day("2011-06-15")
	note := w.takeBack("ann", back(s.delivery, 1, 10))
	require.Equal(t, [2]tandem.Money{money(9800), money(1960)}, [2]tandem.Money{note.Net, note.Tax})
	w.day("2011-06-20")
	_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid.Payment, Reason: "refer to drawer"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(60000), w.invoiceState(s.invoice).Open)
	require.Equal(t, [3]int64{48240, -8040, 0}, [3]int64{w.balance("1100"), w.balance("2200"), w.balance("1000")})
	day19, _ := w.owed("2011-06-19")
	require.Equal(t, int64(-11760), day19, "as of the day before, it is paid")
	w.day("2011-06-25")
	rest := w.takeBack("ann", back(s.delivery, 1, 40))
	require.Equal(t, [2]tandem.Money{money(40200), money(8040)}, [2]tandem.Money{rest.Net, rest.Tax})
	require.Equal(t, [2]int64{0, 0}, [2]int64{w.balance("1100"), w.balance("2200")})
}
