package rebate

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// MaxTiers is the most tiers of one agreement.
const MaxTiers = 100

// Measure says what reaches a tier.
type Measure string

// The measures.
const (
	ByQuantity Measure = "quantity" // the net quantity
	ByValue    Measure = "value"    // the net value, before tax
)

// Measures lists the measures.
func Measures() []Measure { return []Measure{ByQuantity, ByValue} }

// Valid reports whether m is one of [Measures].
func (m Measure) Valid() bool { return slices.Contains(Measures(), m) }

// UnmarshalText reads a measure and refuses anything else.
func (m *Measure) UnmarshalText(text []byte) error { return enum.Decode(m, text, "measure") }

// Scale says what a tier's reward is for.
type Scale string

// The scales.
const (
	// Marginal: each tier rewards its own slice, from its beginning to the next tier's.
	Marginal Scale = "marginal"
	// BackToFirstUnit: the tier that was reached rewards everything.
	BackToFirstUnit Scale = "back_to_first_unit"
)

// Scales lists the scales.
func Scales() []Scale { return []Scale{Marginal, BackToFirstUnit} }

// Valid reports whether s is one of [Scales].
func (s Scale) Valid() bool { return slices.Contains(Scales(), s) }

// UnmarshalText reads a scale and refuses anything else.
func (s *Scale) UnmarshalText(text []byte) error { return enum.Decode(s, text, "scale") }

// ReturnPolicy says which tier holds after returns.
type ReturnPolicy string

// The policies of returns.
const (
	// NetVolume: the tier of what is left after returns.
	NetVolume ReturnPolicy = "net_volume"
	// HighestReached: the highest tier that the net volume had reached at the end of any
	// day; its reward is for what is left.
	HighestReached ReturnPolicy = "highest_reached"
)

// ReturnPolicies lists the policies of returns.
func ReturnPolicies() []ReturnPolicy { return []ReturnPolicy{NetVolume, HighestReached} }

