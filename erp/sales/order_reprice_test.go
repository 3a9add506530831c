package sales_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

// Of twelve at 1.00 eight are shipped for 8.00; the four that are open cost 1.25 then:
// 8.00 + 5.00 = 13.00.
func TestWhatIsOpenIsPricedAnewAndWhatIsShippedKeepsItsAmount(t *testing.T) {
	o := confirmed(t, item(1, 12, 100))
	ship(t, o, "1", lq(1, 8))
	price, err := tandem.ParsePrice("1.25 GBP/EA")
	require.NoError(t, err)
	dearer := []sales.OpenPrice{{Line: 1, Price: price, Net: gbp(500)}}
	require.NoError(t, o.RepriceOpen(dearer, date("2011-06-03"), "below the break", at(3)))
	l := o.LineAt(0)
	require.Equal(t, gbp(1300), o.Net())
	require.Equal(t, gbp(800), l.NetShipped)
	require.Equal(t, gbp(500), l.OpenNet())
	require.True(t, l.Repriced)
	require.Equal(t, 2, o.Version())
	o = orderTrip(t, o)
	ship(t, o, "2", lq(1, 4))
	require.Equal(t, gbp(1300), o.LineAt(0).NetShipped)
	require.Equal(t, "status", code(o.RepriceOpen(dearer, date("2011-06-03"), "again", at(4))))
}

func TestWhatHasADiscountIsNotPricedAnew(t *testing.T) {
	off := item(1, 4, 100)
	off.Discount, off.Net = gbp(40), gbp(360)
	o := confirmed(t, off)
	price, err := tandem.ParsePrice("2.00 GBP/EA")
	require.NoError(t, err)
	require.Equal(t, "price_fixed", code(o.RepriceOpen([]sales.OpenPrice{{Line: 1, Price: price, Net: gbp(800)}}, date("2011-06-03"), "r", at(3))))
	require.Equal(t, "unknown_line", code(o.RepriceOpen([]sales.OpenPrice{{Line: 7, Price: price, Net: gbp(800)}}, date("2011-06-03"), "r", at(3))))
}

// What an order holds of limits is kept with it, and is its own.
func TestAnOrderKeepsWhatItHoldsOfLimits(t *testing.T) {
	in := orderInput(item(1, 4, 100))
	limit := tandem.DocumentRef{Kind: "redemption_limit", ID: tandem.DeriveID[tandem.ID[any]]("limit", "1")}
	in.Pricing = sales.Pricing{On: sales.PricedOnOrder, Channel: "web", Coupons: []string{"SPRING"},
		Claims: []sales.Claim{{Key: "k", Limits: []tandem.DocumentRef{limit}, Lines: []sales.ClaimLine{{Line: 1, Value: gbp(40)}}}}}
	o, err := sales.NewOrder(in, at(0))
	require.NoError(t, err)
	in.Pricing.Claims[0].Lines[0].Line = 9
	require.Equal(t, 1, o.Pricing().Claims[0].Lines[0].Line)
	o = orderTrip(t, o)
	require.True(t, o.HasClaims())
	require.NoError(t, o.RecordClaims(nil))
	require.False(t, o.HasClaims())
	require.ErrorIs(t, o.RecordClaims([]sales.Claim{{}}), tandem.ErrInvalid)
	in.Pricing.On = "someday"
	_, err = sales.NewOrder(in, at(0))
	require.ErrorIs(t, err, tandem.ErrInvalid)
}
