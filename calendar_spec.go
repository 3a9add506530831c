package tandem

import (
	"slices"
	"time"
)

// TimeOfDay is a time on a civil day to the minute, from 00:00 to 24:00, which is
// the end of the day. Its text form is `09:30`.
type TimeOfDay struct{ minutes int16 }

const minutesPerDay = 24 * 60

// NewTimeOfDay gives the time, or an error beyond 24:00.
func NewTimeOfDay(hour, minute int) (TimeOfDay, error) {
	if hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour == 24 && minute > 0 {
		return TimeOfDay{}, timeOfDayError()
	}
	return TimeOfDay{int16(hour*60 + minute)}, nil
}

// ParseTimeOfDay reads HH:MM.
func ParseTimeOfDay(s string) (t TimeOfDay, err error) {
	if s == "" {
		err = timeOfDayError()
	} else {
		err = t.UnmarshalText([]byte(s))
	}
	return t, unreadable("time of day", s, "HH:MM from 00:00 to 24:00", err)
}

func timeOfDayError() error {
	return &InvalidError{Subject: "time of day", Faults: []Fault{{
		Code: "time_of_day", Path: "time", Message: "want HH:MM from 00:00 to 24:00"}}}
}

// Minutes gives the minutes since midnight, 0 to 1,440.
func (t TimeOfDay) Minutes() int { return int(t.minutes) }

// String gives HH:MM.
func (t TimeOfDay) String() string {
	out, _ := t.AppendText(nil)
	return string(out)
}

// AppendText appends HH:MM.
func (t TimeOfDay) AppendText(dst []byte) ([]byte, error) {
	return appendTwo(append(appendTwo(dst, int(t.minutes)/60), ':'), int(t.minutes)%60), nil
}

// MarshalText gives HH:MM.
func (t TimeOfDay) MarshalText() ([]byte, error) { return t.AppendText(nil) }

// UnmarshalText reads HH:MM and nothing else.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	if len(text) != 5 || text[2] != ':' {
		return timeOfDayError()
	}
	parsed, err := NewTimeOfDay(digits(text[:2]), digits(text[3:]))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

// Hours is one range of working time, [From, Until). An Until that is earlier
// than From is on the next day: 22:00 to 06:00 is a night shift, and belongs to
// the day on which it begins. The whole day is 00:00 to 24:00.
type Hours struct {
	From  TimeOfDay `json:"from"`
	Until TimeOfDay `json:"until"`
}

// end gives the minutes from the day's midnight to the end of the range.
func (h Hours) end() int {
	if h.Until.minutes < h.From.minutes {
		return h.Until.Minutes() + minutesPerDay
	}
	return h.Until.Minutes()
}

// WorkingWeek has the ranges of working time of each day of the week, in
// ascending order. A day without ranges is closed.
type WorkingWeek struct {
	Monday    []Hours `json:"monday,omitempty"`
	Tuesday   []Hours `json:"tuesday,omitempty"`
	Wednesday []Hours `json:"wednesday,omitempty"`
	Thursday  []Hours `json:"thursday,omitempty"`
	Friday    []Hours `json:"friday,omitempty"`
	Saturday  []Hours `json:"saturday,omitempty"`
	Sunday    []Hours `json:"sunday,omitempty"`
}

func (w WorkingWeek) days() [7][]Hours {
	return [7][]Hours{w.Sunday, w.Monday, w.Tuesday, w.Wednesday, w.Thursday, w.Friday, w.Saturday}
}

// CalendarException replaces the hours of one date, either way: without hours the
// date is closed (a public holiday), with hours it is open for them, whatever the
// day of the week (an extra opening, a half day). A night shift that began the day
// before runs to its end.
type CalendarException struct {
	Date   Date    `json:"date"`
	Hours  []Hours `json:"hours,omitempty"`
	Reason string  `json:"reason,omitempty"`
}

// ClosingPolicy says where a deadline lies that falls exactly on the end of
// working time: both have the same working time before them.
type ClosingPolicy string

// The closing policies.
const (
	ClosingSameEvening ClosingPolicy = "same_evening" // at the end of working time: the default
	ClosingNextOpening ClosingPolicy = "next_opening" // when working time begins again
)

// ClosingPolicies lists the policies.
func ClosingPolicies() []ClosingPolicy {
	return []ClosingPolicy{ClosingSameEvening, ClosingNextOpening}
}

