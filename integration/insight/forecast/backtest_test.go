package forecast_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// A cut of the back-test may hold fewer than two of the long cycles that the whole history holds two of.
func TestBackTestOfALongSeason(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, LongSeasons: []int{100}, Values: sometimes(200, 0.9, 3)}
	f, err := forecast.Auto.Make(s, forecast.Config{Origins: 100, Horizon: 40, NonNegative: true})
	require.NoError(t, err)
	require.Len(t, f.Points, 40)
	require.Equal(t, forecast.Decomposition, f.Trials[0].Method)
}

// Croston and a multiplied season have no answer where values are negative: what stands in for them is measured,
// as it would forecast, and not the last value under their name.
func TestTrialsMeasureWhatWouldForecast(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Quarter, Season: 4}
	for i := range 40 {
		s.Values = append(s.Values, []float64{-10, 30, 5, 60}[i%4]+float64(i)+float64(i*i%5))
	}
	c := forecast.Config{Horizon: 4, Members: []forecast.Method{forecast.HoltWintersMultiplicative, forecast.HoltWintersAdditive, forecast.Croston, forecast.SES, forecast.Naive}}
	f, err := forecast.Auto.Make(s, c)
	require.NoError(t, err)
	by := map[forecast.Method]forecast.Trial{}
	for _, trial := range f.Trials {
		by[trial.Method] = trial
	}
	same := func(a, b forecast.Method) {
		x, y := by[a], by[b]
		x.Method = y.Method
		require.Equal(t, y, x, a)
	}
	same(forecast.HoltWintersMultiplicative, forecast.HoltWintersAdditive)
	same(forecast.Croston, forecast.SES)
	require.NotEqual(t, by[forecast.Naive].MASE, by[forecast.SES].MASE)
}

// eventful is a history with all that is prepared: gaps, closed days, stock-outs, outliers, a promotion and a price.
func eventful(seed uint64) forecast.Series {
	const n = 84
	r := float.NewRandom(seed)
	s := forecast.Series{Bucket: forecast.Day, Season: 7, Values: make([]float64, n)}
	promotion, price := make([]float64, n), make([]float64, n)
	for i := range n {
		promotion[i], price[i] = float64(r.Below(6)/5), 5+float64(r.Below(3))
		s.Values[i] = 60 + 4*float64(i%7) + 3*r.Normal() + 25*promotion[i] - 2*price[i]
		switch k := r.Below(20); {
		case i%7 == 6:
			s.Values[i], s.Closed = 0, append(s.Closed, i)
		case k == 0:
			s.Values[i], s.Missing = math.NaN(), append(s.Missing, i)
		case k < 3:
			s.Values[i], s.Censored = s.Values[i]/2, append(s.Censored, i)
		case k == 3:
			s.Values[i] += 400
		}
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: promotion}, {Name: "price", Past: price}}
	return s
}

// cut gives what was known when there were n values, and of the future what is announced.
func cut(s forecast.Series, n int) forecast.Series {
	later := func(list []int) []int {
		return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return i >= n })
	}
	s.Values, s.Missing, s.Closed, s.Censored = s.Values[:n], later(s.Missing), later(s.Closed), later(s.Censored)
	s.Regressors = slices.Clone(s.Regressors)
	for i, r := range s.Regressors {
		s.Regressors[i].Past, s.Regressors[i].Future = r.Past[:n], r.Past[n:]
	}
	return s
}

