package redemption

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Repository keeps limits by company and id ([IDOf], [CodeID]).
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ID) (*Limit, error) // tandem.ErrNotFound
	Save(ctx context.Context, l *Limit) error                                 // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Limit, error]
}

// Query selects limits of a company; a zero field restricts nothing. Results come in
// the order of kind and subject.
type Query struct {
	Company   tandem.CompanyID // required
	Kind      SubjectKind
	Subject   string // with its kind
	Parent    ID     // the codes of a campaign
	Status    Status
	OverdueAt tandem.Instant // something that is reserved is free from this instant or an earlier one
	Page      tandem.Page
}

// Matches reports whether the query selects l.
func (q Query) Matches(l *Limit) bool {
	s := &l.s
	return (q.Company.IsZero() || q.Company == s.Company) && (q.Kind == "" || q.Kind == s.Kind) &&
		(q.Subject == "" || q.Subject == s.Subject) && (q.Parent.IsZero() || q.Parent == s.Parent) &&
		(q.Status == "" || q.Status == s.Status) &&
		(q.OverdueAt.IsZero() || !s.NextExpiry.IsZero() && !q.OverdueAt.Before(s.NextExpiry))
}

// Repos is what the package needs of a store.
type Repos interface {
	RedemptionLimits() Repository
}
