package formula_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

func price(t testing.TB, s string) tandem.Price {
	t.Helper()
	if s == "" {
		return tandem.Price{}
	}
	p, err := tandem.ParsePrice(s)
	require.NoError(t, err)
	return p
}

func money(t testing.TB, s string) tandem.Money {
	t.Helper()
	if s == "" {
		return tandem.Money{}
	}
	m, err := tandem.ParseMoney(s)
	require.NoError(t, err)
	return m
}

func monies(t testing.TB, s ...string) (out []tandem.Money) {
	t.Helper()
	for _, m := range s {
		out = append(out, money(t, m))
	}
	return out
}

func rate(t testing.TB, s string) tandem.Rate {
	t.Helper()
	r, err := tandem.ParseRate(s)
	require.NoError(t, err)
	return r
}

func ratio(t testing.TB, s string) tandem.Ratio {
	t.Helper()
	r, err := tandem.ParseRatio(s)
	require.NoError(t, err)
	return r
}

func quantity(t testing.TB, s string) tandem.Quantity {
	t.Helper()
	q, err := tandem.ParseQuantity(s)
	require.NoError(t, err)
	return q
}

// codes gives path:code of every fault.
func codes(t testing.TB, err error) (out []string) {
	t.Helper()
	var invalid *tandem.InvalidError
	require.True(t, errors.As(err, &invalid), "%v", err)
	for _, f := range invalid.Faults {
		out = append(out, f.Path+":"+f.Code)
	}
	return out
}

// ends is a charm of one band.
func ends(t testing.TB, d formula.Direction, increment string, endings ...string) *formula.Charm {
	t.Helper()
	return &formula.Charm{Direction: d, Bands: []formula.Band{{Increment: money(t, increment), Endings: monies(t, endings...)}}}
}
