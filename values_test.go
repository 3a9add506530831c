package tandem_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
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
			viaRate = append(viaRate, must(tandem.MoneyFromMinor(1, tandem.JPY).MulRate(must(tandem.ParseRate(s)), mode)).Decimal().String())
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

// ISO 4217 list one: numeric codes and minor units, where they are not two.
func TestCurrencyTable(t *testing.T) {
	other := map[string]int{}
	for digits, codes := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for _, code := range strings.Fields(codes) {
			other[code] = digits
		}
	}
	last, seen := "", 0
	for _, c := range tandem.Currencies() {
		code := c.String()
		require.Less(t, last, code, "in order, each once")
		last = code
		want, ok := other[code]
		if ok {
			seen++
		} else {
			want = 2
		}
		require.Equal(t, want, c.Digits(), code)
		require.Equal(t, c, must(tandem.ParseCurrency(code)))
		require.True(t, c.Valid())
	}
	require.Equal(t, len(other), seen)
	require.Len(t, tandem.Currencies(), 166)
	for code, number := range map[string]int{"GBP": 826, "EUR": 978, "USD": 840, "JPY": 392, "CHF": 756, "ALL": 8, "XCG": 532, "ZWG": 924, "CHE": 947, "XAD": 396, "SLE": 925, "VES": 928} {
		require.EqualValues(t, number, must(tandem.ParseCurrency(code)), code)
	}
	for _, code := range []string{"", "gbp", "XXX", "XAU", "ZWL", "ANG", "GB", "GBPX"} {
		_, err := tandem.ParseCurrency(code)
		require.ErrorIs(t, err, tandem.ErrInvalid, code)
	}
	require.False(t, tandem.Currency(0).Valid() || tandem.Currency(999).Valid() || tandem.Currency(65535).Valid())
	require.Equal(t, "", tandem.Currency(65535).String())
	require.Zero(t, tandem.Currency(65535).Digits())
}

