package tandem

import "time"

// The proleptic Gregorian calendar by arithmetic (E. G. Richards, "Calendars",
// in Explanatory Supplement to the Astronomical Almanac, 3rd ed., §15; the form
// with years that begin in March is Hinnant's), since dates are formatted and
// compared on the hot path.

const (
	daysPer400Years = 146097
	daysToMarch0    = 306 // from 0000-03-01 to 0001-01-01
)

// daysOf gives the days since 0001-01-01, for any year from 0 on.
func daysOf(year int, month time.Month, day int) int {
	y, m := year, int(month)-3 // months since March
	if m < 0 {
		y, m = y-1, m+12
	}
	era := y / 400
	if y < 0 {
		era = -1 // January and February of the year 0
	}
	yearOfEra := y - era*400
	dayOfYear := (153*m+2)/5 + day - 1
	return era*daysPer400Years + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - daysToMarch0
}

// civilOf is the inverse of daysOf, for days not before 0000-03-01.
func civilOf(days int) (year int, month time.Month, day int) {
	n := days + daysToMarch0
	era := n / daysPer400Years
	dayOfEra := n % daysPer400Years
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*dayOfYear + 2) / 153
	year, month, day = era*400+yearOfEra, time.Month(m+3), dayOfYear-(153*m+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// daysIn gives the number of days of a month.
func daysIn(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// localInstant gives the instant of so many minutes after midnight of a civil
// date, up to the next midnight and beyond. It is monotone in them: a time that
// a change of the clock skips is the moment of the change, one that occurs twice
// is the first of the two. (time.Date leaves open which of the two it gives.)
//
// It starts two days before, further than any zone's clock is from UTC, and moves
// on, change of the clock by change, to the first instant whose local time is not
// before the asked one.
func localInstant(d Date, minutes int, zone *time.Location) Instant {
	asked := (int64(d.days)-daysTo1970)*86400 + int64(minutes)*60 // seconds since 1970 if the zone were UTC
	if zone == time.UTC {
		return InstantOf(time.Unix(asked, 0))
	}
	t := time.Unix(asked-2*86400, 0).In(zone)
	for {
		_, offset := t.Zone()
		ahead := asked - t.Unix() - int64(offset)
		if ahead <= 0 {
			return InstantOf(t)
		}
		_, end := t.ZoneBounds()
		t = t.Add(time.Duration(ahead) * time.Second)
		if !end.IsZero() && t.After(end) {
			t = end
		}
	}
}
