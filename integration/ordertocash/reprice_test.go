package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/pricing"
)

func reprices(c *ordertocash.Config) { c.Breaks = ordertocash.RepriceOpen }

// 12 mugs at 9.00, from ten on. 8 are shipped for 72.00; the 4 that are left cost 10.00
// each, or stay at 9.00, as the policy says.
func TestWhatAPartShipmentLeavesBelowABreak(t *testing.T) {
	for _, policy := range append(ordertocash.BreakPolicies(), "") {
		w := newShop(t, func(c *ordertocash.Config) { c.Breaks = policy })
		placed := w.place("ann", want{"mug", 12}, want{"card", 1})
		w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(8)})
		rest := int64(3600)
		if policy == ordertocash.RepriceOpen || policy == ordertocash.Clawback {
			rest = 4000
		}
		o := w.orderState(placed.Order)
		require.Equal(t, money(7200+rest), o.Lines[0].Net)
		w.ship(placed.Order)
		invoiced := w.invoice(placed.Order)
		state := w.invoiceState(invoiced.Invoice)
		require.Equal(t, money(7200+rest+333), state.Net)
		require.Equal(t, []string{"9.00 GBP/EA", money(rest).String()}, []string{state.Lines[0].Price.String(), state.Lines[1].Net.String()})
		require.Zero(t, w.credit("ann").ConfirmedNotDelivered.Minor())
	}
}

// 5 of 12 are cancelled: the 7 that are left cost 10.00 each. Of a line of 30 the rest is
// above the break, and stays; an agreed price is locked.
func TestWhatACancellationLeavesBelowABreak(t *testing.T) {
	w := newShop(t, reprices)
	agreed, err := tandem.ParsePrice("9.50 GBP/EA")
	require.NoError(t, err)
	asked := lines(want{"mug", 12}, want{"mug", 30}, want{"mug", 12})
	asked[2].Agreed = &pricing.Override{Price: agreed, Reason: "fair"}
	placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: asked})
	require.NoError(t, err)
	cut := []ordertocash.LineQuantity{{Line: 1, Quantity: pieces(5)}, {Line: 2, Quantity: pieces(5)}, {Line: 3, Quantity: pieces(5)}}
	out, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: placed.Order, Reason: "fewer", Lines: cut})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(7000+25*900+7*950), out.Net)
	require.Equal(t, 2, out.Version)
	w.sellOff(placed.Order)
	require.Zero(t, w.credit("ann").ConfirmedNotDelivered.Minor())
}

// A shipped line that is made smaller by an amendment is below the break, too.
func TestWhatAnAmendmentLeavesBelowABreak(t *testing.T) {
	w := newShop(t, reprices)
	placed := w.place("ann", want{"mug", 40})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(20)}) // 20 are left: above
	out, err := w.change(placed.Order, 1, 25)
	require.NoError(t, err)
	require.Equal(t, money(20*900+5*1000), out.Net)
	w.sellOff(placed.Order)
}

// 6 and 9 mugs are priced together, 9.00 each from ten on. When 1 of the 6 is cancelled or
// shipped 5 and 9 are left, which are above the break: the line stays at 9.00, 54.00 in
// all when it is shipped. When 9 are cancelled first, it is below: 5 x 10.00.
func TestTheOtherLinesCountForWhatIsLeftOfACountedBreak(t *testing.T) {
	together := offers(func(b *pricing.Book) {
		b.Lists = append(b.Lists, pricing.List{ID: "together", Source: pricing.SourceDefault, Priority: 1, Breaks: pricing.CountProduct})
		b.Rows = append(b.Rows, row("together/ten", "together", "mug", "9.00 GBP/EA", 10))
	})
	cut := func(w *shop, order sales.OrderID, line int, n int64) tandem.Money {
		t.Helper()
		out, err := w.service.CancelLines(w.ctx, ordertocash.CancelLines{Header: w.header(), Order: order, Reason: "fewer",
			Lines: []ordertocash.LineQuantity{{Line: line, Quantity: pieces(n)}}})
		require.NoError(t, err)
		w.check()
		return out.Net
	}
	w := newShop(t, together, reprices)
	placed := w.place("ann", want{"mug", 6}, want{"mug", 9})
	require.Equal(t, money(5400+8100), placed.Net)
	require.Equal(t, money(4500+8100), cut(w, placed.Order, 1, 1))
	w.sellOff(placed.Order)

	w = newShop(t, together, reprices)
	placed = w.place("ann", want{"mug", 6}, want{"mug", 9})
	w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(1)})
	require.Equal(t, money(5400), w.orderState(placed.Order).Lines[0].Net)
	w.sellOff(placed.Order)

	w = newShop(t, together, reprices)
	placed = w.place("ann", want{"mug", 6}, want{"mug", 9})
	require.Equal(t, money(5400), cut(w, placed.Order, 2, 9))
	require.Equal(t, money(5000), cut(w, placed.Order, 1, 1), "nobody counts with it any more")
}

// Mugs are 12.00 from the 15th of June on. Ordered for the 20th at 12.00, a part leaves on
// the 10th at 10.00 and the rest on the 20th at 12.00; what was agreed stays.
func TestTheDeliveryPricesAnew(t *testing.T) {
	w := newShop(t, priceOn, func(c *ordertocash.Config) { c.PricedOn = sales.PricedOnDelivery })
	agreed, err := tandem.ParsePrice("7.00 GBP/EA")
	require.NoError(t, err)
	asked := lines(want{"mug", 5}, want{"mug", 1})
	asked[0].Promise, asked[1].Promise = w.date("2011-06-20"), w.date("2011-06-20")
	asked[1].Agreed = &pricing.Override{Price: agreed, Reason: "fair"}
	placed, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: asked})
	require.NoError(t, err)
	require.Equal(t, money(6000+700), placed.Net)
	w.day("2011-06-10")
	shipped := w.ship(placed.Order, ordertocash.ShipLine{Line: 1, Quantity: pieces(2)}, ordertocash.ShipLine{Line: 2, Quantity: pieces(1)})
	require.Equal(t, money(2000+700), shipped.Net)
	w.day("2011-06-20")
	shipped = w.ship(placed.Order)
	require.Equal(t, money(3600), shipped.Net)
	invoiced := w.invoice(placed.Order)
	state := w.invoiceState(invoiced.Invoice)
	require.Equal(t, money(2000+700+3600), state.Net)
	require.Equal(t, "10.00 GBP/EA", state.Lines[0].Price.String())
	require.Zero(t, w.credit("ann").ConfirmedNotDelivered.Minor())
	w.takeBack("ann", back(shipped.Delivery, 1, 1))
}
