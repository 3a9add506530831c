package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// transition is a company at the end of the United Kingdom's: orders of 30 December 2020.
func transition(t *testing.T, options ...erptest.Option) *erptest.Company {
	c := erptest.New(t, options...)
	c.Update(t, func(ctx context.Context, b erptest.Bundle) error {
		for _, month := range []string{"2020-12", "2021-01"} {
			if err := b.Periods().Save(ctx, erptest.Period(t, month)); err != nil {
				return err
			}
		}
		return nil
	})
	c.Clock.Set(erptest.Instant(t, "2020-12-30T09:00:00Z"))
	return c
}

// Goods for Germany, ordered in December 2020: what goes out by the 31st is an
// intra-Community supply (Withdrawal Agreement Art. 51), what goes out in January an
// export, also on one invoice. Each comes back as it went. A prepayment of either is
// taken up in full.
func TestTreatmentIsThatOfTheDelivery(t *testing.T) {
	c := transition(t)
	placed := c.Place(t, "12347", erptest.Line("22423", 2))
	_, err := c.Sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: erptest.CustomerID("12347"),
		Amount: placed.Gross, Method: payment.BankTransfer, Advance: true, Order: placed.Order})
	require.NoError(t, err)
	c.Clock.Set(erptest.Instant(t, "2020-12-31T09:00:00Z"))
	first, err := c.Sales.Ship(t.Context(), ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order, Lines: []ordertocash.ShipLine{{Line: 1, Quantity: erptest.Pieces(t, 1)}}})
	require.NoError(t, err)
	c.Clock.Set(erptest.Instant(t, "2021-01-05T09:00:00Z"))
	second := c.Ship(t, placed.Order)
	out := c.Bill(t, placed.Order)
	invoice := invoiceOf(t, c, out.Invoice)
	require.Equal(t, []tandem.TaxCategory{tandem.TaxIntraCommunity, tandem.TaxExport}, categories(invoice.TaxLines()))
	require.True(t, out.Tax.IsZero())
	require.True(t, invoice.Open().IsZero(), "paid before")
	c.AssertBooks(t)
	for delivery, want := range map[ordertocash.Shipped]tandem.TaxCategory{first: tandem.TaxIntraCommunity, second: tandem.TaxExport} {
		credited := c.TakeBack(t, "12347", delivery.Delivery, 1, 1)
		require.Equal(t, []tandem.TaxCategory{want}, categories(invoiceOf(t, c, credited.CreditNote).TaxLines()))
	}
	c.AssertBooks(t)
}

func categories(lines []tandem.TaxLine) (out []tandem.TaxCategory) {
	for i := range lines {
		out = append(out, lines[i].Category)
	}
	return out
}

// All of it goes out in January: one export, whose prepayment was for an
// intra-Community supply and settles it all the same.
func TestAPrepaymentFollowsItsTreatment(t *testing.T) {
	c := transition(t)
	placed := c.Place(t, "12347", erptest.Line("22423", 2))
	_, err := c.Sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: erptest.CustomerID("12347"),
		Amount: placed.Gross, Method: payment.BankTransfer, Advance: true, Order: placed.Order})
	require.NoError(t, err)
	c.Clock.Set(erptest.Instant(t, "2021-01-05T09:00:00Z"))
	c.Ship(t, placed.Order)
	invoice := invoiceOf(t, c, c.Bill(t, placed.Order).Invoice)
	require.Equal(t, []tandem.TaxCategory{tandem.TaxExport}, categories(invoice.TaxLines()))
	require.True(t, invoice.Open().IsZero())
	c.AssertBooks(t)
}

