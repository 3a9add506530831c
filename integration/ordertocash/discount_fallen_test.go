package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

func (w *shop) bounce(id payment.ID) ordertocash.Allocated {
	w.t.Helper()
	out, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: id, Reason: "no funds"})
	require.NoError(w.t, err)
	w.check()
	return out
}

// shared is an invoice of 500.00 of 1 June, 2 % for paying within ten days, that was
// paid with 300.00 on the 5th and the rest, less the discount, on the 8th.
func shared(t *testing.T, terms tandem.TermsCode, rest int64) (w *shop, s sold, first, second ordertocash.Received) {
	w = newShop(t)
	s = w.fifty(terms)
	w.day("2011-06-05")
	first = w.pay("ann", 30000, s.invoice)
	w.day("2011-06-08")
	second = w.pay("ann", rest, s.invoice)
	require.True(t, w.invoiceState(s.invoice).Open.IsZero())
	require.Equal(t, int64(1000), w.balance("4300"))
	return w, s, first, second
}

// 600.00 are paid with 300.00 and 288.00 in time: a discount of 10.00 and 2.00 of VAT.
// The 300.00 bounce on the 20th: 312.00 are owed, and 100.00 of VAT, since the invoice
// was not paid within its term (HMRC VAT Notice 700 §7.3: a discount that is not taken
// up lowers nothing). 300.00 on the 25th are late and leave 12.00 open. Nothing
// of what was told of the days before changes.
func TestADiscountFallsWithOneOfItsPayments(t *testing.T) {
	w, s, first, second := shared(t, "adjust2", 28800)
	w.day("2011-06-20")
	require.Equal(t, ordertocash.Allocated{Applied: money(-30000), Discount: money(-1200), Unapplied: money(0)}, w.bounce(first.Payment))
	require.Equal(t, money(31200), w.invoiceState(s.invoice).Open)
	require.Empty(t, w.invoiceState(s.invoice).Discounted)
	require.Equal(t, [4]int64{31200, 0, -10000, 28800}, [4]int64{w.balance("1100"), w.balance("4300"), w.balance("2200"), w.balance("1000")})
	require.Equal(t, money(31200), w.credit("ann").Receivables)
	require.Equal(t, []entry{{"2011-06-08", -1000, -200, now}, {"2011-06-20", 1000, 200, now}}, w.entries(paymentRef(second.Payment)))
	require.Empty(t, w.entries(paymentRef(first.Payment)))
	require.True(t, w.payment(second.Payment).Unapplied.IsZero(), "it is applied as before")
	for day, want := range map[string]int64{"2011-06-05": 30000, "2011-06-08": 0, "2011-06-19": 0, "2011-06-20": 31200} {
		got, _ := w.owed(day)
		require.Equal(t, want, got, day)
	}
	w.day("2011-06-25")
	require.True(t, w.pay("ann", 30000, s.invoice).Discount.IsZero())
	require.Equal(t, money(1200), w.invoiceState(s.invoice).Open)
	require.Equal(t, int64(-10000), w.balance("2200"))
	w.pay("ann", 1200, s.invoice)
	require.Equal(t, billing.InvoiceSettled, w.invoiceState(s.invoice).Status)
	w.bounce(second.Payment)
	require.Equal(t, money(28800), w.invoiceState(s.invoice).Open, "what fell does not fall again")
}

// Paid again on the 10th the 300.00 are in time, and the discount is earned once more,
// under each policy.
func TestAFallenDiscountIsEarnedAgain(t *testing.T) {
	for terms, c := range map[tandem.TermsCode]struct{ rest, gross, vat int64 }{
		"adjust2": {28800, 60000, 9800}, "base2": {28800, 59800, 9800}, "none2": {29000, 60000, 10000},
	} {
		w, s, first, _ := shared(t, terms, c.rest)
		w.day("2011-06-09")
		w.bounce(first.Payment)
		require.Equal(t, money(c.gross-c.rest), w.invoiceState(s.invoice).Open, "%s", terms)
		require.Zero(t, w.balance("4300"))
		w.day("2011-06-10")
		again := w.pay("ann", 30000, s.invoice)
		require.Equal(t, money(c.gross-c.rest-30000), again.Discount, "%s", terms)
		require.Equal(t, [3]int64{1000, -c.vat, 0}, [3]int64{w.balance("4300"), w.balance("2200"), w.balance("1100")}, "%s", terms)
	}
}

// An allocation that is undone by mistake and made again on the 20th is of money of the
// 5th, which was in time.
func TestADiscountFallsWithAnUnallocation(t *testing.T) {
	w, s, first, _ := shared(t, "adjust2", 28800)
	w.day("2011-06-20")
	out, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: first.Payment, Reason: "wrong invoice"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.Allocated{Applied: money(-30000), Discount: money(-1200), Unapplied: money(30000)}, out)
	require.Equal(t, [2]int64{1200, -10000}, [2]int64{w.balance("1100"), w.balance("2200")})
	out, err = w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: first.Payment, Oldest: true})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1200), out.Discount)
	require.True(t, w.invoiceState(s.invoice).Open.IsZero())
	require.Equal(t, [2]int64{0, -9800}, [2]int64{w.balance("1100"), w.balance("2200")})
}

// Of a discount that rests on an advance: 288.00 of it, with 48.00 of VAT, stay applied
// and released when the other 300.00 bounce.
func TestADiscountOfAnAdvanceFalls(t *testing.T) {
	w := newShop(t)
	placed := w.placeOn("ann", "adjust2", want{"globe", 5})
	first, _ := w.prepay("ann", placed.Order, 30000), w.prepay("ann", placed.Order, 28800)
	w.ship(placed.Order)
	out := w.invoice(placed.Order)
	require.True(t, w.invoiceState(out.Invoice).Open.IsZero())
	require.Equal(t, int64(-9800), w.balance("2200"))
	w.day("2011-06-20")
	w.bounce(first.Payment)
	require.Equal(t, money(31200), w.invoiceState(out.Invoice).Open)
	require.Equal(t, [4]int64{31200, -10000, 0, 0}, [4]int64{w.balance("1100"), w.balance("2200"), w.balance("1350"), w.balance("2150")})
}

// The bank dates the return of the 300.00 on the 6th, before the 288.00 came in: the
// discount of the 8th falls on the 8th.
func TestADiscountDoesNotFallBeforeItWasTaken(t *testing.T) {
	w, s, first, second := shared(t, "adjust2", 28800)
	w.day("2011-06-20")
	_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: first.Payment, Date: w.date("2011-06-06"), Reason: "no funds"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, []entry{{"2011-06-08", -1000, -200, now}, {"2011-06-08", 1000, 200, now}}, w.entries(paymentRef(second.Payment)))
	require.Equal(t, money(31200), w.invoiceState(s.invoice).Open)
	for day, want := range map[string]int64{"2011-06-05": 30000, "2011-06-06": 60000, "2011-06-08": 31200} {
		got, _ := w.owed(day)
		require.Equal(t, want, got, day)
	}
}
