package forecast_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// ETS stands in for a decomposition of no season, and is a member itself: it is fitted once, and says once that the
// likeliest model of the lynx was not taken.
func TestMembersThatStandInWarnOnce(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Year, Values: readValues(t, "lynx", 200)}
	fit, err := forecast.Combination.Fit(s, forecast.Config{Members: []forecast.Method{forecast.ETS, forecast.Decomposition, forecast.Naive}, Horizon: 12})
	require.NoError(t, err)
	for _, list := range [][]insight.Warning{fit.Warnings(), fit.Forecast(12).Warnings} {
		wide := slices.DeleteFunc(list, func(w insight.Warning) bool {
			return w.Code != forecast.WideInterval || !strings.Contains(w.Text, "likeliest")
		})
		require.Len(t, wide, 1)
		require.True(t, strings.HasPrefix(wide[0].Text, "ets: "), wide[0].Text)
	}
}

// Equal values have nothing to estimate, whichever method is asked, and whatever stands in for it: of negative demand
// there is no rate, and the level of equal values is not searched by likelihood.
func TestEqualValuesAreRepeated(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Month, Values: slices.Repeat([]float64{-5}, 30)}
	for _, m := range forecast.Methods() {
		f, err := m.Make(s, forecast.Config{Horizon: 2})
		require.NoError(t, err)
		require.Equal(t, forecast.Naive, f.Method, m)
		require.Equal(t, []float64{-5, -5}, f.Points, m)
		require.Equal(t, []float64{0, 0}, f.Deviations, m)
	}
}

// Of 10, 14 and 12 the mean is 12, the variance (4 + 4 + 0)/2 = 4, and with the doubt of the mean 4·(1 + 1/3). Widened
// for three values by 1.15·(1 + 2/2) the deviation is 5.312, as far ahead as is asked: no random walk. Who asks for a
// trend or for the last value is not told of a mean.
func TestFewValuesAreForecastByTheirMean(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Month, Values: []float64{10, 14, 12}}
	for _, m := range []forecast.Method{
		forecast.SES, forecast.ETS, forecast.Theta, forecast.OptimisedTheta, forecast.Croston, forecast.Combination, forecast.Auto, "",
	} {
		fit, err := m.Fit(s, forecast.Config{Horizon: 6, NonNegative: true})
		require.NoError(t, err)
		f := fit.Forecast(6)
		if m == forecast.Croston { // has an answer of its own
			require.Equal(t, m, f.Method)
			continue
		}
		require.Equal(t, forecast.Mean, f.Method, m)
		require.True(t, insight.Warned(f.Warnings, forecast.FellBack))
		require.Equal(t, slices.Repeat([]float64{12}, 6), f.Points)
		require.InDeltaSlice(t, slices.Repeat([]float64{5.312}, 6), f.Deviations, 0.001)
	}
	for _, m := range []forecast.Method{forecast.Holt, forecast.DampedHolt, forecast.HoltWintersAdditive, forecast.Naive} {
		f, err := m.Make(s, forecast.Config{})
		require.NoError(t, err)
		require.Equal(t, forecast.Naive, f.Method, m)
	}
	s.Values = []float64{10, 14, 12, 11, 15, 13}
	f, err := forecast.ARIMA.Make(s, forecast.Config{})
	require.NoError(t, err)
	require.NotEqual(t, forecast.Mean, f.Method)
}

// One value says nothing of what varies: counts of 7 vary by 7, and so does the mean that one of them stands for, 14
// together. Below zero there are no counts.
func TestOneValueIsNotCertain(t *testing.T) {
	for _, c := range []struct{ value, variance float64 }{{7, 14}, {0, 2}, {0.25, 2}, {1e15, 2e15}, {-6, 72}} {
		s := forecast.Series{Bucket: forecast.Week, Values: []float64{c.value}}
		for _, m := range forecast.Methods() {
			fit, err := m.Fit(s, forecast.Config{Paths: 4000})
			require.NoError(t, err)
			f, variance := fit.Forecast(2), c.variance
			if m == forecast.Naive {
				variance /= 2
			}
			require.Equal(t, c.value, f.Points[0])
			require.InEpsilon(t, variance, f.Deviations[0]*f.Deviations[0], 1e-9, m)
			require.InEpsilon(t, 1.96*math.Sqrt(variance), f.Intervals[1].Upper[0]-c.value, 0.001, m)
			require.InEpsilon(t, 1.96*math.Sqrt(variance), c.value-f.Intervals[1].Lower[0], 0.001, m)
			require.True(t, insight.Warned(f.Warnings, forecast.ShortHistory))
			require.False(t, insight.Warned(f.Warnings, forecast.WideInterval))
			d, err := fit.Demand(forecast.FixedLeadTime(1))
			require.NoError(t, err)
			require.InEpsilon(t, math.Sqrt(variance), d.Deviation(), 0.05, m)
		}
	}
}
