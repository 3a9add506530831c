package season_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast/season"
)

// Five years of quarters: is there a season, and what does it do?
func Example() {
	y := []float64{80, 100, 120, 100, 82, 104, 125, 101, 84, 102, 127, 106, 85, 107, 128, 105, 87, 110, 131, 108}
	fmt.Println(season.Significant(y, 4))
	figure, _ := season.Classical(y, 4, true)
	fmt.Printf("%.2f\n", figure.Values)
	// Output:
	// true
	// [0.81 1.00 1.20 0.99]
}
