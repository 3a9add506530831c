package lifetime

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
)

// Window says what is observed. The zero Window is all days, in weeks, as contribution
// margin.
type Window struct {
	Unit    Unit    `json:"unit,omitzero"`    // "" = week
	Measure Measure `json:"measure,omitzero"` // "" = contribution margin
	// CalibrationEnd is the last day that counts as observed; none is HoldoutEnd.
	CalibrationEnd tandem.Date `json:"calibration_end,omitzero"`
	// HoldoutEnd is the last day that is looked at; none is the last day with a
	// purchase.
	HoldoutEnd tandem.Date `json:"holdout_end,omitzero"`
	// FirstFrom and FirstTo restrict the customers to those whose first purchase lies
	// between; none is no restriction.
	FirstFrom tandem.Date `json:"first_from,omitzero"`
	FirstTo   tandem.Date `json:"first_to,omitzero"`
	// Complete declares that a customer's first purchase in the data is his first one
	// ever. Without it, a cohort may be left-truncated, which is warned of.
	Complete bool `json:"complete,omitzero"`
}

// Validate reports every fault.
func (w Window) Validate() error {
	var c tandem.Check
	c.Require(w.Unit == "" || w.Unit.Valid(), "unit", "unit", "must be day or week")
	c.Require(w.Measure == "" || w.Measure.Valid(), "measure", "measure", "must be contribution_margin or revenue")
	ordered := func(first, last tandem.Date) bool { return first.IsZero() || last.IsZero() || !last.Before(first) }
	c.Require(ordered(w.CalibrationEnd, w.HoldoutEnd), "order", "holdout_end", "must not be before calibration_end")
	c.Require(ordered(w.FirstFrom, w.FirstTo), "order", "first_to", "must not be before first_from")
	return c.Err("window")
}

// resolve fills what is left out and gives the ends as day numbers.
func (w *Window) resolve(last int) (end, holdout int) {
	if w.Unit == "" {
		w.Unit = Week
	}
	if w.Measure == "" {
		w.Measure = ContributionMargin
	}
	if w.HoldoutEnd.IsZero() {
		w.HoldoutEnd = date(max(last, w.CalibrationEnd.DayNumber()))
	}
	if w.CalibrationEnd.IsZero() {
		w.CalibrationEnd = w.HoldoutEnd
	}
	return w.CalibrationEnd.DayNumber(), w.HoldoutEnd.DayNumber()
}

func (w Window) admits(first int) bool {
	d := date(first)
	return (w.FirstFrom.IsZero() || !d.Before(w.FirstFrom)) && (w.FirstTo.IsZero() || !d.After(w.FirstTo))
}

// Customer is what the models know of a customer at the end of the calibration.
type Customer[K comparable] struct {
	Key   K           `json:"key"`
	First tandem.Date `json:"first"` // purchase day
	Last  tandem.Date `json:"last"`
	repeat.History
	Orders int     `json:"orders"`
	Value  float64 `json:"value"` // of all purchases, less credits
	// RepeatMean is the mean value of the repeat purchase days, 0 without any.
	RepeatMean float64 `json:"repeat_mean"`
	// Later and LaterValue are the purchase days of the holdout and what they brought.
	Later      int     `json:"later,omitzero"`
	LaterValue float64 `json:"later_value,omitzero"`
}

// Summary is all customers of a window, in the order in which they were first seen.
type Summary[K comparable] struct {
	Window    Window            `json:"window"` // with all that was left open
	Begin     tandem.Date       `json:"begin"`  // first day with a purchase
	Customers []Customer[K]     `json:"customers"`
	LeftOut   []insight.LeftOut `json:"left_out,omitempty"`
	Warnings  []insight.Warning `json:"warnings,omitempty"`
}

// Holdout gives the length of the holdout in the unit of time.
func (s Summary[K]) Holdout() float64 {
	return float64(s.Window.HoldoutEnd.DaysSince(s.Window.CalibrationEnd)) / s.Window.Unit.days()
}

// Groups gives the histories for [repeat.Model.Fit].
func (s Summary[K]) Groups() *repeat.Groups {
	var g repeat.Groups
	for i := range s.Customers {
		g.Add(s.Customers[i].History)
	}
	return &g
}

// Outcomes gives the histories with what came later, for [repeat.Fit.Track].
func (s Summary[K]) Outcomes() []repeat.Outcome {
	out := make([]repeat.Outcome, len(s.Customers))
	for i, c := range s.Customers {
		out[i] = repeat.Outcome{History: c.History, Later: c.Later}
	}
	return out
}

// Summarise gives the customers of a window.
func (c *Collector[K]) Summarise(w Window) (Summary[K], error) {
	if err := w.Validate(); err != nil {
		return Summary[K]{}, err
	}
	c.sort()
	first, last := c.span()
	end, holdout := w.resolve(last)
	out := Summary[K]{Window: w, Begin: date(first), Customers: make([]Customer[K], 0, len(c.keys))}
	out.LeftOut = slices.Clone(c.leftOut)
	var gaps, repeats float64
	below := 0
	c.each(func(who int, days []customerDay) {
		a := take(days, end, holdout)
		out.LeftOut = insight.Leave(out.LeftOut, Unbought, a.unbought)
		switch {
		case a.ahead:
			out.LeftOut = insight.Leave(out.LeftOut, AfterEnd, 1)
			return
		case a.first == 0:
			return
		case !w.admits(a.first):
			out.LeftOut = insight.Leave(out.LeftOut, OutsideCohort, 1)
			return
		}
		one := Customer[K]{Key: c.keys[who], First: date(a.first), Last: date(a.last), History: a.history(end, w.Unit)}
		one.Orders, one.Value, one.Later, one.LaterValue = a.orders, a.value, a.later, a.laterValue
		if a.repeats > 0 {
			one.RepeatMean = a.repeatValue / float64(a.repeats)
		}
		gaps += float64(a.last - a.first)
		repeats += float64(a.repeats)
		below += a.below
		out.Customers = append(out.Customers, one)
	})
	out.Warnings = belowNought(below)
	if !w.Complete {
		out.truncation(gaps, repeats)
	}
	return out, nil
}

// truncation warns where customers turn up within a usual gap between purchases from
// the begin of the data on: who had bought before it would turn up there.
func (s *Summary[K]) truncation(gaps, repeats float64) {
	if repeats == 0 {
		return
	}
	gap, early := int(gaps/repeats), 0
	for i := range s.Customers {
		if s.Customers[i].First.DaysSince(s.Begin) <= gap {
			early++
		}
	}
	if early > 0 {
		s.Warnings = append(s.Warnings, insight.Warning{Code: LeftTruncated, Text: text(
			early, " of ", len(s.Customers), " customers first appear within ", gap,
			" days (the mean gap between purchases) of the data's begin: their first purchase may lie before it")})
	}
}
