package formula

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// StepKind names a step of a formula.
type StepKind string

// The steps, in their order.
const (
	StepBase     StepKind = "base"
	StepCurrency StepKind = "currency"
	StepOperator StepKind = "operator" // discount, markup or margin
	StepCharm    StepKind = "charm"
	StepFee      StepKind = "fee"
	StepClamp    StepKind = "clamp"
	StepEnding   StepKind = "ending" // the charm again, after a clamp
	StepRounding StepKind = "rounding"
)

// StepKinds lists the steps in their order.
func StepKinds() []StepKind {
	return []StepKind{StepBase, StepCurrency, StepOperator, StepCharm, StepFee, StepClamp, StepEnding, StepRounding}
}

// Valid reports whether k is one of [StepKinds].
func (k StepKind) Valid() bool { return slices.Contains(StepKinds(), k) }

// UnmarshalText reads a step and refuses anything else.
func (k *StepKind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "step") }

// Bound says which bound a price was held at.
type Bound string

// The bounds.
const (
	BoundNought Bound = "nought" // a price is never below nought
	BoundCost   Bound = "cost"   // [Charm.NotBelowCost]
	BoundMin    Bound = "min_margin"
	BoundMax    Bound = "max_margin"
)

// Bounds lists the bounds.
func Bounds() []Bound { return []Bound{BoundNought, BoundCost, BoundMin, BoundMax} }

// Valid reports whether b is one of [Bounds].
func (b Bound) Valid() bool { return slices.Contains(Bounds(), b) }

// UnmarshalText reads a bound and refuses anything else.
func (b *Bound) UnmarshalText(text []byte) error { return enum.Decode(b, text, "bound") }

// Step is one step of a formula that changed the price, with its operand.
type Step struct {
	Kind     StepKind     `json:"kind"`
	Operator Operator     `json:"operator,omitempty"` // of an operator step
	Rate     tandem.Rate  `json:"rate,omitzero"`      // of an operator step, or of a clamp over cost
	Exchange tandem.Ratio `json:"exchange,omitzero"`  // of a currency step
	Amount   tandem.Money `json:"amount"`             // per unit: of a fee, or of a clamp over the base
	Bound    Bound        `json:"bound,omitempty"`    // of a clamp
	// Price is the price after the step, shown to a millionth, half to even: inside,
	// nothing is rounded before a step that rounds.
	Price tandem.Price `json:"price"`
	// Delta is the change of the price that is shown; none where the currency changed.
	Delta tandem.Price `json:"delta"`
	// Rounding is the change that a charm, an ending or the final rounding made; else none.
	Rounding tandem.Price `json:"rounding"`
}

// Trace records the steps of a formula. Used again, it allocates nothing. The first
// step is the base, and the last Price is the result; from the last currency on,
// the prices are the one before plus the Delta.
type Trace struct {
	Steps []Step `json:"steps"`
}
