package survival_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/lifetime/survival"
)

// Five subscribers: three left after 2, 5 and 9 months, two are still there.
func Example() {
	curve, err := survival.Estimate([]survival.Life{
		{Exit: 2, Ended: true}, {Exit: 4}, {Exit: 5, Ended: true}, {Exit: 9, Ended: true}, {Exit: 12},
	}, survival.Config{Restriction: 12})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range curve.Points {
		fmt.Printf("%g months: %d at risk, %.2f stay\n", p.Time, p.AtRisk, p.Survival)
	}
	fmt.Printf("median %g months, mean of the first year %.1f\n", curve.Median.Time, curve.Mean.Value)
	// Output:
	// 2 months: 5 at risk, 0.80 stay
	// 5 months: 3 at risk, 0.53 stay
	// 9 months: 2 at risk, 0.27 stay
	// median 9 months, mean of the first year 7.3
}
