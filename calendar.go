package tandem

import (
	"fmt"
	"slices"
	"time"
)

// Calendar is working time: a weekly pattern with several ranges a day, past
// midnight where need be, and dated exceptions, in one time zone. It is the one
// engine behind service clocks, lead times, capacity and leave. It is immutable
// and safe for any number of goroutines.
//
// Ranges are turned into instants first and measured after: a night shift from
// 22:00 to 06:00 has 7 hours when summer time begins and 9 when it ends. A time
// of day that a change of the clock skips is the moment of the change; one that
// occurs twice is the first of the two.
//
// No search goes further than [MaxCalendarDays]; one that would is a
// [CalendarLimitError].
type Calendar struct {
	spec CalendarSpec
	week [7][]Hours
	zone *time.Location
}

// NewCalendar gives the calendar of a spec. The zone is the one that the spec
// names, loaded by the host ([time.LoadLocation]), since a rule reads no files.
func NewCalendar(spec CalendarSpec, zone *time.Location) (*Calendar, error) {
	var c Check
	c.Nested("", spec.Validate())
	c.Require(zone != nil && zone.String() == spec.Zone, "zone_mismatch", "zone", "the zone given is not the one that is named")
	if err := c.Err("calendar"); err != nil {
		return nil, err
	}
	spec = spec.clone()
	if spec.AtClosing == "" {
		spec.AtClosing = ClosingSameEvening
	}
	return &Calendar{spec: spec, week: spec.Week.days(), zone: zone}, nil
}

// Spec gives the calendar as data: a deep copy, exceptions in order, the policy named.
func (c *Calendar) Spec() CalendarSpec { return c.spec.clone() }

// Zone gives the time zone.
func (c *Calendar) Zone() *time.Location { return c.zone }

// CalendarLimitError says that a search found no answer within [MaxCalendarDays].
// It matches [ErrOutOfRange] and [ErrInvalid].
type CalendarLimitError struct {
	From Date // where the search began
	Days int  // how many days it went through, negative if backward
}

func (e *CalendarLimitError) Error() string {
	return fmt.Sprintf("calendar: not enough working time within %d days of %s", e.Days, e.From)
}

// Is reports whether target is [ErrOutOfRange] or [ErrInvalid].
func (e *CalendarLimitError) Is(target error) bool {
	return target == ErrOutOfRange || target == ErrInvalid
}

// hours gives the ranges that begin on d.
func (c *Calendar) hours(d Date) []Hours {
	if d.IsZero() {
		return nil
	}
	i, found := slices.BinarySearchFunc(c.spec.Exceptions, d, func(e CalendarException, d Date) int { return e.Date.Compare(d) })
	if found {
		return c.spec.Exceptions[i].Hours
	}
	return c.week[d.Weekday()]
}

// span is working time without a break.
type span struct{ from, until Instant }

// spans appends the working time that begins on d, in order, less what a night
// shift of the day before already covers.
func (c *Calendar) spans(dst []span, d Date) []span {
	hours := c.hours(d)
	if len(hours) == 0 {
		return dst
	}
	covered := 0 // minutes of d
	if before := c.hours(d.AddDays(-1)); len(before) > 0 {
		covered = before[len(before)-1].end() - minutesPerDay
	}
	for _, h := range hours {
		from, end := max(h.From.Minutes(), covered), h.end()
		if from >= end {
			continue
		}
		s := span{localInstant(d, from, c.zone), localInstant(d, end, c.zone)}
		if s.from.Before(s.until) {
			dst = append(dst, s)
		}
	}
	return dst
}

// forward calls visit with the working time from an instant on, in order, until
// it returns false.
func (c *Calendar) forward(from Instant, visit func(span) bool) error {
	first := DateIn(from, c.zone)
	if first.IsZero() {
		return ErrOutOfRange
	}
	var buffer [8]span
	for n := -1; n <= MaxCalendarDays; n++ { // the day before may run past midnight
		for _, s := range c.spans(buffer[:0], first.AddDays(n)) {
			if s.from.Before(from) {
				s.from = from
			}
			if s.from.Before(s.until) && !visit(s) {
				return nil
			}
		}
	}
	return &CalendarLimitError{From: first, Days: MaxCalendarDays}
}

// backward calls visit with the working time up to an instant, the last first.
func (c *Calendar) backward(until Instant, visit func(span) bool) error {
	last := DateIn(until, c.zone)
	if last.IsZero() {
		return ErrOutOfRange
	}
	var buffer [8]span
	for n := 0; n <= MaxCalendarDays; n++ {
		for _, s := range slices.Backward(c.spans(buffer[:0], last.AddDays(-n))) {
			if s.until.After(until) {
				s.until = until
			}
			if s.from.Before(s.until) && !visit(s) {
				return nil
			}
		}
	}
	return &CalendarLimitError{From: last, Days: -MaxCalendarDays}
}

