package sensing_test

import (
	"fmt"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/signal/sensing"
)

// An opportunity of 100 at 50 %, of which 30 have been ordered: 35 to expect.
func Example() {
	deal := ref("opportunity", 1)
	s, err := sensing.Sense(
		[]sensing.Opportunity{{Ref: deal, Product: product(1), Quantity: pieces(100), Probability: tandem.Percent(50), Close: day(2026, time.March, 20)}},
		[]sensing.Order{{Ref: ref("sales_order", 1), Opportunity: deal, Product: product(1), Quantity: pieces(30), Need: day(2026, time.March, 15)}},
		sensing.Config{At: day(2026, time.March, 10), Bucket: forecast.Month, Horizon: 3, LeadDays: 14},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	d := s.Demands[0]
	fmt.Println(d.Consumed, "ordered,", d.Open, "open")
	for _, v := range s.Signals() {
		fmt.Println(v.Reason)
	}
	// Output:
	// 30 EA ordered, 70 EA open
	// 35 EA expected in the month of 2026-04-01 from 1 opportunity, standard deviation 35.0
}
