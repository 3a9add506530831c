package replay_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/integration/insight/policy/replay"
	"github.com/tandem-go/tandem/internal/float"
)

func fixed(days int) replay.LeadTime { return func(_, _, _ int) int { return days } }

func always(l replay.Level) replay.Rule { return func(replay.State) replay.Level { return l } }

func run(t require.TestingT, items []replay.Item, c replay.Config, rule replay.Rule, lead replay.LeadTime) []replay.Result {
	results, err := replay.Run(items, c, rule, lead)
	require.NoError(t, err)
	return results
}

// By hand, (r, Q) = (3, 5), lead time 1, opening 5, demand 3, 4, 0, 2, 1+2:
//
//	bucket  receipt  opening  demand  filled  closing  position  order
//	0       -        5        3       3        2        2         5 → bucket 2
//	1       -        2        4       2       −2        3         5 → bucket 3
//	2       5        3        -       -        3        8         -
//	3       5        8        2       2        6        6         -
//	4       -        6        1, 2    3        3        3         5 → bucket 6
//
// Stock is the mean of opening and closing: 3.5, 1, 3, 7, 4.5, on average 3.8. Before the
// receipt of bucket 2 there was debt; before that of bucket 3 there was none.
func TestFiveBucketsByHand(t *testing.T) {
	item := replay.Item{Opening: 5, Value: 2, Lines: []replay.Line{{0, 3}, {1, 4}, {3, 2}, {4, 1}, {4, 2}}}
	rule := always(replay.Level{ReorderPoint: 3, Quantity: 5})
	r := run(t, []replay.Item{item}, replay.Config{Buckets: 5}, rule, fixed(1))[0]
	assert.Equal(t, replay.Result{
		Buckets: 5, Lines: 5, LinesFilled: 4, Units: 12, UnitsFilled: 10, Cycles: 2, CyclesShort: 1, StockoutBuckets: 1,
		Orders: 3, Purchased: 15, MeanStock: 3.8, MeanValue: 7.6, MeanBackordered: 0.4, Closing: 3,
	}, r)
	assert.InDelta(t, 10.0/12, r.FillRate(), 1e-15)
	assert.InDelta(t, 0.8, r.LineFillRate(), 1e-15)
	assert.InDelta(t, 0.5, r.CycleService(), 1e-15)

	// What is lost is not owed: bucket 1 closes at 0 with 5 on order, bucket 3 at 3, which is
	// ordered for.
	item.Lost = true
	r = run(t, []replay.Item{item}, replay.Config{Buckets: 5}, rule, fixed(1))[0]
	assert.Equal(t, 10.0, r.UnitsFilled)
	assert.Equal(t, 2, r.Orders)
	assert.Equal(t, 0.0, r.Closing)
	assert.Zero(t, r.MeanBackordered)

	// The warm-up counts nowhere.
	item.Lost = false
	r = run(t, []replay.Item{item}, replay.Config{Buckets: 5, Warmup: 3}, rule, fixed(1))[0]
	assert.Equal(t, 2, r.Buckets)
	assert.Equal(t, 5.75, r.MeanStock)
	assert.Equal(t, 1, r.Orders)
}

// Review every third bucket up to 10, in packs of 4, at least 8.
func TestReviewPackAndMinimum(t *testing.T) {
	item := replay.Item{Opening: 10, Review: 3, Pack: 4, Minimum: 8, Lines: []replay.Line{{0, 1}, {3, 9}, {4, -2}}}
	seen := []replay.State{}
	rule := func(s replay.State) replay.Level {
		seen = append(seen, s)
		return replay.Level{ReorderPoint: 10, OrderUpTo: 10}
	}
	r := run(t, []replay.Item{item}, replay.Config{Buckets: 7}, rule, fixed(0))[0]
	// Bucket 2: 9, one is missing, 8 are ordered. Bucket 5: 17 − 9 + 2 = 10, nothing is missing.
	assert.Equal(t, []replay.State{{Bucket: 2, OnHand: 9}, {Bucket: 5, OnHand: 10}}, seen)
	assert.Equal(t, 8.0, r.Purchased)
	assert.Equal(t, 10.0, r.Units, "a return is no demand")
}

func TestLevelsThatAreNoNumbersOrderNothing(t *testing.T) {
	item := replay.Item{Lines: []replay.Line{{0, 3}}}
	for _, l := range []replay.Level{
		{ReorderPoint: math.NaN(), OrderUpTo: 5}, {ReorderPoint: 5, OrderUpTo: math.NaN()}, {ReorderPoint: math.Inf(1), Quantity: 1e-320},
		{ReorderPoint: 5, Quantity: math.Inf(1)},
	} {
		r := run(t, []replay.Item{item}, replay.Config{Buckets: 3}, always(l), fixed(-5))[0]
		assert.Zero(t, r.Orders, "%v", l)
		assert.Equal(t, -3.0, r.Closing)
	}
	endless := always(replay.Level{ReorderPoint: math.Inf(1), OrderUpTo: math.Inf(1)})
	r := run(t, []replay.Item{item}, replay.Config{Buckets: 3}, endless, fixed(math.MaxInt))[0]
	assert.True(t, float.Finite(r.Purchased))
	assert.Equal(t, replay.Result{Buckets: 1},
		run(t, []replay.Item{{}}, replay.Config{Buckets: 1}, always(replay.Level{ReorderPoint: -1}), fixed(1))[0])
	assert.Equal(t, 1.0, replay.Result{}.FillRate())
}

