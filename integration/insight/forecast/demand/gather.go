package demand

import (
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

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
	Bucket forecast.Bucket `json:"bucket"`
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
	Series   forecast.Series    `json:"series"`
	Bulk     []int              `json:"bulk,omitempty"`    // the lines flagged
	Outside  []int              `json:"outside,omitempty"` // the lines before From, after Until or in a broken bucket
	Warnings []forecast.Warning `json:"warnings,omitempty"`
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
	out := Gathered{Series: forecast.Series{Start: first, Bucket: b, Season: b.Season()}}
	n := max(b.Between(first, end), 0)
	if n > forecast.MaxValues {
		return Gathered{}, tooLong()
	}
	if first != g.From {
		out.Warnings = append(out.Warnings, forecast.Warning{Code: forecast.BrokenBucket, Text: "the first bucket is not whole and was left out"})
	}
	if end.DaysSince(g.Until) != 1 {
		out.Warnings = append(out.Warnings, forecast.Warning{Code: forecast.BrokenBucket, Text: "the last bucket is not whole and was left out"})
	}
	out.Series.Values = make([]float64, n)
	limit := g.limit(lines)
	for i, l := range lines {
		demand := max(l.Ordered-l.Cancelled, 0)
		if demand > 0 && demand >= limit {
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
		out.Series.Values[b.Between(first, at)] += demand
	}
	if b == forecast.Day {
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
		out.Warnings = append(out.Warnings, forecast.Warning{Code: forecast.BulkLine, Text: "lines far above the median were flagged as bulk"})
	}
	return out, nil
}

func (g Gathering) validate(lines []Line) error {
	var c tandem.Check
	c.Require(g.Bucket.Valid() && g.Bucket != forecast.Hour, "bucket", "bucket", "must be day, week, month, quarter or year: lines have days")
	c.Require(!g.From.IsZero() && !g.Until.IsZero() && !g.Until.Before(g.From), "dates", "until", "from and until are needed, in this order")
	c.Require(g.Bulk >= 0 && float.Finite(g.Bulk), "bulk", "bulk", "must not be negative")
	c.Require(len(lines) <= MaxLines, "too_many", "lines", "at most 10,000,000")
	for i, l := range lines {
		if !float.Finite(l.Ordered) || !float.Finite(l.Cancelled) || l.Cancelled < 0 || l.Ordered > forecast.MaxSize || l.Cancelled > forecast.MaxSize || l.Date.IsZero() {
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
	if len(sizes) == 0 {
		return 0
	}
	slices.Sort(sizes)
	middle := (sizes[(len(sizes)-1)/2] + sizes[len(sizes)/2]) / 2
	return float64(times * middle)
}

func tooLong() error {
	var c tandem.Check
	c.Require(false, "too_many", "until", "more buckets than a series may have")
	return c.Err("demand lines")
}
