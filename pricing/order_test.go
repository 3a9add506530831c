package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Under precise totals the total is rounded, not what it differs by: 61.305 is 61.31, and
// three of them 183.915 → 183.92. What is taken off takes its part: half of 122.61 is
// 61.305 → 61.31, and nothing is left of nothing.
func TestPreciseTotals(t *testing.T) {
	s := compiled(t, func(b *pricing.Book) {
		b.Totals = pricing.TotalPrecise
		b.Rows = []pricing.Row{rowOf(t, "a", "list", "a", "61.305 GBP/EA"), rowOf(t, "b", "list", "b", "0.335 GBP/EA")}
	})
	for _, c := range []struct {
		product string
		lines   int
		off     int64
		want    string
	}{{"a", 1, 0, "61.31"}, {"a", 2, 0, "122.61"}, {"a", 3, 0, "183.92"}, {"b", 5, 0, "1.68"}, {"a", 2, 50, "61.31"}, {"a", 2, 100, "0.00"}} {
		req := pricingtest.Order("1")
		for range c.lines {
			line := pricingtest.Line(c.product, 1)
			line.Line = len(req.Lines) + 1
			req.Lines = append(req.Lines, line)
		}
		if c.off > 0 {
			req.OrderDiscounts = []pricing.OrderDiscount{{ID: "off", Rate: tandem.Percent(c.off)}}
		}
		assert.Equal(t, gbp(t, c.want), mustPrice(t, s, req).Total, "%+v", c)
	}
}

// A cost of 100.00 and 10 % given back: 111.12 leave 100.01 (100 ÷ 0.9 = 111.11 leaves 99.99…).
func TestAHardPocketFloorIsReached(t *testing.T) {
	for _, of := range []pricing.FloorScope{pricing.FloorOfLine, pricing.FloorOfOrder} {
		s := pricingtest.New().Price("a", "100.00").Edit(func(b *pricing.Book) {
			b.Floors = []pricing.Floor{{ID: "pocket", Basis: pricing.FloorCost, Rate: tandem.Percent(100), Level: pricing.FloorPocket, Of: of, Hard: true}}
		}).Snapshot(t)
		line := pricingtest.Line("a", 1)
		line.Cost, line.RebateRate = gbp(t, "100.00"), tandem.Percent(10)
		req := pricingtest.Order("1", line)
		req.Explain = true
		res := mustPrice(t, s, req)
		assert.GreaterOrEqual(t, res.Lines[0].Waterfall.Margin.Sign(), 0, of)
		assert.LessOrEqual(t, res.Lines[0].Amount.Minor(), int64(11112), of)
		assert.Empty(t, res.Approvals, of)
	}
}

// A row that begins at ten comes before one that has held all day, whatever their ids.
func TestARowThatBeginsWithinTheDayWins(t *testing.T) {
	for _, id := range []string{"aaa", "zzz"} {
		s := compiled(t, func(b *pricing.Book) {
			flash := rowOf(t, id, "list", "a", "8.00 GBP/EA")
			flash.At = &pricing.Window{From: instant(t, "2011-06-01T10:00:00Z"), Until: instant(t, "2011-06-01T12:00:00Z")}
			b.Rows = []pricing.Row{rowOf(t, "list", "list", "a", "10.00 GBP/EA"), flash}
		})
		req := pricingtest.Order("1", pricingtest.Line("a", 1))
		req.At, req.Explain = instant(t, "2011-06-01T10:00:00Z"), true
		assert.Equal(t, price(t, "8.00 GBP/EA"), mustPrice(t, s, req).Lines[0].Price)
		req.At = instant(t, "2011-06-01T12:00:00Z")
		res := mustPrice(t, s, req)
		assert.Equal(t, pricing.LossDate, res.Lines[0].Waterfall.Losers[0].Reason)
	}
}

// Of two rows that are equal but for their unit, that in the unit which is ordered wins.
func TestTheOrderedUnitWins(t *testing.T) {
	for _, id := range []string{"aaa", "zzz"} {
		s := compiled(t, func(b *pricing.Book) {
			b.Rows = []pricing.Row{rowOf(t, "list", "list", "a", "10.00 GBP/EA"), rowOf(t, id, "list", "a", "100.00 GBP/DZN")}
		})
		for want, ordered := range map[string]string{"100.00": "1 DZN", "120.00": "12 EA"} {
			line := pricingtest.Line("a", 1)
			line.Quantity = quantity(t, ordered)
			line.Conversions = []tandem.UnitConversion{{From: unit(t, "DZN"), To: tandem.Each, Factor: tandem.IntRatio(12)}}
			assert.Equal(t, gbp(t, want), mustPrice(t, s, pricingtest.Order("1", line)).Total, "%s %s", id, ordered)
		}
	}
}

