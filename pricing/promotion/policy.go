package promotion

import (
	"slices"

	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Policy says what several promotions of one lane do together.
type Policy string

// The policies of lanes.
const (
	// BestOf: on a line falls at most one promotion of the lane, so that the lane
	// saves most (Solidus). A promotion that stands on several lines gives way as a
	// whole; one that stands on each line by itself gives way line by line.
	BestOf Policy = "best_of"
	// Additive: all are taken off the amount with which the lane begins; rates add,
	// 20 % and 10 % are 30 % (ERPNext, "apply multiple").
	Additive Policy = "additive"
	// Compound: each is taken off what the one before has left, by priority; 20 % and
	// 10 % are 28 %. Where promotions conflict, those that save most together stay.
	Compound Policy = "compound"
	// Sequential is compound without a search: first come, first served, by
	// priority; each is tested at its turn (Vendure), and may stop those behind it
	// (commercetools).
	Sequential Policy = "sequential"
)

// Policies lists the policies of lanes.
func Policies() []Policy { return []Policy{BestOf, Additive, Compound, Sequential} }

// Valid reports whether p is one of [Policies].
func (p Policy) Valid() bool { return slices.Contains(Policies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *Policy) UnmarshalText(text []byte) error { return enum.Decode(p, text, "lane policy") }

// Stop says what a promotion of a sequential lane keeps from those behind it, once it gave something.
type Stop string

// The kinds of stop.
const (
	StopLines Stop = "lines" // the lines on which it fell, for the rest of the lane
	StopLane  Stop = "lane"  // the rest of the lane
	StopOrder Stop = "order" // everything behind it, later lanes included (commercetools' StopAfterThisDiscount)
)

// Stops lists the kinds of stop.
func Stops() []Stop { return []Stop{StopLines, StopLane, StopOrder} }

// Valid reports whether s is one of [Stops].
func (s Stop) Valid() bool { return slices.Contains(Stops(), s) }

// UnmarshalText reads a stop and refuses anything else.
func (s *Stop) UnmarshalText(text []byte) error { return enum.Decode(s, text, "stop") }

// Fraction says what an offer on units does with a quantity that is not whole.
type Fraction string

// The policies for fractional quantities.
const (
	FractionRefuse Fraction = "refuse" // the line takes no part in offers on units
	FractionFloor  Fraction = "floor"  // its whole units do: 2.5 are 2
)

// Fractions lists the policies for fractional quantities.
func Fractions() []Fraction { return []Fraction{FractionRefuse, FractionFloor} }

// Valid reports whether f is one of [Fractions].
func (f Fraction) Valid() bool { return slices.Contains(Fractions(), f) }

// UnmarshalText reads a policy and refuses anything else.
func (f *Fraction) UnmarshalText(text []byte) error { return enum.Decode(f, text, "fraction policy") }

// Target says on what a rate or an amount falls.
type Target string

// The targets.
const (
	EachUnit      Target = "unit"           // each unit, rounded by itself; an amount counts once a unit
	EachLine      Target = "line"           // each line, rounded by itself; an amount counts once a line
	Across        Target = "across"         // the lines together, rounded once and allocated; an amount counts once
	CheapestUnits Target = "cheapest_units" // the cheapest units of the pool, as many as Units says
	DearestUnits  Target = "dearest_units"
)

// Targets lists the targets.
func Targets() []Target {
	return []Target{EachUnit, EachLine, Across, CheapestUnits, DearestUnits}
}

// Valid reports whether t is one of [Targets].
func (t Target) Valid() bool { return slices.Contains(Targets(), t) }

// UnmarshalText reads a target and refuses anything else.
func (t *Target) UnmarshalText(text []byte) error { return enum.Decode(t, text, "target") }

// Grouping says how buy X get Y finds the units to give.
type Grouping string

// The groupings.
const (
	// PerSet sorts the units from dear to cheap; of each X + Y the last Y are given.
	PerSet Grouping = "per_set"
	// Global counts the sets and gives the cheapest Y × sets of all units (or the
	// dearest, as the selector says). Separate pools are always grouped so.
	Global Grouping = "global"
)

// Groupings lists the groupings.
func Groupings() []Grouping { return []Grouping{PerSet, Global} }

// Valid reports whether g is one of [Groupings].
func (g Grouping) Valid() bool { return slices.Contains(Groupings(), g) }

// UnmarshalText reads a grouping and refuses anything else.
func (g *Grouping) UnmarshalText(text []byte) error { return enum.Decode(g, text, "grouping") }

// Selector says which units are given: by unit price, a tie to the smaller line number.
type Selector string

// The selectors.
const (
	Cheapest Selector = "cheapest"
	Dearest  Selector = "dearest"
)

// Selectors lists the selectors.
func Selectors() []Selector { return []Selector{Cheapest, Dearest} }

// Valid reports whether s is one of [Selectors].
func (s Selector) Valid() bool { return slices.Contains(Selectors(), s) }

// UnmarshalText reads a selector and refuses anything else.
func (s *Selector) UnmarshalText(text []byte) error { return enum.Decode(s, text, "selector") }

// Counted says which amounts a threshold counts.
type Counted string

// The amounts of a threshold.
const (
	CountPriced Counted = "priced" // as the basket is priced, net or gross
	CountNet    Counted = "net"    // without tax
	CountGross  Counted = "gross"  // tax counts
)

// Counteds lists the amounts of a threshold.
func Counteds() []Counted { return []Counted{CountPriced, CountNet, CountGross} }

// Valid reports whether c is one of [Counteds].
func (c Counted) Valid() bool { return slices.Contains(Counteds(), c) }

// UnmarshalText reads a name of amounts and refuses anything else.
func (c *Counted) UnmarshalText(text []byte) error { return enum.Decode(c, text, "counted amount") }
