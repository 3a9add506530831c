package formula_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

// tier is [up to, price, flat]; empty is none.
type tier [3]string

func tiers(t testing.TB, m formula.TierModel, c tandem.Currency, rows ...tier) formula.Tiers {
	t.Helper()
	out := formula.Tiers{Model: m, Currency: c, Unit: tandem.Each}
	for _, r := range rows {
		one := formula.Tier{Price: price(t, r[1]), Flat: money(t, r[2])}
		if r[0] != "" {
			one.UpTo = quantity(t, r[0])
		}
		out.Tiers = append(out.Tiers, one)
	}
	return out
}

func block(t testing.TB, size, free, p string) formula.Tiers {
	t.Helper()
	b := formula.Block{Size: quantity(t, size), Price: money(t, p)}
	if free != "" {
		b.Free = quantity(t, free)
	}
	return formula.Tiers{Model: formula.Package, Currency: b.Price.Currency(), Unit: tandem.Each, Block: &b}
}

func compiled(t testing.TB, tiers formula.Tiers) *formula.Compiled {
	t.Helper()
	c, err := formula.Compile(tiers)
	require.NoError(t, err)
	return c
}

func TestPublishedTiers(t *testing.T) {
	// docs.stripe.com/subscriptions/pricing-models/tiered-pricing, "Typographic": fonts
	// 1–5 at 7 USD, 6–10 at 6.50 USD, 11 and more at 6 USD.
	stripe := []tier{{"5 EA", "7.00 USD/EA", ""}, {"10 EA", "6.50 USD/EA", ""}, {"", "6.00 USD/EA", ""}}
	// openmeterio/openmeter, pricegraduatedtiered_test.go, TestTieredPriceCalculator.
	openmeter := []tier{{"5 EA", "", "100.00 USD"}, {"10 EA", "", "50.00 USD"}, {"15 EA", "10.00 USD/EA", ""}, {"", "5.00 USD/EA", ""}}
	// The same, pricevolumetiered_test.go.
	openmeterVolume := []tier{{"5 EA", "", "100.00 USD"}, {"10 EA", "", "150.00 USD"}, {"15 EA", "10.00 USD/EA", ""}, {"", "5.00 USD/EA", ""}}
	// getlago/lago-api, graduated_service_spec.rb, and package_service_spec.rb below.
	lago := []tier{{"10 EA", "0.10 EUR/EA", "0.02 EUR"}, {"", "0.05 EUR/EA", "0.03 EUR"}}
	// getlago.com/docs/guide/plans/charges/charge-models: volume, graduated, package.
	calls := []tier{{"10000 EA", "0.0010 USD/EA", "10.00 USD"}, {"50000 EA", "0.0008 USD/EA", "10.00 USD"},
		{"100000 EA", "0.0006 USD/EA", "10.00 USD"}, {"", "0.0004 USD/EA", "10.00 USD"}}
	requests := []tier{{"100 EA", "1.00 USD/EA", ""}, {"200 EA", "0.50 USD/EA", ""}, {"", "0.10 USD/EA", ""}}
	// docs.useautumn.com/documentation/modelling-pricing/graduated-pricing.
	autumn := []tier{{"1000 EA", "0.01 USD/EA", ""}, {"10000 EA", "0.008 USD/EA", ""}, {"", "0.005 USD/EA", ""}}

	atZero := func(x formula.Tiers) formula.Tiers { x.FlatAtZero = true; return x }
	for name, c := range map[string]struct {
		tiers formula.Tiers
		want  map[string]string
	}{
		"Stripe, volume": {tiers(t, formula.Volume, tandem.USD, stripe...), map[string]string{
			"1 EA": "7.00 USD", "5 EA": "35.00 USD", "6 EA": "39.00 USD", "20 EA": "120.00 USD", "25 EA": "150.00 USD"}},
		"Stripe, graduated": {tiers(t, formula.Graduated, tandem.USD, stripe...), map[string]string{
			"1 EA": "7.00 USD", "5 EA": "35.00 USD", "6 EA": "41.50 USD", "20 EA": "127.50 USD", "25 EA": "157.50 USD"}},
		"OpenMeter, graduated": {atZero(tiers(t, formula.Graduated, tandem.USD, openmeter...)), map[string]string{
			"0 EA": "100.00 USD", "3 EA": "100.00 USD", "5 EA": "100.00 USD", "5.001 EA": "150.00 USD", "7 EA": "150.00 USD",
			"12 EA": "170.00 USD", "22 EA": "235.00 USD"}},
		"OpenMeter, volume": {atZero(tiers(t, formula.Volume, tandem.USD, openmeterVolume...)), map[string]string{
			"0 EA": "100.00 USD", "3 EA": "100.00 USD", "5 EA": "100.00 USD", "7 EA": "150.00 USD", "14 EA": "140.00 USD",
			"15 EA": "150.00 USD", "16 EA": "80.00 USD", "100 EA": "500.00 USD"}},
		"Lago, graduated": {tiers(t, formula.Graduated, tandem.EUR, lago...), map[string]string{
			"0 EA": "0.00 EUR", "1 EA": "0.12 EUR", "10 EA": "1.02 EUR", "11 EA": "1.10 EUR", "12 EA": "1.15 EUR"}},
		"Lago, volume": {tiers(t, formula.Volume, tandem.USD, calls...), map[string]string{
			"0 EA": "0.00 USD", "10000 EA": "20.00 USD", "65000 EA": "49.00 USD"}},
		"Lago, graduated calls": {tiers(t, formula.Graduated, tandem.USD, requests...), map[string]string{
			"100 EA": "100.00 USD", "200 EA": "150.00 USD", "201 EA": "150.10 USD"}},
		"Lago, package":               {block(t, "10 EA", "", "1.00 EUR"), map[string]string{"0 EA": "0.00 EUR", "121 EA": "13.00 EUR"}},
		"Lago, package, 10 free":      {block(t, "10 EA", "10 EA", "1.00 EUR"), map[string]string{"10 EA": "0.00 EUR", "121 EA": "12.00 EUR"}},
		"Lago, package of 100 calls":  {block(t, "100 EA", "100 EA", "5.00 USD"), map[string]string{"201 EA": "10.00 USD", "200 EA": "5.00 USD"}},
		"a started package is whole":  {block(t, "10 EA", "", "1.00 EUR"), map[string]string{"10.000001 EA": "2.00 EUR", "0.000001 EA": "1.00 EUR"}},
		"Autumn, graduated":           {tiers(t, formula.Graduated, tandem.USD, autumn...), map[string]string{"15000 EA": "107.00 USD"}},
		"fractions of a unit":         {tiers(t, formula.Graduated, tandem.USD, stripe...), map[string]string{"5.5 EA": "38.25 USD", "10.25 EA": "69.00 USD"}},
		"a price per 1,000 is exact":  {tiers(t, formula.Graduated, tandem.USD, tier{"", "1.234567 USD/1000 EA", ""}), map[string]string{"1000000 EA": "1234.57 USD"}},
		"rounded once, not per slice": {tiers(t, formula.Graduated, tandem.USD, tier{"1 EA", "0.004 USD/EA", ""}, tier{"", "0.004 USD/EA", ""}), map[string]string{"2 EA": "0.01 USD"}},
	} {
		t.Run(name, func(t *testing.T) {
			compiled := compiled(t, c.tiers)
			for q, want := range c.want {
				got, err := compiled.Amount(quantity(t, q), tandem.HalfAwayFromZero)
				require.NoError(t, err)
				assert.Equal(t, want, got.String(), q)
			}
		})
	}
}

