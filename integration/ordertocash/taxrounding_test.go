package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
)

func agreedAt(t *testing.T, key, price string) ordertocash.OrderLine {
	l := erptest.Line(key, 1)
	l.Agreed = &pricing.Override{Price: erptest.Price(t, price+" GBP/EA"), Reason: "deal"}
	return l
}

func invoiceOf(t *testing.T, c *erptest.Company, id billing.InvoiceID) (out *billing.Invoice) {
	t.Helper()
	c.View(t, func(ctx context.Context, b erptest.Bundle) (err error) {
		out, err = b.CustomerInvoices().Get(ctx, erptest.CompanyID(), id)
		return err
	})
	return out
}

// A prepayment of 117.50 on 3 January 2011 keeps its 17.50 at 17.5 %, the rest is taxed
// at 20 % of 5 January by the policy of the document. Of 200.03 it is 20.006, cut 20.00
// (VATREC12010: less than a penny of the document); of two lines of 100.02 it is 50.02
// each, 10.004, by line 10.00 and 10.00, per rate 20.008.
func TestThePolicyRoundsBesideAPrepayment(t *testing.T) {
	for _, test := range []struct {
		rounding tax.Rounding
		prices   []string
		tax      string
	}{
		{tax.Down, []string{"200.03"}, "37.50 GBP"},
		{tax.PerRate, []string{"200.03"}, "37.51 GBP"},
		{tax.PerLine, []string{"200.03"}, "37.51 GBP"},
		{tax.PerLine, []string{"100.02", "100.02"}, "37.50 GBP"},
		{tax.PerRate, []string{"100.02", "100.02"}, "37.51 GBP"},
		{tax.Down, []string{"100.02", "100.02"}, "37.50 GBP"},
	} {
		c := erptest.New(t, erptest.WithClock(erptest.NewClock(erptest.Instant(t, "2011-01-03T09:00:00Z"))),
			erptest.WithSales(func(c *ordertocash.Config) { c.Tax.Rounding = test.rounding }))
		var lines []ordertocash.OrderLine
		for _, price := range test.prices {
			lines = append(lines, agreedAt(t, "22423", price))
		}
		placed := c.Place(t, "12346", lines...)
		_, err := c.Sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: erptest.CustomerID("12346"),
			Amount: erptest.GBP(t, "117.50"), Method: payment.BankTransfer, Advance: true, Order: placed.Order})
		require.NoError(t, err)
		c.Clock.Set(erptest.Instant(t, "2011-01-05T09:00:00Z"))
		c.Ship(t, placed.Order)
		out := c.Bill(t, placed.Order)
		require.Equal(t, test.tax, out.Tax.String(), "%s of %v", test.rounding, test.prices)
		var at17 string
		for _, l := range invoiceOf(t, c, out.Invoice).TaxLines() {
			if l.Rate == tandem.BasisPoints(1750) {
				at17 = l.Base.String() + " " + l.Tax.String()
			}
		}
		require.Equal(t, "100.00 GBP 17.50 GBP", at17, "as it was declared")
		c.AssertBooks(t)
	}
}

// Two deliveries of 0.12 and 0.09 each on one invoice, each with its own tax point. Per
// rate there is one breakdown (EN 16931 BR-S-08, BR-CO-17): 0.24 × 20 % = 0.048; cut,
// less than a penny is dropped of the invoice: 0.18 × 20 % = 0.036.
func TestAnInvoiceOfSeveralTaxPointsIsRoundedOnce(t *testing.T) {
	for _, test := range []struct {
		rounding   tax.Rounding
		price, tax string
		register   []int64
	}{
		{tax.PerRate, "0.12", "0.05 GBP", []int64{2, 3}},
		{tax.Down, "0.09", "0.03 GBP", []int64{1, 2}},
		{tax.PerLine, "0.12", "0.04 GBP", []int64{2, 2}},
	} {
		c := erptest.New(t, erptest.WithSales(func(c *ordertocash.Config) { c.Tax.Rounding, c.Tax.Point = test.rounding, tax.PointDelivery }))
		placed := c.Place(t, "12346", agreedAt(t, "22423", test.price), agreedAt(t, "22423", test.price))
		_, err := c.Sales.Ship(t.Context(), ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order, Lines: []ordertocash.ShipLine{{Line: 1, Quantity: erptest.Pieces(t, 1)}}})
		require.NoError(t, err)
		c.Clock.Set(erptest.At(2))
		c.Ship(t, placed.Order)
		out := c.Bill(t, placed.Order)
		require.Equal(t, test.tax, out.Tax.String(), test.rounding)
		invoice := invoiceOf(t, c, out.Invoice)
		require.Equal(t, 2, invoice.TaxPointCount())
		breakdown, err := invoice.Breakdown()
		require.NoError(t, err)
		require.Len(t, breakdown, 1)
		require.Equal(t, [2]tandem.Money{out.Net, out.Tax}, [2]tandem.Money{breakdown[0].Base, breakdown[0].Tax})
		var register []int64
		c.View(t, func(ctx context.Context, b erptest.Bundle) error {
			for e, err := range b.TaxEntries().Find(ctx, tax.EntryQuery{Company: erptest.CompanyID(), Document: invoice.Ref()}) {
				require.NoError(t, err)
				register = append(register, e.Tax.Minor())
			}
			return nil
		})
		require.Equal(t, test.register, register, test.rounding)
		c.AssertBooks(t)
	}
}
