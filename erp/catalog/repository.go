package catalog

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// ProductSource is the port through which processes read products: a host's own
// table, or a [ProductRepository] behind [FromRepository].
type ProductSource interface {
	Product(ctx context.Context, id tandem.ProductID) (Product, error) // tandem.ErrNotFound
}

// ProductQuery selects products; a zero field restricts nothing. Results come
// in the order of their codes.
type ProductQuery struct {
	Code     string      // this code
	Category CategoryID  // directly in this category
	Kind     Kind        // of this kind
	Active   tandem.Date // may be ordered on this day
	Page     tandem.Page
}

// Matches reports whether the query selects p.
func (q ProductQuery) Matches(p Product) bool {
	return (q.Code == "" || q.Code == p.Code) &&
		(q.Category.IsZero() || q.Category == p.Category) &&
		(q.Kind == "" || q.Kind == p.Kind) &&
		(q.Active.IsZero() || p.ActiveOn(q.Active))
}

// ProductRepository keeps products. Codes are unique: saving a second product
// under a code is [tandem.ErrDuplicate].
// The library's own refuses to save what Validate refuses.
type ProductRepository interface {
	Get(ctx context.Context, id tandem.ProductID) (Product, error) // tandem.ErrNotFound
	Save(ctx context.Context, p Product) error                     // revision compared at the flush
	Find(ctx context.Context, q ProductQuery) iter.Seq2[Product, error]
}

// CategoryQuery selects categories; a zero field restricts nothing. Results come
// in the order of their codes.
type CategoryQuery struct {
	Code   string     // this code
	Parent CategoryID // directly under this category
	Page   tandem.Page
}

// Matches reports whether the query selects c.
func (q CategoryQuery) Matches(c Category) bool {
	return (q.Code == "" || q.Code == c.Code) && (q.Parent.IsZero() || q.Parent == c.Parent)
}

// CategoryRepository keeps categories. Codes are unique.
// The library's own refuses to save what Validate refuses.
type CategoryRepository interface {
	Get(ctx context.Context, id CategoryID) (Category, error) // tandem.ErrNotFound
	Save(ctx context.Context, c Category) error               // revision compared at the flush
	Find(ctx context.Context, q CategoryQuery) iter.Seq2[Category, error]
}

// Repos is what the room needs of a store.
type Repos interface {
	Products() ProductRepository
	Categories() CategoryRepository
}

// FromRepository gives the port over a repository.
func FromRepository(products ProductRepository) ProductSource { return repositorySource{products} }

type repositorySource struct{ products ProductRepository }

// Product gives the product with that id.
func (s repositorySource) Product(ctx context.Context, id tandem.ProductID) (Product, error) {
	return s.products.Get(ctx, id)
}
