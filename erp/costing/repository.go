package costing

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// CostPoolQuery selects pools; a zero field restricts nothing. Results come in the
// order of company and product.
type CostPoolQuery struct {
	Company  tandem.CompanyID
	Product  tandem.ProductID
	NonEmpty bool // only pools with a quantity
	Page     tandem.Page
}

// Matches reports whether the query selects p.
func (q CostPoolQuery) Matches(p *CostPool) bool {
	return (q.Company.IsZero() || q.Company == p.s.Company) && (q.Product.IsZero() || q.Product == p.s.Product) &&
		(!q.NonEmpty || !p.s.Quantity.IsZero())
}

// CostPoolRepository keeps pools, at most one for each company and product.
type CostPoolRepository interface {
	Get(ctx context.Context, company tandem.CompanyID, product tandem.ProductID) (*CostPool, error) // tandem.ErrNotFound
	Save(ctx context.Context, p *CostPool) error                                                    // revision compared at the flush
	Find(ctx context.Context, q CostPoolQuery) iter.Seq2[*CostPool, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	CostPools() CostPoolRepository
}
