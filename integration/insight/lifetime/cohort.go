package lifetime

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// MaxPeriods is the greatest number of buckets of a table of cohorts; customers who
// began before the last so many are left out.
const MaxPeriods = 1_000

// CohortRule says how customers are put into cohorts.
type CohortRule struct {
	Bucket  forecast.Bucket `json:"bucket,omitzero"`  // day to year; "" = month
	AsOf    tandem.Date     `json:"as_of,omitzero"`   // the last day that counts; none = the last day with a purchase
	Measure Measure         `json:"measure,omitzero"` // "" = contribution margin
}

// Validate reports every fault.
func (r CohortRule) Validate() error {
	var c tandem.Check
	c.Require(r.Bucket == "" || r.Bucket.Valid() && r.Bucket != forecast.Hour, "bucket", "bucket", "must be day, week, month, quarter or year")
	c.Require(r.Measure == "" || r.Measure.Valid(), "measure", "measure", "must be contribution_margin or revenue")
	return c.Err("cohort rule")
}

// CohortTable is the customers by the bucket of their first purchase.
type CohortTable struct {
	Rule     CohortRule        `json:"rule"` // with all that was left open
	Cohorts  []Cohort          `json:"cohorts"`
	LeftOut  []insight.LeftOut `json:"left_out,omitempty"`
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Cohort is the customers who bought first in one bucket.
type Cohort struct {
	Start     tandem.Date    `json:"start"`
	Customers int            `json:"customers"`
	Periods   []CohortPeriod `json:"periods"` // the first is that of the first purchase
}

// CohortPeriod is what a cohort did in a bucket.
type CohortPeriod struct {
	Start    tandem.Date `json:"start"`
	Active   int         `json:"active"`   // customers who bought
	Retained float64     `json:"retained"` // their share of the cohort
	Value    float64     `json:"value"`    // of purchases and credits, in the bucket of their own day
	// Incomplete marks the last bucket, where the data end before it does.
	Incomplete bool `json:"incomplete,omitzero"`
}

// Cohorts gives the table of cohorts. Cohorts without customers are in it, with zeros.
func (c *Collector[K]) Cohorts(rule CohortRule) (CohortTable, error) {
	if err := rule.Validate(); err != nil {
		return CohortTable{}, err
	}
	c.sort()
	first, last := c.span()
	rule.Bucket = cmp.Or(rule.Bucket, forecast.Month)
	rule.Measure = cmp.Or(rule.Measure, ContributionMargin)
	rule.AsOf = cmp.Or(rule.AsOf, date(last))
	out := CohortTable{Rule: rule, LeftOut: slices.Clone(c.leftOut)}
	if first > 0 && first <= rule.AsOf.DayNumber() {
		out.frame(rule.Bucket.Begin(date(first)))
	}
	below := 0
	c.each(func(_ int, days []customerDay) { below += out.add(days) })
	out.Warnings = belowNought(below)
	for i := range out.Cohorts {
		one := &out.Cohorts[i]
		for j := range one.Periods {
			one.Periods[j].Retained = float64(one.Periods[j].Active) / float64(max(one.Customers, 1))
		}
	}
	return out, nil
}

// frame makes the empty table from a bucket on.
func (t *CohortTable) frame(begin tandem.Date) {
	b := t.Rule.Bucket
	n := b.Between(begin, b.Begin(t.Rule.AsOf)) + 1
	if n > MaxPeriods {
		begin, n = b.Add(begin, n-MaxPeriods), MaxPeriods
	}
	t.Cohorts = make([]Cohort, n)
	for i := range t.Cohorts {
		one := Cohort{Start: b.Add(begin, i), Periods: make([]CohortPeriod, n-i)}
		for j := range one.Periods {
			one.Periods[j].Start = b.Add(begin, i+j)
		}
		one.Periods[n-i-1].Incomplete = b.Add(begin, n).AddDays(-1).After(t.Rule.AsOf)
		t.Cohorts[i] = one
	}
}

// add adds a customer's days, and gives the number of sales below nought among them.
func (t *CohortTable) add(days []customerDay) (below int) {
	end := t.Rule.AsOf.DayNumber()
	var one *Cohort
	active := -1 // the latest period with a purchase
	for _, d := range days {
		switch {
		case d.day() > end && one != nil:
			return below
		case d.day() > end && d.credit():
			continue
		case d.day() > end:
			t.LeftOut = insight.Leave(t.LeftOut, AfterEnd, 1)
			return 0
		}
		if one == nil {
			if d.credit() {
				t.LeftOut = insight.Leave(t.LeftOut, Unbought, int(d.orders))
				continue
			}
			at := t.Rule.Bucket.Between(t.Cohorts[0].Start, t.Rule.Bucket.Begin(date(d.day())))
			if date(d.day()).Before(t.Cohorts[0].Start) {
				t.LeftOut = insight.Leave(t.LeftOut, OutsideCohort, 1)
				return 0
			}
			one = &t.Cohorts[at]
			one.Customers++
		}
		k := t.Rule.Bucket.Between(one.Start, t.Rule.Bucket.Begin(date(d.day())))
		one.Periods[k].Value += d.value
		below += int(d.below)
		if !d.credit() && k != active {
			one.Periods[k].Active++
			active = k
		}
	}
	return below
}
