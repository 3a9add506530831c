package elasticity_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/trend/elasticity"
)

// Sixteen weeks at four prices, all within the same break tier.
func Example() {
	start, _ := tandem.NewDate(2025, 1, 6)
	var rows []elasticity.Row
	units := []float64{100, 123, 84, 108, 97, 126, 81, 104, 103, 119, 86, 110, 99, 121, 83, 107}
	for week, u := range units {
		price := []float64{10, 9, 11, 9.6}[week%4]
		rows = append(rows, elasticity.Row{Date: start.AddDays(7 * week), Price: price, Units: u, Tier: "1+"})
	}
	results, _ := elasticity.Estimate(rows, elasticity.Config{})
	for _, r := range results {
		fmt.Printf("%s: %.2f (%.2f to %.2f)\n", r.Tier, r.Elasticity, r.Lower, r.Upper)
		fmt.Println(r.Reason)
	}
	// Output:
	// 1+: -1.89 (-2.06 to -1.72)
	// 1 % dearer sells 1.9 % less (1.7 to 2.1); 16 buckets, prices from 9 to 11
}
