package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
)

// fifty sells fifty mugs at 10.00 on terms with 2 % in ten days.
func (w *shop) fifty(terms tandem.TermsCode) sold {
	w.t.Helper()
	placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Terms: terms,
		Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(50), Agreed: &pricing.Override{Price: price(w.t, 10_000_000), Reason: "contract"}}}})
	require.NoError(w.t, err)
	shipped := w.ship(placed.Order)
	invoiced := w.invoice(placed.Order)
	return sold{placed.Order, shipped.Delivery, invoiced.Invoice, invoiced.Gross}
}

// UK early discount: 500.00, 2 %. Under discounted_base the VAT is 98.00 (HMRC
// VAT Notice 700 before 2015), under adjust_on_payment 600.00 are invoiced, 588.00
// paid, discount 10.00 and VAT 2.00; under none the VAT stays 100.00.
func TestEarlyDiscount(t *testing.T) {
	for _, c := range []struct {
		terms                             tandem.TermsCode
		gross, pay, discount, vatDiscount int64
	}{{"base2", 59800, 58800, 1000, 0}, {"adjust2", 60000, 58800, 1000, 200}, {"none2", 60000, 59000, 1000, 0}} {
		t.Run(string(c.terms), func(t *testing.T) {
			w := newShop(t)
			s := w.fifty(c.terms)
			require.Equal(t, money(c.gross), s.gross)
			w.day("2011-06-11")
			got := w.pay("ann", c.pay, s.invoice)
			require.Equal(t, money(c.discount+c.vatDiscount), got.Discount)
			require.True(t, w.invoiceState(s.invoice).Open.IsZero())
			require.Equal(t, c.discount, w.balance("4300"))
			require.Equal(t, -(c.gross-50000)+c.vatDiscount, w.balance("2200"), "VAT owed")
			before := w.dump()

			undo, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: got.Payment, Reason: "wrong customer"})
			require.NoError(t, err)
			w.check()
			require.Equal(t, ordertocash.Allocated{Applied: money(-c.pay), Discount: money(-c.discount - c.vatDiscount), Unapplied: money(c.pay)}, undo)
			require.Equal(t, s.gross, w.invoiceState(s.invoice).Open)
			require.Zero(t, w.balance("4300"))
			require.NotEqual(t, before, w.dump())
			w.refused("not_applied", func() error {
				_, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: got.Payment, Reason: "again"})
				return err
			})
			w.day("2011-07-20") // applied again: the day of the payment earns the discount
			again, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: got.Payment, Invoices: []billing.InvoiceID{s.invoice}})
			require.NoError(t, err)
			w.check()
			require.Equal(t, ordertocash.Allocated{Applied: money(c.pay), Discount: money(c.discount + c.vatDiscount), Unapplied: money(0)}, again)
			w.refused("nothing_applied", func() error {
				_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: got.Payment, Oldest: true})
				return err
			})
		})
	}
}

func TestLatePaymentEarnsNoDiscount(t *testing.T) {
	w := newShop(t)
	s := w.fifty("adjust2")
	w.day("2011-06-12")
	got := w.pay("ann", 58800, s.invoice)
	require.True(t, got.Discount.IsZero())
	require.Equal(t, money(1200), w.invoiceState(s.invoice).Open)
}

// Goods of an invoice whose VAT was computed from the discounted base: three
// partial credits end at the 500.00 and 98.00 that were invoiced.
func TestCreditOfADiscountedBase(t *testing.T) {
	w := newShop(t)
	s := w.fifty("base2")
	net, due := int64(0), int64(0)
	for _, n := range []int64{17, 17, 16} {
		out := w.takeBack("ann", back(s.delivery, 1, n))
		net, due = net+out.Net.Minor(), due+out.Tax.Minor()
	}
	require.Equal(t, [2]int64{50000, 9800}, [2]int64{net, due})
	require.Zero(t, w.balance("1100"))
}

func TestReturnedPaymentOpensItsInvoices(t *testing.T) {
	w := newShop(t)
	first, second := w.sell("ann", want{"mug", 1}), w.sell("ann", want{"mug", 2})
	paid := w.pay("ann", 4000, first.invoice, second.invoice)
	require.Equal(t, money(400), paid.Unapplied)
	w.day("2011-06-20")
	bounce := func() (ordertocash.Allocated, error) {
		return w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid.Payment, Reason: "no funds"})
	}
	w.refused("allocation_early", func() error {
		_, err := w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid.Payment, Date: w.date("2011-05-31"), Reason: "x"})
		return err
	})
	out, err := bounce()
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.Allocated{Applied: money(-3600), Discount: money(0), Unapplied: money(0)}, out)
	require.Equal(t, int64(3600), w.balance("1100"))
	require.Zero(t, w.balance("1000"))
	w.refused("payment_state", func() error { _, err := bounce(); return err })
	w.refused("payment_state", func() error {
		_, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: paid.Payment, Oldest: true})
		return err
	})
	// as of the day before, the invoices are paid
	w.view(func(b *store.Bundle) {
		aged, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: w.date("2011-06-19")},
			b.CustomerInvoices().Find(w.ctx, billing.InvoiceQuery{Company: company}), b.Payments().Find(w.ctx, payment.Query{Company: company}),
			b.Allocations().Find(w.ctx, billing.AllocationQuery{Company: company}))
		require.NoError(t, err)
		require.Equal(t, int64(-400), aged.Total.Total.Minor())
	})
}

