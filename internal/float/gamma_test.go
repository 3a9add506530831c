package float_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/internal/float"
)

func TestLogGammaAgreesWithMath(t *testing.T) {
	for x := 1e-8; x < 1e12; x *= 1.37 {
		want, _ := math.Lgamma(x)
		require.InDelta(t, want, float.LogGamma(x), 1e-14*max(1, math.Abs(want)), "%v", x)
	}
	require.True(t, math.IsInf(float.LogGamma(0), 1))
	require.True(t, math.IsNaN(float.LogGamma(-1)))
}

func TestLogBeta(t *testing.T) {
	require.InDelta(t, -math.Log(12), float.LogBeta(2, 3), 1e-14) // B(2, 3) = 1/12
	require.InDelta(t, -math.Log(12), float.LogBeta(3, 2), 1e-14)
	for _, a := range []float64{9e3, 2e4, 1e6, 1e9} { // B(a, 1) = 1/a, B(a, 2) = 1/(a(a+1))
		require.InDelta(t, -math.Log(a), float.LogBeta(a, 1), 1e-9*math.Log(a))
		require.InDelta(t, -math.Log(a)-math.Log(a+1), float.LogBeta(2, a), 1e-9*math.Log(a))
	}
}

// Tails from the tables of the NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.
func TestTails(t *testing.T) {
	for _, c := range []struct{ k, critical, p float64 }{{1, 3.841, 0.05}, {1, 6.635, 0.01}, {10, 18.307, 0.05}, {100, 124.342, 0.05}, {5, 1.145, 0.95}} {
		require.InDelta(t, c.p, float.GammaTail(c.k/2, c.critical/2), 1e-4, "%v", c)
	}
	for _, c := range []struct{ k, critical, p float64 }{{1, 6.314, 0.05}, {10, 2.228, 0.025}, {30, 2.457, 0.01}, {100, 1.660, 0.05}} {
		require.InDelta(t, c.p, (1-float.BetaTail(c.k/2, 0.5, c.k/(c.k+c.critical*c.critical)))/2, 1e-4, "%v", c)
	}
	require.InDelta(t, 0.05, float.BetaTail(5.0/2, 10.0/2, 5*3.326/(5*3.326+10)), 1e-5) // F(5, 10)
	require.InDelta(t, math.Exp(-3), float.GammaTail(1, 3), 1e-15)
	require.InDelta(t, 0.5, float.BetaTail(1000, 1000, 0.5), 1e-12)
	require.InDelta(t, 1-0.25, float.BetaTail(2, 1, 0.5), 1e-15)
	for _, a := range []float64{0.01, 0.5, 3, 50, 2000} { // the two forms meet
		require.InDelta(t, float.GammaTail(a, a+1-1e-9), float.GammaTail(a, a+1+1e-9), 1e-8)
	}
	require.Zero(t, float.GammaTail(2, 1e300))
	require.Equal(t, 1.0, float.BetaTail(2, 3, -1))
}

func TestLog1p(t *testing.T) {
	for x := 1e-300; x < 1e300; x *= 7.3 {
		require.InEpsilon(t, math.Log1p(x), float.Log1p(x), 1e-15)
	}
	require.InEpsilon(t, math.Log1p(-1e-9), float.Log1p(-1e-9), 1e-15)
}
