package ordertocash_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
	"github.com/tandem-go/tandem/integration/ordertocash"
	wh "github.com/tandem-go/tandem/integration/warehouse"
)

// onHandAt gives the pieces that were there at an instant, by the moves as they are known now.
func onHandAt(t *testing.T, c *erptest.Company, key string, at tandem.Instant) (pieces int64) {
	c.View(t, func(ctx context.Context, b erptest.Bundle) error {
		levels, err := inventory.OnHandAt(nil, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: erptest.CompanyID(), Product: erptest.ProductID(key)}),
			at, tandem.Instant{})
		for _, l := range levels {
			if l.Key.Location == erptest.LocationID("WH") {
				pieces = l.OnHand / 1_000_000
			}
		}
		return err
	})
	return pieces
}

func shipOn(t *testing.T, c *erptest.Company, placed ordertocash.Placed, day int) error {
	_, err := c.Sales.Ship(t.Context(), ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order, Date: erptest.Day(day)})
	return err
}

func requireCode(t *testing.T, err error, code string) {
	t.Helper()
	var no *tandem.RefusedError
	require.True(t, errors.As(err, &no), "%v", err)
	require.Equal(t, code, no.Code, "%v", err)
}

// countOn counts a product on a day, as of the clock.
func countOn(t *testing.T, c *erptest.Company, key string, pieces int64) count.ID {
	opened, err := c.Warehouse.OpenCount(t.Context(), wh.OpenCount{Header: c.Header(), Products: []tandem.ProductID{erptest.ProductID(key)}})
	require.NoError(t, err)
	_, err = c.Warehouse.RecordCount(t.Context(), wh.RecordCount{Header: c.Header(), Count: opened.Count,
		Lines: []wh.CountedLine{{Product: erptest.ProductID(key), Counted: erptest.Pieces(t, pieces)}}})
	require.NoError(t, err)
	return opened.Count
}

func post(t *testing.T, c *erptest.Company, id count.ID) {
	_, err := c.Warehouse.PostCount(t.Context(), wh.PostCount{Header: c.Header(), Count: id})
	require.NoError(t, err)
}

// 480 are there. What left on day 1 and is entered on day 3 was gone on day 2, as the
// entry of day 1 says; and what came back on day 2 was back on day 3.
func TestBackdatedGoodsMoveOnTheirDay(t *testing.T) {
	c := erptest.New(t)
	placed := c.Place(t, "12346", erptest.Line("85123A", 480))
	c.Clock.Set(erptest.At(4))
	shipped, err := c.Sales.Ship(t.Context(), ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order, Date: erptest.Day(1)})
	require.NoError(t, err)
	_, err = c.Sales.Return(t.Context(), ordertocash.ReturnGoods{Header: c.Header(), Customer: erptest.CustomerID("12346"), Date: erptest.Day(2),
		Lines: []ordertocash.ReturnedLine{{Delivery: shipped.Delivery, Line: 1, Quantity: erptest.Pieces(t, 30)}}})
	require.NoError(t, err)
	c.AssertBooks(t)
	require.Equal(t, []int64{480, 0, 30}, []int64{onHandAt(t, c, "85123A", erptest.At(1)), onHandAt(t, c, "85123A", erptest.At(2)), onHandAt(t, c, "85123A", erptest.At(3))})
}

// 470 were counted on day 2: the delivery of day 1 cannot come later and take 10 more
// of them. Of day 3 it can.
func TestACountStandsAgainstALaterBackdatedShipment(t *testing.T) {
	c := erptest.New(t)
	placed := c.Place(t, "12346", erptest.Line("85123A", 10))
	back := c.Sell(t, "12346", erptest.Line("85123A", 5))
	c.Clock.Set(erptest.At(2))
	id := countOn(t, c, "85123A", 470)
	c.Clock.Set(erptest.At(4))
	requireCode(t, shipOn(t, c, placed, 1), "count_open")
	post(t, c, id)
	err := shipOn(t, c, placed, 1)
	requireCode(t, err, "counted")
	require.ErrorContains(t, err, id.String())
	require.ErrorContains(t, err, erptest.Day(2).String())
	_, err = c.Sales.Return(t.Context(), ordertocash.ReturnGoods{Header: c.Header(), Customer: erptest.CustomerID("12346"), Date: erptest.Day(1),
		Lines: []ordertocash.ReturnedLine{{Delivery: back.Shipped.Delivery, Line: 1, Quantity: erptest.Pieces(t, 1)}}})
	requireCode(t, err, "counted")
	require.Equal(t, int64(470), onHandAt(t, c, "85123A", erptest.At(5)), "a refusal leaves nothing behind")
	require.NoError(t, shipOn(t, c, placed, 3))
	require.Equal(t, int64(460), onHandAt(t, c, "85123A", erptest.At(5)))
	c.AssertBooks(t)
}

// 60 are there on day 1, 10 more come on day 3: 70 did not leave on day 1, nor on day 2.
func TestGoodsDoNotLeaveBeforeTheyCame(t *testing.T) {
	c := erptest.New(t)
	placed := c.Place(t, "12346", erptest.Line("22423", 70))
	c.Clock.Set(erptest.At(3))
	c.Buy(t, "22423", 10, "70.00")
	c.Clock.Set(erptest.At(5))
	err := shipOn(t, c, placed, 1)
	requireCode(t, err, "not_there")
	require.ErrorContains(t, err, "on "+erptest.Day(1).String()+" there was too little")
	requireCode(t, shipOn(t, c, placed, 2), "not_there")
	require.NoError(t, shipOn(t, c, placed, 3))
	c.AssertBooks(t)
}

// 60 were there on day 1, but 50 of them left on day 3, and 40 came on day 5: 20 that
// left on day 1 would have been missing on day 3.
func TestGoodsThatOthersNeededSinceDidNotLeaveBefore(t *testing.T) {
	c := erptest.New(t)
	first := c.Place(t, "12346", erptest.Line("22423", 50))
	second := c.Place(t, "12348", erptest.Line("22423", 20))
	c.Clock.Set(erptest.At(3))
	c.Ship(t, first.Order)
	c.Clock.Set(erptest.At(5))
	c.Buy(t, "22423", 40, "280.00")
	c.Clock.Set(erptest.At(6))
	err := shipOn(t, c, second, 1)
	requireCode(t, err, "not_there")
	require.ErrorContains(t, err, "on "+erptest.Day(3).String()+" there was too little")
	require.NoError(t, shipOn(t, c, second, 5))
	c.AssertBooks(t)
}
