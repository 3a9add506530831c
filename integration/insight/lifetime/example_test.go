package lifetime_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
)

// Forty customers of a year: every fourth comes each month, the others came once or
// twice. What are the first two worth in the year to come?
func Example() {
	var c lifetime.Collector[string]
	for i := range 40 {
		name := fmt.Sprintf("customer %d", i+1)
		first := day(2024, 1, 10).AddDays(3 * i)
		times := 1 + i%2
		if i%4 == 0 {
			times = 9
		}
		for k := range times {
			c.Add(lifetime.Transaction[string]{Customer: name, Date: first.AddDays(30 * k), Value: float64(20 + (7*i+3*k)%15)})
		}
	}
	v, err := c.Value(lifetime.Plan{
		Window: lifetime.Window{CalibrationEnd: day(2024, 12, 31), Complete: true},
		Models: []repeat.Model{repeat.BGNBD},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, one := range v.Customers[:2] {
		fmt.Printf("%s: there %.2f, purchases %.1f at %.2f, worth %.0f\n", one.Key, one.Alive, one.Purchases, one.Expected, one.Lifetime)
	}
	fmt.Println(v.Reason)
	for _, w := range v.Warnings {
		fmt.Println(w.Text)
	}
	// Output:
	// customer 1: there 1.00, purchases 8.0 at 26.84, worth 205
	// customer 2: there 0.02, purchases 0.0 at 26.86, worth 1
	// bg_nbd was asked for
	// the iterations ended first
	// a parameter is at the end of its range
	// a parameter is at the end of its range: customers, or their purchases, hardly differ
}
