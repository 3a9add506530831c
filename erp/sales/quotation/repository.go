package quotation

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Query selects quotations; a zero field restricts nothing. Results come in the
// order of their dates, then of their ids.
type Query struct {
	Company     tandem.CompanyID
	Customer    tandem.PartyID
	Status      Status
	Number      string
	From        tandem.Date // dated on or after
	Until       tandem.Date // dated before
	ValidBefore tandem.Date // whose last day is before this one: to be expired
	Page        tandem.Page
}

// Matches reports whether the query selects a.
func (q Query) Matches(a *Quotation) bool {
	s := &a.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Status == "" || q.Status == s.Status) && (q.Number == "" || q.Number == s.Number) && tandem.Validity{From: q.From, Until: q.Until}.Contains(s.Date) &&
		(q.ValidBefore.IsZero() || s.ValidUntil.Before(q.ValidBefore))
}

// Repository keeps quotations. Numbers are unique within a company.
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ID) (*Quotation, error) // tandem.ErrNotFound
	Save(ctx context.Context, q *Quotation) error                                 // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Quotation, error]
}

// Repos is what the package needs of a store.
type Repos interface {
	SalesQuotations() Repository
}
