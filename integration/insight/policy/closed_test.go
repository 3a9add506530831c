package policy_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/integration/insight/policy/replay"
	"github.com/tandem-go/tandem/internal/float"
)

// workdays gives days from a Monday on, 100 ± 20 from Monday to Friday; the weekend is closed.
func workdays(days int, seed uint64) forecast.Series {
	r, s := float.NewRandom(seed), forecast.Series{Bucket: forecast.Day}
	for i := range days {
		v := 0.0
		if i%7 < 5 {
			v = max(math.Round(100+20*r.Normal()), 0)
		} else {
			s.Closed = append(s.Closed, i)
		}
		s.Values = append(s.Values, v)
	}
	return s
}

// Levels that are planned once a week, on whatever day, serve what they promise until the
// next plan, though orders of some days are there for a closed one. The demand of every
// week is the same law, so that levels may as well be kept for all of them.
func TestLevelsServeBeyondClosedDays(t *testing.T) {
	const known, buckets = 40 * 7, 300 * 7
	demand := workdays(buckets, 9)
	for _, c := range []struct {
		kind         policy.Kind
		lead, review int
	}{
		{policy.ReorderPoint, 2, 1}, {policy.MinMax, 2, 1}, {policy.Periodic, 2, 1}, {policy.Periodic, 0, 1}, {policy.Periodic, 5, 1},
		{policy.Periodic, 8, 1}, {policy.Periodic, 1, 2}, {policy.Periodic, 3, 7}, {policy.ReorderPoint, 6, 2},
	} {
		for weekday := range 7 {
			past := workdays(known+weekday, 1) // the last bucket is a Sunday for 0
			fit, err := forecast.Mean.Fit(past, forecast.Config{NonNegative: true, Seed: 1})
			require.NoError(t, err)
			item := policy.Item{Kind: c.kind, Lead: forecast.FixedLeadTime(c.lead), Review: c.review, Service: fillRate(0.95)}
			l, err := policy.Plan(fit, item)
			require.NoError(t, err)
			assert.Positive(t, l.OrderUpTo)
			assert.InDelta(t, 500.0/7, l.Rate, 2, "by bucket, closed ones counted in")
			for phase := range c.review {
				run := replay.Item{Opening: l.OrderUpTo, Review: c.review}
				for at, v := range demand.Values[phase:] {
					run.Lines = append(run.Lines, replay.Line{Bucket: at, Units: v})
				}
				results, err := replay.Run([]replay.Item{run}, replay.Config{Buckets: buckets, Warmup: 28},
					func(replay.State) replay.Level { return replay.LevelOf(l) }, func(_, _, _ int) int { return c.lead })
				require.NoError(t, err)
				assert.InEpsilon(t, l.Orders, float64(results[0].Orders)/(buckets-28), 0.25)
				assert.GreaterOrEqual(t, results[0].FillRate(), l.FillRate-0.01, "%s, lead %d, review %d, after %d days, phase %d", c.kind, c.lead,
					c.review, weekday, phase)
			}
		}
	}
}

// A demand of about 100 by bucket, two of lead time, one of review. Where the third week
// from now is closed, levels are for the order of the next week, which is to be there for the fourth: 100 before
// it and 100 of it. Weeks of closed days ahead are for a later plan.
func TestClosedBucketsAheadOfOtherLengths(t *testing.T) {
	r := float.NewRandom(3)
	var values []float64
	for range 300 {
		values = append(values, math.Round(100+10*r.Normal()))
	}
	night := func(hours int) (closed []int) { // closed at first, then twelve hours of every day
		for h := range 400 {
			if (h+24-hours)%24 >= 12 {
				closed = append(closed, h)
			}
		}
		return closed
	}
	far := make([]int, 40)
	for i := range far {
		far[i] = i + 2
	}
	for name, c := range map[string]struct {
		bucket   forecast.Bucket
		ahead    []int
		low, top float64 // of the order-up-to level
		rate     float64
	}{
		"all open":                  {forecast.Week, nil, 285, 315, 100},
		"a week of holidays":        {forecast.Week, []int{2}, 185, 215, 75},
		"the second month":          {forecast.Month, []int{1}, 185, 215, 75},
		"the next hours are closed": {forecast.Hour, night(4), 285, 315, 50},
		"the next hours are open":   {forecast.Hour, night(14), 285, 315, 50},
		"closed for forty days":     {forecast.Day, far, 0, 215, 66.7},
		"all that is ahead":         {forecast.Day, append([]int{0, 1}, far...), 0, 0, 0},
	} {
		s := forecast.Series{Bucket: c.bucket, Values: values, ClosedAhead: c.ahead}
		fit, err := forecast.Mean.Fit(s, forecast.Config{NonNegative: true, Seed: 1})
		require.NoError(t, err)
		l, err := policy.Plan(fit, policy.Item{Kind: policy.Periodic, Lead: forecast.FixedLeadTime(2), Service: fillRate(0.95)})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, l.OrderUpTo, c.low, name)
		assert.LessOrEqual(t, l.OrderUpTo, c.top, name)
		assert.InDelta(t, c.rate, l.Rate, 2, name)
	}
}

// Days that sell a five thousandth of what a promotion of the next week does are open.
func TestPromotionClosesNoDaysAround(t *testing.T) {
	fit := promoted(t) // about 100 a week
	flat, err := policy.DemandOf(fit, policy.Item{Lead: forecast.FixedLeadTime(2)})
	require.NoError(t, err)
	r := float.NewRandom(7)
	s := forecast.Series{Bucket: forecast.Day}
	past, future := make([]float64, 60), make([]float64, 400)
	past[20], past[40], future[6] = 1, 1, 1
	for i := range past {
		s.Values = append(s.Values, 100+float64(5e6*past[i])+4*r.Normal())
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: past, Future: future}}
	fit, err = forecast.Mean.Fit(s, forecast.Config{NonNegative: true, Seed: 1})
	require.NoError(t, err)
	spiked, err := policy.DemandOf(fit, policy.Item{Lead: forecast.FixedLeadTime(2)})
	require.NoError(t, err)
	assert.Zero(t, spiked.Rate, "no bucket is closed")
	assert.InEpsilon(t, flat.Protection.Mean(), spiked.Protection.Mean(), 0.05)
}
