package hierarchy_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast/hierarchy"
)

// Two shops and their sum, forecast apart: 100 is not 40 + 50. The sum's errors were
// small, so that it moves little.
func Example() {
	h := hierarchy.Hierarchy{Bottom: 2, Sums: [][]int{{0, 1}}}
	r, err := h.MinTrace([][]float64{{100}, {40}, {50}}, [][]float64{{1, -1, 1, 0}, {3, -4, 5, -2}, {-3, 2, -4, 3}}, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f\n", r.Forecasts)
	// Output:
	// [[99.7] [44.0] [55.8]]
}
