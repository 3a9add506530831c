package payment

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Repository keeps payments of customers. A company's number is unique.
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ID) (*Payment, error) // tandem.ErrNotFound
	Save(ctx context.Context, p *Payment) error                                 // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Payment, error]
}

// Query selects payments of a company by ascending date, then number.
type Query struct {
	Company  tandem.CompanyID // required
	Customer tandem.PartyID
	Open     bool // only those of which something is unapplied, of a refund: owed back; returned ones left out
	Dates    tandem.Validity
	Number   string
	Page     tandem.Page
}

// Matches reports whether a payment is selected, the page left aside.
func (q Query) Matches(p *Payment) bool {
	s := &p.s
	return s.Company == q.Company &&
		(q.Customer.IsZero() || s.Customer == q.Customer) &&
		(!q.Open || s.Status.Open()) &&
		q.Dates.Contains(s.Date) &&
		(q.Number == "" || s.Number == q.Number)
}

// Repos is what the package needs of a store.
type Repos interface {
	Payments() Repository
}
