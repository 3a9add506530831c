package forecast_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Raising steps below zero to zero once made the mean of demand over a lead time up to four times the sum of the points.
func TestDemandHasTheMeanOfThePoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.SampledFrom([]float64{0.03, 0.1, 0.3, 0.8}).Draw(t, "share")
		s := forecast.Series{Bucket: forecast.Day, Season: 6, Values: sometimes(rapid.IntRange(4, 90).Draw(t, "n"), share, rapid.Uint64().Draw(t, "seed"))}
		if rapid.Bool().Draw(t, "bulk") {
			s.Values[len(s.Values)/2] = 60
		}
		m := rapid.SampledFrom(forecast.Methods()).Draw(t, "method")
		fit, err := m.Fit(s, forecast.Config{NonNegative: true, Paths: 4000})
		require.NoError(t, err)
		n := rapid.IntRange(1, 12).Draw(t, "lead")
		d, err := fit.Demand(forecast.FixedLeadTime(n))
		require.NoError(t, err)
		want := 0.0
		for _, p := range fit.Forecast(n).Points {
			want += p
		}
		if want == 0 { // all points were raised
			require.GreaterOrEqual(t, d.Samples[0], 0.0)
			return
		}
		require.InDelta(t, want, d.Mean(), 6*d.Deviation()/math.Sqrt(4000)+0.01*want+1e-9, m)
		require.GreaterOrEqual(t, d.Samples[0], 0.0)
	})
}

func TestDemandOfAnySeries(t *testing.T) {
	day := func(values ...float64) forecast.Series { return forecast.Series{Bucket: forecast.Day, Values: values} }
	closed := day(3, 0, 4, 1, 0, 5, 2, 0, 3, 1, 0, 2)
	closed.ClosedAhead = []int{0, 1, 2, 99, -1}
	for name, s := range map[string]forecast.Series{
		"none": day(), "one": day(7), "zero": day(0, 0, 0, 0, 0, 0), "constant": day(5, 5, 5, 5, 5, 5, 5),
		"tiny": day(1e-300, 0, 2e-300, 0, 0, 1e-300, 0, 3e-300), "huge": day(1e15, 0, 3, 1e15, 0, 0, 1, 1e14), "closed": closed,
	} {
		for _, m := range forecast.Methods() {
			fit, err := m.Fit(s, forecast.Config{NonNegative: true, Paths: 100})
			require.NoError(t, err)
			all, err := fit.Demands(forecast.FixedLeadTime(1), forecast.FixedLeadTime(3), forecast.LeadTime{0, 0, 0, 0, 0.5, 0.5})
			require.NoError(t, err)
			for i, d := range all {
				require.Len(t, d.Samples, 100)
				require.True(t, slices.IsSorted(d.Samples))
				require.True(t, d.Samples[0] >= 0 && !math.IsInf(d.Samples[99], 0) && !math.IsNaN(d.Mean()+d.Deviation()), "%s %s", name, m)
				if name == "closed" && i < 2 {
					require.Zero(t, d.Samples[99])
				}
			}
		}
	}
}

// The error of a mean or slope is the same in all steps of a future: of five values with variance σ², the sum of the next
// eight by their mean has 8σ² + 64σ²/5, by their line Σj² σ² + 36² σ²/4 with j = 1 … 8 (204).
func TestDemandKnowsTheErrorOfMeanAndSlope(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Values: []float64{103, 96, 101, 97, 104}}
	for m, want := range map[forecast.Method]float64{forecast.Mean: 8 + 64.0/5, forecast.Drift: 204 + 36*36/4.0, forecast.Naive: 204} {
		fit, err := m.Fit(s, forecast.Config{Paths: 20000})
		require.NoError(t, err)
		d, err := fit.Demand(forecast.FixedLeadTime(8))
		require.NoError(t, err)
		one := fit.Forecast(1).Deviations[0]
		switch m {
		case forecast.Mean:
			one /= math.Sqrt(1.2)
		case forecast.Drift:
			one /= math.Sqrt(1.25)
		}
		require.InEpsilon(t, one*math.Sqrt(want), d.Deviation(), 0.02, m)
	}
}