func TestIDs(t *testing.T) {
	// RFC 9562 appendix A.6: 2022-02-22T19:22:22Z, rand_a cc3, rand_b 18c4dc0c0c07398f.
	id := tandem.NewID[tandem.PartyID](instant("2022-02-22T19:22:22Z"), [10]byte{0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f})
	require.Equal(t, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", id.String())
	later := tandem.NewID[tandem.PartyID](instant("2022-02-22T19:22:22.001Z"), [10]byte{})
	require.Equal(t, -1, id.Compare(later))
	require.Equal(t, 1, later.Compare(id))
	require.Equal(t, 0, id.Compare(id))
	parsed := uuid.UUID(later.Bytes())
	require.EqualValues(t, 7, parsed.Version())
	require.Equal(t, uuid.RFC4122, parsed.Variant())
	require.True(t, tandem.NewID[tandem.PartyID](tandem.Instant{}, [10]byte{1}).IsZero())
	require.True(t, tandem.NewID[tandem.PartyID](instant("1969-12-31T23:59:59Z"), [10]byte{1}).IsZero())

	// Version 5 of RFC 9562, computed by another implementation (uuid5 of Python).
	for key, want := range map[[2]string]string{
		{"customers", "17850"}:  "c3d55498-b98c-5896-9be9-eed898008e83",
		{"products", "85123A"}:  "a6b3c232-4b5a-56a8-8ad9-13a391bdc7a1",
		{"customers", "Müller"}: "b541b1a1-49c8-5f02-8179-e4bc0d88799b",
		{"", ""}:                "aec6e6ca-31d6-53e3-8b58-2b05ac85cf99",
	} {
		require.Equal(t, want, tandem.DeriveID[tandem.ProductID](key[0], key[1]).String())
	}
	require.NotEqual(t, tandem.DeriveID[tandem.PartyID]("ab", "c"), tandem.DeriveID[tandem.PartyID]("a", "bc"))
	require.Equal(t, id, tandem.IDFromBytes[tandem.PartyID](id.Bytes()))
	require.Equal(t, id, must(tandem.ParseID[tandem.PartyID](id.String())))
	ref := tandem.RefTo("sales_order", id, "17")
	require.True(t, ref.Same(tandem.RefTo("sales_order", id, "")) && !ref.Same(tandem.RefTo("invoice", id, "17")) && !ref.IsZero())
	require.True(t, tandem.DocumentRef{}.IsZero() && tandem.LineRef{}.IsZero() && !tandem.LineRef{Document: ref}.IsZero())
}

func TestErrorsMatchTheirSentinels(t *testing.T) {
	for _, x := range []struct {
		err  error
		want error
		text string
	}{
		{&tandem.NotFoundError{Kind: "order", Key: "1"}, tandem.ErrNotFound, "order 1 not found"},
		{&tandem.ConflictError{Kind: "order", Key: "1", Want: 2, Got: 3}, tandem.ErrConflict, "order 1 was changed: revision 2 expected, 3 found"},
		{&tandem.DuplicateError{Kind: "order", Index: "number", Key: "7"}, tandem.ErrDuplicate, "order: number 7 exists already"},
		{&tandem.RefusedError{Command: "ship", Subject: "order 1", Code: "c", Reason: "why"}, tandem.ErrNotAllowed, "ship of order 1 refused: why (c)"},
		{&tandem.RefusedError{Command: "ship", Subject: "order 1", State: "draft", Code: "c", Reason: "why"}, tandem.ErrNotAllowed, "ship of order 1 (draft) refused: why (c)"},
		{&tandem.InvalidError{Subject: "order", Faults: []tandem.Fault{{Code: "c", Message: "bad"}, {Code: "d", Path: "x", Message: "worse"}}}, tandem.ErrInvalid, "order is invalid: bad (c); x: worse (d)"},
	} {
		wrapped := fmt.Errorf("while testing: %w", x.err)
		for _, sentinel := range []error{tandem.ErrNotFound, tandem.ErrConflict, tandem.ErrInvalid, tandem.ErrNotAllowed, tandem.ErrInsufficient, tandem.ErrDuplicate, tandem.ErrUnknown, tandem.ErrUnsupported} {
			require.Equal(t, sentinel == x.want, errors.Is(wrapped, sentinel), "%v is %v", x.err, sentinel)
		}
		require.Equal(t, x.text, x.err.Error())
	}
	require.ErrorIs(t, &tandem.DuplicateError{Raced: true}, tandem.ErrConflict)
}

func TestCheckCollectsAllFaults(t *testing.T) {
	var inner tandem.Check
	inner.Add("a", "", "itself")
	inner.Add("b", "name", "its name")
	inner.Add("c", tandem.Path("", 2), "its third")
	var c tandem.Check
	require.True(t, c.OK() && c.Err("x") == nil)
	require.True(t, c.Require(true, "", "", ""))
	require.False(t, c.Require(false, "z", "top", "wrong"))
	c.Nested(tandem.Path("lines", 3), inner.Err("line"))
	c.Nested("", inner.Err("line"))
	c.Nested("part", nil)
	c.Nested("part", errors.New("boom"))
	var invalid *tandem.InvalidError
	require.ErrorAs(t, c.Err("order"), &invalid)
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"top", "lines[3]", "lines[3].name", "lines[3][2]", "", "name", "[2]", "part"}, paths)
	for range 100 {
		c.Add("many", "p", "m")
	}
	require.True(t, strings.HasSuffix(c.Err("order").Error(), "; and 88 more"), c.Err("order").Error())
}

func TestPersonalDataIsRedacted(t *testing.T) {
	const secret = "Eva Müller"
	type customer struct {
		Name    tandem.Personal
		Address tandem.Address
		Ptr     *tandem.Personal
		List    []tandem.Personal
		Map     map[string]tandem.Personal
	}
	p := tandem.Personal(secret)
	c := customer{p, tandem.Address{Name: p, Lines: []tandem.Personal{p}, City: p, Country: "GB"}, &p, []tandem.Personal{p}, map[string]tandem.Personal{"a": p}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%t", "%10s", "%T"} {
		for _, v := range []any{p, &p, c, &c, c.Address, &c.Address, c.List, c.Map, fmt.Errorf("of %v: %w", p, tandem.ErrInvalid)} {
			text := fmt.Sprintf(verb, v)
			require.NotContains(t, text, secret, verb)
			require.NotContains(t, text, "Müller", verb)
			require.NotContains(t, text, fmt.Sprintf("%x", secret), verb)
		}
	}
	var out bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("x", "name", p, "address", c.Address, slog.Group("g", "p", p))
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "customer", c)
	require.NotContains(t, out.String(), "Müller")
	require.Contains(t, out.String(), "[personal]")
	require.Equal(t, secret, p.Reveal())
	require.Equal(t, "", tandem.Personal("").String())
	require.Equal(t, "[personal] GB", c.Address.String())
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `"Eva Müller"`, string(text), "a State carries it")
	long := tandem.Personal(strings.Repeat("x", tandem.MaxName+1))
	err = tandem.Address{Name: long, Lines: make([]tandem.Personal, 9), PostalCode: long}.Validate()
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.NotContains(t, err.Error(), "xxx")
	require.NoError(t, c.Address.Validate())
}

