package offer_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/signal/offer"
)

// A gold customer who spends half on lamps, and two offers.
func Example() {
	got, err := offer.Choose([]offer.Customer{customer()}, []offer.Offer{
		{Code: "lamps-5", Grades: []tandem.GradeCode{"gold"}, Categories: []string{"lamps"}, Channels: []string{"sms", "email"}, Margin: tandem.Percent(22)},
		{Code: "vip", MinimumCLV: pounds(5000), Margin: tandem.Percent(30)},
	}, offer.Config{At: today, MarginFloor: tandem.Percent(15)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range got.Matches {
		fmt.Println(m.Offer, "over", m.Channel, "-", m.Reason)
	}
	for _, e := range got.Exclusions {
		fmt.Println("not", e.Offer, "-", e.Reason)
	}
	// Output:
	// lamps-5 over email - 49.5 % of the preferences are for its categories; grade "gold"; margin 22%
	// not vip - the lifetime value of 900.00 GBP is below 5000.00 GBP
}
