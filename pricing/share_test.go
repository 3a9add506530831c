package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// rowsWithMore is a book whose rows have all that rows can have.
func rowsWithMore(t testing.TB) pricing.Book {
	b := pricing.NewBook("b", 1)
	b.Lists = []pricing.List{{ID: "d", Source: pricing.SourceDefault},
		{ID: "k", Source: pricing.SourceContract, Customers: []tandem.PartyID{pricingtest.Customer("1")}, Base: "d"}}
	off := formula.Formula{Of: formula.OfList, Operator: formula.Discount, Rate: tandem.Percent(10), Ending: formula.EndingPolicies()[0],
		Charm: &formula.Charm{Direction: formula.Nearest, Bands: []formula.Band{{Increment: tandem.MoneyFromMinor(100, tandem.GBP),
			Endings: []tandem.Money{tandem.MoneyFromMinor(50, tandem.GBP)}}}}}
	tiers := formula.Tiers{Model: formula.Volume, Currency: tandem.GBP, Unit: tandem.Each, Tiers: []formula.Tier{{Price: price(t, "7 GBP/EA")}}}
	block := formula.Tiers{Model: formula.Package, Currency: tandem.GBP, Unit: tandem.Each,
		Block: &formula.Block{Size: quantity(t, "10 EA"), Price: tandem.MoneyFromMinor(900, tandem.GBP)}}
	b.Rows = []pricing.Row{{ID: "all", List: "d", Price: price(t, "100 GBP/EA")}, {ID: "formula", List: "k", Formula: &off},
		{ID: "window", List: "d", Product: pricingtest.Product("window"), Price: price(t, "1 GBP/EA"), At: &pricing.Window{}},
		{ID: "tiers", List: "d", Product: pricingtest.Product("tiers"), Tiers: &tiers},
		{ID: "block", List: "d", Product: pricingtest.Product("block"), Tiers: &block}}
	return b
}

// spoil writes on all that a row points to.
func spoil(r pricing.Row) {
	if r.Formula != nil {
		r.Formula.Rate = tandem.Percent(99)
		r.Formula.Charm.Bands[0].Endings[0] = tandem.Money{}
	}
	if r.At != nil {
		r.At.From = tandem.InstantOfUnixMicro(1 << 60)
	}
	if r.Tiers != nil {
		for i := range r.Tiers.Tiers {
			r.Tiers.Tiers[i].Price = tandem.Price{}
		}
		if r.Tiers.Block != nil {
			r.Tiers.Block.Price = tandem.Money{}
		}
		r.Tiers.Model = ""
	}
}

// What an author or a reader writes on rows changes no price, and no version that is
// made of the snapshot later. Readers write while others price: -race tells.
func TestNobodyWritesOnTheRowsOfASnapshot(t *testing.T) {
	b, pristine := rowsWithMore(t), rowsWithMore(t)
	s, err := pricing.Compile(b)
	require.NoError(t, err)
	var orders []pricing.Request
	for _, product := range []string{"x", "window", "tiers", "block"} {
		for _, customer := range []string{"1", "2"} {
			orders = append(orders, pricing.Request{Customer: pricingtest.Customer(customer), Date: day(0), At: tandem.InstantOfUnixMicro(1),
				Currency: tandem.GBP, Lines: []pricing.Line{{Line: 1, Product: pricingtest.Product(product), Quantity: quantity(t, "3 EA")}}})
		}
	}
	before := pricesOf(t, s, orders)
	for _, r := range b.Rows {
		spoil(r)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, r := range pristine.Rows {
			got, _ := s.Row(r.ID)
			spoil(got)
		}
		for _, r := range s.Book().Rows {
			spoil(r)
		}
	}()
	assert.Equal(t, before, pricesOf(t, s, orders))
	<-done
	assert.Equal(t, before, pricesOf(t, s, orders))
	for _, want := range pristine.Rows {
		got, err := s.Row(want.ID)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	assert.ElementsMatch(t, pristine.Rows, s.Book().Rows)

	put := rowsWithMore(t).Rows
	next, err := s.Change(pricing.Change{Version: 2, Put: put})
	require.NoError(t, err)
	for _, r := range put {
		spoil(r)
	}
	assert.Equal(t, before, pricesOf(t, next, orders))
	assert.ElementsMatch(t, pristine.Rows, next.Book().Rows)
}
