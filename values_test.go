package tandem_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

// The table that every description of the modes has (IEEE 754-2019 §4.3;
// java.math.RoundingMode): one digit behind the point, rounded to none.
func TestRoundingModesByHand(t *testing.T) {
	inputs := []string{"5.5", "2.5", "1.6", "1.1", "1.0", "-1.0", "-1.1", "-1.6", "-2.5", "-5.5"}
	for mode, want := range map[tandem.Rounding]string{
		tandem.RoundUp:          "6 3 2 2 1 -1 -2 -2 -3 -6",
		tandem.RoundDown:        "5 2 1 1 1 -1 -1 -1 -2 -5",
		tandem.RoundCeiling:     "6 3 2 2 1 -1 -1 -1 -2 -5",
		tandem.RoundFloor:       "5 2 1 1 1 -1 -2 -2 -3 -6",
		tandem.HalfAwayFromZero: "6 3 2 1 1 -1 -1 -2 -3 -6",
		tandem.HalfEven:         "6 2 2 1 1 -1 -1 -2 -2 -6",
	} {
		var viaPrice, viaDecimal, viaRate []string
		for _, s := range inputs {
			p := must(tandem.ParsePrice(s + " JPY/EA"))
			viaPrice = append(viaPrice, must(p.Times(must(tandem.QuantityOf(1, tandem.Each)), mode)).Decimal().String())
			viaDecimal = append(viaDecimal, must(tandem.NewMoneyRounded(decimal.RequireFromString(s), tandem.JPY, mode)).Decimal().String())
			viaRate = append(viaRate, must(tandem.MoneyFromMinor(1, tandem.JPY).MulRate(must(tandem.NewRate(decimal.RequireFromString(s))), mode)).Decimal().String())
		}
		require.Equal(t, want, strings.Join(viaPrice, " "), mode)
		require.Equal(t, want, strings.Join(viaDecimal, " "), mode)
		require.Equal(t, want, strings.Join(viaRate, " "), mode)
	}
	require.Len(t, tandem.Roundings(), 6)
	var r tandem.Rounding
	require.ErrorIs(t, r.UnmarshalText([]byte("half_up")), tandem.ErrRounding)
	require.ErrorIs(t, r.UnmarshalText(nil), tandem.ErrRounding)
	require.False(t, r.Valid())
	for _, mode := range tandem.Roundings() {
		require.NoError(t, r.UnmarshalText([]byte(mode)))
	}
}

// Swiss cash is rounded to 5 Rappen (1 and 2 coins were withdrawn in 2007), Swedish
// to whole kronor (2010).
func TestCashIncrements(t *testing.T) {
	five, krona := must(tandem.ParseMoney("0.05 CHF")), must(tandem.ParseMoney("1.00 SEK"))
	for in, want := range map[string]string{"1.02 CHF": "1.00 CHF", "1.03 CHF": "1.05 CHF", "-1.03 CHF": "-1.05 CHF", "1.075 CHF": "1.10 CHF"} {
		amount, _, _ := strings.Cut(in, " ")
		m := must(tandem.NewMoneyRounded(decimal.RequireFromString(amount), tandem.CHF, tandem.HalfAwayFromZero))
		require.Equal(t, want, must(m.RoundTo(five, tandem.HalfAwayFromZero)).String(), in)
	}
	require.Equal(t, "12.00 SEK", must(must(tandem.ParseMoney("12.49 SEK")).RoundTo(krona, tandem.HalfAwayFromZero)).String())
	// Rounded once from the unrounded sum: 1.0749 is 1.05, though 1.07 and 1.075 differ.
	total := tandem.NewTotal(tandem.CHF)
	total.AddProduct(must(tandem.ParsePrice("1.0749 CHF/EA")), must(tandem.QuantityOf(1, tandem.Each)))
	require.Equal(t, "1.05 CHF", must(total.MoneyInSteps(five, tandem.HalfAwayFromZero)).String())
	for _, x := range []struct {
		step tandem.Money
		want error
	}{{krona, tandem.ErrCurrency}, {tandem.Money{}, tandem.ErrNoCurrency}, {five.Neg(), tandem.ErrOutOfRange}} {
		require.ErrorIs(t, second(total.MoneyInSteps(x.step, tandem.RoundUp)), x.want)
		require.ErrorIs(t, second(must(tandem.ParseMoney("1.02 CHF")).RoundTo(x.step, tandem.RoundUp)), x.want)
	}
}

