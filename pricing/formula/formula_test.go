package formula_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

// off is a discount off a list.
func off(t testing.TB, r string) formula.Formula {
	return formula.Formula{Of: formula.OfList, Operator: formula.Discount, Rate: rate(t, r)}
}

// over is a formula on cost.
func over(t testing.TB, o formula.Operator, r string) formula.Formula {
	return formula.Formula{Of: formula.OfCost, Operator: o, Rate: rate(t, r)}
}

// with changes a formula.
func with(f formula.Formula, change func(*formula.Formula)) formula.Formula {
	change(&f)
	return f
}

func TestFormulasByHand(t *testing.T) {
	pounds := formula.Input{Rounding: tandem.HalfAwayFromZero}
	cost := func(s string) formula.Input {
		return formula.Input{Rounding: tandem.HalfAwayFromZero, Cost: price(t, s)}
	}
	to := func(c tandem.Currency, r string) formula.Input {
		return formula.Input{Rounding: tandem.HalfAwayFromZero, ToCurrency: c, Rate: ratio(t, r)}
	}
	for name, c := range map[string]struct {
		f          formula.Formula
		base, want string
		in         formula.Input
	}{
		"discount of 5 %":                                {off(t, "5%"), "2.55 GBP/EA", "2.42 GBP/EA", pounds}, // 2.4225
		"no discount":                                    {off(t, "0"), "2.55 GBP/EA", "2.55 GBP/EA", pounds},
		"all of it is off":                               {off(t, "100%"), "2.55 GBP/EA", "0.00 GBP/EA", pounds},
		"a price of nought is a price":                   {off(t, "5%"), "0.00 GBP/EA", "0.00 GBP/EA", pounds},
		"markup of 50 %, margin of 50 %: markup":         {over(t, formula.Markup, "50%"), "", "150.00 EUR/EA", cost("100.00 EUR/EA")},
		"markup of 50 %, margin of 50 %: margin":         {over(t, formula.Margin, "50%"), "", "200.00 EUR/EA", cost("100.00 EUR/EA")},
		"margin of 30 % on 7.00 is 10.00":                {over(t, formula.Margin, "30%"), "", "10.00 EUR/EA", cost("7.00 EUR/EA")},
		"margin of 1/3 does not end":                     {over(t, formula.Margin, "33%"), "", "10.45 EUR/EA", cost("7.00 EUR/EA")}, // 10.4477…
		"markup on a list":                               {formula.Formula{Of: formula.OfList, Operator: formula.Markup, Rate: rate(t, "10%")}, "4.00 EUR/EA", "4.40 EUR/EA", pounds},
		"the base of a formula of cost is not looked at": {over(t, formula.Markup, "10%"), "9.99 GBP/EA", "4.40 EUR/EA", cost("4.00 EUR/EA")},
		"a cost of nought is a cost":                     {over(t, formula.Markup, "10%"), "", "0.00 EUR/EA", cost("0.00 EUR/EA")},
		// 19.99 × 1.0843 = 21.675157, × 0.95 = 20.59139915. Rounded on the way, 21.68 × 0.95 = 20.596 gives 20.60.
		"19.99 is rounded once, after currency and discount": {off(t, "5%"), "19.99 EUR/EA", "20.59 USD/EA", to(tandem.USD, "10843/10000")},
		"a third of a currency comes back":                   {formula.Formula{Of: formula.OfList, Operator: formula.Markup, Rate: rate(t, "200%")}, "1.00 EUR/EA", "1.00 USD/EA", to(tandem.USD, "1/3")},
		"the yen has no minor unit":                          {off(t, "0"), "19.99 EUR/EA", "3258 JPY/EA", to(tandem.JPY, "163")},  // 3,258.37
		"two digits more than the pound's go along":          {off(t, "5%"), "0.0176 GBP/EA", "0.0167 GBP/EA", pounds},             // 0.01672
		"and to the yen":                                     {off(t, "0"), "0.0176 GBP/EA", "3.34 JPY/EA", to(tandem.JPY, "190")}, // 3.344
		"same currency needs no rate":                        {off(t, "5%"), "2.00 GBP/EA", "1.90 GBP/EA", formula.Input{Rounding: tandem.HalfEven, ToCurrency: tandem.GBP}},
		"digits of the formula":                              {with(off(t, "5%"), func(f *formula.Formula) { f.Digits = 4 }), "2.55 GBP/EA", "2.4225 GBP/EA", pounds},
		"digits of the input":                                {off(t, "5%"), "2.55 GBP/EA", "2.423 GBP/EA", formula.Input{Rounding: tandem.HalfAwayFromZero, Digits: 3}},
		"half even":                                          {off(t, "50%"), "0.05 GBP/EA", "0.02 GBP/EA", formula.Input{Rounding: tandem.HalfEven}},
		"floor":                                              {off(t, "5%"), "2.59 GBP/EA", "2.46 GBP/EA", formula.Input{Rounding: tandem.RoundFloor}}, // 2.4605
		"ceiling":                                            {off(t, "5%"), "2.59 GBP/EA", "2.47 GBP/EA", formula.Input{Rounding: tandem.RoundCeiling}},
		"the fee is per one unit, the price per 100":         {with(off(t, "10%"), func(f *formula.Formula) { f.Fee = money(t, "0.05 EUR") }), "100.00 EUR/100 EA", "95.00 EUR/100 EA", pounds},
		"a negative fee stops at nought":                     {with(off(t, "0"), func(f *formula.Formula) { f.Fee = money(t, "-5.00 EUR") }), "3.00 EUR/EA", "0.00 EUR/EA", pounds},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.f.Validate())
			got, err := c.f.Apply(price(t, c.base), c.in)
			require.NoError(t, err)
			assert.Equal(t, c.want, got.String())
		})
	}
}

