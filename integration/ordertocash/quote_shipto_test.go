package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

func quoteTo(t *testing.T, c *erptest.Company, to tandem.Country, lines ...ordertocash.OrderLine) ordertocash.Quoted {
	t.Helper()
	q, err := c.Sales.Quote(t.Context(), ordertocash.QuoteOrder{Header: c.Header(), Customer: erptest.CustomerID("12346"), ValidUntil: erptest.Day(10),
		ShipTo: tandem.Address{Country: to, City: "somewhere"}, Lines: lines})
	require.NoError(t, err)
	return q
}

func orderOf(t *testing.T, c *erptest.Company, id sales.OrderID) (out sales.OrderState) {
	t.Helper()
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		o, err := b.SalesOrders().Get(ctx, erptest.CompanyID(), id)
		require.NoError(t, err)
		out = o.State()
		return nil
	})
	return out
}

// What was quoted for Norway goes to Norway, without VAT, unless the acceptance says
// otherwise: 12.75 to a British address bear 2.55 (VAT Act 1994 s.2, s.30(6)).
func TestAnAcceptedQuoteIsTaxedWhereItGoes(t *testing.T) {
	for _, test := range []struct {
		name       string
		quoted, to tandem.Country
		code       tandem.TaxCode
		tax        string
	}{
		{"quoted for Norway, no other address", "NO", "", "GB-G", "0.00 GBP"},
		{"quoted for Norway, accepted at home", "NO", "GB", "GB-S", "2.55 GBP"},
		{"quoted at home, accepted for Norway", "GB", "NO", "GB-G", "0.00 GBP"},
		{"quoted for Norway, accepted for the United States", "NO", "US", "GB-G", "0.00 GBP"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := erptest.New(t)
			q := quoteTo(t, c, test.quoted, erptest.Line("22423", 1))
			cmd := ordertocash.AcceptQuote{Header: c.Header(), Quotation: q.Quotation}
			cmd.ShipTo.Country = test.to
			placed, err := c.Sales.AcceptQuote(t.Context(), cmd)
			require.NoError(t, err)
			order := orderOf(t, c, placed.Order)
			require.Equal(t, test.code, order.Lines[0].TaxCode)
			if test.to == "" {
				require.Equal(t, tandem.Address{Country: test.quoted, City: "somewhere"}, order.ShipTo)
			} else {
				require.Equal(t, tandem.Address{Country: test.to}, order.ShipTo)
			}
			c.Ship(t, placed.Order)
			require.Equal(t, test.tax, c.Bill(t, placed.Order).Tax.String())
			c.AssertBooks(t)
		})
	}
}

// A code that a line named stays, and where the table would have another one for the
// new destination the acceptance is refused; where it has the same one it is not.
func TestAQuotedCodeThatWasNamedIsNotDecidedAnew(t *testing.T) {
	named := erptest.Line("22423", 1)
	named.TaxCode = "GB-Z"
	c := erptest.New(t)
	q := quoteTo(t, c, "GB", erptest.Line("22423", 1), named)
	_, err := c.Sales.AcceptQuote(t.Context(), ordertocash.AcceptQuote{Header: c.Header(), Quotation: q.Quotation, ShipTo: tandem.Address{Country: "NO"}})
	var refused *tandem.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "tax_code_named", refused.Code)
	require.ErrorContains(t, err, "line 2 was quoted for GB with the tax code GB-Z")
	_, err = c.Sales.AcceptQuote(t.Context(), ordertocash.AcceptQuote{Header: c.Header(), Quotation: q.Quotation})
	require.NoError(t, err)

	q = quoteTo(t, c, "NO", named)
	placed, err := c.Sales.AcceptQuote(t.Context(), ordertocash.AcceptQuote{Header: c.Header(), Quotation: q.Quotation, ShipTo: tandem.Address{Country: "US"}})
	require.NoError(t, err, "both are exports")
	require.Equal(t, tandem.TaxCode("GB-Z"), orderOf(t, c, placed.Order).Lines[0].TaxCode)
}

// Carriage goes with the goods: quoted for Norway it is an export as they are, and at
// home it bears VAT: 20 % of 10.00 and 3.00.
func TestQuotedCarriageGoesWithItsGoods(t *testing.T) {
	w := newShop(t)
	out, err := w.service.Quote(w.ctx, ordertocash.QuoteOrder{Header: w.header(), Customer: customer("ann"), ValidUntil: w.date("2011-06-30"),
		ShipTo: tandem.Address{Country: "NO"}, Lines: lines(want{"carriage", 1}, want{"mug", 1})})
	require.NoError(t, err)
	placed, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: out.Quotation, ShipTo: tandem.Address{Country: "GB"}})
	require.NoError(t, err)
	for _, l := range w.orderState(placed.Order).Lines {
		require.Equal(t, tandem.TaxCode("GB-S"), l.TaxCode)
	}
	require.Equal(t, placed.Net.Minor()*6/5, placed.Gross.Minor())
	w.check()
}
