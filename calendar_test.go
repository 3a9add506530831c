package tandem_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

func zone(t require.TestingT, name string) *time.Location {
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

func hours(texts ...string) []tandem.Hours {
	var out []tandem.Hours
	for _, s := range texts {
		out = append(out, tandem.Hours{From: must(tandem.ParseTimeOfDay(s[:5])), Until: must(tandem.ParseTimeOfDay(s[6:]))})
	}
	return out
}

func everyDay(h []tandem.Hours) tandem.WorkingWeek {
	return tandem.WorkingWeek{Monday: h, Tuesday: h, Wednesday: h, Thursday: h, Friday: h, Saturday: h, Sunday: h}
}

// office is Monday to Friday with a lunch break, eight hours a day, closed on
// Christmas and open on one Saturday morning.
func office() tandem.CalendarSpec {
	h := hours("09:00-12:30", "13:30-18:00")
	return tandem.CalendarSpec{
		Zone: "Europe/London",
		Week: tandem.WorkingWeek{Monday: h, Tuesday: h, Wednesday: h, Thursday: h, Friday: h},
		Exceptions: []tandem.CalendarException{
			{Date: date("2026-12-25"), Reason: "Christmas Day"},
			{Date: date("2026-12-19"), Hours: hours("08:00-12:00"), Reason: "Saturday before Christmas"},
			{Date: date("2026-12-24"), Hours: hours("09:00-12:00"), Reason: "Christmas Eve"},
		},
	}
}

func calendar(t require.TestingT, spec tandem.CalendarSpec) *tandem.Calendar {
	c, err := tandem.NewCalendar(spec, zone(t, spec.Zone))
	require.NoError(t, err)
	return c
}

func date(s string) tandem.Date { return must(tandem.ParseDate(s)) }

func instant(s string) tandem.Instant { return must(tandem.ParseInstant(s)) }

func TestCalendarAddByHand(t *testing.T) {
	c := calendar(t, office())
	for _, x := range []struct {
		name, from string
		add        time.Duration
		want       string
	}{
		{"within the morning", "2026-11-20T09:15:00Z", time.Hour, "2026-11-20T10:15:00Z"},
		{"over lunch", "2026-11-20T12:00:00Z", time.Hour, "2026-11-20T14:00:00Z"},
		{"over the weekend", "2026-11-20T16:00:00Z", 3 * time.Hour, "2026-11-23T10:00:00Z"},
		{"asked at night, counts from the opening", "2026-11-19T22:00:00Z", time.Hour, "2026-11-20T10:00:00Z"},
		{"asked on a Sunday", "2026-11-22T12:00:00Z", 8 * time.Hour, "2026-11-23T18:00:00Z"},
		{"a deadline at closing time is that evening", "2026-11-20T16:00:00Z", 2 * time.Hour, "2026-11-20T18:00:00Z"},
		{"a deadline at the lunch break", "2026-11-20T11:30:00Z", time.Hour, "2026-11-20T12:30:00Z"},
		{"a half day, then a holiday and a weekend", "2026-12-24T11:00:00Z", 2 * time.Hour, "2026-12-28T10:00:00Z"},
		{"an extra Saturday", "2026-12-18T17:00:00Z", 2 * time.Hour, "2026-12-19T09:00:00Z"},
		{"from Friday in winter to Monday in summer", "2026-03-27T17:00:00Z", 2 * time.Hour, "2026-03-30T09:00:00Z"},
		{"nothing", "2026-11-22T12:00:00Z", 0, "2026-11-22T12:00:00Z"},
		{"back within a day", "2026-11-20T15:00:00Z", -time.Hour, "2026-11-20T14:00:00Z"},
		{"back over the weekend", "2026-11-23T10:00:00Z", -2 * time.Hour, "2026-11-20T17:00:00Z"},
		{"back to an opening stays there", "2026-11-23T10:00:00Z", -time.Hour, "2026-11-23T09:00:00Z"},
		{"back a day", "2026-11-23T18:00:00Z", -16 * time.Hour, "2026-11-20T09:00:00Z"},
	} {
		got, err := c.Add(instant(x.from), x.add)
		require.NoError(t, err, x.name)
		require.Equal(t, x.want, got.String(), x.name)
	}
}

func TestCalendarClosingPolicyNextOpening(t *testing.T) {
	spec := office()
	spec.AtClosing = tandem.ClosingNextOpening
	c := calendar(t, spec)
	for _, x := range []struct {
		name, from string
		add        time.Duration
		want       string
	}{
		{"at closing time", "2026-11-20T16:00:00Z", 2 * time.Hour, "2026-11-23T09:00:00Z"},
		{"at the lunch break", "2026-11-20T11:30:00Z", time.Hour, "2026-11-20T13:30:00Z"},
		{"before closing time", "2026-11-20T16:00:00Z", 2*time.Hour - time.Microsecond, "2026-11-20T17:59:59.999999Z"},
		{"nothing, in working time", "2026-11-20T16:00:00Z", 0, "2026-11-20T16:00:00Z"},
		{"nothing, on a Sunday", "2026-11-22T16:00:00Z", 0, "2026-11-23T09:00:00Z"},
	} {
		got, err := c.Add(instant(x.from), x.add)
		require.NoError(t, err, x.name)
		require.Equal(t, x.want, got.String(), x.name)
	}
}

// The days on which clocks change have 23 and 25 hours; in London at 01:00 UTC on
// the last Sundays of March and October (Summer Time Order 2002, SI 2002/262).
func TestCalendarWhenClocksChange(t *testing.T) {
	for _, x := range []struct {
		name, zone, date string
		hours            []tandem.Hours
		want             time.Duration
	}{
		{"a whole day when summer time begins", "Europe/London", "2026-03-29", hours("00:00-24:00"), 23 * time.Hour},
		{"a whole day when summer time ends", "Europe/London", "2026-10-25", hours("00:00-24:00"), 25 * time.Hour},
		{"a night shift into summer time", "Europe/London", "2026-03-28", hours("22:00-06:00"), 7 * time.Hour},
		{"a night shift out of summer time", "Europe/London", "2026-10-24", hours("22:00-06:00"), 9 * time.Hour},
		{"begins in the hour that is skipped", "Europe/London", "2026-03-29", hours("01:30-03:00"), time.Hour},
		{"ends in the hour that is skipped", "Europe/London", "2026-03-29", hours("00:00-01:30"), time.Hour},
		{"lies in the hour that is skipped", "Europe/London", "2026-03-29", hours("01:15-01:45"), 0},
		{"ends in the hour that comes twice", "Europe/London", "2026-10-25", hours("00:00-01:30"), 90 * time.Minute},
		{"begins in the hour that comes twice", "Europe/London", "2026-10-25", hours("01:30-03:00"), 150 * time.Minute},
		{"both sides of it together are the whole", "Europe/London", "2026-10-25", hours("00:00-01:30", "01:30-03:00"), 4 * time.Hour},
		{"midnight itself is skipped", "America/Sao_Paulo", "2018-11-04", hours("00:00-24:00"), 23 * time.Hour},
		{"a change by half an hour", "Australia/Lord_Howe", "2026-10-04", hours("00:00-24:00"), 23*time.Hour + 30*time.Minute},
		{"a date that a zone has left out", "Pacific/Apia", "2011-12-30", hours("00:00-24:00"), 0},
		{"the day after it", "Pacific/Apia", "2011-12-31", hours("00:00-24:00"), 24 * time.Hour},
	} {
		c := calendar(t, tandem.CalendarSpec{Zone: x.zone, Week: everyDay(x.hours)})
		d := date(x.date)
		if x.hours[0].Until.Minutes() < x.hours[0].From.Minutes() { // one night alone
			c = calendar(t, tandem.CalendarSpec{Zone: x.zone, Exceptions: []tandem.CalendarException{{Date: d, Hours: x.hours}}})
		}
		require.Equal(t, x.want, c.TimeOn(d), x.name)
		z := c.Zone()
		between, err := c.Between(d.AddDays(-2).At(12, 0, z), d.AddDays(2).At(12, 0, z))
		require.NoError(t, err, x.name)
		var days time.Duration
		for n := -2; n <= 2; n++ {
			days += c.TimeOn(d.AddDays(n))
		}
		if x.hours[0].From.Minutes() == 0 && x.want >= 23*time.Hour { // whole days: less the two outer halves
			days -= 24 * time.Hour
			require.Equal(t, days, between, x.name)
		}
	}
}

func TestCalendarPastMidnight(t *testing.T) {
	c := calendar(t, tandem.CalendarSpec{
		Zone: "Europe/London",
		Week: tandem.WorkingWeek{Friday: hours("22:00-06:00")},
		Exceptions: []tandem.CalendarException{
			{Date: date("2026-11-21"), Hours: hours("05:00-09:00")}, // runs into the night shift: no hour counts twice
			{Date: date("2026-11-28")},                              // a holiday; Friday's shift runs to its end
		},
	})
	require.True(t, c.IsWorking(instant("2026-11-20T23:00:00Z")))
	require.True(t, c.IsWorking(instant("2026-11-21T05:59:59.999999Z")))
	require.True(t, c.IsWorking(instant("2026-11-21T06:00:00Z")))
	require.False(t, c.IsWorking(instant("2026-11-21T09:00:00Z")))
	require.True(t, c.IsWorking(instant("2026-11-28T05:00:00Z")))
	require.False(t, c.IsWorking(instant("2026-11-28T06:00:00Z")))
	require.False(t, c.IsWorkingDay(date("2026-11-28")))
	require.Equal(t, 3*time.Hour, c.TimeOn(date("2026-11-21")))
	between, err := c.Between(instant("2026-11-20T12:00:00Z"), instant("2026-11-21T12:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, 11*time.Hour, between)
	back, err := c.Add(instant("2026-11-21T12:00:00Z"), -10*time.Hour)
	require.NoError(t, err)
	require.Equal(t, "2026-11-20T23:00:00Z", back.String())
	opening, err := c.NextOpening(instant("2026-11-21T09:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, "2026-11-27T22:00:00Z", opening.String())
}

func TestWorkingDaysByHand(t *testing.T) {
	c := calendar(t, office())
	for _, x := range []struct {
		name, from string
		n          int
		want       string
	}{
		{"the day after", "2026-11-18", 1, "2026-11-19"},
		{"over a weekend", "2026-11-20", 1, "2026-11-23"},
		{"over a leap day", "2024-02-28", 2, "2024-03-01"},
		{"over an extra Saturday", "2026-12-18", 2, "2026-12-21"},
		{"over Christmas", "2026-12-23", 2, "2026-12-28"},
		{"none", "2026-11-22", 0, "2026-11-22"},
		{"back over a weekend", "2026-11-23", -1, "2026-11-20"},
		{"from a Sunday back", "2026-11-22", -1, "2026-11-20"},
	} {
		got, err := c.AddWorkingDays(date(x.from), x.n)
		require.NoError(t, err, x.name)
		require.Equal(t, x.want, got.String(), x.name)
	}
	due, err := c.OnWorkingDay(date("2026-12-25"))
	require.NoError(t, err)
	require.Equal(t, "2026-12-28", due.String())
	due, err = c.OnWorkingDay(due)
	require.NoError(t, err)
	require.Equal(t, "2026-12-28", due.String())
	n, err := c.WorkingDaysBetween(date("2024-02-26"), date("2024-03-04"))
	require.NoError(t, err)
	require.Equal(t, 5, n)
}

func TestCalendarSearchesAreBounded(t *testing.T) {
	shut := calendar(t, tandem.CalendarSpec{Zone: "UTC"})
	at, d := instant("2026-11-20T16:00:00Z"), date("2026-11-20")
	_, err1 := shut.NextOpening(at)
	_, err2 := shut.Add(at, time.Microsecond)
	_, err3 := shut.Add(at, -time.Microsecond)
	_, err4 := shut.AddWorkingDays(d, 1)
	_, err5 := shut.AddWorkingDays(d, -1)
	_, err6 := shut.OnWorkingDay(d)
	_, err7 := shut.Between(at, instant("2226-11-20T16:00:00Z"))
	_, err8 := shut.WorkingDaysBetween(d, date("2226-11-20"))
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
		require.ErrorIs(t, err, tandem.ErrOutOfRange, i)
		require.ErrorIs(t, err, tandem.ErrInvalid, i)
		var limit *tandem.CalendarLimitError
		require.ErrorAs(t, err, &limit, i)
		require.Equal(t, d, limit.From)
		require.NotEmpty(t, limit.Error())
	}
	open := calendar(t, tandem.CalendarSpec{Zone: "UTC", Week: everyDay(hours("00:00-24:00"))})
	last := instant("9999-12-31T23:00:00Z")
	_, err := open.Add(last, 2*time.Hour)
	require.ErrorIs(t, err, tandem.ErrOutOfRange)
	for _, err := range []error{
		second(open.Add(tandem.Instant{}, time.Hour)), second(open.NextOpening(tandem.Instant{})),
		second(open.Between(tandem.Instant{}, last)), second(open.AddWorkingDays(tandem.Date{}, 1)),
		second(open.AddWorkingDays(date("9999-12-31"), 1)), second(open.WorkingDaysBetween(tandem.Date{}, d)),
	} {
		require.ErrorIs(t, err, tandem.ErrOutOfRange)
	}
	require.False(t, open.IsWorking(tandem.Instant{}))
	require.False(t, open.IsWorkingDay(tandem.Date{}))
}

func second[T any](_ T, err error) error { return err }

func TestCalendarSpecIsChecked(t *testing.T) {
	spec := office()
	spec.Zone = "Local"
	spec.AtClosing = "noon"
	spec.Week.Monday = hours("09:00-12:00", "11:00-18:00")
	spec.Week.Sunday = hours("22:00-10:00")
	spec.Week.Tuesday = hours("09:00-09:00")
	spec.Exceptions = append(spec.Exceptions, tandem.CalendarException{Date: date("2026-12-25")}, tandem.CalendarException{})
	_, err := tandem.NewCalendar(spec, time.UTC)
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	var found []string
	for _, f := range invalid.Faults {
		found = append(found, f.Code+" "+f.Path)
	}
	require.Equal(t, []string{
		"zone zone", "closing_policy at_closing", "hours_overlap week.sunday", "hours_overlap week.monday[1]",
		"hours_empty week.tuesday[0]", "date exceptions[4].date", "duplicate exceptions", "zone_mismatch zone"}, found)
	_, err = tandem.NewCalendar(office(), zone(t, "Europe/Paris"))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = tandem.NewCalendar(office(), nil)
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestCalendarSpecIsCopied(t *testing.T) {
	spec := office()
	c := calendar(t, spec)
	spec.Week.Monday[0] = tandem.Hours{}
	spec.Exceptions[0].Date = date("2026-11-20")
	c.Spec().Exceptions[0].Hours[0] = tandem.Hours{}
	require.True(t, c.IsWorking(instant("2026-11-23T10:00:00Z")))
	text, err := json.Marshal(c.Spec())
	require.NoError(t, err)
	var back tandem.CalendarSpec
	require.NoError(t, tandem.DecodeJSON(text, &back))
	require.Equal(t, c.Spec(), back)
	require.Equal(t, tandem.ClosingSameEvening, back.AtClosing)
	require.Equal(t, "2026-12-19", back.Exceptions[0].Date.String())
}

func TestTimeOfDayText(t *testing.T) {
	for _, s := range []string{"00:00", "09:30", "24:00"} {
		require.Equal(t, s, must(tandem.ParseTimeOfDay(s)).String())
	}
	for _, s := range []string{"", "9:30", "24:01", "12:60", "-1:00", "12.30", "12:3a"} {
		_, err := tandem.ParseTimeOfDay(s)
		require.ErrorIs(t, err, tandem.ErrInvalid, s)
	}
	var p tandem.ClosingPolicy
	require.ErrorIs(t, p.UnmarshalText([]byte("")), tandem.ErrInvalid)
	for _, want := range tandem.ClosingPolicies() {
		require.NoError(t, p.UnmarshalText([]byte(want)))
		require.True(t, p.Valid())
	}
}

func TestCalendarLimitErrorIsOne(t *testing.T) {
	err := error(&tandem.CalendarLimitError{From: date("2026-11-20"), Days: 1})
	require.False(t, errors.Is(err, tandem.ErrNotFound))
	require.Equal(t, "calendar: not enough working time within 1 days of 2026-11-20", err.Error())
}

func BenchmarkCalendarAdd(b *testing.B) {
	c := calendar(b, office())
	at := instant("2026-11-20T16:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Add(at, 24*time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}
