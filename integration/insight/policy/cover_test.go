package policy_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/internal/float"
)

// promoted gives weeks of about 100 whose promotions added 300, with others to come.
func promoted(t *testing.T, ahead ...float64) *forecast.Fit {
	t.Helper()
	r := float.NewRandom(7)
	s := forecast.Series{Bucket: forecast.Week}
	promotion := make([]float64, 60)
	for i := range promotion {
		if i%9 == 4 {
			promotion[i] = 1
		}
		s.Values = append(s.Values, 100+float64(300*promotion[i])+4*r.Normal())
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: promotion, Future: append(ahead, make([]float64, 20)...)}}
	fit, err := forecast.Mean.Fit(s, forecast.Config{NonNegative: true, Seed: 1})
	require.NoError(t, err)
	return fit
}

func planned(t *testing.T, fit *forecast.Fit, item policy.Item) policy.Levels {
	t.Helper()
	l, err := policy.Plan(fit, item)
	require.NoError(t, err)
	return l
}

// An order that is under way for two weeks is for the three weeks after them: a promotion
// before it comes is for the reorder point alone, one after it comes for the quantity.
func TestOrderCoversWhatComesAfterItsReceipt(t *testing.T) {
	for _, kind := range []policy.Kind{policy.ReorderPoint, policy.MinMax} {
		item := policy.Item{Kind: kind, Lead: forecast.FixedLeadTime(2), Review: 1, Service: fillRate(0.95), Cover: 3}
		flat := planned(t, promoted(t), item)
		assert.InDelta(t, 300, flat.OrderQuantity, 5)
		assert.Contains(t, flat.Reason, "from 3 buckets of demand from the receipt on, ")
		assert.Contains(t, flat.Reason, "from a history of 60 buckets")

		before := planned(t, promoted(t, 0, 1), item)
		assert.Equal(t, flat.OrderQuantity, before.OrderQuantity)
		assert.Greater(t, before.ReorderPoint, flat.ReorderPoint+200)
		assert.Greater(t, before.Rate, 180.0)

		after := planned(t, promoted(t, 0, 0, 0, 1), item)
		assert.InDelta(t, 600, after.OrderQuantity, 10)
		assert.InDelta(t, flat.ReorderPoint, after.ReorderPoint, 60, "larger orders are rarer")
		assert.Equal(t, flat.OrderQuantity, planned(t, promoted(t, 0, 0, 0, 0, 0, 1), item).OrderQuantity, "after what it covers")

		// Half a bucket counts half.
		item.Cover = 1.5
		assert.InDelta(t, 300, planned(t, promoted(t, 0, 0, 0, 1), item).OrderQuantity, 5)
		// The mean of 1 and 3 buckets is 2; of 2 and 3 the nearest is 3.
		item.Cover, item.Lead = 3, forecast.LeadTime{0, 0.5, 0, 0.5}
		assert.Equal(t, flat.OrderQuantity, planned(t, promoted(t, 0, 1), item).OrderQuantity)
		item.Lead = forecast.LeadTime{0, 0, 0.5, 0.5}
		assert.Equal(t, flat.OrderQuantity, planned(t, promoted(t, 0, 0, 1), item).OrderQuantity)
		item.Lead = forecast.FixedLeadTime(0)
		assert.InDelta(t, 600, planned(t, promoted(t, 1), item).OrderQuantity, 10, "without a lead time the first bucket is covered")
	}
}

// √(2·1750·100/1) = 592, six weeks: the rate is that of the time it lasts.
func TestEconomicOrderQuantityIsOfTheTimeItLasts(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(2), Service: fillRate(0.95), OrderCost: 1750, HoldingCost: 1}
	flat := planned(t, promoted(t), item)
	assert.InDelta(t, 592, flat.OrderQuantity, 8)
	assert.Contains(t, flat.Reason, "bucket, as is expected of the 6 from the receipt on")
	assert.Equal(t, flat.OrderQuantity, planned(t, promoted(t, 1, 1), item).OrderQuantity)
	// With 300 more in the first week n·(300 + 100·n) reaches 3,500 at five weeks: 160 by
	// week, √(3500·160) = 748.
	assert.InDelta(t, 748, planned(t, promoted(t, 0, 0, 1), item).OrderQuantity, 10)
	// Nothing lasts for ever: 1,000 buckets, of weeks two years where nothing is said.
	item.HoldingCost = 1e-9
	assert.Contains(t, planned(t, promoted(t), item).Reason, "expected of the 104 from the receipt on")
	item.LongestCover = 1000
	assert.Contains(t, planned(t, promoted(t), item).Reason, "expected of the 1000 from the receipt on")
}

