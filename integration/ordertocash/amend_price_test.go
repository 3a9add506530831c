package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// change amends the quantity of a line.
func (w *shop) change(order sales.OrderID, line int, n int64) (ordertocash.Changed, error) {
	w.t.Helper()
	return w.amend(ordertocash.AmendOrder{Order: order, Change: []ordertocash.LineChange{{Line: line, Quantity: pieces(n)}}})
}

// 6 mugs are there at 10.00 each; 4 more are priced as a part of ten: 36.00. Agreed and
// quoted lines count, too, and stay as they are.
func TestWhatTheOrderHasCountsForBreaks(t *testing.T) {
	w := newShop(t, offers(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "together", Source: pricing.SourceDefault, Priority: 1, Breaks: pricing.CountProduct})
		b.Rows = append(b.Rows, row("together/mug", "together", "mug", "9.00 GBP/EA", 10))
	}))
	placed := w.place("ann", want{"mug", 6})
	require.Equal(t, money(6000), placed.Net)
	out, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Add: lines(want{"mug", 4})})
	require.NoError(t, err)
	require.Equal(t, money(6000+3600), out.Net)
}

// Ten are within the contract. 8 become 12: 10 × 8.00 and, on a line of their own, 2 × 9.00;
// then 4 again: 4 × 8.00, and 6 are free.
func TestAnAmendmentDrawsOnTheCapAnew(t *testing.T) {
	for _, of := range pricing.CapCounts() {
		w := newShop(t, offers(contract(of)))
		cap := redemption.IDOf(company, redemption.ForContract, "ann")
		expect := func(n int64) {
			t.Helper()
			r, c := w.uses(cap)
			require.Equal(t, pieces(n).Micro(), r.Quantity.Micro()+c.Quantity.Micro())
		}
		placed, err := w.buy("ann", nil, want{"mug", 8}, want{"card", 1})
		require.NoError(t, err)
		out, err := w.change(placed.Order, 1, 12)
		require.NoError(t, err)
		require.Equal(t, money(8000+1800+333), out.Net)
		o := w.orderState(placed.Order)
		require.Equal(t, [3]int{3, 3, 1}, [3]int{len(o.Lines), o.Lines[2].Line, o.Lines[2].Of})
		require.Equal(t, pieces(2), o.Lines[2].Reserved)
		expect(10)
		_, err = w.change(placed.Order, 1, 4)
		require.NoError(t, err)
		expect(4)
		_, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Remove: []int{1}})
		require.NoError(t, err)
		expect(0)
		w.sellOff(placed.Order)
	}
}

// 8 mugs took 8.00 of a budget of 10.00. 4 need 4.00; 10 need 10.00; 11 would need 11.00.
// It is one use all the time.
func TestALineThatKeepsItsPromotionDrawsOnTheBudget(t *testing.T) {
	w := newShop(t, offers(spring))
	budget := w.limit(redemption.ForPromotion, "spring", redemption.ID{}, redemption.Terms{Value: money(1000), Uses: 1, OncePerOrder: true, Moment: redemption.Invoiced})
	expect := func(held, used int64) {
		t.Helper()
		r, c := w.uses(budget)
		require.Equal(t, [2]tandem.Money{money(held), money(used)}, [2]tandem.Money{r.Value, c.Value})
		require.EqualValues(t, 1, r.Uses+c.Uses)
	}
	placed, err := w.buy("ann", nil, want{"mug", 8})
	require.NoError(t, err)
	expect(800, 0)
	out, err := w.change(placed.Order, 1, 4)
	require.NoError(t, err)
	require.Equal(t, money(3600), out.Net)
	expect(400, 0)
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)})
	w.invoice(placed.Order)
	expect(200, 200)
	out, err = w.change(placed.Order, 1, 10)
	require.NoError(t, err)
	require.Equal(t, money(9000), out.Net)
	expect(800, 200)
	w.fails(tandem.ErrInsufficient, func() error {
		_, err := w.service.Amend(w.ctx, ordertocash.AmendOrder{Header: w.header(), Order: placed.Order, Reason: "more",
			Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(11)}}})
		return err
	})
	w.sellOff(placed.Order)
	expect(0, 1000)
}