// Clamps are over the base as in Odoo, or over cost.
func TestClampsByHand(t *testing.T) {
	amount := func(s string) formula.Clamp {
		return formula.Clamp{Kind: formula.AmountOverBase, Amount: money(t, s)}
	}
	cost := func(s string) formula.Clamp { return formula.Clamp{Kind: formula.RateOverCost, Rate: rate(t, s)} }
	clamps := func(least, greatest formula.Clamp) formula.Formula {
		return with(off(t, "20%"), func(f *formula.Formula) { f.MinMargin, f.MaxMargin = least, greatest })
	}
	none := formula.Clamp{}
	for name, c := range map[string]struct {
		f    formula.Formula
		cost string
		want string // from 10.00 EUR at 20 % off
	}{
		"nothing binds":                         {clamps(amount("-3.00 EUR"), amount("1.00 EUR")), "", "8.00 EUR/EA"},
		"at least the base less 1":              {clamps(amount("-1.00 EUR"), none), "", "9.00 EUR/EA"},
		"at least the base and 2":               {clamps(amount("2.00 EUR"), none), "", "12.00 EUR/EA"},
		"at most the base less 3":               {clamps(none, amount("-3.00 EUR")), "", "7.00 EUR/EA"},
		"at most the base less 30 is nought":    {clamps(none, amount("-30.00 EUR")), "", "0.00 EUR/EA"},
		"at least cost and 10 %":                {clamps(cost("10%"), none), "9.00 EUR/EA", "9.90 EUR/EA"},
		"at most cost and 10 %":                 {clamps(none, cost("10%")), "5.00 EUR/EA", "5.50 EUR/EA"},
		"the cost is per 100":                   {clamps(cost("10%"), none), "900.00 EUR/100 EA", "9.90 EUR/EA"},
		"contradiction: the least holds":        {clamps(cost("10%"), amount("-1.00 EUR")), "9.00 EUR/EA", "9.90 EUR/EA"},
		"the final rounding keeps the least":    {clamps(cost("0"), none), "8.123 EUR/EA", "8.13 EUR/EA"},
		"the final rounding keeps the greatest": {clamps(none, cost("0")), "7.126 EUR/EA", "7.12 EUR/EA"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.f.Validate())
			got, err := c.f.Apply(price(t, "10.00 EUR/EA"), formula.Input{Cost: price(t, c.cost), Rounding: tandem.HalfAwayFromZero})
			require.NoError(t, err)
			assert.Equal(t, c.want, got.String())
		})
	}
}

