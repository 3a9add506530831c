package ordertocash

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// UsedUpPolicy says what becomes of an order whose promotion or coupon is used up:
// its limit, or its campaign's, has not enough left.
type UsedUpPolicy string

// What becomes of it.
const (
	// WithoutUsedUp prices the order without the promotion. It is the default.
	WithoutUsedUp UsedUpPolicy = "without"
	// RefuseUsedUp refuses the order: what the customer was shown is not what it would cost.
	RefuseUsedUp UsedUpPolicy = "refuse"
)

// UsedUpPolicies lists the policies.
func UsedUpPolicies() []UsedUpPolicy { return []UsedUpPolicy{WithoutUsedUp, RefuseUsedUp} }

// Valid reports whether p is one of [UsedUpPolicies].
func (p UsedUpPolicy) Valid() bool { return slices.Contains(UsedUpPolicies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *UsedUpPolicy) UnmarshalText(text []byte) error {
	return readPolicy(p, text, "policy of what is used up")
}

// BreakPolicy says what becomes of the price of a line when less of it is left than it was
// ordered at: when a part is shipped or cancelled and what is open falls below a break, or
// when goods come back and what the customer keeps does.
type BreakPolicy string

// What becomes of the price.
const (
	KeepBreak   BreakPolicy = "keep"         // it stays; the default
	RepriceOpen BreakPolicy = "reprice_open" // what is open is priced anew at its own quantity, if that is dearer
	// Clawback does what [RepriceOpen] does, and charges what a customer keeps of goods
	// that come back at the price of that quantity: the difference is kept of their credit
	// ([Service.CreditReturn]).
	Clawback BreakPolicy = "clawback"
)

// BreakPolicies lists the policies.
func BreakPolicies() []BreakPolicy {
	return []BreakPolicy{KeepBreak, RepriceOpen, Clawback}
}

// Valid reports whether p is one of [BreakPolicies].
func (p BreakPolicy) Valid() bool { return slices.Contains(BreakPolicies(), p) }

// opens reports whether what is open of a line below a break is priced anew.
func (p BreakPolicy) opens() bool { return p == RepriceOpen || p == Clawback }

// UnmarshalText reads a policy and refuses anything else.
func (p *BreakPolicy) UnmarshalText(text []byte) error {
	return readPolicy(p, text, "policy of breaks")
}

func readPolicy[T interface {
	~string
	Valid() bool
}](target *T, text []byte, subject string) error {
	parsed := T(text)
	if !parsed.Valid() {
		var c tandem.Check
		c.Add("enum_unknown", "", "unknown "+subject)
		return c.Err(subject)
	}
	*target = parsed
	return nil
}
