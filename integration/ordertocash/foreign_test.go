package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

// A host reserves for the lines of an order itself, under ids of its own: a
// shipment of several lines uses those reservations up.
func TestShipUsesReservationsThatTheHostMadeForSeveralLines(t *testing.T) {
	c := erptest.New(t)
	ctx := t.Context()
	line := erptest.Line("85123A", 3)
	line.NoReserve = true
	placed := c.Place(t, "12346", line, line)
	c.Update(t, func(ctx context.Context, b erptest.Bundle) error {
		order, err := b.SalesOrders().Get(ctx, erptest.CompanyID(), placed.Order)
		require.NoError(t, err)
		var held []sales.LineQuantity
		for i := range order.NumLines() {
			l := order.LineAt(i)
			key := inventory.LevelKey{Company: order.Company(), Location: order.Warehouse(), Product: l.Product}
			r, change, err := inventory.NewReservation(inventory.Hold{ID: tandem.DeriveID[inventory.ReservationID]("host", l.Product.String()+string(rune('a'+i))),
				Line: order.LineRef(l.Line), Key: key, Quantity: l.Quantity, Promise: erptest.Day(1)}, erptest.At(0))
			require.NoError(t, err)
			r.Drain()
			require.NoError(t, b.Reservations().Save(ctx, r))
			require.NoError(t, b.StockLevels().Apply(ctx, change))
			waiting, err := b.Backorders().Get(ctx, order.Company(), order.LineRef(l.Line))
			require.NoError(t, err)
			waiting.Quantity = tandem.QuantityFromMicro(0, waiting.Quantity.Unit())
			require.NoError(t, b.Backorders().Save(ctx, waiting))
			held = append(held, sales.LineQuantity{Line: l.Line, Quantity: l.Quantity})
		}
		require.NoError(t, order.RecordReserved(held))
		return b.SalesOrders().Save(ctx, order)
	})
	shipped, err := c.Sales.Ship(ctx, ordertocash.ShipOrder{Header: c.Header(), Order: placed.Order})
	require.NoError(t, err)
	require.Equal(t, sales.OrderStatusShipped, shipped.Status)
	c.AssertBooks(t)
}
