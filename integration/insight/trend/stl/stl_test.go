package stl_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/stl"
	"github.com/tandem-go/tandem/internal/dataset"
)

func decompose(t require.TestingT, y []float64, season int, c stl.Config) stl.Result {
	r, err := stl.Decompose(forecast.Series{Bucket: forecast.Month, Values: y, Season: season}, c)
	require.NoError(t, err)
	return r
}

// The figures that the implementations of STL by A. Kane (github.com/ankane/stl-cpp,
// after the authors' Fortran) print for this series, period and season window 7.
func TestAgainstTheAuthorsProgram(t *testing.T) {
	y := []float64{
		5, 9, 2, 9, 0, 6, 3, 8, 5, 8, 7, 8, 8, 0, 2, 5, 0, 5, 6, 7, 3, 6, 1, 4, 4, 4, 3, 7, 5, 8,
	}
	r := decompose(t, y, 7, stl.Config{SeasonWindow: 7})
	require.InDeltaSlice(t, []float64{0.36926576, 0.75655484, -1.3324139, 1.9553658, -0.6044802}, r.Seasonal[:5], 5e-6)
	require.InDeltaSlice(t, []float64{4.804099, 4.9097075, 5.015316, 5.16045, 5.305584}, r.Trend[:5], 5e-6)
	require.InDeltaSlice(t, []float64{-0.17336464, 3.3337379, -1.6829021, 1.8841844, -4.7011037}, r.Remainder[:5], 5e-6)
	require.InDelta(t, 0.284111676315015, r.SeasonStrength, 1e-7)
	require.InDelta(t, 0.16384245231864702, r.TrendStrength, 1e-7)
	r = decompose(t, y, 7, stl.Config{SeasonWindow: 7, Robust: true})
	require.InDeltaSlice(t, []float64{0.14922355, 0.47939026, -1.833231, 1.7411387, 0.8200711}, r.Seasonal[:5], 5e-6)
	require.InDeltaSlice(t, []float64{5.397365, 5.4745436, 5.5517216, 5.6499176, 5.748114}, r.Trend[:5], 5e-6)
	require.InDeltaSlice(t, []float64{0.99374926, 0.8129377, 0.9385952, 0.9458036, 0.29742217}, r.Weights[:5], 5e-6)
}

func read(t *testing.T, name string) []float64 {
	var out []float64
	for i, line := range strings.Split(strings.TrimSpace(string(dataset.Read(t, "classic-series", name))), "\n") {
		if i > 0 {
			_, value, _ := strings.Cut(line, ",")
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			require.NoError(t, err)
			out = append(out, v)
		}
	}
	return out
}

// The figures that R's documentation of stl shows for log(co2), s.window = 21.
func TestCarbonDioxide(t *testing.T) {
	r := decompose(t, read(t, "co2.csv"), 12, stl.Config{SeasonWindow: 21, Log: true})
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range r.Seasonal {
		low, high = min(low, math.Log(v)), max(high, math.Log(v))
	}
	require.InDelta(t, -0.009939103, low, 5e-9)
	require.Greater(t, r.TrendStrength, 0.99)
	require.Greater(t, r.SeasonStrength, 0.95)
	require.Less(t, high, 0.01)
}

func TestPassengersAreSeasonal(t *testing.T) {
	y := read(t, "AirPassengers.csv")
	r := decompose(t, y, 12, stl.Config{Log: true})
	require.Greater(t, r.SeasonStrength, 0.9)
	require.Greater(t, r.TrendStrength, 0.98)
	for i := range y {
		require.InEpsilon(t, y[i], r.Trend[i]*r.Seasonal[i]*r.Remainder[i], 1e-12)
	}
}

// The parts sum to the series; a clean season is all season, a line all trend.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1000, 1000), 0, 60).Draw(t, "y")
		c := stl.Config{Robust: rapid.Bool().Draw(t, "robust"), Outer: 3}
		c.SeasonWindow = rapid.SampledFrom([]int{0, 7, 11}).Draw(t, "window")
		r := decompose(t, y, rapid.IntRange(0, 13).Draw(t, "season"), c)
		for i := range y {
			require.InDelta(t, y[i], r.Trend[i]+r.Seasonal[i]+r.Remainder[i], 1e-9)
		}
		require.GreaterOrEqual(t, r.TrendStrength, 0.0)
		require.LessOrEqual(t, r.TrendStrength, 1.0)
		require.LessOrEqual(t, r.SeasonStrength, 1.0)
	})
	clean, line := make([]float64, 60), make([]float64, 60)
	for i := range clean {
		clean[i] = []float64{3, -1, -4, 2}[i%4]
		line[i] = 5 + 2*float64(i)
	}
	require.InDelta(t, 1, decompose(t, clean, 4, stl.Config{}).SeasonStrength, 1e-3)
	require.InDelta(t, 1, decompose(t, line, 4, stl.Config{}).TrendStrength, 1e-3)
	require.InDelta(t, 0, decompose(t, line, 4, stl.Config{}).SeasonStrength, 1e-3)
}

func TestAlwaysAnAnswer(t *testing.T) {
	for name, y := range map[string][]float64{
		"nothing": nil, "one": {5}, "two": {1, 2}, "constant": {7, 7, 7, 7, 7, 7, 7, 7}, "zeros": make([]float64, 30),
		"huge": {1e15, -1e15, 1e15, -1e15, 1e15, -1e15, 0, 0, 1},
	} {
		for _, c := range []stl.Config{{}, {Robust: true}, {Log: true}, {SeasonWindow: 7}} {
			for _, season := range []int{0, 2, 4} {
				r := decompose(t, y, season, c)
				for i := range y {
					for _, v := range []float64{r.Trend[i], r.Seasonal[i], r.Remainder[i], r.Adjusted[i]} {
						require.False(t, math.IsNaN(v) || math.IsInf(v, 0), name)
					}
				}
				require.Less(t, r.TrendStrength, 1.0001)
			}
		}
	}
	require.Zero(t, decompose(t, []float64{7, 7, 7, 7, 7, 7, 7, 7}, 2, stl.Config{}).TrendStrength)
	y := make([]float64, 40)
	for i := range y {
		y[i] = 10 + float64(i) + []float64{3, -1, -4, 2}[i%4]
	}
	y[7], y[21] = math.NaN(), 0
	s := forecast.Series{Bucket: forecast.Quarter, Values: y, Season: 4, Missing: []int{7}, Closed: []int{21}}
	r, err := stl.Decompose(s, stl.Config{})
	require.NoError(t, err)
	require.InDelta(t, 17, r.Adjusted[7], 0.2)
	require.InDelta(t, 31, r.Adjusted[21], 0.2)
	_, err = stl.Decompose(forecast.Series{Bucket: forecast.Day}, stl.Config{SeasonWindow: 8, Inner: -1})
	require.ErrorContains(t, err, "config.season_window")
	require.ErrorContains(t, err, "config.inner")
}

func BenchmarkDecompose(b *testing.B) {
	y := make([]float64, 100_000)
	for i := range y {
		y[i] = float64(i%168) + float64(i*7919%1009)
	}
	for range b.N {
		decompose(b, y, 168, stl.Config{})
	}
	b.ReportMetric(float64(len(y)*b.N)/b.Elapsed().Seconds(), "values/s")
}
