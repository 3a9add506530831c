package retention_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/signal/retention"
)

// A customer of every ten days has been silent for a month; the last delivery was
// late, and there is consent to be asked.
func Example() {
	a, err := retention.Assess([]retention.Customer{{
		Party: party(1), Purchases: 11, First: today.AddDays(-130), Last: today.AddDays(-30),
		Late: retention.Share{Count: 6, Of: 20}, Consent: true,
		Events: []retention.Event{{Kind: retention.LateDelivery, Date: today.AddDays(-7), Ref: ref(1)}},
	}}, retention.Config{At: today})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range a.Signals() {
		fmt.Println(s.Suggestion.Action, "|", s.Reason)
	}
	// Output:
	// contact_party | 58 of 100 points: silent for 30 days, 3.0 times the usual gap of 10 (24 of 40); 6 of 20 lines late (11 of 15)
	// send_survey | a delivery came late on 2026-06-23
}
