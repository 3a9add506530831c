package theta_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/theta"
)

// Both methods on one history.
func Example() {
	y := []float64{50, 54, 53, 58, 57, 61, 63, 62, 67, 66, 70, 71}
	classic, err := theta.Fit(y, ets.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	dynamic, err := theta.FitDynamic(y, 300)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f %.1f\n", classic.Points(3), dynamic.Points(3))
	// Output:
	// [71.9 72.8 73.7] [72.8 74.6 76.3]
}
