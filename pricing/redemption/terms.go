package redemption

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Limits of what can grow.
const (
	MaxKeys      = 10_000            // claims that a limit keeps
	MaxSteps     = 1_000             // part commits, part releases and returns of one claim
	MaxCustomers = 10_000            // customers whose uses one limit counts
	MaxLimits    = 100               // limits of one claim
	MaxUses      = 1_000_000_000_000 // uses of a limit, and of a claim
)

// SubjectKind says what a limit is of.
type SubjectKind string

// The kinds of subjects.
const (
	ForPromotion SubjectKind = "promotion" // the uses of a promotion
	ForCampaign  SubjectKind = "campaign"  // the budget of a campaign
	ForCoupon    SubjectKind = "coupon"    // one code
	ForContract  SubjectKind = "contract"  // the cap of a price contract, or of a row of it
	ForCustomer  SubjectKind = "customer"  // one customer's part of another limit
)

// SubjectKinds lists the kinds.
func SubjectKinds() []SubjectKind {
	return []SubjectKind{ForPromotion, ForCampaign, ForCoupon, ForContract, ForCustomer}
}

// Valid reports whether k is one of [SubjectKinds].
func (k SubjectKind) Valid() bool { return slices.Contains(SubjectKinds(), k) }

// UnmarshalText reads a kind and refuses anything else.
func (k *SubjectKind) UnmarshalText(text []byte) error {
	return enum.Decode(k, text, "subject kind")
}

// Policy says what becomes of a claim that does not fit as a whole.
type Policy string

// The policies.
const (
	// AllOrNothing refuses it. It is the default.
	AllOrNothing Policy = "all_or_nothing"
	// Partial grants what fits: quantity and value in the same proportion, the
	// quantity in whole steps, the value rounded down. A use that is granted in part
	// counts as a whole one.
	Partial Policy = "partial"
)

// Policies lists the policies.
func Policies() []Policy { return []Policy{AllOrNothing, Partial} }

// Valid reports whether p is one of [Policies].
func (p Policy) Valid() bool { return slices.Contains(Policies(), p) }

// UnmarshalText reads a policy and refuses anything else.
func (p *Policy) UnmarshalText(text []byte) error { return enum.Decode(p, text, "policy") }

// Moment says what makes reserved usage used.
type Moment string

// The moments.
const (
	Ordered  Moment = "ordered" // the order is confirmed; the default
	Shipped  Moment = "shipped"
	Invoiced Moment = "invoiced"
)

// Moments lists the moments.
func Moments() []Moment { return []Moment{Ordered, Shipped, Invoiced} }

// Valid reports whether m is one of [Moments].
func (m Moment) Valid() bool { return slices.Contains(Moments(), m) }

// UnmarshalText reads a moment and refuses anything else.
func (m *Moment) UnmarshalText(text []byte) error { return enum.Decode(m, text, "moment") }

// LateReturn says whether something is given back under a key that is not kept, since
// it was forgotten.
type LateReturn string

// The policies of late returns.
const (
	// RefuseLateReturn takes it for a mistake. It is the default.
	RefuseLateReturn LateReturn = "refuse"
	// AcceptLateReturn gives back as much as forgotten keys have used in all: a busy
	// budget forgets its keys long before goods stop coming back. That a key was ever
	// there the limit cannot tell any more; the caller must know.
	AcceptLateReturn LateReturn = "accept"
)

// LateReturns lists the policies of late returns.
func LateReturns() []LateReturn { return []LateReturn{RefuseLateReturn, AcceptLateReturn} }

// Valid reports whether r is one of [LateReturns].
func (r LateReturn) Valid() bool { return slices.Contains(LateReturns(), r) }

// UnmarshalText reads a policy and refuses anything else.
func (r *LateReturn) UnmarshalText(text []byte) error {
	return enum.Decode(r, text, "late return")
}

// Terms say what a limit allows, while it is open. A cap that is left out limits
// nothing; at least one must be given.
type Terms struct {
	Uses            int64           `json:"uses,omitempty"`              // in all; 0 = not limited
	UsesPerCustomer int64           `json:"uses_per_customer,omitempty"` // 0 = not limited
	OncePerOrder    bool            `json:"once_per_order,omitempty"`    // as long as the order's key is kept
	Quantity        tandem.Quantity `json:"quantity"`                    // none = not limited; claims are in its unit
	Value           tandem.Money    `json:"value"`                       // none = not limited; claims are in its currency
	From            tandem.Instant  `json:"from,omitzero"`               // claims are granted from here
	Until           tandem.Instant  `json:"until,omitzero"`              // and before here; what was granted stays
	Policy          Policy          `json:"policy"`                      // left out: all_or_nothing
	Moment          Moment          `json:"moment"`                      // left out: ordered
	LateReturn      LateReturn      `json:"late_return"`                 // left out: refuse
}

// withDefaults fills in what is left out.
func (t Terms) withDefaults() Terms {
	if t.Policy == "" {
		t.Policy = AllOrNothing
	}
	if t.Moment == "" {
		t.Moment = Ordered
	}
	if t.LateReturn == "" {
		t.LateReturn = RefuseLateReturn
	}
	return t
}

// Validate reports missing, negative and too large caps, an empty validity and
// unknown names.
func (t Terms) Validate() error {
	t = t.withDefaults()
	var c tandem.Check
	limited := t.Uses != 0 || t.UsesPerCustomer != 0 || t.OncePerOrder || !t.Quantity.IsNone() || !t.Value.IsNone()
	c.Require(limited, "no_cap", "", "must limit something")
	c.Require(t.Uses >= 0 && t.Uses <= MaxUses, "uses", "uses", "must not be negative or too large")
	c.Require(t.UsesPerCustomer >= 0 && t.UsesPerCustomer <= MaxUses, "uses", "uses_per_customer", "must not be negative or too large")
	c.Require(t.Quantity.Sign() >= 0, "negative", "quantity", "must not be negative")
	c.Require(t.Value.Sign() >= 0, "negative", "value", "must not be negative")
	c.Require(t.From.IsZero() || t.Until.IsZero() || t.From.Before(t.Until), "validity_empty", "until", "must be later than from")
	c.Require(t.Policy.Valid(), "policy", "policy", "must be a known policy")
	c.Require(t.Moment.Valid(), "moment", "moment", "must be a known moment")
	c.Require(t.LateReturn.Valid(), "late_return", "late_return", "must be a known policy")
	return c.Err("terms")
}

// sameDimensions reports whether both terms count the same things.
func (t Terms) sameDimensions(o Terms) bool {
	return t.Quantity.Unit() == o.Quantity.Unit() && t.Value.Currency() == o.Value.Currency() &&
		(t.UsesPerCustomer == 0) == (o.UsesPerCustomer == 0)
}

// countsUses reports whether a claim must say how often.
func (t Terms) countsUses() bool { return t.Uses > 0 || t.UsesPerCustomer > 0 || t.OncePerOrder }
