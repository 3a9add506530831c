package forecast_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Thirteen months of milk: next month's demand with its interval, and the stock
// that two months' demand stays below in 95 of 100 futures.
func Example() {
	fit, err := forecast.Combination.Fit(milk(), forecast.Config{NonNegative: true, Levels: []float64{0.8}, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	next := fit.Forecast(1)
	fmt.Println(next.Start, next.Model)
	fmt.Printf("%.0f, between %.0f and %.0f\n", next.Points[0], next.Intervals[0].Lower[0], next.Intervals[0].Upper[0])
	demand, err := fit.Demand(forecast.FixedLeadTime(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("two months: %.0f, 95 %% below %.0f\n", demand.Mean(), demand.Quantile(0.95))
	// Output:
	// 2022-05-01 mean of theta, damped_holt, ets, optimised_theta, arima
	// 129883, between 29019 and 230747
	// two months: 259929, 95 % below 614144
}
