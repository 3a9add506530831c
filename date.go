package tandem

import (
	"time"
)

// Date is a civil date without time or zone, from 0001-01-01 to 9999-12-31.
// The zero Date is "none" (and would be 0001-01-01).
type Date struct{ days int32 } // days since 0001-01-01

const (
	daysTo1970 = 719162  // 0001-01-01 to 1970-01-01
	maxDays    = 3652058 // 9999-12-31
)

// NewDate gives the date, or an error if the calendar has none such (30 February).
func NewDate(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if year < 1 || year > 9999 || t.Month() != month || t.Day() != day || t.Year() != year {
		return Date{}, dateError("no such date")
	}
	return dateOfTime(t), nil
}

func dateError(message string) error {
	return &InvalidError{Subject: "date", Faults: []Fault{{Code: "date", Path: "date", Message: message}}}
}

// DateIn gives the civil date of an instant in a time zone.
func DateIn(at Instant, zone *time.Location) Date { return dateOfTime(at.Time().In(zone)) }

func dateOfTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400) + daysTo1970}
}

// ParseDate reads YYYY-MM-DD and nothing else.
func ParseDate(s string) (Date, error) {
	var d Date
	if s == "" {
		return Date{}, dateError("want YYYY-MM-DD")
	}
	err := d.UnmarshalText([]byte(s))
	return d, err
}

// IsZero reports whether d is "none".
func (d Date) IsZero() bool { return d.days == 0 }

// Day number since 0001-01-01, for keys and arithmetic.
func (d Date) DayNumber() int { return int(d.days) }

// DateOfDayNumber is the inverse of [Date.DayNumber]; out of range is an error.
func DateOfDayNumber(n int) (Date, error) {
	if n < 0 || n > maxDays {
		return Date{}, ErrOutOfRange
	}
	return Date{int32(n)}, nil
}

func (d Date) utc() time.Time { return time.Unix((int64(d.days)-daysTo1970)*86400, 0).UTC() }

// Civil gives year, month and day.
func (d Date) Civil() (year int, month time.Month, day int) { return d.utc().Date() }

// Year gives the year.
func (d Date) Year() int { return d.utc().Year() }

// Month gives the month.
func (d Date) Month() time.Month { return d.utc().Month() }

// Day gives the day of the month.
func (d Date) Day() int { return d.utc().Day() }

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday((int(d.days) + 1) % 7) }

// Compare gives -1, 0 or +1.
func (d Date) Compare(o Date) int {
	switch {
	case d.days < o.days:
		return -1
	case d.days > o.days:
		return 1
	}
	return 0
}

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.days < o.days }

// After reports whether d is later than o.
func (d Date) After(o Date) bool { return d.days > o.days }

// DaysSince gives the number of days from o to d, negative if o is later.
func (d Date) DaysSince(o Date) int { return int(d.days) - int(o.days) }

// AddDays gives the date n days later. A result outside the calendar is "none".
func (d Date) AddDays(n int) Date {
	sum := int64(d.days) + int64(n)
	if sum < 0 || sum > maxDays {
		return Date{}
	}
	return Date{int32(sum)}
}

// AddMonths gives the same day n months later, clamped to the last day of that
// month (31 January + 1 month = 28 or 29 February). Series of dates are
// computed from their first date, so that the day comes back in longer months.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	months := int64(y)*12 + int64(m) - 1 + int64(n)
	year, month := months/12, time.Month(months%12+1)
	if year < 1 || year > 9999 {
		return Date{}
	}
	first := dateOfTime(time.Date(int(year), month, 1, 0, 0, 0, 0, time.UTC))
	last := first.EndOfMonth()
	if target := first.AddDays(day - 1); !target.After(last) {
		return target
	}
	return last
}

// StartOfMonth gives the first day of d's month.
func (d Date) StartOfMonth() Date { return d.AddDays(1 - d.Day()) }

// EndOfMonth gives the last day of d's month.
func (d Date) EndOfMonth() Date {
	y, m, _ := d.Civil()
	return Date{int32(time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Unix()/86400) + daysTo1970}
}

// At gives the instant of a time of day on d in a zone. A time that a change to
// summer time skips is moved forward as package time does.
func (d Date) At(hour, minute int, zone *time.Location) Instant {
	y, m, day := d.Civil()
	return InstantOf(time.Date(y, m, day, hour, minute, 0, 0, zone))
}

// String gives YYYY-MM-DD, "" for none.
func (d Date) String() string {
	out, _ := d.AppendText(nil)
	return string(out)
}

// AppendText appends YYYY-MM-DD; nothing for none.
func (d Date) AppendText(dst []byte) ([]byte, error) {
	if d.IsZero() {
		return dst, nil
	}
	y, m, day := d.Civil()
	return append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10)), nil
}

// MarshalText gives YYYY-MM-DD, empty for none.
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText reads YYYY-MM-DD; an empty text is none.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return dateError("want YYYY-MM-DD")
	}
	digits := func(from, to int) int {
		n := 0
		for _, c := range text[from:to] {
			if c < '0' || c > '9' {
				return -1 << 20
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	y, m, day := digits(0, 4), digits(5, 7), digits(8, 10)
	if y < 0 || m < 0 || day < 0 {
		return dateError("want YYYY-MM-DD")
	}
	parsed, err := NewDate(y, time.Month(m), day)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Validity is the half-open range of dates [From, Until) in which something
// holds. A zero From is "since ever", a zero Until "until further notice".
type Validity struct {
	From  Date `json:"from,omitzero"`
	Until Date `json:"until,omitzero"`
}

// Contains reports whether d lies in the range.
func (v Validity) Contains(d Date) bool {
	return !d.Before(v.From) && (v.Until.IsZero() || d.Before(v.Until))
}

// Overlaps reports whether a date lies in both ranges.
func (v Validity) Overlaps(o Validity) bool {
	return (v.Until.IsZero() || o.From.Before(v.Until)) && (o.Until.IsZero() || v.From.Before(o.Until))
}

// Validate reports an empty range.
func (v Validity) Validate() error {
	var c Check
	c.Require(v.Until.IsZero() || v.From.Before(v.Until), "validity_empty", "until", "must be later than from")
	return c.Err("validity")
}
