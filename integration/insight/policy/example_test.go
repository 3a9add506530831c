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
	for _, reason := range p.Reasons {
		fmt.Println("-", reason)
	}
	// Output:
	// 72 EA
	// - forecast by ses (ETS(A,N,N)) from 16 buckets: 23.62 in the next
	// - demand over lead time 47.11, with review 70.78 ± 9.082; reorder point 61.09 holds 12.58 for undershoot and 1.399 for safety; order quantity 72 from the economic order quantity; fill rate 0.9500 asked, 0.9500 expected
	// - position 53 EA is at or below the reorder point 61.09: 1 × the order quantity 72 brings it above
}
