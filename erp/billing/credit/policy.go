package credit

import "github.com/tandem-go/tandem"

// Policy says what happens to an order that exceeds the credit limit.
type Policy string

// The policies.
const (
	Warn  Policy = "warn"  // it is placed, and the decision says so
	Hold  Policy = "hold"  // it waits until somebody releases it
	Block Policy = "block" // it is refused
)

// Policies lists the policies.
func Policies() []Policy { return []Policy{Warn, Hold, Block} }

// Valid reports whether p is one of [Policies].
func (p Policy) Valid() bool { return p == Warn || p == Hold || p == Block }

// UnmarshalText reads a policy and refuses anything else.
func (p *Policy) UnmarshalText(text []byte) error {
	if !Policy(text).Valid() {
		return &tandem.InvalidError{Subject: "credit policy", Faults: []tandem.Fault{{Code: "enum_unknown", Path: "", Message: "unknown credit policy"}}}
	}
	*p = Policy(text)
	return nil
}
