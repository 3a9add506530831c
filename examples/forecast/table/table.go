package table

import (
	"fmt"
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// EndsEarly is the code of what this package warns of beside the library's codes.
const EndsEarly insight.WarningCode = "ends_early"

// Options say how to read.
type Options struct {
	Bucket  forecast.Bucket // none: the one that the dates show; a wider one sums
	Season  int             // 0: none; below zero: the bucket's usual cycle
	Decimal byte            // '.' or ','; 0 = a comma where semicolons part the fields, else a point
	Zero    bool            // buckets without a row are zero, not unknown
	Name    string          // of the series in a file without a column for it; empty: that of the column of values
}

// Item is a series with its name and what only its forecast needs.
type Item struct {
	Name     string
	Series   forecast.Series
	Warnings []insight.Warning // of the reading
	ahead    []int             // steps known to be closed
	weekdays [7]bool           // on which nothing is ever sold
}

// ClosedAhead gives the steps of a horizon on which nothing can be sold.
func (i *Item) ClosedAhead(horizon int) (steps []int) {
	closed := make(map[int]bool, len(i.ahead))
	for _, s := range i.ahead {
		closed[s] = true
	}
	for s := range horizon {
		day := i.Series.Bucket.Add(i.Series.Start, len(i.Series.Values)+s)
		if closed[s] || i.Series.Bucket == forecast.Day && i.weekdays[day.Weekday()] {
			steps = append(steps, s)
		}
	}
	return steps
}

// Table is what a file holds.
type Table struct {
	Shape  string // long or wide
	Bucket forecast.Bucket
	Summed bool // from a narrower one
	Items  []Item
	Left   []string // series that a fault kept out
	Faults Faults
	Notes  []string // what a reader of the forecasts should know of the file as a whole
	Rows   int
}

// note adds what is not said yet.
func (t *Table) note(text string, args ...any) {
	if n := fmt.Sprintf(text, args...); !slices.Contains(t.Notes, n) {
		t.Notes = append(t.Notes, n)
	}
}

// entry is a row of one series.
type entry struct {
	day              tandem.Date
	value            float64
	known            bool
	closed, censored bool
	regressors       []float64 // NaN: not given
	line             int
}

// raw is a series as it was read.
type raw struct {
	name    string
	entries []entry
	faulty  bool
}

// reading is a file while it is read.
type reading struct {
	Options
	table      *Table
	mark       byte
	series     []*raw
	byName     map[string]*raw
	written    forecast.Bucket // by the way the dates are written
	shown      forecast.Bucket // by the distance of the dates
	regressors []string
	weekdays   [7]bool // that occur
	merge      bool    // rows of the same bucket are summed
}

func (r *reading) of(name string) *raw {
	s := r.byName[name]
	if s == nil {
		s = &raw{name: name}
		r.byName[name] = s
		r.series = append(r.series, s)
	}
	return s
}

// date reads a date and sees to it that all are written alike.
func (r *reading) date(text string) (day tandem.Date, fault string) {
	day, of, ok := period(text)
	switch {
	case !ok && text == "":
		return day, "the date is missing"
	case !ok:
		return day, clipped(text) + " is no date such as 2024-03-31, 2024-03, 2024-Q1, 2024-W13 or 2024"
	case r.written == "":
		r.written = of
	case of != r.written:
		return day, clipped(text) + " is a " + string(of) + ", the first date a " + string(r.written)
	}
	r.weekdays[day.Weekday()] = true
	return day, ""
}

func weekdayNames(days [7]bool) (names []string) {
	for d := range days {
		if w := time.Weekday((d + 1) % 7); days[w] {
			names = append(names, w.String())
		}
	}
	return names
}
