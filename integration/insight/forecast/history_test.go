package forecast_test

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// Demand of about 200 in the first months of each of four years and none in the others is
// a season, not intermittent demand, which would be forecast flat (an error of 100 and
// more): the default and Auto are as near to the next year as ETS.
func TestASharpSeasonIsNoIntermittentDemand(t *testing.T) {
	for _, on := range []int{6, 8, 9} {
		r := float.NewRandom(11)
		s := forecast.Series{Bucket: forecast.Month, Season: 12}
		var next []float64
		for i := range 60 {
			v := 0.0
			if i%12 < on {
				v = 200 + 20*r.Normal()
			}
			if i < 48 {
				s.Values = append(s.Values, v)
			} else {
				next = append(next, v)
			}
		}
		of := func(m forecast.Method) float64 {
			f, err := m.Make(s, forecast.Config{NonNegative: true})
			require.NoError(t, err)
			square := 0.0
			for i, v := range next {
				square += (v - f.Points[i]) * (v - f.Points[i]) / 12
			}
			return math.Sqrt(square)
		}
		ets := of(forecast.ETS)
		require.Less(t, ets, 30.0, on)
		require.Less(t, of(forecast.Combination), ets+8, "%d months", on)
		require.Less(t, of(forecast.Auto), ets+8, "%d months", on)
	}
}

// Every fault of a regressor is told with its place.
func TestFaultsOfRegressors(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: []float64{1, 2}, Regressors: []forecast.Regressor{
		{Name: "price", Past: []float64{1, 2}},
		{Name: "price", Past: []float64{1, math.NaN()}, Future: []float64{1, 2, -2e15}},
		{Past: []float64{1}}, {Past: []float64{1, 2}},
	}}
	var invalid *tandem.InvalidError
	require.True(t, errors.As(s.Validate(), &invalid))
	paths := map[string]string{}
	for _, f := range invalid.Faults {
		paths[f.Path] = f.Code
	}
	require.Equal(t, map[string]string{
		"regressors[1].name": "duplicate", "regressors[1].past[1]": "value", "regressors[1].future[2]": "value",
		"regressors[2].name": "name", "regressors[2].past": "length", "regressors[3].name": "name",
	}, paths)
}

// A year of days of 100 with closed Sundays, of which one sold 250 before Christmas: the week
// ahead is one of six days.
func TestOneOpenSundayOpensNoOthers(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Season: 7, Values: make([]float64, 364)}
	r := float.NewRandom(4)
	for i := range s.Values {
		s.Values[i] = 100 + 5*r.Normal()
		if i%7 == 6 && i != 349 {
			s.Values[i], s.Closed = 0, append(s.Closed, i)
		}
	}
	s.Values[349] = 250
	for _, m := range []forecast.Method{forecast.Combination, forecast.Auto} {
		f, err := m.Make(s, forecast.Config{})
		require.NoError(t, err)
		week := 0.0
		for _, p := range f.Points {
			week += p
		}
		require.InDelta(t, 600, week, 15, m)
		require.Zero(t, f.Points[6])
	}
}

// Lumpy demand with a promotion is forecast as lumpy demand, of its mean, and the promotion
// on top of it.
func TestLumpyDemandWithAPromotion(t *testing.T) {
	r := float.NewRandom(8)
	s, past := forecast.Series{Bucket: forecast.Week, Values: make([]float64, 156)}, make([]float64, 156)
	for i := range s.Values {
		chance := 0.3
		if i%6 == 3 {
			past[i], chance = 1, 0.6
		}
		if r.Uniform() < chance {
			s.Values[i] = 8
		}
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: past, Future: []float64{0, 1}}}
	f, err := forecast.Combination.Make(s, forecast.Config{Horizon: 2, NonNegative: true})
	require.NoError(t, err)
	require.Equal(t, "mean of imapa", f.Model)
	require.InDelta(t, 2.4, f.Points[0], 1)
	require.InDelta(t, 2.4, f.Points[1]-f.Points[0], 1.3)
	none, err := forecast.Combination.Make(forecast.Series{Bucket: forecast.Week, Values: []float64{1, 2, 3}, Closed: []int{0, 1}, Missing: []int{2}}, forecast.Config{})
	require.NoError(t, err)
	require.True(t, insight.Warned(none.Warnings, forecast.NoHistory))
	require.False(t, insight.Warned(none.Warnings, forecast.ConstantSeries) || insight.Warned(none.Warnings, forecast.MissingValues))
}
