package memory

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/integration/store"
)

// A record that is written again and again takes the place of one version, or of as many as an open view may read.
func TestOldVersionsGoWhenNobodyCanReadThem(t *testing.T) {
	db, ctx := New(), context.Background()
	s, err := store.Open(db, "tenant", store.Options{})
	require.NoError(t, err)
	company, mug := tandem.DeriveID[tandem.CompanyID]("c", "1"), tandem.DeriveID[tandem.ProductID]("p", "mug")
	one := tandem.QuantityFromMicro(1_000_000, tandem.Each)
	receive := func(product tandem.ProductID) {
		require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			pool, err := b.CostPools().Get(ctx, company, product)
			if err != nil {
				if pool, err = costing.NewCostPool(company, product, tandem.Each, tandem.GBP, tandem.InstantOfUnixMicro(1)); err != nil {
					return err
				}
			}
			if _, err := pool.Receive(one, tandem.MoneyFromMinor(100, tandem.GBP)); err != nil {
				return err
			}
			return b.CostPools().Save(ctx, pool)
		}))
	}
	versions := func() (n int) {
		for _, table := range db.spaces["tenant"].tables {
			for i := range table.rows.Len() {
				if r := table.rows.At(i); table.kind.Name == "cost_pool" && i == 0 {
					for v := r.head.Load(); v != nil; v = v.prev.Load() {
						n++
					}
				}
			}
		}
		return n
	}
	other := tandem.DeriveID[tandem.ProductID]("p", "other")
	for range 5 {
		receive(mug)
		receive(other)
	}
	require.Equal(t, 1, versions())
	require.NoError(t, s.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		for range 3 {
			receive(mug)
		}
		require.Equal(t, 4, versions(), "the view may read the one that it began with")
		pool, err := b.CostPools().Get(ctx, company, mug)
		require.NoError(t, err)
		require.Equal(t, tandem.QuantityFromMicro(5_000_000, tandem.Each), pool.Quantity())
		return nil
	}))
	receive(other)
	require.Equal(t, 1, versions())
}
