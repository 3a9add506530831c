package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// Prices of fractions of a penny, 10,000 pieces each, by hand: 0.0176 less 1 % is
// 0.017424, to the four digits of the price 0.0174. Rounded to pence it had been
// 0.02, which is dearer, and 0.0049 less 5 % nothing at all.
func TestADerivedPriceIsAsFineAsItsBase(t *testing.T) {
	for _, c := range []struct {
		price, off string
		digits     int
		want       int64 // pence for 10,000
	}{
		{"0.0176", "0.01", 0, 174_00},
		{"0.0155", "0.03", 0, 150_00},
		{"0.0049", "0.05", 0, 47_00},
		{"0.015", "0.05", 0, 140_00},
		{"1.258", "0.001", 0, 12570_00},
		{"12.75", "0.05", 0, 121_100_00}, // 12.1125: pence, as before
		{"0.0176", "0.01", 2, 176_00},    // asked for pence: no dearer than the base all the same
	} {
		snapshot, err := pricingtest.New().Price("clip", c.price).Grade("gold", c.off).Edit(func(b *pricing.Book) { b.PriceDigits = c.digits }).Compile()
		require.NoError(t, err)
		req := pricingtest.Order("ann", pricingtest.Line("clip", 10_000))
		req.Grade = "gold"
		var out pricing.Result
		require.NoError(t, snapshot.Price(&req, &out))
		require.Equal(t, tandem.MoneyFromMinor(c.want, tandem.GBP), out.Total, c.price)
		require.Empty(t, snapshot.Lint(), c.price)
	}
}