func TestCostsInTwoCurrencies(t *testing.T) {
	f := with(off(t, "50%"), func(f *formula.Formula) { f.MinMargin = formula.Clamp{Kind: formula.RateOverCost} })
	in := formula.Input{ToCurrency: tandem.USD, Rate: ratio(t, "2"), Rounding: tandem.HalfAwayFromZero}
	for cost, want := range map[string]string{
		"6.00 EUR/EA": "12.00 USD/EA", // converted as the base is
		"6.00 USD/EA": "10.00 USD/EA", // already in the currency of the price
	} {
		in.Cost = price(t, cost)
		got, err := f.Apply(price(t, "10.00 EUR/EA"), in)
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
	in.Cost = price(t, "6.00 GBP/EA")
	_, err := f.Apply(price(t, "10.00 EUR/EA"), in)
	require.ErrorIs(t, err, tandem.ErrCurrency)
	in.Cost = price(t, "6.00 EUR/KGM")
	_, err = f.Apply(price(t, "10.00 EUR/EA"), in)
	require.ErrorIs(t, err, tandem.ErrUnit)
}

// Odoo: rounding to 10 with a fee of −0.01 makes 4.00 a price of −0.01.
func TestRoundingToTenLessACentIsNeverNegative(t *testing.T) {
	for policy, want := range map[formula.EndingPolicy]string{formula.KeepEnding: "9.99 EUR/EA", formula.KeepBound: "9.99 EUR/EA"} {
		f := with(off(t, "0"), func(f *formula.Formula) {
			f.Charm, f.Ending, f.Fee = ends(t, formula.Nearest, "10.00 EUR"), policy, money(t, "-0.01 EUR")
		})
		require.NoError(t, f.Validate())
		got, err := f.Apply(price(t, "4.00 EUR/EA"), formula.Input{Rounding: tandem.HalfAwayFromZero})
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
	// A fee that is more than the least ending meets the bound: the next ending, or nought.
	for policy, want := range map[formula.EndingPolicy]string{formula.KeepEnding: "5.00 EUR/EA", formula.KeepBound: "0.00 EUR/EA"} {
		f := with(off(t, "0"), func(f *formula.Formula) {
			f.Charm, f.Ending, f.Fee = ends(t, formula.Nearest, "10.00 EUR"), policy, money(t, "-15.00 EUR")
		})
		got, err := f.Apply(price(t, "4.00 EUR/EA"), formula.Input{Rounding: tandem.HalfAwayFromZero})
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
	// What is free stays free.
	f := with(off(t, "100%"), func(f *formula.Formula) {
		f.Charm, f.Ending, f.Fee = ends(t, formula.Nearest, "10.00 EUR"), formula.KeepEnding, money(t, "-0.01 EUR")
	})
	got, err := f.Apply(price(t, "4.00 EUR/EA"), formula.Input{Rounding: tandem.HalfAwayFromZero})
	require.NoError(t, err)
	assert.Equal(t, "0.00 EUR/EA", got.String())
}

// Odoo: the clamp runs after the rounding and destroys the ending. 20.00 at 25 % off
// is 15.00, 14.99 with its ending; at least 16.25 gives 16.99, at most 13.25 12.99.
func TestClampKeepsTheEnding(t *testing.T) {
	for name, c := range map[string]struct {
		policy          formula.EndingPolicy
		least, greatest string
		want            string
	}{
		"up from the least":           {formula.KeepEnding, "-3.75 EUR", "", "16.99 EUR/EA"},
		"down from the greatest":      {formula.KeepEnding, "", "-6.75 EUR", "12.99 EUR/EA"},
		"the bound, as Odoo":          {formula.KeepBound, "-3.75 EUR", "", "16.25 EUR/EA"},
		"no ending within the bounds": {formula.KeepEnding, "-3.75 EUR", "-3.50 EUR", "16.25 EUR/EA"},
		"no ending below the bound":   {formula.KeepEnding, "", "-19.50 EUR", "0.50 EUR/EA"},
	} {
		t.Run(name, func(t *testing.T) {
			f := with(off(t, "25%"), func(f *formula.Formula) {
				f.Charm, f.Ending = ends(t, formula.Nearest, "1.00 EUR", "0.99 EUR"), c.policy
				if c.least != "" {
					f.MinMargin = formula.Clamp{Kind: formula.AmountOverBase, Amount: money(t, c.least)}
				}
				if c.greatest != "" {
					f.MaxMargin = formula.Clamp{Kind: formula.AmountOverBase, Amount: money(t, c.greatest)}
				}
			})
			require.NoError(t, f.Validate())
			got, err := f.Apply(price(t, "20.00 EUR/EA"), formula.Input{Rounding: tandem.HalfAwayFromZero})
			require.NoError(t, err)
			assert.Equal(t, c.want, got.String())
		})
	}
}

// Tryton: a formula on cost sells for nothing where there is no cost.
func TestMissingCostIsAnError(t *testing.T) {
	charm := ends(t, formula.Down, "1.00 EUR", "0.99 EUR")
	charm.NotBelowCost = true
	for name, f := range map[string]formula.Formula{
		"of cost":               over(t, formula.Margin, "30%"),
		"least over cost":       with(off(t, "5%"), func(f *formula.Formula) { f.MinMargin.Kind = formula.RateOverCost }),
		"greatest over cost":    with(off(t, "5%"), func(f *formula.Formula) { f.MaxMargin.Kind = formula.RateOverCost }),
		"charm not below costs": with(off(t, "5%"), func(f *formula.Formula) { f.Charm, f.Ending = charm, formula.KeepEnding }),
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, f.Validate())
			assert.True(t, f.NeedsCost())
			got, err := f.Apply(price(t, "10.00 EUR/EA"), formula.Input{Rounding: tandem.HalfAwayFromZero})
			require.ErrorIs(t, err, formula.ErrCostMissing)
			require.ErrorIs(t, err, tandem.ErrInvalid)
			assert.True(t, got.IsNone())
		})
	}
	_, err := charm.Apply(price(t, "10.00 EUR/EA"), tandem.Price{})
	require.ErrorIs(t, err, formula.ErrCostMissing)
}

