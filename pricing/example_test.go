package pricing_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
)

// A gold customer buys 32 pieces. The list breaks at 32, and gold takes its rate
// off the break: 2.55 × 0.95, not 2.95 × 0.95. A rep then agrees to a round price.
func ExampleCompile() {
	product := tandem.DeriveID[tandem.ProductID]("shop.products", "85123A")
	list, _ := tandem.ParsePrice("2.95 GBP/EA")
	many, _ := tandem.ParsePrice("2.55 GBP/EA")
	agreed, _ := tandem.ParsePrice("2.40 GBP/EA")
	from, _ := tandem.QuantityOf(32, tandem.Each)
	date, _ := tandem.ParseDate("2011-06-01")

	book := pricing.NewBook("trade", 42)
	book.Grades = []tandem.GradeCode{"gold"}
	book.Lists = []pricing.List{
		{ID: "list", Source: pricing.SourceDefault},
		{ID: "gold", Source: pricing.SourceGrade, Grades: book.Grades, Base: "list", Discount: tandem.Percent(5)},
	}
	book.Rows = []pricing.Row{
		{ID: "85123A", List: "list", Product: product, Price: list},
		{ID: "85123A/32", List: "list", Product: product, Price: many, From: from},
	}
	prices, err := pricing.Compile(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := pricing.Request{Grade: "gold", Date: date, Currency: tandem.GBP, Explain: true, Lines: []pricing.Line{
		{Line: 1, Product: product, Quantity: from, Agreed: &pricing.Override{Price: agreed, Reason: "opening order"}},
	}}
	var result pricing.Result
	if err := prices.Price(&request, &result); err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range result.Lines[0].Waterfall.Steps {
		fmt.Printf("%-6s %-9s %s  %s\n", step.Kind, step.Rule, step.Price, step.Delta)
	}
	fmt.Println("to pay", result.Total)
	// Output:
	// list   85123A    2.95 GBP/EA  94.40 GBP
	// break  85123A/32 2.55 GBP/EA  -12.80 GBP
	// grade  gold      2.42 GBP/EA  -4.16 GBP
	// agreed agreed    2.40 GBP/EA  -0.64 GBP
	// to pay 76.80 GBP
}
