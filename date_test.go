package tandem_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

// Every day of the calendar, against package time.
func TestEveryDate(t *testing.T) {
	at := time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	for n := 1; n <= 3652058; n++ {
		d := must(tandem.DateOfDayNumber(n))
		y, m, day := d.Civil()
		wantY, wantM, wantDay := at.Date()
		if y != wantY || m != wantM || day != wantDay || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d: %v, want %v", n, d, at)
		}
		if back, err := tandem.NewDate(y, m, day); err != nil || back != d {
			t.Fatalf("%v comes back as %v, %v", d, back, err)
		}
		at = at.AddDate(0, 0, 1)
	}
	require.ErrorIs(t, second(tandem.DateOfDayNumber(3652059)), tandem.ErrOutOfRange)
	require.ErrorIs(t, second(tandem.DateOfDayNumber(-1)), tandem.ErrOutOfRange)
}

func TestDateArithmeticByHand(t *testing.T) {
	for _, x := range []struct {
		from string
		n    int
		want string
	}{
		{"2024-01-31", 1, "2024-02-29"}, {"2023-01-31", 1, "2023-02-28"}, {"2024-01-31", 2, "2024-03-31"}, {"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"}, {"2024-03-31", -1, "2024-02-29"}, {"2024-12-31", 1, "2025-01-31"}, {"2024-01-31", -1, "2023-12-31"},
		{"2024-05-15", 0, "2024-05-15"}, {"9999-12-31", 1, ""}, {"0001-01-15", -1, ""}, {"2024-01-01", math.MaxInt, ""}, {"2024-01-01", math.MinInt, ""},
		{"9999-11-30", 1, "9999-12-30"}, {"1900-01-31", 1, "1900-02-28"}, {"2000-01-31", 1, "2000-02-29"},
	} {
		require.Equal(t, x.want, date(x.from).AddMonths(x.n).String(), "%s %+d", x.from, x.n)
	}
	none, d := tandem.Date{}, date("2024-02-29")
	require.True(t, none.AddDays(5).IsZero() && none.AddMonths(5).IsZero() && none.EndOfMonth().IsZero() && none.At(1, 0, nil).IsZero())
	require.True(t, d.AddDays(math.MaxInt).IsZero() && d.AddDays(math.MinInt).IsZero() && d.AddDays(-d.DayNumber()).IsZero())
	require.Equal(t, "2024-03-01", d.AddDays(1).String())
	require.Equal(t, 366, date("2025-01-01").DaysSince(date("2024-01-01")))
	require.Equal(t, "2024-02-01 2024-02-29 2024 February 29", fmt.Sprint(d.StartOfMonth(), " ", d.EndOfMonth(), " ", d.Year(), " ", d.Month(), " ", d.Day()))
	require.Equal(t, "9999-12-31", date("9999-12-01").EndOfMonth().String())
	require.True(t, d.Before(d.AddDays(1)) && d.AddDays(1).After(d) && d.Compare(d) == 0 && d.Compare(none) == 1 && none.Compare(d) == -1)
	// Two civil dates at one instant: Kiritimati is 14 hours ahead, Niue 11 behind.
	at := instant("2026-11-20T10:30:00Z")
	require.Equal(t, "2026-11-21", tandem.DateIn(at, zone(t, "Pacific/Kiritimati")).String())
	require.Equal(t, "2026-11-19", tandem.DateIn(at, zone(t, "Pacific/Niue")).String())
	require.Equal(t, "2026-11-20", tandem.DateIn(at, nil).String())
	require.True(t, tandem.DateIn(tandem.Instant{}, nil).IsZero())
	require.True(t, tandem.DateIn(instant("9999-12-31T23:00:00Z"), zone(t, "Pacific/Kiritimati")).IsZero())
	for _, bad := range []struct{ y, m, d int }{{2023, 2, 29}, {2023, 4, 31}, {2023, 13, 1}, {2023, 0, 1}, {2023, 1, 0}, {0, 1, 1}, {10000, 1, 1}, {1, 1, 1}} {
		_, err := tandem.NewDate(bad.y, time.Month(bad.m), bad.d)
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
}

func TestValidity(t *testing.T) {
	year := tandem.Validity{From: date("2026-01-01"), Until: date("2027-01-01")}
	open, before := tandem.Validity{}, tandem.Validity{Until: date("2026-01-01")}
	require.True(t, year.Contains(date("2026-01-01")) && year.Contains(date("2026-12-31")) && !year.Contains(date("2027-01-01")) && !year.Contains(date("2025-12-31")))
	require.True(t, open.Contains(date("9999-12-31")) && year.Overlaps(open) && !year.Overlaps(before) && before.Overlaps(open))
	require.NoError(t, year.Validate())
	require.NoError(t, open.Validate())
	require.ErrorIs(t, tandem.Validity{From: year.Until, Until: year.From}.Validate(), tandem.ErrInvalid)
}

func TestInstantsAtTheEdge(t *testing.T) {
	last := instant("9999-12-31T23:59:59.999999Z")
	require.True(t, last.Add(time.Microsecond).IsZero())
	require.True(t, tandem.Instant{}.Add(time.Hour).IsZero())
	require.True(t, tandem.InstantOf(time.Time{}).IsZero())
	for _, at := range []time.Time{time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)} {
		require.True(t, tandem.InstantOf(at).IsZero(), at)
	}
	for _, us := range []int64{math.MaxInt64, math.MinInt64, 253_402_300_800_000_000, -62_135_596_800_000_001} {
		require.True(t, tandem.InstantOfUnixMicro(us).IsZero())
	}
	first := instant("0001-01-01T00:00:00.000001Z")
	require.True(t, first.Add(-time.Microsecond).IsZero())
	require.EqualValues(t, 315_537_897_599_999_998, last.MicrosSince(first))
	require.EqualValues(t, math.MaxInt64, last.Sub(first), "a duration ends at 292 years")
	require.Equal(t, time.Hour, instant("2026-11-20T13:00:00Z").Sub(instant("2026-11-20T12:00:00Z")))
	require.True(t, first.Before(last) && last.After(first) && first.Compare(last) == -1 && last.Compare(first) == 1 && last.Compare(last) == 0)
	require.Equal(t, "2026-11-20T12:00:00Z", tandem.InstantOf(time.Date(2026, 11, 20, 13, 0, 0, 999, zone(t, "Europe/Paris"))).String())
}
