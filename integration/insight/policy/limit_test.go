package policy_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/integration/insight/policy/replay"
	"github.com/tandem-go/tandem/internal/float"
)

// replayed runs a plan against new demand of its own law, with the item's terms.
func replayed(t *testing.T, law draw, l policy.Levels, item policy.Item, opening float64, buckets int) replay.Result {
	t.Helper()
	units := func(micro int64) float64 { return float64(micro) / 1e6 }
	items := []replay.Item{{
		Review: item.Review, Opening: opening, Pack: max(units(item.Pack.Micro()), 1), Minimum: units(item.Minimum.Micro()),
		Maximum: units(item.Maximum.Micro()),
	}}
	for i, v := range history(law, buckets, 8).Values {
		items[0].Lines = append(items[0].Lines, replay.Line{Bucket: i, Units: v})
	}
	level := func(replay.State) replay.Level { return replay.LevelOf(l) }
	results, err := replay.Run(items, replay.Config{Buckets: buckets, Warmup: 200}, level, leadTimes(item.Lead))
	require.NoError(t, err)
	r := results[0]
	t.Logf("level %v: α %.4f of %.4f, β %.4f of %.4f, stock %.2f of %.2f, orders %.4f of %.4f", l.OrderUpTo, r.CycleService(), l.CycleService,
		r.FillRate(), l.FillRate, r.MeanStock, l.MeanStock, float64(r.Orders)/float64(r.Buckets), l.Orders)
	return r
}

func keeps(t *testing.T, l policy.Levels, r replay.Result) {
	t.Helper()
	assert.InDelta(t, l.CycleService, r.CycleService(), 0.015)
	assert.InDelta(t, l.FillRate, r.FillRate(), 0.008)
	assert.InEpsilon(t, l.MeanStock, r.MeanStock, 0.03)
	assert.InEpsilon(t, l.Orders, float64(r.Orders)/float64(r.Buckets), 0.02)
}

