package signal_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/signal"
)

// R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I (methods 3 and
// 5); 0 and 1 of 10 are in every table of Clopper and Pearson's interval.
func TestSharesAsPublished(t *testing.T) {
	for _, c := range []struct {
		name                   string
		k, n                   float64
		lower, upper           float64
		exactLower, exactUpper float64
	}{
		{"81 of 263", 81, 263, 0.2553, 0.3662, 0.2527, 0.3676},
		{"15 of 148", 15, 148, 0.0624, 0.1605, 0.0578, 0.1617},
		{"0 of 20", 0, 20, 0, 0.1611, 0, 0.1684},
		{"1 of 29", 1, 29, 0.0061, 0.1718, 0.0009, 0.1776},
		{"0 of 10", 0, 10, 0, 0.2775, 0, 0.3085},
		{"1 of 10", 1, 10, 0.0179, 0.4042, 0.0025, 0.4450},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, e := signal.Wilson(c.k, c.n, 0.95), signal.ClopperPearson(c.k, c.n, 0)
			require.InDelta(t, c.lower, w.Lower, 5.1e-5)
			require.InDelta(t, c.upper, w.Upper, 5.1e-5)
			require.InDelta(t, c.exactLower, e.Lower, 5.1e-5)
			require.InDelta(t, c.exactUpper, e.Upper, 5.1e-5)
			mirror := signal.ClopperPearson(c.n-c.k, c.n, 0)
			require.InDelta(t, 1-e.Upper, mirror.Lower, 1e-12)
		})
	}
}

// F. Garwood (1936), as in every table of exact Poisson limits.
func TestPoissonAsPublished(t *testing.T) {
	for _, c := range []struct{ k, lower, upper float64 }{{0, 0, 3.689}, {1, 0.0253, 5.572}, {5, 1.623, 11.668}, {10, 4.795, 18.390}, {100, 81.364, 121.627}} {
		i := signal.PoissonExact(c.k, 1, 0.95)
		require.InDelta(t, c.lower, i.Lower, 6e-4)
		require.InDelta(t, c.upper, i.Upper, 6e-4)
		require.InDelta(t, i.Upper/50, signal.PoissonExact(c.k, 50, 0.95).Upper, 1e-12)
	}
}

// 3 heads or more of 4 fair throws: 5/16. Two or more of a mean of 1: 1 - 2/e.
func TestMoreThanByHand(t *testing.T) {
	require.InDelta(t, 5.0/16, signal.MoreThanOther(3, 7, 1, 7), 1e-12)
	require.InDelta(t, 1-2/math.E, signal.MoreThan(2, 1), 1e-12)
	require.Equal(t, 1.0, signal.MoreThan(0, 3))
	require.Equal(t, 0.0, signal.MoreThan(1, 0))
	require.Equal(t, 1.0, signal.MoreThanOther(5, 10, 0, 0))
}

// Beyond a hundred million events the normal distribution stands in, without a step.
func TestManyEvents(t *testing.T) {
	for _, f := range []func(k float64) float64{
		func(k float64) float64 { return signal.PoissonExact(k, k, 0).Upper },
		func(k float64) float64 { return signal.PoissonExact(k, k, 0).Lower },
		func(k float64) float64 { return signal.ClopperPearson(k, 3*k, 0).Upper },
		func(k float64) float64 { return signal.MoreThan(k, k-5000) },
		func(k float64) float64 { return signal.MoreThanOther(k/2, 1, k/2-9000, 1) },
	} {
		require.InEpsilon(t, f(0.9999e8), f(1.0001e8), 0.001)
	}
}

// Whatever is given: finite, in order, inside the range, around the estimate.
func TestIntervalsAreTotal(t *testing.T) {
	odd := []float64{0, -1, 1, 0.3, 7, 1e-300, 1e-9, 1e9, 1e300, math.Inf(1), math.Inf(-1), math.NaN(), 0.95, 0.999999}
	number := rapid.OneOf(rapid.SampledFrom(odd), rapid.Float64Range(0, 500))
	rapid.Check(t, func(t *rapid.T) {
		k, n, level := number.Draw(t, "k"), number.Draw(t, "n"), number.Draw(t, "level")
		for _, i := range []signal.Interval{signal.Wilson(k, n, level), signal.ClopperPearson(k, n, level)} {
			require.True(t, 0 <= i.Lower && i.Lower <= i.Upper && i.Upper <= 1, "%v", i)
			if k >= 0 && k <= n && n < 1e14 && n > 1e-3 {
				require.True(t, i.Lower <= k/n+1e-9 && k/n <= i.Upper+1e-9, "%v", i)
			}
		}
		i := signal.PoissonExact(k, n, level)
		require.True(t, 0 <= i.Lower && i.Lower <= i.Upper && i.Upper <= math.MaxFloat64, "%v", i)
		for _, p := range []float64{signal.MoreThan(k, n), signal.MoreThanOther(k, n, level, n), signal.MoreThanOther(k, n, n, k)} {
			require.True(t, p >= 0 && p <= 1, "%v", p)
		}
	})
}
