package table

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// build makes series of what was read.
func (r *reading) build() error {
	for _, s := range r.series {
		slices.SortStableFunc(s.entries, func(a, b entry) int { return a.day.Compare(b.day) })
	}
	if err := r.decide(); err != nil {
		return err
	}
	t := r.table
	if t.Rows == 0 {
		return &FormatError{"there is no row below the header"}
	}
	span := r.span()
	for _, s := range r.series {
		if !r.merge {
			r.twice(s)
		}
		if s.faulty || len(s.entries) == 0 {
			t.Left = append(t.Left, s.name)
			continue
		}
		item, fault := r.item(s, span)
		if fault != "" {
			t.Faults.add(s.entries[0].line, 0, s.name, "%s", fault)
			t.Left = append(t.Left, s.name)
			continue
		}
		t.Items = append(t.Items, item)
	}
	return nil
}

// decide finds the bucket, or checks the one asked for.
func (r *reading) decide() error {
	t := r.table
	if r.written == "" {
		t.Bucket = forecast.Month // no row has a date: there is nothing to forecast
		return nil
	}
	r.shown = r.written
	if r.written == forecast.Day {
		days := make([][]tandem.Date, len(r.series))
		for i, s := range r.series {
			for _, e := range s.entries {
				days[i] = append(days[i], e.day)
			}
		}
		r.shown = found(days)
	}
	if t.Bucket = r.shown; r.Bucket == "" {
		return nil
	}
	from := r.written
	if r.shown == forecast.Week {
		from = forecast.Week // totals of weeks, whatever the dates could be
	}
	switch {
	case !dated(r.Bucket):
		return &FormatError{fmt.Sprintf("-bucket %s: dates have no hours", r.Bucket)}
	case !nests(from, r.Bucket) && !nests(r.Bucket, r.shown):
		return &FormatError{fmt.Sprintf("-bucket %s: the dates are of a %s, which does not add up to it", r.Bucket, r.shown)}
	case !nests(r.written, r.Bucket):
		return &FormatError{fmt.Sprintf("-bucket %s: the dates are of a %s, which holds several", r.Bucket, r.written)}
	}
	t.Bucket, r.merge = r.Bucket, true
	t.Summed = r.shown != r.Bucket && nests(r.shown, r.Bucket)
	return nil
}

// twice finds dates that a series has more than once, where nothing says that they are to be summed.
func (r *reading) twice(s *raw) {
	b := r.table.Bucket
	for i := 1; i < len(s.entries); i++ {
		e, before := s.entries[i], s.entries[i-1]
		if b.Begin(e.day) == b.Begin(before.day) {
			r.table.Faults.add(e.line, 0, s.name,
				"%s is on line %d already (with -bucket %s both are summed)", Label(b.Begin(e.day), b), before.line, b)
			s.faulty = true
		}
	}
}

// span is what the file as a whole covers, in whole buckets.
type span struct{ first, end tandem.Date }

// span finds it. Where buckets are summed, a first or last one that the file covers in part would read as a slump.
func (r *reading) span() span {
	t := r.table
	var from, until tandem.Date
	for _, s := range r.series {
		for _, e := range s.entries {
			if !e.known {
				continue
			}
			if from.IsZero() || e.day.Before(from) {
				from = e.day
			}
			if e.day.After(until) {
				until = e.day
			}
		}
	}
	if from.IsZero() {
		return span{}
	}
	out := span{t.Bucket.Begin(from), t.Bucket.Add(t.Bucket.Begin(until), 1)}
	if !t.Summed {
		return out
	}
	if r.traded(out.first, from) {
		t.note("the first %s, of %s, is not whole (the file begins on %s) and was left out", t.Bucket, Label(out.first, t.Bucket), from)
		out.first = t.Bucket.Add(out.first, 1)
	}
	if after := r.written.Add(until, 1); r.traded(after, out.end) {
		last := t.Bucket.Begin(until)
		t.note("the last %s, of %s, is not whole (the file ends on %s) and was left out", t.Bucket, Label(last, t.Bucket), until)
		out.end = last
	}
	return out
}

// traded says whether a day from one to before another is one on which the file could have a row: a weekday that never
// occurs in it leaves no bucket broken.
func (r *reading) traded(from, until tandem.Date) bool {
	if r.written != forecast.Day {
		return from.Before(until)
	}
	for d := from; d.Before(until); d = d.AddDays(1) {
		if r.weekdays[d.Weekday()] {
			return true
		}
	}
	return false
}

// cell is a bucket of a series while it is summed.
type cell struct {
	value          float64
	rows, unknown  int
	open, censored bool
	regressors     []float64
	regressorRows  []int
}

