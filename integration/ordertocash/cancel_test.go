package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

func TestCancelGivesStockAndCreditBack(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 120}, want{"card", 10}, want{"carriage", 1}) // 20 mugs wait
	onHand, reserved := w.level("mug", warehouse)
	require.Equal(t, [2]int64{100, 100}, [2]int64{onHand, reserved})
	// 120 × 9.00 (break) + 10 × 3.33 + 4.00 = 1117.30; each line's VAT: 216.00 + 6.66 + 0.80
	require.Equal(t, money(134076), w.credit("ann").ConfirmedNotDelivered)
	w.refused("status", func() error {
		_, err := w.service.ShortClose(w.ctx, ordertocash.ShortCloseOrder{Header: w.header(), Order: placed.Order, Reason: "no stock"})
		return err
	})
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: placed.Order})
		return err
	})
	w.fails(tandem.ErrNotFound, func() error {
		_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: tandem.DeriveID[sales.OrderID]("order", "none"), Reason: "x"})
		return err
	})
	out, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: placed.Order, Reason: "changed her mind"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, ordertocash.Changed{Order: placed.Order, Status: sales.OrderStatusCancelled, Version: 1, Net: money(0)}, out)
	_, reserved = w.level("mug", warehouse)
	require.Zero(t, reserved)
	require.True(t, w.credit("ann").ConfirmedNotDelivered.IsZero())
	w.refused("status", func() error {
		_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: placed.Order, Reason: "again"})
		return err
	})
}

func TestTheSameKeyTwiceGivesTheFirstResult(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 3})
	cmd := ordertocash.CancelLines{Header: w.header(), Order: placed.Order, Reason: "one too many",
		Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(1)}}}
	first, err := w.service.CancelLines(w.ctx, cmd)
	require.NoError(t, err)
	before := w.dump()
	second, err := w.service.CancelLines(w.ctx, cmd)
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Equal(t, before, w.dump())
	cmd.Reason = "another reason"
	_, err = w.service.CancelLines(w.ctx, cmd)
	require.ErrorIs(t, err, tandem.ErrDuplicate)
}

func TestCancelLinesLowersBackordersFirst(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 105}, want{"card", 5}) // 5 mugs wait
	cancel := func(line int, n int64) (ordertocash.Changed, error) {
		defer w.check()
		return w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: placed.Order, Reason: "less",
			Lines: []ordertocash.LineQuantity{{Line: line, Quantity: pieces(n)}}})
	}
	out, err := cancel(1, 3) // 2 wait still
	require.NoError(t, err)
	require.Equal(t, money(105*900+5*333-3*900), out.Net)
	_, reserved := w.level("mug", warehouse)
	require.Equal(t, int64(100), reserved)
	_, err = cancel(1, 12) // none waits, 10 go back
	require.NoError(t, err)
	_, reserved = w.level("mug", warehouse)
	require.Equal(t, int64(90), reserved)
	w.refused("over_cancel", func() error { _, err := cancel(1, 91); return err })
	_, err = cancel(1, 90)
	require.NoError(t, err)
	out, err = cancel(2, 5)
	require.NoError(t, err)
	require.Equal(t, sales.OrderStatusCancelled, out.Status)
}

func TestShipFromFreeStockEndsTheWaiting(t *testing.T) {
	w := newShop(t)
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"),
		Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(10), NoReserve: true}}})
	require.NoError(t, err)
	w.check()
	w.ship(out.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(4)})
	w.ship(out.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(6)})
}

func TestShortCloseKeepsWhatWasShipped(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 102}, want{"card", 1})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(40)})
	w.refused("status", func() error {
		_, err := w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: placed.Order, Reason: "late"})
		return err
	})
	out, err := w.service.ShortClose(w.ctx, ordertocash.ShortCloseOrder{Header: w.header(), Order: placed.Order, Reason: "supplier is gone"})
	require.NoError(t, err)
	w.check()
	require.Equal(t, sales.OrderStatusShipped, out.Status)
	require.Equal(t, money(40*900), out.Net)
	w.invoice(placed.Order)
	require.Equal(t, sales.OrderStatusClosed, w.orderState(placed.Order).Status)
}

func TestHoldForbidsToShip(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 2})
	hold := func(reason string) error {
		_, err := w.service.Hold(w.ctx, ordertocash.HoldOrder{Header: w.header(), Order: placed.Order, Reason: reason})
		return err
	}
	release := func(by billing.Approval) (ordertocash.Changed, error) {
		return w.service.ReleaseHold(w.ctx, ordertocash.ReleaseOrder{Header: w.header(), Order: placed.Order, Approval: by})
	}
	manager := billing.Approval{Actor: "manager", Reason: "address is right"}
	w.refused("not_held", func() error { _, err := release(manager); return err })
	w.refused("reason_reserved", func() error { return hold("credit limit exceeded") })
	require.NoError(t, hold("address in doubt"))
	w.check()
	w.refused("held", func() error { return hold("again") })
	w.refused("held", func() error {
		_, err := w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: placed.Order})
		return err
	})
	w.fails(tandem.ErrInvalid, func() error { _, err := release(billing.Approval{}); return err })
	out, err := release(manager)
	require.NoError(t, err)
	require.Empty(t, out.Hold)
	w.check()
	w.ship(placed.Order)
}

func TestCreditHoldCountsOnlyOnceReleased(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Credit = ordertocash.CreditTerms{Limit: money(10000), Policy: credit.Hold}
	})
	first := w.place("ann", want{"mug", 5})  // 60.00 gross
	second := w.place("ann", want{"mug", 4}) // 48.00: beyond 100.00
	require.Equal(t, credit.Held, second.Credit)
	require.Equal(t, money(6000), w.credit("ann").ConfirmedNotDelivered)
	_, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: second.Order, Reason: "less",
		Lines: []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(1)}}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(6000), w.credit("ann").ConfirmedNotDelivered)
	_, err = w.service.ReleaseHold(w.ctx, ordertocash.ReleaseOrder{Header: w.header(), Order: second.Order, Approval: billing.Approval{Actor: "boss", Reason: "old customer"}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(6000+3600), w.credit("ann").ConfirmedNotDelivered)
	w.ship(second.Order)
	third := w.place("ann", want{"mug", 1})
	require.Equal(t, credit.Held, third.Credit)
	_, err = w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: third.Order, Reason: "no credit"})
	require.NoError(t, err)
	w.check()
	_, err = w.service.Cancel(w.ctx, ordertocash.CancelOrder{Header: w.header(), Order: first.Order, Reason: "no need"})
	require.NoError(t, err)
	w.check()
}
