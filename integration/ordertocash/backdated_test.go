package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// stoodUntil7th is an invoice of 12.00 of 1 June that was paid on the 3rd; on the 10th
// somebody saw that it had been another's, and undid it as of the 7th.
func stoodUntil7th(t *testing.T) (w *shop, s sold, paid payment.ID) {
	w = newShop(t)
	s = w.sell("ann", want{"mug", 1})
	w.day("2011-06-03")
	paid = w.pay("ann", 1200, s.invoice).Payment
	w.day("2011-06-10")
	w.unallocate(ordertocash.UnallocatePayment{Payment: paid, Date: w.date("2011-06-07")})
	return w, s, paid
}

func (w *shop) unallocate(cmd ordertocash.UnallocatePayment) {
	w.t.Helper()
	cmd.Header, cmd.Reason = w.header(), "wrong invoice"
	_, err := w.service.Unallocate(w.ctx, cmd)
	require.NoError(w.t, err)
	w.check()
}

func (w *shop) apply(id payment.ID, day string, to ...billing.InvoiceID) func() error {
	return func() error {
		_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: id, Date: w.date(day), Invoices: to})
		return err
	}
}

func (w *shop) refundOn(cmd ordertocash.RefundCustomer, day string) func() error {
	return func() error {
		cmd.Header, cmd.Date, cmd.Method = w.header(), w.date(day), payment.BankTransfer
		_, err := w.service.Refund(w.ctx, cmd)
		return err
	}
}

func (w *shop) bounceOn(id payment.ID, day string) func() error {
	return func() error {
		_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: id, Date: w.date(day), Reason: "no funds"})
		return err
	}
}

// Until the 7th the money stood in the invoice: nothing else is done with it before.
func TestNothingIsDoneWithAPaymentBeforeItWasUnapplied(t *testing.T) {
	w, _, paid := stoodUntil7th(t)
	other := w.sellOn("ann", "2011-06-01")
	for name, on := range map[string]func(day string) func() error{
		"it bounces":   func(day string) func() error { return w.bounceOn(paid, day) },
		"is applied":   func(day string) func() error { return w.apply(paid, day, other) },
		"is paid back": func(day string) func() error { return w.refundOn(ordertocash.RefundCustomer{Payment: paid}, day) },
	} {
		t.Run(name, func(*testing.T) {
			w.refused("before_reversal", on("2011-06-04"))
			err := on("2011-06-06")()
			require.ErrorContains(t, err, "2011-06-07", "the earliest day is named")
		})
	}
	require.NoError(t, w.apply(paid, "2011-06-07", other)())
	w.check()
}

// sellOn invoices a mug by a date.
func (w *shop) sellOn(who, day string) billing.InvoiceID {
	w.t.Helper()
	now := w.clock.at
	w.day(day)
	s := w.sell(who, want{"mug", 1})
	w.clock.at = now
	return s.invoice
}

// Of the invoice the same: until the 7th it was paid.
func TestAnInvoiceIsNotPaidBeforeItWasOpenAgain(t *testing.T) {
	w, s, _ := stoodUntil7th(t)
	w.day("2011-06-03")
	second := w.pay("ann", 1200).Payment
	w.day("2011-06-10")
	w.refused("before_reversal", w.apply(second, "2011-06-04", s.invoice))
	receive := func(day string, cmd ordertocash.ReceivePayment) (ordertocash.Received, error) {
		cmd.Header, cmd.Customer, cmd.Amount, cmd.Method, cmd.Date = w.header(), customer("ann"), money(1200), payment.Cash, w.date(day)
		return w.service.Receive(w.ctx, cmd)
	}
	w.refused("before_reversal", func() error {
		_, err := receive("2011-06-04", ordertocash.ReceivePayment{Invoices: []billing.InvoiceID{s.invoice}})
		return err
	})
	out, err := receive("2011-06-04", ordertocash.ReceivePayment{Oldest: true})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(0), out.Applied, "on the 4th nothing was open")
	out, err = receive("2011-06-07", ordertocash.ReceivePayment{Oldest: true})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1200), out.Applied)
}

