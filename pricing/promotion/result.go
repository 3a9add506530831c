package promotion

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Result is what [Set.Apply] fills. It may be used again: its slices keep their
// room, and what it told before is overwritten. The zero Result is ready.
type Result struct {
	Currency tandem.Currency `json:"currency"`
	Lines    []LineResult    `json:"lines"` // in the order of the basket
	Shipping LineResult      `json:"shipping"`
	Gifts    []Gift          `json:"gifts,omitempty"`
	Coupons  []CouponUse     `json:"coupons,omitempty"` // to be redeemed
	Applied  []Applied       `json:"applied,omitempty"` // in pipeline order
	Saving   tandem.Money    `json:"saving"`            // of all lines and the shipping, positive
	Search   Search          `json:"search"`
	// Unanswered are the comparisons of conditions that could not be made.
	Unanswered []Unanswered `json:"unanswered,omitempty"`
	Losers     []Loser      `json:"losers,omitempty"` // where the basket asks for a trace

	work work
}

// LineResult is what fell on one line, or on the shipping (line 0).
type LineResult struct {
	Line   int          `json:"line"`
	Before tandem.Money `json:"before"`
	Delta  tandem.Money `json:"delta"` // Σ of the parts, never positive
	After  tandem.Money `json:"after"` // never below nought
	Parts  []Part       `json:"parts,omitempty"`
}

// Part is the change of a line by one promotion, in the order of application.
type Part struct {
	Promotion string       `json:"promotion"`
	Lane      string       `json:"lane"`
	Kind      Kind         `json:"kind"`
	Basis     tandem.Money `json:"basis"`         // what it was taken off: the line, or the units it fell on
	Rate      tandem.Rate  `json:"rate,omitzero"` // where the promotion has one
	Delta     tandem.Money `json:"delta"`
	// Rounding is the part of Delta that came from rounding each unit, from rounding
	// a sum once, or from the allocation; with a trace only.
	Rounding tandem.Money `json:"rounding"`
}

// Gift is goods that a promotion adds, at nought.
type Gift struct {
	Promotion string           `json:"promotion"`
	Product   tandem.ProductID `json:"product"`
	Quantity  tandem.Quantity  `json:"quantity"`
}

// CouponUse names a coupon that opened a promotion that was applied.
type CouponUse struct {
	Promotion string `json:"promotion"`
	Coupon    string `json:"coupon"`
}

// Applied is a promotion that gave something, with its total, for budgets.
type Applied struct {
	Promotion string       `json:"promotion"`
	Lane      string       `json:"lane"`
	Kind      Kind         `json:"kind"`
	Saving    tandem.Money `json:"saving"` // off lines and shipping, positive; nought for goods
}

// Search says how the promotions that conflict were chosen.
type Search string

// The ways of choosing.
const (
	SearchNone  Search = "none"  // nothing conflicted
	SearchExact Search = "exact" // every combination was tried
	// SearchComponents: there were too many at least once, but they fell into parts that
	// no conflict ties together; every combination of each part was tried.
	SearchComponents Search = "exact_by_component"
	SearchGreedy     Search = "greedy" // at least one part was too large: best saving first
)

// Searches lists the ways of choosing.
func Searches() []Search { return []Search{SearchNone, SearchExact, SearchComponents, SearchGreedy} }

// Valid reports whether s is one of [Searches].
func (s Search) Valid() bool {
	switch s {
	case SearchNone, SearchExact, SearchComponents, SearchGreedy:
		return true
	}
	return false
}

// UnmarshalText reads a way and refuses anything else.
func (s *Search) UnmarshalText(text []byte) error { return enum.Decode(s, text, "search") }

// Loser is a promotion that gave nothing.
type Loser struct {
	Promotion string `json:"promotion"`
	Lane      string `json:"lane"`
	Reason    Loss   `json:"reason"`
	Rival     string `json:"rival,omitempty"` // the promotion that it lost to, where it is one
}

// Loss says why a promotion gave nothing.
type Loss string

// The reasons for losing.
const (
	LossDate      Loss = "not_valid"
	LossAudience  Loss = "other_audience"
	LossCoupon    Loss = "no_coupon"
	LossCurrency  Loss = "other_currency"
	LossScope     Loss = "no_line" // no line lies in its scope
	LossBlocked   Loss = "blocked" // only lines on which nothing falls
	LossThreshold Loss = "threshold"
	LossCondition Loss = "condition"
	LossNothing   Loss = "nothing_to_give" // too few units, too low a price, or nothing left
	LossApart     Loss = "apart"           // the group, the matrix or the tags forbid it beside the rival
	LossBetter    Loss = "better_on_lines" // under BestOf: others save more on its lines
	LossChosen    Loss = "not_chosen"      // another combination saves more
	LossStopped   Loss = "stopped"         // by one before it in a sequential lane
)

// Losses lists the reasons.
func Losses() []Loss {
	return []Loss{LossDate, LossAudience, LossCoupon, LossCurrency, LossScope, LossBlocked, LossThreshold, LossCondition, LossNothing,
		LossApart, LossBetter, LossChosen, LossStopped}
}

// Valid reports whether l is one of [Losses].
func (l Loss) Valid() bool {
	for _, loss := range Losses() {
		if l == loss {
			return true
		}
	}
	return false
}

// UnmarshalText reads a reason and refuses anything else.
func (l *Loss) UnmarshalText(text []byte) error { return enum.Decode(l, text, "loss") }
