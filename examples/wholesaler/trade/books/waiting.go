package books

import (
	"context"

	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// waiting gives how many pieces of a product are waited for, without what is bought to order. Where nobody waits, nobody
// is asked for again until somebody does.
func (b *Books) waiting(ctx context.Context, r *store.Bundle, p *product) (n int64, err error) {
	p.queue = false
	for w, err := range r.Backorders().Find(ctx, inventory.BackorderQuery{Company: company(), Product: p.id, Location: mainStore}) {
		if err != nil {
			return 0, err
		}
		p.queue = true
		if doc := b.byOrder[w.Line.Document.ID]; doc == nil || !doc.toOrder[w.Line.Line] {
			n += whole(w.Quantity)
		}
	}
	return n, nil
}
