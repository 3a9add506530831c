package arima_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast/arima"
)

// The order by tests and AICc, the forecasts and their variances.
func Example() {
	y := []float64{12, 14, 13, 16, 15, 18, 17, 20, 19, 22, 21, 24, 23, 26, 25, 28}
	m, err := arima.Auto(y, 1, arima.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Order)
	fmt.Printf("%.1f\n", m.Points(3))
	// Output:
	// ARIMA(1,1,1) with drift
	// [27.0 29.9 29.1]
}
