package lifecycle_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/lifecycle"
)

func assess(t require.TestingT, y []float64, season int, c lifecycle.Config) lifecycle.Result {
	r, err := lifecycle.Assess(forecast.Series{Bucket: forecast.Month, Values: y, Season: season}, c)
	require.NoError(t, err)
	return r
}

func line(n int, at func(i int) float64) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = at(i)
	}
	return y
}

// wobble keeps values from being the same.
func wobble(i int) float64 { return []float64{0, 3, -2, 1, -3, 2, -1}[i%7] }

func TestStagesByHand(t *testing.T) {
	flat := func(i int) float64 { return 100 + wobble(i) }
	for name, c := range map[string]struct {
		y    []float64
		want lifecycle.Stage
	}{
		"nothing":              {nil, lifecycle.NotLaunched},
		"never sold":           {make([]float64, 30), lifecycle.NotLaunched},
		"one value":            {[]float64{5}, lifecycle.Unknown},
		"three months":         {append(make([]float64, 10), 5, 9, 12), lifecycle.Introduction},
		"level":                {line(40, flat), lifecycle.Maturity},
		"constant":             {line(40, func(int) float64 { return 7 }), lifecycle.Maturity},
		"rising":               {line(40, func(i int) float64 { return 10 + 3*float64(i) + wobble(i) }), lifecycle.Growth},
		"falling":              {line(40, func(i int) float64 { return 200 - 4*float64(i) + wobble(i) }), lifecycle.Decline},
		"slightly falling":     {line(40, func(i int) float64 { return 200 - 0.9*float64(i) + wobble(i)/4 }), lifecycle.Maturity},
		"fallen and flat":      {append(line(20, flat), line(20, func(i int) float64 { return 25 + wobble(i)/3 })...), lifecycle.Decline},
		"silent half a year":   {append(line(30, flat), make([]float64, 6)...), lifecycle.Dormant},
		"silent a year":        {append(line(30, flat), make([]float64, 12)...), lifecycle.Ended},
		"silent as it used to": {slices.Concat(line(20, flat), make([]float64, 8), line(10, flat), make([]float64, 7)), lifecycle.Decline},
		"returns only":         {[]float64{-1, -2, 0, -3}, lifecycle.NotLaunched},
	} {
		r := assess(t, c.y, 0, lifecycle.Config{})
		require.Equal(t, c.want, r.Stage, "%s: %s", name, r.Reason)
		require.NotEmpty(t, r.Reason)
	}
}

// A product of Christmas is not in decline in January, nor in growth in November, nor
// dormant in summer.
func TestSeasonIsNoStage(t *testing.T) {
	year := []float64{2, 1, 0, 0, 0, 0, 0, 3, 20, 60, 150, 200}
	y := line(60, func(i int) float64 { return year[i%12] + float64(i%5) })
	for i := range y {
		if year[i%12] == 0 {
			y[i] = 0
		}
	}
	for end := 48; end <= 60; end++ {
		r := assess(t, y[:end], 12, lifecycle.Config{})
		require.Equal(t, lifecycle.Maturity, r.Stage, "%d: %s", end, r.Reason)
	}
	falling := slices.Clone(y)
	for i := range falling {
		falling[i] *= 1 - float64(i/12)*0.15
	}
	r := assess(t, falling, 12, lifecycle.Config{})
	require.Equal(t, lifecycle.Decline, r.Stage, r.Reason)
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Custom(func(t *rapid.T) float64 { return float64(max(0, rapid.IntRange(-5, 20).Draw(t, "v"))) })
		y := rapid.SliceOfN(value, 0, 60).Draw(t, "y")
		s := forecast.Series{Values: y, Season: rapid.IntRange(0, 12).Draw(t, "season")}
		s.Bucket = rapid.SampledFrom(forecast.Buckets()).Draw(t, "bucket")
		if len(y) > 3 {
			s.Missing, s.Closed = []int{1}, []int{2, 2}
		}
		r, err := lifecycle.Assess(s, lifecycle.Config{})
		require.NoError(t, err)
		require.True(t, r.Stage.Valid())
		require.False(t, math.IsNaN(r.Level+r.Peak+r.Share))
		require.GreaterOrEqual(t, r.Share, 0.0)
		require.LessOrEqual(t, r.Share, 1.0)
		for i := range y {
			y[i] *= 4
		}
		again, err := lifecycle.Assess(s, lifecycle.Config{})
		require.NoError(t, err)
		require.Equal(t, r.Stage, again.Stage)
	})
	_, err := lifecycle.Assess(forecast.Series{}, lifecycle.Config{Window: -1, Dormant: 5, Ended: 3, DeclineShare: 2})
	for _, path := range []string{"series.bucket", "config.window", "config.ended", "config.decline_share"} {
		require.ErrorContains(t, err, path)
	}
}

// A product cannot have ended before it is dormant, even where that is the default.
func TestEndedBelowDefaultOfDormant(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Values: []float64{1, 2, 3}}
	_, err := lifecycle.Assess(s, lifecycle.Config{Ended: 5})
	require.ErrorContains(t, err, "config.ended")
	for _, c := range []lifecycle.Config{{Ended: 28}, {Ended: 5, Dormant: 5}} {
		_, err = lifecycle.Assess(s, c)
		require.NoError(t, err)
	}
}
