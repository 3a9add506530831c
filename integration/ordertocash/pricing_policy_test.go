package ordertocash_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/ordertocash"
)

func TestPoliciesOfPricesAreReadStrictly(t *testing.T) {
	for _, p := range ordertocash.UsedUpPolicies() {
		var read ordertocash.UsedUpPolicy
		require.NoError(t, read.UnmarshalText([]byte(p)))
		require.Equal(t, p, read)
	}
	for _, p := range ordertocash.BreakPolicies() {
		var read ordertocash.BreakPolicy
		require.NoError(t, read.UnmarshalText([]byte(p)))
		require.Equal(t, p, read)
	}
	for _, p := range sales.PricedOns() {
		var read sales.PricedOn
		require.NoError(t, read.UnmarshalText([]byte(p)))
		require.Equal(t, p, read)
	}
	var used ordertocash.UsedUpPolicy
	var breaks ordertocash.BreakPolicy
	var on sales.PricedOn
	for _, err := range []error{used.UnmarshalText([]byte("Keep")), breaks.UnmarshalText([]byte("")), on.UnmarshalText([]byte("someday"))} {
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
	w := newShop(t)
	wrong := w.config
	wrong.PricedOn, wrong.UsedUp, wrong.Breaks = "x", "x", "x"
	_, err := ordertocash.New(w.store, wrong)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	for _, code := range []string{"priced_on", "used_up_policy", "break_policy"} {
		require.ErrorContains(t, err, code)
	}
}

// What is entered is checked with all else, before anything is read.
func TestWhatIsEnteredOfAnOrderIsChecked(t *testing.T) {
	w := newShop(t)
	long := string(make([]byte, tandem.MaxName+1))
	asked := lines(want{"mug", 1})
	asked[0].Group = long
	_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: asked, Channel: long, Coupons: []string{""},
		ApprovalTokens: []string{"t"}})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	for _, path := range []string{"lines[0].group", "channel", "coupons[0]", "approval"} {
		require.ErrorContains(t, err, path)
	}
	_, err = w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines(want{"mug", 1}), Coupons: make([]string, sales.MaxCoupons+1)})
	require.ErrorContains(t, err, "coupons")
}
