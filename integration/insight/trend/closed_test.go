package trend_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend"
	"github.com/tandem-go/tandem/integration/insight/trend/stl"
)

// shop gives a year's start of days from Monday, 1 January 2024, on: 28 on Mondays, two
// more each day up to 38 on Saturdays, 33 a day; nothing on Sundays.
func shop(t *testing.T, days int, closed bool) forecast.Series {
	start, err := tandem.NewDate(2024, 1, 1)
	require.NoError(t, err)
	require.Equal(t, time.Monday, start.Weekday())
	s := forecast.Series{Start: start, Bucket: forecast.Day, Season: 7}
	for i := range days {
		v := 28 + 2*float64(i%7)
		if i%7 == 6 {
			v = 0
			if closed {
				s.Closed = append(s.Closed, i)
			} else {
				v, s.Missing = math.NaN(), append(s.Missing, i)
			}
		}
		s.Values = append(s.Values, v)
	}
	return s
}

// A shop that is closed on Sundays, or does not know what it sold there, is not at its
// lowest on Sundays, and its level is that of the days that are known.
func TestAPlaceThatIsNeverKnownHasNoSeason(t *testing.T) {
	for _, closed := range []bool{true, false} {
		d := describe(t, shop(t, 119, closed))
		require.True(t, d.Seasonal)
		require.Equal(t, 5, d.High)
		require.Equal(t, 0, d.Low)
		require.Contains(t, strings.Join(d.Text, " "), "highest on Saturday, lowest on Monday")
		require.InDelta(t, 33, d.Mean, 1e-9)
		require.Len(t, d.Changes.Segments, 1)
		require.InDelta(t, 33, d.Changes.Segments[0].Mean, 1e-6)
		require.InDelta(t, 1, d.SeasonStrength, 1e-9)
		// 120 days end with one Monday more: 102 days of 33 and one of 28 for the mean; a
		// level that is free of the season stays 33.
		d = describe(t, shop(t, 120, closed))
		require.InDelta(t, (102*33+28)/103.0, d.Mean, 1e-9)
		require.InDelta(t, 33, d.Changes.Segments[0].Mean, 0.1)
	}
}

// The season of the places that are known sums up to nought, by logarithms too.
func TestSeasonIsCentredOnWhatIsKnown(t *testing.T) {
	s := shop(t, 119, true)
	for _, config := range []stl.Config{{}, {Robust: true}, {SeasonWindow: 7}, {Log: true}} {
		r, err := stl.Decompose(s, config)
		require.NoError(t, err)
		want := []float64{-5, -3, -1, 1, 3, 5, 0}
		if config.Log {
			// The mean of the logarithms is that of 28·30·32·34·36·38, to the sixth root.
			middle := math.Pow(28*30*32*34*36*38, 1.0/6)
			want = []float64{28 / middle, 30 / middle, 32 / middle, 34 / middle, 36 / middle, 38 / middle, 1}
		}
		require.InDeltaSlice(t, want, r.Seasonal[56:63], 1e-6, "%+v", config)
	}
}

// Without a single value that is known there is still an answer.
func TestNothingIsKnown(t *testing.T) {
	s := shop(t, 28, true)
	for i := range s.Values {
		s.Closed = append(s.Closed, i)
	}
	d, err := trend.Describe(s, trend.Config{})
	require.NoError(t, err)
	require.False(t, d.Seasonal)
	require.Equal(t, -1, d.Low)
}
