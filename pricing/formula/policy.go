package formula

import (
	"slices"

	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Basis says what a formula starts from.
type Basis string

// The bases.
const (
	OfList Basis = "list" // the price of another list
	OfCost Basis = "cost" // the cost that the caller states; none is [ErrCostMissing]
)

// Bases lists the bases.
func Bases() []Basis { return []Basis{OfList, OfCost} }

// Valid reports whether b is one of [Bases].
func (b Basis) Valid() bool { return slices.Contains(Bases(), b) }

// UnmarshalText reads a basis and refuses anything else.
func (b *Basis) UnmarshalText(text []byte) error { return enum.Decode(b, text, "basis") }

// Operator says what the rate of a formula means. Margin and markup are not the
// same: 100.00 of cost is 150.00 at a markup of 50 %, and 200.00 at a margin of 50 %.
type Operator string

// The operators.
const (
	Discount Operator = "discount" // base × (1 − rate)
	Markup   Operator = "markup"   // base × (1 + rate)
	Margin   Operator = "margin"   // base ÷ (1 − rate): (price − base) ÷ price is the rate
)

// Operators lists the operators.
func Operators() []Operator { return []Operator{Discount, Markup, Margin} }

// Valid reports whether o is one of [Operators].
func (o Operator) Valid() bool { return slices.Contains(Operators(), o) }

// UnmarshalText reads an operator and refuses anything else.
func (o *Operator) UnmarshalText(text []byte) error { return enum.Decode(o, text, "operator") }

// ClampKind says what a clamp is measured from.
type ClampKind string

// The kinds of clamps.
const (
	AmountOverBase ClampKind = "amount_over_base" // base, in the currency of the price, + amount per unit (Odoo)
	RateOverCost   ClampKind = "rate_over_cost"   // cost × (1 + rate)
)

// ClampKinds lists the kinds.
func ClampKinds() []ClampKind { return []ClampKind{AmountOverBase, RateOverCost} }

// Valid reports whether k is one of [ClampKinds].
func (k ClampKind) Valid() bool { return slices.Contains(ClampKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *ClampKind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "clamp") }

// EndingPolicy says what becomes of the ending of a price that a bound has moved.
type EndingPolicy string

// The ending policies.
const (
	// KeepEnding takes the next ending that keeps the bound: up from a lower bound,
	// down from an upper one. Where none lies within both, the bound itself stands.
	KeepEnding EndingPolicy = "keep_ending"
	// KeepBound takes the bound itself and gives the ending up, as Odoo does.
	KeepBound EndingPolicy = "keep_bound"
)

// EndingPolicies lists the ending policies.
func EndingPolicies() []EndingPolicy { return []EndingPolicy{KeepEnding, KeepBound} }

// Valid reports whether p is one of [EndingPolicies].
func (p EndingPolicy) Valid() bool { return slices.Contains(EndingPolicies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *EndingPolicy) UnmarshalText(text []byte) error { return enum.Decode(p, text, "ending policy") }

// Direction says to which side a charm moves a price.
type Direction string

// The directions.
const (
	Nearest Direction = "nearest" // a tie goes up
	Up      Direction = "up"
	Down    Direction = "down"
)

// Directions lists the directions.
func Directions() []Direction { return []Direction{Nearest, Up, Down} }

// Valid reports whether d is one of [Directions].
func (d Direction) Valid() bool { return slices.Contains(Directions(), d) }

// UnmarshalText reads a direction and refuses anything else.
func (d *Direction) UnmarshalText(text []byte) error { return enum.Decode(d, text, "direction") }

// TierModel says how tiers price a quantity.
type TierModel string

// The models.
const (
	Volume    TierModel = "volume"    // the whole quantity at the price of the tier that it falls into
	Graduated TierModel = "graduated" // each slice of the quantity at the price of its tier
	Package   TierModel = "package"   // whole packages, each at one price, after a free quantity
)

// TierModels lists the models.
func TierModels() []TierModel { return []TierModel{Volume, Graduated, Package} }

// Valid reports whether m is one of [TierModels].
func (m TierModel) Valid() bool { return slices.Contains(TierModels(), m) }

// UnmarshalText reads a model and refuses anything else.
func (m *TierModel) UnmarshalText(text []byte) error { return enum.Decode(m, text, "tier model") }
