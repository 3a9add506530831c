package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// What is given back of a line, part by part, in whatever parts, is in the end what was
// charged for it: promotions, order discounts and the sum of all lines included.
func TestRefundsOfAllPartsAreTheCharge(t *testing.T) {
	s := pricingtest.New().Price("a", "3.33").Break("a", 7, "2.99").Price("b", "0.07").Edit(func(b *pricing.Book) {
		b.Promotions = []promotion.Promotion{{ID: "off", Lane: promotion.LaneProduct,
			Benefit: promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.BasisPoints(1250), Target: promotion.EachLine}}}}
	}).Snapshot(t)
	rapid.Check(t, func(t *rapid.T) {
		req := pricingtest.Order("1")
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			line := pricingtest.Line(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "product"), rapid.Int64Range(1, 40).Draw(t, "quantity"))
			line.Line = len(req.Lines) + 1
			req.Lines = append(req.Lines, line)
		}
		req.OrderDiscounts = []pricing.OrderDiscount{{ID: "d", Amount: tandem.MoneyFromMinor(rapid.Int64Range(1, 500).Draw(t, "discount"), tandem.GBP)}}
		var res pricing.Result
		require.NoError(t, s.Price(&req, &res))
		refunded := tandem.MoneyFromMinor(0, tandem.GBP)
		for i := range res.Lines {
			left, rest := res.Lines[i].Amount, req.Lines[i].Quantity.Micro()
			for rest > 0 {
				part := min(rest, rapid.Int64Range(1, 20).Draw(t, "part")*1_000_000)
				back, err := tandem.Part(left, part, rest-part)
				require.NoError(t, err)
				require.GreaterOrEqual(t, back.Sign(), 0)
				left, err = left.Sub(back)
				require.NoError(t, err)
				refunded, err = refunded.Add(back)
				require.NoError(t, err)
				rest -= part
			}
			require.True(t, left.IsZero())
		}
		require.Equal(t, res.Total, refunded)
	})
}
