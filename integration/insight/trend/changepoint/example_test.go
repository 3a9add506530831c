package changepoint_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/changepoint"
)

// A customer list was lost in July: when did the level change, and by how much?
func Example() {
	start, _ := tandem.NewDate(2025, 1, 1)
	sales := forecast.Series{Start: start, Bucket: forecast.Month, Values: []float64{41, 38, 40, 43, 39, 40, 27, 25, 28, 26, 24, 27}}
	r, _ := changepoint.Find(sales, changepoint.Config{})
	for _, c := range r.Changes {
		fmt.Println(c.Text)
	}
	// Output:
	// from 2025-07-01 the level fell from 40.17 to 26.17 (-35 %)
}
