package forecast_test

import (
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
