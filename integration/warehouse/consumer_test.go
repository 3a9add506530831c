package warehouse_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/warehouse"
	"github.com/tandem-go/tandem/integration/work"
)

// Of twelve pieces, ten are held for an order; three and four wait, and nobody can say
// until when. Cancelled, and then brought back, the goods go to those who wait, once.
func TestWhatBecomesFreeGoesToWhoWaits(t *testing.T) {
	c := erptest.New(t, erptest.WithGoods(erptest.Good{Product: erptest.Product("85123A"), Stock: erptest.Dozens(t, 1), Value: erptest.GBP(t, "18.00")}))
	dispatcher, err := work.NewDispatcher(c.Store, c.Warehouse.Consumer())
	require.NoError(t, err)
	deliver := func(d *work.Dispatcher[erptest.Bundle]) {
		_, err := d.Deliver(ctx)
		require.NoError(t, err)
		c.AssertBooks(t)
	}
	waits := func(order sales.OrderID) (micro int64) {
		c.View(t, func(ctx context.Context, b erptest.Bundle) error {
			for w, err := range b.Backorders().Find(ctx, inventory.BackorderQuery{Company: erptest.CompanyID()}) {
				require.NoError(t, err)
				if w.Line.Document.ID.Bytes() == order.Bytes() {
					micro += w.Quantity.Micro()
				}
			}
			return nil
		})
		return micro / 1_000_000
	}
	sold := c.Sell(t, "12347", erptest.Line("85123A", 2))
	holder := c.Place(t, "12346", erptest.Line("85123A", 10)).Order
	first := c.Place(t, "12347", erptest.Line("85123A", 3)).Order
	second := c.Place(t, "12348", erptest.Line("85123A", 9)).Order
	deliver(dispatcher)
	require.Equal(t, [2]int64{3, 9}, [2]int64{waits(first), waits(second)})

	_, err = c.Sales.CancelLines(ctx, ordertocash.CancelLines{Header: c.Header(), Order: holder, Reason: "too many",
		Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: erptest.Pieces(t, 4)}}})
	require.NoError(t, err)
	deliver(dispatcher)
	require.Equal(t, [2]int64{0, 8}, [2]int64{waits(first), waits(second)}, "who asked first is served first")

	_, err = c.Sales.Cancel(ctx, ordertocash.CancelOrder{Header: c.Header(), Order: holder, Reason: "gone elsewhere"})
	require.NoError(t, err)
	deliver(dispatcher)
	require.EqualValues(t, 2, waits(second))

	c.TakeBack(t, "12347", sold.Shipped.Delivery, 1, 2)
	deliver(dispatcher)
	require.Zero(t, waits(second), "two pieces came back")

	again, err := work.NewDispatcher(c.Store, c.Warehouse.Consumer())
	require.NoError(t, err)
	effects, err := again.Deliver(ctx)
	require.NoError(t, err)
	require.Zero(t, effects, "an event counts once")
}

// Two companies of one tenant have a consumer each: what one passes over is there for
// the other. And no client can use the key of the consumer's command up.
func TestEachCompanyHasItsConsumer(t *testing.T) {
	c := erptest.New(t, erptest.WithGoods(erptest.Good{Product: erptest.Product("85123A"), Stock: erptest.Dozens(t, 1), Value: erptest.GBP(t, "18.00")}))
	cfg := config(&clock{}, work.AllowAll{})
	cfg.Books.Company = name(tandem.CompanyID{}, "second")
	second, err := warehouse.New(c.Store, cfg)
	require.NoError(t, err)
	holder := c.Place(t, "12346", erptest.Line("85123A", 12)).Order
	c.Place(t, "12347", erptest.Line("85123A", 5))
	_, err = c.Sales.Cancel(ctx, ordertocash.CancelOrder{Header: c.Header(), Order: holder, Reason: "gone elsewhere"})
	require.NoError(t, err)

	d, err := work.NewDispatcher(c.Store, second.Consumer(), c.Warehouse.Consumer())
	require.NoError(t, err)
	_, err = d.Deliver(ctx)
	require.NoError(t, err)
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		for range b.Backorders().Find(ctx, inventory.BackorderQuery{Company: erptest.CompanyID()}) {
			t.Error("somebody waits still")
		}
		return nil
	})
}
