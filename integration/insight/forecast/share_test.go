package forecast_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// One Fit asked from many goroutines: every simulated path has its own seasonal states.
func TestAFitIsShared(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Month, Season: 12}
	for i := range 60 {
		s.Values = append(s.Values, 50+float64(i*7%12)*5+float64(i*i%11))
	}
	for _, m := range []forecast.Method{forecast.HoltWintersMultiplicative, forecast.HoltWintersAdditive, forecast.Combination} {
		fit, err := m.Fit(s, forecast.Config{Paths: 2000})
		require.NoError(t, err)
		want, err := fit.Demand(forecast.FixedLeadTime(12))
		require.NoError(t, err)
		points := fit.Forecast(12)
		demands, forecasts := make([]forecast.Distribution, 4), make([]forecast.Forecast, 4)
		var wait sync.WaitGroup
		for i := range demands {
			wait.Go(func() {
				demands[i], _ = fit.Demand(forecast.FixedLeadTime(12))
				forecasts[i] = fit.Forecast(12)
			})
		}
		wait.Wait()
		for i := range demands {
			require.True(t, equalJSON(want, demands[i]), m)
			require.True(t, equalJSON(points, forecasts[i]), m)
		}
	}
}
