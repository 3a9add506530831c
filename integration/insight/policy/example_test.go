package policy_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy"
)

// Sixteen weeks of sales, delivery in two weeks, boxes of a dozen, 95 % of the
// demand from the shelf: what to order now, and why.
func Example() {
	quantity := func(n int64) tandem.Quantity { return tandem.QuantityFromMicro(n*1_000_000, tandem.Each) }
	sales := forecast.Series{Bucket: forecast.Week, Values: []float64{18, 25, 21, 30, 17, 24, 22, 27, 19, 26, 31, 20, 23, 28, 22, 25}}
	item := policy.Item{
		Lead: forecast.FixedLeadTime(2), Service: policy.Service{Kind: policy.FillRate, Target: 0.95},
		OrderCost: 20, HoldingCost: 0.25, Pack: quantity(12),
	}
	stock := policy.Position{OnHand: quantity(31), OnOrder: quantity(24), Backordered: quantity(2)}
	p, err := policy.Propose(sales, forecast.SES, forecast.Config{NonNegative: true, Seed: 1}, item, stock)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Quantity)
	fmt.Printf("%.1f in stock on average, %.3f of the demand from the shelf\n", p.Levels.MeanStock, p.Levels.FillRate)
	fmt.Println(p.Reasons[0])
	fmt.Println(p.Reasons[2])
	// Output:
	// 60 EA
	// 34.8 in stock on average, 0.950 of the demand from the shelf
	// forecast by ses (ETS(A,N,N)) from 16 buckets: 23.63 in the next
	// position 53 EA is at or below the reorder point 63.52: 1 × the order quantity 60 brings it above
}
