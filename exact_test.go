package tandem_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
)

// The arithmetic of the hall against math/big.Rat: every result is the exact one,
// rounded as named, or an error just where it does not fit.

func rat(n int64, scale int) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(n), pow10Big(scale))
}

func pow10Big(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func ratio(r tandem.Ratio) *big.Rat { return big.NewRat(r.Num(), r.Den()) }

// rounded is the definition of the modes: of the two neighbours, the right one.
func rounded(x *big.Rat, mode tandem.Rounding) *big.Int {
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean: the floor, since the denominator is positive
	if x.IsInt() {
		return floor
	}
	ceiling := new(big.Int).Add(floor, big.NewInt(1))
	toFloor := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	half := toFloor.Cmp(big.NewRat(1, 2))
	up := false
	switch mode {
	case tandem.HalfAwayFromZero:
		up = half > 0 || half == 0 && x.Sign() > 0
	case tandem.HalfEven:
		up = half > 0 || half == 0 && floor.Bit(0) == 1
	case tandem.RoundUp:
		up = x.Sign() > 0
	case tandem.RoundDown:
		up = x.Sign() < 0
	case tandem.RoundCeiling:
		up = true
	}
	if up {
		return ceiling
	}
	return floor
}

// requireRounded checks a result in units of 10^-scale against the exact one.
func requireRounded(t require.TestingT, exact *big.Rat, scale int, mode tandem.Rounding, got int64, err error) {
	want := rounded(new(big.Rat).Mul(exact, new(big.Rat).SetInt(pow10Big(scale))), mode)
	requireInt(t, want, got, err)
}

func requireInt(t require.TestingT, want *big.Int, got int64, err error) {
	if !want.IsInt64() || want.Int64() == math.MinInt64 {
		require.ErrorIs(t, err, tandem.ErrOverflow)
		require.ErrorIs(t, err, tandem.ErrInvalid)
		require.Zero(t, got)
		return
	}
	require.NoError(t, err)
	require.Equal(t, want.Int64(), got)
}

func anyInt() *rapid.Generator[int64] {
	edges := []int64{0, 1, -1, 5, -5, 50, 1e6, 5e5, 1e9, 15e8, 1e12, 5e17, 1e18, math.MaxInt64, -math.MaxInt64, math.MaxInt64 - 1, math.MaxInt64 / 2, math.MaxInt64/2 + 1, -math.MaxInt64 / 2}
	return rapid.OneOf(rapid.Int64Range(-math.MaxInt64, math.MaxInt64), rapid.Int64Range(-100_000, 100_000), rapid.SampledFrom(edges))
}

func anyMode() *rapid.Generator[tandem.Rounding] { return rapid.SampledFrom(tandem.Roundings()) }

func anyCurrency() *rapid.Generator[tandem.Currency] {
	return rapid.SampledFrom([]tandem.Currency{tandem.GBP, tandem.JPY, tandem.KWD, tandem.CLF})
}

func anyBasis() *rapid.Generator[int64] {
	return rapid.SampledFrom([]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000})
}

func anyRatio() *rapid.Generator[tandem.Ratio] {
	return rapid.Custom(func(t *rapid.T) tandem.Ratio {
		den := anyInt().Filter(func(d int64) bool { return d != 0 }).Draw(t, "den")
		return must(tandem.NewRatio(anyInt().Draw(t, "num"), den))
	})
}

func TestMoneyIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, mode := anyCurrency().Draw(t, "currency"), anyMode().Draw(t, "mode")
		a, b := anyInt().Draw(t, "a"), anyInt().Draw(t, "b")
		m, o := tandem.MoneyFromMinor(a, c), tandem.MoneyFromMinor(b, c)
		digits := c.Digits()
		x, y := rat(a, digits), rat(b, digits)
		minor := func(m tandem.Money, err error) (int64, error) { return m.Minor(), err }

		got, err := minor(m.Add(o))
		requireRounded(t, new(big.Rat).Add(x, y), digits, mode, got, err)
		got, err = minor(m.Sub(o))
		requireRounded(t, new(big.Rat).Sub(x, y), digits, mode, got, err)
		got, err = minor(m.MulInt(b))
		requireRounded(t, new(big.Rat).Mul(x, rat(b, 0)), digits, mode, got, err)
		got, err = minor(m.MulRate(tandem.RateFromNano(b), mode))
		requireRounded(t, new(big.Rat).Mul(x, rat(b, 9)), digits, mode, got, err)
		r := anyRatio().Draw(t, "ratio")
		got, err = minor(m.MulRatio(r, mode))
		requireRounded(t, new(big.Rat).Mul(x, ratio(r)), digits, mode, got, err)
		to := anyCurrency().Draw(t, "to")
		got, err = minor(m.Convert(to, r, mode))
		if r.Sign() > 0 {
			requireRounded(t, new(big.Rat).Mul(x, ratio(r)), to.Digits(), mode, got, err)
		} else {
			require.ErrorIs(t, err, tandem.ErrOutOfRange)
		}
		got, err = minor(m.RoundTo(o, mode))
		if b > 0 {
			steps := rounded(new(big.Rat).Quo(x, y), mode)
			requireInt(t, steps.Mul(steps, big.NewInt(b)), got, err)
		} else {
			require.ErrorIs(t, err, tandem.ErrOutOfRange)
		}
		cmp, err := m.Cmp(o)
		require.NoError(t, err)
		require.Equal(t, x.Cmp(y), cmp)
		require.Equal(t, x.Sign(), m.Sign())
		require.Equal(t, m, m.Neg().Neg())
		require.GreaterOrEqual(t, m.Abs().Sign(), 0)
		require.Equal(t, x.FloatString(digits), m.Decimal().StringFixed(int32(digits)))
		require.Equal(t, m, must(tandem.NewMoney(m.Decimal(), c)))
	})
}

func TestPriceIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, mode := anyCurrency().Draw(t, "currency"), anyMode().Draw(t, "mode")
		a, b := anyInt().Draw(t, "a"), anyInt().Draw(t, "b")
		basis, other := anyBasis().Draw(t, "basis"), anyBasis().Draw(t, "other basis")
		p, o := must(tandem.PriceFromMicro(a, c, basis, tandem.Each)), must(tandem.PriceFromMicro(b, c, other, tandem.Each))
		perUnit := func(micro, basis int64) *big.Rat { return new(big.Rat).Quo(rat(micro, 6), rat(basis, 0)) }
		x, y := perUnit(a, basis), perUnit(b, other)

		q := anyInt().Draw(t, "q")
		m, err := p.Times(tandem.QuantityFromMicro(q, tandem.Each), mode)
		requireRounded(t, new(big.Rat).Mul(x, rat(q, 6)), c.Digits(), mode, m.Minor(), err)

		cmp, err := p.Cmp(o)
		require.NoError(t, err)
		require.Equal(t, x.Cmp(y), cmp)
		if sum, err := p.Add(o); err == nil {
			require.Zero(t, new(big.Rat).Add(x, y).Cmp(perUnit(sum.Micro(), sum.Basis())))
			back, err := sum.Sub(o)
			require.NoError(t, err)
			require.Zero(t, must(back.Cmp(p)))
		} else {
			require.ErrorIs(t, err, tandem.ErrOverflow)
		}
		got, err := p.MulRate(tandem.RateFromNano(q), mode)
		requireRounded(t, new(big.Rat).Mul(rat(a, 6), rat(q, 9)), 6, mode, got.Micro(), err)
		got, err = p.Per(other, mode)
		requireRounded(t, new(big.Rat).Mul(x, rat(other, 0)), 6, mode, got.Micro(), err)
		digits := rapid.IntRange(0, 6).Draw(t, "digits")
		got, err = p.RoundDigits(digits, mode)
		steps := rounded(new(big.Rat).Mul(rat(a, 6), new(big.Rat).SetInt(pow10Big(digits))), mode)
		requireInt(t, steps.Mul(steps, pow10Big(6-digits)), got.Micro(), err)
		if r := anyRatio().Draw(t, "ratio"); r.Sign() > 0 {
			got, err = p.Convert(tandem.Box, r, mode)
			requireRounded(t, new(big.Rat).Quo(rat(a, 6), ratio(r)), 6, mode, got.Micro(), err)
			got, err = p.ConvertCurrency(tandem.USD, r, mode)
			requireRounded(t, new(big.Rat).Mul(rat(a, 6), ratio(r)), 6, mode, got.Micro(), err)
		}
		if q != 0 {
			got, err = tandem.MoneyFromMinor(a, c).PricePer(tandem.QuantityFromMicro(q, tandem.Each), basis, mode)
			exact := new(big.Rat).Quo(rat(a, c.Digits()), rat(q, 6))
			requireRounded(t, exact.Mul(exact, rat(basis, 0)), 6, mode, got.Micro(), err)
		}
	})
}

func TestQuantityIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode := anyMode().Draw(t, "mode")
		a, b := anyInt().Draw(t, "a"), anyInt().Draw(t, "b")
		q, o := tandem.QuantityFromMicro(a, tandem.Kilogram), tandem.QuantityFromMicro(b, tandem.Kilogram)
		micro := func(q tandem.Quantity, err error) (int64, error) { return q.Micro(), err }
		x, y := rat(a, 6), rat(b, 6)
		got, err := micro(q.Add(o))
		requireRounded(t, new(big.Rat).Add(x, y), 6, mode, got, err)
		got, err = micro(q.Sub(o))
		requireRounded(t, new(big.Rat).Sub(x, y), 6, mode, got, err)
		got, err = micro(q.MulInt(b))
		requireRounded(t, new(big.Rat).Mul(x, rat(b, 0)), 6, mode, got, err)
		got, err = micro(tandem.QuantityOf(a, tandem.Kilogram))
		requireRounded(t, rat(a, 0), 6, mode, got, err)
		r := anyRatio().Draw(t, "ratio")
		got, err = micro(q.MulRatio(r, mode))
		requireRounded(t, new(big.Rat).Mul(x, ratio(r)), 6, mode, got, err)
		if r.Sign() > 0 {
			got, err = micro(q.Convert(tandem.Gram, r, mode))
			requireRounded(t, new(big.Rat).Mul(x, ratio(r)), 6, mode, got, err)
		}
		if b > 0 {
			got, err = micro(q.RoundTo(o, mode))
			steps := rounded(new(big.Rat).Quo(x, y), mode)
			requireInt(t, steps.Mul(steps, big.NewInt(b)), got, err)
		}
		if b != 0 {
			require.Zero(t, new(big.Rat).Quo(x, y).Cmp(ratio(must(q.Share(o)))))
		}
		require.Equal(t, x.Cmp(y), must(q.Cmp(o)))
		require.Equal(t, x.IsInt(), q.IsWhole())
		require.Equal(t, q, must(tandem.NewQuantity(q.Decimal(), tandem.Kilogram)))
	})
}

func TestRateIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode := anyMode().Draw(t, "mode")
		a, b := anyInt().Draw(t, "a"), anyInt().Draw(t, "b")
		r, o := tandem.RateFromNano(a), tandem.RateFromNano(b)
		x, y := rat(a, 9), rat(b, 9)
		nano := func(r tandem.Rate, err error) (int64, error) { return r.Nano(), err }
		got, err := nano(r.Add(o))
		requireRounded(t, new(big.Rat).Add(x, y), 9, mode, got, err)
		got, err = nano(r.Sub(o))
		requireRounded(t, new(big.Rat).Sub(x, y), 9, mode, got, err)
		got, err = nano(r.Mul(o, mode))
		requireRounded(t, new(big.Rat).Mul(x, y), 9, mode, got, err)
		got, err = nano(r.Complement())
		requireRounded(t, new(big.Rat).Sub(rat(1, 0), x), 9, mode, got, err)
		require.Equal(t, x.Cmp(y), r.Cmp(o))
		require.Zero(t, x.Cmp(ratio(r.Ratio())))
		require.Equal(t, r, must(tandem.NewRate(r.Decimal())))
		percent := tandem.Percent(a)
		want := new(big.Int).Mul(big.NewInt(a), big.NewInt(10_000_000))
		require.Equal(t, want.IsInt64(), percent.Valid())
		if percent.Valid() {
			require.Equal(t, want.Int64(), percent.Nano())
		}
	})
}

func TestRatioIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, o := anyRatio().Draw(t, "r"), anyRatio().Draw(t, "o")
		requireRatioProduct(t, r, o, rapid.IntRange(0, tandem.MaxDecimalScale).Draw(t, "digits"), anyMode().Draw(t, "mode"))
		require.Equal(t, ratio(r).Cmp(ratio(o)), r.Cmp(o))
		require.Positive(t, r.Den())
		require.Equal(t, ratio(r).Num().Int64(), r.Num(), "in lowest terms")
		if r.Num() != 0 {
			require.Equal(t, r, must(must(r.Inverse()).Inverse()))
		}
	})
}

func requireRatioProduct(t require.TestingT, r, o tandem.Ratio, digits int, mode tandem.Rounding) {
	exact := new(big.Rat).Mul(ratio(r), ratio(o))
	fits := exact.Num().IsInt64() && exact.Denom().IsInt64() && exact.Num().Int64() != math.MinInt64
	product, err := r.Mul(o)
	if fits {
		require.NoError(t, err)
		require.Zero(t, exact.Cmp(ratio(product)))
	} else {
		require.ErrorIs(t, err, tandem.ErrOverflow)
	}
	got, err := r.MulRounded(o, digits, mode)
	if fits {
		require.NoError(t, err)
		require.Equal(t, product, got)
	} else {
		requireRoundedFraction(t, exact, digits, mode, got, err)
	}
	d, err := r.Decimal(digits, mode)
	if err == nil {
		want := rounded(new(big.Rat).Mul(ratio(r), new(big.Rat).SetInt(pow10Big(digits))), mode)
		require.Zero(t, new(big.Rat).SetFrac(want, pow10Big(digits)).Cmp(d.Rat()))
	} else {
		require.ErrorIs(t, err, tandem.ErrOverflow)
	}
}

func requireRoundedFraction(t require.TestingT, exact *big.Rat, digits int, mode tandem.Rounding, got tandem.Ratio, err error) {
	want := rounded(new(big.Rat).Mul(exact, new(big.Rat).SetInt(pow10Big(digits))), mode)
	if !want.IsInt64() || want.Int64() == math.MinInt64 {
		require.ErrorIs(t, err, tandem.ErrOverflow)
		return
	}
	require.NoError(t, err)
	require.Zero(t, new(big.Rat).SetFrac(want, pow10Big(digits)).Cmp(ratio(got)))
}

func TestTotalIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, mode := anyCurrency().Draw(t, "currency"), anyMode().Draw(t, "mode")
		total, exact := tandem.NewTotal(c), new(big.Rat)
		pico := new(big.Rat).SetInt(pow10Big(12))
		add := func(x *big.Rat) { // at 1e-12, half to even, as the total keeps it
			n := rounded(new(big.Rat).Mul(x, pico), tandem.HalfEven)
			exact.Add(exact, new(big.Rat).Quo(new(big.Rat).SetInt(n), pico))
		}
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			a, b, basis := anyInt().Draw(t, "a"), anyInt().Draw(t, "b"), anyBasis().Draw(t, "basis")
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				total.Add(tandem.MoneyFromMinor(a, c))
				add(rat(a, c.Digits()))
			case 1:
				total.Sub(tandem.MoneyFromMinor(a, c))
				add(rat(-a, c.Digits()))
			case 2:
				total.AddProduct(must(tandem.PriceFromMicro(a, c, basis, tandem.Each)), tandem.QuantityFromMicro(b, tandem.Each))
				add(new(big.Rat).Quo(new(big.Rat).Mul(rat(a, 6), rat(b, 6)), rat(basis, 0)))
			case 3:
				total.AddRate(tandem.MoneyFromMinor(a, c), tandem.RateFromNano(b/1000))
				add(new(big.Rat).Mul(rat(a, c.Digits()), rat(b/1000, 9)))
			case 4:
				part := tandem.NewTotal(c)
				part.Add(tandem.MoneyFromMinor(a, c))
				total.AddTotal(part)
				add(rat(a, c.Digits()))
			}
		}
		got, err := total.Money(mode)
		if total.Err() != nil { // beyond 128 bits: 1.7e26 units
			require.ErrorIs(t, err, tandem.ErrOverflow)
			return
		}
		require.Equal(t, exact.Sign(), total.Sign())
		requireRounded(t, exact, c.Digits(), mode, got.Minor(), err)
		rate := anyInt().Draw(t, "rate") / 1_000_000
		taxed, err := total.MoneyAtRate(tandem.RateFromNano(rate), mode)
		if inner := new(big.Rat).Mul(new(big.Rat).Mul(exact, pico), rat(rate, 0)); inner.Num().BitLen() <= 127 {
			requireRounded(t, new(big.Rat).Mul(exact, rat(rate, 9)), c.Digits(), mode, taxed.Minor(), err)
		} else {
			require.ErrorIs(t, err, tandem.ErrOverflow)
		}
		step := rapid.Int64Range(1, 1000).Draw(t, "step")
		cash, err := total.MoneyInSteps(tandem.MoneyFromMinor(step, c), mode)
		n := rounded(new(big.Rat).Quo(exact, rat(step, c.Digits())), mode)
		requireInt(t, n.Mul(n, big.NewInt(step)), cash.Minor(), err)
	})
}