func TestReferencesAreChecked(t *testing.T) {
	require.NoError(t, tandem.Dimensions{{Name: "a", Value: "1"}, {Name: "b", Value: "1"}}.Validate())
	for _, d := range []tandem.Dimensions{
		{{Name: "b", Value: "1"}, {Name: "a", Value: "1"}}, {{Name: "a", Value: "1"}, {Name: "a", Value: "2"}},
		{{Name: "", Value: "1"}}, {{Name: "a"}}, make(tandem.Dimensions, tandem.MaxDimensions+1),
	} {
		require.ErrorIs(t, d.Validate(), tandem.ErrInvalid)
	}
	var category tandem.TaxCategory
	for _, c := range tandem.TaxCategories() {
		require.True(t, c.Valid())
		require.NoError(t, category.UnmarshalText([]byte(c)))
	}
	for _, s := range []string{"", "s", "X"} {
		require.ErrorIs(t, category.UnmarshalText([]byte(s)), tandem.ErrInvalid)
	}
	require.True(t, tandem.Country("GB").Valid() && !tandem.Country("gb").Valid() && !tandem.Country("GBR").Valid())
	require.Equal(t, tandem.Each, must(tandem.ParseUnit("EA")))
	require.False(t, tandem.Unit(0).Valid() || tandem.Unit('a').Valid() || tandem.Unit(1<<24|'E'<<8|'A').Valid() || tandem.Unit('E'<<16|'A').Valid())
}

// Every day of the calendar, against package time.
func TestEveryDate(t *testing.T) {
	at := time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	for n := 1; n <= 3652058; n++ {
		d := must(tandem.DateOfDayNumber(n))
		y, m, day := d.Civil()
		wantY, wantM, wantDay := at.Date()
		if y != wantY || m != wantM || day != wantDay || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d: %v, want %v", n, d, at)
		}
		if back, err := tandem.NewDate(y, m, day); err != nil || back != d {
			t.Fatalf("%v comes back as %v, %v", d, back, err)
		}
		at = at.AddDate(0, 0, 1)
	}
	require.ErrorIs(t, second(tandem.DateOfDayNumber(3652059)), tandem.ErrOutOfRange)
	require.ErrorIs(t, second(tandem.DateOfDayNumber(-1)), tandem.ErrOutOfRange)
}