func has(l policy.Levels, code insight.WarningCode) bool {
	for _, w := range l.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

var ten = draw(func(_ int, r *float.Random) float64 { return poisson(10, r) })

func enough() int {
	if raceDetector {
		return 5_000
	}
	return 60_000
}

// keepPromise plans items whose orders are a size, for two laws of demand and two targets,
// and replays them.
func keepPromise(t *testing.T, sizes []float64, of func(size float64) policy.Item) {
	t.Helper()
	law := map[string]draw{"poisson": ten, "normal": func(_ int, r *float.Random) float64 { return max(10+3*r.Normal(), 0) }}
	for name, law := range law {
		demand := law.demandAfter(0, forecast.FixedLeadTime(2), 1, 20_000)
		for _, size := range sizes {
			for _, service := range []policy.Service{fillRate(0.95), {Kind: policy.CycleService, Target: 0.9}} {
				item := of(size)
				item.Lead, item.Review, item.Service = forecast.FixedLeadTime(2), 1, service
				l, err := demand.Plan(item)
				require.NoError(t, err)
				t.Log(name, size, service.Kind)
				if r := replayed(t, law, l, item, l.OrderUpTo, enough()); !raceDetector {
					keeps(t, l, r)
				}
			}
		}
	}
}

// (R, S) with a minimum order, from less than a bucket of demand to ten of them.
func TestPeriodicMinimumKeepsThePromise(t *testing.T) {
	keepPromise(t, []float64{5, 12, 40, 100}, func(minimum float64) policy.Item {
		return policy.Item{Kind: policy.Periodic, Minimum: each(minimum), Pack: each(2)}
	})
}

// (s, S) whose packs go beyond S, from a part of a bucket of demand to five of them.
func TestMinMaxPacksKeepThePromise(t *testing.T) {
	keepPromise(t, []float64{3, 12, 24, 50}, func(pack float64) policy.Item {
		return policy.Item{Kind: policy.MinMax, Cover: 1, Pack: each(pack)}
	})
}

// A largest order below the demand between reviews serves nobody in the long run, and
// the plan says so, for every rule.
func TestMaximumBelowDemandPromisesNothing(t *testing.T) {
	demand := ten.demandAfter(0, forecast.FixedLeadTime(2), 1, 5_000)
	for _, kind := range []policy.Kind{policy.ReorderPoint, policy.MinMax, policy.Periodic} {
		item := policy.Item{Kind: kind, Lead: forecast.FixedLeadTime(2), Review: 1, Service: fillRate(0.95), Maximum: each(8)}
		l, err := demand.Plan(item)
		require.NoError(t, err)
		r := replayed(t, ten, l, item, l.OrderUpTo, enough())
		assert.InDelta(t, r.FillRate(), l.FillRate, 0.01)
		assert.InDelta(t, r.CycleService(), l.CycleService, 0.01)
		assert.True(t, has(l, policy.ShortOfTarget))
		assert.True(t, has(l, policy.HeldAtMaximum))

		item.Maximum = each(11)
		l, err = demand.Plan(item)
		require.NoError(t, err)
		assert.True(t, has(l, policy.HeldAtMaximum), "demand is above it one time in three")
		item.Maximum = each(1000)
		l, err = demand.Plan(item)
		require.NoError(t, err)
		assert.Empty(t, l.Warnings)
	}
	item := policy.Item{Kind: policy.SinglePeriod, Lead: forecast.FixedLeadTime(2), Review: 1, Service: fillRate(0.95), Maximum: each(8)}
	l, err := demand.Plan(item)
	require.NoError(t, err)
	assert.True(t, has(l, policy.HeldAtMaximum))
}

// Minimum and pack of any size give numbers.
func TestTermsOfAnySizeGiveNumbers(t *testing.T) {
	for _, demand := range []policy.Demand{
		ten.demandAfter(0, forecast.FixedLeadTime(2), 1, 300),
		{Lead: samples(0, 1e-7), Protection: samples(0, 1e-7, 2e-7), Review: samples(0, 1e-7)},
		{Lead: samples(-3, 2.5, 1e9), Protection: samples(-5, 3, 2e9), Review: samples(-2, 0, 1e9)},
	} {
		for _, kind := range policy.Kinds() {
			for _, pack := range []float64{0.000001, 0.3, 7, 1e6} {
				for _, minimum := range []float64{0.000001, 1, 333, 1e9} {
					for _, service := range []policy.Service{fillRate(0.95), {Kind: policy.CycleService, Target: 0.9}, shortageCost(3)} {
						l, err := demand.Plan(policy.Item{
							Kind: kind, Lead: forecast.FixedLeadTime(2), Service: service, Pack: each(pack), Minimum: each(minimum), HoldingCost: 1,
						})
						require.NoError(t, err)
						for _, v := range []float64{l.OrderUpTo, l.FillRate, l.CycleService, l.MeanStock, l.Orders, l.SafetyStock, l.Undershoot} {
							require.True(t, float.Finite(v), "%s, pack %v, minimum %v: %+v", kind, pack, minimum, l)
						}
					}
				}
			}
		}
	}
}

// A unit left over is held for the whole review period: 1 to 10 papers, one short costs
// 3, one left over 0.25 in each of four buckets, the ratio is 0.75 as with 1 in one.
func TestOverageIsHeldForTheReviewPeriod(t *testing.T) {
	papers := samples(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	demand := policy.Demand{Lead: samples(0), Protection: papers, Review: papers}
	item := policy.Item{
		Kind: policy.SinglePeriod, Lead: forecast.FixedLeadTime(1), Review: 4, HoldingCost: 0.25, Service: shortageCost(3),
	}
	l, err := demand.Plan(item)
	require.NoError(t, err)
	assert.Equal(t, 8.0, l.OrderUpTo)
}

// Demand and packs that are multiples of twelve: the promise is that of positions in
// twelves, whatever whole number of them there is at first.
func TestLatticeOfDemandAndPacks(t *testing.T) {
	law := draw(func(_ int, r *float.Random) float64 { return 12 * poisson(0.5, r) })
	demand := law.demandAfter(0, forecast.FixedLeadTime(2), 1, 40_000)
	for _, kind := range []policy.Kind{policy.ReorderPoint, policy.MinMax, policy.Periodic} {
		for _, service := range []policy.Service{fillRate(0.9), {Kind: policy.CycleService, Target: 0.8}} {
			item := policy.Item{Kind: kind, Lead: forecast.FixedLeadTime(2), Review: 1, Service: service, Pack: each(12), Cover: 5}
			l, err := demand.Plan(item)
			require.NoError(t, err)
			assert.Zero(t, math.Mod(l.ReorderPoint, 12))
			assert.Contains(t, l.Reason, "multiples of 12")
			for _, opening := range []float64{0, 36} {
				if r := replayed(t, law, l, item, opening, enough()); !raceDetector {
					keeps(t, l, r)
				}
			}
		}
	}
}

// Equal values, or fewer than lead time and review, are no ground for a promise.
func TestCertainAndShortHistoryWarn(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(3), Service: fillRate(0.98)}
	propose := func(values ...float64) policy.Levels {
		p, err := policy.Propose(forecast.Series{Bucket: forecast.Week, Values: values}, forecast.SES, forecast.Config{}, item,
			policy.Position{OnHand: each(1)})
		require.NoError(t, err)
		return p.Levels
	}
	one := propose(100)
	assert.False(t, has(one, policy.CertainDemand), "one value has the doubt of its size")
	assert.True(t, has(one, policy.ShortForLead))
	assert.True(t, has(propose(100, 100, 100), policy.CertainDemand))
	assert.True(t, has(propose(10, 14, 12), policy.ShortForLead), "below lead time and review of four")
	assert.True(t, has(propose(100, 80, 120, 95, 105, 99, 70, 130, 90), policy.ShortForLead), "below ten")
	long := propose(100, 80, 120, 95, 105, 99, 70, 130, 90, 104)
	assert.False(t, has(long, policy.CertainDemand))
	assert.False(t, has(long, policy.ShortForLead))
	item.Lead = forecast.FixedLeadTime(10)
	assert.True(t, has(propose(100, 80, 120, 95, 105, 99, 70, 130, 90, 104), policy.ShortForLead), "below eleven")
	item.Lead = forecast.FixedLeadTime(1)
	assert.True(t, has(propose(10, 14, 12), policy.ShortForLead), "three are few for any lead time")
}

// Ten weeks without stock are no demand of zero.
func TestAlwaysOutOfStockWarns(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: make([]float64, 10), Censored: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}
	fit, err := forecast.Combination.Fit(s, forecast.Config{})
	require.NoError(t, err)
	l, err := policy.Plan(fit, policy.Item{Lead: forecast.FixedLeadTime(2), Service: fillRate(0.95)})
	require.NoError(t, err)
	assert.True(t, has(l, policy.UnknownDemand))
	assert.False(t, has(l, policy.NoHistory))
}