// A lead time of 1 or 3 buckets and one of 2 more: of each future the longer includes the shorter, and the mean is that of
// the lengths.
func TestDemandOverRandomLeadTimes(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Values: sometimes(120, 0.3, 5)}
	lead := forecast.LeadTime{0, 0.75, 0, 0.25}
	both := lead.Plus(2)
	for _, m := range []forecast.Method{forecast.IMAPA, forecast.TSB, forecast.SES, forecast.Auto} {
		fit, err := m.Fit(s, forecast.Config{Paths: 8000, NonNegative: m != forecast.SES})
		require.NoError(t, err)
		all, err := fit.Demands(lead, both)
		require.NoError(t, err)
		point := fit.Forecast(1).Points[0] // all steps have the same
		require.InEpsilon(t, 1.5*point, all[0].Mean(), 0.07, m)
		require.InEpsilon(t, 3.5*point, all[1].Mean(), 0.07, m)
		require.InEpsilon(t, 2*point, all[1].Mean()-all[0].Mean(), 0.05, m)
		alone, err := fit.Demand(lead)
		require.NoError(t, err)
		if m == forecast.SES {
			require.Equal(t, alone, all[0])
			continue
		}
		require.InEpsilon(t, alone.Mean(), all[0].Mean(), 0.05, m)
		for i, v := range all[0].Samples {
			require.LessOrEqual(t, v, all[1].Samples[i])
		}
	}
	fit, err := forecast.Naive.Fit(s, forecast.Config{})
	require.NoError(t, err)
	_, err = fit.Demands(lead, forecast.LeadTime{0.5})
	require.ErrorContains(t, err, "leads[1]")
	none, err := fit.Demands()
	require.NoError(t, err)
	require.Empty(t, none)
}

// Of four values, three known, only ARIMA has an answer of its own, a mean of zero. The mean of all, 4.125e14, stands in for
// three members and the last value, 1e14, for that with a trend: a fifth of the sum is 2.675e14.
func TestMembersWithoutAnAnswerKeepTheirWeight(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Month, Values: []float64{100, 1e15, math.NaN(), 1e14}, Missing: []int{2}}
	f, err := forecast.Combination.Make(s, forecast.Config{})
	require.NoError(t, err)
	require.Equal(t, "mean of mean (3), naive, arima", f.Model)
	require.InDelta(t, 2.675e14, f.Points[0], 1e6)
	require.Equal(t, insight.Warning{Code: forecast.MissingValues, Text: "missing values were interpolated", Positions: []int{2}}, f.Warnings[0])
	require.True(t, insight.Warned(f.Warnings, forecast.FellBack))
}

func TestOutliersAreNamedByPosition(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Values: []float64{9, 11, 10, 12, 9, 500, 10, 11, 9, 10, 12, 10}}
	f, err := forecast.Naive.Make(s, forecast.Config{})
	require.NoError(t, err)
	require.Equal(t, []int{5}, f.Warnings[0].Positions)
}

// Calendars of their own, and an end asked for after the second series.
func TestMakeAllWithCalendarsAndAnEnd(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Values: []float64{5, 6, 5, 5}}
	list := []forecast.Series{s, s, s, s}
	list[1].ClosedAhead = []int{1}
	answers := forecast.Naive.MakeAll(list, forecast.Config{Horizon: 3, ClosedAhead: []int{2}}, 1, func(n int) bool { return n < 2 })
	require.Equal(t, []float64{5, 5, 0}, answers[0].Forecast.Points)
	require.Equal(t, []float64{5, 0, 0}, answers[1].Forecast.Points)
	require.ErrorIs(t, answers[2].Err, context.Canceled)
	require.ErrorIs(t, answers[3].Err, context.Canceled)
}

