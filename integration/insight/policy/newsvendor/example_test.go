package newsvendor_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy/newsvendor"
)

// A seasonal article is bought once for the next eight weeks: it earns 4 and is
// cleared at a loss of 6.
func Example() {
	sales := forecast.Series{Bucket: forecast.Week, Values: []float64{12, 9, 15, 11, 13, 8, 14, 10, 12, 13}}
	fit, err := forecast.SES.Fit(sales, forecast.Config{NonNegative: true, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	demand, err := fit.Demand(forecast.FixedLeadTime(8))
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := newsvendor.Cost{Underage: 4, Overage: 6, Pack: 6}.Order(demand)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f for an expected demand of %.0f: %.0f short, %.0f left\n", d.Order, demand.Mean(), d.Shortage, d.Leftover)
	// Output:
	// 90 for an expected demand of 94: 6 short, 2 left
}
