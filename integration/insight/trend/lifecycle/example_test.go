package lifecycle_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/lifecycle"
)

// Two years of months of a product that others have overtaken.
func Example() {
	sales := forecast.Series{Bucket: forecast.Month, Values: []float64{
		0, 4, 11, 20, 34, 41, 44, 47, 45, 46, 44, 43, 40, 36, 33, 31, 27, 24, 20, 19, 15, 13, 10, 8,
	}}
	r, _ := lifecycle.Assess(sales, lifecycle.Config{})
	fmt.Println(r.Stage)
	fmt.Println(r.Reason)
	// Output:
	// decline
	// the last 12 months fall (-3 a month, P below 0.001); the level of 14.17 is 32 % of the highest one, 44.83
}