// IsWorking reports whether an instant lies in working time: openings do,
// closings do not.
func (c *Calendar) IsWorking(at Instant) bool {
	d := DateIn(at, c.zone)
	if d.IsZero() {
		return false
	}
	var buffer [16]span
	for _, s := range c.spans(c.spans(buffer[:0], d.AddDays(-1)), d) {
		if !at.Before(s.from) && at.Before(s.until) {
			return true
		}
	}
	return false
}

// NextOpening gives the first instant of working time that is not before at: at
// itself in working time.
func (c *Calendar) NextOpening(at Instant) (Instant, error) {
	var found Instant
	err := c.forward(at, func(s span) bool { found = s.from; return false })
	return found, err
}

// Add gives the instant before which so much working time lies after at; for a
// negative duration, the instant so much working time before at (a lead time
// counted back). Durations are cut to the microsecond. Where the result falls
// exactly on the end of working time, the calendar's [ClosingPolicy] decides; a
// result that was counted back to the begin of working time stays there. Nothing
// added is at itself or, by [ClosingNextOpening], the next opening.
func (c *Calendar) Add(at Instant, working time.Duration) (Instant, error) {
	left := working.Microseconds()
	if left < 0 {
		return c.subtract(at, -left)
	}
	atOpening := c.spec.AtClosing == ClosingNextOpening
	if left == 0 && !atOpening {
		return at, nil
	}
	var result Instant
	err := c.forward(at, func(s span) bool {
		length := s.until.us - s.from.us
		if left < length || left == length && !atOpening {
			result = Instant{s.from.us + left}
			return false
		}
		left -= length
		return true
	})
	return result, err
}

func (c *Calendar) subtract(at Instant, left int64) (Instant, error) {
	var result Instant
	err := c.backward(at, func(s span) bool {
		if length := s.until.us - s.from.us; left > length {
			left -= length
			return true
		}
		result = Instant{s.until.us - left}
		return false
	})
	return result, err
}

// Between gives the working time from a to b, negative if b is the earlier one.
func (c *Calendar) Between(a, b Instant) (time.Duration, error) {
	if b.Before(a) {
		d, err := c.Between(b, a)
		return -d, err
	}
	first, last := DateIn(a, c.zone), DateIn(b, c.zone)
	if first.IsZero() || last.IsZero() {
		return 0, ErrOutOfRange
	}
	days := last.DaysSince(first)
	if days > MaxCalendarDays {
		return 0, &CalendarLimitError{From: first, Days: MaxCalendarDays}
	}
	var buffer [8]span
	var sum int64
	for n := -1; n <= days; n++ { // the day before may run past midnight
		for _, s := range c.spans(buffer[:0], first.AddDays(n)) {
			if from, until := max(s.from.us, a.us), min(s.until.us, b.us); from < until {
				sum += until - from
			}
		}
	}
	return time.Duration(sum) * time.Microsecond, nil
}

// IsWorkingDay reports whether working time begins on d.
func (c *Calendar) IsWorkingDay(d Date) bool { return len(c.hours(d)) > 0 }

// TimeOn gives the working time that begins on d: the capacity of the day.
func (c *Calendar) TimeOn(d Date) time.Duration {
	var buffer [8]span
	var sum int64
	for _, s := range c.spans(buffer[:0], d) {
		sum += s.until.us - s.from.us
	}
	return time.Duration(sum) * time.Microsecond
}

// AddWorkingDays gives the n-th working day after d; for a negative n, before d.
// With n = 0 it is d itself, working day or not (as WORKDAY of the spreadsheets);
// see [Calendar.OnWorkingDay].
func (c *Calendar) AddWorkingDays(d Date, n int) (Date, error) {
	if d.IsZero() {
		return Date{}, ErrOutOfRange
	}
	step := 1
	if n < 0 {
		step = -1
	}
	result := d
	for days := 0; n != 0; days++ {
		if days == MaxCalendarDays {
			return Date{}, &CalendarLimitError{From: d, Days: step * MaxCalendarDays}
		}
		if result = result.AddDays(step); result.IsZero() {
			return Date{}, ErrOutOfRange
		}
		if c.IsWorkingDay(result) {
			n -= step
		}
	}
	return result, nil
}

// OnWorkingDay gives d if it is a working day, and the next one otherwise.
func (c *Calendar) OnWorkingDay(d Date) (Date, error) {
	if c.IsWorkingDay(d) {
		return d, nil
	}
	return c.AddWorkingDays(d, 1)
}

// WorkingDaysBetween counts the working days behind a up to and with b, so that
// it is the inverse of [Calendar.AddWorkingDays]; negative if b is the earlier one,
// and then of the days before a down to and with b.
func (c *Calendar) WorkingDaysBetween(a, b Date) (int, error) {
	if a.IsZero() || b.IsZero() {
		return 0, ErrOutOfRange
	}
	step := b.Compare(a)
	if span := b.DaysSince(a); span > MaxCalendarDays || -span > MaxCalendarDays {
		return 0, &CalendarLimitError{From: a, Days: step * MaxCalendarDays}
	}
	n := 0
	for d := a; d != b; {
		if d = d.AddDays(step); c.IsWorkingDay(d) {
			n += step
		}
	}
	return n, nil
}
