package repeat_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
)

// The parameters of the CDNOW customers as published, and one who bought on two more days,
// the last one in week 30 of 39.
func Example() {
	f, err := repeat.BGNBD.With([4]float64{0.243, 4.414, 0.793, 2.426})
	if err != nil {
		fmt.Println(err)
		return
	}
	h := repeat.History{Frequency: 2, Recency: 30.43, Age: 38.86}
	fmt.Printf("there with %.2f, %.3f purchases in 39 weeks\n", f.Alive(h), f.Next(h, 39))
	fmt.Printf("%.3f a new customer's, none with %.2f\n", f.Expected(39), f.Probability(0, 39))
	// Output:
	// there with 0.73, 1.226 purchases in 39 weeks
	// 1.197 a new customer's, none with 0.57
}
