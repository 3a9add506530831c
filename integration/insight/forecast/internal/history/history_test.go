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
		if p.Effects != nil && p.Sparse() {
			t.Skip("effects are shares of intermittent demand")
		}
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

// Nothing known is no history, as of no values: nothing was interpolated, and no values are the same.
func TestNothingKnownIsNoHistory(t *testing.T) {
	for name, raw := range map[string]history.Raw{
		"missing": {Values: []float64{7, math.NaN()}, Missing: []int{1, 0}}, "closed": {Values: []float64{1, 2, 3}, Closed: []int{0, 1, 2}},
		"either": {Values: []float64{1, 2, 3}, Closed: []int{0, 2}, Missing: []int{1}, Regressors: []history.Regressor{{Name: "price", Past: []float64{1, 2, 3}}}},
	} {
		p := raw.Prepare()
		require.Len(t, p.Warnings, 1, name)
		require.Equal(t, history.NoHistory, p.Warnings[0].Code, name)
		require.Equal(t, make([]float64, len(raw.Values)), p.Values, name)
		require.False(t, p.Unknown, name)
	}
	out := history.Raw{Values: []float64{1, 2}, Missing: []int{0, 1}, Censored: []int{1}}.Prepare()
	require.True(t, out.Unknown)
}

// Of a week the last day is closed: in 9 of 10 weeks, in the last two but in half of all,
// in all but the last, and in all. One that was open is an exception only in the first.
func TestAPlaceClosedInMostCyclesIsShut(t *testing.T) {
	for _, c := range []struct {
		name string
		open []int // weeks
		shut bool
	}{{"once", []int{4}, true}, {"half", []int{0, 1, 2, 3, 4}, false}, {"last", []int{9}, false}, {"last but one", []int{8}, false}, {"never", nil, true}} {
		raw := history.Raw{Usual: 7}
		var exceptions []int
		for i := range 70 {
			raw.Values = append(raw.Values, 100)
			switch {
			case i%7 != 6:
			case slices.Contains(c.open, i/7):
				raw.Values[i] = 250
				exceptions = append(exceptions, i)
			default:
				raw.Closed = append(raw.Closed, i)
			}
		}
		p := raw.Prepare()
		require.Equal(t, c.shut, p.Shut(76), c.name)
		require.False(t, p.Shut(75), c.name)
		require.Equal(t, c.shut && c.open != nil, insight.Warned(p.Warnings, history.ClosedOpened), c.name)
		if c.shut {
			require.Equal(t, slices.Repeat([]float64{100}, 70), p.Values, c.name)
			require.Len(t, raw.Known(), 60, c.name)
		} else {
			require.Len(t, raw.Known(), 60+len(c.open), c.name)
		}
		if c.shut && c.open != nil {
			require.Equal(t, exceptions, p.Warnings[0].Positions, c.name)
		}
	}
}

// Hours of ten weeks of which 20 to 21 is open on Thursdays alone, and stocktaking opened
// one Sunday evening and one night: the week, which is declared, tells when the evening is
// open, and the others stay closed. A shop of three months in twelve, whose last days were closed, is not shut for ever.
func TestALongerCycleTellsWhenAPlaceIsOpen(t *testing.T) {
	raw := history.Raw{Season: 24, LongSeasons: []int{168}, Values: make([]float64, 1680)}
	for i := range raw.Values {
		hour, weekday := i%24, i%168/24
		raw.Values[i] = 5
		if open := hour >= 8 && hour < 20 || hour == 20 && weekday == 3 || i == 500 || i == 603; !open {
			raw.Closed = append(raw.Closed, i)
		}
	}
	p := raw.Prepare()
	for i := range 168 {
		hour, weekday := i%24, i/24
		require.Equal(t, hour < 8 || hour > 20 || hour == 20 && weekday != 3, p.Shut(1680+i), i)
	}
	require.Equal(t, []int{500, 603}, p.Warnings[0].Positions)
	days := history.Raw{Season: 7, LongSeasons: []int{365}, Values: make([]float64, 2*365)} // 365 days are no weeks
	for i := 6; i < 730; i += 7 {
		if i != 601 {
			days.Closed = append(days.Closed, i)
		}
	}
	p = days.Prepare()
	require.True(t, p.Shut(734))
	require.Equal(t, []int{601}, p.Warnings[0].Positions)
	shop := history.Raw{Usual: 7, Values: make([]float64, 3*365)}
	for i := range shop.Values {
		if i%365 >= 90 || i%7 == 6 {
			shop.Closed = append(shop.Closed, i)
		}
	}
	p = shop.Prepare()
	for i := range 7 {
		require.Equal(t, i == 6, p.Shut(i), i)
	}
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
	require.Equal(t, history.Raw{Values: []float64{1, 2, 3, 4}, Season: 1, Missing: []int{1}, Censored: []int{0, 3},
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
