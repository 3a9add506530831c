package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
)

// agreed is a line at a price agreed by hand.
func agreed(t *testing.T, product string, pieces int64, price string) ordertocash.OrderLine {
	line := erptest.Line(product, pieces)
	line.Agreed = &pricing.Override{Price: erptest.Price(t, price+" GBP/EA"), Reason: "test", Actor: "clerk"}
	return line
}

// onTerms places an order under payment terms, ships it, and posts its invoice.
func onTerms(t *testing.T, c *erptest.Company, terms tandem.TermsCode, lines ...ordertocash.OrderLine) (ordertocash.Shipped, ordertocash.Invoiced) {
	placed, err := c.Sales.Place(t.Context(), ordertocash.PlaceOrder{Header: c.Header(), Customer: erptest.CustomerID("12346"), Terms: terms, Lines: lines})
	require.NoError(t, err)
	return c.Ship(t, placed.Order), c.Bill(t, placed.Order)
}

func taxEntries(t *testing.T, c *erptest.Company, keep func(tax.Entry) bool) (out []tax.Entry) {
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		for e, err := range b.TaxEntries().Find(ctx, tax.EntryQuery{Company: erptest.CompanyID()}) {
			require.NoError(t, err)
			if keep(e) {
				out = append(out, e)
			}
		}
		return nil
	})
	return out
}

// 500.00 net, 600.00 gross, 2 % for paying within 10 days: 10.00 and its VAT 2.00.
// Half of it comes back: of the 300.00 that are left a payment in time may lack
// 6.00, not 12.00.
func TestEarlyDiscountFallsWithWhatIsCredited(t *testing.T) {
	c := erptest.New(t)
	shipped, invoiced := onTerms(t, c, "prompt", agreed(t, "85123A", 100, "5.00"))
	require.Equal(t, "600.00 GBP", invoiced.Gross.String())
	credited := c.TakeBack(t, "12346", shipped.Delivery, 1, 50)
	require.Equal(t, "300.00 GBP", credited.Applied.String())
	early := c.Pay(t, "12346", erptest.GBP(t, "288.00"), invoiced.Invoice)
	assert.Equal(t, "0.00 GBP", early.Discount.String(), "12.00 are missing, 6.00 are allowed")
	rest := c.Pay(t, "12346", erptest.GBP(t, "6.00"), invoiced.Invoice)
	assert.Equal(t, "6.00 GBP", rest.Discount.String())
	c.AssertBooks(t)
}

// A bank statement of the 15th is entered on the 21st: money that is older than
// the last invoice settles the invoices that there were, and the rest is credit.
func TestOlderMoneySettlesOlderInvoices(t *testing.T) {
	c := erptest.New(t)
	_, first := onTerms(t, c, "net30", agreed(t, "85123A", 10, "5.00"))
	c.Clock.Set(erptest.At(20))
	_, second := onTerms(t, c, "net30", agreed(t, "85123A", 10, "5.00"))
	received, err := c.Sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: erptest.CustomerID("12346"),
		Amount: erptest.GBP(t, "100.00"), Method: payment.BankTransfer, Date: erptest.Day(14), Oldest: true})
	require.NoError(t, err)
	assert.Equal(t, first.Gross, received.Applied)
	assert.Equal(t, "40.00 GBP", received.Unapplied.String())
	c.AssertBooks(t)
	applied, err := c.Sales.ApplyPayment(t.Context(), ordertocash.ApplyPayment{Header: c.Header(), Payment: received.Payment, Invoices: []billing.InvoiceID{second.Invoice}})
	require.NoError(t, err)
	assert.Equal(t, "40.00 GBP", applied.Applied.String())
	c.AssertBooks(t)
}