// Down to 9.99 would be below the cost of 10.20, and so would the fee behind 10.99.
func TestCharmIsNotBelowCost(t *testing.T) {
	charm := ends(t, formula.Down, "1.00 EUR", "0.99 EUR")
	charm.NotBelowCost = true
	for fee, want := range map[string]string{"": "10.99 EUR/EA", "-0.80 EUR": "11.19 EUR/EA"} {
		f := with(off(t, "0"), func(f *formula.Formula) {
			f.Charm, f.Ending, f.Fee = charm, formula.KeepEnding, money(t, fee)
		})
		got, err := f.Apply(price(t, "10.50 EUR/EA"), formula.Input{Cost: price(t, "10.20 EUR/EA"), Rounding: tandem.HalfAwayFromZero})
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
}

func TestInputsWithFaults(t *testing.T) {
	good := formula.Input{Rounding: tandem.HalfAwayFromZero}
	fee := with(off(t, "5%"), func(f *formula.Formula) { f.Fee = money(t, "1.00 EUR") })
	for name, c := range map[string]struct {
		f    formula.Formula
		base string
		in   formula.Input
		want error
	}{
		"no base":           {off(t, "5%"), "", good, formula.ErrBaseMissing},
		"negative base":     {off(t, "5%"), "-1.00 EUR/EA", good, tandem.ErrOutOfRange},
		"negative cost":     {over(t, formula.Markup, "5%"), "", formula.Input{Cost: price(t, "-1.00 EUR/EA")}, tandem.ErrOutOfRange},
		"no rounding":       {off(t, "5%"), "1.00 EUR/EA", formula.Input{}, tandem.ErrRounding},
		"no rate":           {off(t, "5%"), "1.00 EUR/EA", formula.Input{ToCurrency: tandem.USD, Rounding: tandem.HalfEven}, formula.ErrRateMissing},
		"negative rate":     {off(t, "5%"), "1.00 EUR/EA", formula.Input{ToCurrency: tandem.USD, Rate: tandem.IntRatio(-1)}, tandem.ErrOutOfRange},
		"no such currency":  {off(t, "5%"), "1.00 EUR/EA", formula.Input{ToCurrency: 1, Rate: tandem.IntRatio(1)}, tandem.ErrNoCurrency},
		"digits":            {off(t, "5%"), "1.00 EUR/EA", formula.Input{Digits: 7, Rounding: tandem.HalfEven}, tandem.ErrOutOfRange},
		"fee of another":    {fee, "1.00 GBP/EA", good, tandem.ErrCurrency},
		"no operator":       {formula.Formula{Of: formula.OfList}, "1.00 EUR/EA", good, tandem.ErrOutOfRange},
		"no basis":          {formula.Formula{Operator: formula.Discount}, "1.00 EUR/EA", good, tandem.ErrOutOfRange},
		"margin of 100 %":   {formula.Formula{Of: formula.OfList, Operator: formula.Margin, Rate: tandem.Percent(100)}, "1.00 EUR/EA", good, tandem.ErrOutOfRange},
		"too great a price": {formula.Formula{Of: formula.OfList, Operator: formula.Markup, Rate: tandem.Percent(900)}, "9000000000000.00 EUR/EA", good, tandem.ErrOverflow},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.f.Apply(price(t, c.base), c.in)
			require.ErrorIs(t, err, c.want)
			require.ErrorIs(t, err, tandem.ErrInvalid)
			trace := formula.Trace{Steps: make([]formula.Step, 3)}
			_, err = c.f.Explain(price(t, c.base), c.in, &trace)
			require.ErrorIs(t, err, c.want)
			assert.Empty(t, trace.Steps)
		})
	}
}

