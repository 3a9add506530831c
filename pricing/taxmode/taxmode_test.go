package taxmode_test

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

func price(t testing.TB, s string) tandem.Price {
	t.Helper()
	p, err := tandem.ParsePrice(s)
	require.NoError(t, err)
	return p
}

func halfAway(digits int) taxmode.Rounding {
	return taxmode.Rounding{Mode: tandem.HalfAwayFromZero, Digits: digits}
}

func TestPairsByHand(t *testing.T) {
	for name, c := range map[string]struct {
		p          string
		m          taxmode.Mode
		policy     taxmode.Border
		home, dest int64
		digits     int
		net, gross string
	}{
		"gross list, keep gross":         {"119.00 EUR/EA", taxmode.Gross, taxmode.KeepGross, 19, 21, 0, "98.35 EUR/EA", "119.00 EUR/EA"}, // 98.3471
		"gross list, keep net":           {"119.00 EUR/EA", taxmode.Gross, taxmode.KeepNet, 19, 21, 0, "100.00 EUR/EA", "121.00 EUR/EA"},
		"net list, keep net":             {"100.00 EUR/EA", taxmode.Net, taxmode.KeepNet, 19, 21, 0, "100.00 EUR/EA", "121.00 EUR/EA"},
		"net list, keep gross":           {"100.00 EUR/EA", taxmode.Net, taxmode.KeepGross, 19, 21, 0, "98.35 EUR/EA", "119.00 EUR/EA"},
		"rounded once":                   {"9.99 EUR/EA", taxmode.Gross, taxmode.KeepNet, 19, 25, 0, "8.39 EUR/EA", "10.49 EUR/EA"}, // 10.4937; 8.39 × 1.25 = 10.4875
		"rounded once, not by the net":   {"0.99 EUR/EA", taxmode.Gross, taxmode.KeepNet, 7, 20, 0, "0.93 EUR/EA", "1.11 EUR/EA"},   // 1.1103; 0.93 × 1.20 = 1.116 → 1.12
		"more digits":                    {"119.00 EUR/EA", taxmode.Gross, taxmode.KeepGross, 19, 21, 4, "98.3471 EUR/EA", "119.00 EUR/EA"},
		"as many digits as the list has": {"0.0119 EUR/EA", taxmode.Gross, taxmode.KeepGross, 19, 19, 0, "0.01 EUR/EA", "0.0119 EUR/EA"},
		"per 1,000":                      {"0.0119 EUR/1000 EA", taxmode.Gross, taxmode.KeepGross, 19, 21, 6, "0.009835 EUR/1000 EA", "0.0119 EUR/1000 EA"},
		"yen":                            {"110 JPY/EA", taxmode.Gross, taxmode.KeepNet, 10, 8, 0, "100 JPY/EA", "108 JPY/EA"},
		"no tax at the destination":      {"119.00 EUR/EA", taxmode.Gross, taxmode.KeepNet, 19, 0, 0, "100.00 EUR/EA", "100.00 EUR/EA"},
		"below nought, mirrored":         {"-119.00 EUR/EA", taxmode.Gross, taxmode.KeepGross, 19, 21, 0, "-98.35 EUR/EA", "-119.00 EUR/EA"},
		"a price of nought":              {"0.00 EUR/EA", taxmode.Gross, taxmode.KeepNet, 19, 21, 0, "0.00 EUR/EA", "0.00 EUR/EA"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := taxmode.Across(price(t, c.p), c.m, c.policy, tandem.Percent(c.home), tandem.Percent(c.dest), halfAway(c.digits))
			require.NoError(t, err)
			assert.Equal(t, []string{c.net, c.gross}, []string{got.Net.String(), got.Gross.String()})
		})
	}
}

// A gross list keeps gross when the rate changes, a net list keeps net: from 19 %
// to 16 %, as in Germany in July 2020.
func TestRateChanges(t *testing.T) {
	for m, want := range map[taxmode.Mode][2]string{
		taxmode.Gross: {"102.59 EUR/EA", "119.00 EUR/EA"}, // 119 ÷ 1.16 = 102.586
		taxmode.Net:   {"119.00 EUR/EA", "138.04 EUR/EA"},
	} {
		got, err := taxmode.At(price(t, "119.00 EUR/EA"), m, tandem.Percent(16), halfAway(0))
		require.NoError(t, err)
		assert.Equal(t, want, [2]string{got.Net.String(), got.Gross.String()})
	}
}

