package intermittent_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/internal/float"
)

// A spare part: its class, the rate by month, and a possible year.
func Example() {
	m, err := intermittent.Fit([]float64{0, 0, 3, 0, 1, 0, 0, 2, 0, 0, 4, 0}, intermittent.SBA, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, %.2f a month\n", m.Class, m.Rate)
	random, months := float.NewRandom(9), make([]float64, 12)
	m.Path(months, &random)
	fmt.Println(months)
	// Output:
	// intermittent, 0.93 a month
	// [0 2 0 0 4 1 0 1 0 3 0 0]
}
