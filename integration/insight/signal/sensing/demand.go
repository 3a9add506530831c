package sensing

import (
	"fmt"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
	"github.com/tandem-go/tandem/internal/float"
)

// The reasons in notes and remarks: why something counts otherwise than it was given,
// besides [signal.NotPositive] and [signal.CountedOnce].
const (
	ClosePassed        insight.Reason = "close_passed"        // the close date has passed
	NeedPassed         insight.Reason = "need_passed"         // needed before today: counted in the first bucket
	BeyondHorizon      insight.Reason = "beyond_horizon"      // needed after the last bucket
	WithoutClose       insight.Reason = "without_close"       // no close date and no day of need
	WithoutOpportunity insight.Reason = "without_opportunity" // the order names none, and took nothing
	UnknownOpportunity insight.Reason = "unknown_opportunity" // the order names one that is neither open nor in [Config].Closed
	OtherProduct       insight.Reason = "other_product"       // the order names one that is open, but not for this product
	MoreThanExpected   insight.Reason = "more_than_expected"  // the order is larger than what it could take: the rest
	Guessed            insight.Reason = "guessed"             // orders that name no opportunity took from this one
)

// Reasons lists the reasons.
func Reasons() []insight.Reason {
	return []insight.Reason{
		ClosePassed, NeedPassed, BeyondHorizon, WithoutClose, signal.NotPositive, signal.CountedOnce, WithoutOpportunity,
		UnknownOpportunity, OtherProduct, MoreThanExpected, Guessed,
	}
}

// The codes of warnings.
const (
	// TakenByGuess warns that orders which name no opportunity took from some all the same:
	// how much, and of how many. Each such peg has the note [Guessed].
	TakenByGuess insight.WarningCode = "taken_by_guess"
	// OutsideForecast warns that demand is expected in buckets that are no steps of the
	// forecast ([Demand.Increment]).
	OutsideForecast insight.WarningCode = "outside_forecast"
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{TakenByGuess, OutsideForecast}
}

// Peg is what one line of an opportunity adds: Quantity = Consumed + Open, and
// Expected is Open × Probability, rounded.
type Peg struct {
	Opportunity tandem.DocumentRef `json:"opportunity"`
	Line        int                `json:"line,omitzero"`
	Party       tandem.PartyID     `json:"party,omitzero"`
	Quantity    tandem.Quantity    `json:"quantity"`
	Consumed    tandem.Quantity    `json:"consumed"` // by orders that have arrived
	Guessed     tandem.Quantity    `json:"guessed"`  // the part of Consumed that went to orders which name no opportunity
	Open        tandem.Quantity    `json:"open"`
	Probability tandem.Rate        `json:"probability"`
	Expected    tandem.Quantity    `json:"expected"`
	Close       tandem.Date        `json:"close,omitzero"`
	Need        tandem.Date        `json:"need,omitzero"`
	Bucket      int                `json:"bucket"` // -1 where it is in none, and Notes say why
	Notes       []insight.Reason   `json:"notes,omitempty"`
}

// Consumption is what an order took from an opportunity.
type Consumption struct {
	Order       tandem.DocumentRef `json:"order"`
	OrderLine   int                `json:"order_line,omitzero"`
	Opportunity tandem.DocumentRef `json:"opportunity"`
	Line        int                `json:"line,omitzero"`
	Product     tandem.ProductID   `json:"product"`
	Quantity    tandem.Quantity    `json:"quantity"`
	Matched     bool               `json:"matched,omitzero"` // by guess: the order names no opportunity
}

// Remark is a note on an order, or on a line that was given twice.
type Remark struct {
	Document tandem.DocumentRef `json:"document"`
	Line     int                `json:"line,omitzero"`
	Product  tandem.ProductID   `json:"product"`
	Quantity tandem.Quantity    `json:"quantity"` // that it is about
	Note     insight.Reason     `json:"note"`
}

// Demand is what the pipeline lets expect of one product.
type Demand struct {
	Product tandem.ProductID `json:"product"`
	Start   tandem.Date      `json:"start"` // first day of the first bucket
	Bucket  forecast.Bucket  `json:"bucket"`
	// Expected has the quantity of each bucket, Variance its variance in squared units.
	// That of two buckets is not the sum where deals or causes are common to both.
	Expected []tandem.Quantity `json:"expected"`
	Variance []float64         `json:"variance"`
	// Pipeline = Consumed + Open, over all pegs, in a bucket or not.
	Pipeline tandem.Quantity `json:"pipeline"`
	Consumed tandem.Quantity `json:"consumed"`
	Guessed  tandem.Quantity `json:"guessed"` // the part of Consumed that went by guess
	Open     tandem.Quantity `json:"open"`
	Pegs     []Peg           `json:"pegs"` // by close date
}

