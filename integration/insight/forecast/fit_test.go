package forecast_test

import (
	"runtime"
	"testing"
	"weak"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Expected demand needs no variances, which of a multiplied season are simulated.
func TestExpectedAsksForNoVariances(t *testing.T) {
	s := milk()
	s.Season, s.ClosedAhead = 4, []int{1}
	for _, m := range forecast.Methods() {
		fit, err := m.Fit(s, forecast.Config{NonNegative: true, ClosedAhead: []int{3}})
		require.NoError(t, err)
		points := fit.Forecast(9).Points
		require.Equal(t, points, fit.OfPoints().Expected(9), m)
		require.Equal(t, []float64{0, 0}, []float64{points[1], points[3]}, m)
	}
}

// A fit that is kept keeps nothing of its caller's: the history can be let go.
func TestAFitLetsTheSeriesGo(t *testing.T) {
	fit, let := fitOfLong(t)
	runtime.GC()
	for i, p := range let {
		require.Nil(t, p.Value(), i)
	}
	require.Equal(t, 1000, fit.History())
}

// fitOfLong fits a long history, of which its values and those of a price are let go.
func fitOfLong(t *testing.T) (*forecast.Fit, []weak.Pointer[float64]) {
	values, past := make([]float64, 1000), make([]float64, 1000)
	for i := range values {
		values[i], past[i] = float64(20+i*7%5), float64(i%3)
	}
	s := forecast.Series{Bucket: forecast.Day, Values: values, Regressors: []forecast.Regressor{{Name: "price", Past: past}}}
	fit, err := forecast.SES.Fit(s, forecast.Config{})
	require.NoError(t, err)
	return fit, []weak.Pointer[float64]{weak.Make(&values[0]), weak.Make(&past[0])}
}
