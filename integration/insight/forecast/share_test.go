package forecast_test

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
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

// What a caller does with its arguments and answers afterwards changes no later answer.
func TestAFitOwnsWhatItHolds(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Values: make([]float64, 40), ClosedAhead: []int{0}, Censored: []int{3}, Closed: []int{5}, Missing: []int{6}}
	past, future := make([]float64, 40), []float64{1, 0, 1, 0}
	for i := range s.Values {
		past[i] = float64(i % 3 / 2)
		s.Values[i] = 20 + float64(i*7%5) + 9*past[i]
	}
	s.Values[20] = 900
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: past, Future: future}}
	c := forecast.Config{Horizon: 4, Levels: []float64{0.5}, ClosedAhead: []int{1}, Members: []forecast.Method{forecast.Naive, forecast.SES}}
	for _, m := range []forecast.Method{forecast.Auto, forecast.Combination, forecast.SES, forecast.SeasonalNaive} {
		fit, err := m.Fit(s, c)
		require.NoError(t, err)
		before := fit.Forecast(4)
		kept, err := json.Marshal(before)
		require.NoError(t, err)
		for i := range past {
			past[i], s.Values[i] = past[i]+5, s.Values[i]+5
		}
		future[0], c.Levels[0], c.ClosedAhead[0], s.ClosedAhead[0], c.Members[0] = 100, 0.99, 2, 3, forecast.Drift
		spoil := func(f forecast.Forecast) {
			for i := range f.Fitted {
				f.Fitted[i] = -1
			}
			for i := range f.Trials {
				f.Trials[i].MASE = -1
			}
			for i := range f.Parameters {
				f.Parameters[i].Value = -1
			}
			for _, w := range f.Warnings {
				for i := range w.Positions {
					w.Positions[i] = -1
				}
			}
		}
		spoil(before)
		spoil(forecast.Forecast{Warnings: fit.Warnings()})
		after, err := json.Marshal(fit.Forecast(4))
		require.NoError(t, err)
		require.JSONEq(t, string(kept), string(after), m)
		for i := range past {
			past[i], s.Values[i] = past[i]-5, s.Values[i]-5
		}
		future[0], c.Levels[0], c.ClosedAhead[0], s.ClosedAhead[0], c.Members[0] = 1, 0.5, 1, 0, forecast.Naive
	}
}

func TestFaultsOfAllArguments(t *testing.T) {
	_, err := forecast.Method("best").Fit(forecast.Series{Values: []float64{1e300}}, forecast.Config{Horizon: -1})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"method", "series.bucket", "series.values[0]", "config.horizon"}, paths)
}

func TestStepsTimesPathsAreBounded(t *testing.T) {
	require.ErrorContains(t, forecast.Config{Horizon: forecast.MaxHorizon, Paths: forecast.MaxPaths}.Validate(), "horizon times paths")
	require.NoError(t, forecast.Config{Horizon: forecast.MaxHorizon}.Validate())
	require.NoError(t, forecast.Config{Horizon: forecast.MaxSimulated / forecast.MaxPaths, Paths: forecast.MaxPaths}.Validate())
}

// Codes are open: other packages mint their own.
func TestWarningCodes(t *testing.T) {
	for _, c := range forecast.WarningCodes() {
		var got insight.WarningCode
		require.NoError(t, got.UnmarshalText([]byte(c)))
		require.True(t, got.Valid())
	}
	var c insight.WarningCode
	require.NoError(t, json.Unmarshal([]byte(`"not_told"`), &c))
	for _, text := range []string{"", "NoHistory", "no history", "_no", "no_", "a__b", "9a", "ä"} {
		require.Error(t, c.UnmarshalText([]byte(text)), text)
		require.False(t, insight.WarningCode(text).Valid(), text)
	}
	require.Equal(t, insight.WarningCode("not_told"), c)
}
