package books

import (
	"context"

	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// waiting gives how many pieces of a product are waited for, without what is bought to order, and whether anybody waits.
func (b *Books) waiting(ctx context.Context, r *store.Bundle, p *product) (n int64, anybody bool, err error) {
	for w, err := range r.Backorders().Find(ctx, inventory.BackorderQuery{Company: company(), Product: p.id, Location: mainStore}) {
		if err != nil {
			return 0, false, err
		}
		anybody = true
		if doc := b.byOrder[w.Line.Document.ID]; doc == nil || !doc.toOrder[w.Line.Line] {
			n += whole(w.Quantity)
		}
	}
	return n, anybody, nil
}
