package survey

import (
	"strconv"

	"github.com/tandem-go/tandem"
)

type deliveryKind struct{}

// DeliveryFactID names a delivery fact.
type DeliveryFactID = tandem.ID[deliveryKind]

// DeliveryFactIDOf derives the id of the n-th delivery fact that comes of one
// source event, so that a fact which is told of twice is kept once.
func DeliveryFactIDOf(source string, n int) DeliveryFactID {
	return tandem.DeriveID[DeliveryFactID]("survey_delivery", source+"#"+strconv.Itoa(n))
}

// DeliveryKind says what happened to an order line.
type DeliveryKind string

// The kinds of delivery fact.
const (
	// LineOrdered: a quantity was ordered (or added by an amendment), Filled of it
	// was at hand at once, and it was promised for a day. Only the first promise of
	// a line counts: a promise that is moved after a miss hides nothing.
	LineOrdered DeliveryKind = "ordered"
	// LineShipped: a quantity left for the customer.
	LineShipped DeliveryKind = "shipped"
	// LineCancelled: a quantity will not be delivered any more.
	LineCancelled DeliveryKind = "cancelled"
	// LineReturned: a quantity came back.
	LineReturned DeliveryKind = "returned"
)

// deliveryKinds are in the order in which they can happen on one day.
var deliveryKinds = [...]DeliveryKind{LineOrdered, LineShipped, LineCancelled, LineReturned}

// DeliveryKinds lists the kinds.
func DeliveryKinds() []DeliveryKind {
	all := deliveryKinds
	return all[:]
}

// Valid reports whether k is one of [DeliveryKinds].
func (k DeliveryKind) Valid() bool {
	switch k {
	case LineOrdered, LineShipped, LineCancelled, LineReturned:
		return true
	}
	return false
}

// UnmarshalText reads a kind and refuses anything else.
func (k *DeliveryKind) UnmarshalText(text []byte) error {
	parsed := DeliveryKind(text)
	if !parsed.Valid() {
		return fault("delivery kind", "kind", "kind", "must be ordered, shipped, cancelled or returned")
	}
	*k = parsed
	return nil
}

// DeliveryFact is one thing that happened to an order line, appended once. There
// is no record of the line that is changed in place: [FoldLines] computes the
// lines from their facts, whatever the order in which those arrive, and a fact
// that was wrong is undone by one that reverses it.
type DeliveryFact struct {
	ID       DeliveryFactID   `json:"id"`
	Company  tandem.CompanyID `json:"company"`
	Party    tandem.PartyID   `json:"party"`
	Line     tandem.LineRef   `json:"line"` // of the order
	Kind     DeliveryKind     `json:"kind"`
	Date     tandem.Date      `json:"date"`              // business day on which it happened
	Quantity tandem.Quantity  `json:"quantity"`          // in the product's base unit, positive
	Filled   tandem.Quantity  `json:"filled"`            // of LineOrdered: at hand when it was placed
	Promise  tandem.Date      `json:"promise,omitzero"`  // of LineOrdered
	Reverses DeliveryFactID   `json:"reverses,omitzero"` // the fact that this one undoes, with the same content
	Recorded tandem.Instant   `json:"recorded"`
}

// Validate reports every fault of the fact.
func (f DeliveryFact) Validate() error {
	var c tandem.Check
	c.Require(!f.ID.IsZero(), "required", "id", "must be given")
	c.Require(!f.Company.IsZero(), "required", "company", "must be given")
	c.Require(!f.Party.IsZero(), "required", "party", "must be given")
	c.Require(!f.Line.Document.IsZero() && f.Line.Line > 0, "required", "line", "must name a line of an order")
	c.Require(f.Kind.Valid(), "kind", "kind", "must be ordered, shipped, cancelled or returned")
	c.Require(!f.Date.IsZero(), "required", "date", "must be given")
	c.Require(f.Quantity.Sign() > 0, "quantity", "quantity", "must be positive")
	if f.Kind == LineOrdered {
		c.Require(!f.Promise.IsZero(), "required", "promise", "must be given")
		filled, err := f.Filled.Cmp(f.Quantity)
		c.Require(f.Filled == (tandem.Quantity{}) || err == nil && filled <= 0 && f.Filled.Sign() >= 0,
			"filled", "filled", "must be 0 to the quantity, in its unit")
	} else {
		c.Require(f.Promise.IsZero() && f.Filled == (tandem.Quantity{}), "kind", "promise", "only an ordered line has a promise and what was filled")
	}
	c.Require(f.Reverses.IsZero() || f.Reverses != f.ID, "reverses", "reverses", "must be another fact")
	c.Require(!f.Recorded.IsZero(), "required", "recorded", "must be given")
	return c.Err("delivery fact")
}

// Reversal gives the fact that undoes f.
func (f DeliveryFact) Reversal(id DeliveryFactID, at tandem.Instant) DeliveryFact {
	f.Reverses, f.ID, f.Recorded = f.ID, id, at
	return f
}