// A demand from elsewhere may say what an order covers; none is as over lead time and
// review, and nought is nought.
func TestCoverageFromElsewhere(t *testing.T) {
	demand := policy.Demand{Lead: samples(30), Protection: samples(40), Review: samples(10)}
	item := policy.Item{Lead: forecast.FixedLeadTime(1), Service: fillRate(0.95), Cover: 4}
	size := func(c policy.Coverage) float64 {
		demand.Coverage = c
		l, err := demand.Plan(item)
		require.NoError(t, err)
		return l.OrderQuantity
	}
	assert.Equal(t, 80.0, size(policy.Coverage{}))
	assert.Equal(t, 40.0, size(policy.Coverage{Buckets: 4, Demand: 40}))
	assert.Equal(t, 20.0, size(policy.Coverage{Buckets: 8, Demand: 40}), "of four buckets")
	assert.Equal(t, 1.0, size(policy.Coverage{Buckets: 4}))
	for path, c := range map[string]policy.Coverage{
		"coverage.buckets": {Demand: 3}, "coverage.demand": {Buckets: 1, Demand: -1},
	} {
		demand.Coverage = c
		_, err := demand.Plan(item)
		assert.ErrorContains(t, err, "demand."+path)
	}
	demand.Coverage, demand.Rate, demand.LongestCover = policy.Coverage{}, math.NaN(), -1
	_, err := demand.Plan(item)
	assert.ErrorContains(t, err, "demand.rate")
	assert.ErrorContains(t, err, "demand.longest_cover")
	// A rate that counts closed buckets in: an order for four of them, half of which are open.
	demand.Rate, demand.LongestCover = 5, 0
	l, err := demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 20.0, l.OrderQuantity)
	assert.InDelta(t, 5, float64(l.Orders*l.OrderQuantity), 1e-9, "what is sold is bought")
}

// Three values, all alike: no variance is made up, and who reads the plan is told how few
// there were.
func TestFewValuesAlikeAreNamed(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(1), Service: fillRate(0.95)}
	p, err := policy.Propose(forecast.Series{Bucket: forecast.Week, Values: []float64{5, 5, 5}}, "", forecast.Config{}, item,
		policy.Position{OnHand: each(0)})
	require.NoError(t, err)
	assert.InDelta(t, 0, p.Demand.Deviation, 1e-9)
	assert.Contains(t, p.Levels.Reason, "from a history of 3 buckets, the same in every simulated future, so that nothing is kept for safety")
	require.True(t, has(p.Levels, policy.CertainDemand))
	i := slices.IndexFunc(p.Warnings, func(w insight.Warning) bool { return w.Code == policy.CertainDemand })
	assert.Contains(t, p.Warnings[i].Text, "from a history of 3 buckets: nothing is kept for what the forecast does not know")
}

// Without a method the proposal is that of the default.
func TestProposalWithoutMethodIsOfTheCombination(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: []float64{18, 25, 21, 30, 17, 24, 22, 27, 19, 26, 31, 20, 23, 28, 22, 25}}
	item := policy.Item{Lead: forecast.FixedLeadTime(2), Service: fillRate(0.95)}
	position := policy.Position{OnHand: each(31)}
	want, err := policy.Propose(s, forecast.Combination, forecast.Config{Seed: 1}, item, position)
	require.NoError(t, err)
	got, err := policy.Propose(s, "", forecast.Config{Seed: 1}, item, position)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, forecast.Combination, got.Forecast.Method)
}

