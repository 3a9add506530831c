package ets_test

import (
	"fmt"
	"math"
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

// The figures that R prints for its own example series: forecast::ets(AirPassengers)
// is ETS(M,Ad,M) with AIC 1395.166, ets(USAccDeaths) ETS(A,N,A) with AIC 1141.016
// (package documentation); the log-likelihood is -(AIC - 2k)/2.
func TestLogLikelihoodIsNotWorseThanRs(t *testing.T) {
	for _, c := range []struct {
		series string
		period int
		kind   string
		want   float64
	}{
		{"AirPassengers", 12, "ETS(M,Ad,M)", -(1395.166 - 36) / 2},
		{"USAccDeaths", 12, "ETS(A,N,A)", -(1141.016 - 30) / 2},
	} {
		t.Run(c.series, func(t *testing.T) {
			m, err := ets.Fit(classic(t, c.series), c.period, kind(c.kind), ets.Config{})
			require.NoError(t, err)
			t.Logf("%s %s log-likelihood %.3f (R %.3f) after %d iterations", c.series, c.kind, m.LogLikelihood, c.want, m.Iterations)
			require.GreaterOrEqual(t, m.LogLikelihood, c.want-0.05)
		})
	}
}

func TestAutoOnClassicSeries(t *testing.T) {
	for _, c := range []struct {
		series string
		period int
	}{{"AirPassengers", 12}, {"USAccDeaths", 12}, {"Nile", 1}, {"lynx", 1}, {"LakeHuron", 1}, {"UKgas", 4}, {"austres", 4}, {"woolyrnq", 4}, {"wineind", 12}, {"gas", 12}, {"co2", 12}} {
		t.Run(c.series, func(t *testing.T) {
			m, trials, err := ets.Auto(classic(t, c.series), c.period, ets.Config{})
			require.NoError(t, err)
			text := ""
			for _, trial := range trials {
				text += fmt.Sprintf(" %v %.2f", trial.Kind, trial.AICc)
			}
			t.Logf("%v loglik %.3f AICc %.3f alpha %.4f beta %.4f gamma %.4f phi %.4f it %d;%s", m.Kind, m.LogLikelihood, m.AICc, m.Alpha, m.Beta, m.Gamma, m.Phi, m.Iterations, text)
		})
	}
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