// A code that a line of the order named stays; where the table has no code for the
// treatment of the delivery, the invoice is refused with the line.
func TestATreatmentThatIsNotDecidedAnew(t *testing.T) {
	c := transition(t)
	named := erptest.Line("22423", 1)
	named.TaxCode = "GB-Z"
	placed := c.Place(t, "12347", named)
	c.Clock.Set(erptest.Instant(t, "2021-01-05T09:00:00Z"))
	c.Ship(t, placed.Order)
	require.Equal(t, []tandem.TaxCategory{tandem.TaxZero}, categories(invoiceOf(t, c, c.Bill(t, placed.Order).Invoice).TaxLines()))

	c = transition(t, erptest.WithSales(func(c *ordertocash.Config) {
		c.Tax.Table = tax.EuropeanTable("GB", tax.Codes{Standard: "GB-S", IntraCommunity: "GB-K"})
	}))
	placed = c.Place(t, "12347", erptest.Line("22423", 1))
	c.Clock.Set(erptest.Instant(t, "2021-01-05T09:00:00Z"))
	c.Ship(t, placed.Order)
	_, err := c.Sales.Invoice(t.Context(), ordertocash.InvoiceOrder{Header: c.Header(), Order: placed.Order})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "tax_undetermined", invalid.Faults[0].Code)
	require.Equal(t, "lines[0].tax_code", invalid.Faults[0].Path)
}

// Quoted for Germany in December, accepted in January: the order has the code of January.
func TestAQuoteAcceptedAfterTheUnionChanged(t *testing.T) {
	c := transition(t)
	q, err := c.Sales.Quote(t.Context(), ordertocash.QuoteOrder{Header: c.Header(), Customer: erptest.CustomerID("12347"),
		ValidUntil: erptest.Date(t, "2021-01-31"), Lines: []ordertocash.OrderLine{erptest.Line("22423", 1)}})
	require.NoError(t, err)
	c.Clock.Set(erptest.Instant(t, "2021-01-05T09:00:00Z"))
	placed, err := c.Sales.AcceptQuote(t.Context(), ordertocash.AcceptQuote{Header: c.Header(), Quotation: q.Quotation})
	require.NoError(t, err)
	require.Equal(t, tandem.TaxCode("GB-G"), orderOf(t, c, placed.Order).Lines[0].TaxCode)
}

// Goods leave for a business in another member on 10 June. Their tax is due on the day
// of the invoice, 5 July, though that is more than 14 days later; an invoice that is
// posted after 15 July does not move it further (VAT Act 1994 s.6(7)–(8), Directive
// 2006/112/EC Art. 67 and 222).
func TestTaxPointOfAnIntraCommunitySupply(t *testing.T) {
	for _, policy := range append(tax.PointPolicies(), "") {
		for posted, want := range map[string]string{"2011-07-05": "2011-07-05", "2011-07-15": "2011-07-15", "2011-07-16": "2011-07-15"} {
			c := erptest.New(t, erptest.WithSales(func(c *ordertocash.Config) { c.Tax.Point = policy }))
			c.Clock.Set(erptest.Instant(t, "2011-06-10T09:00:00Z"))
			placed := c.Place(t, "12347", erptest.Line("22423", 1))
			c.Ship(t, placed.Order)
			c.Clock.Set(erptest.Instant(t, "2011-07-05T09:00:00Z"))
			draft, err := c.Sales.Invoice(t.Context(), ordertocash.InvoiceOrder{Header: c.Header(), Order: placed.Order})
			require.NoError(t, err)
			require.Equal(t, "2011-07-05", invoiceOf(t, c, draft.Invoice).TaxPoint().String())
			c.Clock.Set(erptest.Instant(t, posted+"T09:00:00Z"))
			_, err = c.Sales.Post(t.Context(), ordertocash.PostInvoice{Header: c.Header(), Invoice: draft.Invoice})
			require.NoError(t, err)
			entries := 0
			c.View(t, func(ctx context.Context, b erptest.Bundle) error {
				for e, err := range b.TaxEntries().Find(ctx, tax.EntryQuery{Company: erptest.CompanyID(), Code: "GB-K"}) {
					require.NoError(t, err)
					require.Equal(t, want, e.TaxPoint.String(), "%s, posted on %s", policy, posted)
					entries++
				}
				return nil
			})
			require.Equal(t, 1, entries)
		}
	}
}
