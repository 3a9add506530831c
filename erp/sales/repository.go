package sales

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// OrderQuery selects orders; a zero field restricts nothing. Results come in the
// order of their dates, then of their ids. The restrictions that narrow a search
// are Number, Customer and Status with dates.
type OrderQuery struct {
	Company  tandem.CompanyID
	Customer tandem.PartyID
	Status   OrderStatus
	Open     bool // confirmed or partly shipped: something is to be delivered
	Held     bool
	Number   string
	From     tandem.Date // dated on or after
	Until    tandem.Date // dated before
	Page     tandem.Page
}

// Matches reports whether the query selects o.
func (q OrderQuery) Matches(o *Order) bool {
	s := &o.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Status == "" || q.Status == s.Status) && (!q.Open || s.Open()) && (!q.Held || s.Hold != "") &&
		(q.Number == "" || q.Number == s.Number) && tandem.Validity{From: q.From, Until: q.Until}.Contains(s.Date)
}

// Open reports whether something of the order is to be delivered.
func (s *OrderState) Open() bool { return s.Status.Open() }

// OrderRepository keeps sales orders. Numbers are unique within a company.
type OrderRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, id OrderID) (*Order, error) // tandem.ErrNotFound
	Save(ctx context.Context, o *Order) error                                      // revision compared at the flush
	Find(ctx context.Context, q OrderQuery) iter.Seq2[*Order, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	SalesOrders() OrderRepository
}
