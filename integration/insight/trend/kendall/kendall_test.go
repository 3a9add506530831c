package kendall_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
)

func test(t require.TestingT, y []float64, season int, c kendall.Config) kendall.Result {
	r, err := kendall.Test(forecast.Series{Bucket: forecast.Month, Values: y, Season: season}, c)
	require.NoError(t, err)
	return r
}

// Gilbert (1987), section 16.4.1: 10, 15, 14, 20 give S = 4, whose chance in one
// direction is 0.167 (table A18).
func TestGilbertsFourValues(t *testing.T) {
	r := test(t, []float64{10, 15, 14, 20}, 0, kendall.Config{})
	require.Equal(t, int64(4), r.S)
	require.True(t, r.Exact)
	require.InDelta(t, 0.167, r.P/2, 0.0005)
	require.Equal(t, kendall.NoTrend, r.Direction)
	// By hand: the slopes -1, 2, 2.5, 10/3, 5, 6.
	require.InDelta(t, (2.5+10.0/3)/2, r.Slope, 1e-12)
}

// Kendall's table (A18 of Gilbert) for ten values without ties.
func TestExactTable(t *testing.T) {
	for s, p := range map[int64]float64{1: 0.5, 3: 0.431, 5: 0.364, 11: 0.190, 21: 0.036, 23: 0.023, 45: 0.0000003} {
		y := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
		for k := (45 - s) / 2; k > 0; { // bubble one inversion after the other
			for i := 0; i < 9 && k > 0; i++ {
				if y[i] < y[i+1] {
					y[i], y[i+1] = y[i+1], y[i]
					k--
				}
			}
		}
		r := test(t, y, 0, kendall.Config{})
		require.Equal(t, s, r.S)
		require.InDelta(t, min(1, 2*p), r.P, 0.0011)
	}
}

// Hollander and Wolfe (1973), example 8.1, tuna by the Hunter L measure, in order of
// lightness: tau 4/9, exact P 0.1194. Their example 9.1, cloud seeding: S = -6,
// slope -0.056.
func TestHollanderAndWolfe(t *testing.T) {
	r := test(t, []float64{2.5, 4.0, 2.6, 3.6, 2.8, 3.1, 5.2, 5.0, 3.8}, 0, kendall.Config{})
	require.Equal(t, int64(16), r.S)
	require.InDelta(t, 4.0/9, r.Tau, 1e-12)
	require.InDelta(t, 0.1194, r.P, 0.00005)
	r = test(t, []float64{1.26, 1.27, 1.12, 1.16, 1.03}, 0, kendall.Config{})
	require.Equal(t, int64(-6), r.S)
	require.InDelta(t, -0.056, r.Slope, 0.0005)
	require.InDelta(t, 0.117, r.P/2, 0.0005)
}

// By hand: 1, 2, 2, 3, 3, 3 has S = 11, and variance (6·5·17 - 2·1·9 - 3·2·11)/18.
func TestTiesByHand(t *testing.T) {
	r := test(t, []float64{1, 2, 2, 3, 3, 3}, 0, kendall.Config{})
	require.Equal(t, int64(11), r.S)
	require.InDelta(t, 426.0/18, r.Variance, 1e-12)
	require.InDelta(t, 10/math.Sqrt(426.0/18), r.Z, 1e-12)
	require.False(t, r.Exact)
}

// A season alone is no trend, and does not hide one.
func TestSeasonIsNoTrend(t *testing.T) {
	y := make([]float64, 36)
	for i := range y {
		y[i] = 100 * float64(i%12)
	}
	r := test(t, y, 12, kendall.Config{})
	require.Equal(t, kendall.NoTrend, r.Direction)
	require.Zero(t, r.S)
	for i := range y {
		y[i] += float64(i)
	}
	r = test(t, y, 12, kendall.Config{})
	require.Equal(t, kendall.Rising, r.Direction)
	// By hand: 12 places with 3 pairs, all rising; variance of each 3·2·11/18.
	require.Equal(t, int64(36), r.S)
	require.InDelta(t, 44, r.Variance, 1e-12)
	require.InDelta(t, 1, r.Slope, 1e-12)
}

// A slow wave looks like a trend to the plain test; the correction takes that back.
func TestAutocorrelation(t *testing.T) {
	y := make([]float64, 60)
	for i := range y {
		y[i] = math.Sin(float64(i) / 12)
	}
	plain := test(t, y, 0, kendall.Config{})
	require.Equal(t, kendall.Autocorrelated, plain.Warnings[0].Code)
	corrected := test(t, y, 0, kendall.Config{Correct: true})
	require.Greater(t, corrected.Inflation, 2.0)
	require.Greater(t, corrected.P, plain.P)
}

