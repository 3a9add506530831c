package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// All 100 mugs are ann's. Ben is promised his 50 for the day on which 60 come. They
// come, and before the queue is served cat orders 50: 10 are to spare.
func TestALaterOrderTakesNothingThatWasPromised(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Expects = supplies{{Date: date(t, "2011-06-10"), Quantity: pieces(60)}}
	})
	w.place("ann", want{"mug", 100})
	ben := w.place("ben", want{"mug", 50})
	require.Equal(t, date(t, "2011-06-10"), ben.Lines[0].Promise)
	w.config.Expects = nil // it is no longer to come: it is there
	service, err := ordertocash.New(w.store, w.config)
	require.NoError(t, err)
	w.service = service
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		return b.StockLevels().Apply(ctx, inventory.LevelChange{OnHand: pieces(60).Micro(),
			Key: inventory.LevelKey{Company: company, Location: warehouse, Product: product("mug")}})
	}))
	w.day("2011-06-10")
	for _, c := range []struct {
		who         string
		wants, gets int64
	}{{"cat", 50, 10}, {"dan", 1, 0}} {
		out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer(c.who), Lines: lines(want{"mug", c.wants})})
		require.NoError(t, err)
		require.Equal(t, pieces(c.gets), out.Lines[0].Reserved, c.who)
	}
}

// supplies will come in of every product.
type supplies []inventory.Supply

func (s supplies) Supplies(context.Context, inventory.LevelKey) ([]inventory.Supply, error) {
	return s, nil
}