func TestAnEarlyDiscountLowersEachTaxByItsOwnBase(t *testing.T) {
	zero := erptest.Product("BOOK")
	zero.TaxCategory = tandem.TaxZero
	c := erptest.New(t, erptest.WithGoods(append(erptest.Goods(t), erptest.Good{Product: zero, Stock: erptest.Pieces(t, 100), Value: erptest.GBP(t, "100.00")})...))
	_, invoiced := onTerms(t, c, "prompt", agreed(t, "85123A", 100, "5.00"), agreed(t, "BOOK", 100, "5.00"))
	require.Equal(t, "1100.00 GBP", invoiced.Gross.String(), "500 + 20 %, 500 at nought")
	received := c.Pay(t, "12346", erptest.GBP(t, "1078.00"), invoiced.Invoice)
	require.Equal(t, "22.00 GBP", received.Discount.String(), "20.00 and its VAT 2.00")
	entries := taxEntries(t, c, func(e tax.Entry) bool { return e.Base.Sign() < 0 })
	require.Len(t, entries, 2)
	assert.Equal(t, []string{"-10.00 GBP", "-2.00 GBP"}, []string{entries[0].Base.String(), entries[0].Tax.String()}, "20 %% of 10.00 is 2.00: %s", entries[0].Code)
	assert.Equal(t, []string{"-10.00 GBP", "0.00 GBP"}, []string{entries[1].Base.String(), entries[1].Tax.String()}, "%s", entries[1].Code)
	c.AssertBooks(t)
}

// 500.00 of books at nought %, 2 % for paying in time: the register's base falls by
// 10.00 and its tax by nothing (VAT return, box 6: the value of supplies net of
// VAT). Where the discount leaves the VAT alone it leaves the base alone, too.
func TestAnEarlyDiscountOfZeroRatedGoodsLowersTheBase(t *testing.T) {
	zero := erptest.Product("BOOK")
	zero.TaxCategory = tandem.TaxZero
	c := erptest.New(t, erptest.WithGoods(append(erptest.Goods(t), erptest.Good{Product: zero, Stock: erptest.Pieces(t, 100), Value: erptest.GBP(t, "100.00")})...))
	_, invoiced := onTerms(t, c, "prompt", agreed(t, "BOOK", 100, "5.00"))
	require.Equal(t, "500.00 GBP", invoiced.Gross.String())
	paid := c.Pay(t, "12346", erptest.GBP(t, "490.00"), invoiced.Invoice)
	require.Equal(t, "10.00 GBP", paid.Discount.String())
	entries := taxEntries(t, c, func(e tax.Entry) bool { return e.Base.Sign() < 0 })
	require.Len(t, entries, 1)
	assert.Equal(t, []string{"-10.00 GBP", "0.00 GBP"}, []string{entries[0].Base.String(), entries[0].Tax.String()})
	_, err := c.Sales.Unallocate(t.Context(), ordertocash.UnallocatePayment{Header: c.Header(), Payment: paid.Payment, Reason: "wrong customer"})
	require.NoError(t, err)
	base := int64(0)
	for _, e := range taxEntries(t, c, func(tax.Entry) bool { return true }) {
		base += e.Base.Minor()
	}
	assert.Equal(t, int64(50000), base)
	c.AssertBooks(t)
}

// Goods go out on 2010-12-28, the invoice is drafted for 2011-01-03 (17.5 %) and
// posted on 2011-01-05: within 14 days the invoice date is the tax point, so that
// 20 % are due (VAT Act 1994 s. 6(5)).
func TestADraftIsPostedAtTheRateOfItsPosting(t *testing.T) {
	c := erptest.New(t)
	c.Clock.Set(erptest.Instant(t, "2010-12-28T09:00:00Z"))
	placed := c.Place(t, "12346", agreed(t, "85123A", 100, "1.00"))
	c.Ship(t, placed.Order)
	c.Clock.Set(erptest.Instant(t, "2011-01-03T09:00:00Z"))
	draft, err := c.Sales.Invoice(t.Context(), ordertocash.InvoiceOrder{Header: c.Header(), Order: placed.Order})
	require.NoError(t, err)
	require.Equal(t, "117.50 GBP", draft.Gross.String())
	c.Clock.Set(erptest.Instant(t, "2011-01-05T09:00:00Z"))
	posted, err := c.Sales.Post(t.Context(), ordertocash.PostInvoice{Header: c.Header(), Invoice: draft.Invoice, Date: erptest.Date(t, "2011-01-05")})
	require.NoError(t, err)
	assert.Equal(t, "120.00 GBP", posted.Gross.String())
	entries := taxEntries(t, c, func(tax.Entry) bool { return true })
	require.Len(t, entries, 1)
	assert.Equal(t, "2011-01-05", entries[0].TaxPoint.String())
	assert.Equal(t, "20.00 GBP", entries[0].Tax.String())
	c.AssertBooks(t)

	c.Clock.Set(erptest.Instant(t, "2010-12-28T09:00:00Z"))
	placed = c.Place(t, "12346", agreed(t, "85123A", 100, "1.00"))
	shipped, err := c.Sales.Ship(t.Context(), ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order, Date: erptest.Date(t, "2010-12-28")})
	require.NoError(t, err)
	c.Clock.Set(erptest.Instant(t, "2011-01-12T09:00:00Z"))
	draft, err = c.Sales.Invoice(t.Context(), ordertocash.InvoiceOrder{Header: c.Header(), Order: placed.Order, Date: erptest.Date(t, "2011-01-11")})
	require.NoError(t, err)
	require.Equal(t, "120.00 GBP", draft.Gross.String(), "the 14th day")
	posted, err = c.Sales.Post(t.Context(), ordertocash.PostInvoice{Header: c.Header(), Invoice: draft.Invoice, Date: erptest.Date(t, "2011-01-12")})
	require.NoError(t, err)
	assert.Equal(t, "117.50 GBP", posted.Gross.String(), "the 15th day: the delivery is the tax point again")
	c.Clock.Set(erptest.Instant(t, "2011-01-13T09:00:00Z"))
	credited := c.TakeBack(t, "12346", shipped.Delivery, 1, 100)
	assert.Equal(t, "117.50 GBP", credited.Gross.String(), "at the old rate")
	c.AssertBooks(t)
}

