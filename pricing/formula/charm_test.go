package formula_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

func TestCharmsByHand(t *testing.T) {
	eur := func(d formula.Direction, increment string, endings ...string) *formula.Charm {
		return ends(t, d, increment, endings...)
	}
	two := []string{"0.95 EUR", "0.99 EUR"}
	// HCL Commerce: prices end in .49 or .99, whichever is nearer.
	hcl := []string{"0.49 EUR", "0.99 EUR"}
	for name, c := range map[string]struct {
		charm    *formula.Charm
		in, want string
	}{
		".99 nearest, down":             {eur(formula.Nearest, "1.00 EUR", "0.99 EUR"), "15.00 EUR/EA", "14.99 EUR/EA"},
		".99 nearest, up":               {eur(formula.Nearest, "1.00 EUR", "0.99 EUR"), "15.50 EUR/EA", "15.99 EUR/EA"},
		".99 nearest, a tie goes up":    {eur(formula.Nearest, "1.00 EUR", "0.99 EUR"), "15.49 EUR/EA", "15.99 EUR/EA"},
		".99 nearest, just below a tie": {eur(formula.Nearest, "1.00 EUR", "0.99 EUR"), "15.489999 EUR/EA", "14.99 EUR/EA"},
		".99 up":                        {eur(formula.Up, "1.00 EUR", "0.99 EUR"), "15.00 EUR/EA", "15.99 EUR/EA"},
		".99 down":                      {eur(formula.Down, "1.00 EUR", "0.99 EUR"), "15.98 EUR/EA", "14.99 EUR/EA"},
		".99 stays":                     {eur(formula.Down, "1.00 EUR", "0.99 EUR"), "15.99 EUR/EA", "15.99 EUR/EA"},
		".99 down, nothing below":       {eur(formula.Down, "1.00 EUR", "0.99 EUR"), "0.50 EUR/EA", "0.99 EUR/EA"},
		".99 of nought is nought":       {eur(formula.Up, "1.00 EUR", "0.99 EUR"), "0.00 EUR/EA", "0.00 EUR/EA"},
		".95 or .99: .95":               {eur(formula.Nearest, "1.00 EUR", two...), "15.96 EUR/EA", "15.95 EUR/EA"},
		".95 or .99: .99":               {eur(formula.Nearest, "1.00 EUR", two...), "15.97 EUR/EA", "15.99 EUR/EA"},
		".49 or .99 (HCL)":              {eur(formula.Nearest, "1.00 EUR", hcl...), "15.60 EUR/EA", "15.49 EUR/EA"},
		".49 or .99 (HCL), up":          {eur(formula.Nearest, "1.00 EUR", hcl...), "15.75 EUR/EA", "15.99 EUR/EA"},
		"a 9 before the point":          {eur(formula.Nearest, "10.00 EUR", "9.00 EUR"), "123.00 EUR/EA", "119.00 EUR/EA"},
		"a 9 before the point, up":      {eur(formula.Up, "10.00 EUR", "9.00 EUR"), "123.00 EUR/EA", "129.00 EUR/EA"},
		"VTEX nine, cents":              {eur(formula.Up, "0.10 EUR", "0.09 EUR"), "59.56 EUR/EA", "59.59 EUR/EA"},
		"VTEX zero, cents":              {eur(formula.Up, "0.10 EUR"), "20.56 EUR/EA", "20.60 EUR/EA"},
		"VTEX nine, tenths":             {eur(formula.Up, "1.00 EUR", "0.90 EUR"), "59.56 EUR/EA", "59.90 EUR/EA"},
		"VTEX nines, tenths":            {eur(formula.Nearest, "1.00 EUR", "0.99 EUR"), "5.07 EUR/EA", "4.99 EUR/EA"},
		"to 0.05":                       {eur(formula.Nearest, "0.05 EUR"), "1.03 EUR/EA", "1.05 EUR/EA"},
		"to 0.05, a tie goes up":        {eur(formula.Nearest, "0.05 EUR"), "1.025 EUR/EA", "1.05 EUR/EA"},
		"to 0.05, above nought":         {eur(formula.Down, "0.05 EUR"), "0.01 EUR/EA", "0.05 EUR/EA"},
		"to 10":                         {eur(formula.Nearest, "10.00 EUR"), "24.99 EUR/EA", "20.00 EUR/EA"},
		"the amount per 100 is printed": {eur(formula.Nearest, "1.00 EUR", "0.99 EUR"), "15.02 EUR/100 EA", "14.99 EUR/100 EA"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.charm.Validate())
			got, err := c.charm.Apply(price(t, c.in), tandem.Price{})
			require.NoError(t, err)
			assert.Equal(t, c.want, got.String())
		})
	}
}

// banded: to 0.05 below 1.00, .99 below 100.00, a 9 before the point from there on.
func banded(t testing.TB, d formula.Direction) *formula.Charm {
	return &formula.Charm{Direction: d, Bands: []formula.Band{
		{Increment: money(t, "0.05 EUR")},
		{From: money(t, "1.00 EUR"), Increment: money(t, "1.00 EUR"), Endings: monies(t, "0.99 EUR")},
		{From: money(t, "100.00 EUR"), Increment: money(t, "10.00 EUR"), Endings: monies(t, "9.00 EUR")},
	}}
}