// Lago charges no flat fee where nothing was used, OpenMeter that of the first tier.
func TestFlatAmountAtNoughtIsAFlag(t *testing.T) {
	for _, m := range []formula.TierModel{formula.Volume, formula.Graduated} {
		x := tiers(t, m, tandem.USD, tier{"", "1.00 USD/EA", "10.00 USD"})
		for _, flag := range []bool{false, true} {
			x.FlatAtZero = flag
			got, err := compiled(t, x).Amount(quantity(t, "0 EA"), tandem.HalfAwayFromZero)
			require.NoError(t, err)
			assert.Equal(t, map[bool]string{false: "0.00 USD", true: "10.00 USD"}[flag], got.String())
		}
	}
}

func TestEffectiveUnitPrice(t *testing.T) {
	c := compiled(t, tiers(t, formula.Graduated, tandem.USD, tier{"5 EA", "7.00 USD/EA", ""}, tier{"", "6.50 USD/EA", ""}))
	got, err := c.Effective(quantity(t, "6 EA"), tandem.HalfAwayFromZero)
	require.NoError(t, err)
	assert.Equal(t, "6.916667 USD/EA", got.String()) // 41.50 ÷ 6
	again, err := got.Times(quantity(t, "60000 EA"), tandem.HalfAwayFromZero)
	require.NoError(t, err)
	assert.Equal(t, "415000.02 USD", again.String(), "for display only")
	_, err = c.Effective(quantity(t, "0 EA"), tandem.HalfAwayFromZero)
	require.ErrorIs(t, err, tandem.ErrDivideZero)
	_, err = c.Effective(quantity(t, "1 EA"), "")
	require.ErrorIs(t, err, tandem.ErrRounding)
	_, err = c.Effective(quantity(t, "1 KGM"), tandem.HalfEven)
	require.ErrorIs(t, err, tandem.ErrUnit)
	assert.Equal(t, []any{formula.Graduated, tandem.USD, tandem.Each}, []any{c.Model(), c.Currency(), c.Unit()})
}

