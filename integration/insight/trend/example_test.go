package trend_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend"
)

// Three years of a product that lost its largest customer in the third, and with
// it half of its sales, in the middle of a season.
func Example() {
	start, _ := tandem.NewDate(2023, 1, 1)
	sales := []float64{
		42, 39, 45, 50, 53, 58, 61, 60, 52, 47, 44, 71,
		43, 41, 44, 52, 51, 59, 63, 58, 53, 46, 45, 73,
		41, 40, 46, 49, 54, 57, 35, 33, 27, 21, 19, 46,
	}
	d, _ := trend.Describe(forecast.Series{Start: start, Bucket: forecast.Month, Season: 12, Values: sales}, trend.Config{})
	for _, line := range d.Text[:4] {
		fmt.Println(line)
	}
	// Output:
	// 36 months from 2023-01-01, mean 47.72.
	// It neither rises nor falls as far as can be told from chance (P 0.41).
	// The season of 12 months is strong (0.87): highest in December, lowest in February.
	// From 2025-07-01 the level fell from 52.03 to 26.16 (-50 %).
}
