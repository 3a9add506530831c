package safetystock_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/policy/safetystock"
)

// 400 ± 116.6 units over the lead time, ordered 500 at a time: the same number asks
// for very different stocks as a fill rate and as a cycle service.
func Example() {
	mean, deviation := safetystock.LeadTimeDemand(100, 900, 4, 1)
	fill := safetystock.FillRateFactor(0.95, 500, deviation)
	cycle := safetystock.CycleServiceFactor(0.95)
	fmt.Printf("fill rate: k = %.2f, reorder point %.0f\n", fill, mean+fill*deviation)
	fmt.Printf("cycle service: k = %.2f, reorder point %.0f\n", cycle, mean+cycle*deviation)
	// Output:
	// fill rate: k = 0.45, reorder point 452
	// cycle service: k = 1.64, reorder point 592
}
