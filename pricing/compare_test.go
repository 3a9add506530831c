package pricing_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// Gold's discount goes from 5 % to 10 %: 10 globes at 2.95 cost gold 28.00 before and
// 26.60 after (2.95 × 0.95 = 2.8025, rounded to 2.80; × 0.90 = 2.655 to 2.66), and
// silver as before. A product that the draft no longer has is told.
func TestCompareADraft(t *testing.T) {
	s := pricingtest.Small().Snapshot(t)
	terms := s.Book()
	for i := range terms.Lists {
		if terms.Lists[i].ID == "gold" {
			terms.Lists[i].Discount = tandem.Percent(10)
		}
	}
	draft, err := s.Change(pricing.Change{Version: 2, Terms: &terms, Remove: []string{"list/21212"}})
	require.NoError(t, err)
	orders := []pricing.Request{
		graded("gold", pricingtest.Order("1", pricingtest.Line("85123A", 10))),
		graded("silver", pricingtest.Order("2", pricingtest.Line("85123A", 10))),
		pricingtest.Order("3", pricingtest.Line("21212", 1)),
	}
	c, err := pricing.Compare(s, draft, slices.Values(orders))
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2, 3, 2}, []int64{c.Before, c.After, int64(c.Orders), int64(c.Lines)})
	require.Len(t, c.Grades, 2)
	gold := c.Grades[0]
	assert.Equal(t, tandem.GradeCode("gold"), gold.Grade)
	change, err := gold.Change()
	require.NoError(t, err)
	assert.Equal(t, gbp(t, "-1.40"), change)
	assert.Equal(t, gbp(t, "-1.50"), gold.Before.Grade)
	assert.Equal(t, gbp(t, "-2.90"), gold.After.Grade)
	assert.Equal(t, 0, c.Grades[1].Changed)
	require.Len(t, c.Products, 1)
	assert.Equal(t, 2, c.Products[0].Lines)
	total, err := c.Total[0].Change()
	require.NoError(t, err)
	assert.Equal(t, change, total)
	require.Len(t, c.Unpriced, 1)
	assert.Equal(t, 2, c.Unpriced[0].Order)
	assert.Empty(t, c.Unpriced[0].Before)
	assert.Contains(t, c.Unpriced[0].After, "has no price")
}
