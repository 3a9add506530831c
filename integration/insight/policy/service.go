package policy

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// ServiceKind names what a service target counts.
type ServiceKind string

// The kinds of service. They are not each other's approximation: an item that is
// bought twice a year can run out before every delivery and still serve 95 % of its
// demand (Silver, Pyke and Thomas, 2017, section 6.7).
const (
	// CycleService (P1, α) is the probability that a replenishment arrives before the
	// stock is gone.
	CycleService ServiceKind = "cycle_service"
	// FillRate (P2, β) is the fraction of demand that is met from the shelf at once.
	FillRate ServiceKind = "fill_rate"
	// ShortageCost is what a unit costs that is not there at once (B2·v), to be weighed
	// against the cost of holding, which must be known: the level at which both together
	// are least of all levels, of single_period the critical ratio with the holding cost
	// over the review period, from receipt to end, as that of a unit left over. One and the same shortage cost for many items gives
	// the least capital at their joint fill rate ([Joint] finds it), where one and the
	// same fill rate does not: dear and erratic items get less, cheap and steady ones
	// more (Silver, Pyke and Thomas, 2017, chapter 6).
	ShortageCost ServiceKind = "shortage_cost"
)

// ServiceKinds lists the kinds of service.
func ServiceKinds() []ServiceKind { return []ServiceKind{CycleService, FillRate, ShortageCost} }

// Valid says whether the kind is one of [ServiceKinds].
func (k ServiceKind) Valid() bool { return slices.Contains(ServiceKinds(), k) }

// UnmarshalText reads exactly the names of [ServiceKinds].
func (k *ServiceKind) UnmarshalText(text []byte) error {
	return enum.Decode(k, text, "kind", ServiceKinds())
}

const kinds = "must be reorder_point, min_max, periodic or single_period"

const serviceKinds = "must be cycle_service, fill_rate or shortage_cost"

// Service is a target.
type Service struct {
	Kind ServiceKind `json:"kind"`
	// Target is between 0 and 1, such as 0.95; of shortage_cost, the cost of a unit
	// short, in the currency of the holding cost.
	Target float64 `json:"target"`
}

// Validate reports every fault of the target.
func (s Service) Validate() error {
	var c tandem.Check
	c.Require(s.Kind.Valid(), "kind", "kind", serviceKinds)
	if s.Kind == ShortageCost {
		c.Require(s.Target > 0 && s.Target <= MaxCost, "target", "target", "must be a cost above 0, at most 1e12")
	} else {
		c.Require(s.Target > 0 && s.Target < 1, "target", "target", "must be between 0 and 1")
	}
	return c.Err("service")
}

// Kind names a rule of replenishment.
type Kind string

// The rules, with the names they have in the literature. All are reviewed at the
// end of every Item.Review buckets.
const (
	// ReorderPoint is (r, Q), also (s, nQ): at or below r the least number of lots Q
	// that brings the position above r is ordered.
	ReorderPoint Kind = "reorder_point"
	// MinMax is (s, S): at or below s the position is raised to S.
	MinMax Kind = "min_max"
	// Periodic is (R, S): at every review the position is raised to S.
	Periodic Kind = "periodic"
	// SinglePeriod is the newsvendor: one order for the demand of lead time and
	// review, and no other.
	SinglePeriod Kind = "single_period"
)

// Kinds lists the rules.
func Kinds() []Kind { return []Kind{ReorderPoint, MinMax, Periodic, SinglePeriod} }

// Valid says whether the rule is one of [Kinds].
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// UnmarshalText reads exactly the names of [Kinds].
func (k *Kind) UnmarshalText(text []byte) error {
	return enum.Decode(k, text, "kind", Kinds())
}
