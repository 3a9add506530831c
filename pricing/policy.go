package pricing

import (
	"slices"

	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Policy says which of several candidate prices wins.
type Policy string

// The best-price policies.
const (
	// MostSpecific takes the highest rank: list priority, then source (contract
	// before grade list before default list), then scope (product before deeper
	// category before shallower before everything), then the larger quantity-from,
	// then a row before a derived price, then the later start (a row that begins within a day
	// after those that began with it), then the smaller id.
	// It is what trade between companies expects.
	MostSpecific Policy = "most_specific"
	// Lowest takes the lowest price, among equals the highest rank. It is what
	// consumers expect.
	Lowest Policy = "lowest"
	// FirstHit takes the first list of the book, in its order, that has a price;
	// inside the list the highest rank (SAP's exclusive access sequence).
	FirstHit Policy = "first_hit"
)

// Policies lists the best-price policies.
func Policies() []Policy { return []Policy{MostSpecific, Lowest, FirstHit} }

// Valid reports whether p is one of [Policies].
func (p Policy) Valid() bool { return slices.Contains(Policies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *Policy) UnmarshalText(text []byte) error { return enum.Decode(p, text, "policy") }

// ContractPolicy says whether a grade counts where a contract price won.
type ContractPolicy string

// The contract policies.
const (
	// ContractFinal: a contract price is what was negotiated; the grade adds nothing.
	ContractFinal ContractPolicy = "contract_final"
	// GradeFollows: the rate of the customer's grade list is taken off the contract
	// price too.
	GradeFollows ContractPolicy = "grade_follows"
)

// ContractPolicies lists the contract policies.
func ContractPolicies() []ContractPolicy { return []ContractPolicy{ContractFinal, GradeFollows} }

// Valid reports whether p is one of [ContractPolicies].
func (p ContractPolicy) Valid() bool { return slices.Contains(ContractPolicies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *ContractPolicy) UnmarshalText(text []byte) error {
	return enum.Decode(p, text, "contract policy")
}

// Source says on whose behalf a list speaks.
type Source string

// The sources of lists.
const (
	SourceDefault  Source = "default"  // for everybody
	SourceChannel  Source = "channel"  // for orders of a channel, region or segment
	SourceGrade    Source = "grade"    // for the customers of the list's grades
	SourceCustomer Source = "customer" // for the list's customers: their usual prices
	SourceOffer    Source = "offer"    // for the list's customers: a personal offer
	SourceContract Source = "contract" // for the list's customers: what was negotiated
)

// Sources lists the sources, from the lowest to the highest.
func Sources() []Source {
	return []Source{SourceDefault, SourceChannel, SourceGrade, SourceCustomer, SourceOffer, SourceContract}
}

// personal reports whether lists of the source name their customers.
func (s Source) personal() bool {
	return s == SourceCustomer || s == SourceOffer || s == SourceContract
}

// Valid reports whether s is one of [Sources].
func (s Source) Valid() bool { return slices.Contains(Sources(), s) }

// UnmarshalText reads a source and refuses anything else.
func (s *Source) UnmarshalText(text []byte) error { return enum.Decode(s, text, "source") }

// FloorBasis is what a floor compares the final price with.
type FloorBasis string

// The bases of floors.
const (
	FloorList        FloorBasis = "list"         // the list price, before the break
	FloorBeforeGrade FloorBasis = "before_grade" // the engine's price before the grade
	FloorEngine      FloorBasis = "engine"       // the engine's price, before it was overridden
	FloorCost        FloorBasis = "cost"         // the cost that the request states
)

// FloorBases lists the bases.
func FloorBases() []FloorBasis {
	return []FloorBasis{FloorList, FloorBeforeGrade, FloorEngine, FloorCost}
}

// Valid reports whether b is one of [FloorBases].
func (b FloorBasis) Valid() bool { return slices.Contains(FloorBases(), b) }

// UnmarshalText reads a basis and refuses anything else.
func (b *FloorBasis) UnmarshalText(text []byte) error { return enum.Decode(b, text, "floor basis") }

// StepKind names a step of the waterfall.
type StepKind string

// The steps, in their order.
const (
	StepList          StepKind = "list"
	StepBreak         StepKind = "break"
	StepChannel       StepKind = "channel"  // the price of a channel, region or segment
	StepCustomer      StepKind = "customer" // the customer's usual price
	StepOffer         StepKind = "offer"    // a personal offer
	StepContract      StepKind = "contract"
	StepGrade         StepKind = "grade"
	StepAgreed        StepKind = "agreed"
	StepPromotion     StepKind = "promotion"
	StepOrderDiscount StepKind = "order_discount"
	StepFloor         StepKind = "floor" // raised to a hard floor
)

// stepKind gives the kind of a step by its place.
func stepKind(at int) StepKind { return StepKinds()[at] }

// StepKinds lists the steps in their order.
func StepKinds() []StepKind {
	return []StepKind{StepList, StepBreak, StepChannel, StepCustomer, StepOffer, StepContract, StepGrade, StepAgreed,
		StepPromotion, StepOrderDiscount, StepFloor}
}

// Valid reports whether k is one of [StepKinds].
func (k StepKind) Valid() bool { return slices.Contains(StepKinds(), k) }

// UnmarshalText reads a step and refuses anything else.
func (k *StepKind) UnmarshalText(text []byte) error { return enum.Decode(k, text, "step") }

// Loss says why a candidate did not win.
type Loss string

// The reasons for losing.
const (
	LossTaxMode  Loss = "other_tax_mode" // net where gross was asked for, or the reverse
	LossCurrency Loss = "other_currency"
	LossUnit     Loss = "other_unit"
	LossDate     Loss = "not_valid_on_date"
	LossGrade    Loss = "other_grade"
	LossAudience Loss = "other_audience" // a list of another channel, region or segment
	LossQuantity Loss = "below_quantity" // the break was not reached
	LossCap      Loss = "cap_used_up"
	LossBase     Loss = "other_base" // derives from a list that gave no price here
	LossPriority Loss = "lower_priority"
	LossSource   Loss = "lower_source" // a grade list against a contract
	LossScope    Loss = "wider_scope"  // a category against a product
	LossBreak    Loss = "smaller_break"
	LossDerived  Loss = "derived" // a derived price against a row of the same list
	LossStart    Loss = "earlier_start"
	LossTie      Loss = "tie"        // equal in everything but the id; Lint reports it
	LossDearer   Loss = "dearer"     // under Lowest
	LossLater    Loss = "later_list" // under FirstHit
)

// Losses lists the reasons.
func Losses() []Loss {
	return []Loss{LossTaxMode, LossCurrency, LossUnit, LossDate, LossGrade, LossAudience, LossQuantity, LossCap, LossBase, LossPriority,
		LossSource, LossScope, LossBreak, LossDerived, LossStart, LossTie, LossDearer, LossLater}
}

// Valid reports whether l is one of [Losses].
func (l Loss) Valid() bool { return slices.Contains(Losses(), l) }

// UnmarshalText reads a reason and refuses anything else.
func (l *Loss) UnmarshalText(text []byte) error { return enum.Decode(l, text, "loss") }
