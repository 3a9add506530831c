package stl_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/stl"
)

// Four years of quarters: how much is trend, how much is season?
func Example() {
	sales := forecast.Series{Bucket: forecast.Quarter, Season: 4, Values: []float64{
		80, 100, 120, 100, 84, 102, 125, 104, 86, 107, 128, 107, 91, 110, 133, 112,
	}}
	r, _ := stl.Decompose(sales, stl.Config{})
	fmt.Printf("trend %.2f, season %.2f\n", r.TrendStrength, r.SeasonStrength)
	fmt.Printf("%.1f\n", r.Seasonal[:4])
	// Output:
	// trend 0.98, season 1.00
	// [-19.1 -0.5 20.6 -1.0]
}
