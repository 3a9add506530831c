package inventory

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Backorder is what a document line still waits for at a location: ordered, not
// reserved, not cancelled. There is at most one for a line; a quantity of nought
// says that it waits for nothing any more. It is the queue from which stock that
// comes in is reserved, and a commitment like a reservation.
type Backorder struct {
	Company  tandem.CompanyID  `json:"company"`
	Line     tandem.LineRef    `json:"line"`
	Revision int64             `json:"revision"` // kept by the store, compared on Save
	Product  tandem.ProductID  `json:"product"`
	Location tandem.LocationID `json:"location"`
	Quantity tandem.Quantity   `json:"quantity"`         // in the base unit, not negative
	Promise  tandem.Date       `json:"promise,omitzero"` // none: nothing could be promised
	Asked    tandem.Instant    `json:"asked"`            // when the line began to wait: settles equal promises
}

// Validate reports every fault.
func (b Backorder) Validate() error {
	var c tandem.Check
	c.Require(!b.Company.IsZero(), "required", "company", "must be given")
	c.Require(!b.Line.IsZero(), "required", "line", "must be given")
	c.Require(!b.Product.IsZero(), "required", "product", "must be given")
	c.Require(!b.Location.IsZero(), "required", "location", "must be given")
	c.Require(b.Quantity.Sign() >= 0 && b.Quantity.Unit() != 0, "quantity", "quantity", "must have a unit and not be negative")
	c.Require(!b.Asked.IsZero(), "required", "asked", "must be given")
	return c.Err("backorder")
}

// Key gives the level that it waits for.
func (b Backorder) Key() LevelKey {
	return LevelKey{Company: b.Company, Location: b.Location, Product: b.Product}
}

// Demand gives the backorder as a demand for [Allocate].
func (b Backorder) Demand() Demand {
	return Demand{Line: b.Line, Key: b.Key(), Quantity: b.Quantity, Promise: b.Promise, Asked: b.Asked}
}

// Commitment gives the backorder as a commitment of a [Projection]. One without
// a promise counts from the first day: it waits already.
func (b Backorder) Commitment() Commitment {
	return Commitment{Date: b.Promise, Quantity: b.Quantity, Line: b.Line}
}

// BackorderQuery selects backorders of a company that still wait; a zero field
// restricts nothing. Results come by product, then promise, then the instant at
// which they were asked for; those without a promise come first.
type BackorderQuery struct {
	Company  tandem.CompanyID // required
	Product  tandem.ProductID
	Location tandem.LocationID
	Page     tandem.Page
}

// Matches reports whether the query selects b.
func (q BackorderQuery) Matches(b Backorder) bool {
	return q.Company == b.Company && b.Quantity.Sign() > 0 &&
		(q.Product.IsZero() || q.Product == b.Product) && (q.Location.IsZero() || q.Location == b.Location)
}

// BackorderRepository keeps backorders.
type BackorderRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, line tandem.LineRef) (Backorder, error) // tandem.ErrNotFound
	Save(ctx context.Context, b Backorder) error                                               // revision compared at the flush
	Find(ctx context.Context, q BackorderQuery) iter.Seq2[Backorder, error]
}
