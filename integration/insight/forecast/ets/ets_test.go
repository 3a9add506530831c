package ets_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/internal/dataset"
	"github.com/tandem-go/tandem/internal/float"
)

// classic reads a series of the shared data, or skips with a word: some are of
// GPL packages and stay out of the project.
func classic(t testing.TB, name string) []float64 {
	t.Helper()
	var y []float64
	for line := range strings.Lines(string(dataset.Read(t, "classic-series", name+".csv"))) {
		_, value, _ := strings.Cut(strings.TrimSpace(line), ",")
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			y = append(y, v)
		}
	}
	return y
}

func kind(name string) ets.Kind {
	for _, k := range ets.Kinds(true, true) {
		if k.String() == name {
			return k
		}
	}
	panic(name)
}

// Whatever the kind, its optimum is no worse than those of the kinds within it: a
// season of zero, no trend. A search caught far from the optimum would show here.
func TestLargerKindsAreNotLessLikely(t *testing.T) {
	for _, c := range []struct {
		series string
		period int
	}{{"AirPassengers", 12}, {"USAccDeaths", 12}, {"UKgas", 4}, {"austres", 4}, {"gas", 12}, {"co2", 12}} {
		y := classic(t, c.series)
		likelihood := map[ets.Kind]float64{}
		for _, k := range ets.Kinds(true, true) {
			m, err := ets.Fit(y, c.period, k, ets.Config{})
			require.NoError(t, err, "%s %v", c.series, k)
			likelihood[k] = m.LogLikelihood
			long, err := ets.Fit(y, c.period, k, ets.Config{Iterations: 3000, Tolerance: 1e-10})
			require.NoError(t, err)
			require.InDelta(t, long.LogLikelihood, m.LogLikelihood, 0.05, "%s %v", c.series, k)
		}
		for k, got := range likelihood {
			if k.Season != ets.None {
				plain := k
				plain.Season = ets.None
				require.Greater(t, got, likelihood[plain]-0.5, "%s %v", c.series, k)
			}
			if k.Trend == ets.Additive && !k.Damped {
				level := k
				level.Trend = ets.None
				require.Greater(t, got, likelihood[level]-0.5, "%s %v", c.series, k)
			}
		}
	}
}

// The formula for the variances against simulation.
func TestVariancesAgreeWithPaths(t *testing.T) {
	y := classic(t, "UKgas")
	for _, name := range []string{"ETS(A,Ad,A)", "ETS(A,N,N)", "ETS(A,A,A)"} {
		m, err := ets.Fit(y, 4, kind(name), ets.Config{})
		require.NoError(t, err)
		const h, paths = 8, 20000
		random, out := float.NewRandom(7), make([]float64, h)
		points, want := m.Points(h), m.Variances(h)
		squares, totals, sum := make([]float64, h), 0.0, 0.0
		for _, p := range points {
			sum += p
		}
		for range paths {
			m.Path(out, &random)
			total := 0.0
			for i, v := range out {
				squares[i] += (v - points[i]) * (v - points[i]) / paths
				total += v
			}
			totals += (total - sum) * (total - sum) / paths
		}
		for i := range h {
			require.InEpsilon(t, want[i], squares[i], 0.05, "%s step %d", name, i+1)
		}
		total, ok := m.TotalVariance(h)
		require.True(t, ok)
		require.InEpsilon(t, total, totals, 0.05)
	}
}

// Whatever the values, the answer is finite or an error.
// A season of demand that is now a tenth and now ten times as much: the likeliest kind has
// relative errors of which three deviations make it negative, and is not chosen; of demand
// without a season the level alone may have such errors (the lynx of reference_test.go).
func TestAutoChoosesNoRelativeErrorsBeyondTheirMeaning(t *testing.T) {
	r := float.NewRandom(6)
	season := []float64{1, 3, 9, 27}
	y := make([]float64, 48)
	for i := range y {
		y[i] = season[i%4] * math.Exp(0.6*r.Normal())
	}
	m, trials, err := ets.Auto(y, 4, ets.Config{})
	require.NoError(t, err)
	likeliest := slices.MinFunc(trials, func(a, b ets.Trial) int { return cmp.Compare(a.AICc, b.AICc) })
	require.Equal(t, ets.Multiplicative, likeliest.Kind.Error)
	left, err := ets.Fit(y, 4, likeliest.Kind, ets.Config{})
	require.NoError(t, err)
	require.Greater(t, math.Sqrt(left.Variance), ets.MaxRelativeDeviation)
	require.NotEqual(t, likeliest.Kind, m.Kind)
	require.True(t, m.Kind.Error == ets.Additive || m.Kind.Trend == ets.None && m.Kind.Season == ets.None, m.Kind)
}

func TestAutoIsFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		y := make([]float64, n)
		size := rapid.SampledFrom([]float64{1e-6, 1, 1e9}).Draw(t, "size")
		for i := range y {
			y[i] = size * rapid.Float64Range(-1, 10).Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "constant") {
			for i := range y {
				y[i] = y[0]
			}
		}
		m, _, err := ets.Auto(y, rapid.SampledFrom([]int{1, 4, 7}).Draw(t, "period"), ets.Config{})
		if err != nil {
			return
		}
		if n >= 20 { // additive errors can be fitted
			require.True(t, m.Kind.Error == ets.Additive || m.Kind.Trend == ets.None && m.Kind.Season == ets.None || m.Variance <= ets.MaxRelativeDeviation*ets.MaxRelativeDeviation)
		}
		for _, v := range append(m.Points(10), m.LogLikelihood, m.Variance) {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0), "%v", m)
		}
	})
}

func TestFitRefusesWhatItCannotFit(t *testing.T) {
	_, err := ets.Fit([]float64{1, 2, math.NaN()}, 1, ets.Kind{Error: ets.Additive, Trend: ets.None, Season: ets.None}, ets.Config{})
	require.Error(t, err)
	_, err = ets.Fit([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 12, ets.Kind{Error: ets.Additive, Trend: ets.None, Season: ets.Additive}, ets.Config{})
	require.ErrorContains(t, err, "two full cycles")
	require.Error(t, ets.Kind{Error: ets.Additive, Trend: ets.None, Season: ets.Multiplicative}.Validate())
	var c ets.Component
	require.Error(t, c.UnmarshalText([]byte("None")))
	require.NoError(t, c.UnmarshalText([]byte("none")))
}

// Whatever kind is chosen is searched to its end: a kind may be chosen because those ahead of it have relative errors
// beyond their meaning, and is then as likely as [ets.Fit] finds it.
func TestAutoSearchesWhatItChooses(t *testing.T) {
	for seed := range uint64(60) {
		r := float.NewRandom(seed)
		n, period := 16+r.Below(50), []int{1, 4, 6}[r.Below(3)]
		noise, y := 0.1+float64(r.Uniform()), make([]float64, n)
		for i := range y {
			y[i] = (1 + float64(i%period)*2) * (1 + 0.02*float64(i)) * math.Exp(noise*r.Normal())
		}
		m, trials, err := ets.Auto(y, period, ets.Config{})
		require.NoError(t, err)
		for _, trial := range trials {
			require.True(t, trial.Kind != m.Kind || trial.Complete, "%v of seed %d", m.Kind, seed)
		}
		alone, err := ets.Fit(y, period, m.Kind, ets.Config{})
		require.NoError(t, err)
		require.LessOrEqual(t, m.AICc, alone.AICc+0.1, "%v of seed %d", m.Kind, seed)
	}
}
