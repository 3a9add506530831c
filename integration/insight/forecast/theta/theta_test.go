package theta_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/theta"
	"github.com/tandem-go/tandem/internal/float"
)

// On a straight line the classic method follows with half its slope (α near one),
// which is the method's damping; the dynamic one finds the line.
func TestLine(t *testing.T) {
	y := make([]float64, 40)
	for i := range y {
		y[i] = 10 + 2*float64(i)
	}
	c, err := theta.Fit(y, ets.Config{})
	require.NoError(t, err)
	require.InDelta(t, 1, c.Drift, 1e-9)
	require.InDelta(t, 1, c.Points(2)[1]-c.Points(2)[0], 1e-9)
	d, err := theta.FitDynamic(y, 300)
	require.NoError(t, err)
	require.InDelta(t, 90, d.Points(1)[0], 0.6)
	require.InDelta(t, 98, d.Points(5)[4], 3)
}

func TestVarianceOfPaths(t *testing.T) {
	y := []float64{5, 7, 6, 9, 8, 10, 9, 12, 10, 13, 12, 14, 13, 15}
	c, err := theta.Fit(y, ets.Config{})
	require.NoError(t, err)
	random, out, squares := float.NewRandom(2), make([]float64, 4), 0.0
	want := c.Points(4)[3]
	for range 20000 {
		c.Path(out, &random)
		squares += (out[3] - want) * (out[3] - want) / 20000
	}
	require.InEpsilon(t, c.Variances(4)[3], squares, 0.05)
}

func TestDynamicIsFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1e9, 1e9), 0, 40).Draw(t, "y")
		d, err := theta.FitDynamic(y, rapid.IntRange(0, 50).Draw(t, "iterations"))
		if err != nil {
			return
		}
		for _, v := range append(d.Points(20), d.Variance) {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0))
		}
	})
}
