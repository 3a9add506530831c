package forecast

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// Bucket is the width of one value of a series.
type Bucket string

// The buckets. A week begins on Monday (ISO 8601).
const (
	Hour    Bucket = "hour" // the series starts at midnight
	Day     Bucket = "day"
	Week    Bucket = "week"
	Month   Bucket = "month"
	Quarter Bucket = "quarter"
	Year    Bucket = "year"
)

// Buckets lists the buckets.
func Buckets() []Bucket { return []Bucket{Hour, Day, Week, Month, Quarter, Year} }

// Valid says whether the bucket is one of [Buckets].
func (b Bucket) Valid() bool { return b.Season() > 0 }

// Season gives the length of the bucket's usual cycle: 24 hours, 7 days, 52 weeks, 12
// months, 4 quarters, 1 for years; 0 for what is no bucket.
func (b Bucket) Season() int {
	switch b {
	case Hour:
		return 24
	case Day:
		return 7
	case Week:
		return 52
	case Month:
		return 12
	case Quarter:
		return 4
	case Year:
		return 1
	}
	return 0
}

// UnmarshalText reads exactly the names of [Buckets].
func (b *Bucket) UnmarshalText(text []byte) error { return enum.Decode(b, text, "bucket", Buckets()) }

// Begin gives the first day of the bucket that holds a day.
func (b Bucket) Begin(d tandem.Date) tandem.Date {
	switch b {
	case Week:
		return d.AddDays(-(int(d.Weekday()) + 6) % 7)
	case Month:
		return d.StartOfMonth()
	case Quarter:
		return d.StartOfMonth().AddMonths(-(int(d.Month()) - 1) % 3)
	case Year:
		return d.StartOfMonth().AddMonths(-(int(d.Month()) - 1))
	}
	return d
}

// Add gives the first day of the bucket n later than the one that begins at d; for
// hours, the day that holds it.
func (b Bucket) Add(d tandem.Date, n int) tandem.Date {
	switch b {
	case Hour:
		return d.AddDays(n / 24)
	case Week:
		return d.AddDays(7 * n)
	case Month:
		return d.AddMonths(n)
	case Quarter:
		return d.AddMonths(3 * n)
	case Year:
		return d.AddMonths(12 * n)
	}
	return d.AddDays(n)
}

// Between counts the buckets from the one that begins at from to the one that
// begins at to.
func (b Bucket) Between(from, to tandem.Date) int {
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	switch b {
	case Hour:
		return 24 * to.DaysSince(from)
	case Week:
		return to.DaysSince(from) / 7
	case Month:
		return months
	case Quarter:
		return months / 3
	case Year:
		return months / 12
	}
	return to.DaysSince(from)
}