func TestMixedUpThingsAreRefused(t *testing.T) {
	gbp, eur, none := tandem.MoneyFromMinor(1, tandem.GBP), tandem.MoneyFromMinor(1, tandem.EUR), tandem.Money{}
	each, box, nothing := must(tandem.QuantityOf(1, tandem.Each)), must(tandem.QuantityOf(1, tandem.Box)), tandem.Quantity{}
	price, noPrice := must(tandem.ParsePrice("1.00 GBP/EA")), tandem.Price{}
	perBox, inEuro := must(tandem.ParsePrice("1.00 GBP/XBX")), must(tandem.ParsePrice("1.00 EUR/EA"))
	one, no, down := tandem.IntRatio(1), tandem.Ratio{}, tandem.RoundDown
	for i, x := range []struct{ got, want error }{
		{second(gbp.Add(eur)), tandem.ErrCurrency}, {second(gbp.Add(none)), tandem.ErrNoCurrency},
		{second(none.Sub(gbp)), tandem.ErrNoCurrency}, {second(gbp.Cmp(eur)), tandem.ErrCurrency},
		{second(none.MulInt(2)), tandem.ErrNoCurrency}, {second(gbp.MulRatio(no, down)), tandem.ErrDivideZero},
		{second(gbp.MulRate(tandem.Percent(1), "nearest")), tandem.ErrRounding}, {second(gbp.MulRate(tandem.Percent(1), "")), tandem.ErrRounding},
		{second(gbp.Convert(0, one, down)), tandem.ErrNoCurrency}, {second(gbp.Convert(tandem.EUR, no, down)), tandem.ErrDivideZero},
		{second(gbp.Convert(tandem.EUR, tandem.IntRatio(-1), down)), tandem.ErrOutOfRange}, {second(gbp.Convert(tandem.EUR, one, "")), tandem.ErrRounding},
		{second(gbp.PricePer(each, 7, down)), tandem.ErrBasisAmount}, {second(none.PricePer(each, 1, down)), tandem.ErrNoCurrency},
		{second(gbp.PricePer(nothing, 1, down)), tandem.ErrNoUnit}, {second(gbp.PricePer(tandem.QuantityFromMicro(0, tandem.Each), 1, down)), tandem.ErrDivideZero},
		{second(each.Add(box)), tandem.ErrUnit}, {second(each.Sub(nothing)), tandem.ErrNoUnit}, {second(nothing.MulInt(1)), tandem.ErrNoUnit},
		{second(each.Convert(0, one, down)), tandem.ErrNoUnit}, {second(each.Convert(7, one, down)), tandem.ErrNoUnit},
		{second(each.Convert(tandem.Box, no, down)), tandem.ErrDivideZero}, {second(each.Convert(tandem.Box, tandem.IntRatio(0), down)), tandem.ErrOutOfRange},
		{second(each.Share(tandem.QuantityFromMicro(0, tandem.Each))), tandem.ErrDivideZero},
		{second(price.Times(box, down)), tandem.ErrUnit}, {second(price.Times(nothing, down)), tandem.ErrNoUnit},
		{second(noPrice.Times(each, down)), tandem.ErrNoCurrency}, {second(price.Add(perBox)), tandem.ErrUnit},
		{second(price.Sub(inEuro)), tandem.ErrCurrency}, {second(price.Cmp(noPrice)), tandem.ErrNoCurrency},
		{second(noPrice.MulRate(tandem.Percent(1), down)), tandem.ErrNoCurrency}, {second(noPrice.RoundDigits(2, down)), tandem.ErrNoCurrency},
		{second(price.RoundDigits(7, down)), tandem.ErrOutOfRange}, {second(noPrice.Per(10, down)), tandem.ErrNoCurrency}, {second(price.Per(3, down)), tandem.ErrBasisAmount},
		{second(price.Convert(tandem.Box, no, down)), tandem.ErrDivideZero}, {second(price.Convert(tandem.Box, tandem.IntRatio(-2), down)), tandem.ErrOutOfRange},
		{second(price.ConvertCurrency(tandem.EUR, tandem.IntRatio(0), down)), tandem.ErrOutOfRange}, {second(price.ConvertCurrency(0, one, down)), tandem.ErrNoCurrency},
		{second(tandem.PriceFromMicro(1, 0, 1, tandem.Each)), tandem.ErrNoCurrency}, {second(tandem.PriceFromMicro(1, tandem.GBP, 1, 0)), tandem.ErrNoUnit},
		{second(tandem.PriceFromMicro(math.MinInt64, tandem.GBP, 1, tandem.Each)), tandem.ErrOverflow},
		{second(tandem.NewMoney(decimal.New(1, 0), 1)), tandem.ErrNoCurrency}, {second(tandem.NewQuantity(decimal.New(1, 0), 1)), tandem.ErrNoUnit},
		{second(tandem.NewMoneyRounded(decimal.New(1, 0), tandem.GBP, "up and away")), tandem.ErrRounding},
		{second(tandem.QuantityOf(1, 0)), tandem.ErrNoUnit}, {second(tandem.NewRatio(1, 0)), tandem.ErrDivideZero},
		{second(tandem.NewRatio(math.MinInt64, 1)), tandem.ErrOverflow}, {second(no.Mul(one)), tandem.ErrDivideZero},
		{second(no.MulRounded(one, 2, down)), tandem.ErrDivideZero}, {second(no.Decimal(2, down)), tandem.ErrDivideZero},
		{second(one.Decimal(19, down)), tandem.ErrOutOfRange}, {second(tandem.IntRatio(0).Inverse()), tandem.ErrDivideZero},
		{second(tandem.SumMoney(0)), tandem.ErrNoCurrency}, {second(tandem.SumMoney(tandem.GBP, gbp, eur)), tandem.ErrCurrency},
	} {
		require.ErrorIs(t, x.got, x.want, "case %d", i)
		require.ErrorIs(t, x.got, tandem.ErrInvalid, "case %d", i)
	}
	require.Equal(t, tandem.Money{}, tandem.MoneyFromMinor(math.MinInt64, tandem.GBP))
	require.Equal(t, tandem.Money{}, tandem.MoneyFromMinor(1, 5))
	require.Equal(t, tandem.Quantity{}, tandem.QuantityFromMicro(math.MinInt64, tandem.Each))
	require.Equal(t, tandem.Quantity{}, tandem.QuantityFromMicro(1, 'a'))
	require.True(t, tandem.IntRatio(math.MinInt64).IsZero())
	require.True(t, none.IsNone() && nothing.IsNone() && noPrice.IsNone() && !gbp.IsNone() && !each.IsNone())
	require.Equal(t, "", none.String()+nothing.String()+noPrice.String()+no.String())
}

