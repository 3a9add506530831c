package returns

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Query selects returns; a zero field restricts nothing. Results come in
// the order of their dates, then of their ids.
type Query struct {
	Company  tandem.CompanyID
	Customer tandem.PartyID
	Status   Status
	Number   string
	From     tandem.Date // authorised on or after
	Until    tandem.Date // authorised before
	Page     tandem.Page
}

// Matches reports whether the query selects r.
func (q Query) Matches(r *Return) bool {
	s := &r.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Status == "" || q.Status == s.Status) && (q.Number == "" || q.Number == s.Number) && tandem.Validity{From: q.From, Until: q.Until}.Contains(s.Date)
}

// Repository keeps returns. Numbers are unique within a company.
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ID) (*Return, error) // tandem.ErrNotFound
	Save(ctx context.Context, r *Return) error                                 // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Return, error]
}

// Repos is what the package needs of a store.
type Repos interface {
	SalesReturns() Repository
}
