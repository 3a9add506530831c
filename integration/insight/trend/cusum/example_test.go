package cusum_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/trend/cusum"
)

// Daily orders run at 200 with a deviation of 15; lately they are somewhat lower.
func Example() {
	chart, _ := cusum.NewChart(cusum.Config{Target: 200, Deviation: 15})
	for day, orders := range []float64{205, 188, 211, 196, 180, 175, 186, 171, 190, 168, 177} {
		if a, ok := chart.Add(orders); ok {
			fmt.Printf("day %d: %s target since day %d, about %.0f\n", day, a.Side, a.Since, a.Level)
		}
	}
	// Output:
	// day 9: below target since day 4, about 178
}
