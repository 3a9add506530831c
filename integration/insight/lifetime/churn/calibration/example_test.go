package calibration_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
)

// A forecaster who says 80 % and is right in half of the cases.
func Example() {
	p := []float64{0.8, 0.8, 0.8, 0.8, 0.2, 0.2, 0.2, 0.2}
	rained := []bool{true, true, false, false, false, false, false, true}
	f, err := calibration.Measure(p, rained, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("AUC %.2f, Brier %.3f\n", f.AUC, f.Brier)
	for _, b := range f.Reliability {
		fmt.Printf("said %.2f, came %.2f, %d times\n", b.Mean, b.Observed, b.Rows)
	}
	// Output:
	// AUC 0.63, Brier 0.265
	// said 0.20, came 0.25, 4 times
	// said 0.80, came 0.50, 4 times
}
