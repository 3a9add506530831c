package hierarchy_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/forecast/hierarchy"
)

func tree() hierarchy.Hierarchy {
	return hierarchy.Hierarchy{Bottom: 3, Sums: [][]int{{0, 1, 2}, {0, 1}}}
}

func TestBottomUpAndTopDownByHand(t *testing.T) {
	r, err := tree().BottomUp([][]float64{{1}, {2}, {-4}}, false)
	require.NoError(t, err)
	require.Equal(t, [][]float64{{-1}, {3}, {1}, {2}, {-4}}, r.Forecasts)
	r, err = tree().BottomUp([][]float64{{1}, {2}, {-4}}, true)
	require.NoError(t, err)
	require.Equal(t, [][]float64{{3}, {3}, {1}, {2}, {0}}, r.Forecasts)
	require.Len(t, r.Warnings, 1)
	r, err = tree().TopDown([]float64{100}, [][]float64{{1, 3}, {4, 4}, {14, 14}}, true)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{10}, r.Forecasts[2], 1e-12)
	require.InDeltaSlice(t, []float64{70}, r.Forecasts[4], 1e-12)
}

// One sum of two parts with independent errors of equal variance, and the sum's
// twice as large in variance: the gap of 4 is shared as 2 : 1 : 1 (weighted least
// squares by hand).
func TestMinTraceByHand(t *testing.T) {
	h := hierarchy.Hierarchy{Bottom: 2, Sums: [][]int{{0, 1}}}
	r, err := h.MinTrace([][]float64{{14}, {4}, {6}}, [][]float64{{0}, {0}, {0}}, false)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{12, 5, 7}, []float64{r.Forecasts[0][0], r.Forecasts[1][0], r.Forecasts[2][0]}, 1e-9)
}

func TestReconciledForecastsAddUpAndEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, count := tree(), rapid.IntRange(0, 12).Draw(t, "errors")
		row := func(n int, label string) []float64 {
			x := rapid.SliceOfN(rapid.Float64Range(-100, 100), n, n).Draw(t, label)
			if rapid.IntRange(0, 3).Draw(t, "constant") == 0 {
				for i := range x {
					x[i] = 0
				}
			}
			return x
		}
		base, errors := make([][]float64, 5), make([][]float64, 5)
		for i := range base {
			base[i], errors[i] = row(3, "base"), row(count, "errors")
		}
		nonNegative := rapid.Bool().Draw(t, "non-negative")
		r, err := h.MinTrace(base, errors, nonNegative)
		require.NoError(t, err)
		for step := range 3 {
			f := func(i int) float64 { return r.Forecasts[i][step] }
			require.InDelta(t, f(2)+f(3)+f(4), f(0), 1e-6)
			require.InDelta(t, f(2)+f(3), f(1), 1e-6)
			for i := range 5 {
				require.False(t, math.IsNaN(f(i)) || nonNegative && f(i) < 0)
			}
		}
	})
}

// What adds up already stays as it is, whatever the errors.
func TestCoherentForecastsStay(t *testing.T) {
	base := [][]float64{{60}, {30}, {10}, {20}, {30}}
	errors := [][]float64{{3, -2, 1, 4}, {1, -1, 2, 1}, {1, 0, 1, 0}, {0, -1, 1, 1}, {2, -1, -1, 3}}
	r, err := tree().MinTrace(base, errors, true)
	require.NoError(t, err)
	for i := range base {
		require.InDelta(t, base[i][0], r.Forecasts[i][0], 1e-9)
	}
	require.True(t, r.Shrinkage >= 0 && r.Shrinkage <= 1)
}

func TestFaultsAreNamed(t *testing.T) {
	require.Error(t, hierarchy.Hierarchy{Bottom: 2, Sums: [][]int{{0, 2}}}.Validate())
	_, err := tree().BottomUp([][]float64{{1}, {math.NaN()}, {2}}, false)
	require.ErrorContains(t, err, "finite")
	_, err = tree().MinTrace([][]float64{{1}}, nil, false)
	require.Error(t, err)
}

