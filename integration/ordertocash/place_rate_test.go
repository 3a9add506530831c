package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// gross100 takes 5.00 off an order from 100.00 on, as counted says; blocked lines count.
func gross100(counted promotion.Counted) func(*pricing.Book) {
	return func(b *pricing.Book) {
		b.Promotions = append(b.Promotions, promotion.Promotion{ID: "hundred", Lane: promotion.LaneOrder,
			Threshold: &promotion.Threshold{Spend: money(10000), Counted: counted, Order: true, Blocked: true},
			Benefit:   promotion.Benefit{Amount: &promotion.AmountOff{Amount: money(500), Target: promotion.Across}}})
	}
}

// 9 mugs are 90.00, which is 108.00 with 20 % VAT; 8 are 80.00 and 96.00; ten are 90.00
// again, and 12 are 108.00 without tax. Before the 4th of January 2011 17.5 % are due:
// 9 mugs are 105.75.
func TestAThresholdThatCountsTax(t *testing.T) {
	for _, tc := range []struct {
		name    string
		counted promotion.Counted
		on      string
		mugs    int64
		net     int64
	}{
		{"gross, above", promotion.CountGross, "2011-06-01", 9, 8500},
		{"gross, below", promotion.CountGross, "2011-06-01", 8, 8000},
		{"gross, at the rate before", promotion.CountGross, "2011-01-03", 9, 8500},
		{"net, below", promotion.CountNet, "2011-06-01", 9, 9000},
		{"net, above", promotion.CountNet, "2011-06-01", 12, 10300},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newShop(t, offers(gross100(tc.counted)))
			out, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Date: w.date(tc.on), Lines: lines(want{"mug", tc.mugs})})
			require.NoError(t, err)
			require.Equal(t, money(tc.net), out.Net)
			w.check()
		})
	}
}

// 5 mugs are there, 60.00 with tax; 4 that are added make it 108.00, and get the 5.00.
func TestTheLinesThatAreThereCountWithTheirTax(t *testing.T) {
	w := newShop(t, offers(gross100(promotion.CountGross)))
	placed := w.place("ann", want{"mug", 5})
	out, err := w.amend(ordertocash.AmendOrder{Order: placed.Order, Add: lines(want{"mug", 3})})
	require.NoError(t, err)
	require.Equal(t, money(8000), out.Net)
	out, err = w.amend(ordertocash.AmendOrder{Order: placed.Order, Add: lines(want{"mug", 1})})
	require.NoError(t, err)
	require.Equal(t, money(8500), out.Net)
	w.sellOff(placed.Order)
}

// An unknown tax code is refused as it is where no promotion asks for its rate.
func TestAnUnknownTaxCodeIsRefusedWithPromotions(t *testing.T) {
	asked := lines(want{"mug", 9})
	asked[0].TaxCode = "NONE"
	var errs [2]string
	for i, edit := range []func(*pricing.Book){spring, gross100(promotion.CountGross)} {
		w := newShop(t, offers(edit))
		_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: asked})
		require.ErrorIs(t, err, tandem.ErrInvalid)
		errs[i] = err.Error()
	}
	require.Equal(t, errs[0], errs[1])
}

// The rates are a level of their own, of which products say the codes; where the lines do
// they are read with the first, and where no threshold counts tax nothing is read.
func TestRoundTripsOfATaxThatCounts(t *testing.T) {
	for _, tc := range []struct {
		edit  func(*pricing.Book)
		code  tandem.TaxCode
		trips int
	}{{spring, "", 3}, {gross100(promotion.CountGross), "", 4}, {gross100(promotion.CountGross), "GB-S", 3}} {
		w := newTripShop(t, 3, false)
		cfg := w.config
		book := pricingtest.New().Price("t0", "10.00").Price("t1", "10.00").Price("t2", "10.00")
		prices, err := book.Edit(tc.edit).Compile()
		require.NoError(t, err)
		cfg.Prices = ordertocash.FixedPrices(prices)
		w.service, err = ordertocash.New(work.Store[*store.Bundle](w.store), cfg)
		require.NoError(t, err)
		cmd := ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: w.lines(2)}
		for i := range cmd.Lines {
			cmd.Lines[i].TaxCode = tc.code
		}
		require.Len(t, w.measured(cmd), tc.trips)
	}
}
