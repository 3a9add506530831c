package contract

import (
	"math"

	"github.com/tandem-go/tandem"
)

// MinDiscount is the least discount rate by period of a valuation without end: below
// it the sum depends on centuries that nobody knows.
const MinDiscount = 1e-4

// Validate reports every fault of a model that was kept and read again, or made by hand:
// what is not positive, as of the zero model, or beyond what [Fit] gives.
func (m Model) Validate() error {
	var c tandem.Check
	c.Require(possible(m.Alpha), "parameter", "alpha", "must be positive, 1e-12 to 1e12")
	c.Require(possible(m.Beta), "parameter", "beta", "must be positive, 1e-12 to 1e12")
	return c.Err("model")
}

func possible(v float64) bool { return v >= 1e-12 && v <= 1e12 }

// sound puts one in the place of a parameter that cannot be, so that every question has
// an answer: with both, the first chance to stay is as likely as any other.
func (m Model) sound() (alpha, beta float64) {
	alpha, beta = m.Alpha, m.Beta
	if !possible(alpha) {
		alpha = 1
	}
	if !possible(beta) {
		beta = 1
	}
	return alpha, beta
}

// Retention gives the share of those who come to a renewal that stays, (β+t-1)/
// (α+β+t-1); 1 is the first renewal, what is below counts as it. Of a
// model that is not valid, here and below, one stands for a parameter that cannot be.
func (m Model) Retention(renewal int) float64 {
	alpha, beta := m.sound()
	t := float64(max(renewal, 1) - 1)
	return (beta + t) / (alpha + beta + t)
}

// Survival gives the chance of a new customer to be there after so many renewals,
// B(α, β+t)/B(α, β), at most [MaxPeriods] of them.
func (m Model) Survival(renewals int) float64 { return m.SurvivalFrom(0, renewals) }

// SurvivalFrom gives the chance that one who is active after so many renewals is
// there after further ones, at most [MaxPeriods] of them.
func (m Model) SurvivalFrom(age, further int) float64 {
	chance := 1.0
	for k := 1; k <= min(further, MaxPeriods); k++ {
		chance = float64(chance * m.Retention(max(age, 0)+k))
	}
	return chance
}

// Leaving gives the chance of a new customer to leave at that renewal.
func (m Model) Leaving(renewal int) float64 {
	if renewal < 1 {
		return 0
	}
	return float64(m.Survival(renewal-1) * (1 - m.Retention(renewal)))
}

// Year is a period of a projection.
type Year struct {
	Renewal   int     `json:"renewal"`
	Retention float64 `json:"retention"`
	Survival  float64 `json:"survival"` // of new customers
}

// Project gives retention and survival for the renewals from the first, at most
// [MaxPeriods] of them.
func (m Model) Project(renewals int) []Year {
	var out []Year
	chance := 1.0
	for k := 1; k <= min(renewals, MaxPeriods); k++ {
		rate := m.Retention(k)
		chance *= rate
		out = append(out, Year{k, rate, chance})
	}
	return out
}

// Lifetime is a number of further periods that may have no end.
type Lifetime struct {
	Periods float64 `json:"periods"`
	Finite  bool    `json:"finite"` // else Periods is 0
}

// ResidualLifetime gives the expected number of further renewals of one who is active
// after so many: (β+age)/(α-1). With α of at most 1 some customers stay so long that
// there is no mean; take [Model.WithinHorizon] or [Model.Discounted].
func (m Model) ResidualLifetime(age int) Lifetime {
	alpha, beta := m.sound()
	if alpha <= 1 {
		return Lifetime{}
	}
	return Lifetime{(beta + float64(max(age, 0))) / (alpha - 1), true}
}

// WithinHorizon gives the expected number of further renewals within so many, at
// most [MaxPeriods].
func (m Model) WithinHorizon(age, renewals int) float64 {
	sum, chance := 0.0, 1.0
	for k := 1; k <= min(renewals, MaxPeriods); k++ {
		chance = float64(chance * m.Retention(max(age, 0)+k))
		sum += chance
	}
	return sum
}

