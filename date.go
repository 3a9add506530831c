package tandem

import "time"

// Date is a civil date without time or zone, from 0001-01-01 to 9999-12-31.
// The zero Date is "none" (and would be 0001-01-01).
type Date struct{ days int32 } // days since 0001-01-01

const (
	daysTo1970 = 719162  // 0001-01-01 to 1970-01-01
	maxDays    = 3652058 // 9999-12-31
)

// NewDate gives the date, or an error if the calendar has none such (30
// February) or it is 0001-01-01, which stands for none.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return Date{}, dateError("no such date")
	}
	d := Date{int32(daysOf(year, month, day))}
	if d.IsZero() {
		return Date{}, dateError("0001-01-01 stands for no date")
	}
	return d, nil
}

func dateError(message string) error {
	return &InvalidError{Subject: "date", Faults: []Fault{{Code: "date", Path: "date", Message: message}}}
}

// DateIn gives the civil date of an instant in a time zone (nil is UTC); none
// for no instant.
func DateIn(at Instant, zone *time.Location) Date {
	if at.IsZero() {
		return Date{}
	}
	y, m, d := at.Time().In(zoneOrUTC(zone)).Date()
	return dateOfDays(int64(daysOf(y, m, d)))
}

func zoneOrUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// dateOfDays gives none for a day number outside the calendar.
func dateOfDays(days int64) Date {
	if days < 0 || days > maxDays {
		return Date{}
	}
	return Date{int32(days)}
}

// ParseDate reads YYYY-MM-DD and nothing else.
func ParseDate(s string) (d Date, err error) {
	if s == "" {
		err = dateError("want YYYY-MM-DD")
	} else {
		err = d.UnmarshalText([]byte(s))
	}
	return d, unreadable("date", s, "YYYY-MM-DD", err)
}

// IsZero reports whether d is "none".
func (d Date) IsZero() bool { return d.days == 0 }

// DayNumber gives the number of days since 0001-01-01, for keys and arithmetic.
func (d Date) DayNumber() int { return int(d.days) }

// DateOfDayNumber is the inverse of [Date.DayNumber]; out of range is an error.
func DateOfDayNumber(n int) (Date, error) {
	if n < 0 || n > maxDays {
		return Date{}, ErrOutOfRange
	}
	return Date{int32(n)}, nil
}

// Civil gives year, month and day.
func (d Date) Civil() (year int, month time.Month, day int) { return civilOf(int(d.days)) }

// Year gives the year.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Month gives the month.
func (d Date) Month() time.Month { _, m, _ := d.Civil(); return m }

// Day gives the day of the month.
func (d Date) Day() int { _, _, day := d.Civil(); return day }

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

// AddDays gives the date n days later. A result outside the calendar is "none",
// and so is any sum with none.
func (d Date) AddDays(n int) Date {
	if d.IsZero() || n > maxDays || n < -maxDays {
		return Date{}
	}
	return dateOfDays(int64(d.days) + int64(n))
}

// AddMonths gives the same day n months later, clamped to the last day of that
// month (31 January + 1 month = 28 or 29 February). Series of dates are
// computed from their first date, so that the day comes back in longer months.
// A result outside the calendar is "none", and so is any sum with none.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() || n > 12*9999 || n < -12*9999 {
		return Date{}
	}
	y, m, day := d.Civil()
	months := y*12 + int(m) - 1 + n
	year, month := months/12, time.Month(months%12+1)
	if months < 12 || year > 9999 {
		return Date{}
	}
	return Date{int32(daysOf(year, month, min(day, daysIn(year, month))))}
}

// StartOfMonth gives the first day of d's month. In January of the year 1, whose
// first day stands for none, that is none.
func (d Date) StartOfMonth() Date { return d.AddDays(1 - d.Day()) }

// EndOfMonth gives the last day of d's month; none for none.
func (d Date) EndOfMonth() Date {
	if d.IsZero() {
		return d
	}
	y, m, _ := d.Civil()
	return Date{int32(daysOf(y, m, daysIn(y, m)))}
}

// At gives the instant of a time of day on d in a zone (nil is UTC); none for
// none. A time that a change to summer time skips is the moment of the change,
// one that occurs twice is the first of the two.
func (d Date) At(hour, minute int, zone *time.Location) Instant {
	if d.IsZero() {
		return Instant{}
	}
	return localInstant(d, hour*60+minute, zoneOrUTC(zone))
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
	return appendDate(dst, int(d.days)), nil
}

func appendDate(dst []byte, days int) []byte {
	y, m, day := civilOf(days)
	dst = appendTwo(appendTwo(dst, y/100), y%100)
	dst = appendTwo(append(dst, '-'), int(m))
	return appendTwo(append(dst, '-'), day)
}

func appendTwo(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

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
	y, m, day := digits(text[0:4]), digits(text[5:7]), digits(text[8:10])
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

// digits reads a few ASCII digits; -1 if there is anything else.
func digits(text []byte) int {
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
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
