package regression_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/trend/internal/regression"
)

// A line through five points, with the 95 % interval of its slope.
func Example() {
	f := regression.LeastSquares([]float64{2.1, 3.9, 6.2, 7.8, 10.1}, [][]float64{{1, 1, 1, 1, 1}, {1, 2, 3, 4, 5}})
	half := regression.StudentQuantile(0.975, f.Freedom) * f.Errors[1]
	fmt.Printf("%.2f ± %.2f\n", f.Coefficients[1], half)
	// Output:
	// 1.99 ± 0.19
}