func TestFaultsOfARunAreAllNamed(t *testing.T) {
	items := []replay.Item{{Lines: []replay.Line{{2, 1}, {1, math.NaN()}}, Review: -1}}
	_, err := replay.Run(items, replay.Config{Buckets: 2, Warmup: 2, Workers: -1}, nil, nil)
	for _, path := range []string{
		"config.warmup", "config.workers", "rule", "lead_time", "items[0].review",
		"items[0].lines[0].bucket", "items[0].lines[1].bucket", "items[0].lines[1].units",
	} {
		assert.ErrorContains(t, err, path)
	}
}

// shop is many items with demand from a seed.
func shop(items, buckets int, seed uint64) []replay.Item {
	r := float.NewRandom(seed)
	list := make([]replay.Item, items)
	for i := range list {
		list[i] = replay.Item{Opening: 20, Value: 1 + float64(r.Below(100)), Review: r.Below(4)}
		for t := range buckets {
			for range r.Below(3) {
				list[i].Lines = append(list[i].Lines, replay.Line{Bucket: t, Units: float64(1 + r.Below(5))})
			}
		}
	}
	return list
}

func TestNumberOfGoroutinesDoesNotMatter(t *testing.T) {
	items := shop(50, 60, 3)
	rule := func(s replay.State) replay.Level {
		return replay.Level{ReorderPoint: float64(10 + s.Item%7 + s.Bucket%5), OrderUpTo: 40}
	}
	lead := func(item, bucket, n int) int { return (item + bucket + n) % 6 }
	one := run(t, items, replay.Config{Buckets: 60}, rule, lead)
	assert.Equal(t, one, run(t, items, replay.Config{Buckets: 60, Workers: 8}, rule, lead))
	total := replay.Total(one)
	assert.Equal(t, 60, total.Buckets)
	sum := 0.0
	for _, r := range one {
		sum += r.MeanValue
	}
	assert.InDelta(t, sum, total.MeanValue, 1e-9)
}

// What came in less what was asked for is what is left; nothing is served that was
// not there; more stock never serves less.
func TestStockIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := shop(1, 40, rapid.Uint64().Draw(t, "seed"))
		level := replay.Level{ReorderPoint: float64(rapid.IntRange(0, 30).Draw(t, "point")), OrderUpTo: 35}
		days := rapid.IntRange(0, 9).Draw(t, "lead time")
		onOrder := 0.0
		rule := func(s replay.State) replay.Level {
			onOrder = s.OnOrder
			if s.Bucket >= 39-days-3 {
				return replay.Level{ReorderPoint: -1e12} // the last orders come in before the end
			}
			return level
		}
		items[0].Review = 1
		r := run(t, items, replay.Config{Buckets: 40}, rule, fixed(days))[0]
		require.Zero(t, onOrder)
		require.InDelta(t, items[0].Opening+r.Purchased-r.Units, r.Closing, 1e-9)
		require.LessOrEqual(t, r.UnitsFilled, r.Units)
		require.LessOrEqual(t, r.LinesFilled, r.Lines)
		more := items[0]
		more.Opening += 50
		never := always(replay.Level{ReorderPoint: -1e12})
		require.GreaterOrEqual(t, run(t, []replay.Item{more}, replay.Config{Buckets: 40}, never, fixed(days))[0].UnitsFilled,
			run(t, items, replay.Config{Buckets: 40}, never, fixed(days))[0].UnitsFilled)
	})
}

func TestCapitalAtAFillRate(t *testing.T) {
	f := replay.Frontier{{FillRate: 0.98, Capital: 300}, {FillRate: 0.9, Capital: 100}, {FillRate: 0.95, Capital: 150}}
	capital, ok := f.Capital(0.97)
	assert.True(t, ok)
	assert.InDelta(t, 250, capital, 1e-9)
	capital, ok = f.Capital(0.9)
	assert.True(t, ok)
	assert.Equal(t, 100.0, capital)
	_, ok = f.Capital(0.99)
	assert.False(t, ok)
	_, ok = f.Capital(0.5)
	assert.False(t, ok)
}

func TestLevelOfAPlan(t *testing.T) {
	l := policy.Levels{Kind: policy.ReorderPoint, ReorderPoint: 3, OrderQuantity: 5, OrderUpTo: 8}
	assert.Equal(t, replay.Level{ReorderPoint: 3, OrderUpTo: 8, Quantity: 5}, replay.LevelOf(l))
	l.Kind = policy.MinMax
	assert.Equal(t, replay.Level{ReorderPoint: 3, OrderUpTo: 8}, replay.LevelOf(l))
}

// 4,000 products over 300 days: the size of a wholesaler.
func BenchmarkRun(b *testing.B) {
	items := shop(4000, 300, 1)
	rule := always(replay.Level{ReorderPoint: 20, OrderUpTo: 40})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := replay.Run(items, replay.Config{Buckets: 300, Workers: 2}, rule, fixed(4)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*4000*300)/b.Elapsed().Seconds(), "buckets/s")
}