// One sale a year by weeks, an order costs 50 and a unit 0.01 a week: √(2·50/52/0.01) is
// 13.9, fourteen years of demand. Two years are 2.
func TestOrderCoversNoMoreThanItMay(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(2), Service: fillRate(0.5), OrderCost: 50, HoldingCost: 0.01}
	s := forecast.Series{Bucket: forecast.Week}
	for i := range 5 * 52 {
		s.Values = append(s.Values, 0)
		if i%52 == 30 {
			s.Values[i] = 1
		}
	}
	fit, err := forecast.Mean.Fit(s, forecast.Config{NonNegative: true})
	require.NoError(t, err)
	for most, want := range map[int]float64{0: 2, 156: 3, 1000: 14} {
		item.LongestCover = most
		l := planned(t, fit, item)
		assert.Equal(t, want, l.OrderQuantity)
		assert.Equal(t, most < 1000, has(l, policy.LongCover))
		assert.Equal(t, most < 1000, strings.Contains(l.Reason, ", held at "), l.Reason)
	}

	// By itself, from demand that is known elsewhere: 52 weeks of one a week are asked for, √(2·13.52·1/0.01).
	demand := policy.Demand{Lead: samples(2), Protection: samples(3), Review: samples(1)}
	item = policy.Item{Lead: forecast.FixedLeadTime(2), Service: fillRate(0.5), OrderCost: 13.52, HoldingCost: 0.01}
	for most, want := range map[int]float64{0: 52, 40: 40, 60: 52} {
		item.LongestCover = most
		l, err := demand.Plan(item)
		require.NoError(t, err)
		assert.Equal(t, want, l.OrderQuantity)
		assert.Equal(t, most == 40, has(l, policy.LongCover))
	}
	// A cover that is asked for is held, too, but no shorter than the review.
	item = policy.Item{Kind: policy.MinMax, Lead: forecast.FixedLeadTime(2), Review: 1, Service: fillRate(0.5), Cover: 30, LongestCover: 4}
	l, err := demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 4.0, l.OrderQuantity)
	assert.True(t, has(l, policy.LongCover))
	item.LongestCover = -1
	assert.ErrorContains(t, item.Validate(), "longest_cover")
}

// A year of sales, half a year of none: nobody asks for it any more, and no pack of a hundred is
// bought; what customers wait for is.
func TestObsoleteIsNotBoughtAgain(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week}
	r := float.NewRandom(5)
	for range 52 {
		s.Values = append(s.Values, math.Round(20+5*r.Normal()))
	}
	s.Values = append(s.Values, make([]float64, 24)...)
	for _, kind := range policy.Kinds() {
		item := policy.Item{Kind: kind, Lead: forecast.FixedLeadTime(2), Service: fillRate(0.95), Pack: each(100)}
		p, err := policy.Propose(s, forecast.SES, forecast.Config{NonNegative: true}, item, policy.Position{})
		require.NoError(t, err)
		require.Positive(t, p.Demand.Mean, "a forecast that smooths never comes to nought")
		require.Less(t, p.Demand.Mean, 0.01)
		assert.True(t, p.Quantity.IsZero(), kind)
		assert.True(t, insight.Warned(p.Warnings, policy.Obsolete), kind)
		assert.False(t, insight.Warned(p.Warnings, policy.NoDemand), kind)
		assert.Zero(t, p.Levels.Rate)
		assert.Contains(t, p.Levels.Reason, "until an order would be used up, less than 0.01")
		order, err := p.Levels.Order(policy.Position{Backordered: each(3)})
		require.NoError(t, err)
		assert.Equal(t, each(100), order.Quantity)
	}
	// A quarter of a hundredth is expected before the order, and as much of it: of what is sold by the gram it is something.
	rare := policy.Demand{Lead: samples(0), Protection: samples(0, 0, 0, 0.01), Review: samples(0, 0, 0, 0.01)}
	for pack, want := range map[float64]bool{0: true, 100: true, 0.001: false} { // 0.005 in all
		item := policy.Item{Lead: forecast.FixedLeadTime(0), Service: fillRate(0.5)}
		if pack > 0 {
			item.Pack = each(pack)
		}
		l, err := rare.Plan(item)
		require.NoError(t, err)
		assert.Equal(t, want, has(l, policy.Obsolete), pack)
	}
	item := policy.Item{Lead: forecast.FixedLeadTime(0), Service: fillRate(0.5), Cover: 10} // 0.0025 and 0.025
	l, err := rare.Plan(item)
	require.NoError(t, err)
	assert.False(t, has(l, policy.Obsolete))
}
