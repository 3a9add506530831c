package lifetime

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/integration/insight/lifetime/spend"
	"github.com/tandem-go/tandem/internal/float"
)

// ManyGroups is the number of different histories above which Pareto/NBD, whose
// likelihood is costly, is tried only where [Plan].Models asks for it.
const ManyGroups = 50_000

// Plan says how customers are valued. The zero Plan is contribution margin in weeks, the
// next 52 of them, 10 % a year, the model chosen.
type Plan struct {
	Window Window `json:"window"`
	// Models are tried, and the one chosen that is nearest to the holdout, by frequency;
	// without a holdout the one with the least AIC. Among those as good within the noise (a
	// standard error of what came, an AIC of 2) those with the fewest warnings are left, such
	// as of a fit at the border, and of these those with the least AIC; the nearest of them is
	// chosen. If it runs to the border on all days another of them is that does not or, if
	// all do, in which leaving shows most. Empty = all (see
	// ManyGroups); one alone is used as it is.
	Models []repeat.Model `json:"models,omitempty"`
	// Horizon is how far ahead purchases and value count, in units of time; 0 = a year.
	Horizon float64 `json:"horizon,omitzero"`
	// AnnualRate discounts: a purchase in a year counts 1/(1+rate). 0 = 0.1; use Undiscounted for none.
	AnnualRate   float64 `json:"annual_rate,omitzero"`
	Undiscounted bool    `json:"undiscounted,omitzero"`
	// MarginShare turns values into contribution margin, where they are revenue; 0 = 1.
	MarginShare float64       `json:"margin_share,omitzero"`
	Repeat      repeat.Config `json:"repeat"`
	Spend       spend.Config  `json:"spend"`
}

// MaxHorizon is the limit of Plan.Horizon.
const MaxHorizon = 100_000

// Validate reports every fault.
func (p Plan) Validate() error {
	var c tandem.Check
	c.Nested("window", p.Window.Validate())
	for i, m := range p.Models {
		c.Require(m.Valid(), "model", tandem.Path("models", i), "must be bg_nbd, mbg_nbd or pareto_nbd")
		c.Require(slices.Index(p.Models, m) == i, "duplicate", tandem.Path("models", i), "each model once")
	}
	c.Require(p.Horizon >= 0 && p.Horizon <= MaxHorizon, "horizon", "horizon", "must be 0 to 100,000")
	c.Require(p.AnnualRate >= 0 && p.AnnualRate <= 10, "rate", "annual_rate", "must be 0 to 10")
	c.Require(p.MarginShare >= 0 && p.MarginShare <= 1, "share", "margin_share", "must be 0 to 1")
	c.Nested("repeat", p.Repeat.Validate())
	c.Nested("spend", p.Spend.Validate())
	return c.Err("plan")
}

// resolve fills what is left open.
func (p *Plan) resolve() {
	if p.Window.Unit == "" {
		p.Window.Unit = Week
	}
	if p.Window.Measure == "" {
		p.Window.Measure = ContributionMargin
	}
	if p.Horizon == 0 {
		p.Horizon = 52
		if p.Window.Unit == Day {
			p.Horizon = 365
		}
	}
	switch {
	case p.Undiscounted:
		p.AnnualRate = 0
	case p.AnnualRate == 0:
		p.AnnualRate = 0.1
	}
	if p.MarginShare == 0 {
		p.MarginShare = 1
	}
}

// Trial is a model that was tried on the calibration.
type Trial struct {
	Fit      repeat.Fit      `json:"fit"`
	Tracking repeat.Tracking `json:"tracking,omitzero"` // where there is a holdout
}

// Valued is a customer with what is expected of him.
type Valued[K comparable] struct {
	Key K `json:"key"`
	repeat.History
	repeat.Prospect
	// Expected is the expected value of a purchase, as contribution margin if the window's
	// measure or the plan's margin share makes it so.
	Expected float64 `json:"expected"`
	// Lifetime is the customer lifetime value from the end of the data on: discounted
	// purchases within the horizon times expected value. It is residual: what was bought is not in it.
	Lifetime float64 `json:"lifetime"`
	// Assumed says that no model could be fitted, since nobody bought again: the prospect is of
	// a prior, and no data speak for it.
	Assumed bool `json:"assumed,omitzero"`
}

