package sales

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// PricedOn names the date that prices. It is kept with the order, so that a changed
// setting never changes what was agreed.
type PricedOn string

// The dates that price.
const (
	// PricedOnCommand is the date of the command: that of the order when it is placed,
	// that of the amendment for what it changes. It is the default.
	PricedOnCommand PricedOn = "command"
	PricedOnOrder   PricedOn = "order" // the date of the order, also when it is amended
	// PricedOnRequest is the day for which a line is requested, that of the order where
	// none is.
	PricedOnRequest PricedOn = "requested"
	// PricedOnDelivery is as requested, and fixed anew by the day of the delivery when it
	// is shipped.
	PricedOnDelivery PricedOn = "delivery"
)

// PricedOns lists the dates that price.
func PricedOns() []PricedOn {
	return []PricedOn{PricedOnCommand, PricedOnOrder, PricedOnRequest, PricedOnDelivery}
}

// Valid reports whether p is one of [PricedOns].
func (p PricedOn) Valid() bool { return slices.Contains(PricedOns(), p) }

// UnmarshalText reads a name and refuses anything else.
func (p *PricedOn) UnmarshalText(text []byte) error {
	if !PricedOn(text).Valid() {
		return fault("date that prices", "priced_on", "on", "unknown date that prices")
	}
	*p = PricedOn(text)
	return nil
}

// Limits of what a document keeps of its prices.
const (
	MaxClaims  = 1000 // of one document
	MaxCoupons = 64   // of one document
)

// Pricing is what the prices of a document were made by besides its customer, and
// what it holds of limits that others draw upon, too.
type Pricing struct {
	On      PricedOn `json:"on,omitempty"` // "" is [PricedOnCommand]
	Channel string   `json:"channel,omitempty"`
	Coupons []string `json:"coupons,omitempty"` // that were entered
	Claims  []Claim  `json:"claims,omitempty"`
}

// Claim is what a document holds under one key of one or several limits: the uses and
// the budget of a promotion, a coupon, the cap of a price contract.
type Claim struct {
	Key    string               `json:"key"`
	Limits []tandem.DocumentRef `json:"limits"`
	Lines  []ClaimLine          `json:"lines"`
}

// ClaimLine is what a line holds of a claim. It is the whole line's: what becomes of
// the line becomes of it, in proportion.
type ClaimLine struct {
	Line     int             `json:"line"`
	Quantity tandem.Quantity `json:"quantity"` // in the unit of the limit; none where it counts none
	Value    tandem.Money    `json:"value"`
}

// IsZero reports whether nothing is kept.
func (p Pricing) IsZero() bool {
	return p.On == "" && p.Channel == "" && len(p.Coupons) == 0 && len(p.Claims) == 0
}

func (p *Pricing) clone() Pricing {
	c := *p
	c.Coupons, c.Claims = slices.Clone(p.Coupons), cloneClaims(p.Claims)
	return c
}

func cloneClaims(claims []Claim) []Claim {
	out := slices.Clone(claims)
	for i := range out {
		out[i].Limits, out[i].Lines = slices.Clone(out[i].Limits), slices.Clone(out[i].Lines)
	}
	return out
}

// Clone gives a deep copy.
func (p Pricing) Clone() Pricing { return p.clone() }

// Validate reports unknown names, and what is too long or too many.
func (p Pricing) Validate() error {
	var c tandem.Check
	c.Require(p.On == "" || p.On.Valid(), "priced_on", "on", "unknown date that prices")
	c.Require(len(p.Channel) <= tandem.MaxName, "too_long", "channel", "too long")
	if c.Require(len(p.Coupons) <= MaxCoupons, "too_many", "coupons", "too many coupons") {
		for i := range p.Coupons {
			c.Require(p.Coupons[i] != "" && len(p.Coupons[i]) <= tandem.MaxName, "coupon", tandem.Path("coupons", i), "must be given and short")
		}
	}
	c.Require(len(p.Claims) <= MaxClaims, "too_many", "claims", "too many claims")
	for i := range p.Claims[:min(len(p.Claims), MaxClaims)] {
		l := &p.Claims[i]
		ok := l.Key != "" && len(l.Key) <= tandem.MaxName && len(l.Limits) > 0 && len(l.Lines) <= tandem.MaxLines
		for _, line := range l.Lines {
			ok = ok && line.Line > 0 && line.Quantity.Sign() >= 0 && line.Value.Sign() >= 0
		}
		c.Require(ok, "claim", tandem.Path("claims", i), "needs a key and limits, and lines that are not negative")
	}
	return c.Err("pricing")
}

// Pricing gives what the prices were made by.
func (o *Order) Pricing() Pricing { return o.s.Pricing.clone() }

// HasClaims reports whether the order holds something of a limit.
func (o *Order) HasClaims() bool { return len(o.s.Pricing.Claims) > 0 }

// RecordClaims replaces what the order holds of limits.
func (o *Order) RecordClaims(claims []Claim) error {
	next := o.s.Pricing
	next.Claims = cloneClaims(claims)
	if err := next.Validate(); err != nil {
		return err
	}
	o.s.Pricing = next
	return nil
}
