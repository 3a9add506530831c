package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
)

func (w *shop) amend(cmd ordertocash.AmendOrder) (ordertocash.Changed, error) {
	w.t.Helper()
	cmd.Header, cmd.Reason = w.header(), "the customer called"
	out, err := w.service.Amend(w.ctx, cmd)
	w.check()
	return out, err
}

func TestAmendAddsChangesAndRemoves(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 8}, want{"card", 10}) // 80.00 + 33.30
	out, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Add: lines(want{"candle", 5}, want{"carriage", 1}),
		Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(12)}}, Remove: []int{2}})
	require.NoError(t, err)
	// 12 × 9.00 (the break is reached now) + 5 × 0.99 + 4.00
	require.Equal(t, ordertocash.Changed{Order: placed.Order, Status: sales.OrderStatusConfirmed, Version: 2, Net: money(10800 + 495 + 400)}, out)
	for key, n := range map[string]int64{"mug": 12, "card": 0, "candle": 5} {
		_, reserved := w.level(key, warehouse)
		require.Equal(t, n, reserved, key)
	}
	o := w.orderState(placed.Order)
	require.Equal(t, []int{1, 3, 4}, []int{o.Lines[0].Line, o.Lines[1].Line, o.Lines[2].Line})
	require.Equal(t, w.date("2011-06-01"), o.Lines[1].FirstPromise)

	// beyond the stock: 90 more wait; and back to 3, priced without the break
	_, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(190)}}})
	require.NoError(t, err)
	_, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(200)}}})
	require.NoError(t, err)
	out, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(3)}}})
	require.NoError(t, err)
	require.Equal(t, money(3000+495+400), out.Net)
	w.ship(placed.Order)
	w.invoice(placed.Order)
	w.refused("status", func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "more", Add: lines(want{"card", 1})})
		return err
	})
}

// The stock that a removed line gives back is there for the line that replaces it.
func TestAmendReplacesALineOfScarceGoods(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 100})
	_, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Remove: []int{1}, Add: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(100),
		Agreed: &pricing.Override{Price: price(t, 7_500_000), Reason: "competitor"}}}})
	require.NoError(t, err)
	o := w.orderState(placed.Order)
	require.Equal(t, pieces(100), o.Lines[0].Reserved)
	require.Equal(t, money(75000), o.Lines[0].Net)
}

func TestAmendOfAShippedLineKeepsItsPrice(t *testing.T) {
	w := newShop(t)
	placed := w.place("ann", want{"mug", 4}, want{"card", 1})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
	w.refused("shipped", func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x", Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(1)}}})
		return err
	})
	w.refused("price_fixed", func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x",
			Change: []ordertocash.LineChange{{Line: 1, Agreed: &pricing.Override{Price: price(t, 1_000_000), Reason: "x"}}}})
		return err
	})
	w.refused("shipped", func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x", Remove: []int{1}})
		return err
	})
	w.refused("unknown_line", func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x", Remove: []int{9}})
		return err
	})
	w.fails(tandem.ErrInvalid, func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x"})
		return err
	})
	out, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(12)},
		{Line: 2, Promise: w.date("2011-07-01")}}})
	require.NoError(t, err)
	require.Equal(t, money(12*1000+333), out.Net, "the price of a shipped line is fixed, break or not")
	o := w.orderState(placed.Order)
	require.Equal(t, [2]tandem.Date{w.date("2011-06-01"), w.date("2011-07-01")}, [2]tandem.Date{o.Lines[1].FirstPromise, o.Lines[1].Promise})
	out, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(2)}}, Remove: []int{2}})
	require.NoError(t, err)
	require.Equal(t, sales.OrderStatusShipped, out.Status)
	w.invoice(placed.Order)
}

func TestAmendIsCheckedForCredit(t *testing.T) {
	limited := func(policy billing.CreditPolicy) *shop {
		return newShop(t, func(c *ordertocash.Config) { c.Credit = ordertocash.CreditTerms{Limit: money(10000), Policy: policy} })
	}
	w := limited(billing.CreditBlock)
	placed := w.place("ann", want{"mug", 5})
	w.fails(tandem.ErrInsufficient, func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x", Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(9)}}})
		return err
	})
	_, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(8)}}}) // 96.00
	require.NoError(t, err)

	w = limited(billing.CreditHold)
	placed = w.place("ann", want{"mug", 5})
	out, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(9)}}})
	require.NoError(t, err)
	require.Equal(t, "credit limit exceeded", out.Hold)
	require.True(t, w.credit("ann").ConfirmedNotDelivered.IsZero(), "it waits as a whole")
	_, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(6)}}})
	require.NoError(t, err)
	_, err = w.service.ReleaseHold(w.ctx, ordertocash.ReleaseOrder{Header: w.header(), Order: placed.Order, Approval: billing.Approval{Actor: "boss", Reason: "fits now"}})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(7200), w.credit("ann").ConfirmedNotDelivered)
	_, err = w.service.Hold(w.ctx, ordertocash.HoldOrder{Header: w.header(), Order: placed.Order, Reason: "address"})
	require.NoError(t, err)
	w.fails(tandem.ErrInsufficient, func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x", Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(9)}}})
		return err
	})
}

func price(t tester, micro int64) tandem.Price {
	t.Helper()
	p, err := tandem.PriceFromMicro(micro, tandem.GBP, 1, tandem.Each)
	require.NoError(t, err)
	return p
}