// A limit that nobody set has its name.
func TestLargestQuantityIsNamed(t *testing.T) {
	item := policy.Item{Lead: forecast.FixedLeadTime(2), Service: fillRate(0.95)}
	p, err := policy.Propose(forecast.Series{Bucket: forecast.Week, Values: []float64{1e15, 0, 1e15, 0, 1e15}}, forecast.SES,
		forecast.Config{NonNegative: true}, item, policy.Position{OnHand: each(1)})
	require.NoError(t, err)
	named := false
	for _, w := range p.Warnings {
		if w.Code == policy.HeldAtMaximum {
			named = true
			assert.Contains(t, w.Text, "MaxQuantity")
		}
	}
	assert.True(t, named)
}

// Where demand is sure to come and a unit short costs a thousand times what one costs to
// hold for a bucket, stock is kept, and the demand is served.
func TestShortageCostKeepsStockWhereDemandIsSure(t *testing.T) {
	r := float.NewRandom(3)
	s := forecast.Series{Bucket: forecast.Week}
	for range 52 {
		s.Values = append(s.Values, 100+20*r.Normal())
	}
	fit, err := forecast.SES.Fit(s, forecast.Config{NonNegative: true, Seed: 1})
	require.NoError(t, err)
	for _, lead := range []int{3, 6} {
		for _, kind := range policy.Kinds() {
			l, err := policy.Plan(fit, policy.Item{
				Kind: kind, Lead: forecast.FixedLeadTime(lead), HoldingCost: 0.01, Service: shortageCost(10),
			})
			require.NoError(t, err)
			assert.Greater(t, l.ReorderPoint, 100*float64(lead), "%s, lead %d", kind, lead)
			assert.Greater(t, l.FillRate, 0.98, "%s, lead %d", kind, lead)
		}
	}
}
