package formula

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

func anyNumber(from int64) *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64Range(from, math.MaxInt64), rapid.Int64Range(max(from, 0), 1_000_000_000),
		rapid.SampledFrom([]int64{max(from, 1), 1_000_000_000, math.MaxInt64, math.MaxInt64 - 1}))
}

func anyFraction() *rapid.Generator[fraction] {
	return rapid.Custom(func(t *rapid.T) fraction {
		f := whole(anyNumber(-math.MaxInt64).Draw(t, "micro"))
		if g, err := f.times(anyNumber(0).Draw(t, "n"), anyNumber(1).Draw(t, "d")); err == nil {
			f = g
		}
		return f
	})
}

func (f fraction) rat() *big.Rat {
	big128 := func(n int128.Int) *big.Int { v, _ := new(big.Int).SetString(n.String(), 10); return v }
	return new(big.Rat).SetFrac(big128(f.num), big128(f.den))
}

// Whatever fits is exact, and what does not fit says so.
func TestFractionsAreExact(t *testing.T) {
	limit := new(big.Int).Lsh(big.NewInt(1), 127)
	fits := func(r *big.Rat) bool { return new(big.Int).Abs(r.Num()).Cmp(limit) < 0 && r.Denom().Cmp(limit) < 0 }
	rapid.Check(t, func(t *rapid.T) {
		f, o := anyFraction().Draw(t, "f"), anyFraction().Draw(t, "o")
		require.Equal(t, f.rat().Cmp(o.rat()), f.cmp(o))
		require.Equal(t, 0, f.cmp(f.reduced()))

		n, d := anyNumber(0).Draw(t, "n"), anyNumber(1).Draw(t, "d")
		want := new(big.Rat).Mul(f.rat(), big.NewRat(n, d))
		got, err := f.times(n, d)
		require.Equal(t, fits(want), err == nil)
		if err == nil {
			require.Equal(t, 0, want.Cmp(got.rat()))
		}
		a := anyNumber(-math.MaxInt64).Draw(t, "a")
		if sum, err := f.plus(a, 1000); err == nil {
			want := new(big.Rat).Add(f.rat(), new(big.Rat).Mul(big.NewRat(a, 1), big.NewRat(1000, 1)))
			require.Equal(t, 0, want.Cmp(sum.rat()))
		} else {
			require.ErrorIs(t, err, tandem.ErrOverflow)
		}
	})
}

func TestPointsRoundAsTheFraction(t *testing.T) {
	modes := []int128.Mode{int128.HalfAway, int128.HalfEven, int128.Up, int128.Down, int128.Ceiling, int128.Floor}
	rapid.Check(t, func(t *rapid.T) {
		n, d := rapid.Int64Range(0, 1_000_000_000).Draw(t, "n"), rapid.Int64Range(1, 1000).Draw(t, "d")
		step := pow10(rapid.IntRange(0, 6).Draw(t, "step"))
		mode := rapid.SampledFrom(modes).Draw(t, "mode")
		f, err := whole(n).times(1, d)
		require.NoError(t, err)
		p, err := f.point()
		require.NoError(t, err)
		got, err := p.rounded(step, mode)
		require.NoError(t, err)
		want, ok := int128.QuoRound64(int128.FromInt64(n), d*step, mode)
		require.True(t, ok)
		require.Equal(t, want*step, got)
	})
}

func TestRoundingModesAreThoseOfTheHall(t *testing.T) {
	for _, r := range tandem.Roundings() {
		m, err := enum.Mode(r)
		require.NoError(t, err)
		for _, v := range []int64{250_000, -250_000, 350_000, 1, -1} {
			p, err := tandem.PriceFromMicro(v, tandem.EUR, 1, tandem.Each)
			require.NoError(t, err)
			want, err := p.RoundDigits(1, r)
			require.NoError(t, err)
			got, ok := int128.QuoRound64(int128.FromInt64(v), 100_000, m)
			require.True(t, ok)
			require.Equal(t, want.Micro(), got*100_000)
		}
	}
}
