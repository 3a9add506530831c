package float

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Abramowitz and Stegun, table 6.1 and 6.3.2, 6.3.3.
func TestDigamma(t *testing.T) {
	const euler = 0.57721566490153286
	require.InDelta(t, -euler, Digamma(1), 1e-14)
	require.InDelta(t, -euler-2*math.Ln2, Digamma(0.5), 1e-14)
	require.InDelta(t, 1-euler, Digamma(2), 1e-14)
	for x := 0.01; x < 1e6; x *= 1.7 {
		require.InDelta(t, 1/x, Digamma(x+1)-Digamma(x), 1e-13*(1+1/x))
	}
	require.True(t, math.IsNaN(Digamma(0)))
}

// The mean and the variance of numbers: deviations σ/√n and of the variance's
// logarithm √(2/n), known in closed form.
func TestDeviations(t *testing.T) {
	const n, sigma = 50.0, 3.0
	cost := func(x, g []float64) float64 { // mean x0, log variance x1; sample mean 2, variance 9
		v := math.Exp(x[1])
		d := x[0] - 2
		s := sigma*sigma + d*d
		g[0], g[1] = n*d/v, n/2-n*s/(2*v)
		return n/2*x[1] + n*s/(2*v)
	}
	d := Deviations(cost, []float64{2, 2 * math.Log(sigma)}, 1e-4, 10)
	require.InDelta(t, sigma/math.Sqrt(n), d[0], 1e-6)
	require.InDelta(t, math.Sqrt(2/n), d[1], 1e-6)
	flat := func(_, g []float64) float64 { g[0] = 0; return 0 }
	require.Equal(t, []float64{0}, Deviations(flat, []float64{1}, 1e-4, 10))
}
