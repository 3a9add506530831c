package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// What leaves the stock leaves levels and cost pool alike, reserved or not, and on two lines of one product.
func TestShippedGoodsAreNoLongerOnHand(t *testing.T) {
	w := newTown(t, 1, 1, clockAt(t, "2011-06-01T09:00:00Z"))
	ctx := context.Background()
	pieces := func(n int64) tandem.Quantity {
		q, err := tandem.QuantityOf(n, tandem.Each)
		require.NoError(t, err)
		return q
	}
	header := func(key string) work.Header { return work.Header{Key: key, Actor: work.Actor{ID: "clerk"}} }
	line := ordertocash.OrderLine{Product: w.products[0], Quantity: pieces(6)}
	waits := line
	waits.NoReserve = true
	placed, err := w.service.Place(ctx, ordertocash.PlaceOrder{Header: header("place"), Customer: w.customers[0], Lines: []ordertocash.OrderLine{line, line, waits}})
	require.NoError(t, err)
	_, err = w.service.Ship(ctx, ordertocash.ShipOrder{Header: header("ship"), Order: placed.Order, Lines: []ordertocash.ShipLine{
		{Line: 1, Quantity: pieces(6)}, {Line: 2, Quantity: pieces(2)}, {Line: 3, Quantity: pieces(5)}}})
	require.NoError(t, err)
	require.NoError(t, w.store.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		levels, err := b.StockLevels().Get(ctx, inventory.LevelKey{Company: company, Location: warehouse, Product: w.products[0]})
		require.NoError(t, err)
		pool, err := b.CostPools().Get(ctx, company, w.products[0])
		require.NoError(t, err)
		require.Equal(t, pieces(1_000_000-13).Micro(), levels[0].OnHand)
		require.Equal(t, pieces(4).Micro(), levels[0].Reserved)
		require.Equal(t, levels[0].OnHand, pool.Quantity().Micro())
		return nil
	}))
}