func TestRatesOutOfRangeAreKeptAsSuch(t *testing.T) {
	for _, r := range []tandem.Rate{tandem.Percent(math.MaxInt64), tandem.BasisPoints(math.MinInt64), tandem.RateFromNano(math.MinInt64), tandem.Percent(922_337_203_686)} {
		require.False(t, r.Valid())
		require.Equal(t, "", r.String()+r.PercentString())
		require.Equal(t, r, r.Neg())
		require.True(t, r.Ratio().IsZero())
		one := tandem.Percent(100)
		total := tandem.NewTotal(tandem.GBP)
		total.AddRate(tandem.MoneyFromMinor(1, tandem.GBP), r)
		_, errText := json.Marshal(r)
		require.ErrorIs(t, errText, tandem.ErrOverflow)
		for _, err := range []error{
			second(r.Add(one)), second(one.Add(r)), second(r.Sub(one)), second(one.Sub(r)), second(r.Complement()),
			second(r.Mul(one, tandem.RoundUp)), second(one.Mul(r, tandem.RoundUp)), total.Err(),
			second(tandem.MoneyFromMinor(0, tandem.GBP).MulRate(r, tandem.RoundUp)),
			second(must(tandem.ParsePrice("1 GBP/EA")).MulRate(r, tandem.RoundUp)),
		} {
			require.ErrorIs(t, err, tandem.ErrOverflow)
		}
	}
	require.Equal(t, "17.5%", tandem.BasisPoints(1750).PercentString())
	require.Equal(t, tandem.Percent(5), tandem.BasisPoints(500))
}