func TestFormulasWithFaults(t *testing.T) {
	eur := formula.Clamp{Kind: formula.AmountOverBase, Amount: money(t, "1.00 EUR")}
	for name, c := range map[string]struct {
		change func(*formula.Formula)
		want   []string
	}{
		"basis":             {func(f *formula.Formula) { f.Of = "" }, []string{"of:of"}},
		"operator":          {func(f *formula.Formula) { f.Operator = "x" }, []string{"operator:operator"}},
		"negative rate":     {func(f *formula.Formula) { f.Rate = tandem.Percent(-1) }, []string{"rate:rate"}},
		"rate out of range": {func(f *formula.Formula) { f.Rate = tandem.Percent(1e18) }, []string{"rate:rate"}},
		"discount":          {func(f *formula.Formula) { f.Rate = tandem.Percent(101) }, []string{"rate:rate"}},
		"margin of 100 %":   {func(f *formula.Formula) { f.Operator, f.Rate = formula.Margin, tandem.Percent(100) }, []string{"rate:rate"}},
		"markup":            {func(f *formula.Formula) { f.Operator, f.Rate = formula.Markup, tandem.Percent(100_001) }, []string{"rate:rate"}},
		"charm, no ending":  {func(f *formula.Formula) { f.Charm = ends(t, formula.Up, "1.00 EUR") }, []string{"ending:ending"}},
		"ending, no charm":  {func(f *formula.Formula) { f.Ending = formula.KeepBound }, []string{"ending:ending"}},
		"empty charm": {func(f *formula.Formula) { f.Charm, f.Ending = &formula.Charm{}, formula.KeepBound },
			[]string{"charm.direction:direction", "charm.bands:bands"}},
		"two currencies": {func(f *formula.Formula) { f.Fee, f.MinMargin = money(t, "1.00 GBP"), eur }, []string{"min_margin.amount:currency"}},
		"charm of another currency": {func(f *formula.Formula) {
			f.Fee, f.Charm, f.Ending = money(t, "1.00 GBP"), ends(t, formula.Up, "1.00 EUR"), formula.KeepBound
		}, []string{"charm:currency"}},
		"great fee":            {func(f *formula.Formula) { f.Fee = money(t, "-1000000000.01 EUR") }, []string{"fee:amount"}},
		"no amount of a clamp": {func(f *formula.Formula) { f.MinMargin.Kind = formula.AmountOverBase }, []string{"min_margin.amount:amount"}},
		"amount and rate":      {func(f *formula.Formula) { f.MaxMargin = eur; f.MaxMargin.Rate = tandem.Percent(1) }, []string{"max_margin.rate:rate"}},
		"rate and amount":      {func(f *formula.Formula) { f.MaxMargin = eur; f.MaxMargin.Kind = formula.RateOverCost }, []string{"max_margin.amount:amount"}},
		"rate of a clamp": {func(f *formula.Formula) {
			f.MaxMargin = formula.Clamp{Kind: formula.RateOverCost, Rate: tandem.Percent(-101)}
		}, []string{"max_margin.rate:rate"}},
		"kind of a clamp": {func(f *formula.Formula) { f.MaxMargin = eur; f.MaxMargin.Kind = "" }, []string{"max_margin.kind:clamp"}},
		"clamps cross": {func(f *formula.Formula) {
			f.MinMargin, f.MaxMargin = eur, eur
			f.MaxMargin.Amount = money(t, "0.99 EUR")
		}, []string{"max_margin:order"}},
		"clamps over cost cross": {func(f *formula.Formula) {
			f.MinMargin = formula.Clamp{Kind: formula.RateOverCost, Rate: tandem.Percent(1)}
			f.MaxMargin.Kind = formula.RateOverCost
		}, []string{"max_margin:order"}},
		"digits": {func(f *formula.Formula) { f.Digits = 7 }, []string{"digits:digits"}},
		"digits that take the ending away": {func(f *formula.Formula) {
			f.Digits, f.Charm, f.Ending = 1, ends(t, formula.Up, "1.00 EUR", "0.99 EUR"), formula.KeepBound
		}, []string{"digits:digits"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := with(off(t, "5%"), c.change)
			assert.Equal(t, c.want, codes(t, f.Validate()))
		})
	}
	var zero formula.Formula
	assert.Len(t, codes(t, zero.Validate()), 2)
}

