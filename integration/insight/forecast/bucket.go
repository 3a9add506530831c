package forecast

import (
	"time"

	"github.com/tandem-go/tandem"
)

// Bucket is the width of one value of a series.
type Bucket string

// The buckets. A week begins on Monday (ISO 8601).
const (
	Day     Bucket = "day"
	Week    Bucket = "week"
	Month   Bucket = "month"
	Quarter Bucket = "quarter"
	Year    Bucket = "year"
)

// Buckets lists the buckets.
func Buckets() []Bucket { return []Bucket{Day, Week, Month, Quarter, Year} }

// Valid says whether the bucket is one of [Buckets].
func (b Bucket) Valid() bool { return b.Season() > 0 }

// Season gives the length of the bucket's usual cycle: 7 days, 52 weeks, 12
// months, 4 quarters, 1 for years; 0 for what is no bucket.
func (b Bucket) Season() int {
	switch b {
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
func (b *Bucket) UnmarshalText(text []byte) error {
	if got := Bucket(text); got.Valid() {
		*b = got
		return nil
	}
	return oneFault("bucket", "bucket", "must be day, week, month, quarter or year")
}

func oneFault(code, path, message string) error {
	var c tandem.Check
	c.Require(false, code, path, message)
	return c.Err("forecast")
}

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

// Add gives the first day of the bucket n later than the one that begins at d.
func (b Bucket) Add(d tandem.Date, n int) tandem.Date {
	switch b {
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

// between counts the buckets from the one that begins at from to the one that
// begins at to.
func (b Bucket) between(from, to tandem.Date) int {
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	switch b {
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

// Line is what a customer asked for on a day. Demand is what was ordered less what
// was cancelled before dispatch; what was delivered is no demand.
type Line struct {
	Date      tandem.Date `json:"date"`
	Ordered   float64     `json:"ordered"`
	Cancelled float64     `json:"cancelled,omitzero"` // before dispatch; a return is none
}

// MaxLines is the most lines that one series is gathered from.
const MaxLines = 10_000_000

// Gathering says how lines become a series.
type Gathering struct {
	Bucket Bucket `json:"bucket"`
	// From and Until bound what was recorded, both days included. A bucket that is
	// not wholly inside is no bucket and left out: a month of nine days would read
	// as a slump.
	From  tandem.Date `json:"from"`
	Until tandem.Date `json:"until"`
	// Bulk is from how many times the median line a line is flagged as bulk; 0 = 20.
	Bulk float64 `json:"bulk,omitzero"`
	// WithoutBulk leaves the flagged lines out of the series: projects that will not
	// come again.
	WithoutBulk bool `json:"without_bulk,omitzero"`
	// ClosedWeekdays are calendar, not demand of zero: in a series of days they are
	// marked as closed.
	ClosedWeekdays []time.Weekday `json:"closed_weekdays,omitempty"`
}

// Gathered is a series with what was left out of it and why.
type Gathered struct {
	Series   Series    `json:"series"`
	Bulk     []int     `json:"bulk,omitempty"`    // the lines flagged
	Outside  []int     `json:"outside,omitempty"` // the lines before From, after Until or in a broken bucket
	Warnings []Warning `json:"warnings,omitempty"`
}

// Gather sums lines to a series.
func Gather(lines []Line, g Gathering) (Gathered, error) {
	if err := g.validate(lines); err != nil {
		return Gathered{}, err
	}
	b := g.Bucket
	first, end := b.Begin(g.From), b.Begin(g.Until.AddDays(1)) // end is the first bucket not wholly inside
	if first != g.From {
		first = b.Add(first, 1)
	}
	out := Gathered{Series: Series{Start: first, Bucket: b, Season: b.Season()}}
	n := max(b.between(first, end), 0)
	if n > MaxValues {
		return Gathered{}, oneFault("too_many", "until", "more buckets than a series may have")
	}
	if first != g.From {
		out.Warnings = append(out.Warnings, Warning{BrokenBucket, "the first bucket is not whole and was left out"})
	}
	if end.DaysSince(g.Until) != 1 {
		out.Warnings = append(out.Warnings, Warning{BrokenBucket, "the last bucket is not whole and was left out"})
	}
	out.Series.Values = make([]float64, n)
	limit := g.limit(lines)
	for i, l := range lines {
		demand := max(l.Ordered-l.Cancelled, 0)
		if demand > limit {
			out.Bulk = append(out.Bulk, i)
			if g.WithoutBulk {
				continue
			}
		}
		at := b.Begin(l.Date)
		if at.Before(first) || !at.Before(end) {
			out.Outside = append(out.Outside, i)
			continue
		}
		out.Series.Values[b.between(first, at)] += demand
	}
	if b == Day {
		for i := range out.Series.Values {
			for _, w := range g.ClosedWeekdays {
				if first.AddDays(i).Weekday() == w && out.Series.Values[i] == 0 {
					out.Series.Closed = append(out.Series.Closed, i)
					break
				}
			}
		}
	}
	if len(out.Bulk) > 0 {
		out.Warnings = append(out.Warnings, Warning{BulkLine, "lines far above the median were flagged as bulk"})
	}
	return out, nil
}

func (g Gathering) validate(lines []Line) error {
	var c tandem.Check
	c.Require(g.Bucket.Valid(), "bucket", "bucket", "must be day, week, month, quarter or year")
	c.Require(!g.From.IsZero() && !g.Until.IsZero() && !g.Until.Before(g.From), "dates", "until", "from and until are needed, in this order")
	c.Require(g.Bulk >= 0 && finite(g.Bulk), "bulk", "bulk", "must not be negative")
	c.Require(len(lines) <= MaxLines, "too_many", "lines", "at most 10,000,000")
	for i, l := range lines {
		if !finite(l.Ordered) || !finite(l.Cancelled) || l.Cancelled < 0 || l.Ordered > MaxSize || l.Cancelled > MaxSize || l.Date.IsZero() {
			c.Require(false, "line", tandem.Path("lines", i), "a date, finite quantities and no negative cancellation are needed")
		}
	}
	return c.Err("demand lines")
}

// limit is the size from which a line is bulk: the median of lines is robust
// against the very lines that are sought (as Tukey's fences are).
func (g Gathering) limit(lines []Line) float64 {
	sizes := make([]float64, 0, len(lines))
	for _, l := range lines {
		if d := l.Ordered - l.Cancelled; d > 0 {
			sizes = append(sizes, d)
		}
	}
	times := g.Bulk
	if times == 0 {
		times = 20
	}
	return float64(times * median(sizes))
}
