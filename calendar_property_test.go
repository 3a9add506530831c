package tandem_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
)

// anyCalendar has up to three ranges a day, nights, holidays and extra openings,
// in zones that change their clocks in every way.
func anyCalendar(t *rapid.T) *tandem.Calendar {
	name := rapid.SampledFrom([]string{"UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"}).Draw(t, "zone")
	day := func(label string) []tandem.Hours {
		var out []tandem.Hours
		from := 0
		for range rapid.IntRange(0, 3).Draw(t, label) {
			from += rapid.IntRange(0, 400).Draw(t, "from")
			until := from + rapid.IntRange(1, 400).Draw(t, "until")
			if until > 1440 {
				break
			}
			out = append(out, tandem.Hours{From: must(tandem.NewTimeOfDay(from/60, from%60)), Until: must(tandem.NewTimeOfDay(until/60, until%60))})
			from = until
		}
		return out
	}
	spec := tandem.CalendarSpec{Zone: name, AtClosing: rapid.SampledFrom(tandem.ClosingPolicies()).Draw(t, "policy"),
		Week: tandem.WorkingWeek{Monday: hours("09:00-17:00"), Tuesday: day("tuesday"), Wednesday: day("wednesday"),
			Friday: hours("21:00-03:00"), Saturday: nil, Sunday: day("sunday")}}
	start := date("2026-03-20")
	for n := range rapid.IntRange(0, 6).Draw(t, "exceptions") {
		e := tandem.CalendarException{Date: start.AddDays(n * rapid.IntRange(1, 40).Draw(t, "every"))}
		e.Hours = rapid.SampledFrom([][]tandem.Hours{nil, hours("01:00-02:00"), hours("08:00-12:00", "20:00-07:00"), hours("00:00-24:00")}).Draw(t, "hours")
		if len(spec.Exceptions) == 0 || spec.Exceptions[len(spec.Exceptions)-1].Date.Before(e.Date) {
			spec.Exceptions = append(spec.Exceptions, e)
		}
	}
	c, err := tandem.NewCalendar(spec, zone(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func anyInstantNear(t *rapid.T, label string) tandem.Instant {
	edge := rapid.SampledFrom([]string{"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-11-20T12:00:00Z", "2011-12-30T10:00:00Z", "2018-11-04T03:00:00Z"}).Draw(t, label+" edge")
	return instant(edge).Add(time.Duration(rapid.Int64Range(-20*86_400_000_000, 20*86_400_000_000).Draw(t, label)) * time.Microsecond)
}

func TestCalendarAddAndBetweenAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		at := anyInstantNear(t, "at")
		worked := time.Duration(rapid.Int64Range(-400*3_600_000_000, 400*3_600_000_000).Draw(t, "worked")) * time.Microsecond
		deadline, err := c.Add(at, worked)
		require.NoError(t, err)
		between, err := c.Between(at, deadline)
		require.NoError(t, err)
		require.Equal(t, worked, between)
		if c.IsWorking(deadline) && c.IsWorking(at) {
			back, err := c.Add(deadline, -worked)
			require.NoError(t, err)
			again, err := c.Between(at, back)
			require.NoError(t, err)
			require.Zero(t, again, "nothing lies between")
		}
		if c.Spec().AtClosing == tandem.ClosingNextOpening && worked >= 0 {
			require.True(t, c.IsWorking(deadline), "never at closing time")
		}
	})
}

func TestCalendarTimeAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		a := anyInstantNear(t, "a")
		b := a.Add(time.Duration(rapid.Int64Range(-9*86_400_000_000, 9*86_400_000_000).Draw(t, "b")) * time.Microsecond)
		d := a.Add(time.Duration(rapid.Int64Range(-9*86_400_000_000, 9*86_400_000_000).Draw(t, "c")) * time.Microsecond)
		ab, ad, bd := must(c.Between(a, b)), must(c.Between(a, d)), must(c.Between(b, d))
		require.Equal(t, ad, ab+bd)
		require.LessOrEqual(t, ab.Abs(), b.Sub(a).Abs())
		// A microsecond counts just where the calendar says that it is working.
		want := time.Duration(0)
		if c.IsWorking(a) {
			want = time.Microsecond
		}
		require.Equal(t, want, must(c.Between(a, a.Add(time.Microsecond))))
		opening, err := c.NextOpening(a)
		require.NoError(t, err)
		require.True(t, c.IsWorking(opening))
		require.Zero(t, must(c.Between(a, opening)))
		// Whole days, local noon to noon is not needed: all that begins on a date.
		first := tandem.DateIn(a, c.Zone())
		var days time.Duration
		for n := range 10 {
			days += c.TimeOn(first.AddDays(n))
		}
		from, until := first.At(0, 0, c.Zone()), first.AddDays(10).At(0, 0, c.Zone())
		spillIn := must(c.Between(from, until)) - days
		require.LessOrEqual(t, spillIn.Abs(), 24*time.Hour)
	})
}

func TestWorkingDaysAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		d := date("2026-03-20").AddDays(rapid.IntRange(-300, 300).Draw(t, "day"))
		n := rapid.IntRange(-200, 200).Draw(t, "n")
		got, err := c.AddWorkingDays(d, n)
		require.NoError(t, err)
		require.Equal(t, n, must(c.WorkingDaysBetween(d, got)))
		if n != 0 {
			require.True(t, c.IsWorkingDay(got))
		}
	})
}

// A local time is the first instant whose wall clock is not before it: found here
// by walking minute by minute.
func TestLocalTimesByWalking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom([]string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca"}).Draw(t, "zone"))
		d := date(rapid.SampledFrom([]string{"2026-03-29", "2026-10-25", "2026-11-01", "2026-03-08", "2026-10-04", "2018-11-04", "2011-12-30", "2011-12-31", "2026-02-15"}).Draw(t, "date"))
		minute := rapid.IntRange(0, 1439).Draw(t, "minute")
		y, m, day := d.Civil()
		asked := time.Date(y, m, day, 0, minute, 0, 0, time.UTC)
		walk := asked.Add(-26 * time.Hour)
		for {
			local := walk.In(z)
			wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
			if !wall.Before(asked) {
				break
			}
			walk = walk.Add(time.Minute)
		}
		require.Equal(t, tandem.InstantOf(walk), d.At(minute/60, minute%60, z))
	})
}