// Decimals of any size and exponent: exact, or refused, or rounded as named.
func requireDecimal(t require.TestingT, d decimal.Decimal, mode tandem.Rounding) {
	m, err := tandem.NewMoney(d, tandem.GBP)
	r, errRounded := tandem.NewMoneyRounded(d, tandem.GBP, mode)
	if d.Exponent() > 400 || d.Exponent() < -2000 { // not to be expanded here either
		if !d.IsZero() {
			require.Error(t, err)
		}
		return
	}
	if d.Coefficient().BitLen() > 512 {
		require.ErrorIs(t, err, tandem.ErrInvalid)
		return
	}
	requireRounded(t, d.Rat(), 2, mode, r.Minor(), errRounded)
	if exact := new(big.Rat).Mul(d.Rat(), rat(100, 0)); exact.IsInt() {
		requireInt(t, exact.Num(), m.Minor(), err)
	} else {
		require.Error(t, err)
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
	if q, err := tandem.RatioFromDecimal(d); err == nil {
		require.Zero(t, d.Rat().Cmp(ratio(q)))
	}
}

func TestDecimalsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.NewFromBigInt(big.NewInt(anyInt().Draw(t, "coefficient")), rapid.Int32Range(-200, 40).Draw(t, "exponent"))
		if rapid.Bool().Draw(t, "long") {
			d = d.Mul(decimal.New(anyInt().Draw(t, "more"), -9))
		}
		requireDecimal(t, d, anyMode().Draw(t, "mode"))
	})
}

func TestHostileDecimals(t *testing.T) {
	for _, exponent := range []int32{math.MaxInt32, 1_000_000_000, 1_000_000, 400, math.MinInt32, -1_000_000_000, -1_000_000} {
		d := decimal.New(1, exponent)
		_, err := tandem.NewMoney(d, tandem.GBP)
		require.ErrorIs(t, err, tandem.ErrInvalid, exponent)
		up, err := tandem.NewMoneyRounded(d, tandem.GBP, tandem.RoundUp)
		if exponent > 0 {
			require.ErrorIs(t, err, tandem.ErrOverflow)
		} else {
			require.NoError(t, err)
			require.Equal(t, "0.01 GBP", up.String())
		}
		zero, err := tandem.NewMoney(decimal.New(0, exponent), tandem.GBP)
		require.NoError(t, err)
		require.Equal(t, "0.00 GBP", zero.String())
		for _, err := range []error{
			second(tandem.NewRate(d)), second(tandem.NewQuantity(d, tandem.Each)), second(tandem.RatioFromDecimal(d)),
			second(tandem.NewPrice(d, tandem.GBP, 1, tandem.Each)),
		} {
			require.ErrorIs(t, err, tandem.ErrInvalid, exponent)
		}
	}
	long := decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(1_000_000), nil), -1_000_000)
	_, err := tandem.NewMoneyRounded(long, tandem.GBP, tandem.HalfEven)
	require.ErrorIs(t, err, tandem.ErrOutOfRange)
}

