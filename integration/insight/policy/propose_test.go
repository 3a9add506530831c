package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/internal/float"
)

func codes(list []insight.Warning) (codes []insight.WarningCode) {
	for _, w := range list {
		codes = append(codes, w.Code)
	}
	return codes
}

// The warnings of a proposal are those of its forecast, then those of its levels, each
// code that both have once.
func TestProposalHasAllWarnings(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(3), Service: fillRate(0.98)}
	s := forecast.Series{Bucket: forecast.Week, Values: []float64{9, 11, 10, 12, 9, 500, 10, 11, 9, 10}}
	p, err := policy.Propose(s, forecast.SES, forecast.Config{Paths: 400}, item, policy.Position{OnHand: each(1)})
	require.NoError(t, err)
	assert.True(t, insight.Warned(p.Forecast.Warnings, forecast.OutlierFound))
	assert.True(t, insight.Warned(p.Levels.Warnings, policy.FewPaths))
	assert.Equal(t, append(codes(p.Forecast.Warnings), codes(p.Levels.Warnings)...), codes(p.Warnings))

	p, err = policy.Propose(forecast.Series{Bucket: forecast.Week}, forecast.SES, forecast.Config{}, item, policy.Position{OnHand: each(1)})
	require.NoError(t, err)
	assert.True(t, insight.Warned(p.Levels.Warnings, policy.NoHistory))
	assert.Equal(t, []insight.WarningCode{forecast.NoHistory, forecast.FellBack, policy.NoDemand}, codes(p.Warnings))
}

func TestWarningCodesAreAllThereAndSound(t *testing.T) {
	seen := map[insight.WarningCode]bool{}
	for _, c := range policy.WarningCodes() {
		assert.True(t, c.Valid(), c)
		assert.False(t, seen[c], c)
		seen[c] = true
	}
	for _, c := range []insight.WarningCode{"short_for_lead_time", "unknown_demand", "no_history"} {
		assert.True(t, seen[c], c)
	}
}

// Without a horizon methods are compared over lead time and review, here 4 + 2; with one,
// over that. A day's series of no season would be compared over one step.
func TestProposalComparesMethodsOverLeadTimeAndReview(t *testing.T) {
	r, s := float.NewRandom(2), forecast.Series{Bucket: forecast.Day}
	for range 60 {
		s.Values = append(s.Values, 100+20*r.Normal())
	}
	item := policy.Item{Lead: forecast.LeadTime{0, 0, 0.5, 0, 0.5}, Review: 2, Service: fillRate(0.95)}
	for horizon, want := range map[int]string{0: " of 6 steps", 3: " of 3 steps"} {
		p, err := policy.Propose(s, forecast.Auto, forecast.Config{Horizon: horizon}, item, policy.Position{OnHand: each(0)})
		require.NoError(t, err)
		assert.Contains(t, p.Reasons[0], want)
		assert.Len(t, p.Forecast.Points, 6)
	}
	item.Lead = append(forecast.FixedLeadTime(0), make(forecast.LeadTime, 101)...)
	_, err := policy.Propose(s, forecast.Mean, forecast.Config{Paths: 1_000_000}, item, policy.Position{OnHand: each(0)})
	require.NoError(t, err, "more than may be simulated is no fault of who asked for no horizon")
}

// Who names no unit is told where to.
func TestUnitIsNamedByPositionOrItem(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(1), Service: fillRate(0.95)}
	s := forecast.Series{Bucket: forecast.Week, Values: []float64{18, 25, 21, 30, 17, 24, 22, 27, 19, 26}}
	_, err := policy.Propose(s, forecast.SES, forecast.Config{}, item, policy.Position{})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorContains(t, err, "position.on_hand: the unit is not known: give the position a quantity with its unit, such as 0 EA on "+
		"hand, or the item a pack, minimum or maximum")
	of := func(item policy.Item, position policy.Position) policy.Proposal {
		p, err := policy.Propose(s, forecast.SES, forecast.Config{}, item, position)
		require.NoError(t, err)
		return p
	}
	want := of(item, policy.Position{OnHand: each(0)}).Quantity
	assert.Positive(t, want.Micro())
	assert.Equal(t, want, of(item, policy.Position{Backordered: each(0)}).Quantity)
	item.Pack = each(1)
	assert.Equal(t, want, of(item, policy.Position{}).Quantity, "none is nought")
}

// What a reason says is to be read by a buyer.
func TestReasonsAreReadable(t *testing.T) {
	position := policy.Position{OnHand: each(0)}
	of := func(item policy.Item, values ...float64) string {
		p, err := policy.Propose(forecast.Series{Bucket: forecast.Week, Values: values}, "", forecast.Config{}, item, position)
		require.NoError(t, err)
		return p.Levels.Reason
	}
	alike := of(policy.Item{Kind: policy.Periodic, Lead: forecast.FixedLeadTime(1), Service: fillRate(0.95)}, 10, 10, 10)
	assert.Contains(t, alike, "demand over lead time 10, with review 20, from a history of 3 buckets, the same in every simulated future")
	assert.NotContains(t, alike, "±")
	assert.NotContains(t, alike, "e-")

	values := []float64{18, 25, 21, 30, 17, 24, 22, 27, 19, 26, 31, 20, 23, 28, 22, 25}
	item := policy.Item{Kind: policy.Periodic, Lead: forecast.FixedLeadTime(1), Service: fillRate(0.5)}
	assert.NotContains(t, of(item, values...), "carries", "a level that misses half is not one that an order carries")
	item.Pack = each(1000)
	text := of(item, values...)
	assert.Contains(t, text, " below the demand over lead time and review; the pack of 1000 carries the service: an order is for more than")
	assert.NotContains(t, text, "holds -")
	item.Pack, item.Minimum = each(10), each(1000)
	assert.Contains(t, of(item, values...), "; the minimum order of 1000 carries the service")
	item.Kind, item.Minimum, item.Cover = policy.ReorderPoint, tandem.Quantity{}, 40
	text = of(item, values...)
	assert.Contains(t, text, "reorder point 0, seen at an undershoot of ")
	assert.Contains(t, text, "; the order quantity of ")
	item.Service, item.Cover, item.Pack = fillRate(0.99), 1, tandem.Quantity{}
	text = of(item, values...)
	assert.Contains(t, text, " for safety; order quantity ")
	assert.NotContains(t, text, "carries")
}