// The error of a trial is that of a forecast made from the series cut at the time, against what came and is known.
func TestTrialsAreForecastsOfTheTime(t *testing.T) {
	const h = 10
	members := []forecast.Method{forecast.SES, forecast.Holt, forecast.SeasonalNaive, forecast.ETS}
	for seed := range uint64(20) {
		s, c := eventful(seed), forecast.Config{Horizon: h, Origins: 1, CapOutliers: seed%2 == 0, Members: members}
		fit, err := forecast.Auto.Fit(s, c)
		require.NoError(t, err)
		at := len(s.Values) - h
		for _, trial := range fit.Forecast(h).Trials {
			f, err := trial.Method.Make(cut(s, at), c)
			require.NoError(t, err)
			require.Equal(t, trial.Method, f.Method)
			var actual, points []float64
			for i := at; i < len(s.Values); i++ {
				if !slices.Contains(slices.Concat(s.Missing, s.Closed, s.Censored), i) {
					actual, points = append(actual, s.Values[i]), append(points, f.Points[i-at])
				}
			}
			require.NotEmpty(t, actual)
			require.Equal(t, forecast.Measure(nil, 1, actual, points).SMAPE, trial.SMAPE, "%s, seed %d", trial.Method, seed)
		}
	}
}

// What comes after a cut, an outlier, a gap, a stock-out or the effect of a promotion, moves no point of its trial by a bit.
func TestTrialsDoNotSeeWhatCame(t *testing.T) {
	const h = 4
	before := eventful(3)
	n := len(before.Values)
	before.Missing = slices.DeleteFunc(before.Missing, func(i int) bool { return i >= n-h })
	before.Censored = slices.DeleteFunc(before.Censored, func(i int) bool { return i >= n-h })
	for i := n - h; i < n; i++ {
		before.Values[i] = 60
	}
	methods := []forecast.Method{forecast.Combination, forecast.SES, forecast.ETS, forecast.Croston, forecast.SeasonalNaive}
	points := func(s forecast.Series) [][][]float64 {
		fit, err := forecast.Naive.Fit(s, forecast.Config{CapOutliers: true})
		require.NoError(t, err)
		return fit.TrialPoints(s, h, 3, methods...)
	}
	want := points(before)
	for name, change := range map[string]func(s *forecast.Series){
		"outlier":   func(s *forecast.Series) { s.Values[n-1] = 5000 },
		"negative":  func(s *forecast.Series) { s.Values[n-1] = -50 },
		"promotion": func(s *forecast.Series) { s.Values[n-2], s.Values[n-1] = 300, 1 },
		"known":     func(s *forecast.Series) { s.Values[n-1]++ },
	} {
		s := before
		s.Values = slices.Clone(s.Values)
		change(&s)
		require.Equal(t, want[0], points(s)[0], name)
	}
	for name, change := range map[string]func(s *forecast.Series){
		"gap":       func(s *forecast.Series) { s.Missing = append(slices.Clone(s.Missing), n-1) },
		"stock-out": func(s *forecast.Series) { s.Censored = append(slices.Clone(s.Censored), n-1) },
	} {
		s := before
		change(&s)
		got := points(s)
		for i := range methods { // the last step is not compared, the others are as before
			require.Equal(t, want[0][i][:len(got[0][i])], got[0][i], name)
		}
		require.Equal(t, want[1], got[1], name)
	}
}

// Errors are measured only where the demand is known: what was sold at stock-outs may be anything. Where none is known
// the default is taken, with a word.
func TestTrialsLeaveOutWhatIsNotKnown(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: make([]float64, 40), Censored: []int{12, 20, 36, 39}}
	for i := range s.Values {
		s.Values[i] = 20 + float64(i*7%9)
	}
	c := forecast.Config{Horizon: 4, Origins: 1}
	f, err := forecast.Auto.Make(s, c)
	require.NoError(t, err)
	s.Values = slices.Clone(s.Values)
	s.Values[36], s.Values[39] = 3, 700
	changed, err := forecast.Auto.Make(s, c)
	require.NoError(t, err)
	require.Equal(t, f.Trials, changed.Trials)
	s.Censored = append(s.Censored, 34, 35, 37, 38)
	f, err = forecast.Auto.Make(s, c)
	require.NoError(t, err)
	require.Empty(t, f.Trials)
	require.Contains(t, f.Reason, "by default")
	require.True(t, insight.Warned(f.Warnings, forecast.FewBackTests))
	c.Origins = 4 // of the fourth cut a step is known: 33
	f, err = forecast.Auto.Make(s, c)
	require.NoError(t, err)
	require.NotEmpty(t, f.Trials)
	require.Equal(t, 1, f.Trials[0].Origins)
}

