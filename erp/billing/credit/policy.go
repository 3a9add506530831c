package credit

import "github.com/tandem-go/tandem/erp/billing/internal/document"

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
	return document.ReadEnum(p, text, Policies(), "credit policy")
}
