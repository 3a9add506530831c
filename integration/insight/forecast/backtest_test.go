package forecast_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
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
