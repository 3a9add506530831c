package quality_test

import (
	"fmt"
	"time"

	"github.com/tandem-go/tandem/integration/insight/signal/quality"
)

// Nine lots with one return each, and one with nine.
func Example() {
	shipments, claims := ship()
	r, err := quality.Analyze(shipments, claims, quality.Config{At: day(2025, time.March, 15)})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := r.Signals()[0]
	fmt.Println(s.Reason)
	fmt.Println(s.Suggestion.Text)
	// Output:
	// 9 of 120 units returned (7.5 %, between 3.5 % and 13.8 %) against 0.8 % of the other lots; 6 for "broken"
	// investigate the lot, first for "broken"
}