// Valuation is what customers are worth, and how that was found.
type Valuation[K comparable] struct {
	Plan   Plan         `json:"plan"` // with all that was left open
	Model  repeat.Model `json:"model"`
	Reason string       `json:"reason"` // why this model, or what stands in for one
	// Rate is the continuous discount rate by unit of time: log(1+annual)/(units of a year of 365.25 days).
	Rate      float64           `json:"rate"`
	Fit       repeat.Fit        `json:"fit"` // of all days, calibration and holdout
	Spend     spend.Fit         `json:"spend"`
	Trials    []Trial           `json:"trials,omitempty"`
	Customers []Valued[K]       `json:"customers"` // in the order in which they were first seen
	Total     float64           `json:"total"`     // of lifetime values
	LeftOut   []insight.LeftOut `json:"left_out,omitempty"`
	// Warnings are all of them, those of Fit and Spend included. What a model was warned of
	// that was only tried stands with its trial.
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

func (v *Valuation[K]) warn(code insight.WarningCode, text string) {
	v.Warnings = append(v.Warnings, insight.Warning{Code: code, Text: text})
}

// Value gathers transactions and values their customers; see [Collector.Value].
func Value[K comparable](transactions []Transaction[K], p Plan) (Valuation[K], error) {
	var c Collector[K]
	for _, t := range transactions {
		c.Add(t)
	}
	return c.Value(p)
}

// Value goes from transactions to the value of each customer at the end of the
// holdout: it chooses a model of repeat purchases, fits it to all days, fits the
// gamma-gamma model to the repeat means, and multiplies.
func (c *Collector[K]) Value(p Plan) (Valuation[K], error) {
	if err := p.Validate(); err != nil {
		return Valuation[K]{}, err
	}
	p.resolve()
	calibration, err := c.Summarise(p.Window)
	if err != nil {
		return Valuation[K]{}, err
	}
	p.Window = calibration.Window
	whole := calibration
	held := p.Window.CalibrationEnd.Before(p.Window.HoldoutEnd)
	if held {
		all := p.Window
		all.CalibrationEnd = all.HoldoutEnd
		if whole, err = c.Summarise(all); err != nil {
			return Valuation[K]{}, err
		}
	}
	out := Valuation[K]{Plan: p, LeftOut: whole.LeftOut, Warnings: whole.Warnings}
	out.Rate = float.Log1p(p.AnnualRate) * p.Window.Unit.days() / 365.25
	if err := out.choose(&calibration, &whole, held); err != nil {
		return Valuation[K]{}, err
	}
	if err := out.expect(&whole); err != nil {
		return Valuation[K]{}, err
	}
	return out, nil
}

// expect fits the spend and values each customer.
func (v *Valuation[K]) expect(s *Summary[K]) error {
	means := make([]spend.Mean, len(s.Customers))
	for i := range s.Customers {
		means[i] = spend.Mean{Count: s.Customers[i].Frequency, Value: s.Customers[i].RepeatMean}
	}
	var err error
	if v.Spend, err = spend.GammaGamma(means, v.Plan.Spend); err != nil {
		return err
	}
	v.Warnings = append(append(v.Warnings, v.Fit.Warnings...), v.Spend.Warnings...)
	if v.Plan.Window.Measure == Revenue && v.Plan.MarginShare == 1 {
		v.warn(RevenueOnly, "values are revenue: a customer is worth the contribution margin in it")
	}
	population := v.population(s)
	outlook := v.Fit.Outlook(v.Plan.Horizon, v.Rate, v.Plan.Horizon)
	v.Customers = make([]Valued[K], len(s.Customers))
	negative, assumed := 0, stoodIn(v.Fit)
	for i := range s.Customers {
		one := Valued[K]{Key: s.Customers[i].Key, History: s.Customers[i].History, Prospect: outlook.Of(s.Customers[i].History), Assumed: assumed}
		one.Expected = population
		if v.Spend.Customers > 0 {
			one.Expected = v.Spend.Expected(means[i])
		}
		one.Expected *= v.Plan.MarginShare
		one.Lifetime = one.Discounted * one.Expected
		v.Total += one.Lifetime
		if one.Lifetime < 0 {
			negative++
		}
		v.Customers[i] = one
	}
	if negative > 0 {
		v.warn(NegativeValue, text(negative, " customers are expected to bring less than nothing"))
	}
	return nil
}

// population gives the mean value of a purchase day of all, where no repeat purchase
// tells of spend.
func (v *Valuation[K]) population(s *Summary[K]) float64 {
	sum, days := 0.0, 0.0
	for i := range s.Customers {
		sum += s.Customers[i].Value
		days += float64(s.Customers[i].Frequency + 1)
	}
	return sum / max(days, 1)
}
