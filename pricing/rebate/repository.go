package rebate

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Repository keeps agreements by company and id.
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, id AgreementID) (*Agreement, error) // tandem.ErrNotFound
	Save(ctx context.Context, a *Agreement) error                                          // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Agreement, error]
}

// Query selects agreements of a company; a zero field restricts nothing. Results come
// in the order of the ends of their periods.
type Query struct {
	Company  tandem.CompanyID // required
	Customer tandem.PartyID
	Status   Status
	On       tandem.Date // the period contains it: where a sale of that day is recorded
	EndedBy  tandem.Date // the period has ended: with StatusOpen, what is to be trued up
	Page     tandem.Page
}

// Matches reports whether the query selects a.
func (q Query) Matches(a *Agreement) bool {
	s := &a.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Customer.IsZero() || q.Customer == s.Customer) &&
		(q.Status == "" || q.Status == s.Status) && (q.On.IsZero() || s.Terms.Period.Contains(q.On)) &&
		(q.EndedBy.IsZero() || !q.EndedBy.Before(s.Terms.Period.Until))
}

// Repos is what the package needs of a store.
type Repos interface {
	RebateAgreements() Repository
}
