package replay_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/integration/insight/policy"
	"github.com/tandem-go/tandem/integration/insight/policy/replay"
)

// Fifty are missing; the largest order is 20, in packs of 6 it is 18.
func TestMaximumHoldsOrders(t *testing.T) {
	for pack, want := range map[float64]float64{0: 20, 6: 18} {
		for _, level := range []replay.Level{{ReorderPoint: 50, OrderUpTo: 50}, {ReorderPoint: 49, Quantity: 50}} {
			item := replay.Item{Maximum: 20, Pack: pack}
			r := run(t, []replay.Item{item}, replay.Config{Buckets: 1}, always(level), fixed(1))[0]
			assert.Equal(t, want, r.Purchased)
		}
	}
	for _, wrong := range []float64{-1, math.NaN(), 2e12} {
		_, err := replay.Run([]replay.Item{{Maximum: wrong}}, replay.Config{Buckets: 1}, always(replay.Level{}), fixed(1))
		assert.ErrorContains(t, err, "items[0].maximum")
	}
}

// A single order is not placed again at every review.
func TestSinglePeriodHasNoLevel(t *testing.T) {
	level := replay.LevelOf(policy.Levels{Kind: policy.SinglePeriod, ReorderPoint: 30, OrderUpTo: 30})
	r := run(t, []replay.Item{{}}, replay.Config{Buckets: 3}, always(level), fixed(1))[0]
	assert.Zero(t, r.Orders)
}