func TestAlwaysAnAnswer(t *testing.T) {
	for name, y := range map[string][]float64{
		"nothing": nil, "one": {5}, "two": {1, 2}, "constant": {3, 3, 3, 3, 3}, "huge": {1e15, -1e15, 1e15, -1e15},
		"zeros": make([]float64, 500),
	} {
		for _, season := range []int{0, 4, 12} {
			r := test(t, y, season, kendall.Config{Correct: true})
			require.Equal(t, kendall.NoTrend, r.Direction, name)
			for _, v := range []float64{r.P, r.Z, r.Tau, r.Slope, r.Lower, r.Upper, r.Intercept, r.Variance, r.Inflation} {
				require.False(t, math.IsNaN(v) || math.IsInf(v, 0), name)
			}
		}
	}
	_, err := kendall.Test(forecast.Series{Values: []float64{math.NaN()}}, kendall.Config{Level: 2})
	require.ErrorContains(t, err, "config.level")
	require.ErrorContains(t, err, "series.bucket")
	r, err := kendall.Test(forecast.Series{Bucket: forecast.Day, Missing: []int{1}, Closed: []int{5},
		Values: []float64{1, math.NaN(), 2, 3, 4, 9, 6}}, kendall.Config{})
	require.NoError(t, err)
	require.Equal(t, []insight.LeftOut{{Reason: insight.Closed, Count: 1}, {Reason: insight.Missing, Count: 1}}, r.LeftOut)
	require.Equal(t, int64(10), r.S)
}

// Counting by merging gives what comparing all pairs gives, and limits hold the slope.
func TestCountsAgainstAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-5, 5).Draw(t, "v")) })
		y := rapid.SliceOfN(value, 0, 40).Draw(t, "y")
		r := test(t, y, 0, kendall.Config{})
		s, all := int64(0), []float64{}
		for j := range y {
			for i := range j {
				switch {
				case y[j] > y[i]:
					s++
				case y[j] < y[i]:
					s--
				}
				all = append(all, (y[j]-y[i])/float64(j-i))
			}
		}
		require.Equal(t, s, r.S)
		slices.Sort(all)
		if n := len(all); n > 0 {
			require.InDelta(t, (all[(n-1)/2]+all[n/2])/2, r.Slope, 1e-12)
		}
		require.LessOrEqual(t, r.Lower, r.Slope)
		require.GreaterOrEqual(t, r.Upper, r.Slope)
		up := slices.Clone(y)
		slices.Reverse(up)
		back := test(t, up, 0, kendall.Config{})
		require.Equal(t, -r.S, back.S)
		require.InDelta(t, r.P, back.P, 1e-12)
	})
}

// Beyond MaxPairs the slopes are found by bisection; a list of them agrees.
func TestLongSeriesAgainstList(t *testing.T) {
	y := make([]float64, 2100)
	for i := range y {
		y[i] = 0.25*float64(i) + float64(i*7919%101)
	}
	r := test(t, y, 0, kendall.Config{})
	var all []float64
	for j := range y {
		for i := range j {
			all = append(all, (y[j]-y[i])/float64(j-i))
		}
	}
	slices.Sort(all)
	require.InDelta(t, all[len(all)/2], r.Slope, 1e-6)
	require.InDelta(t, 0.25, r.Slope, 0.001)
	zeros := make([]float64, 2500)
	for i := 0; i < len(zeros); i += 9 {
		zeros[i] = 1
	}
	require.Zero(t, test(t, zeros, 0, kendall.Config{}).Slope)
}

func BenchmarkTest(b *testing.B) {
	y := make([]float64, 100_000)
	for i := range y {
		y[i] = float64(i*7919%10007) + float64(i)/100
	}
	for range b.N {
		test(b, y, 0, kendall.Config{Correct: true})
	}
	b.ReportMetric(float64(len(y)*b.N)/b.Elapsed().Seconds(), "values/s")
}

// Beyond the slopes that are listed, one outlier must not hide a slope: by hand, all
// other pairs rise by 0.001 a bucket. Where most pairs are level the slope is nought.
func TestOutlierInLongSeries(t *testing.T) {
	y := make([]float64, 3000)
	for _, sign := range []float64{1, -1} {
		for i := range y {
			y[i] = 100 + sign*0.001*float64(i)
		}
		y[1500] = 1e7
		r := test(t, y, 0, kendall.Config{})
		require.InEpsilon(t, sign*0.001, r.Slope, 1e-6)
		require.InEpsilon(t, sign*0.001, r.Lower, 1e-6)
		require.InEpsilon(t, sign*0.001, r.Upper, 1e-6)
	}
	clear(y)
	for i := 0; i < len(y); i += 10 {
		y[i] = float64(i % 7)
	}
	y[17] = 1e12
	r := test(t, y, 0, kendall.Config{})
	require.Zero(t, r.Slope)
}
