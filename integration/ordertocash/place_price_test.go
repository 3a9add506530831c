package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Ten globes that cost 60.00 each are not sold at a penny under a floor of their cost.
func TestACostFloorAsksForAnApproval(t *testing.T) {
	snapshot, err := pricingtest.New().Price("mug", "10.00").Price("globe", "100.00").Floor("cost", pricing.FloorCost, "1").Compile()
	require.NoError(t, err)
	w := newShop(t, func(c *ordertocash.Config) { c.Prices = ordertocash.FixedPrices(snapshot) })
	penny, err := tandem.ParsePrice("0.01 GBP/EA")
	require.NoError(t, err)
	cheap := []ordertocash.OrderLine{{Product: product("globe"), Quantity: pieces(10), Agreed: &pricing.Override{Price: penny, Reason: "friend"}}}
	_, err = w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: cheap})
	var asks *ordertocash.ApprovalError
	require.ErrorAs(t, err, &asks)
	require.Equal(t, money(600_00), asks.Needed[0].Limit)
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines(want{"globe", 10})})
	require.NoError(t, err)
	require.Equal(t, money(1000_00), out.Net)
}

// A price of a category holds for the products below it, at any depth.
func TestAPriceOfACategoryIsFound(t *testing.T) {
	book, err := pricingtest.New().Price("card", "3.33").Book()
	require.NoError(t, err)
	five, err := tandem.ParsePrice("5.00 GBP/EA")
	require.NoError(t, err)
	book.Rows = append(book.Rows, pricing.Row{ID: "gifts", List: book.Lists[0].ID, Category: "gifts", Price: five})
	snapshot, err := pricing.Compile(book)
	require.NoError(t, err)
	w := newShop(t, func(c *ordertocash.Config) { c.Prices = ordertocash.FixedPrices(snapshot) })
	gifts, mugs := tandem.DeriveID[catalog.CategoryID]("category", "gifts"), tandem.DeriveID[catalog.CategoryID]("category", "mugs")
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		require.NoError(t, b.Categories().Save(ctx, catalog.Category{ID: gifts, Code: "gifts", Name: "Gifts"}))
		require.NoError(t, b.Categories().Save(ctx, catalog.Category{ID: mugs, Parent: gifts, Code: "mugs", Name: "Mugs"}))
		p, err := b.Products().Get(ctx, product("mug"))
		require.NoError(t, err)
		p.Category = mugs
		return b.Products().Save(ctx, p)
	}))
	out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines(want{"mug", 2})})
	require.NoError(t, err)
	require.Equal(t, money(10_00), out.Net)
}

// The book names candles as its only item; mugs and candles are gifts by the catalogue. A
// row for gifts prices mugs, and a promotion for gifts falls on them; those that are there
// count. Candles are what the book says.
func TestACategoryIsToldOfProductsThatAreNoItemsOfTheBook(t *testing.T) {
	w := newShop(t, offers(func(b *pricing.Book) {
		b.Items = []pricing.Item{{Product: product("candle"), Category: "light"}}
		five := row("gifts", b.Lists[0].ID, "mug", "5.00 GBP/EA", 0)
		five.Product, five.Category = tandem.ProductID{}, "gifts"
		light := row("light", b.Lists[0].ID, "candle", "2.00 GBP/EA", 0)
		light.Product, light.Category = tandem.ProductID{}, "light"
		b.Rows = append(b.Rows[:0:0], five, row("card", b.Lists[0].ID, "card", "3.33 GBP/EA", 0), light)
		b.Promotions = append(b.Promotions, promotion.Promotion{ID: "gifts", Lane: promotion.LaneProduct, Scope: promotion.Scope{Categories: []string{"gifts"}},
			Threshold: &promotion.Threshold{Quantity: pieces(4), Blocked: true},
			Benefit:   promotion.Benefit{Percent: &promotion.PercentOff{Rate: tandem.Percent(10), Target: promotion.EachLine}}})
	}))
	gifts := tandem.DeriveID[catalog.CategoryID]("category", "gifts")
	require.NoError(t, w.store.Update(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		require.NoError(t, b.Categories().Save(ctx, catalog.Category{ID: gifts, Code: "gifts", Name: "Gifts"}))
		for _, key := range []string{"mug", "candle"} {
			p, err := b.Products().Get(ctx, product(key))
			require.NoError(t, err)
			p.Category = gifts
			require.NoError(t, b.Products().Save(ctx, p))
		}
		return nil
	}))
	placed := w.place("ann", want{"mug", 3}, want{"candle", 1})
	require.Equal(t, money(1500+200), placed.Net)
	out, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Add: lines(want{"mug", 1})})
	require.NoError(t, err)
	require.Equal(t, money(1500+200+450), out.Net)
}
