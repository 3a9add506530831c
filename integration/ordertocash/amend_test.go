package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
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
	limited := func(policy credit.Policy) *shop {
		return newShop(t, func(c *ordertocash.Config) { c.Credit = ordertocash.CreditTerms{Limit: money(10000), Policy: policy} })
	}
	w := limited(credit.Block)
	placed := w.place("ann", want{"mug", 5})
	w.fails(tandem.ErrInsufficient, func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "x", Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(9)}}})
		return err
	})
	_, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(8)}}}) // 96.00
	require.NoError(t, err)

	w = limited(credit.Hold)
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

// A new quantity alone leaves what was agreed, quoted or taken off.
func TestAmendKeepsTheTermsOfALine(t *testing.T) {
	w := newShop(t)
	resize := func(order sales.OrderID, line int, n int64) sales.Line {
		t.Helper()
		_, err := w.amend(ordertocash.AmendOrder{Order: order, Change: []ordertocash.LineChange{{Line: line, Quantity: pieces(n)}}})
		require.NoError(t, err)
		for _, l := range w.orderState(order).Lines {
			if l.Line == line {
				return l
			}
		}
		return sales.Line{}
	}
	place := func(discounts []pricing.OrderDiscount, lines ...ordertocash.OrderLine) sales.OrderID {
		t.Helper()
		out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines, Discounts: discounts})
		require.NoError(t, err)
		return out.Order
	}
	agreed := func(key string, n, micro int64, open bool) ordertocash.OrderLine {
		return ordertocash.OrderLine{Product: product(key), Quantity: pieces(n), Agreed: &pricing.Override{Price: price(t, micro), Reason: "deal", Open: open}}
	}

	// agreed at 7.00, to 4 and beyond the break; at 0.335, rounded as a whole
	order := place(nil, agreed("mug", 5, 7_000_000, false), agreed("card", 1, 335_000, false), agreed("candle", 1, 0, false))
	require.Equal(t, money(2800), resize(order, 1, 4).Net)
	l := resize(order, 1, 12)
	require.Equal(t, money(8400), l.Net)
	require.Equal(t, [2]any{price(t, 7_000_000), pricing.RuleAgreed}, [2]any{l.Price, l.PriceRef.Rule})
	require.Equal(t, pieces(12), l.Reserved)
	require.Equal(t, money(67), resize(order, 2, 2).Net)
	require.Equal(t, money(0), resize(order, 3, 9).Net, "a gift")
	// a new agreement still counts, and the next quantity keeps it
	_, err := w.amend(ordertocash.AmendOrder{Order: order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(3), Agreed: &pricing.Override{Price: price(t, 8_000_000), Reason: "x"}}}})
	require.NoError(t, err)
	require.Equal(t, money(1600), resize(order, 1, 2).Net)

	// 10 % off the order: 5 × 10.00 are 45.00, 4 are 36.00, 12 are 108.00 at the price that is kept
	order = place(discount10(), ofBook("mug", 5), agreed("card", 4, 2_000_000, true))
	l = resize(order, 1, 4)
	require.Equal(t, [2]tandem.Money{money(3600), money(400)}, [2]tandem.Money{l.Net, l.Discount})
	l = resize(order, 1, 12)
	require.Equal(t, [2]tandem.Money{money(10800), money(1200)}, [2]tandem.Money{l.Net, l.Discount})
	require.Equal(t, money(900), resize(order, 2, 5).Net, "agreed and taken off")
	w.ship(order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
	require.Equal(t, money(11700), resize(order, 1, 13).Net, "shipped in part, too")

	// quoted as Gold at 9.50; what is added to the order is priced today
	w.grades[customer("gil")] = "gold"
	quote := w.quote("gil", "2011-06-30", want{"mug", 5})
	w.grades[customer("gil")] = ""
	accepted, err := w.service.AcceptQuote(w.ctx, ordertocash.AcceptQuote{Header: w.header(), Quotation: quote.Quotation})
	require.NoError(t, err)
	_, err = w.amend(ordertocash.AmendOrder{Order: accepted.Order, Add: lines(want{"mug", 2})})
	require.NoError(t, err)
	require.Equal(t, money(3800), resize(accepted.Order, 1, 4).Net)
	require.Equal(t, money(10450), resize(accepted.Order, 1, 11).Net)
	require.Equal(t, money(9000), resize(accepted.Order, 2, 10).Net)
	w.ship(accepted.Order)
	w.invoice(accepted.Order)

	// what replaces goods that came back is for nothing
	s := w.sell("ann", want{"mug", 2})
	ra := w.authorise("ann", back(s.delivery, 1, 2))
	w.receive(ra.Return)
	w.inspect(ra.Return, ordertocash.Verdict{Line: 1, Scrap: pieces(2), Remedy: returns.RemedyReplace})
	replaced, err := w.service.Replace(w.ctx, ordertocash.ReplaceReturn{Header: w.header(), Return: ra.Return})
	require.NoError(t, err)
	require.True(t, resize(replaced.Order, 1, 1).Net.IsZero())

	// the book's: with its break, and without
	order = place(nil, ofBook("mug", 5))
	require.Equal(t, money(9000), resize(order, 1, 10).Net)
	require.Equal(t, money(4000), resize(order, 1, 4).Net)
}

// More below a floor asks again, less does not; discounts count.
func TestMoreAtAKeptPriceAsksTheFloors(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) {
		c.Prices = ordertocash.FixedPrices(pricingtest.New().Price("mug", "10.00").Floor("deep", pricing.FloorBeforeGrade, "0.95").Snapshot(t))
	})
	boss := billing.Approval{Actor: "boss", Reason: "fair"}
	for name, cmd := range map[string]ordertocash.PlaceOrder{
		"agreed":     {Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(5), Agreed: &pricing.Override{Price: price(t, 9_000_000), Reason: "deal"}}}},
		"discounted": {Lines: lines(want{"mug", 5}), Discounts: discount10()},
		"given away": {Lines: lines(want{"mug", 5}), Discounts: []pricing.OrderDiscount{{ID: "all", Rate: tandem.Percent(100)}}},
	} {
		cmd.Header, cmd.Customer, cmd.Approval = w.header(), customer("ann"), boss
		placed, err := w.service.Place(w.ctx, cmd)
		require.NoError(t, err, name)
		more := ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(6)}}}
		w.fails(tandem.ErrNotAllowed, func() error {
			cmd := more
			cmd.Header, cmd.Reason = w.header(), "x"
			_, err := w.service.Amend(w.ctx, cmd)
			return err
		})
		_, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(4)}}})
		require.NoError(t, err, name)
		more.Approval = boss
		out, err := w.amend(more)
		require.NoError(t, err, name)
		require.Equal(t, placed.Net.Minor()*6/5, out.Net.Minor(), name)
	}
}

func ofBook(key string, n int64) ordertocash.OrderLine {
	return ordertocash.OrderLine{Product: product(key), Quantity: pieces(n)}
}

func price(t tester, micro int64) tandem.Price {
	t.Helper()
	p, err := tandem.PriceFromMicro(micro, tandem.GBP, 1, tandem.Each)
	require.NoError(t, err)
	return p
}