func TestDateArithmeticByHand(t *testing.T) {
	for _, x := range []struct {
		from string
		n    int
		want string
	}{
		{"2024-01-31", 1, "2024-02-29"}, {"2023-01-31", 1, "2023-02-28"}, {"2024-01-31", 2, "2024-03-31"}, {"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"}, {"2024-03-31", -1, "2024-02-29"}, {"2024-12-31", 1, "2025-01-31"}, {"2024-01-31", -1, "2023-12-31"},
		{"2024-05-15", 0, "2024-05-15"}, {"9999-12-31", 1, ""}, {"0001-01-15", -1, ""}, {"2024-01-01", math.MaxInt, ""}, {"2024-01-01", math.MinInt, ""},
		{"9999-11-30", 1, "9999-12-30"}, {"1900-01-31", 1, "1900-02-28"}, {"2000-01-31", 1, "2000-02-29"},
	} {
		require.Equal(t, x.want, date(x.from).AddMonths(x.n).String(), "%s %+d", x.from, x.n)
	}
	none, d := tandem.Date{}, date("2024-02-29")
	require.True(t, none.AddDays(5).IsZero() && none.AddMonths(5).IsZero() && none.EndOfMonth().IsZero() && none.At(1, 0, nil).IsZero())
	require.True(t, d.AddDays(math.MaxInt).IsZero() && d.AddDays(math.MinInt).IsZero() && d.AddDays(-d.DayNumber()).IsZero())
	require.Equal(t, "2024-03-01", d.AddDays(1).String())
	require.Equal(t, 366, date("2025-01-01").DaysSince(date("2024-01-01")))
	require.Equal(t, "2024-02-01 2024-02-29 2024 February 29", fmt.Sprint(d.StartOfMonth(), " ", d.EndOfMonth(), " ", d.Year(), " ", d.Month(), " ", d.Day()))
	require.Equal(t, "9999-12-31", date("9999-12-01").EndOfMonth().String())
	require.True(t, d.Before(d.AddDays(1)) && d.AddDays(1).After(d) && d.Compare(d) == 0 && d.Compare(none) == 1 && none.Compare(d) == -1)
	// Two civil dates at one instant: Kiritimati is 14 hours ahead, Niue 11 behind.
	at := instant("2026-11-20T10:30:00Z")
	require.Equal(t, "2026-11-21", tandem.DateIn(at, zone(t, "Pacific/Kiritimati")).String())
	require.Equal(t, "2026-11-19", tandem.DateIn(at, zone(t, "Pacific/Niue")).String())
	require.Equal(t, "2026-11-20", tandem.DateIn(at, nil).String())
	require.True(t, tandem.DateIn(tandem.Instant{}, nil).IsZero())
	require.True(t, tandem.DateIn(instant("9999-12-31T23:00:00Z"), zone(t, "Pacific/Kiritimati")).IsZero())
	for _, bad := range []struct{ y, m, d int }{{2023, 2, 29}, {2023, 4, 31}, {2023, 13, 1}, {2023, 0, 1}, {2023, 1, 0}, {0, 1, 1}, {10000, 1, 1}, {1, 1, 1}} {
		_, err := tandem.NewDate(bad.y, time.Month(bad.m), bad.d)
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
}

func TestValidity(t *testing.T) {
	year := tandem.Validity{From: date("2026-01-01"), Until: date("2027-01-01")}
	open, before := tandem.Validity{}, tandem.Validity{Until: date("2026-01-01")}
	require.True(t, year.Contains(date("2026-01-01")) && year.Contains(date("2026-12-31")) && !year.Contains(date("2027-01-01")) && !year.Contains(date("2025-12-31")))
	require.True(t, open.Contains(date("9999-12-31")) && year.Overlaps(open) && !year.Overlaps(before) && before.Overlaps(open))
	require.NoError(t, year.Validate())
	require.NoError(t, open.Validate())
	require.ErrorIs(t, tandem.Validity{From: year.Until, Until: year.From}.Validate(), tandem.ErrInvalid)
}

func TestInstantsAtTheEdge(t *testing.T) {
	last := instant("9999-12-31T23:59:59.999999Z")
	require.True(t, last.Add(time.Microsecond).IsZero())
	require.True(t, tandem.Instant{}.Add(time.Hour).IsZero())
	require.True(t, tandem.InstantOf(time.Time{}).IsZero())
	for _, at := range []time.Time{time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)} {
		require.True(t, tandem.InstantOf(at).IsZero(), at)
	}
	for _, us := range []int64{math.MaxInt64, math.MinInt64, 253_402_300_800_000_000, -62_135_596_800_000_001} {
		require.True(t, tandem.InstantOfUnixMicro(us).IsZero())
	}
	first := instant("0001-01-01T00:00:00.000001Z")
	require.True(t, first.Add(-time.Microsecond).IsZero())
	require.EqualValues(t, 315_537_897_599_999_998, last.MicrosSince(first))
	require.EqualValues(t, math.MaxInt64, last.Sub(first), "a duration ends at 292 years")
	require.Equal(t, time.Hour, instant("2026-11-20T13:00:00Z").Sub(instant("2026-11-20T12:00:00Z")))
	require.True(t, first.Before(last) && last.After(first) && first.Compare(last) == -1 && last.Compare(first) == 1 && last.Compare(last) == 0)
	require.Equal(t, "2026-11-20T12:00:00Z", tandem.InstantOf(time.Date(2026, 11, 20, 13, 0, 0, 999, zone(t, "Europe/Paris"))).String())
}