// A draft of the 5th that is posted on the 7th has its tax point on the 7th.
func TestTheTaxPointIsThatOfThePostedInvoice(t *testing.T) {
	c := erptest.New(t)
	placed := c.Place(t, "12346", agreed(t, "85123A", 100, "1.00"))
	c.Ship(t, placed.Order)
	c.Clock.Set(erptest.Instant(t, "2011-06-05T09:00:00Z"))
	draft, err := c.Sales.Invoice(t.Context(), ordertocash.InvoiceOrder{Header: c.Header(), Order: placed.Order})
	require.NoError(t, err)
	c.Clock.Set(erptest.Instant(t, "2011-06-07T09:00:00Z"))
	_, err = c.Sales.Post(t.Context(), ordertocash.PostInvoice{Header: c.Header(), Invoice: draft.Invoice})
	require.NoError(t, err)
	entries := taxEntries(t, c, func(tax.Entry) bool { return true })
	require.Len(t, entries, 1)
	assert.Equal(t, "2011-06-07", entries[0].TaxPoint.String())
}

// 60 pieces are there. Two lines of one order want 60 and 10: the ten cannot be
// promised for today on the strength of pieces that the first line holds.
func TestALineIsNotPromisedWhatAnotherLineOfItsOrderHolds(t *testing.T) {
	c := erptest.New(t)
	placed := c.Place(t, "12346", erptest.Line("22423", 60), erptest.Line("22423", 10))
	assert.Equal(t, "10 EA", placed.Lines[1].Backorder.String())
	assert.True(t, placed.Lines[1].Promise.IsZero(), "promised for %s", placed.Lines[1].Promise)

	other := erptest.New(t)
	placed = other.Place(t, "12346", erptest.Line("22423", 60))
	_, err := other.Sales.Amend(t.Context(), ordertocash.AmendOrder{Header: other.Header(), Order: placed.Order, Reason: "more", Add: []ordertocash.OrderLine{erptest.Line("22423", 10)}})
	require.NoError(t, err)
	other.View(t, func(ctx context.Context, b erptest.Bundle) error {
		order, err := b.SalesOrders().Get(ctx, erptest.CompanyID(), placed.Order)
		require.NoError(t, err)
		l, _ := order.Line(2)
		assert.True(t, l.Promise.IsZero(), "promised for %s", l.Promise)
		return nil
	})
}

