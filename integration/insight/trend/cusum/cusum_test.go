package cusum_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/cusum"
)

// Montgomery's table 9.1: target 10, deviation 1; the last ten have mean 11.
var montgomery = []float64{
	9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08,
	9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
}

// Example 9.1: the upper sum passes 5 at sample 29 with 5.28, seven samples after it was
// last nought (22), so that the new mean is 10 + 0.5 + 5.28/7 = 11.25.
func TestMontgomery(t *testing.T) {
	r, err := cusum.Run(forecast.Series{Bucket: forecast.Hour, Values: montgomery}, cusum.Config{Target: 10, Deviation: 1})
	require.NoError(t, err)
	require.Len(t, r.Alarms, 1)
	a := r.Alarms[0]
	require.Equal(t, 28, a.Position)
	require.Equal(t, 22, a.Since)
	require.Equal(t, cusum.Above, a.Side)
	require.InDelta(t, 5.28, a.Sum, 0.005)
	require.InDelta(t, 11.25, a.Level, 0.005)
	require.InDelta(t, 1.16, r.Above[3], 0.005)
	require.InDelta(t, 4.47, r.Above[27], 0.005)
	require.InDelta(t, 0.05, r.Below[0], 0.005) // 9.5 - 9.45
	require.InDelta(t, 1.56, r.Below[1], 0.005)
	// Montgomery, section 9.1.3: 938.2 for one side, half of it for both; 10.34 for a
	// shift of one deviation.
	require.InDelta(t, 469.1, r.RunLength, 0.05)
	require.InDelta(t, 10.34, cusum.RunLength(0.5, 5, 1), 0.005)
	require.InDelta(t, cusum.RunLength(0.5, 5, 0.7), cusum.RunLength(0.5, 5, -0.7), 1e-9)
}

// Taking the values one by one is taking the series.
func TestChartIsRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-5, 5), 0, 80).Draw(t, "y")
		c := cusum.Config{Deviation: 1, HeadStart: rapid.Float64Range(0, 2).Draw(t, "head"), Limit: 3}
		r, err := cusum.Run(forecast.Series{Bucket: forecast.Day, Values: y}, c)
		require.NoError(t, err)
		chart, err := cusum.NewChart(c)
		require.NoError(t, err)
		alarms := []cusum.Alarm{}
		for _, v := range y {
			if a, ok := chart.Add(v); ok {
				alarms = append(alarms, a)
			}
		}
		require.Equal(t, r.Alarms, alarms)
		for _, a := range alarms {
			require.LessOrEqual(t, a.Since, a.Position)
			require.Greater(t, a.Sum, 3.0)
		}
		mirror := make([]float64, len(y))
		for i, v := range y {
			mirror[i] = -v
		}
		m, err := cusum.Run(forecast.Series{Bucket: forecast.Day, Values: mirror}, c)
		require.NoError(t, err)
		require.Equal(t, r.Above, m.Below)
	})
}

func TestEstimated(t *testing.T) {
	y := make([]float64, 60)
	for i := range y {
		y[i] = 100 + []float64{-4, 1, 3, 0, -2, 2}[i%6]
		if i >= 45 {
			y[i] -= 6
		}
	}
	r, err := cusum.Run(forecast.Series{Bucket: forecast.Week, Values: y, Missing: []int{50}}, cusum.Config{Baseline: 40})
	require.NoError(t, err)
	require.Equal(t, 40, r.Baseline)
	require.Equal(t, cusum.Below, r.Alarms[0].Side)
	require.InDelta(t, 45, r.Alarms[0].Since, 1)
	require.Equal(t, []insight.LeftOut{{Reason: insight.Missing, Count: 1}}, r.LeftOut)
}

func TestAlwaysAnAnswer(t *testing.T) {
	for name, y := range map[string][]float64{
		"nothing": nil, "one": {5}, "constant": {7, 7, 7, 7, 7}, "jump": {0, 0, 0, 0, 0, 9, 9, 9, 9, 9}, "huge": {1e15, -1e15, 1e15, -1e15},
	} {
		r, err := cusum.Run(forecast.Series{Bucket: forecast.Day, Values: y}, cusum.Config{})
		require.NoError(t, err)
		for i := range y {
			require.False(t, math.IsNaN(r.Above[i]+r.Below[i]), name)
		}
	}
	_, err := cusum.NewChart(cusum.Config{Slack: -1, Target: math.NaN()})
	require.ErrorContains(t, err, "config.slack")
	require.ErrorContains(t, err, "config.target")
	require.ErrorContains(t, err, "config.deviation")
	require.False(t, math.IsInf(cusum.RunLength(10, 1000, 0), 0))
}

// By hand: smoothing ½, errors 2, -2, 4, 4: E = 1, -0.5, 1.75, 2.875; M = 1, 1.5, 2.75,
// 3.375; signal 1, -1/3, 7/11, 23/27.
func TestTrackingSignal(t *testing.T) {
	s, err := cusum.NewSignal(cusum.SignalConfig{Smoothing: 0.5, Limit: 0.8})
	require.NoError(t, err)
	var got []float64
	for i, e := range []float64{2, -2, 4, 4} {
		a, ok := s.Add(e)
		require.Equal(t, i == 3, ok, "the first two are to start from")
		if ok {
			require.InDelta(t, 23.0/27, a.Value, 1e-12)
			require.InDelta(t, 2.875, a.Error, 1e-12)
			require.Equal(t, 3, a.Position)
			require.Equal(t, cusum.Above, a.Side)
		}
		got = append(got, s.Value())
	}
	require.InDeltaSlice(t, []float64{1, -1.0 / 3, 7.0 / 11, 0}, got, 1e-12)
	_, err = cusum.NewSignal(cusum.SignalConfig{Smoothing: 2, Limit: math.NaN()})
	require.ErrorContains(t, err, "smoothing")
	require.ErrorContains(t, err, "limit")
}

// A weight that no number of errors is enough for is a fault; the smallest one is not,
// and gives no alarm before its million errors.
func TestSmallSmoothing(t *testing.T) {
	_, err := cusum.NewSignal(cusum.SignalConfig{Smoothing: 1e-300})
	require.ErrorContains(t, err, "smoothing")
	s, err := cusum.NewSignal(cusum.SignalConfig{Smoothing: 1e-6})
	require.NoError(t, err)
	for range 1_000 {
		_, alarm := s.Add(-1)
		require.False(t, alarm)
	}
	require.InDelta(t, -1, s.Value(), 1e-12)
}