func TestTotalKeepsItsFirstError(t *testing.T) {
	pound, euro := tandem.MoneyFromMinor(1, tandem.GBP), tandem.MoneyFromMinor(1, tandem.EUR)
	price, each := must(tandem.ParsePrice("1.00 GBP/EA")), must(tandem.QuantityOf(1, tandem.Each))
	for name, x := range map[string]struct {
		spoil func(*tandem.Total)
		want  error
	}{
		"another currency":      {func(s *tandem.Total) { s.Add(euro) }, tandem.ErrCurrency},
		"no amount":             {func(s *tandem.Total) { s.Add(tandem.Money{}) }, tandem.ErrNoCurrency},
		"another unit":          {func(s *tandem.Total) { s.AddProduct(price, must(tandem.QuantityOf(1, tandem.Box))) }, tandem.ErrUnit},
		"no quantity":           {func(s *tandem.Total) { s.AddProduct(price, tandem.Quantity{}) }, tandem.ErrNoUnit},
		"no price":              {func(s *tandem.Total) { s.AddProduct(tandem.Price{}, each) }, tandem.ErrNoCurrency},
		"a spoilt sum":          {func(s *tandem.Total) { s.AddTotal(tandem.NewTotal(0)) }, tandem.ErrNoCurrency},
		"a sum of another kind": {func(s *tandem.Total) { s.AddTotal(tandem.NewTotal(tandem.EUR)) }, tandem.ErrCurrency},
	} {
		total := tandem.NewTotal(tandem.GBP)
		total.Add(pound)
		x.spoil(&total)
		total.Add(euro)
		total.AddProduct(tandem.Price{}, each)
		total.AddRate(euro, tandem.Percent(1))
		total.AddTotal(tandem.NewTotal(tandem.JPY))
		require.ErrorIs(t, total.Err(), x.want, name)
		for _, err := range []error{second(total.Money(tandem.HalfEven)), second(total.MoneyAtRate(tandem.Percent(1), tandem.HalfEven)), second(total.MoneyInSteps(pound, tandem.HalfEven))} {
			require.ErrorIs(t, err, x.want, name)
		}
	}
	var empty tandem.Total
	require.ErrorIs(t, second(empty.Money(tandem.HalfEven)), tandem.ErrNoCurrency)
	require.ErrorIs(t, second(empty.MoneyAtRate(tandem.Percent(1), tandem.HalfEven)), tandem.ErrNoCurrency)
	empty.AddTotal(tandem.Total{})
	empty.Add(pound)
	require.Equal(t, pound, must(empty.Money(tandem.HalfEven)))
	require.Equal(t, tandem.GBP, empty.Currency())
	require.ErrorIs(t, second(empty.Money("")), tandem.ErrRounding)

	// A trial balance beyond int64 on each side, which balances.
	var balance tandem.Total
	large := tandem.MoneyFromMinor(math.MaxInt64, tandem.GBP)
	for range 1000 {
		balance.Add(large)
	}
	require.ErrorIs(t, second(balance.Money(tandem.HalfEven)), tandem.ErrOverflow)
	for range 1000 {
		balance.Sub(large)
	}
	require.Equal(t, "0.00 GBP", must(balance.Money(tandem.HalfEven)).String())
}

