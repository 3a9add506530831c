package demand_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/forecast/demand"
)

func day(y int, m time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(y, m, d)
	if err != nil {
		panic(err)
	}
	return date
}

func TestGatherLeavesBrokenBucketsOut(t *testing.T) {
	lines := []demand.Line{
		{Date: day(2024, time.January, 20), Ordered: 5},
		{Date: day(2024, time.February, 3), Ordered: 10, Cancelled: 4},
		{Date: day(2024, time.February, 29), Ordered: 2},
		{Date: day(2024, time.March, 31), Ordered: 400},
		{Date: day(2024, time.April, 9), Ordered: 3},
	}
	g, err := demand.Gather(lines, demand.Gathering{Bucket: forecast.Month, From: day(2024, time.January, 15), Until: day(2024, time.April, 9)})
	require.NoError(t, err)
	require.Equal(t, day(2024, time.February, 1), g.Series.Start)
	require.Equal(t, []float64{8, 400}, g.Series.Values)
	require.Equal(t, []int{0, 4}, g.Outside)
	require.Equal(t, []int{3}, g.Bulk)
	require.Equal(t, forecast.BrokenBucket, g.Warnings[0].Code)
	g, err = demand.Gather(lines, demand.Gathering{Bucket: forecast.Day, From: day(2024, time.February, 1), Until: day(2024, time.February, 7), ClosedWeekdays: []time.Weekday{time.Sunday}})
	require.NoError(t, err)
	require.Equal(t, []int{3}, g.Series.Closed) // 4 February 2024 is a Sunday
	require.Len(t, g.Series.Values, 7)
	g, err = demand.Gather(lines, demand.Gathering{Bucket: forecast.Week, From: day(2024, time.January, 1), Until: day(2024, time.April, 9), WithoutBulk: true})
	require.NoError(t, err)
	require.Len(t, g.Series.Values, 14)
}

// Of lines of 5 at the median, 15 is bulk from three times on, 14 is not, and nothing ordered never is.
func TestBulkIsFromItsLimit(t *testing.T) {
	at := day(2024, time.May, 6)
	lines := []demand.Line{{Date: at, Ordered: 5}, {Date: at, Ordered: 5}, {Date: at, Ordered: 15}, {Date: at, Ordered: 14}, {Date: at, Ordered: 2}, {Date: at}}
	g, err := demand.Gather(lines, demand.Gathering{Bucket: forecast.Day, From: at, Until: at, Bulk: 3})
	require.NoError(t, err)
	require.Equal(t, []int{2}, g.Bulk)
	g, err = demand.Gather([]demand.Line{{Date: at}, {Date: at, Ordered: 2, Cancelled: 2}}, demand.Gathering{Bucket: forecast.Day, From: at, Until: at})
	require.NoError(t, err)
	require.Empty(t, g.Bulk)
}

// Nothing is lost: what is in the series and what is outside is all that was asked
// for, and every bucket lies within the records.
func TestGatherKeepsTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := day(2023, time.January, 1).AddDays(rapid.IntRange(0, 400).Draw(t, "from"))
		until := from.AddDays(rapid.IntRange(0, 900).Draw(t, "length"))
		bucket := rapid.SampledFrom(forecast.Buckets()[1:]).Draw(t, "bucket")
		var lines []demand.Line
		sum := 0.0
		for range rapid.IntRange(0, 30).Draw(t, "lines") {
			l := demand.Line{Date: from.AddDays(rapid.IntRange(-20, 920).Draw(t, "day")), Ordered: float64(rapid.IntRange(0, 50).Draw(t, "ordered"))}
			lines, sum = append(lines, l), sum+l.Ordered
		}
		g, err := demand.Gather(lines, demand.Gathering{Bucket: bucket, From: from, Until: until})
		require.NoError(t, err)
		for _, v := range g.Series.Values {
			sum -= v
		}
		for _, i := range g.Outside {
			sum -= lines[i].Ordered
		}
		require.Zero(t, sum)
		if n := len(g.Series.Values); n > 0 {
			require.False(t, g.Series.Start.Before(from))
			require.False(t, bucket.Add(g.Series.Start, n).AddDays(-1).After(until))
		}
		require.NoError(t, g.Series.Validate())
	})
}

func TestGatherNamesAllFaults(t *testing.T) {
	_, err := demand.Gather([]demand.Line{{Ordered: 1, Cancelled: -1}}, demand.Gathering{Bulk: -1})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 4)
}

func TestGatherListsWhatItDoesNotUse(t *testing.T) {
	lines := []demand.Line{
		{Date: day(2024, time.January, 1), Ordered: 5},
		{Date: day(2024, time.January, 2), Ordered: -5},
		{Date: day(2024, time.January, 3), Ordered: 2, Cancelled: 3},
		{Date: day(2024, time.January, 4), Ordered: 2, Cancelled: 2},
	}
	of := func(b forecast.Bucket, weekdays ...time.Weekday) (demand.Gathered, error) {
		return demand.Gather(lines, demand.Gathering{Bucket: b, From: day(2024, time.January, 1), Until: day(2024, time.January, 7), ClosedWeekdays: weekdays})
	}
	g, err := of(forecast.Week)
	require.NoError(t, err)
	require.Equal(t, []float64{5}, g.Series.Values)
	require.Equal(t, []int{1, 2}, g.Negative)
	require.Equal(t, demand.NegativeLine, g.Warnings[0].Code)
	g, err = of(forecast.Week, time.Sunday)
	require.NoError(t, err)
	require.Equal(t, demand.WeekdaysUnused, g.Warnings[0].Code)
	require.Empty(t, g.Series.Closed)
	_, err = of(forecast.Day, time.Sunday, 7, -1)
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 2)
	require.Equal(t, "closed_weekdays[1]", invalid.Faults[0].Path)
}

// All codes are listed, each once and in the form of one, and those of an answer are among them.
func TestWarningCodesAreListed(t *testing.T) {
	codes := demand.WarningCodes()
	for i, c := range codes {
		require.True(t, c.Valid(), c)
		require.Equal(t, i, slices.Index(codes, c))
	}
	at := day(2024, time.May, 7)
	g, err := demand.Gather([]demand.Line{{Date: at, Ordered: 1}, {Date: at, Ordered: 1}, {Date: at, Ordered: 90}, {Date: at, Ordered: -1}},
		demand.Gathering{Bucket: forecast.Week, From: at, Until: at.AddDays(20), ClosedWeekdays: []time.Weekday{time.Sunday}})
	require.NoError(t, err)
	seen := map[insight.WarningCode]bool{}
	for _, w := range g.Warnings {
		require.Contains(t, codes, w.Code)
		seen[w.Code] = true
	}
	require.Len(t, seen, len(codes))
}
