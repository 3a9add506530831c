package policy

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Proposal is the way from a history to a quantity to buy.
type Proposal struct {
	Quantity tandem.Quantity   `json:"quantity"` // nought where nothing is to be bought
	Forecast forecast.Forecast `json:"forecast"` // at least over lead time and review
	// Demand summarises the demand over lead time and review.
	Demand   Summary           `json:"demand"`
	Levels   Levels            `json:"levels"`
	Reasons  []string          `json:"reasons"`            // of forecast, levels and quantity, in this order
	Warnings []insight.Warning `json:"warnings,omitempty"` // of the levels; the forecast has its own
}

// Propose goes from a history to an order: forecast, distribution of the demand over
// lead time and review, levels, quantity rounded up to minimum and packs. The method ""
// is [forecast.Combination], the default of forecasts; [forecast.Auto] tries others, too, and takes
// many times as long. There is always an answer: without history or demand it is nought, with the reason. Only
// faults of the arguments are errors.
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
	fit, err := method.Fit(series, config)
	if err != nil {
		return Proposal{}, err
	}
	levels, err := Plan(fit, item)
	if err != nil {
		return Proposal{}, err
	}
	switch n := item.protection(); {
	case len(series.Values) == 0:
		levels.warn(NoHistory, "there is no history to forecast from")
	case len(series.Values) < n:
		levels.warn(ShortHistory, "the history has %d buckets, lead time and review take %d", len(series.Values), n)
	}
	order, err := levels.Order(position)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{
		Quantity: order.Quantity, Forecast: fit.Forecast(max(config.Horizon, item.protection())),
		Demand: levels.ProtectionDemand, Levels: levels, Warnings: levels.Warnings,
	}
	p.Reasons = []string{p.because(len(series.Values)), levels.Reason, order.Reason}
	return p, nil
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
