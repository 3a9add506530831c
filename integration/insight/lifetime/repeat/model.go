package repeat

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// Model names a model of repeat purchases.
type Model string

// The models and their parameters.
const (
	BGNBD     Model = "bg_nbd"     // r, alpha, a, b
	MBGNBD    Model = "mbg_nbd"    // r, alpha, a, b
	ParetoNBD Model = "pareto_nbd" // r, alpha, s, beta
)

// Models lists the models.
func Models() []Model { return []Model{BGNBD, MBGNBD, ParetoNBD} }

// Valid says whether the model is one of [Models].
func (m Model) Valid() bool { return slices.Contains(Models(), m) }

// UnmarshalText reads exactly the names of [Models].
func (m *Model) UnmarshalText(text []byte) error { return enum.Decode(m, text, "model", Models()) }

func (m Model) names() [4]string {
	if m == ParetoNBD {
		return [4]string{"r", "alpha", "s", "beta"}
	}
	return [4]string{"r", "alpha", "a", "b"}
}

// The warnings of package repeat, beside those of package forecast: AtBorder,
// FellBack and NotConverged.
const (
	NoCustomers  insight.WarningCode = "no_customers"
	NoRepeat     insight.WarningCode = "no_repeat"     // nobody bought again
	FewCustomers insight.WarningCode = "few_customers" // fewer than FewRepeaters came back
	ZeroAge      insight.WarningCode = "zero_age"      // customers first seen on the last day
)

// WarningCodes lists the warnings of this package.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{NoCustomers, NoRepeat, FewCustomers, ZeroAge}
}

// FewRepeaters is the number of customers with a repeat purchase below which four
// parameters are more than the data can say.
const FewRepeaters = 30

// Config says how to fit. The zero Config is the default.
type Config struct {
	Iterations int `json:"iterations,omitzero"` // of each search at most; 0 = 300
	// SkipErrors leaves out the standard errors (eight evaluations of the likelihood).
	SkipErrors bool `json:"skip_errors,omitzero"`
}

// MaxIterations is the limit of Config.Iterations.
const MaxIterations = 10_000

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Iterations >= 0 && c.Iterations <= MaxIterations, "iterations", "iterations", "must be 0 to 10,000")
	return k.Err("repeat config")
}

// Parameter is a fitted number under its name in the literature.
type Parameter struct {
	insight.Parameter
	// Error is the standard error from the curvature of the likelihood; 0 = not known
	// (not asked for, or no finite one, as at the border).
	Error float64 `json:"error,omitzero"`
}

// Fit is a model with its parameters.
type Fit struct {
	Model         Model        `json:"model"`
	Parameters    [4]Parameter `json:"parameters"`
	LogLikelihood float64      `json:"log_likelihood"` // of the histories, in the unit of time, as printed in the papers
	AIC           float64      `json:"aic"`            // 8 - 2·LogLikelihood
	// NBD is the log-likelihood of the model in which nobody leaves, fitted likewise, and
	// LeavingChance that of so much a gain over it if nobody leaves (likelihood ratio);
	// from Significance on leaving does not show, and AtBorder warns.
	NBD           float64           `json:"nbd"`
	LeavingChance float64           `json:"leaving_chance"`
	Customers     int               `json:"customers"`
	Groups        int               `json:"groups"` // different histories
	Iterations    int               `json:"iterations"`
	LeftOut       []insight.LeftOut `json:"left_out,omitempty"`
	Warnings      []insight.Warning `json:"warnings,omitempty"`
}

func (f *Fit) warn(code insight.WarningCode, text string) {
	f.Warnings = append(f.Warnings, insight.Warning{Code: code, Text: text})
}

// The range of a parameter.
const (
	MinParameter = 1e-6
	MaxParameter = 1e9
)

// With gives the model with known parameters, in the order of the constant's
// comment, such as published ones. Each must be from 1e-6 to 1e9.
func (m Model) With(parameters [4]float64) (Fit, error) {
	var c tandem.Check
	c.Require(m.Valid(), "model", "model", "must be bg_nbd, mbg_nbd or pareto_nbd")
	f := Fit{Model: m}
	for i, name := range m.names() {
		v := parameters[i]
		c.Require(v >= MinParameter && v <= MaxParameter, "parameter", tandem.Path("parameters", i), "must be 1e-6 to 1e9")
		f.Parameters[i] = Parameter{Parameter: insight.Parameter{Name: name, Value: v}}
	}
	return f, c.Err("repeat model")
}

// law is a model with parameters. What is "to come" is of a customer who is there.
type law interface {
	alive(h History) float64
	expected(t float64) float64
	toCome(h History, t float64) float64
	discounted(h History, rate, end float64) float64
	probability(n int, t float64) float64
}

func (f Fit) law() law {
	var p [4]float64
	for i := range p {
		p[i] = f.Parameters[i].Value
		if !(p[i] >= MinParameter) {
			p[i] = MinParameter
		}
		p[i] = min(p[i], MaxParameter)
	}
	if f.Model == ParetoNBD {
		return pareto{p[0], p[1], p[2], p[3]}
	}
	return geometric{p[0], p[1], p[2], p[3], f.Model == MBGNBD}
}

// Alive gives the probability that the customer will still buy at some time.
func (f Fit) Alive(h History) float64 { return f.law().alive(h.sound()) }

// Expected gives the expected number of repeat purchases of a customer within time
// t from the first purchase on.
func (f Fit) Expected(t float64) float64 {
	if t = span(t); t == 0 {
		return 0
	}
	return f.law().expected(t)
}

// Next gives the expected number of purchases within time t from the end of the
// observation on.
func (f Fit) Next(h History, t float64) float64 {
	if t = span(t); t == 0 {
		return 0
	}
	h, l := h.sound(), f.law()
	return l.alive(h) * l.toCome(h, t)
}

// Discounted gives the expected number of purchases within the horizon from the end
// of the observation on, each multiplied by e^(-rate·time): discounted expected
// residual transactions (Fader, Hardie and Lee, J. Marketing Research 42, 2005). The
// rate is continuous and by unit of time: 15 % a year is log(1.15)/52.18 a week.
// Horizon 0 is without end, if there is a rate; without one it is 0. The horizon is
// at most MaxAge.
func (f Fit) Discounted(h History, rate, horizon float64) float64 {
	end := discountEnd(rate, horizon)
	if end == 0 {
		return 0
	}
	h, l := h.sound(), f.law()
	return l.alive(h) * l.discounted(h, max(rate, 0), end)
}

// discountEnd gives the time after which nothing is left to count.
func discountEnd(rate, horizon float64) float64 {
	end := span(horizon)
	if rate > 0 {
		if left := 40 / rate; end == 0 || left < end {
			end = min(left, MaxAge)
		}
	}
	return end
}

// Probability gives the probability of exactly n repeat purchases within time t from
// the first purchase on.
func (f Fit) Probability(n int, t float64) float64 {
	switch t = span(t); {
	case n < 0 || n > MaxFrequency:
		return 0
	case t == 0 && n == 0:
		return 1
	case t == 0:
		return 0
	}
	return f.law().probability(n, t)
}

// span gives a time that can be: 0 to MaxAge.
func span(t float64) float64 {
	if !(t > 0) {
		return 0
	}
	return min(t, MaxAge)
}