func TestBands(t *testing.T) {
	for _, c := range []struct {
		d        formula.Direction
		in, want string
	}{
		{formula.Nearest, "0.52 EUR/EA", "0.50 EUR/EA"},
		{formula.Nearest, "0.99 EUR/EA", "0.95 EUR/EA"}, // 1.00 is not below 1.00, and the next is 1.99
		{formula.Up, "0.96 EUR/EA", "1.99 EUR/EA"},
		{formula.Nearest, "1.01 EUR/EA", "0.95 EUR/EA"}, // across the border: 0.95 is nearer than 1.99
		{formula.Down, "1.98 EUR/EA", "0.95 EUR/EA"},
		{formula.Down, "108.99 EUR/EA", "99.99 EUR/EA"},
		{formula.Nearest, "105.00 EUR/EA", "109.00 EUR/EA"},
		{formula.Nearest, "104.495 EUR/EA", "109.00 EUR/EA"}, // the middle between 99.99 and 109.00
		{formula.Nearest, "104.494999 EUR/EA", "99.99 EUR/EA"},
		{formula.Up, "99.995 EUR/EA", "109.00 EUR/EA"},
	} {
		charm := banded(t, c.d)
		require.NoError(t, charm.Validate())
		got, err := charm.Apply(price(t, c.in), tandem.Price{})
		require.NoError(t, err)
		assert.Equal(t, c.want, got.String(), "%s %s", c.in, c.d)
	}
}

func TestCharmNotBelowCostOfAnotherBasis(t *testing.T) {
	charm := ends(t, formula.Nearest, "1.00 EUR", "0.99 EUR")
	charm.NotBelowCost = true
	got, err := charm.Apply(price(t, "15.02 EUR/EA"), price(t, "1499.01 EUR/100 EA")) // 14.9901 each
	require.NoError(t, err)
	assert.Equal(t, "15.99 EUR/EA", got.String())
	got, err = charm.Apply(price(t, "15.02 EUR/EA"), price(t, "1499.00 EUR/100 EA"))
	require.NoError(t, err)
	assert.Equal(t, "14.99 EUR/EA", got.String())
	for _, c := range []struct {
		cost string
		want error
	}{{"1.00 GBP/EA", tandem.ErrCurrency}, {"1.00 EUR/KGM", tandem.ErrUnit}, {"-1.00 EUR/EA", tandem.ErrOutOfRange}} {
		_, err = charm.Apply(price(t, "15.02 EUR/EA"), price(t, c.cost))
		require.ErrorIs(t, err, c.want)
	}
}

func TestPricesThatACharmRefuses(t *testing.T) {
	charm := ends(t, formula.Up, "1.00 EUR", "0.99 EUR")
	for in, want := range map[string]error{
		"":                         formula.ErrBaseMissing,
		"-1.00 EUR/EA":             tandem.ErrOutOfRange,
		"1.00 GBP/EA":              tandem.ErrCurrency,
		"9223372036854.775 EUR/EA": tandem.ErrOverflow,
	} {
		_, err := charm.Apply(price(t, in), tandem.Price{})
		require.ErrorIs(t, err, want, in)
	}
}

func TestCharmsWithFaults(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*formula.Charm)
		want   []string
	}{
		"direction":       {func(h *formula.Charm) { h.Direction = "x" }, []string{"direction:direction"}},
		"no bands":        {func(h *formula.Charm) { h.Bands = nil }, []string{"bands:bands"}},
		"many bands":      {func(h *formula.Charm) { h.Bands = make([]formula.Band, formula.MaxBands+1) }, []string{"bands:too_many"}},
		"first from":      {func(h *formula.Charm) { h.Bands[0].From = money(t, "0.50 EUR") }, []string{"bands[0].from:from"}},
		"no from":         {func(h *formula.Charm) { h.Bands[1].From = tandem.Money{} }, []string{"bands[1].from:amount", "bands[1].from:order"}},
		"order":           {func(h *formula.Charm) { h.Bands[2].From = money(t, "1.00 EUR") }, []string{"bands[2].from:order"}},
		"currency":        {func(h *formula.Charm) { h.Bands[2].From = money(t, "100.00 GBP") }, []string{"bands[2].from:currency"}},
		"no increment":    {func(h *formula.Charm) { h.Bands[0].Increment = money(t, "0.00 EUR") }, []string{"bands[0].increment:increment"}},
		"great increment": {func(h *formula.Charm) { h.Bands[0].Increment = money(t, "1000000000.01 EUR") }, []string{"bands[0].increment:amount"}},
		"ending":          {func(h *formula.Charm) { h.Bands[1].Endings[0] = money(t, "1.00 EUR") }, []string{"bands[1].endings[0]:ending"}},
		"negative ending": {func(h *formula.Charm) { h.Bands[1].Endings[0] = money(t, "-0.01 EUR") }, []string{"bands[1].endings[0]:amount"}},
		"ending twice":    {func(h *formula.Charm) { h.Bands[1].Endings = monies(t, "0.99 EUR", "0.99 EUR") }, []string{"bands[1].endings[1]:order"}},
		"many endings": {func(h *formula.Charm) { h.Bands[1].Endings = make([]tandem.Money, formula.MaxEndings+1) },
			[]string{"bands[1].endings:too_many"}},
		"an empty band": {func(h *formula.Charm) {
			h.Bands[2].From = money(t, "1.50 EUR")
			h.Bands[1].Endings[0] = money(t, "0.75 EUR")
		},
			[]string{"bands[1]:band_empty"}},
	} {
		t.Run(name, func(t *testing.T) {
			charm := banded(t, formula.Nearest)
			c.change(charm)
			assert.Equal(t, c.want, codes(t, charm.Validate()))
			// A charm that was not validated gives a price or an error, never a panic.
			_, _ = charm.Apply(price(t, "150.00 EUR/EA"), tandem.Price{})
		})
	}
}

func TestCharmAllocatesNothing(t *testing.T) {
	charm, p := banded(t, formula.Nearest), price(t, "123.45 EUR/EA")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = charm.Apply(p, tandem.Price{}) }))
}
