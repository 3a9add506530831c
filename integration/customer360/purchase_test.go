package customer360_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
)

// score is what a review of 1 August measures of ann over half a year, which the overview
// must see alike.
func (h *house) score() grading.Score {
	h.t.Helper()
	h.deliver()
	window := grading.Window{AsOf: date("2011-08-01"), Days: 182}
	tally, err := grading.NewTally(window, tandem.GBP)
	require.NoError(h.t, err)
	for _, p := range h.read().Purchases {
		require.NoError(h.t, tally.Add(p))
	}
	r, err := tally.Ranking(grading.Active)
	require.NoError(h.t, err)
	s, _ := r.Of(customer("ann"))
	h.update(func(ctx context.Context, b *store.Bundle) error {
		got, err := customer360.ReadOverview(ctx, b, customer360.OverviewQuery{Company: company(), Party: customer("ann"), AsOf: window.AsOf, Days: window.Days})
		require.NoError(h.t, err)
		require.Equal(h.t, [2]any{s.Frequency, s.LastSale}, [2]any{got.Trade.Days, got.Trade.LastSale})
		return nil
	})
	return s
}

// A mug of 10.00 of 1 June is broken; its replacement of 1 July is no purchase, so that
// the last is 61 days ago. Nor is one that is cancelled.
func TestAReplacementIsNoPurchase(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	o := h.order("ann", "2011-06-01", 1, 0)
	d := h.ship(o.Order, "2011-06-01")
	h.invoice(o.Order, "2011-06-01")
	h.clock.at = noon("2011-07-01")
	ra, err := h.sales.AuthoriseReturn(t.Context(), ordertocash.AuthoriseReturn{Header: h.header(), Customer: customer("ann"),
		Lines: []ordertocash.ReturnedLine{{Delivery: d.Delivery, Line: 1, Quantity: each(1)}}})
	require.NoError(t, err)
	_, err = h.sales.ReceiveReturn(t.Context(), ordertocash.ReceiveReturn{Header: h.header(), Return: ra.Return})
	require.NoError(t, err)
	_, err = h.sales.InspectReturn(t.Context(), ordertocash.InspectReturn{Header: h.header(), Return: ra.Return,
		Lines: []ordertocash.Verdict{{Line: 1, Scrap: each(1), Remedy: returns.RemedyReplace}}})
	require.NoError(t, err)
	replace := func() sales.OrderID {
		out, err := h.sales.Replace(t.Context(), ordertocash.ReplaceReturn{Header: h.header(), Return: ra.Return})
		require.NoError(t, err)
		return out.Order
	}
	_, err = h.sales.Cancel(t.Context(), ordertocash.CancelOrder{Header: h.header(), Order: replace(), Reason: "none left"})
	require.NoError(t, err)
	h.ship(replace(), "2011-07-01")
	s := h.score()
	require.Equal(t, [2]int{1, 61}, [2]int{s.Frequency, s.Recency})
	require.Equal(t, gbp(1000), s.Monetary)
	var told []string
	for _, i := range h.read().Timeline {
		if i.Kind == "return" {
			told = append(told, string(i.Text))
		}
	}
	require.Contains(t, told, "replacement SO-000002 cancelled")
}

// A price that is corrected by a penny a month later is money and no purchase; a mug more is.
func TestACorrectedPriceIsNoPurchaseAndAMugMoreIs(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	o := h.order("ann", "2011-06-01", 1, 0)
	amend := func(on string, c ordertocash.LineChange) grading.Score {
		h.clock.at = noon(on)
		c.Line = 1
		_, err := h.sales.Amend(t.Context(), ordertocash.AmendOrder{Header: h.header(), Order: o.Order, Reason: "typo", Change: []ordertocash.LineChange{c}})
		require.NoError(t, err)
		return h.score()
	}
	s := amend("2011-07-01", ordertocash.LineChange{Agreed: &pricing.Override{Price: must(tandem.ParsePrice("10.01 GBP/EA")), Reason: "typo"}})
	require.Equal(t, [2]int{1, 61}, [2]int{s.Frequency, s.Recency})
	require.Equal(t, gbp(1001), s.Monetary)
	s = amend("2011-07-02", ordertocash.LineChange{Quantity: each(2)})
	require.Equal(t, [2]int{2, 30}, [2]int{s.Frequency, s.Recency})
	require.Equal(t, gbp(2002), s.Monetary)
}

// Of two orders of a day one is cancelled, and then the other: nothing was bought.
func TestACancelledOrderIsNoPurchase(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	first, second := h.order("ann", "2011-06-01", 1, 0), h.order("ann", "2011-06-01", 2, 0)
	cancel := func(id sales.OrderID) grading.Score {
		h.clock.at = noon("2011-06-20")
		_, err := h.sales.Cancel(t.Context(), ordertocash.CancelOrder{Header: h.header(), Order: id, Reason: "typo"})
		require.NoError(t, err)
		return h.score()
	}
	s := cancel(first.Order)
	require.Equal(t, [2]int{1, 61}, [2]int{s.Frequency, s.Recency})
	s = cancel(second.Order)
	require.Equal(t, grading.Score{Party: customer("ann"), Monetary: gbp(0)}, s, "neither bought nor ranked")
}

// 10.00, paid in time with 2 % off (0.20): the mug comes back and is credited with 9.80.
// What was bought for 10.00 came back, and nothing is left.
func TestGoodsThatComeBackLessTheirDiscountLeaveNothing(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	prompt := terms()
	prompt.Code, prompt.Discount = "prompt", billing.EarlyDiscount{Rate: tandem.Percent(2), Days: 10, Policy: billing.AdjustOnPayment}
	h.update(func(ctx context.Context, b *store.Bundle) error { return b.PaymentTerms().Save(ctx, prompt) })
	o, err := h.sales.Place(t.Context(), ordertocash.PlaceOrder{Header: h.header(), Customer: customer("ann"), Terms: "prompt",
		Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: each(1)}}})
	require.NoError(t, err)
	d := h.ship(o.Order, "2011-06-01")
	i := h.invoice(o.Order, "2011-06-01")
	paid, err := h.sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: h.header(), Customer: customer("ann"), Amount: gbp(1176), Method: payment.Cash,
		Invoices: []billing.InvoiceID{i.Invoice}})
	require.NoError(t, err)
	require.Equal(t, gbp(24), paid.Discount)
	note := h.giveBack("ann", "2011-06-20", d.Delivery, 1, 1)
	require.Equal(t, gbp(980), note.Net)
	require.Equal(t, gbp(0), h.score().Monetary)
}
