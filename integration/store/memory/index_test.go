package memory

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// An entry that no reader can see any more goes with the scan that meets it: the queue of a product does not grow with
// all that ever waited.
func TestAScanForgetsWhatNobodyCanSee(t *testing.T) {
	db, ctx := New(), context.Background()
	s, err := store.Open(db, "tenant", store.Options{})
	require.NoError(t, err)
	company, product := tandem.DeriveID[tandem.CompanyID]("c", "1"), tandem.DeriveID[tandem.ProductID]("p", "1")
	save := func(line int, pieces int64) {
		require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			ref := tandem.LineRef{Document: tandem.RefTo("order", tandem.DeriveID[tandem.ID[any]]("o", "1"), ""), Line: line}
			w, err := b.Backorders().Get(ctx, company, ref)
			if err != nil {
				w = inventory.Backorder{Company: company, Line: ref, Product: product, Location: tandem.DeriveID[tandem.LocationID]("l", "1"),
					Asked: tandem.InstantOfUnixMicro(1)}
			}
			w.Quantity = tandem.QuantityFromMicro(pieces*1_000_000, tandem.Each)
			return b.Backorders().Save(ctx, w)
		}))
	}
	count := func() (n int) {
		require.NoError(t, s.View(ctx, func(ctx context.Context, b *store.Bundle) error {
			for _, err := range b.Backorders().Find(ctx, inventory.BackorderQuery{Company: company, Product: product}) {
				require.NoError(t, err)
				n++
			}
			return nil
		}))
		return n
	}
	entries := func() (n int) {
		for _, table := range db.spaces["tenant"].tables {
			if table.kind.Name == "backorder" {
				n += table.indexes[0].tree.Len()
			}
		}
		return n
	}
	for line := 1; line <= 9; line++ {
		save(line, 5)
	}
	require.Zero(t, entries(), "nobody has asked yet")
	require.Equal(t, 9, count())
	require.Equal(t, 9, entries())
	for line := 1; line <= 8; line++ {
		save(line, 0)
	}
	require.Equal(t, 1, count())
	require.Equal(t, 1, entries())
	save(3, 2)
	require.Equal(t, 2, count(), "what waits again is found again")
}