// Valid reports whether p is one of [ReturnPolicies].
func (p ReturnPolicy) Valid() bool { return slices.Contains(ReturnPolicies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *ReturnPolicy) UnmarshalText(text []byte) error { return enum.Decode(p, text, "return policy") }

// Volume is what was bought: a quantity, where the terms have a unit, and a value.
type Volume struct {
	Quantity tandem.Quantity `json:"quantity"`
	Value    tandem.Money    `json:"value"`
}

func (v Volume) add(o Volume) (Volume, error) {
	var err error
	if v.Value, err = v.Value.Add(o.Value); err == nil && !v.Quantity.IsNone() {
		v.Quantity, err = v.Quantity.Add(o.Quantity)
	}
	return v, err
}

// exceeds reports whether v is more than o, in quantity or in value.
func (v Volume) exceeds(o Volume) bool {
	return v.Value.Minor() > o.Value.Minor() || v.Quantity.Micro() > o.Quantity.Micro()
}

func (v Volume) neg() Volume { return Volume{Quantity: v.Quantity.Neg(), Value: v.Value.Neg()} }

// Reward is given for what was bought: a rate of its value, or an amount for each unit.
type Reward struct {
	Rate    tandem.Rate  `json:"rate,omitzero"`
	PerUnit tandem.Price `json:"per_unit"`
}

// Of gives the reward for a volume.
func (r Reward) Of(v Volume, rounding tandem.Rounding) (tandem.Money, error) {
	if r.PerUnit.IsNone() {
		return v.Value.MulRate(r.Rate, rounding)
	}
	return r.PerUnit.Times(v.Quantity, rounding)
}

// Tier is reached from a quantity or from a value on, inclusive. "More than 1,000" of
// whole units is 1,001.
type Tier struct {
	FromQuantity tandem.Quantity `json:"from_quantity"` // where the measure is the quantity
	FromValue    tandem.Money    `json:"from_value"`    // where it is the value
	Reward
}

// Terms are what was agreed.
type Terms struct {
	Period   tandem.Validity `json:"period"` // of the sales that count; both ends given
	Currency tandem.Currency `json:"currency"`
	// Unit of all quantities; none where neither tiers nor rewards have quantities.
	Unit     tandem.Unit     `json:"unit"`
	Measure  Measure         `json:"measure"`
	Scale    Scale           `json:"scale"`
	Returns  ReturnPolicy    `json:"returns"`
	Rounding tandem.Rounding `json:"rounding"`
	// LateReturn is of use once something was forgotten: see [Agreement.Forget].
	LateReturn LateReturn `json:"late_return,omitzero"`
	// Tiers, ascending. All give a rate, or all an amount per unit. Below the first one
	// there is no rebate.
	Tiers []Tier `json:"tiers"`
}

// Validate reports all faults.
func (t Terms) Validate() error {
	var c tandem.Check
	c.Require(!t.Period.From.IsZero() && t.Period.From.Before(t.Period.Until), "period", "period", "must have both ends, the second later than the first")
	c.Require(t.Currency.Valid(), "currency", "currency", "must be a currency")
	c.Require(t.Unit == 0 || t.Unit.Valid(), "unit", "unit", "must be a unit")
	c.Require(t.Measure.Valid(), "unknown", "measure", "no such measure")
	c.Require(t.Scale.Valid(), "unknown", "scale", "no such scale")
	c.Require(t.Returns.Valid(), "unknown", "returns", "no such policy")
	c.Require(t.Rounding.Valid(), "unknown", "rounding", "no such mode")
	c.Require(t.LateReturn == "" || t.LateReturn.Valid(), "unknown", "late_return", "no such policy")
	c.Require(t.Unit != 0 || t.Measure != ByQuantity && !t.perUnit(), "required", "unit", "must be given where quantities count")
	// A slice of a quantity has no value of its own: that depended on the order of sales.
	c.Require(t.Scale != Marginal || (t.Measure == ByQuantity) == t.perUnit(), "marginal_reward", "scale",
		"by quantity, a slice is rewarded per unit; by value, at a rate")
	// A slice that was returned is not there to be rewarded.
	c.Require(t.Scale != Marginal || t.Returns != HighestReached, "marginal_returns", "returns", "slices follow the net volume")
	c.Require(len(t.Tiers) > 0 && len(t.Tiers) <= MaxTiers, "tiers", "tiers", "must be 1 to 100")
	for i := range t.Tiers[:min(len(t.Tiers), MaxTiers)] {
		t.checkTier(&c, i)
	}
	return c.Err("rebate terms")
}

func (t *Terms) checkTier(c *tandem.Check, i int) {
	tier, at := &t.Tiers[i], tandem.Path("tiers", i)
	from := at + ".from_value"
	if t.Measure == ByQuantity {
		from = at + ".from_quantity"
		c.Require(tier.FromQuantity.Unit() == t.Unit && tier.FromValue.IsNone(), "from", from, "must be a quantity of the terms' unit, alone")
	} else {
		c.Require(tier.FromValue.Currency() == t.Currency && tier.FromQuantity.IsNone(), "from", from, "must be an amount of the terms' currency, alone")
	}
	c.Require(t.from(i) >= 0 && t.from(i) <= t.most(), "range", from, "must not be negative or too large")
	c.Require(i == 0 || t.from(i-1) < t.from(i), "order", from, "must be more than the tier before")
	c.Require(tier.PerUnit.IsNone() == !t.perUnit(), "mixed", at, "must give a rate, or an amount per unit, as the first tier")
	if tier.PerUnit.IsNone() {
		c.Require(tier.Rate.Sign() >= 0 && tier.Rate.Cmp(tandem.Percent(100)) <= 0, "rate", at+".rate", "must be 0 to 1")
		return
	}
	p := tier.PerUnit
	c.Require(tier.Rate.IsZero(), "mixed", at+".rate", "must not be given beside an amount per unit")
	c.Require(p.Currency() == t.Currency && p.Unit() == t.Unit && p.Basis() == 1, "per_unit", at+".per_unit", "must be of the terms' currency, per 1 of its unit")
	c.Require(p.Sign() >= 0 && p.Micro() <= tandem.MaxMinorUnits, "range", at+".per_unit", "must not be negative or too large")
}

// perUnit reports whether the rewards are amounts per unit.
func (t *Terms) perUnit() bool { return len(t.Tiers) > 0 && !t.Tiers[0].PerUnit.IsNone() }

// from gives where a tier begins, in the smallest unit of the measure.
func (t *Terms) from(i int) int64 {
	return t.measure(Volume{Quantity: t.Tiers[i].FromQuantity, Value: t.Tiers[i].FromValue})
}

func (t *Terms) measure(v Volume) int64 {
	if t.Measure == ByQuantity {
		return v.Quantity.Micro()
	}
	return v.Value.Minor()
}

func (t *Terms) most() int64 {
	if t.Measure == ByQuantity {
		return maxMicro
	}
	return tandem.MaxMinorUnits
}

const maxMicro = tandem.MaxUnits * 1_000_000

// nothing is the volume of nothing.
func (t *Terms) nothing() Volume {
	return Volume{Quantity: tandem.QuantityFromMicro(0, t.Unit), Value: tandem.MoneyFromMinor(0, t.Currency)}
}

// volume is that of a measure.
func (t *Terms) volume(measure int64) Volume {
	v := t.nothing()
	if t.Measure == ByQuantity {
		v.Quantity = tandem.QuantityFromMicro(measure, t.Unit)
	} else {
		v.Value = tandem.MoneyFromMinor(measure, t.Currency)
	}
	return v
}

// fits reports whether a volume has the terms' currency and unit, and is not negative.
func (t *Terms) fits(v Volume) bool {
	return v.Value.Currency() == t.Currency && v.Quantity.Unit() == t.Unit && v.Value.Sign() >= 0 && v.Quantity.Sign() >= 0
}
