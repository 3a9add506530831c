package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
)

// 4.86 + 6.52 + 8.20 = 19.58 at 20 %: 3.92 on the sum (EN 16931), but 0.97 + 1.30 + 1.64 = 3.91 line by line. Who prepays
// what the order says has paid what the invoice says.
func TestAnOrderIsToldAtTheGrossOfItsInvoice(t *testing.T) {
	for rounding, want := range map[tax.Rounding]int64{"": 2350, tax.PerRate: 2350, tax.PerLine: 2349, tax.Down: 2349} {
		w := newShop(t, func(c *ordertocash.Config) { c.Tax.Rounding = rounding })
		cmd := ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ada")}
		for key, micro := range map[string]int64{"mug": 4_860_000, "card": 6_520_000, "candle": 8_200_000} {
			cmd.Lines = append(cmd.Lines, ordertocash.OrderLine{Product: product(key), Quantity: pieces(1),
				Agreed: &pricing.Override{Price: price(t, micro), Reason: "agreed", Actor: "clerk"}})
		}
		placed, err := w.service.Place(w.ctx, cmd)
		require.NoError(t, err)
		require.Equal(t, tandem.MoneyFromMinor(want, tandem.GBP), placed.Gross, rounding)
		w.ship(placed.Order)
		require.Equal(t, placed.Gross, w.invoice(placed.Order).Gross, rounding)
	}
}

// Terms that nobody has saved are missed when the order is placed, not when its goods have gone and are invoiced.
func TestUnknownTermsAreMissedAtOnce(t *testing.T) {
	w := newShop(t)
	_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ada"), Terms: "14d", Lines: lines(want{"mug", 1})})
	require.ErrorIs(t, err, tandem.ErrNotFound)
	require.ErrorContains(t, err, `payment_terms "14d"`)
}