// A threshold of 100.00 with tax: 90.00 before 20 % are 108.00, 80.00 are 96.00.
func TestAThresholdThatCountsTax(t *testing.T) {
	s := pricingtest.New().Price("a", "10.00").Edit(func(b *pricing.Book) {
		b.Promotions = []promotion.Promotion{{ID: "p", Lane: promotion.LaneOrder,
			Threshold: &promotion.Threshold{Spend: gbp(t, "100.00"), Counted: promotion.CountGross},
			Benefit:   promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(10), Target: promotion.Across}}}}
	}).Snapshot(t)
	for n, want := range map[int64]string{9: "81.00", 8: "80.00"} {
		line := pricingtest.Line("a", n)
		line.TaxRate = tandem.Percent(20)
		assert.Equal(t, gbp(t, want), mustPrice(t, s, pricingtest.Order("1", line)).Total)
	}
}

// The book's own attributes are known to its promotions, of the order and of lines.
func TestPromotionsKnowTheBooksAttributes(t *testing.T) {
	when := condition.All(condition.Is("attribute.member", true), condition.Is("attribute.colour", "red"))
	s := pricingtest.New().Price("a", "10.00").Edit(func(b *pricing.Book) {
		b.Attributes = []condition.Attribute{{Name: "attribute.member", Kind: condition.KindFlag, Scope: condition.ScopeOrder},
			{Name: "attribute.colour", Kind: condition.KindText, Scope: condition.ScopeLine}}
		b.Promotions = []promotion.Promotion{{ID: "p", Lane: promotion.LaneProduct, When: &when,
			Benefit: promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(10), Target: promotion.EachLine}}}}
	}).Snapshot(t)
	req := pricingtest.Order("1", pricingtest.Line("a", 1), pricingtest.Line("a", 1))
	req.Attributes = []pricing.Attribute{{Name: "attribute.member", Value: condition.Of(true)}}
	req.Lines[1].Attributes = []pricing.Attribute{{Name: "attribute.colour", Value: condition.Of("red")}}
	assert.Equal(t, gbp(t, "19.00"), mustPrice(t, s, req).Total)
	req.Attributes = nil
	assert.Equal(t, gbp(t, "20.00"), mustPrice(t, s, req).Total)
}

// However many lists derive for one order, the best is found.
func TestManyListsThatDerive(t *testing.T) {
	s := pricingtest.New().Price("a", "100.00").Edit(func(b *pricing.Book) {
		b.Grades = []tandem.GradeCode{"gold"}
		for i := range 300 {
			b.Lists = append(b.Lists, pricing.List{ID: fmt.Sprintf("g%03d", i), Source: pricing.SourceGrade, Grades: b.Grades, Base: "list",
				Discount: tandem.BasisPoints(int64(i)), Priority: i})
		}
	}).Snapshot(t)
	req := graded("gold", pricingtest.Order("1", pricingtest.Line("a", 1)))
	res := mustPrice(t, s, req)
	assert.Equal(t, "g299", res.Lines[0].Ref.Rule)
	buyer, err := s.Buyer(&req)
	require.NoError(t, err)
	var p pricing.Pricer
	quote, err := p.Line(buyer, pricingtest.Product("a"), quantity(t, "1 EA"))
	require.NoError(t, err)
	assert.Equal(t, res.Lines[0].Price, quote.Price)
	assert.Equal(t, "g299", s.Rule(quote).Rule)
}

// Gold takes 2 % off silver's price, which is no step of the waterfall: no basis is named,
// and nothing is called rounding that is none.
func TestARateOffAPriceThatIsNoStep(t *testing.T) {
	s := pricingtest.New().Price("a", "10.00").Grade("silver", "0.03").Grade("gold", "0.02").Edit(func(b *pricing.Book) {
		b.Lists[2].Base = "silver"
	}).Snapshot(t)
	req := graded("gold", pricingtest.Order("1", pricingtest.Line("a", 100)))
	req.Explain = true
	w := mustPrice(t, s, req).Lines[0].Waterfall
	last := w.Steps[len(w.Steps)-1]
	assert.Equal(t, gbp(t, "951.00"), last.Amount, "9.70 × 0.98 = 9.506 → 9.51")
	assert.True(t, last.Rounding.IsNone())
	assert.True(t, last.Basis.IsNone())
}
