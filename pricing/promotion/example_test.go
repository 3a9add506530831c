package promotion_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion"
)

// Three mugs for the price of two and a tenth off the mugs want the same line: the
// lane of products keeps the better one. The coupon then takes 5.00 off the order.
func ExampleCompile() {
	mug, tea := tandem.DeriveID[tandem.ProductID]("shop", "mug"), tandem.DeriveID[tandem.ProductID]("shop", "tea")
	mugs := promotion.Scope{Products: []tandem.ProductID{mug}}
	five, _ := tandem.ParseMoney("5.00 GBP")
	set, err := promotion.Compile([]promotion.Promotion{
		{ID: "3 for 2", Lane: promotion.LaneProduct, Scope: mugs, Benefit: promotion.Benefit{BuyGet: &promotion.BuyGet{
			Buy: 2, Get: 1, Rate: tandem.Percent(100), Grouping: promotion.PerSet, Selector: promotion.Cheapest}}},
		{ID: "mugs", Lane: promotion.LaneProduct, Scope: mugs, Benefit: promotion.Benefit{Percent: &promotion.PercentOff{
			Rate: tandem.Percent(10), Target: promotion.EachLine}}},
		{ID: "welcome", Lane: promotion.LaneOrder, Coupons: []string{"HELLO"}, Benefit: promotion.Benefit{Amount: &promotion.AmountOff{
			Amount: five, Target: promotion.Across}}},
	}, promotion.NewConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	three, _ := tandem.QuantityOf(3, tandem.Each)
	date, _ := tandem.ParseDate("2026-11-20")
	basket := promotion.Basket{Currency: tandem.GBP, Date: date, Coupons: []string{"HELLO"}, Trace: true, Lines: []promotion.Line{
		{Line: 1, Product: mug, Quantity: three, Amount: tandem.MoneyFromMinor(1950, tandem.GBP)},
		{Line: 2, Product: tea, Quantity: three, Amount: tandem.MoneyFromMinor(1200, tandem.GBP)},
	}}
	var result promotion.Result
	if err := set.Apply(&basket, &result); err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range result.Lines {
		fmt.Println("line", line.Line, line.Before)
		for _, part := range line.Parts {
			fmt.Printf("  %-8s %s off %s\n", part.Promotion, part.Delta, part.Basis)
		}
		fmt.Println("  to pay  ", line.After)
	}
	for _, loser := range result.Losers {
		fmt.Println(loser.Promotion, "gave nothing:", loser.Reason, loser.Rival)
	}
	// Output:
	// line 1 19.50 GBP
	//   3 for 2  -6.50 GBP off 6.50 GBP
	//   welcome  -2.60 GBP off 13.00 GBP
	//   to pay   10.40 GBP
	// line 2 12.00 GBP
	//   welcome  -2.40 GBP off 12.00 GBP
	//   to pay   9.60 GBP
	// mugs gave nothing: better_on_lines 3 for 2
}