// GOBL issue #463: the sum of rounded lines is not the rounded sum.
func TestTaxFromAnUnroundedSum(t *testing.T) {
	sum := tandem.NewTotal(tandem.EUR)
	price, quantity := must(tandem.ParsePrice("0.033 EUR/EA")), must(tandem.QuantityOf(1, tandem.Each))
	lines := tandem.MoneyFromMinor(0, tandem.EUR)
	for range 100 {
		sum.AddProduct(price, quantity)
		lines = must(lines.Add(must(price.Times(quantity, tandem.HalfAwayFromZero))))
	}
	require.Equal(t, "3.00 EUR", lines.String())
	require.Equal(t, "3.30 EUR", must(sum.Money(tandem.HalfAwayFromZero)).String())
	require.Equal(t, "0.66 EUR", must(sum.MoneyAtRate(tandem.Percent(20), tandem.HalfAwayFromZero)).String())
}

func TestConversionsByHand(t *testing.T) {
	// A dozen at 12.00 is 1.00 each; 12 twelfths of a dozen come back to nought.
	dozen := must(tandem.ParsePrice("12.00 GBP/DZN"))
	require.Equal(t, "1.00 GBP/EA", must(dozen.Convert(tandem.Each, tandem.IntRatio(12), tandem.HalfEven)).String())
	twelfth, left := must(tandem.NewRatio(1, 12)), tandem.IntRatio(1)
	require.Equal(t, tandem.IntRatio(1), must(twelfth.Mul(tandem.IntRatio(12))))
	require.Zero(t, left.Cmp(must(tandem.IntRatio(12).Mul(twelfth))))
	// The euro's fixed rate: 1 EUR = 1.95583 DEM (Regulation (EC) No 2866/98); here as GBP → JPY and back.
	rate := must(tandem.RatioFromDecimal(decimal.RequireFromString("195.583")))
	require.Equal(t, "1956 JPY", must(must(tandem.ParseMoney("10.00 GBP")).Convert(tandem.JPY, rate, tandem.HalfAwayFromZero)).String())
	inverse := must(rate.Inverse())
	require.Equal(t, "10.00 GBP", must(must(tandem.ParseMoney("1956 JPY")).Convert(tandem.GBP, inverse, tandem.HalfAwayFromZero)).String())
	require.Equal(t, "0.0051129", must(inverse.Decimal(7, tandem.HalfEven)).String())
	require.Equal(t, "2.5 KGM", must(must(tandem.ParseQuantity("2500 GRM")).Convert(tandem.Kilogram, must(tandem.NewRatio(1, 1000)), tandem.HalfEven)).String())
	require.Equal(t, "255.00 GBP/100 EA", must(must(tandem.ParsePrice("2.55 GBP/EA")).Per(100, tandem.HalfEven)).String())
	require.Equal(t, "1.234567 GBP/1000 EA", must(must(tandem.ParseMoney("12.35 GBP")).PricePer(must(tandem.ParseQuantity("10003.507 EA")), 1000, tandem.RoundDown)).String())
	for _, x := range []struct{ in, want string }{{"1e18", "1000000000000000000"}, {"0.1", "1/10"}, {"-2.50", "-5/2"}, {"0", "0"}} {
		require.Equal(t, x.want, must(tandem.RatioFromDecimal(decimal.RequireFromString(x.in))).String(), x.in)
	}
	require.ErrorIs(t, second(tandem.RatioFromDecimal(decimal.RequireFromString("0.1234567890123456789"))), tandem.ErrInexact)
	require.ErrorIs(t, second(tandem.RatioFromDecimal(decimal.RequireFromString("1e19"))), tandem.ErrOverflow)
	require.NoError(t, tandem.UnitConversion{From: tandem.Dozen, To: tandem.Each, Factor: tandem.IntRatio(12)}.Validate())
	require.ErrorIs(t, tandem.UnitConversion{}.Validate(), tandem.ErrInvalid)
}