// A trend that has fallen below zero: the points are raised to zero, and what is uncertain about them stays, as in the intervals.
func TestDemandAtPointsOfZero(t *testing.T) {
	var s forecast.Series
	s.Bucket = forecast.Day
	for i := range 30 {
		s.Values = append(s.Values, max(60-2.1*float64(i)+float64(i*5%7-3), 0))
	}
	fit, err := forecast.Holt.Fit(s, forecast.Config{NonNegative: true, Paths: 20_000})
	require.NoError(t, err)
	f := fit.Forecast(3)
	require.Equal(t, []float64{0, 0, 0}, f.Points)
	require.Positive(t, f.Intervals[1].Upper[0])
	d, err := fit.Demand(forecast.FixedLeadTime(1))
	require.NoError(t, err)
	require.Zero(t, d.Samples[0])
	require.Positive(t, d.Mean())
	require.InEpsilon(t, f.Intervals[1].Upper[0], d.Quantile(0.975), 0.05)
	closed := s
	closed.ClosedAhead = []int{0, 1, 2}
	fit, err = forecast.Holt.Fit(closed, forecast.Config{NonNegative: true})
	require.NoError(t, err)
	d, err = fit.Demand(forecast.FixedLeadTime(3))
	require.NoError(t, err)
	require.Zero(t, d.Mean())
}

// A delivery within the bucket passes no demand, whatever the method, alone or among other lengths; {1} is how it is written.
func TestDemandOverALeadTimeOfNought(t *testing.T) {
	require.Equal(t, forecast.LeadTime{1}, forecast.FixedLeadTime(0))
	require.Equal(t, forecast.LeadTime{0, 0, 0, 1}, forecast.FixedLeadTime(3))
	require.Equal(t, forecast.FixedLeadTime(0), forecast.FixedLeadTime(-1))
	require.Equal(t, forecast.FixedLeadTime(forecast.MaxLeadTime), forecast.FixedLeadTime(forecast.MaxLeadTime+1))
	require.NoError(t, forecast.FixedLeadTime(forecast.MaxLeadTime).Validate())
	require.Error(t, forecast.FixedLeadTime(forecast.MaxLeadTime).Plus(1).Validate())
	s := forecast.Series{Bucket: forecast.Week, Values: []float64{4, 0, 7, 3, 0, 0, 9, 2, 5, 1, 0, 6}}
	none, half := forecast.FixedLeadTime(0), forecast.LeadTime{0.5, 0.5}
	for _, m := range forecast.Methods() {
		fit, err := m.Fit(s, forecast.Config{Paths: 100})
		require.NoError(t, err)
		d, err := fit.Demand(none)
		require.NoError(t, err)
		require.Equal(t, make([]float64, 100), d.Samples, m)
		all, err := fit.Demands(none, forecast.FixedLeadTime(2), half, none.Plus(1))
		require.NoError(t, err)
		one, err := fit.Demands(forecast.FixedLeadTime(1), forecast.FixedLeadTime(2))
		require.NoError(t, err)
		require.Equal(t, d, all[0], m)
		require.Equal(t, one[1], all[1], m)
		require.Equal(t, one[0], all[3], m)
		within := 0
		for _, v := range all[2].Samples {
			if v == 0 {
				within++
			}
		}
		require.GreaterOrEqual(t, within, 50, "half of the futures are delivered before any demand")
	}
}

func TestLengthsOfALeadTime(t *testing.T) {
	lead := forecast.LeadTime{0.25, 0, 0.5, 0.25}
	require.Equal(t, 3, lead.Longest())
	require.InDelta(t, 0.5*2+0.25*3, lead.Mean(), 1e-15)
	require.Equal(t, forecast.LeadTime{0, 0, 0.25, 0, 0.5, 0.25}, lead.Plus(2))
	require.Equal(t, lead, lead.Plus(-1))
	require.Zero(t, forecast.LeadTime(nil).Longest())
}