// Discounted gives the discounted expected residual lifetime (DERL) of one who is
// active after so many renewals, seen just before the next one, which therefore is
// not discounted: Σ S(age+1+k)/S(age)·(1+d)^-k, in closed form
// (β+age)/(α+β+age) · ₂F₁(1, β+age+1; α+β+age+1; 1/(1+d)) (Fader and Hardie 2010). The discount rate is by period and at least [MinDiscount].
func (m Model) Discounted(age int, discount float64) float64 {
	d := discount
	if !(d >= MinDiscount) {
		d = MinDiscount
	}
	alpha, beta := m.sound()
	z, at := 1/(1+d), float64(max(age, 0))
	return float64(m.Retention(max(age, 0)+1) * hypergeometric(beta+at+1, alpha+beta+at+1, z))
}

// hypergeometric gives ₂F₁(1, b; c; z) for b ≤ c and 0 ≤ z < 1 by its series, whose
// rest is below the next term over 1-z. With the least discount that is half a
// million terms at most.
func hypergeometric(b, c, z float64) float64 {
	sum, term := 1.0, 1.0
	for k := 0.0; k < 1e6; k++ {
		term = float64(term * (z * (b + k) / (c + k)))
		sum += term
		if term < 1e-16*(1-z)*sum {
			break
		}
	}
	return sum
}

// Terms are those of a valuation.
type Terms struct {
	Margin   float64 `json:"margin"`   // contribution by period, in any currency
	Discount float64 `json:"discount"` // rate by period, at least 1e-4
	// Horizon bounds the number of renewals that count; 0 = no bound.
	Horizon int `json:"horizon,omitzero"`
}

// Validate reports every fault of the terms.
func (t Terms) Validate() error {
	var c tandem.Check
	c.Require(math.Abs(t.Margin) <= MaxCount, "margin", "margin", "must be finite, at most 1e12 either way")
	c.Require(t.Discount >= 0 && t.Discount <= 1e6 && (t.Horizon > 0 || t.Discount >= MinDiscount), "discount", "discount",
		"must be 0.0001 to 1,000,000; 0 only with a horizon")
	c.Require(t.Horizon >= 0 && t.Horizon <= MaxPeriods, "horizon", "horizon", "must be 0 to 10,000")
	return c.Err("terms")
}

// Value is the worth of a customer.
type Value struct {
	// New is that of a new one: the margin of the first period now, and what follows.
	New float64 `json:"new"`
	// Residual is that of one who is active after Age renewals, just before the next:
	// what was paid is not in it.
	Residual float64 `json:"residual"`
	Age      int     `json:"age"`
}

// Value gives the lifetime value under the terms; the margin comes at the beginning
// of each period, so that the first renewal of a new customer lies a period ahead.
func (m Model) Value(age int, t Terms) (Value, error) {
	var c tandem.Check
	c.Nested("model", m.Validate())
	c.Require(age >= 0 && age <= MaxPeriods, "age", "age", "must be 0 to 10,000")
	c.Nested("terms", t.Validate())
	if err := c.Err("valuation"); err != nil {
		return Value{}, err
	}
	ahead := m.periods(0, t)
	return Value{
		New:      float64(t.Margin * (1 + ahead/(1+t.Discount))),
		Residual: float64(t.Margin * m.periods(age, t)), Age: age,
	}, nil
}

// periods gives the discounted renewals, within the horizon where there is one.
func (m Model) periods(age int, t Terms) float64 {
	if t.Horizon == 0 {
		return m.Discounted(age, t.Discount)
	}
	sum, chance, factor := 0.0, 1.0, 1.0
	for k := 1; k <= t.Horizon; k++ {
		chance = float64(chance * m.Retention(age+k))
		sum += float64(chance * factor)
		factor /= 1 + t.Discount
	}
	return sum
}
