package basket

import "slices"

// Reason says why lines or baskets were left out. The names are stable.
type Reason string

// The reasons, in the order in which they are looked at.
const (
	NoBasket     Reason = "no_basket"    // the line has no key
	NoProduct    Reason = "no_product"   // the line names no product
	NotGoods     Reason = "service"      // services are no items
	Cancellation Reason = "cancellation" // the line only takes back
	NoUnits      Reason = "no_units"     // nothing, less than nothing or no number was bought
	TakenBack    Reason = "taken_back"   // bought and cancelled on one day
	NoCustomer   Reason = "no_customer"  // only customers that are known were asked for
	Repeated     Reason = "repeated"     // an item counts once in a basket
	TooLong      Reason = "too_long"     // the basket was left out
	Truncated    Reason = "truncated"    // the basket lost the items of its last lines
)

// Reasons lists the reasons.
func Reasons() []Reason {
	return []Reason{NoBasket, NoProduct, NotGoods, Cancellation, NoUnits, TakenBack, NoCustomer, Repeated, TooLong, Truncated}
}

// Valid says whether the reason is one of [Reasons].
func (r Reason) Valid() bool { return slices.Contains(Reasons(), r) }

// UnmarshalText reads exactly the names of [Reasons].
func (r *Reason) UnmarshalText(text []byte) error {
	if got := Reason(text); got.Valid() {
		*r = got
		return nil
	}
	return oneFault("reason", "reason", "must be one of the reasons")
}

// LeftOut counts what did not get into a basket for one reason. A line is counted
// once, so that all lines are items of baskets or left out.
type LeftOut struct {
	Reason  Reason `json:"reason"`
	Lines   int    `json:"lines"`
	Baskets int    `json:"baskets,omitzero"` // those of NoCustomer and TooLong are wholly out, those of Truncated in part
	Longest int    `json:"longest,omitzero"` // items of the longest basket that was too long or truncated
	Example string `json:"example"`          // the key of one of them
}

// WarningCode names what a reader of a result should know. The codes are stable.
type WarningCode string

// The warnings.
const (
	NoBaskets        WarningCode = "no_baskets"
	OneItemBaskets   WarningCode = "one_item_baskets"  // nothing is bought together
	IdenticalBaskets WarningCode = "identical_baskets" // every basket is the same: nothing can be learned
	ItemEverywhere   WarningCode = "item_everywhere"   // in every basket: its lift is 1
	MinimumRaised    WarningCode = "minimum_raised"    // more sets than allowed
	SizeLowered      WarningCode = "size_lowered"      // more sets than allowed at any minimum
	NothingFits      WarningCode = "nothing_fits"      // not even single items: there are too few steps or sets
	LongestLowered   WarningCode = "longest_lowered"   // who has more items than that was left out to bound the work
	RulesCut         WarningCode = "rules_cut"         // more rules than allowed
)

// WarningCodes lists the codes.
func WarningCodes() []WarningCode {
	return []WarningCode{NoBaskets, OneItemBaskets, IdenticalBaskets, ItemEverywhere, MinimumRaised, SizeLowered, NothingFits,
		LongestLowered, RulesCut}
}

// Valid says whether the code is one of [WarningCodes].
func (w WarningCode) Valid() bool { return slices.Contains(WarningCodes(), w) }

// UnmarshalText reads exactly the names of [WarningCodes].
func (w *WarningCode) UnmarshalText(text []byte) error {
	if got := WarningCode(text); got.Valid() {
		*w = got
		return nil
	}
	return oneFault("warning", "warning", "must be one of the warning codes")
}

// Warning is a code with a sentence for people.
type Warning struct {
	Code WarningCode `json:"code"`
	Text string      `json:"text"`
}
