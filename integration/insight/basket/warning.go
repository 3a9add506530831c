package basket

import "github.com/tandem-go/tandem/integration/insight"

// The reasons why lines or baskets are left out, in the order in which they are looked at.
const (
	NoBasket     insight.Reason = "no_basket"    // the line has no key
	NoProduct    insight.Reason = "no_product"   // the line names no product
	NotGoods     insight.Reason = "service"      // services are no items
	Cancellation insight.Reason = "cancellation" // the line only takes back
	NoUnits      insight.Reason = "no_units"     // nothing, less than nothing or no number was bought
	TakenBack    insight.Reason = "taken_back"   // bought and cancelled on one day
	NoCustomer   insight.Reason = "no_customer"  // only customers that are known were asked for
	Repeated     insight.Reason = "repeated"     // an item counts once in a basket
	TooLong      insight.Reason = "too_long"     // the basket was left out
	Truncated    insight.Reason = "truncated"    // the basket lost the items of its last lines
)

// Reasons lists the reasons.
func Reasons() []insight.Reason {
	return []insight.Reason{NoBasket, NoProduct, NotGoods, Cancellation, NoUnits, TakenBack, NoCustomer, Repeated, TooLong, Truncated}
}

// Omission is what did not get into a basket for one reason. A line is counted once, so
// that all lines are items of baskets or left out.
type Omission struct {
	Reason  insight.Reason `json:"reason"`
	Lines   int            `json:"lines"`
	Baskets int            `json:"baskets,omitzero"` // those of NoCustomer and TooLong are wholly out, those of Truncated in part
	Longest int            `json:"longest,omitzero"` // items of the longest basket that was too long or truncated
	Example string         `json:"example"`          // the key of one of them
}

// The warnings.
const (
	NoBaskets        insight.WarningCode = "no_baskets"
	OneItemBaskets   insight.WarningCode = "one_item_baskets"  // nothing is bought together
	IdenticalBaskets insight.WarningCode = "identical_baskets" // every basket is the same: nothing can be learned
	ItemEverywhere   insight.WarningCode = "item_everywhere"   // in every basket: its lift is 1
	MinimumRaised    insight.WarningCode = "minimum_raised"    // more sets than allowed
	SizeLowered      insight.WarningCode = "size_lowered"      // more sets than allowed at any minimum
	NothingFits      insight.WarningCode = "nothing_fits"      // not even single items: there are too few steps or sets
	LongestLowered   insight.WarningCode = "longest_lowered"   // who has more items than that was left out to bound the work
	RulesCut         insight.WarningCode = "rules_cut"         // more rules than allowed
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{NoBaskets, OneItemBaskets, IdenticalBaskets, ItemEverywhere, MinimumRaised, SizeLowered, NothingFits,
		LongestLowered, RulesCut}
}