// Sensed is the answer of [Sense].
type Sensed struct {
	At           tandem.Date   `json:"at"`
	Demands      []Demand      `json:"demands"` // by product
	Consumptions []Consumption `json:"consumptions,omitempty"`
	Remarks      []Remark      `json:"remarks,omitempty"`
	// Warnings say in sentences what somebody should look at: [TakenByGuess].
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Points gives the expected quantities as numbers.
func (d Demand) Points() []float64 {
	out := make([]float64, len(d.Expected))
	for i, q := range d.Expected {
		out[i] = row.Units(q)
	}
	return out
}

// Regressor gives the expected quantities as a cause of a series: past has what the
// pipeline let expect for each of its values at the time (snapshots that the host
// kept). The series must end where the demand starts.
func (d Demand) Regressor(past []float64) forecast.Regressor {
	return forecast.Regressor{Name: "pipeline", Past: past, Future: d.Points()}
}

// Increment puts the expected demand on top of a forecast: points and variances are
// added, bounds move with the points and widen. It is meant for what history does not
// hold, such as projects (their bulk lines left out of it); usual orders are in the
// forecast already and would count twice. Buckets must be the same; steps are matched
// by their dates, and by position where the forecast has none. The reason says what was
// added; what is expected in a bucket that is no step is a warning, [OutsideForecast].
func (d Demand) Increment(f forecast.Forecast) (forecast.Forecast, error) {
	var c tandem.Check
	c.Require(f.Bucket == d.Bucket, "bucket", "bucket", "must be that of the demand")
	c.Require(len(f.Deviations) == len(f.Points), "length", "deviations", "one for each point is needed")
	for i, v := range f.Intervals {
		ok := len(v.Lower) == len(f.Points) && len(v.Upper) == len(f.Points) && v.Level > 0 && v.Level < 1
		c.Require(ok, "interval", tandem.Path("intervals", i), "a level and bounds for each point are needed")
	}
	if !c.OK() {
		return forecast.Forecast{}, c.Err("forecast")
	}
	shift := 0
	if !f.Start.IsZero() {
		shift = d.Bucket.Between(d.Start, d.Bucket.Begin(f.Start))
	}
	out := f
	out.Points, out.Deviations = append([]float64(nil), f.Points...), append([]float64(nil), f.Deviations...)
	out.Intervals = make([]forecast.Interval, len(f.Intervals))
	for i, v := range f.Intervals {
		out.Intervals[i] = forecast.Interval{Level: v.Level, Lower: append([]float64(nil), v.Lower...), Upper: append([]float64(nil), v.Upper...)}
	}
	for t := range out.Points {
		i := t + shift
		if i < 0 || i >= len(d.Expected) {
			continue
		}
		d.raise(&out, t, i)
	}
	d.tell(&out, shift)
	return out, nil
}

// tell says what was put on top of a forecast whose first step is bucket shift, and what
// was not.
func (d Demand) tell(f *forecast.Forecast, shift int) {
	on, off := 0.0, 0.0
	var unit tandem.Unit
	var first, last tandem.Date
	for i, q := range d.Expected {
		switch unit = q.Unit(); {
		case i >= shift && i < shift+len(f.Points):
			on += row.Units(q)
		case q.Sign() > 0:
			off += row.Units(q)
			if last = d.Bucket.Add(d.Start, i); first.IsZero() {
				first = last
			}
		}
	}
	if on > 0 {
		if f.Reason != "" {
			f.Reason += "; "
		}
		f.Reason += fmt.Sprintf("%.6g %s expected from the pipeline were put on top", on, unit)
	}
	if off > 0 {
		f.Warnings = append(slices.Clone(f.Warnings), insight.Warn(OutsideForecast,
			"%.6g %s are expected in buckets that are no steps of the forecast (%s to %s) and were not added", off, unit, first, last))
	}
}

// raise moves step t by bucket i. Half widths add as the deviations do, each side for
// itself, so that skewed intervals stay skewed; a bound that was not negative stays so.
func (d Demand) raise(f *forecast.Forecast, t, i int) {
	before, variance := f.Points[t], d.Variance[i]
	after := before + row.Units(d.Expected[i])
	f.Points[t] = after
	f.Deviations[t] = math.Sqrt(float64(f.Deviations[t]*f.Deviations[t]) + variance)
	for k := range f.Intervals {
		v := f.Intervals[k]
		z := float.NormalQuantile(0.5 + float64(v.Level/2))
		extra := float64(z * z * variance)
		low, high := before-v.Lower[t], v.Upper[t]-before
		floor := min(v.Lower[t], 0)
		v.Lower[t] = max(after-math.Sqrt(float64(low*low)+extra), floor)
		v.Upper[t] = after + math.Sqrt(float64(high*high)+extra)
	}
}
