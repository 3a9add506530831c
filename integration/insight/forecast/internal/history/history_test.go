package history_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
)

func TestUnconstrainNeverLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 0, 40).Draw(t, "y")
		censored := rapid.SliceOf(rapid.IntRange(-2, 45)).Draw(t, "censored")
		got, lacking := history.Unconstrain(y, censored, rapid.IntRange(0, 12).Draw(t, "season"))
		require.True(t, lacking >= 0 && lacking <= 1, lacking)
		for i := range y {
			require.GreaterOrEqual(t, got[i], y[i])
			require.False(t, math.IsInf(got[i], 0))
			if !slices.Contains(censored, i) {
				require.Equal(t, y[i], got[i])
			}
		}
	})
}

// A gap with a season lies between its neighbours of a cycle away, without one between those beside it; where only one
// side is known it repeats that, and where nothing is known it is nought.
func TestGapsAreFilled(t *testing.T) {
	const gap = math.MaxFloat64 // what stands in a gap is of no interest
	for _, c := range []struct {
		name   string
		raw    history.Raw
		filled []float64
	}{
		{"by season", history.Raw{Values: []float64{10, 20, gap, 40, 50, 70}, Season: 2, Missing: []int{2}}, []float64{10, 20, 30, 40, 50, 70}},
		{"by neighbours", history.Raw{Values: []float64{10, gap, gap, 40}, Missing: []int{1}, Closed: []int{2}}, []float64{10, 20, 30, 40}},
		{"at the ends", history.Raw{Values: []float64{gap, 5, 6, gap}, Closed: []int{0, 3}}, []float64{5, 5, 6, 6}},
		{"everywhere", history.Raw{Values: []float64{gap, gap}, Missing: []int{1, 0}}, []float64{0, 0}},
	} {
		recorded := slices.Clone(c.raw.Values)
		require.Equal(t, c.filled, c.raw.Prepare().Values, c.name)
		require.Equal(t, recorded, c.raw.Values, c.name)
	}
}

// What is taken out of the values comes back by Explain, and ahead by Add.
func TestEffectsGoOutAndComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		numbers := func(label string) []float64 { return rapid.SliceOfN(rapid.Float64Range(-50, 50), n, n).Draw(t, label) }
		raw := history.Raw{Values: numbers("values"), Season: rapid.IntRange(0, 5).Draw(t, "season"),
			Regressors: []history.Regressor{{Name: "price", Past: numbers("price")}, {Name: "weather", Past: numbers("weather")}}}
		p := raw.Prepare()
		if p.Effects == nil {
			require.Equal(t, raw.Values, append([]float64{}, p.Values...))
			return
		}
		p.Effects.Explain(p.Values)
		require.InDeltaSlice(t, raw.Values, p.Values, 1e-6)
		usual := []float64{1, 2, 3}
		p.Effects.Add(usual) // nothing is given ahead: the median, which has no effect
		require.Equal(t, []float64{1, 2, 3}, usual)
	})
}

// Every second place closed, but one of the others once: only those stay closed.
func TestShutPlaces(t *testing.T) {
	p := history.Raw{Values: make([]float64, 8), Usual: 2, Closed: []int{1, 3, 4, 5, 7}}.Prepare()
	for position, shut := range []bool{8: false, 9: true, 10: false, 11: true} {
		if position >= 8 {
			require.Equal(t, shut, p.Shut(position), position)
		}
	}
	once := history.Raw{Values: make([]float64, 3), Usual: 2, Closed: []int{1}}.Prepare()
	require.False(t, once.Shut(3))
}

// Before a cut nothing of later is left but the regressors' values, and the recorded history stays.
func TestBeforeACut(t *testing.T) {
	raw := history.Raw{Values: []float64{1, 2, 3, 4, 5, 6}, Missing: []int{5, 1}, Closed: []int{4}, Censored: []int{0, 3}, Outlier: 8,
		Regressors: []history.Regressor{{Name: "price", Past: []float64{9, 8, 7, 6, 5, 4}, Future: []float64{3}}}}
	cut := raw.Before(4, 1)
	require.Equal(t, history.Raw{Values: []float64{1, 2, 3, 4}, Missing: []int{1}, Censored: []int{0, 3},
		Regressors: []history.Regressor{{Name: "price", Past: []float64{9, 8, 7, 6}, Future: []float64{5}}}}, cut)
	require.Equal(t, []float64{5, 4}, raw.Before(4, 9).Regressors[0].Future)
	require.Equal(t, []int{2}, raw.Known())
	raw.CapOutliers = true
	require.Equal(t, 8.0, raw.Before(4, 1).Outlier)
	require.Equal(t, []int{5, 1}, raw.Missing)
}

// A year that repeats is said to whoever declares no season, and used only where it is
// declared; 1 says that there is none.
func TestASeasonThatIsNotDeclaredIsSaid(t *testing.T) {
	year := []float64{4, 5, 7, 9, 12, 15, 14, 11, 8, 6, 5, 20}
	values := slices.Concat(year, year, year)
	for declared, want := range map[int]bool{0: true, 1: false, 12: false} {
		p := history.Raw{Values: values, Season: declared, Usual: 12}.Prepare()
		require.Equal(t, want, insight.Warned(p.Warnings, history.HiddenSeason), "%d", declared)
		require.Equal(t, max(declared, 1), p.Season)
	}
	require.False(t, insight.Warned(history.Raw{Values: values[:35], Usual: 12}.Prepare().Warnings, history.HiddenSeason), "less than three years")
	require.False(t, insight.Warned(history.Raw{Values: values, Usual: 12, LongSeasons: []int{12}}.Prepare().Warnings, history.HiddenSeason))
	require.False(t, insight.Warned(history.Raw{Values: make([]float64, 36), Usual: 12}.Prepare().Warnings, history.HiddenSeason))
}