func TestTraceTellsTheSameNumbers(t *testing.T) {
	f := with(off(t, "25%"), func(f *formula.Formula) {
		f.Charm, f.Ending, f.Fee = ends(t, formula.Nearest, "1.00 USD", "0.99 USD"), formula.KeepEnding, money(t, "0.50 USD")
		f.MinMargin = formula.Clamp{Kind: formula.AmountOverBase, Amount: money(t, "-3.75 USD")}
	})
	require.NoError(t, f.Validate())
	var trace formula.Trace
	// 10.00 EUR × 2 = 20.00 USD, −25 % = 15.00, 14.99, + 0.50 = 15.49, at least 16.25 → 16.49
	got, err := f.Explain(price(t, "10.00 EUR/EA"), formula.Input{ToCurrency: tandem.USD, Rate: ratio(t, "2"), Rounding: tandem.HalfAwayFromZero}, &trace)
	require.NoError(t, err)
	var text []string
	for _, s := range trace.Steps {
		text = append(text, string(s.Kind)+" "+s.Price.String()+" "+s.Delta.String()+" "+s.Rounding.String()+" "+string(s.Bound))
	}
	assert.Equal(t, []string{
		"base 10.00 EUR/EA   ",
		"currency 20.00 USD/EA   ",
		"operator 15.00 USD/EA -5.00 USD/EA  ",
		"charm 14.99 USD/EA -0.01 USD/EA -0.01 USD/EA ",
		"fee 15.49 USD/EA 0.50 USD/EA  ",
		"clamp 16.25 USD/EA 0.76 USD/EA  min_margin",
		"ending 16.49 USD/EA 0.24 USD/EA 0.24 USD/EA ",
	}, text)
	assert.Equal(t, "16.49 USD/EA", got.String())
	// The final rounding is a step where it does something: 2.4225 → 2.42.
	f = off(t, "5%")
	_, err = f.Explain(price(t, "2.55 GBP/EA"), formula.Input{Rounding: tandem.HalfAwayFromZero}, &trace)
	require.NoError(t, err)
	require.Len(t, trace.Steps, 3)
	assert.Equal(t, formula.StepRounding, trace.Steps[2].Kind)
	assert.Equal(t, "-0.0025 GBP/EA", trace.Steps[2].Rounding.String())
}

func TestFormulaAllocatesNothing(t *testing.T) {
	f := with(off(t, "25%"), func(f *formula.Formula) {
		f.Charm, f.Ending, f.Fee = ends(t, formula.Nearest, "1.00 USD", "0.99 USD"), formula.KeepEnding, money(t, "0.50 USD")
		f.MinMargin = formula.Clamp{Kind: formula.AmountOverBase, Amount: money(t, "-3.75 USD")}
		f.MaxMargin = formula.Clamp{Kind: formula.RateOverCost, Rate: tandem.Percent(900)}
	})
	base, in := price(t, "10.00 EUR/EA"), formula.Input{ToCurrency: tandem.USD, Rate: ratio(t, "10843/10000"),
		Cost: price(t, "4.00 EUR/EA"), Rounding: tandem.HalfAwayFromZero}
	trace := formula.Trace{Steps: make([]formula.Step, 0, 8)}
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = f.Apply(base, in) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = f.Explain(base, in, &trace) }))
}

func TestCloneSharesNothing(t *testing.T) {
	f := with(off(t, "25%"), func(f *formula.Formula) {
		f.Charm, f.Ending = ends(t, formula.Nearest, "1.00 USD", "0.99 USD"), formula.KeepEnding
	})
	c := f.Clone()
	c.Charm.Bands[0].Endings[0], c.Charm.Direction = money(t, "0.95 USD"), formula.Up
	assert.Equal(t, "0.99 USD", f.Charm.Bands[0].Endings[0].String())
	assert.Equal(t, formula.Nearest, f.Charm.Direction)
}
