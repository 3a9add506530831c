package classify_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/policy/classify"
)

// Four products by their yearly value, and one history on the grid.
func Example() {
	abc, err := classify.ABC([]float64{120, 9000, 400, 2500}, classify.ABCRule{})
	if err != nil {
		fmt.Println(err)
		return
	}
	grid, err := classify.Grid([]float64{0, 0, 4, 0, 5, 0, 0, 4}, classify.GridRule{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(abc.Classes)
	fmt.Printf("%s: a demand every %.2f buckets, forecast by %s\n", grid.Pattern, grid.Interval, grid.Method)
	// Output:
	// [C A C A]
	// intermittent: a demand every 2.67 buckets, forecast by sba
}
