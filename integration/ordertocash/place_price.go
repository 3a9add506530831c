package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/pricing"
)

// inform tells pricing of a line what the book asks for: its cost, its category, the rate
// of its tax.
func (p *placement[R]) inform(ctx context.Context, b *book, product *catalog.Product, ask *pricing.Line) (err error) {
	if b.cost && product.Stocked() {
		if ask.Cost, err = p.cost(ctx, product.ID, ask.Quantity); err != nil {
			return err
		}
	}
	if b.rates {
		if err = p.rate(ctx, ask); err != nil {
			return err
		}
	}
	if b.categories && !product.Category.IsZero() && !b.snapshot.HasItem(product.ID) {
		ask.Category, err = p.category(ctx, product.Category)
	}
	return err
}

// cost gives what a quantity is worth in its pool now, or none where there is
// nothing to tell it from.
func (p *placement[R]) cost(ctx context.Context, product tandem.ProductID, q tandem.Quantity) (tandem.Money, error) {
	pool, err := p.r.CostPools().Get(ctx, p.s.company(), product)
	if errors.Is(err, tandem.ErrNotFound) {
		return tandem.Money{}, nil
	}
	if err != nil {
		return tandem.Money{}, err
	}
	if s := pool.State(); s.Method == costing.Standard {
		return s.Standard.Times(q, tandem.HalfAwayFromZero)
	}
	if pool.Quantity().IsZero() {
		return tandem.Money{}, nil
	}
	share, err := tandem.NewRatio(q.Micro(), pool.Quantity().Micro())
	if err != nil {
		return tandem.Money{}, err
	}
	return pool.Value().MulRatio(share, tandem.HalfAwayFromZero)
}

// category gives the path of a category by codes, from the top: `gifts/candles`.
func (p *placement[R]) category(ctx context.Context, id catalog.CategoryID) (path string, err error) {
	for depth := 0; !id.IsZero() && depth < pricing.MaxCategoryDepth; depth++ {
		c, err := p.r.Categories().Get(ctx, id)
		if err != nil {
			return "", err
		}
		if path == "" {
			path = c.Code
		} else {
			path = c.Code + "/" + path
		}
		id = c.Parent
	}
	return path, nil
}
