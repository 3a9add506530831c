package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/promotion"
)

func row(id, list, key, price string, from int64) pricing.Row {
	p, err := tandem.ParsePrice(price)
	if err != nil {
		panic(err)
	}
	r := pricing.Row{ID: id, List: list, Product: product(key), Price: p}
	if from > 0 {
		r.From = tandem.QuantityFromMicro(from*1_000_000, p.Unit())
	}
	return r
}

// The channel, the customer's segments and its region, and the group of a line count.
func TestTheRequestSaysAllThatCounts(t *testing.T) {
	off := func(id string, percent int64, who promotion.Audience) promotion.Promotion {
		return promotion.Promotion{ID: id, Lane: promotion.LaneOrder, Audience: who,
			Benefit: promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(percent), Target: promotion.Across}}}
	}
	known := ordertocash.Customer{Country: "GB", Terms: "net30", Segments: []string{"schools"}, Region: "north"}
	w := newShop(t, offers(func(b *pricing.Book) {
		b.Promotions = []promotion.Promotion{off("web", 10, promotion.Audience{Channels: []string{"web"}}),
			off("schools", 20, promotion.Audience{Segments: []string{"schools"}, Regions: []string{"north"}}), off("south", 50, promotion.Audience{Regions: []string{"south"}})}
		b.Lists = append(b.Lists, pricing.List{ID: "mixed", Source: pricing.SourceDefault, Priority: 1, Breaks: pricing.CountGroup})
		b.Rows = append(b.Rows, row("mixed/card", "mixed", "card", "3.00 GBP/EA", 10))
	}), func(c *ordertocash.Config) { c.Customers = ordertocash.FixedCustomers(known) })
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Channel: "web", Lines: lines(want{"globe", 1})})
	require.NoError(t, err)
	require.Equal(t, money(7200), out.Net) // 100.00 × 0.9 × 0.8
	require.Equal(t, "web", w.orderState(out.Order).Pricing.Channel)
	grouped := lines(want{"card", 6}, want{"card", 4}, want{"card", 1})
	grouped[0].Group, grouped[1].Group = "cards", "cards"
	out, err = w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: grouped})
	require.NoError(t, err)
	// (6 × 3.00, 4 × 3.00, 1 × 3.33) × 0.8 = 33.33 × 0.8 = 26.66
	require.Equal(t, money(2666), out.Net)
	require.Equal(t, "cards", w.orderState(out.Order).Lines[1].Group)
	w.check()
}

// Candles are kept by the piece and priced by the dozen, too: 24 are two dozen at 9.00.
func TestAPriceInAnotherUnitOfTheProduct(t *testing.T) {
	dozen := tandem.Dozen
	w := newShop(t, offers(func(b *pricing.Book) {
		b.Rows = append(b.Rows, row("candle/dozen", b.Lists[0].ID, "candle", "9.00 GBP/"+dozen.String(), 1))
	}))
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		p, err := b.Products().Get(ctx, product("candle"))
		require.NoError(t, err)
		p.Conversions = []tandem.UnitConversion{{From: dozen, To: tandem.Each, Factor: tandem.IntRatio(12)}}
		return b.Products().Save(ctx, p)
	}))
	out, err := w.buy("ann", nil, want{"candle", 24}, want{"candle", 6}, want{"candle", 13})
	require.NoError(t, err)
	w.check()
	require.Equal(t, []tandem.Money{money(1800), money(594), money(975)}, []tandem.Money{out.Lines[0].Net, out.Lines[1].Net, out.Lines[2].Net})
	require.Equal(t, "0.75 GBP/EA", w.orderState(out.Order).Lines[0].Price.String())
	w.sellOff(out.Order)
}

// 3 × 0.335 = 1.005 are 1.01 on each of two lines, and 2.01 in all: one line gives the penny.
func TestATotalThatIsRoundedOnceIsTheOrders(t *testing.T) {
	w := newShop(t, offers(func(b *pricing.Book) {
		b.Totals = pricing.TotalPrecise
		b.Rows = append(b.Rows, row("list/candle/3", b.Lists[0].ID, "candle", "0.335 GBP/EA", 3))
	}))
	out, err := w.buy("ann", nil, want{"candle", 3}, want{"candle", 3})
	require.NoError(t, err)
	w.check()
	require.Equal(t, money(201), out.Net)
}

// A token is for what was judged: another quantity asks again, and so does what the
// approval does not name.
func TestAnApprovalHoldsForItsTokens(t *testing.T) {
	w := newShop(t, offers(func(b *pricing.Book) {
		b.Floors = []pricing.Floor{{ID: "deep", Basis: pricing.FloorEngine, Rate: tandem.Percent(90)}}
	}))
	five, err := tandem.ParsePrice("5.00 GBP/EA")
	require.NoError(t, err)
	cheap := func(n int64) []ordertocash.OrderLine {
		return []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(n), Agreed: &pricing.Override{Price: five, Reason: "friend"}}}
	}
	place := func(n int64, by billing.Approval, tokens ...string) error {
		_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: cheap(n), Approval: by, ApprovalTokens: tokens})
		return err
	}
	boss := billing.Approval{Actor: "boss", Reason: "yes"}
	var asks *ordertocash.ApprovalError
	require.ErrorAs(t, place(2, billing.Approval{}), &asks)
	require.Len(t, asks.Tokens(), 1)
	tokens := asks.Tokens()
	require.ErrorAs(t, place(3, boss, tokens...), &asks, "a stale token asks again")
	require.NotEqual(t, tokens, asks.Tokens())
	w.day("2011-06-02") // another instant is no other price
	require.ErrorAs(t, place(2, boss, tokens...), &asks, "another day may have other prices")
	w.day("2011-06-01")
	require.NoError(t, place(2, boss, tokens...))
	require.NoError(t, place(3, boss), "one without tokens is for all")
	w.fails(tandem.ErrInvalid, func() error { return place(2, billing.Approval{}, tokens...) })
}

// A hard floor raises what the lists say, and asks for its token where it does not: of
// a price that was agreed.
func TestAHardFloorRaisesOrAsksForItsToken(t *testing.T) {
	w := newShop(t, offers(spring, func(b *pricing.Book) {
		b.Floors = []pricing.Floor{{ID: "hard", Basis: pricing.FloorEngine, Rate: tandem.Percent(95), Hard: true}}
	}))
	out, err := w.buy("ann", nil, want{"mug", 2}) // 20.00 less 10 %, and not below 19.00
	require.NoError(t, err)
	require.Equal(t, money(1900), out.Net)
	five, err := tandem.ParsePrice("5.00 GBP/EA")
	require.NoError(t, err)
	cmd := ordertocash.PlaceOrder{Customer: customer("ann"), Approval: billing.Approval{Actor: "boss", Reason: "yes"},
		Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: pieces(2), Agreed: &pricing.Override{Price: five, Reason: "friend"}}}}
	var asks *ordertocash.ApprovalError
	cmd.Header = w.header()
	_, err = w.service.Place(w.ctx, cmd)
	require.ErrorAs(t, err, &asks)
	require.True(t, asks.Needed[0].Hard)
	cmd.Header, cmd.ApprovalTokens = w.header(), asks.Tokens()
	out, err = w.service.Place(w.ctx, cmd)
	require.NoError(t, err)
	require.Equal(t, money(1000), out.Net)
	w.check()
}
