package spend

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// The limits of a customer's values.
const (
	MaxCount = 100_000
	MaxMean  = 1e12
)

// Mean is a customer's repeat purchases: their number and mean value.
type Mean struct {
	Count int     `json:"count"`
	Value float64 `json:"value"`
}

// The reasons of package spend.
const (
	NoRepeat     insight.Reason = "no_repeat" // nothing but a first purchase; the model still answers for him
	ZeroMean     insight.Reason = "zero_mean"
	NegativeMean insight.Reason = "negative_mean"
	BadValue     insight.Reason = "bad_value" // not finite, beyond MaxMean or MaxCount
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{NoRepeat, ZeroMean, NegativeMean, BadValue} }

// fault gives the reason why the likelihood cannot take the mean; "" for a sound one.
func (m Mean) fault() insight.Reason {
	switch {
	case m.Count <= 0:
		return NoRepeat
	case !(math.Abs(m.Value) <= MaxMean) || m.Count > MaxCount:
		return BadValue
	case m.Value < 0:
		return NegativeMean
	case m.Value == 0:
		return ZeroMean
	}
	return ""
}

// The warnings of package spend, beside AtBorder, FellBack and NotConverged of package
// forecast.
const (
	Correlated   insight.WarningCode = "spend_correlated" // with frequency, which the model does not allow for
	FewSpenders  insight.WarningCode = "few_spenders"     // fewer than 10
	InfiniteMean insight.WarningCode = "infinite_mean"    // q is 1 or less: the mean of the data stands in
)

// WarningCodes lists the warnings of this package.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{Correlated, FewSpenders, InfiniteMean}
}

// Config says how to fit. The zero Config is the default.
type Config struct {
	Iterations int `json:"iterations,omitzero"` // at most; 0 = 300
	// Correlation of spend and frequency from which a warning is given, either way; 0 = 0.3.
	Correlation float64 `json:"correlation,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Iterations >= 0 && c.Iterations <= 10_000, "iterations", "iterations", "must be 0 to 10,000")
	k.Require(c.Correlation >= 0 && c.Correlation <= 1, "correlation", "correlation", "must be 0 to 1")
	return k.Err("spend config")
}

// Fit is the fitted model.
type Fit struct {
	P float64 `json:"p"` // shape of a customer's purchases
	Q float64 `json:"q"` // shape between customers
	// Gamma is the rate between customers, in the unit of values.
	Gamma         float64           `json:"gamma"`
	Errors        [3]float64        `json:"errors"` // standard errors of p, q and gamma; 0 = not known
	LogLikelihood float64           `json:"log_likelihood"`
	Correlation   float64           `json:"correlation"` // of the number and the mean, over the customers used
	Mean          float64           `json:"mean"`        // of the customers' means, as observed
	Customers     int               `json:"customers"`   // used
	Iterations    int               `json:"iterations"`
	LeftOut       []insight.LeftOut `json:"left_out,omitempty"`
	Warnings      []insight.Warning `json:"warnings,omitempty"`
}

func (f *Fit) warn(code insight.WarningCode, text string) {
	f.Warnings = append(f.Warnings, insight.Warning{Code: code, Text: text})
}

// Population gives the expected mean value of a customer of whom nothing is known.
func (f Fit) Population() float64 {
	if f.Q > 1 && f.P > 0 {
		return min(f.P*f.Gamma/(f.Q-1), MaxMean)
	}
	return f.Mean
}

// Weight gives how much of the expectation is the customer's own mean, 0 to 1.
func (f Fit) Weight(count int) float64 {
	own := float64(f.P * float64(max(count, 0)))
	if own == 0 {
		return 0
	}
	return own / (own + max(f.Q-1, 0))
}

// Expected gives the expected mean value of a customer's purchases: his own mean and
// that of all, weighted. The same weights hold for a mean of zero or less, which the
// likelihood cannot take (credibility; the expectation may then be negative). A customer without a
// repeat purchase is one of whom nothing is known.
func (f Fit) Expected(m Mean) float64 {
	if why := m.fault(); why == NoRepeat || why == BadValue {
		return f.Population()
	}
	w := f.Weight(m.Count)
	return float64(w*m.Value) + float64((1-w)*f.Population())
}

// GammaGamma fits the model by maximum likelihood. Customers without a repeat purchase
// or with a mean of zero or less are left out and counted. There is always an answer:
// without customers who differ, the mean of the data stands in, with a warning.
func GammaGamma(means []Mean, c Config) (Fit, error) {
	if err := c.Validate(); err != nil {
		return Fit{}, err
	}
	if c.Iterations == 0 {
		c.Iterations = 300
	}
	if c.Correlation == 0 {
		c.Correlation = 0.3
	}
	var f Fit
	used := f.choose(means)
	f.Customers = len(used)
	f.describe(used, c)
	if len(used) < 2 {
		f.warn(forecast.FellBack, "fewer than two customers with repeat purchases: their mean stands in")
		return f, nil
	}
	if len(used) < 10 {
		f.warn(FewSpenders, "fewer than ten customers: the parameters are guesses")
	}
	f.fit(used, c)
	return f, nil
}

func (f *Fit) choose(means []Mean) []Mean {
	used := make([]Mean, 0, len(means))
	for _, m := range means {
		if why := m.fault(); why != "" {
			f.LeftOut = insight.Leave(f.LeftOut, why, 1)
			continue
		}
		used = append(used, m)
	}
	slices.SortFunc(used, func(a, b Mean) int {
		return cmp.Or(cmp.Compare(a.Count, b.Count), cmp.Compare(a.Value, b.Value))
	})
	return used
}

// describe takes mean and correlation.
func (f *Fit) describe(used []Mean, c Config) {
	if len(used) == 0 {
		return
	}
	n, x := float64(len(used)), 0.0
	for _, m := range used {
		x += float64(m.Count)
		f.Mean += m.Value
	}
	x /= n
	f.Mean /= n
	xx, zz, xz := 0.0, 0.0, 0.0
	for _, m := range used {
		dx, dz := float64(m.Count)-x, m.Value/f.Mean-1
		xx += float64(dx * dx)
		zz += float64(dz * dz)
		xz += float64(dx * dz)
	}
	if xx > 0 && zz > 0 {
		f.Correlation = min(max(xz/math.Sqrt(xx)/math.Sqrt(zz), -1), 1)
	}
	if math.Abs(f.Correlation) >= c.Correlation {
		f.warn(Correlated, "spend and frequency are related: the model, which takes them for independent, misjudges the frequent")
	}
}