// Sixty weeks whose first fifty are not known: two or so known values before a cut tell nothing of a method, and what
// was put into the gaps tells no scale.
func TestTrialsNeedKnownValuesBeforeThem(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: make([]float64, 60)}
	for i := range s.Values {
		if s.Values[i] = 20 + float64(i*7%9); i < 50 {
			s.Values[i], s.Missing = math.NaN(), append(s.Missing, i)
		}
	}
	f, err := forecast.Auto.Make(s, forecast.Config{Horizon: 4})
	require.NoError(t, err)
	require.Empty(t, f.Trials)
	require.Contains(t, f.Reason, "by default: too few known values (10) for a back-test")
	require.True(t, insight.Warned(f.Warnings, forecast.FewBackTests))
	// Of 44 the cuts at 56 and 55 have twelve known values or more before them: 44 to 55, and those less one.
	s.Missing = s.Missing[:44]
	for i := 44; i < 50; i++ {
		s.Values[i] = 20 + float64(i*7%9)
	}
	f, err = forecast.Auto.Make(s, forecast.Config{Horizon: 4})
	require.NoError(t, err)
	require.Equal(t, 1, f.Trials[0].Origins)
	// A season is used: two cycles of it must be known.
	s.Season, s.Missing = 12, s.Missing[:36]
	for i := 36; i < 44; i++ {
		s.Values[i] = 20 + float64(i*7%9)
	}
	f, err = forecast.Auto.Make(s, forecast.Config{Horizon: 4})
	require.NoError(t, err)
	require.Contains(t, f.Reason, "too few known values (24)")
}

// Sundays were closed until the last week: a forecast of the time had them closed, and so has its trial.
func TestTrialsCloseWhatWasClosed(t *testing.T) {
	const h = 7
	s := forecast.Series{Bucket: forecast.Day, Season: 7, Values: make([]float64, 70)}
	for i := range s.Values {
		s.Values[i] = 8 + float64(i*37%5)
		if i%7 == 6 && i < 63 {
			s.Values[i], s.Closed = 0, append(s.Closed, i)
		}
	}
	methods := []forecast.Method{forecast.SES, forecast.Combination, forecast.SeasonalNaive}
	fit, err := forecast.Naive.Fit(s, forecast.Config{})
	require.NoError(t, err)
	points := fit.TrialPoints(s, h, 1, methods...)
	for i, m := range methods {
		f, err := m.Make(cut(s, 63), forecast.Config{Horizon: h})
		require.NoError(t, err)
		require.Zero(t, f.Points[6])
		require.Equal(t, f.Points, points[0][i], m)
	}
}

// Equal values are no lack of values.
func TestEqualValuesAreNotTooFew(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: slices.Repeat([]float64{4}, 63)}
	f, err := forecast.Auto.Make(s, forecast.Config{})
	require.NoError(t, err)
	require.Equal(t, "naive by default: all values are the same", f.Reason)
	require.True(t, insight.Warned(f.Warnings, forecast.ConstantSeries))
	require.False(t, insight.Warned(f.Warnings, forecast.FewBackTests))
}

// An article that sells no more: every method expects about nothing, and the default is as good as any.
func TestAutoStaysWhereNothingIsToGain(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: append(sometimes(40, 0.5, 4), make([]float64, 200)...)}
	f, err := forecast.Auto.Make(s, forecast.Config{Horizon: 4, NonNegative: true})
	require.NoError(t, err)
	require.Equal(t, forecast.IMAPA, f.Method)
	require.Contains(t, f.Reason, "leaves nothing to gain")
	require.NotContains(t, f.Reason, "the mean of both")
}