func TestAdvance(t *testing.T) {
	w := newShop(t)
	paid, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(5000),
		Method: payment.Card, Advance: true})
	require.NoError(t, err)
	w.check()
	require.Equal(t, int64(-5000), w.balance("2150"))
	s := w.sell("ann", want{"mug", 3}) // 36.00
	out, err := w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: paid.Payment, Oldest: true})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(1400), out.Unapplied)
	require.Equal(t, int64(-1400), w.balance("2150"))
	_, err = w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Payment: paid.Payment, Invoice: s.invoice, Reason: "mistake"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, int64(-5000), w.balance("2150"))
	_, err = w.service.ApplyPayment(w.ctx, ordertocash.ApplyPayment{Header: w.header(), Payment: paid.Payment, Oldest: true})
	require.NoError(t, err)
	w.check()
	_, err = w.service.ReturnPayment(w.ctx, ordertocash.ReturnPayment{Header: w.header(), Payment: paid.Payment, Reason: "refused"})
	require.NoError(t, err)
	w.check()
	require.Zero(t, w.balance("2150"))
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.Unallocate(w.ctx, ordertocash.UnallocatePayment{Header: w.header(), Reason: "of what?"})
		return err
	})
}

func TestExpense(t *testing.T) {
	w := newShop(t)
	spend := func(net int64) (ordertocash.Booked, error) {
		return w.service.Spend(w.ctx, ordertocash.WriteExpense{Header: w.header(), Text: "bank charges",
			Expense: posting.Expense{Costs: []posting.Cost{{Net: money(net)}}, Tax: money(net / 5)}})
	}
	out, err := spend(1000)
	require.NoError(t, err)
	require.Equal(t, money(1200), out.Amount)
	require.Equal(t, [3]int64{1000, 200, -1200}, [3]int64{w.balance("6000"), w.balance("1250"), w.balance("1000")})
	_, err = spend(-1000) // a refund
	require.NoError(t, err)
	require.Zero(t, w.balance("1000"))
	w.check()
	w.fails(tandem.ErrNotFound, func() error {
		_, err := w.service.Spend(w.ctx, ordertocash.WriteExpense{Header: w.header(), Date: w.date("2009-01-01"), Expense: posting.Expense{Costs: []posting.Cost{{Net: money(1)}}}})
		return err
	})
}

// Revenue at invoice: 20.00 without any invoice, 30.00 on a draft and 10.00 that
// was invoiced in July are accrued at the end of June, and reversed on 1 July.
func TestAccrueRevenueAtInvoice(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Books.Revenue = posting.AtInvoice })
	w.day("2011-06-29")
	first, second, third := w.place("ann", want{"mug", 2}), w.place("ben", want{"mug", 3}), w.place("ben", want{"mug", 1})
	for _, p := range []ordertocash.Placed{first, second, third} {
		w.ship(p.Order)
	}
	done := w.sell("ann", want{"card", 1})
	require.Equal(t, int64(-333), w.balance("4000"))
	_, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: second.Order})
	require.NoError(t, err)
	w.day("2011-07-02")
	w.invoice(third.Order)
	later := w.place("ann", want{"mug", 1}) // of July
	w.ship(later.Order)
	accrue := func() (ordertocash.Accrued, error) {
		return w.service.Accrue(w.ctx, ordertocash.AccrueRevenue{Header: w.header(), Date: w.date("2011-06-30")})
	}
	out, err := accrue()
	require.NoError(t, err)
	require.Equal(t, money(6000), out.Amount)
	w.check()
	require.Equal(t, int64(6000), w.on("1150", "2011-06-30"))
	require.Zero(t, w.on("1150", "2011-07-01"))
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.Accrue(w.ctx, ordertocash.AccrueRevenue{Header: w.header(), Date: w.date("2011-06-29")})
		return err
	})
	w.takeBack("ann", back(done.delivery, 1, 1))
	other := newShop(t)
	other.fails(tandem.ErrInvalid, func() error {
		_, err := other.service.Accrue(other.ctx, ordertocash.AccrueRevenue{Header: other.header(), Date: other.date("2011-06-30")})
		return err
	})
}

// on gives an account's balance at the end of a day.
func (w *shop) on(account ledger.AccountCode, day string) (sum int64) {
	w.view(func(b *store.Bundle) {
		trial, err := ledger.TrialBalance(b.JournalEntries().Find(w.ctx, ledger.EntryQuery{Company: company}), ledger.BalanceQuery{Currency: tandem.GBP, AsOf: w.date(day)})
		require.NoError(w.t, err)
		require.True(w.t, trial.Balanced())
		sum = trial.Closing(account).Minor()
	})
	return sum
}

// An invoice that is not posted is owed by nobody: money that names it is refused.
func TestADraftIsNotPaid(t *testing.T) {
	w := newShop(t)
	s := w.sell("ann", want{"mug", 1})
	note := w.takeBack("ann", back(s.delivery, 1, 1)).CreditNote
	paid := w.pay("ann", 500).Payment
	placed := w.place("ann", want{"mug", 1})
	w.ship(placed.Order)
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order})
	require.NoError(t, err)
	to := []billing.InvoiceID{draft.Invoice}
	w.refused("not_posted", func() error {
		_, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(100), Method: payment.Cash, Invoices: to})
		return err
	})
	w.refused("not_posted", w.apply(paid, "2011-06-01", to...))
	w.refused("not_posted", func() error {
		_, err := w.service.ApplyCreditNote(w.ctx, ordertocash.ApplyCreditNote{Header: w.header(), CreditNote: note, Invoices: to})
		return err
	})
}