// Valid reports whether p is one of [ClosingPolicies].
func (p ClosingPolicy) Valid() bool { return p == ClosingSameEvening || p == ClosingNextOpening }

// UnmarshalText reads a policy and refuses anything else.
func (p *ClosingPolicy) UnmarshalText(text []byte) error {
	parsed := ClosingPolicy(text)
	if !parsed.Valid() {
		return &InvalidError{Subject: "closing policy", Faults: []Fault{{
			Code: "closing_policy", Path: "at_closing", Message: "must be same_evening or next_opening"}}}
	}
	*p = parsed
	return nil
}

// CalendarSpec is a [Calendar] as data: what a host keeps. Zone is the IANA name
// of the time zone in which the hours and dates are meant; AtClosing is
// [ClosingSameEvening] where it is empty.
type CalendarSpec struct {
	Zone       string              `json:"zone"`
	Week       WorkingWeek         `json:"week"`
	Exceptions []CalendarException `json:"exceptions,omitempty"`
	AtClosing  ClosingPolicy       `json:"at_closing,omitempty"`
}

// Validate reports a missing zone, ranges that are empty, out of order or overlap
// (those past midnight with the next day's, too), a date with two exceptions, an
// unknown policy, and more than the limits allow.
func (s CalendarSpec) Validate() error {
	var c Check
	c.Require(s.Zone != "" && s.Zone != "Local" && len(s.Zone) <= MaxName, "zone", "zone", "must be the IANA name of a time zone")
	c.Require(s.AtClosing == "" || s.AtClosing.Valid(), "closing_policy", "at_closing", "must be same_evening or next_opening")
	week := s.Week.days()
	for day, hours := range week {
		path := "week." + weekdayName(time.Weekday(day))
		checkHours(&c, path, hours)
		next := week[(day+1)%7]
		if len(hours) > 0 && len(next) > 0 && hours[len(hours)-1].end()-minutesPerDay > next[0].From.Minutes() {
			c.Add("hours_overlap", path, "runs past midnight into the next day's hours")
		}
	}
	c.Require(len(s.Exceptions) <= MaxCalendarExceptions, "too_many", "exceptions", "too many exceptions")
	dates := make([]Date, 0, len(s.Exceptions))
	for i, e := range s.Exceptions {
		c.Require(!e.Date.IsZero(), "date", Path("exceptions", i)+".date", "must be a date")
		c.Require(len(e.Reason) <= MaxName, "too_long", Path("exceptions", i)+".reason", "too long")
		checkHours(&c, Path("exceptions", i)+".hours", e.Hours)
		dates = append(dates, e.Date)
	}
	slices.SortFunc(dates, Date.Compare)
	for i := 1; i < len(dates); i++ {
		c.Require(dates[i] != dates[i-1], "duplicate", "exceptions", "two exceptions on "+dates[i].String())
	}
	return c.Err("calendar")
}

func checkHours(c *Check, path string, hours []Hours) {
	c.Require(len(hours) <= MaxHoursPerDay, "too_many", path, "too many ranges")
	for i, h := range hours {
		c.Require(h.From.minutes < minutesPerDay && h.From != h.Until,
			"hours_empty", Path(path, i), "must begin before it ends; a whole day is 00:00 to 24:00")
		if i > 0 {
			c.Require(hours[i-1].end() <= h.From.Minutes(), "hours_overlap", Path(path, i), "must begin when the range before has ended")
		}
	}
}

func weekdayName(d time.Weekday) string {
	return [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}[d]
}

// clone copies all that is reachable, and puts the exceptions in order.
func (s CalendarSpec) clone() CalendarSpec {
	w := &s.Week
	for _, day := range [...]*[]Hours{&w.Monday, &w.Tuesday, &w.Wednesday, &w.Thursday, &w.Friday, &w.Saturday, &w.Sunday} {
		*day = slices.Clone(*day)
	}
	s.Exceptions = slices.Clone(s.Exceptions)
	for i := range s.Exceptions {
		s.Exceptions[i].Hours = slices.Clone(s.Exceptions[i].Hours)
	}
	slices.SortFunc(s.Exceptions, func(a, b CalendarException) int { return a.Date.Compare(b.Date) })
	return s
}