func TestWhatWasRaisedIsAlwaysSaid(t *testing.T) {
	raised := insight.Warn(forecast.RaisedToZero, "forecasts below zero were raised to zero, as declared")
	r, err := tree().TopDown([]float64{-100, 5}, [][]float64{{1, 3}, {4, 4}, {14, 14}}, true)
	require.NoError(t, err)
	require.Equal(t, []insight.Warning{raised}, r.Warnings)
	r, err = tree().TopDown([]float64{-100, 5}, [][]float64{{0}, {0}, {0}}, true)
	require.NoError(t, err)
	require.Equal(t, []insight.Warning{insight.Warn(hierarchy.EvenSplit, "no demand in the histories: the total was split evenly"), raised}, r.Warnings)
	base := [][]float64{{-60}, {-30}, {-10}, {-20}, {-30}}
	r, err = tree().MinTrace(base, [][]float64{{3}, {1}, {1}, {0}, {2}}, true)
	require.NoError(t, err)
	require.Equal(t, []insight.Warning{
		insight.Warn(hierarchy.FewErrors, "fewer than two errors: the variances are the numbers of series"), raised}, r.Warnings)
	r, err = hierarchy.Hierarchy{Bottom: 1}.MinTrace([][]float64{{-1}}, [][]float64{{3, 2}}, true)
	require.NoError(t, err)
	require.Equal(t, []insight.Warning{raised}, r.Warnings)
}

// A series whose errors are nought is taken for one with small ones.
func TestWarningsAreListed(t *testing.T) {
	r, err := tree().MinTrace([][]float64{{6}, {3}, {1}, {2}, {3}}, [][]float64{{3, 1}, {1, 2}, {0, 0}, {0, 1}, {2, 1}}, false)
	require.NoError(t, err)
	require.Equal(t, []insight.Warning{insight.Warn(hierarchy.ConstantErrors, "errors that never vary were taken for small ones")}, r.Warnings)
	seen := map[insight.WarningCode]bool{}
	for _, c := range hierarchy.WarningCodes() {
		require.True(t, c.Valid() && !seen[c], c)
		seen[c] = true
	}
}

// Each step is what it would be alone: one factorisation serves all.
func TestStepsDoNotTouchEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := func(n int, label string) []float64 {
			return rapid.SliceOfN(rapid.Float64Range(-100, 100), n, n).Draw(t, label)
		}
		base, errors := make([][]float64, 5), make([][]float64, 5)
		for i := range base {
			base[i], errors[i] = row(4, "base"), row(6, "errors")
		}
		all, err := tree().MinTrace(base, errors, false)
		require.NoError(t, err)
		for step := range 4 {
			alone := make([][]float64, 5)
			for i := range base {
				alone[i] = base[i][step : step+1]
			}
			r, err := tree().MinTrace(alone, errors, false)
			require.NoError(t, err)
			for i := range r.Forecasts {
				require.Equal(t, r.Forecasts[i][0], all.Forecasts[i][step])
			}
		}
	})
}

func TestNodesTimesStepsAreBounded(t *testing.T) {
	h := hierarchy.Hierarchy{Bottom: hierarchy.MaxBottom}
	_, err := h.TopDown(make([]float64, hierarchy.MaxHorizon), make([][]float64, h.Bottom), false)
	require.ErrorContains(t, err, "nodes times steps")
}

// The work that a step adds is that of a substitution, not of a factorisation.
func BenchmarkMinTrace(b *testing.B) {
	const bottom, sums, steps = 300, 60, 52
	h := hierarchy.Hierarchy{Bottom: bottom}
	for i := range sums {
		var sum []int
		for j := i; j < bottom; j += i + 1 {
			sum = append(sum, j)
		}
		h.Sums = append(h.Sums, sum)
	}
	base, errors := make([][]float64, h.Nodes()), make([][]float64, h.Nodes())
	for i := range base {
		base[i], errors[i] = make([]float64, steps), make([]float64, 30)
		for t := range base[i] {
			base[i][t] = float64((i*7 + t*3) % 23)
		}
		for t := range errors[i] {
			errors[i][t] = float64((i*5+t*11)%17) - 8
		}
	}
	var r hierarchy.Result
	for b.Loop() {
		var err error
		if r, err = h.MinTrace(base, errors, false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*steps)/b.Elapsed().Seconds(), "steps/s")
	b.ReportMetric(r.Shrinkage, "shrinkage")
}