// item makes the series of what was read.
func (r *reading) item(s *raw, whole span) (Item, string) {
	b := r.table.Bucket
	item := Item{Name: s.name, Series: forecast.Series{Bucket: b, Season: max(r.Season, 1)}} // who asks for none declares none
	if r.Season < 0 {
		item.Series.Season = b.Season()
	}
	if r.table.Summed && !r.Zero && r.shown != forecast.Day && r.incomplete(s) {
		item.warn(forecast.BrokenBucket, "a %s of which not every %s is known is taken for missing", b, r.shown)
	}
	first, last := tandem.Date{}, tandem.Date{} // of what is known
	broken := false
	for _, e := range s.entries {
		at := b.Begin(e.day)
		if outside := r.table.Summed && (at.Before(whole.first) || !at.Before(whole.end)); outside {
			broken = broken || e.known
		} else if e.known {
			if first.IsZero() {
				first = at
			}
			last = at
		}
	}
	if broken {
		item.warn(forecast.BrokenBucket, "a first or last %s that the file does not cover wholly was left out", b)
	}
	if first.IsZero() {
		item.Series.Start = b.Begin(s.entries[0].day)
		return item, ""
	}
	final := b.Add(whole.end, -1)
	if r.Zero {
		first, last = whole.first, final
	}
	n := b.Between(first, last) + 1
	if n > forecast.MaxValues {
		return item, fmt.Sprintf("from %s to %s are more than %d buckets", first, last, forecast.MaxValues)
	}
	item.Series.Start = first
	r.fill(&item, s, n)
	if gap := b.Between(last, final); gap > 0 {
		item.warn(EndsEarly, "its history ends %s before that of the file, so that its forecast begins earlier", Counted(gap, b))
	}
	return item, ""
}

// incomplete makes unknown what is summed from fewer values than it has places for: it would read as a slump.
func (r *reading) incomplete(s *raw) (found bool) {
	b := r.table.Bucket
	parts := map[tandem.Date]map[tandem.Date]bool{}
	for _, e := range s.entries {
		if at := b.Begin(e.day); e.known {
			if parts[at] == nil {
				parts[at] = map[tandem.Date]bool{}
			}
			parts[at][r.shown.Begin(e.day)] = true
		}
	}
	for i := range s.entries {
		e := &s.entries[i]
		if at := b.Begin(e.day); e.known && len(parts[at]) < r.shown.Between(at, b.Add(at, 1)) {
			e.known, found = false, true
		}
	}
	return found
}

func (i *Item) warn(code insight.WarningCode, text string, args ...any) {
	i.Warnings = append(i.Warnings, insight.Warning{Code: code, Text: fmt.Sprintf(text, args...)})
}

// fill sums the rows to n values; rows behind them tell of the future.
func (r *reading) fill(item *Item, s *raw, n int) {
	b := r.table.Bucket
	end := b.Between(item.Series.Start, b.Begin(s.entries[len(s.entries)-1].day)) + 1
	cells := make([]cell, max(n, min(end, n+forecast.MaxHorizon)))
	for _, e := range s.entries {
		at := b.Between(item.Series.Start, b.Begin(e.day))
		if at >= 0 && at < len(cells) && (!r.table.Summed || at < n || !e.known) {
			cells[at].add(&e)
		}
	}
	out := &item.Series
	out.Values = make([]float64, n)
	r.closedWeekdays(item, n)
	for i := range cells {
		c := &cells[i]
		closed := c.rows > 0 && !c.open || b == forecast.Day && c.rows == 0 && item.weekdays[b.Add(out.Start, i).Weekday()]
		switch {
		case i >= n:
			if closed {
				item.ahead = append(item.ahead, i-n)
			}
			continue
		case closed:
			out.Closed = append(out.Closed, i)
		case c.unknown > 0 || c.rows == 0 && !r.Zero:
			out.Missing = append(out.Missing, i)
		}
		out.Values[i] = c.value
		if c.censored {
			out.Censored = append(out.Censored, i)
		}
	}
	for k, name := range r.regressors {
		out.Regressors = append(out.Regressors, regressor(name, cells, k, n))
	}
}

func (c *cell) add(e *entry) {
	c.rows++
	if e.known {
		c.value += e.value
	} else if !e.closed {
		c.unknown++
	}
	c.open = c.open || !e.closed
	c.censored = c.censored || e.censored
	if c.regressors == nil {
		c.regressors, c.regressorRows = make([]float64, len(e.regressors)), make([]int, len(e.regressors))
	}
	for k, v := range e.regressors {
		if !math.IsNaN(v) {
			c.regressors[k] += v
			c.regressorRows[k]++
		}
	}
}

// regressor takes the mean over a bucket; one without a value repeats the one before, and those before the first the
// first.
func regressor(name string, cells []cell, k, n int) forecast.Regressor {
	all := make([]float64, len(cells))
	known, first := -1, -1
	for i, c := range cells {
		if c.regressors != nil && c.regressorRows[k] > 0 {
			all[i] = c.regressors[k] / float64(c.regressorRows[k])
			if known = i; first < 0 {
				first = i
			}
		} else if known >= 0 {
			all[i] = all[known]
		}
	}
	for i := range max(first, 0) {
		all[i] = all[first]
	}
	return forecast.Regressor{Name: name, Past: all[:n:n], Future: all[n:]}
}

// closedWeekdays takes the weekdays on which a file of days never has a row for closed, if it is long enough to tell.
func (r *reading) closedWeekdays(item *Item, n int) {
	const least = 28
	if r.table.Bucket != forecast.Day || r.table.Summed || n < least {
		return
	}
	for w, occurs := range r.weekdays {
		item.weekdays[w] = !occurs
	}
	if names := weekdayNames(item.weekdays); len(names) > 0 {
		r.table.note("no row falls on a %s: taken as closed, not as demand of zero", strings.Join(names, " or "))
	}
}
