package policy

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Proposal is the way from a history to a quantity to buy.
type Proposal struct {
	Quantity tandem.Quantity   `json:"quantity"` // nought where nothing is to be bought
	Forecast forecast.Forecast `json:"forecast"` // at least over lead time and review
	// Demand summarises the demand over lead time and review.
	Demand  Summary  `json:"demand"`
	Levels  Levels   `json:"levels"`
	Reasons []string `json:"reasons"` // of forecast, levels and quantity, in this order
	// Warnings are all: those of the forecast, then those of the levels, which both have
	// their own besides. What both say by one code is said once.
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Propose goes from a history to an order: forecast, distribution of the demand over
// lead time and review, levels, quantity rounded up to minimum and packs. The method ""
// is [forecast.Combination], the default of forecasts; [forecast.Auto] tries others, too, and takes
// many times as long. A Config.Horizon of 0 is the longest lead time and review, so that methods
// are compared over the time that the order must last. There is always an answer: without
// history or demand it is nought, with the reason. Only faults of the arguments are errors.
func Propose(series forecast.Series, method forecast.Method, config forecast.Config, item Item, position Position) (Proposal, error) {
	var c tandem.Check
	c.Require(method == "" || method.Valid(), "method", "method", "must be one of the methods")
	c.Nested("series", series.Validate())
	c.Nested("config", config.Validate())
	c.Nested("item", item.Validate())
	_, _, err := position.net(item.lot().unit())
	c.Nested("position", err)
	if err := c.Err("proposal"); err != nil {
		return Proposal{}, err
	}
	if config.Horizon == 0 {
		config.Horizon = item.horizon(config)
	}
	fit, err := method.Fit(series, config)
	if err != nil {
		return Proposal{}, err
	}
	levels, err := Plan(fit, item)
	if err != nil {
		return Proposal{}, err
	}
	if len(series.Values) == 0 {
		levels.warn(NoHistory, "there is no history to forecast from")
	}
	order, err := levels.Order(position)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{
		Quantity: order.Quantity, Forecast: fit.Forecast(max(config.Horizon, item.protection())),
		Demand: levels.ProtectionDemand, Levels: levels,
	}
	p.Warnings = slices.Clone(p.Forecast.Warnings)
	for _, w := range levels.Warnings {
		if !insight.Warned(p.Forecast.Warnings, w.Code) {
			p.Warnings = append(p.Warnings, w)
		}
	}
	p.Reasons = []string{p.because(len(series.Values)), levels.Reason, order.Reason}
	return p, nil
}

// horizon is how far ahead a proposal forecasts: over lead time and review, or what a
// forecast may simulate with as many paths.
func (i Item) horizon(config forecast.Config) int {
	return max(min(i.protection(), forecast.MaxSimulated/max(config.Paths, 1)), 1)
}

// because says where the forecast comes from.
func (p *Proposal) because(values int) string {
	f := p.Forecast
	if values == 0 {
		return "no history: no demand is forecast"
	}
	text := fmt.Sprintf("forecast by %s (%s) from %d buckets: %s in the next", f.Method, f.Model, values, number(f.Points[0]))
	if f.Reason != "" {
		text += "; " + f.Reason
	}
	return text
}