// A line that is added may bring a promotion by the coupon that the order was placed with,
// and a gift.
func TestAnAddedLineBringsItsPromotions(t *testing.T) {
	w := newShop(t, offers(save5, freeCandle))
	budget := w.limit(redemption.ForPromotion, "five", redemption.ID{}, redemption.Terms{Value: money(900), Moment: redemption.Shipped})
	placed, err := w.buy("ann", []string{"SAVE5"}, want{"mug", 1})
	require.NoError(t, err)
	require.Equal(t, money(500), placed.Net)
	out, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Add: lines(want{"globe", 1})})
	require.NoError(t, err)
	require.Equal(t, money(10500), out.Net, "4.00 are left of the budget, which are not enough")
	o := w.orderState(placed.Order)
	require.Equal(t, "light", o.Lines[2].Promotion)
	require.Equal(t, pieces(1), o.Lines[2].Reserved)
	held, _ := w.uses(budget)
	require.Equal(t, money(500), held.Value)
	w.sellOff(placed.Order)
}

// priceOn is a source of two books: mugs are 10.00 until the 15th of June, and 12.00 from
// then on.
func priceOn(c *ordertocash.Config) {
	offers(func(b *pricing.Book) {
		day, err := tandem.ParseDate("2011-06-15")
		if err != nil {
			panic(err)
		}
		later := row("list/mug/later", b.Lists[0].ID, "mug", "12.00 GBP/EA", 0)
		later.Valid.From = day
		b.Rows = append(b.Rows, later)
	})(c)
}

// The order is of the 1st of June and is to come on the 20th; it is changed on the 16th.
func TestTheDateThatPricesIsAPolicy(t *testing.T) {
	for _, tc := range []struct {
		on                     sales.PricedOn
		placed, changed, later int64 // one for the 20th; two of it; one more on a line of its own
	}{
		{"", 1000, 2400, 1200}, {sales.PricedOnCommand, 1000, 2400, 1200}, {sales.PricedOnOrder, 1000, 2000, 1000},
		{sales.PricedOnRequest, 1200, 2400, 1000}, {sales.PricedOnDelivery, 1200, 2400, 1000},
	} {
		t.Run(string(tc.on), func(t *testing.T) {
			w := newShop(t, priceOn, func(c *ordertocash.Config) { c.PricedOn = tc.on })
			asked := lines(want{"mug", 1}, want{"card", 1})
			asked[0].Promise = w.date("2011-06-20")
			out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: asked})
			require.NoError(t, err)
			require.Equal(t, money(tc.placed+333), out.Net)
			require.Equal(t, tc.on, w.orderState(out.Order).Pricing.On)
			w.day("2011-06-16")
			changed, err := w.change(out.Order, 1, 2)
			require.NoError(t, err)
			require.Equal(t, money(tc.changed+333), changed.Net)
			changed, err = w.amend(ordertocash.AmendOrder{Order: out.Order, Add: lines(want{"mug", 1})})
			require.NoError(t, err)
			require.Equal(t, money(tc.changed+tc.later+333), changed.Net)
		})
	}
}

// An amount is off all lines: where they are priced on different days, a rate must be said.
func TestAnAmountIsNotOffLinesOfSeveralDays(t *testing.T) {
	w := newShop(t, priceOn, func(c *ordertocash.Config) { c.PricedOn = sales.PricedOnRequest })
	asked := lines(want{"mug", 1}, want{"mug", 1})
	asked[1].Promise = w.date("2011-06-20")
	cmd := ordertocash.PlaceOrder{Customer: customer("ann"), Lines: asked, Discounts: []pricing.OrderDiscount{{ID: "one", Amount: money(100)}}}
	w.fails(tandem.ErrInvalid, func() error {
		cmd.Header = w.header()
		_, err := w.service.Place(w.ctx, cmd)
		return err
	})
	cmd.Header, cmd.Discounts = w.header(), discount10()
	out, err := w.service.Place(w.ctx, cmd)
	require.NoError(t, err)
	require.Equal(t, money(900+1080), out.Net)
}
