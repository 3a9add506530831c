package kendall_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
)

// Eight months of sales: do they rise?
func Example() {
	sales := forecast.Series{Bucket: forecast.Month, Values: []float64{20, 23, 21, 26, 25, 29, 31, 30}}
	r, _ := kendall.Test(sales, kendall.Config{})
	fmt.Printf("%s, S = %d, P = %.4f, %.2f a month (%.2f to %.2f)\n", r.Direction, r.S, r.P, r.Slope, r.Lower, r.Upper)
	// Output:
	// rising, S = 22, P = 0.0055, 1.63 a month (0.69 to 2.46)
}
