package count

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// Query selects counts; a zero field restricts nothing. Results come in the
// order of their instants, then of the ids.
type Query struct {
	Company  tandem.CompanyID
	Location tandem.LocationID
	Status   Status
	Page     tandem.Page
}

// Matches reports whether the query selects c.
func (q Query) Matches(c *Count) bool {
	return (q.Company.IsZero() || q.Company == c.s.Company) && (q.Location.IsZero() || q.Location == c.s.Location) &&
		(q.Status == "" || q.Status == c.s.Status)
}

// Repository keeps stock counts.
type Repository interface {
	Get(ctx context.Context, company tandem.CompanyID, id ID) (*Count, error) // tandem.ErrNotFound
	Save(ctx context.Context, c *Count) error                                 // revision compared at the flush
	Find(ctx context.Context, q Query) iter.Seq2[*Count, error]
}

// Repos is what the package needs of a store.
type Repos interface {
	StockCounts() Repository
}
