package tandem_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
)

// hamilton is the largest remainder by its definition, with numbers of any size:
// floors first, then one unit each by remainder, ties to the lower index.
func hamilton(whole int64, weights []int64) []int64 {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(w))
	}
	even := sum.Sign() == 0
	if even {
		sum.SetInt64(int64(len(weights)))
	}
	size := new(big.Int).Abs(big.NewInt(whole))
	parts, order, remainders := make([]int64, len(weights)), make([]int, len(weights)), make([]*big.Int, len(weights))
	left := new(big.Int).Set(size)
	for i, w := range weights {
		if even {
			w = 1
		}
		q, rem := new(big.Int).QuoRem(new(big.Int).Mul(size, big.NewInt(w)), sum, new(big.Int))
		parts[i], remainders[i], order[i] = q.Int64(), rem, i
		left.Sub(left, q)
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for _, i := range order[:left.Int64()] {
		parts[i]++
	}
	if whole < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

func requireAllocation(t require.TestingT, whole int64, weights []int64) {
	w := tandem.MoneyFromMinor(whole, tandem.GBP)
	prefix := []tandem.Money{tandem.MoneyFromMinor(7, tandem.GBP)}
	parts, err := tandem.Allocate(prefix, w, weights)
	require.NoError(t, err)
	require.Equal(t, prefix[0], parts[0], "appended")
	parts = parts[1:]
	want := hamilton(whole, weights)
	sum := tandem.NewTotal(tandem.GBP)
	for i, part := range parts {
		require.Equal(t, want[i], part.Minor(), "part %d", i)
		sum.Add(part)
	}
	require.Equal(t, w, must(sum.Money(tandem.HalfEven)), "the parts sum to the whole")
	mirror, err := tandem.Allocate(nil, w.Neg(), weights)
	require.NoError(t, err)
	for i, part := range mirror {
		require.Equal(t, parts[i].Neg(), part, "mirror image")
	}
	quantities, err := tandem.AllocateQuantity(nil, tandem.QuantityFromMicro(whole, tandem.Each), tandem.Quantity{}, weights)
	require.NoError(t, err)
	for i, q := range quantities {
		require.Equal(t, want[i], q.Micro())
	}
}

func anyWeights(t *rapid.T, n int) []int64 {
	limit := math.MaxInt64 / int64(n)
	one := rapid.OneOf(
		rapid.Int64Range(0, 3), rapid.Int64Range(0, min(limit, 1_000_000)), rapid.Int64Range(0, limit),
		rapid.SampledFrom([]int64{0, 1, limit}))
	if rapid.Bool().Draw(t, "equal") {
		one = rapid.Just(one.Draw(t, "weight"))
	}
	return rapid.SliceOfN(one, n, n).Draw(t, "weights")
}

func TestAllocateIsTheLargestRemainder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 20), rapid.SampledFrom([]int{15, 16, 17, 127, 128, 129, 300})).Draw(t, "n")
		requireAllocation(t, anyInt().Draw(t, "whole"), anyWeights(t, n))
	})
}

// More than 128 parts are found in another way than fewer: weights of nought
// behind the others lead one split through both.
func TestAllocateManyPartsAsFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 128).Draw(t, "n")
		weights := rapid.SliceOfN(rapid.Int64Range(1, 1_000_000), n, n).Draw(t, "weights")
		whole := tandem.MoneyFromMinor(anyInt().Draw(t, "whole"), tandem.JPY)
		few, err := tandem.Allocate(nil, whole, weights)
		require.NoError(t, err)
		many, err := tandem.Allocate(nil, whole, append(slices.Clone(weights), make([]int64, 200)...))
		require.NoError(t, err)
		require.Equal(t, few, many[:n])
		for _, part := range many[n:] {
			require.True(t, part.IsZero())
			require.Equal(t, tandem.JPY, part.Currency())
		}
	})
}

