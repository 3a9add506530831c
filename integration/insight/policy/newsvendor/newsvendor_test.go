package newsvendor_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy/newsvendor"
	"github.com/tandem-go/tandem/internal/float"
)

// Nahmias, Production and Operations Analysis, example 5.1: Mac's newsstand sells
// 11.73 ± 4.74 journals; $0.50 is lost on one that is short, $0.15 on one left: ratio
// 0.77, z = 0.74, 15 journals.
func TestNewsstand(t *testing.T) {
	c := newsvendor.Cost{Underage: 0.5, Overage: 0.15, Pack: 1}
	d, err := c.Normal(11.73, 4.74)
	require.NoError(t, err)
	assert.InDelta(t, 0.77, d.Ratio, 0.001)
	assert.Equal(t, 15.0, d.Order)
	c.Stock, c.Pack = 4, 0
	d, err = c.Normal(11.73, 4.74)
	require.NoError(t, err)
	assert.InDelta(t, 15.23, d.Level, 0.01)
	assert.InDelta(t, 11.23, d.Order, 0.01)
	c.Stock = 20
	d, err = c.Normal(11.73, 4.74)
	require.NoError(t, err)
	assert.Zero(t, d.Order)
}

// By hand: demand 1 to 10, each a tenth; Cu = 3, Co = 1: the quantile at 0.75 is 8;
// short are (1 + 2)/10, left 28/10 = 8 − 5.5 + 0.3; 0.9 + 2.8 = 3.70.
func TestDistributionOfAnyShape(t *testing.T) {
	d, err := newsvendor.Cost{Underage: 3, Overage: 1}.Order(forecast.Distribution{Samples: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}})
	require.NoError(t, err)
	assert.Equal(t, 8.0, d.Level)
	assert.InDelta(t, 0.3, d.Shortage, 1e-12)
	assert.InDelta(t, 2.8, d.Leftover, 1e-12)
	assert.InDelta(t, 5.2, d.Sales, 1e-12)
	assert.InDelta(t, 3.7, d.Cost, 1e-12)
}

func TestNoOtherOrderIsCheaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 50).Draw(t, "demand")
		slices.Sort(samples)
		c := newsvendor.Cost{
			Underage: rapid.Float64Range(0.01, 10).Draw(t, "underage"), Overage: rapid.Float64Range(0.01, 10).Draw(t, "overage"),
			Pack: float64(rapid.IntRange(0, 12).Draw(t, "pack")),
		}
		dist := forecast.Distribution{Samples: samples}
		d, err := c.Order(dist)
		require.NoError(t, err)
		step := c.Pack
		if step == 0 {
			step = 2.7
		}
		for n := range 120 {
			level := float64(n) * step
			short := dist.Shortage(level)
			cost := c.Underage*short + c.Overage*(level-dist.Mean()+short)
			require.GreaterOrEqual(t, cost, d.Cost-1e-9, "level %g", level)
		}
	})
}

func TestThereIsAlwaysADecision(t *testing.T) {
	for _, c := range []newsvendor.Cost{{Underage: 1}, {Overage: 1}, {Underage: 1e12, Overage: 1e-12, Pack: 0.5}} {
		for _, samples := range [][]float64{nil, {0}, {0, 0}, {-5, -1}, {7}} {
			d, err := c.Order(forecast.Distribution{Samples: samples})
			require.NoError(t, err)
			assert.True(t, float.Finite(d.Order) && float.Finite(d.Cost))
			assert.GreaterOrEqual(t, d.Order, 0.0)
		}
		d, err := c.Normal(5, 0)
		require.NoError(t, err)
		assert.True(t, float.Finite(d.Order) && float.Finite(d.Cost))
	}
	_, err := newsvendor.Cost{Underage: -1, Pack: math.NaN()}.Order(forecast.Distribution{Samples: []float64{2, 1}})
	for _, path := range []string{"underage", "pack", "samples"} {
		assert.ErrorContains(t, err, path)
	}
}