func modeAt(n uint8) tandem.Rounding { return tandem.Roundings()[int(n)%6] }

func FuzzPriceTimesQuantity(f *testing.F) {
	f.Add(int64(1_234_567), int64(500_000_000), uint8(3), uint8(0), uint16(0))
	f.Add(int64(math.MaxInt64), int64(-math.MaxInt64), uint8(0), uint8(1), uint16(1))
	f.Fuzz(func(t *testing.T, micro, quantity int64, exponent, mode uint8, currency uint16) {
		all := tandem.Currencies()
		c := all[int(currency)%len(all)]
		p, err := tandem.PriceFromMicro(micro, c, pow10Big(int(exponent%7)).Int64(), tandem.Each)
		q := tandem.QuantityFromMicro(quantity, tandem.Each)
		if err != nil || q.IsNone() {
			return
		}
		m, err := p.Times(q, modeAt(mode))
		exact := new(big.Rat).Mul(rat(micro, 6+int(exponent%7)), rat(quantity, 6))
		requireRounded(t, exact, c.Digits(), modeAt(mode), m.Minor(), err)
	})
}

func FuzzRatioMulRounded(f *testing.F) {
	f.Add(int64(1), int64(3), int64(math.MaxInt64), int64(math.MaxInt64-1), uint8(18), uint8(1))
	f.Fuzz(func(t *testing.T, a, b, c, d int64, digits, mode uint8) {
		r, err1 := tandem.NewRatio(a, b)
		o, err2 := tandem.NewRatio(c, d)
		if err1 != nil || err2 != nil {
			return
		}
		requireRatioProduct(t, r, o, int(digits)%(tandem.MaxDecimalScale+1), modeAt(mode))
	})
}

func FuzzRateMul(f *testing.F) {
	f.Add(int64(200_000_000), int64(5), uint8(1))
	f.Fuzz(func(t *testing.T, a, b int64, mode uint8) {
		if a == math.MinInt64 || b == math.MinInt64 {
			_, err := tandem.RateFromNano(a).Mul(tandem.RateFromNano(b), modeAt(mode))
			require.ErrorIs(t, err, tandem.ErrOverflow)
			return
		}
		got, err := tandem.RateFromNano(a).Mul(tandem.RateFromNano(b), modeAt(mode))
		requireRounded(t, new(big.Rat).Mul(rat(a, 9), rat(b, 9)), 9, modeAt(mode), got.Nano(), err)
	})
}

func FuzzDecimal(f *testing.F) {
	f.Add([]byte{1}, int32(1_000_000_000), false, uint8(0))
	f.Add([]byte{5, 0, 5}, int32(-4), true, uint8(1))
	f.Fuzz(func(t *testing.T, coefficient []byte, exponent int32, negative bool, mode uint8) {
		n := new(big.Int).SetBytes(coefficient)
		if negative {
			n.Neg(n)
		}
		requireDecimal(t, decimal.NewFromBigInt(n, exponent), modeAt(mode))
	})
}

// Sums of 16-byte pieces: amounts, products and rates in any mixture.
func FuzzTotal(f *testing.F) {
	f.Add([]byte("0123456789abcdef0123456789abcdeF"), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, mode uint8) {
		total, exact := tandem.NewTotal(tandem.GBP), new(big.Rat)
		for ; len(data) >= 16; data = data[16:] {
			a, b := new(big.Int).SetBytes(data[:7]).Int64(), new(big.Int).SetBytes(data[8:15]).Int64()
			if data[15]&1 == 1 {
				a = -a
			}
			if data[7]&1 == 1 {
				total.AddProduct(must(tandem.PriceFromMicro(a, tandem.GBP, 1, tandem.Each)), tandem.QuantityFromMicro(b, tandem.Each))
				exact.Add(exact, new(big.Rat).Mul(rat(a, 6), rat(b, 6)))
			} else {
				total.Add(tandem.MoneyFromMinor(a, tandem.GBP))
				exact.Add(exact, rat(a, 2))
			}
		}
		got, err := total.Money(modeAt(mode))
		requireRounded(t, exact, 2, modeAt(mode), got.Minor(), err)
	})
}
