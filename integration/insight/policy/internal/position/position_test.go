package position_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tandem-go/tandem/integration/insight/policy/internal/position"
)

// By hand: one is asked for in every bucket, at least three are ordered where S is not
// reached. The position goes S+2, S+1, S, and at S−1 three are ordered.
func TestMinimumOfThreeByHand(t *testing.T) {
	p := position.Settle([]position.Mass{{Demand: 1, Probability: 1}}, true, 0, position.Increments{Pack: 1, Minimum: 3})
	assert.InDeltaSlice(t, []float64{1.0 / 3, 1.0 / 3, 1.0 / 3}, p.Share, 1e-9)
	assert.InDeltaSlice(t, []float64{1.0 / 3, 1.0 / 3, 0}, p.Kept, 1e-9)
	assert.InDelta(t, 1.0/3, p.Orders, 1e-9)
	assert.InDelta(t, -1, p.Before, 1e-9)
}

// (s, S) = (S − 3, S) in packs of two: at S − 3 four are ordered, so that it goes S+1, S,
// S−1, S−2.
func TestPacksOfTwoByHand(t *testing.T) {
	p := position.Settle([]position.Mass{{Demand: 1, Probability: 1}}, true, 3, position.Increments{Pack: 2, Minimum: 2})
	assert.Equal(t, -2.0, p.Lowest)
	assert.InDeltaSlice(t, []float64{0.25, 0.25, 0.25, 0.25}, p.Share, 1e-9)
	assert.InDelta(t, 0.25, p.Orders, 1e-9)
	assert.InDelta(t, -3, p.Before, 1e-9)
}