func TestArgumentsWithFaults(t *testing.T) {
	p, ok := price(t, "119.00 EUR/EA"), halfAway(0)
	for name, c := range map[string]struct {
		p     tandem.Price
		m     taxmode.Mode
		b     taxmode.Border
		rates [2]tandem.Rate
		r     taxmode.Rounding
		want  error
	}{
		"no price":      {tandem.Price{}, taxmode.Net, taxmode.KeepNet, [2]tandem.Rate{}, ok, tandem.ErrNoCurrency},
		"mode":          {p, "", taxmode.KeepNet, [2]tandem.Rate{}, ok, tandem.ErrOutOfRange},
		"policy":        {p, taxmode.Net, "", [2]tandem.Rate{}, ok, tandem.ErrOutOfRange},
		"negative rate": {p, taxmode.Net, taxmode.KeepNet, [2]tandem.Rate{tandem.Percent(-1)}, ok, tandem.ErrOutOfRange},
		"great rate":    {p, taxmode.Net, taxmode.KeepNet, [2]tandem.Rate{{}, tandem.Percent(1001)}, ok, tandem.ErrOutOfRange},
		"digits":        {p, taxmode.Net, taxmode.KeepNet, [2]tandem.Rate{}, halfAway(7), tandem.ErrOutOfRange},
		"rounding":      {p, taxmode.Net, taxmode.KeepNet, [2]tandem.Rate{}, taxmode.Rounding{}, tandem.ErrRounding},
		"overflow": {price(t, "9000000000000.00 EUR/EA"), taxmode.Net, taxmode.KeepNet, [2]tandem.Rate{{}, tandem.Percent(1000)}, ok,
			tandem.ErrOverflow},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := taxmode.Across(c.p, c.m, c.b, c.rates[0], c.rates[1], c.r)
			require.ErrorIs(t, err, c.want)
			require.ErrorIs(t, err, tandem.ErrInvalid)
			assert.Equal(t, taxmode.Pair{}, got)
		})
	}
	var m taxmode.Mode
	var b taxmode.Border
	require.NoError(t, json.Unmarshal([]byte(`"gross"`), &m))
	require.NoError(t, json.Unmarshal([]byte(`"keep_net"`), &b))
	require.Error(t, json.Unmarshal([]byte(`"x"`), &m))
	require.Error(t, json.Unmarshal([]byte(`""`), &b))
}

func TestThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := tandem.PriceFromMicro(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "cents")*10_000, tandem.EUR, 1, tandem.Each)
		require.NoError(t, err)
		home := tandem.BasisPoints(rapid.Int64Range(0, 5000).Draw(t, "home"))
		away := tandem.BasisPoints(rapid.Int64Range(0, 5000).Draw(t, "away"))
		there, err := taxmode.Across(p, taxmode.Gross, taxmode.KeepNet, home, away, halfAway(2))
		require.NoError(t, err)
		back, err := taxmode.Across(there.Gross, taxmode.Gross, taxmode.KeepNet, away, home, halfAway(2))
		require.NoError(t, err)
		require.InDelta(t, p.Micro(), back.Gross.Micro(), 10_000, "within one cent")

		// Exact, with one rounding: p × (1 + away) ÷ (1 + home), half a cent at most.
		const one = 1_000_000_000
		want := new(big.Rat).Mul(big.NewRat(p.Micro(), 10_000), big.NewRat(one+away.Nano(), one+home.Nano()))
		off := new(big.Rat).Sub(big.NewRat(there.Gross.Micro(), 10_000), want)
		require.LessOrEqual(t, new(big.Rat).Abs(off).Cmp(big.NewRat(1, 2)), 0)

		kept, err := taxmode.Across(p, taxmode.Gross, taxmode.KeepGross, home, away, halfAway(2))
		require.NoError(t, err)
		require.Equal(t, p, kept.Gross)
		mirrored, err := taxmode.Across(p.Neg(), taxmode.Gross, taxmode.KeepNet, home, away, halfAway(2))
		require.NoError(t, err)
		require.Equal(t, there.Gross.Neg(), mirrored.Gross)
	})
}

func TestRoundingModesAreThoseOfTheHall(t *testing.T) {
	p := price(t, "0.05 EUR/EA")
	for _, r := range tandem.Roundings() {
		got, err := taxmode.At(p, taxmode.Gross, tandem.Percent(100), taxmode.Rounding{Mode: r, Digits: 2}) // 0.025
		require.NoError(t, err)
		half, err := p.MulRate(tandem.Percent(50), tandem.HalfEven)
		require.NoError(t, err)
		want, err := half.RoundDigits(2, r)
		require.NoError(t, err)
		assert.Equal(t, want, got.Net, r)
	}
}

func TestNothingAllocates(t *testing.T) {
	p, r := price(t, "119.00 EUR/EA"), halfAway(0)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = taxmode.Across(p, taxmode.Gross, taxmode.KeepNet, tandem.Percent(19), tandem.Percent(21), r)
	}))
}
