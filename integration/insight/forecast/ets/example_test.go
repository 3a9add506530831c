package ets_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
)

// Four years of quarters: the kind with the smallest AICc, and the next year.
func Example() {
	y := []float64{30, 21, 29, 36, 33, 24, 31, 39, 36, 26, 35, 43, 38, 29, 37, 46}
	m, trials, err := ets.Auto(y, 4, ets.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Kind, "of", len(trials))
	fmt.Printf("%.0f\n", m.Points(4))
	// Output:
	// ETS(M,A,A) of 15
	// [41 32 40 48]
}