func TestAllocateByExamples(t *testing.T) {
	for _, x := range []struct {
		name    string
		whole   int64
		weights []int64
		want    []int64
	}{
		{"a discount over three equal lines", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"its mirror image", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"the largest remainder is not the first", 10, []int64{1, 2}, []int64{3, 7}}, // 3⅓, 6⅔
		{"ties go to the lower index", 10, []int64{1, 1, 4}, []int64{2, 2, 6}},       // 1⅔, 1⅔, 6⅔: two units left
		{"Alabama by Hamilton's rule", 10, []int64{6, 6, 2}, []int64{4, 4, 2}},       // 4.29, 4.29, 1.43: the unit left goes to .43
		{"Alabama with one seat more", 11, []int64{6, 6, 2}, []int64{5, 5, 1}},       // 4.71, 4.71, 1.57: the paradox of 1880
		{"a line of nought gets nothing", 5, []int64{0, 1, 0, 1}, []int64{0, 3, 0, 2}},
		{"all nought: even", 5, []int64{0, 0}, []int64{3, 2}},
		{"nothing to split", 0, []int64{5, 7}, []int64{0, 0}},
		{"less than a unit each", 2, []int64{1, 1, 1, 1, 1}, []int64{1, 1, 0, 0, 0}},
		{"one part", -7, []int64{3}, []int64{-7}},
		{"the largest amount", math.MaxInt64, []int64{math.MaxInt64 - 1, 1}, []int64{math.MaxInt64 - 1, 1}},
	} {
		require.Equal(t, x.want, hamilton(x.whole, x.weights), x.name)
		requireAllocation(t, x.whole, x.weights)
	}
}

func TestAllocateRefuses(t *testing.T) {
	one := tandem.MoneyFromMinor(1, tandem.GBP)
	dst := []tandem.Money{one}
	for _, x := range []struct {
		whole   tandem.Money
		weights []int64
		want    error
	}{
		{tandem.Money{}, []int64{1}, tandem.ErrNoCurrency},
		{one, nil, tandem.ErrNoWeights},
		{one, []int64{1, -1}, tandem.ErrNegWeight},
		{one, []int64{math.MaxInt64, 1}, tandem.ErrOverflow},
		{one, make([]int64, tandem.MaxAllocation+1), tandem.ErrOutOfRange},
	} {
		got, err := tandem.Allocate(dst, x.whole, x.weights)
		require.ErrorIs(t, err, x.want)
		require.ErrorIs(t, err, tandem.ErrInvalid)
		require.Equal(t, dst, got)
	}
	_, err := tandem.Allocate(nil, one, make([]int64, tandem.MaxAllocation))
	require.NoError(t, err)

	ten := must(tandem.QuantityOf(10, tandem.Each))
	for _, x := range []struct {
		whole, step tandem.Quantity
		want        error
	}{
		{tandem.Quantity{}, tandem.Quantity{}, tandem.ErrNoUnit},
		{ten, must(tandem.QuantityOf(1, tandem.Box)), tandem.ErrUnit},
		{ten, must(tandem.QuantityOf(0, tandem.Each)), tandem.ErrOutOfRange},
		{ten, must(tandem.QuantityOf(3, tandem.Each)), tandem.ErrInexact},
	} {
		_, err := tandem.AllocateQuantity(nil, x.whole, x.step, []int64{1, 2})
		require.ErrorIs(t, err, x.want)
	}
	parts, err := tandem.AllocateQuantity(nil, ten, must(tandem.QuantityOf(1, tandem.Each)), []int64{1, 1, 1})
	require.NoError(t, err)
	require.Equal(t, "4 EA", parts[0].String())
	require.Equal(t, "3 EA", parts[2].String())
}

func FuzzAllocate(f *testing.F) {
	f.Add(int64(100), []byte{1, 1, 1}, uint8(0), uint16(0))
	f.Add(int64(-math.MaxInt64), []byte{255, 0, 3, 7}, uint8(50), uint16(200))
	f.Fuzz(func(t *testing.T, whole int64, data []byte, shift uint8, zeros uint16) {
		if whole == math.MinInt64 || len(data) == 0 || len(data) > 600 {
			return
		}
		weights := make([]int64, len(data)+int(zeros%400))
		for i, b := range data {
			weights[i] = int64(b) << (shift % 45)
		}
		requireAllocation(t, whole, weights)
	})
}

