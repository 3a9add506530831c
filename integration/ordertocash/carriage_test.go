package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// abroad tells where the customers of these tests are.
type abroad struct{}

func (abroad) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	out := ordertocash.Customer{Party: id, Country: "GB", Business: true, Terms: "net30"}
	switch id {
	case customer("hans"):
		out.Country, out.VATNumber = "DE", "DE123456789"
	case customer("urs"):
		out.Country, out.Business = "CH", false
	}
	return out, nil
}

// carrier is the shop under the table of the directive, as of 2011, when the United
// Kingdom was a member; its candles are zero-rated, its carriage is carriage.
func carrier(t tester) *shop {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Customers = abroad{}
		c.Tax.Table = tax.EuropeanTable("GB", tax.Codes{Standard: "GB-S", Zero: "GB-Z", IntraCommunity: "GB-K", Export: "GB-G", ReverseCharge: "GB-AE", OutOfScope: "GB-O"})
	})
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		for _, c := range []tax.Code{{ID: "GB-K", Category: tandem.TaxIntraCommunity, Reason: "intra-Community supply"}, {ID: "GB-Z", Category: tandem.TaxZero},
			{ID: "GB-AE", Category: tandem.TaxReverseCharge, Reason: "reverse charge"}} {
			c.Company, c.Country, c.Rates = company, "GB", []tax.DatedRate{{}}
			require.NoError(t, b.TaxCodes().Save(ctx, c))
		}
		for key, category := range map[string]tandem.TaxCategory{"candle": tandem.TaxZero, "carriage": tandem.TaxStandard} {
			p, err := b.Products().Get(ctx, product(key))
			require.NoError(t, err)
			p.TaxCategory, p.Carriage = category, key == "carriage"
			require.NoError(t, b.Products().Save(ctx, p))
		}
		return nil
	}))
	return w
}

// bill ships and invoices an order, and gives the taxes of its invoice.
func (w *shop) bill(placed ordertocash.Placed) billing.InvoiceState {
	w.t.Helper()
	w.ship(placed.Order)
	return w.invoiceState(w.invoice(placed.Order).Invoice)
}

// Carriage of 4.00 is a part of the supply of the goods (Directive 2006/112/EC Art.
// 78(b)), also of those within the union and of exports (Art. 146(1)(e)): of a mug of
// 10.00 to a business in Germany 14.00 are intra-Community, to anybody in Switzerland
// 14.00 are exported, at home 14.00 are taxed. Of 9.90 of zero-rated candles and a card
// of 3.33 the candles are principal, of 10 cards the cards. Alone it is a service.
func TestCarriageIsTaxedAsTheGoods(t *testing.T) {
	w := carrier(t)
	for _, c := range []struct {
		who   string
		lines []want
		codes []tandem.TaxCode // by line
		tax   int64
	}{
		{"hans", []want{{"mug", 1}, {"carriage", 1}}, []tandem.TaxCode{"GB-K", "GB-K"}, 0},
		{"hans", []want{{"carriage", 1}, {"mug", 1}}, []tandem.TaxCode{"GB-K", "GB-K"}, 0},
		{"urs", []want{{"mug", 1}, {"carriage", 1}}, []tandem.TaxCode{"GB-G", "GB-G"}, 0},
		{"ann", []want{{"mug", 1}, {"carriage", 1}}, []tandem.TaxCode{"GB-S", "GB-S"}, 280},
		{"ann", []want{{"candle", 10}, {"card", 1}, {"carriage", 1}}, []tandem.TaxCode{"GB-Z", "GB-S", "GB-Z"}, 67},
		{"ann", []want{{"candle", 10}, {"card", 10}, {"carriage", 1}}, []tandem.TaxCode{"GB-Z", "GB-S", "GB-S"}, 746},
		{"ann", []want{{"carriage", 1}}, []tandem.TaxCode{"GB-S"}, 80},
		{"hans", []want{{"carriage", 1}}, []tandem.TaxCode{"GB-AE"}, 0},
		{"urs", []want{{"carriage", 1}}, []tandem.TaxCode{"GB-S"}, 80}, // a service to a private person is taxed where it is performed
	} {
		placed := w.place(c.who, c.lines...)
		i := w.bill(placed)
		var codes []tandem.TaxCode
		for _, l := range i.Lines {
			codes = append(codes, l.TaxCode)
		}
		require.Equal(t, c.codes, codes)
		require.Equal(t, money(c.tax), i.Tax, "%s %v", c.who, c.lines)
		if len(i.TaxLines) == 1 {
			require.Equal(t, i.Net, i.TaxLines[0].Base)
		}
		require.Equal(t, i.Gross, placed.Gross, "what counts against the credit limit")
	}
}

// A code that a line names stays; carriage that is quoted, or added to an order that
// has goods, follows them; a case that no rule decides is told by its line.
func TestCarriageThatIsNamedQuotedAndAdded(t *testing.T) {
	w := carrier(t)
	named := lines(want{"mug", 1}, want{"carriage", 1})
	named[1].TaxCode = "GB-S"
	require.Equal(t, money(80), w.bill(func() ordertocash.Placed {
		out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("hans"), Lines: named})
		require.NoError(t, err)
		return out
	}()).Tax)

	quoted := w.quote("hans", "2011-06-30", want{"mug", 1}, want{"carriage", 1})
	accepted, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: quoted.Quotation})
	require.NoError(t, err)
	require.Equal(t, tandem.TaxIntraCommunity, w.bill(accepted).TaxLines[0].Category)

	placed := w.place("urs", want{"mug", 1})
	_, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Reason: "by post", Add: lines(want{"carriage", 1})})
	require.NoError(t, err)
	i := w.bill(placed)
	require.Equal(t, [2]tandem.Money{money(1400), money(0)}, [2]tandem.Money{i.Net, i.Tax})

	w.config.Tax = ordertocash.TaxPolicy{ByLine: true}
	byLine, err := ordertocash.New(w.store, w.config)
	require.NoError(t, err)
	alone := lines(want{"carriage", 1})
	_, err = byLine.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: alone})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorContains(t, err, "lines[0].tax_code")
	named[0].TaxCode, named[1].TaxCode = "GB-Z", ""
	out, err := byLine.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: named})
	require.NoError(t, err)
	require.Equal(t, money(1400), out.Gross)
}
