package demand

import (
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
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
	// ClosedWeekdays (0, Sunday, to 6) are calendar, not demand of zero: in a series of
	// days they are marked as closed. Wider buckets hold open days too: there they are
	// not used, with a warning.
	ClosedWeekdays []time.Weekday `json:"closed_weekdays,omitempty"`
}

// The warnings beside those of package forecast.
const (
	NegativeLine   insight.WarningCode = "negative_line"
	WeekdaysUnused insight.WarningCode = "weekdays_unused"
)

// WarningCodes lists the codes of the warnings of [Gather], those of package forecast
// included.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{forecast.BrokenBucket, forecast.BulkLine, NegativeLine, WeekdaysUnused}
}

// Gathered is a series with what was left out of it and why.
type Gathered struct {
	Series  forecast.Series `json:"series"`
	Bulk    []int           `json:"bulk,omitempty"`    // the lines flagged
	Outside []int           `json:"outside,omitempty"` // the lines before From, after Until or in a broken bucket
	// Negative are the lines that ask for less than nothing, by a negative order or a
	// cancellation of more than was ordered; they count as nothing.
	Negative []int             `json:"negative,omitempty"`
	Warnings []insight.Warning `json:"warnings,omitempty"`
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
		out.warn(forecast.BrokenBucket, "the first bucket is not whole and was left out")
	}
	if end.DaysSince(g.Until) != 1 {
		out.warn(forecast.BrokenBucket, "the last bucket is not whole and was left out")
	}
	out.Series.Values = make([]float64, n)
	limit := g.limit(lines)
	for i, l := range lines {
		demand := l.Ordered - l.Cancelled
		if demand < 0 {
			out.Negative = append(out.Negative, i)
			demand = 0
		}
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
	out.close(g.ClosedWeekdays)
	if len(out.Bulk) > 0 {
		out.warn(forecast.BulkLine, "lines far above the median were flagged as bulk")
	}
	if len(out.Negative) > 0 {
		out.warn(NegativeLine, "lines that ask for less than nothing were counted as nothing")
	}
	return out, nil
}

// close marks the closed days without a sale.
func (g *Gathered) close(weekdays []time.Weekday) {
	if g.Series.Bucket != forecast.Day {
		if len(weekdays) > 0 {
			g.warn(WeekdaysUnused, "closed weekdays mark days; buckets that hold more were not marked")
		}
		return
	}
	for i, v := range g.Series.Values {
		if v == 0 && slices.Contains(weekdays, g.Series.Start.AddDays(i).Weekday()) {
			g.Series.Closed = append(g.Series.Closed, i)
		}
	}
}

func (g *Gathered) warn(code insight.WarningCode, text string) {
	g.Warnings = append(g.Warnings, insight.Warning{Code: code, Text: text})
}

func (g Gathering) validate(lines []Line) error {
	var c tandem.Check
	c.Require(g.Bucket.Valid() && g.Bucket != forecast.Hour, "bucket", "bucket", "must be day, week, month, quarter or year: lines have days")
	c.Require(!g.From.IsZero() && !g.Until.IsZero() && !g.Until.Before(g.From), "dates", "until", "from and until are needed, in this order")
	c.Require(g.Bulk >= 0 && float.Finite(g.Bulk), "bulk", "bulk", "must not be negative")
	for i, w := range g.ClosedWeekdays {
		c.Require(w >= time.Sunday && w <= time.Saturday, "weekday", tandem.Path("closed_weekdays", i), "must be 0 (Sunday) to 6")
	}
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