// 1.00 over 1:2 is 33⅓, 0.67 over 1:1 is 33½ with the tie to the first, and the rest is the rest.
func TestPartsOfWhatIsLeft(t *testing.T) {
	left := tandem.MoneyFromMinor(100, tandem.GBP)
	for i, want := range []int64{33, 34, 33} {
		part, err := tandem.Part(left, 1, int64(2-i))
		require.NoError(t, err)
		require.Equal(t, want, part.Minor())
		left, err = left.Sub(part)
		require.NoError(t, err)
	}
	require.True(t, left.IsZero())
	for _, test := range []struct{ part, rest int64 }{{-1, 0}, {1, -1}, {-1, 1}} {
		_, err := tandem.Part(tandem.MoneyFromMinor(1, tandem.GBP), test.part, test.rest)
		require.ErrorIs(t, err, tandem.ErrInvalid)
	}
	_, err := tandem.Part(tandem.Money{}, 1, 0)
	require.ErrorIs(t, err, tandem.ErrNoCurrency)
	rapid.Check(t, func(t *rapid.T) {
		whole := tandem.MoneyFromMinor(rapid.Int64().Draw(t, "whole"), tandem.GBP)
		weights := []int64{rapid.Int64Range(0, math.MaxInt64).Draw(t, "part"), rapid.Int64Range(0, math.MaxInt64).Draw(t, "rest")}
		parts, err := tandem.Allocate(nil, whole, weights)
		part, errPart := tandem.Part(whole, weights[0], weights[1])
		require.Equal(t, err, errPart)
		if err == nil {
			require.Equal(t, parts[0], part)
		}
	})
}

// Nothing allocates where money is added, multiplied, summed or split.
func TestArithmeticDoesNotAllocate(t *testing.T) {
	a, b := tandem.MoneyFromMinor(1999, tandem.GBP), tandem.MoneyFromMinor(1, tandem.GBP)
	p, q := must(tandem.ParsePrice("1.234567 GBP/1000 EA")), must(tandem.ParseQuantity("7.5 EA"))
	rate, half := tandem.BasisPoints(1750), must(tandem.NewRatio(1, 3))
	large := must(tandem.NewRatio(math.MaxInt64, math.MaxInt64-2))
	free := func(name string, f func() error) {
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if err := f(); err != nil {
				t.Fatal(name, err)
			}
		}), name)
	}
	free("Money.Add", func() error { return second(a.Add(b)) })
	free("Money.Sub", func() error { return second(a.Sub(b)) })
	for _, mode := range tandem.Roundings() {
		free("Price.Times", func() error { return second(p.Times(q, mode)) })
		free("Money.MulRate", func() error { return second(a.MulRate(rate, mode)) })
		free("Ratio.MulRounded", func() error { return second(large.MulRounded(half, 9, mode)) })
	}
	free("Quantity.Add", func() error { return second(q.Add(q)) })
	free("Quantity.Convert", func() error { return second(q.Convert(tandem.Box, half, tandem.RoundUp)) })
	free("Money.Convert", func() error { return second(a.Convert(tandem.JPY, half, tandem.HalfEven)) })
	free("Total", func() error {
		total := tandem.NewTotal(tandem.GBP)
		total.Add(a)
		total.Sub(b)
		total.AddProduct(p, q)
		total.AddRate(a, rate)
		if _, err := total.MoneyAtRate(rate, tandem.HalfEven); err != nil {
			return err
		}
		return second(total.Money(tandem.HalfAwayFromZero))
	})
	free("Part", func() error { return second(tandem.Part(a, 1, 2)) })
	for _, n := range []int{1, 10, 100, 1000} {
		weights, _ := benchWeights(n)
		dst, quantities := make([]tandem.Money, 0, n), make([]tandem.Quantity, 0, n)
		free("Allocate", func() error { return second(tandem.Allocate(dst, a, weights)) })
		free("Allocate a negative amount", func() error { return second(tandem.Allocate(dst, a.Neg(), weights)) })
		free("AllocateQuantity", func() error { return second(tandem.AllocateQuantity(quantities, q, tandem.Quantity{}, weights)) })
	}
	buf := make([]byte, 0, 128)
	at, d, id := instant("2026-11-20T12:00:00.123Z"), date("2026-11-20"), tandem.DeriveID[tandem.PartyID]("a", "b")
	free("text forms", func() error {
		out, _ := a.AppendText(buf)
		out, _ = p.AppendText(out)
		out, _ = at.AppendText(out)
		out, _ = d.AppendText(out)
		out, err := id.AppendText(out)
		_ = out
		return err
	})
}