// The same product stands twice on an order, at 0.333 and 0.335; parts come back
// before and after the invoice, singly. Everything ends at the penny.
func TestPartsOfTheSameProductTwiceEndAtThePenny(t *testing.T) {
	c := erptest.New(t)
	placed := c.Place(t, "12346", agreed(t, "85123A", 3, "0.335"), agreed(t, "85123A", 7, "0.333"))
	shipped := c.Ship(t, placed.Order)
	c.TakeBack(t, "12346", shipped.Delivery, 1, 1)
	c.TakeBack(t, "12346", shipped.Delivery, 2, 2)
	c.AssertBooks(t)
	invoiced := c.Bill(t, placed.Order)
	c.AssertBooks(t)
	sum := int64(0)
	for _, part := range []struct {
		line   int
		pieces int64
	}{{2, 1}, {1, 1}, {2, 3}, {1, 1}, {2, 1}} {
		credited := c.TakeBack(t, "12346", shipped.Delivery, part.line, part.pieces)
		sum += credited.Gross.Minor()
		c.AssertBooks(t)
	}
	assert.Equal(t, invoiced.Gross.Minor(), sum)
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		account, err := b.CreditAccounts().Get(ctx, erptest.CompanyID(), erptest.CustomerID("12346"))
		require.NoError(t, err)
		exposure, err := account.State().Exposure()
		require.NoError(t, err)
		assert.True(t, exposure.IsZero(), "%s", exposure)
		pool, err := b.CostPools().Get(ctx, erptest.CompanyID(), erptest.ProductID("85123A"))
		require.NoError(t, err)
		assert.Equal(t, "777.77 GBP", pool.Value().String())
		return nil
	})
}

// An over-payment, undone and made again, leaves what there was.
func TestUnallocationRestoresEverything(t *testing.T) {
	c := erptest.New(t)
	_, invoiced := onTerms(t, c, "prompt", agreed(t, "85123A", 100, "5.00"))
	state := func() (out billing.InvoiceState) {
		c.View(t, func(ctx context.Context, b erptest.Bundle) error {
			i, err := b.CustomerInvoices().Get(ctx, erptest.CompanyID(), invoiced.Invoice)
			require.NoError(t, err)
			out = i.State()
			out.Revision, out.Sequence = 0, 0
			return nil
		})
		return out
	}
	before := state()
	paid := c.Pay(t, "12346", erptest.GBP(t, "588.00"), invoiced.Invoice)
	require.Equal(t, "12.00 GBP", paid.Discount.String())
	c.AssertBooks(t)
	_, err := c.Sales.Unallocate(t.Context(), ordertocash.UnallocatePayment{Header: c.Header(), Payment: paid.Payment, Reason: "wrong customer"})
	require.NoError(t, err)
	after := state()
	assert.Equal(t, before.Date, after.Instalments[0].NotBefore)
	after.Instalments[0].NotBefore = tandem.Date{}
	assert.Equal(t, before, after)
	c.AssertBooks(t)
	_, err = c.Sales.ReturnPayment(t.Context(), ordertocash.ReturnPayment{Header: c.Header(), Payment: paid.Payment, Reason: "bounced"})
	require.NoError(t, err)
	c.AssertBooks(t)
	over := c.Pay(t, "12346", erptest.GBP(t, "1000.00"), invoiced.Invoice)
	assert.Equal(t, "600.00 GBP", over.Applied.String())
	assert.Equal(t, "0.00 GBP", over.Discount.String(), "who pays in full takes none")
	c.AssertBooks(t)
	net := int64(0)
	for _, e := range taxEntries(t, c, func(tax.Entry) bool { return true }) {
		net += e.Tax.Minor()
	}
	assert.Equal(t, int64(10000), net)
}

// A cheque of 1,000.00 came in advance, 600.00 of it went to an invoice, and it bounces.
func TestAnAdvanceThatWasAppliedBounces(t *testing.T) {
	c := erptest.New(t)
	received, err := c.Sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: erptest.CustomerID("12346"),
		Amount: erptest.GBP(t, "1000.00"), Method: payment.Cheque, Advance: true})
	require.NoError(t, err)
	_, invoiced := onTerms(t, c, "net30", agreed(t, "85123A", 100, "5.00"))
	_, err = c.Sales.ApplyPayment(t.Context(), ordertocash.ApplyPayment{Header: c.Header(), Payment: received.Payment, Oldest: true})
	require.NoError(t, err)
	c.AssertBooks(t)
	returned, err := c.Sales.ReturnPayment(t.Context(), ordertocash.ReturnPayment{Header: c.Header(), Payment: received.Payment, Reason: "bounced"})
	require.NoError(t, err)
	assert.Equal(t, "-600.00 GBP", returned.Applied.String())
	c.AssertBooks(t)
	assert.Equal(t, "600.00 GBP", c.Pay(t, "12346", erptest.GBP(t, "600.00"), invoiced.Invoice).Applied.String())

	_, err = c.Sales.Post(t.Context(), ordertocash.PostInvoice{Header: c.Header(), Invoice: invoiced.Invoice})
	refused := (*tandem.RefusedError)(nil)
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "invoice_state", refused.Code, "an invoice is not posted twice")
}
