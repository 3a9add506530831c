package float_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/internal/float"
)

func TestElementaryFunctionsAgreeWithMath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-700, 700).Draw(t, "x")
		require.InEpsilon(t, math.Exp(x), float.Exp(x), 4e-16)
		e := math.Exp(x)
		require.InDelta(t, math.Log(e), float.Log(e), 1e-15*max(1, math.Abs(x)))
	})
	require.True(t, math.IsInf(float.Log(0), -1))
	require.True(t, math.IsNaN(float.Log(-1)))
	require.Zero(t, float.Exp(-1000))
	require.True(t, math.IsInf(float.Exp(1000), 1))
}

func TestNormalQuantile(t *testing.T) {
	// NIST/SEMATECH e-Handbook, table of the normal distribution.
	for p, want := range map[float64]float64{0.5: 0, 0.975: 1.959963985, 0.995: 2.575829304, 0.9: 1.281551566, 0.01: -2.326347874} {
		require.InDelta(t, want, float.NormalQuantile(p), 1e-8)
	}
}

func TestNormalDistributionAndHazard(t *testing.T) {
	for z := -6.0; z <= 6; z += 0.25 {
		require.InDelta(t, 0.5*math.Erfc(-z/math.Sqrt2), float.NormalDistribution(z), 1e-14)
		require.InDelta(t, z, float.NormalQuantile(float.NormalDistribution(z)), 1e-7*max(1, math.Exp(z*z/4)))
		hazard := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / (0.5 * math.Erfc(z/math.Sqrt2))
		require.InEpsilon(t, hazard, float.NormalHazard(z), 1e-7)
	}
}

func TestSimplexFindsRosenbrocksValley(t *testing.T) {
	x := []float64{-1.2, 1}
	value, used := float.Simplex(func(x []float64) float64 {
		a, b := 1-x[0], x[1]-x[0]*x[0]
		return a*a + 100*b*b
	}, x, 2000, 1e-10)
	require.InDelta(t, 0, value, 1e-4)
	require.Less(t, used, 2000)
}

func TestRandomIsTheSameForASeed(t *testing.T) {
	r := float.NewRandom(1234567)
	require.Equal(t, uint64(6457827717110365317), r.Uint64()) // reference output of SplitMix64
	require.Equal(t, uint64(3203168211198807973), r.Uint64())
	sum, square := 0.0, 0.0
	for range 100000 {
		x := r.Normal()
		sum += x
		square += x * x
	}
	require.InDelta(t, 0, sum/100000, 0.01)
	require.InDelta(t, 1, square/100000, 0.02)
}

func TestGammaHasItsMomentsAndTail(t *testing.T) {
	for _, shape := range []float64{0.2, 0.9, 1, 3.7, 50} {
		r := float.NewRandom(5)
		const n = 200000
		sum, square, beyond := 0.0, 0.0, 0
		for range n {
			x := r.Gamma(shape)
			sum += x / n
			square += x * x / n
			if x > 2*shape {
				beyond++
			}
		}
		require.InEpsilon(t, shape, sum, 0.02)
		require.InEpsilon(t, shape, square-sum*sum, 0.03)
		require.InDelta(t, float.GammaTail(shape, 2*shape), float64(beyond)/n, 0.003)
	}
	var r float.Random
	require.Zero(t, r.Gamma(0))
}

func TestMinimizeFindsRosenbrocksValley(t *testing.T) {
	f := func(x, g []float64) float64 {
		a, b := 1-x[0], x[1]-x[0]*x[0]
		g[0], g[1] = -2*a-400*x[0]*b, 200*b
		return a*a + 100*b*b
	}
	var box float.Box
	x := []float64{-1.2, 1}
	value, _ := box.Minimize(f, x, []float64{-5, -5}, []float64{5, 5}, 200, 1e-14)
	require.InDelta(t, 0, value, 1e-8)
	require.InDelta(t, 1, x[0], 1e-3)
	x = []float64{-1.2, 1} // the bound is where the minimum is: x0 = 0.5, x1 = 0.25
	value, _ = box.Minimize(f, x, []float64{-5, -5}, []float64{0.5, 5}, 200, 1e-14)
	require.InDelta(t, 0.25, value, 1e-6)
	require.InDelta(t, 0.5, x[0], 1e-9)
}

func TestLeastSquares(t *testing.T) {
	b, ok := float.LeastSquares([]float64{3, 5, 7}, [][]float64{{1, 1, 1}, {1, 2, 3}}, 0)
	require.True(t, ok)
	require.InDeltaSlice(t, []float64{1, 2}, b, 1e-9)
	intercept, slope := float.Line([]float64{3, 5, 7})
	require.InDelta(t, 1, intercept, 1e-12)
	require.InDelta(t, 2, slope, 1e-12)
}
