package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
)

type constructor func(*history.Prepared, model.Settings) model.Model

func quarters() *history.Prepared {
	raw := history.Raw{Season: 4}
	for i := range 40 {
		raw.Values = append(raw.Values, []float64{80, 95, 120, 100}[i%4]+float64(i)/2+float64(i*i*7%13))
	}
	p := raw.Prepare()
	return &p
}

// What is simulated has the mean and the variance that are answered, step by step, of every model.
func TestPathsAgreeWithPointsAndVariances(t *testing.T) {
	const h, paths = 6, 20000
	s, p := model.Settings{Horizon: h, Iterations: 200, Paths: 1000, Seed: 1}, quarters()
	fixed := s
	fixed.Smoothing = 0.3
	mean := &model.Combined{Members: []model.Model{model.Drift(p, s), model.Mean(p, s)}, Names: []string{"drift", "mean"}}
	for name, m := range map[string]model.Model{
		"naive": model.Naive(p, s), "seasonal naive": model.SeasonalNaive(p, s), "drift": model.Drift(p, s), "mean": model.Mean(p, s),
		"naive 2": model.Naive2(p, s), "ses": model.SES(p, s), "ses by hand": model.SES(p, fixed), "holt": model.Holt(p, s), "damped": model.DampedHolt(p, s),
		"holt-winters": model.HoltWintersAdditive(p, s), "multiplicative": model.HoltWintersMultiplicative(p, s), "ets": model.ETS(p, s),
		"theta": model.Theta(p, s), "dynamic": model.OptimisedTheta(p, s), "arima": model.ARIMA(p, s), "decomposition": model.Decomposition(p, s), "combined": mean,
	} {
		require.NotNil(t, m, name)
		require.True(t, model.Sane(m), name)
		require.False(t, model.Counted(m), name)
		require.Len(t, m.Describe().Fitted, len(p.Values), name)
		points, variances := m.Points(h), m.Variances(h)
		var sum, square [h]float64
		path, r := make([]float64, h), model.Random(1, 9)
		for range paths {
			m.Path(path, &r)
			for i, v := range path {
				sum[i] += v / paths
				square[i] += (v - points[i]) * (v - points[i]) / paths
			}
		}
		for i := range points {
			require.InDelta(t, points[i], sum[i], 5, "%s step %d", name, i)
			require.InEpsilon(t, variances[i], square[i], 0.1, "%s step %d", name, i)
		}
	}
}

// What a method cannot take has no model, and the last value always has one.
func TestNoAnswer(t *testing.T) {
	s := model.Settings{Iterations: 50}
	raw := history.Raw{Season: 2}
	for i := range 24 {
		raw.Values = append(raw.Values, float64(i*7%5)-2+10*float64(i%2))
	}
	none, negative := history.Raw{}.Prepare(), raw.Prepare()
	for name, fit := range map[string]constructor{"ses": model.SES, "holt": model.Holt, "theta": model.Theta, "ets": model.ETS, "arima": model.ARIMA, "decomposition": model.Decomposition} {
		require.Nil(t, fit(&none, s), name)
	}
	require.Equal(t, []float64{0, 0}, model.Naive(&none, s).Points(2))
	require.Nil(t, model.HoltWintersMultiplicative(&negative, s))
	require.Nil(t, model.Intermittent("croston", &negative, s))
	require.NotNil(t, model.HoltWintersAdditive(&negative, s))
}

// Of intermittent demand single demands are drawn, and of a mean too where all its members draw them.
func TestCountedDemand(t *testing.T) {
	s := model.Settings{Iterations: 50}
	p := history.Raw{Values: []float64{0, 0, 4, 0, 0, 0, 6, 0, 0, 5, 0, 0, 0, 4}}.Prepare()
	rate := model.Intermittent(intermittent.SBA, &p, s)
	require.True(t, model.Counted(rate))
	require.True(t, model.Counted(&model.Combined{Members: []model.Model{rate, rate}}))
	require.False(t, model.Counted(&model.Combined{Members: []model.Model{rate, model.Naive(&p, s)}}))
	path, r := make([]float64, 500), model.Random(2, 9)
	rate.Path(path, &r)
	require.Subset(t, []float64{0, 4, 5, 6}, path)
}

// Members that stand in for several are named once, with their number, and their warnings come once.
func TestCombinedNamesItsMembers(t *testing.T) {
	p := quarters()
	once := model.ETS(p, model.Settings{Iterations: 1})
	d := (&model.Combined{Members: []model.Model{once, once, model.Naive(p, model.Settings{})}, Names: []string{"ets", "ets", "naive"}}).Describe()
	require.Equal(t, "mean of ets (2), naive", d.Name)
	require.Len(t, d.Warnings, len(once.Describe().Warnings))
	require.NotEmpty(t, d.Warnings)
	require.Equal(t, "ets: "+once.Describe().Warnings[0].Text, d.Warnings[0].Text)
}
