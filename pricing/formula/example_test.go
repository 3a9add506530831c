package formula_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
)

// A dollar list is made from the one in euros: 25 % off, ending in .99, but never
// less than 10 % over cost.
func ExampleFormula_Explain() {
	base, _ := tandem.ParsePrice("19.99 EUR/EA")
	cost, _ := tandem.ParsePrice("14.20 EUR/EA")
	dollars, _ := tandem.ParseRatio("10843/10000")
	list := formula.Formula{
		Of: formula.OfList, Operator: formula.Discount, Rate: tandem.Percent(25),
		Charm: &formula.Charm{Direction: formula.Nearest, Bands: []formula.Band{{
			Increment: tandem.MoneyFromMinor(100, tandem.USD), Endings: []tandem.Money{tandem.MoneyFromMinor(99, tandem.USD)},
		}}},
		Ending:    formula.KeepEnding,
		MinMargin: formula.Clamp{Kind: formula.RateOverCost, Rate: tandem.Percent(10)},
	}
	if err := list.Validate(); err != nil {
		fmt.Println(err)
		return
	}
	var trace formula.Trace
	price, err := list.Explain(base, formula.Input{Cost: cost, ToCurrency: tandem.USD, Rate: dollars, Rounding: tandem.HalfAwayFromZero}, &trace)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range trace.Steps {
		fmt.Printf("%-8s %s\n", step.Kind, step.Price)
	}
	fmt.Println("price   ", price)
	// Output:
	// base     19.99 EUR/EA
	// currency 21.675157 USD/EA
	// operator 16.256368 USD/EA
	// charm    15.99 USD/EA
	// clamp    16.936766 USD/EA
	// ending   16.99 USD/EA
	// price    16.99 USD/EA
}

// The first five at 7.00, the next five at 6.50, all beyond at 6.00.
func ExampleCompile() {
	price := func(s string) tandem.Price { p, _ := tandem.ParsePrice(s); return p }
	pieces := func(n int64) tandem.Quantity { q, _ := tandem.QuantityOf(n, tandem.Each); return q }
	fonts, err := formula.Compile(formula.Tiers{Model: formula.Graduated, Currency: tandem.USD, Unit: tandem.Each, Tiers: []formula.Tier{
		{UpTo: pieces(5), Price: price("7.00 USD/EA")},
		{UpTo: pieces(10), Price: price("6.50 USD/EA")},
		{Price: price("6.00 USD/EA")},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	total, _ := fonts.Amount(pieces(20), tandem.HalfAwayFromZero)
	each, _ := fonts.Effective(pieces(20), tandem.HalfAwayFromZero)
	fmt.Println(total, "that is", each)
	// Output: 127.50 USD that is 6.375 USD/EA
}