// A note of the 3rd, used up by an invoice until the 7th.
func TestACreditNoteIsNotUsedTwiceOnADay(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 1})
	w.pay("ann", 1200, s.invoice)
	w.day("2011-06-03")
	note := w.takeBack("ann", back(s.delivery, 1, 1)).CreditNote
	first, second := w.sell("ann", want{"mug", 1}), w.sell("ann", want{"mug", 1})
	apply := func(day string, to billing.InvoiceID) func() error {
		return func() error {
			_, err := w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: note, Date: w.date(day), Invoices: []billing.InvoiceID{to}})
			return err
		}
	}
	require.NoError(t, apply("2011-06-03", first.invoice)())
	w.day("2011-06-10")
	w.unallocate(ordertocash.UnallocatePayment{CreditNote: note, Date: w.date("2011-06-07")})
	w.refused("before_reversal", apply("2011-06-04", second.invoice))
	w.refused("before_reversal", w.refundOn(ordertocash.RefundCustomer{CreditNote: note}, "2011-06-04"))
	require.NoError(t, apply("2011-06-07", second.invoice)())
	w.check()
}

// Goods of an invoice that was settled until the 7th came back on the 5th: the note of the
// 5th settles it as of the 7th.
func TestACreditNoteSettlesItsInvoiceFromTheDayItIsOpenAgain(t *testing.T) {
	w, s, _ := stoodUntil7th(t)
	out, err := w.service.Return(w.ctx, ordertocash.ReturnGoods{Header: w.header(), Customer: customer("ann"), Date: w.date("2011-06-05"),
		Lines: []ordertocash.ReturnedLine{back(s.delivery, 1, 1)}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1200), out.Applied)
	for day, want := range map[string]int64{"2011-06-04": 0, "2011-06-05": -1200, "2011-06-07": -1200} {
		got, _ := w.owed(day)
		require.Equal(t, want, got, day)
	}
}

// An advance of 120.00 of the 3rd, of which 20.00 are VAT, is taken up by the invoice of
// the 5th until the 9th. Before that it is not paid back: the supply of 100.00 has 20.00
// of VAT on every day. And a late invoice of the 6th does not take it up.
func TestAnAdvanceIsNotPaidBackBeforeItWasUnapplied(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"globe", 2})
	w.day("2011-06-03")
	paid := w.prepay("ann", placed.Order, 12000)
	w.day("2011-06-05")
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(1)})
	w.invoice(placed.Order)
	w.day("2011-06-06")
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(1)})
	w.day("2011-06-12")
	w.unallocate(ordertocash.UnallocatePayment{Payment: paid.Payment, Date: w.date("2011-06-09")})
	w.refused("before_reversal", w.refundOn(ordertocash.RefundCustomer{Payment: paid.Payment}, "2011-06-06"))
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order, Date: w.date("2011-06-06")})
	require.NoError(t, err)
	_, err = w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: w.date("2011-06-06")})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(12000), w.payment(paid.Payment).Unapplied)
	require.Equal(t, [3]int64{-2000, -4000, -6000}, [3]int64{w.vatOn("2011-06-05"), w.vatOn("2011-06-08"), w.vatOn("2011-06-09")})
	require.NoError(t, w.apply(paid.Payment, "2011-06-09", draft.Invoice)())
	w.check()
	require.Equal(t, [3]int64{-2000, -4000, -4000}, [3]int64{w.vatOn("2011-06-05"), w.vatOn("2011-06-08"), w.vatOn("2011-06-09")})
}

// vatOn is account 2200 at the end of a day, credits negative.
func (w *shop) vatOn(day string) (sum int64) {
	w.t.Helper()
	w.view(func(b *store.Bundle) {
		for e, err := range b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}) {
			require.NoError(w.t, err)
			for _, l := range e.Lines {
				if l.Account == "2200" && !e.Date.After(w.date(day)) {
					sum += l.Amount.Minor()
				}
			}
		}
	})
	return sum
}

// A refund of the 5th is owed since its payment bounced on the 7th; by the 6th its money
// can neither have come back nor have been settled by another payment.
func TestARefundIsNotSettledBeforeItWasOwed(t *testing.T) {
	w := newShop(t)
	paid := w.pay("ann", 1200).Payment
	w.day("2011-06-03")
	other := w.pay("ann", 1200).Payment
	w.day("2011-06-05")
	back := w.refund(ordertocash.RefundCustomer{Payment: paid}, 0).Refund
	w.day("2011-06-10")
	require.NoError(t, w.bounceOn(paid, "2011-06-07")())
	w.check()
	w.refused("before_reversal", w.bounceOn(back, "2011-06-06"))
	settle := func(day string) func() error {
		return func() error {
			_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: other, Date: w.date(day), Refunds: []payment.ID{back}})
			return err
		}
	}
	w.refused("before_reversal", settle("2011-06-06"))
	require.NoError(t, settle("2011-06-07")())
	w.check()
}

// booked is none for today, or the day of what is booked late.
func (w *trade) booked() (day tandem.Date) {
	if w.n(0, 3, "booked late") == 0 {
		day = w.today().AddDays(-int(w.n(1, 4, "days")))
	}
	return day
}
