package delivery

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

// Query selects deliveries; a zero field restricts nothing. Results come
// in the order of their dates, then of their ids.
type Query struct {
	Company    tandem.CompanyID
	Customer   tandem.PartyID
	Order      sales.OrderID
	Status     Status
	Uninvoiced bool // something is to be invoiced
	Withdrawn  bool // something came back before it was invoiced
	Expecting  bool // something is expected to come back
	Number     string
	From       tandem.Date // dispatched on or after
	Until      tandem.Date // dispatched before
	Page       tandem.Page
}

// Matches reports whether the query selects d.
func (q Query) Matches(d *Delivery) bool {
	s := &d.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Order.IsZero() || q.Order.Bytes() == s.Order.ID.Bytes()) && (q.Status == "" || q.Status == s.Status) &&
		(!q.Uninvoiced || s.Status != StatusInvoiced) && (!q.Withdrawn || len(s.Withdrawn) > 0) && (!q.Expecting || len(s.Expected) > 0) &&
		(q.Number == "" || q.Number == s.Number) && tandem.Validity{From: q.From, Until: q.Until}.Contains(s.Date)
}

// Repository keeps deliveries. Numbers are unique within a company.
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ID) (*Delivery, error) // tandem.ErrNotFound
	Save(ctx context.Context, d *Delivery) error                                 // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Delivery, error]
}

// Repos is what the package needs of a store.
type Repos interface {
	Deliveries() Repository
}