// Stripe's documentation says so itself: with volume pricing the total may fall.
func TestInversions(t *testing.T) {
	rows := []tier{{"5 EA", "7.00 USD/EA", ""}, {"10 EA", "6.50 USD/EA", ""}, {"", "6.00 USD/EA", ""}}
	for _, c := range []struct {
		tiers formula.Tiers
		step  tandem.Quantity
		want  []tandem.Quantity
	}{
		{tiers(t, formula.Volume, tandem.USD, rows...), quantity(t, "1 EA"), nil},                                       // 35.00, 39.00; 65.00, 66.00
		{tiers(t, formula.Volume, tandem.USD, rows...), quantity(t, "0.5 EA"), []tandem.Quantity{quantity(t, "10 EA")}}, // 35.75; 63.00
		{tiers(t, formula.Volume, tandem.USD, rows...), tandem.Quantity{}, []tandem.Quantity{quantity(t, "5 EA"), quantity(t, "10 EA")}},
		{tiers(t, formula.Graduated, tandem.USD, rows...), tandem.Quantity{}, nil},
		{block(t, "10 EA", "", "1.00 EUR"), tandem.Quantity{}, nil},
	} {
		got, err := compiled(t, c.tiers).Inversions(nil, c.step)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	c := compiled(t, tiers(t, formula.Volume, tandem.USD, rows...))
	_, err := c.Inversions(nil, quantity(t, "1 KGM"))
	require.ErrorIs(t, err, tandem.ErrUnit)
	_, err = c.Inversions(nil, quantity(t, "0 EA"))
	require.ErrorIs(t, err, tandem.ErrOutOfRange)
}

func TestQuantitiesThatTiersRefuse(t *testing.T) {
	c := compiled(t, tiers(t, formula.Volume, tandem.USD, tier{"", "9000000.00 USD/EA", ""}))
	for _, x := range []struct {
		q    tandem.Quantity
		r    tandem.Rounding
		want error
	}{
		{tandem.Quantity{}, tandem.HalfEven, tandem.ErrNoUnit},
		{quantity(t, "1 KGM"), tandem.HalfEven, tandem.ErrUnit},
		{quantity(t, "-1 EA"), tandem.HalfEven, tandem.ErrOutOfRange},
		{quantity(t, "1 EA"), "", tandem.ErrRounding},
		{quantity(t, "9000000000000 EA"), tandem.HalfEven, tandem.ErrOverflow},
	} {
		_, err := c.Amount(x.q, x.r)
		require.ErrorIs(t, err, x.want)
	}
	_, err := compiled(t, block(t, "0.000001 EA", "", "1000000000.00 EUR")).Amount(quantity(t, "9000000000000 EA"), tandem.HalfEven)
	require.ErrorIs(t, err, tandem.ErrOverflow)
}

func TestTiersWithFaults(t *testing.T) {
	good := func() formula.Tiers {
		return tiers(t, formula.Graduated, tandem.USD, tier{"5 EA", "7.00 USD/EA", ""}, tier{"10 EA", "6.50 USD/EA", ""}, tier{"", "6.00 USD/EA", ""})
	}
	for name, c := range map[string]struct {
		change func(*formula.Tiers)
		want   []string
	}{
		"model": {func(x *formula.Tiers) { x.Model = "" }, []string{"model:model"}},
		"currency": {func(x *formula.Tiers) {
			x.Currency = 0
			x.Tiers = x.Tiers[2:]
			x.Tiers[0].Price = price(t, "1.00 USD/EA")
		}, []string{"currency:currency", "tiers[0].price:currency"}},
		"unit":               {func(x *formula.Tiers) { x.Unit = 0; x.Tiers = x.Tiers[2:] }, []string{"unit:unit", "tiers[0].price:unit"}},
		"none":               {func(x *formula.Tiers) { x.Tiers = nil }, []string{"tiers:tiers"}},
		"too many":           {func(x *formula.Tiers) { x.Tiers = make([]formula.Tier, formula.MaxTiers+1) }, []string{"tiers:too_many"}},
		"last has an end":    {func(x *formula.Tiers) { x.Tiers[2].UpTo = quantity(t, "20 EA") }, []string{"tiers[2].up_to:up_to"}},
		"no end":             {func(x *formula.Tiers) { x.Tiers[0].UpTo = tandem.Quantity{} }, []string{"tiers[0].up_to:up_to"}},
		"end at nought":      {func(x *formula.Tiers) { x.Tiers[0].UpTo = quantity(t, "0 EA") }, []string{"tiers[0].up_to:order"}},
		"order":              {func(x *formula.Tiers) { x.Tiers[1].UpTo = quantity(t, "5 EA") }, []string{"tiers[1].up_to:order"}},
		"unit of an end":     {func(x *formula.Tiers) { x.Tiers[1].UpTo = quantity(t, "6 KGM") }, []string{"tiers[1].up_to:unit"}},
		"neither":            {func(x *formula.Tiers) { x.Tiers[1].Price = tandem.Price{} }, []string{"tiers[1]:price"}},
		"negative":           {func(x *formula.Tiers) { x.Tiers[1].Price = x.Tiers[1].Price.Neg() }, []string{"tiers[1].price:price"}},
		"price in pounds":    {func(x *formula.Tiers) { x.Tiers[1].Price = price(t, "1.00 GBP/EA") }, []string{"tiers[1].price:currency"}},
		"price per kilogram": {func(x *formula.Tiers) { x.Tiers[1].Price = price(t, "1.00 USD/KGM") }, []string{"tiers[1].price:unit"}},
		"flat in pounds":     {func(x *formula.Tiers) { x.Tiers[1].Flat = money(t, "1.00 GBP") }, []string{"tiers[1].flat:currency"}},
		"negative flat":      {func(x *formula.Tiers) { x.Tiers[1].Flat = money(t, "-1.00 USD") }, []string{"tiers[1].flat:amount"}},
		"block":              {func(x *formula.Tiers) { x.Block = &formula.Block{} }, []string{"block:block"}},
		"package, no block":  {func(x *formula.Tiers) { x.Model, x.Tiers = formula.Package, nil }, []string{"block:block"}},
		"package with tiers": {func(x *formula.Tiers) {
			b := block(t, "1 EA", "", "1.00 USD")
			x.Model, x.Block = formula.Package, b.Block
		}, []string{"tiers:tiers"}},
		"package at nought":   {func(x *formula.Tiers) { *x = block(t, "1 EA", "", "1.00 USD"); x.FlatAtZero = true }, []string{"flat_at_zero:flat_at_zero"}},
		"size":                {func(x *formula.Tiers) { *x = block(t, "0 EA", "", "1.00 USD") }, []string{"block.size:size"}},
		"unit of the size":    {func(x *formula.Tiers) { *x = block(t, "1 KGM", "", "1.00 USD") }, []string{"block.size:unit"}},
		"free":                {func(x *formula.Tiers) { *x = block(t, "1 EA", "-1 EA", "1.00 USD") }, []string{"block.free:free"}},
		"unit of free":        {func(x *formula.Tiers) { *x = block(t, "1 EA", "1 KGM", "1.00 USD") }, []string{"block.free:unit"}},
		"price of a block":    {func(x *formula.Tiers) { *x = block(t, "1 EA", "", "-1.00 USD") }, []string{"block.price:amount"}},
		"no price of a block": {func(x *formula.Tiers) { *x = block(t, "1 EA", "", "1.00 USD"); x.Block.Price = tandem.Money{} }, []string{"block.price:amount"}},
		"overflow": {func(x *formula.Tiers) {
			x.Tiers[1].Price, x.Tiers[1].UpTo = price(t, "9000000000000.00 USD/EA"), quantity(t, "9000000000000 EA")
		}, []string{"tiers[1]:overflow"}},
	} {
		t.Run(name, func(t *testing.T) {
			x := good()
			c.change(&x)
			out, err := formula.Compile(x)
			assert.Nil(t, out)
			assert.Equal(t, c.want, codes(t, err))
		})
	}
}

func TestTiersAllocateNothing(t *testing.T) {
	c := compiled(t, tiers(t, formula.Graduated, tandem.USD, tier{"5 EA", "7.00 USD/EA", ""}, tier{"", "6.50 USD/EA", ""}))
	q := quantity(t, "7.5 EA")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = c.Amount(q, tandem.HalfAwayFromZero)
		_, _ = c.Effective(q, tandem.HalfAwayFromZero)
	}))
}
