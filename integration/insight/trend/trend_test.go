package trend_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/integration/insight/trend/lifecycle"
	"github.com/tandem-go/tandem/internal/dataset"
)

func classic(t *testing.T, name string, year int, bucket forecast.Bucket) forecast.Series {
	start, err := tandem.NewDate(year, 1, 1)
	require.NoError(t, err)
	s := forecast.Series{Start: start, Bucket: bucket, Season: bucket.Season()}
	for i, line := range strings.Split(strings.TrimSpace(string(dataset.Read(t, "classic-series", name))), "\n") {
		if i > 0 {
			_, value, _ := strings.Cut(line, ",")
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			require.NoError(t, err)
			s.Values = append(s.Values, v)
		}
	}
	return s
}

func describe(t require.TestingT, s forecast.Series) trend.Description {
	d, err := trend.Describe(s, trend.Config{})
	require.NoError(t, err)
	return d
}

// What never changes has no season, though one was declared and the history is too short
// to test it.
func TestConstantHasNoSeason(t *testing.T) {
	for _, months := range []int{24, 30, 60} {
		for _, v := range []float64{0, 7, 0.1, -3e9} {
			s := forecast.Series{Bucket: forecast.Month, Season: 12, Values: make([]float64, months)}
			for i := range s.Values {
				s.Values[i] = v
			}
			d := describe(t, s)
			require.False(t, d.Seasonal)
			require.Equal(t, -1, d.High)
			require.NotContains(t, strings.Join(d.Text, " "), "season")
			require.Contains(t, d.Text, "It neither rises nor falls.")
		}
	}
}

// A probability is never told to be nought, and a straight line has no season.
func TestStraightLine(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Month, Season: 12}
	for i := range 200 {
		s.Values = append(s.Values, float64(i))
	}
	text := strings.Join(describe(t, s).Text, " ")
	require.Contains(t, text, "It rises by 1 a month (1 to 1, P below 0.001)")
	require.NotContains(t, text, "season of")
	require.Contains(t, text, "the last 36 months rise (+1 a month, P below 0.001)")
	require.NotContains(t, text, "P 0")
}

// What is known of three classics: the Nile fell once, in 1899; passengers grew with a
// peak in July; accidental deaths have a peak in July and no growth.
func TestClassics(t *testing.T) {
	nile := describe(t, classic(t, "Nile.csv", 1871, forecast.Year))
	t.Log(strings.Join(nile.Text, "\n"))
	require.False(t, nile.Seasonal)
	require.Len(t, nile.Changes.Changes, 1)
	require.Equal(t, 28, nile.Changes.Changes[0].Position)
	passengers := describe(t, classic(t, "AirPassengers.csv", 1949, forecast.Month))
	t.Log(strings.Join(passengers.Text, "\n"))
	require.True(t, passengers.Seasonal)
	require.Equal(t, kendall.Rising, passengers.Direction)
	require.Equal(t, 6, passengers.High)
	require.Equal(t, lifecycle.Growth, passengers.Lifecycle.Stage)
	require.Contains(t, strings.Join(passengers.Text, " "), "highest in July")
	deaths := describe(t, classic(t, "USAccDeaths.csv", 1973, forecast.Month))
	t.Log(strings.Join(deaths.Text, "\n"))
	require.Equal(t, 6, deaths.High)
	require.NotEqual(t, kendall.Rising, deaths.Direction)
}

// A level that steps is described by levels, a line by a line, noise by neither.
func TestCourse(t *testing.T) {
	line, step, noise := make([]float64, 60), make([]float64, 60), make([]float64, 60)
	for i := range line {
		noise[i] = 100 + []float64{0, 3, -2, 1, -3, 2, -1}[i*5%7]
		line[i] = noise[i] + 2*float64(i)
		step[i] = noise[i]
		if i >= 40 {
			step[i] -= 50
		}
	}
	s := forecast.Series{Bucket: forecast.Month, Values: line}
	require.Empty(t, describe(t, s).Changes.Changes)
	require.Equal(t, kendall.Rising, describe(t, s).Direction)
	s.Values = step
	d := describe(t, s)
	require.Len(t, d.Changes.Changes, 1)
	require.Equal(t, 40, d.Changes.Changes[0].Position)
	s.Values = noise
	require.Equal(t, kendall.NoTrend, describe(t, s).Direction)
	require.Empty(t, describe(t, s).Changes.Changes)
	s.Censored = []int{5, 6}
	s.Values = append([]float64(nil), noise...)
	s.Values[5], s.Values[6] = 0, 0
	d = describe(t, s)
	require.Equal(t, forecast.CensoredDemand, d.Warnings[0].Code)
	require.InDelta(t, 100, d.Mean, 2)
	require.Zero(t, s.Values[5], "the argument is left alone")
}

func TestAlwaysAnAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]float64{0, 1, 20, 1e15}).Draw(t, "size")
		y := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
			return size * float64(rapid.IntRange(-3, 12).Draw(t, "v")) / 12
		}), 0, 50).Draw(t, "y")
		s := forecast.Series{Values: y, Season: rapid.IntRange(0, 13).Draw(t, "season")}
		s.Bucket = rapid.SampledFrom(forecast.Buckets()).Draw(t, "bucket")
		if len(y) > 0 {
			place := rapid.SliceOfN(rapid.IntRange(0, len(y)-1), 0, len(y))
			s.Missing, s.Closed, s.Censored = place.Draw(t, "missing"), place.Draw(t, "closed"), place.Draw(t, "censored")
			for _, i := range s.Missing {
				y[i] = math.NaN()
			}
		}
		d := describe(t, s)
		_, err := json.Marshal(d) // which refuses what is no number
		require.NoError(t, err)
		require.NotEmpty(t, d.Text)
		for _, line := range d.Text {
			require.NotContains(t, line, "NaN")
			require.NotContains(t, line, "Inf")
		}
		require.Equal(t, d, describe(t, s))
		// The parts keep nothing back.
		for _, part := range [][]insight.Warning{d.Trend.Warnings, d.Changes.Warnings, d.Lifecycle.Trend.Warnings, d.Lifecycle.Warnings} {
			for _, w := range part {
				require.True(t, insight.Warned(d.Warnings, w.Code), w.Text)
			}
		}
		for _, w := range d.Lifecycle.Trend.Warnings {
			require.True(t, insight.Warned(d.Lifecycle.Warnings, w.Code), w.Text)
		}
	})
	_, err := trend.Describe(forecast.Series{}, trend.Config{Level: 7})
	require.ErrorContains(t, err, "series.bucket")
	require.ErrorContains(t, err, "config.level")
}

// One op describes one series.
func BenchmarkDescribe(b *testing.B) {
	b.Run("monthly144", func(b *testing.B) { benchmark(b, 144) })
	b.Run("longest", func(b *testing.B) { benchmark(b, forecast.MaxValues) })
}

func benchmark(b *testing.B, n int) {
	s := forecast.Series{Bucket: forecast.Month, Season: 12, Values: make([]float64, n)}
	for i := range s.Values {
		s.Values[i] = 100 + float64(i)/2 + float64(i*7919%37) + 20*float64(i%12)
	}
	for range b.N {
		describe(b, s)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "series/s")
}
