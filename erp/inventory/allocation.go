package inventory

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// AllocationRule names how scarce stock is given to open demands. It is kept
// with the document or the setting that chose it.
type AllocationRule string

// The rules.
const (
	// AllOrNothing serves all demands of the call whole, or none of them: an order
	// that ships complete or not at all.
	AllOrNothing AllocationRule = "all_or_nothing"
	// PartialBackorder serves the demands in the order given, each with what there
	// is; the rest of each is backordered.
	PartialBackorder AllocationRule = "partial_backorder"
	// EarliestFirst is PartialBackorder in the order of the promises: by promised
	// day, who was promised none behind, then by the instant at which it was asked for,
	// then as given.
	EarliestFirst AllocationRule = "earliest_first"
)

// AllocationRules lists the rules.
func AllocationRules() []AllocationRule {
	return []AllocationRule{AllOrNothing, PartialBackorder, EarliestFirst}
}

// Valid reports whether r is one of [AllocationRules].
func (r AllocationRule) Valid() bool {
	return r == AllOrNothing || r == PartialBackorder || r == EarliestFirst
}

// UnmarshalText reads a rule and refuses anything else.
func (r *AllocationRule) UnmarshalText(text []byte) error {
	parsed := AllocationRule(text)
	if !parsed.Valid() {
		return fault("allocation rule", "rule", "rule", "unknown allocation rule")
	}
	*r = parsed
	return nil
}

// Demand is what a document line still wants at one level.
type Demand struct {
	Line     tandem.LineRef
	Key      LevelKey
	Quantity tandem.Quantity // in the base unit, not negative
	Promise  tandem.Date     // for EarliestFirst
	Asked    tandem.Instant  // for EarliestFirst: settles equal days
	// Complete is a demand that takes all that it wants or nothing. Where it
	// cannot be served, what is left of its level is kept for it: a later demand
	// does not overtake it.
	Complete bool
}

// Grant says what a demand gets.
type Grant struct {
	Line      tandem.LineRef
	Key       LevelKey
	Granted   tandem.Quantity
	Backorder tandem.Quantity // what is wanted and not granted
}

// Allocate gives each demand its grant, in the order of the demands, appended to
// dst. What there is of each key is the free quantity of its level; a key without
// a level has none, and a level below nought counts as none. No grant is negative,
// none exceeds its demand, and those of a key never exceed what is free.
func Allocate(dst []Grant, rule AllocationRule, demands []Demand, levels []Level) ([]Grant, error) {
	if !rule.Valid() {
		return dst, fault("allocation", "rule", "rule", "unknown allocation rule")
	}
	start := len(dst)
	for i := range demands {
		d := &demands[i]
		if d.Quantity.Sign() < 0 || d.Quantity.Unit() == 0 {
			return dst[:start], fault("allocation", "quantity", tandem.Path("demands", i), "must have a unit and not be negative")
		}
		none := tandem.QuantityFromMicro(0, d.Quantity.Unit())
		dst = append(dst, Grant{Line: d.Line, Key: d.Key, Granted: none, Backorder: d.Quantity})
	}
	free, err := freeStock(levels)
	if err != nil {
		return dst[:start], err
	}
	grants := dst[start:]
	switch rule {
	case AllOrNothing:
		serve(grants, demands, free, nil)
		if slices.ContainsFunc(grants, func(g Grant) bool { return !g.Backorder.IsZero() }) {
			for i := range grants {
				grants[i].Granted, grants[i].Backorder = tandem.QuantityFromMicro(0, demands[i].Quantity.Unit()), demands[i].Quantity
			}
		}
	case PartialBackorder:
		serve(grants, demands, free, nil)
	case EarliestFirst:
		serve(grants, demands, free, byPromise(demands))
	}
	return dst, nil
}

// serve gives to the demands in the order of turn; nil is the order given.
func serve(grants []Grant, demands []Demand, free []Level, turn []int) {
	for n := range demands {
		i := n
		if turn != nil {
			i = turn[n]
		}
		d := &demands[i]
		at, found := slices.BinarySearchFunc(free, d.Key, func(l Level, k LevelKey) int { return l.Key.Compare(k) })
		if !found || free[at].OnHand <= 0 {
			continue
		}
		given := min(d.Quantity.Micro(), free[at].OnHand)
		if d.Complete && given < d.Quantity.Micro() {
			free[at].OnHand = 0 // kept for it
			continue
		}
		free[at].OnHand -= given
		grants[i].Granted = tandem.QuantityFromMicro(given, d.Quantity.Unit())
		grants[i].Backorder = tandem.QuantityFromMicro(d.Quantity.Micro()-given, d.Quantity.Unit())
	}
}

// freeStock gives the free quantity of each key as its OnHand, in key order; a
// key that is given twice is an error, since its stock would be given twice.
func freeStock(levels []Level) ([]Level, error) {
	free := make([]Level, len(levels))
	for i, l := range levels {
		free[i] = Level{Key: l.Key, OnHand: l.Available()}
	}
	slices.SortFunc(free, func(a, b Level) int { return a.Key.Compare(b.Key) })
	for i := 1; i < len(free); i++ {
		if free[i].Key == free[i-1].Key {
			return nil, fault("allocation", "duplicate", "levels", free[i].Key.String()+" is given twice")
		}
	}
	return free, nil
}

func byPromise(demands []Demand) []int {
	turn := make([]int, len(demands))
	for i := range turn {
		turn[i] = i
	}
	slices.SortStableFunc(turn, func(a, b int) int {
		if one, other := demands[a].Promise, demands[b].Promise; one != other {
			switch { // who was promised nothing comes behind all who were promised a day
			case one.IsZero():
				return 1
			case other.IsZero():
				return -1
			}
			return one.Compare(other)
		}
		return demands[a].Asked.Compare(demands[b].Asked)
	})
	return turn
}
