package basket_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/basket"
)

func Example() {
	var s shop
	var lines []basket.Line
	for i, names := range [][]string{{"tea", "milk"}, {"tea", "milk", "sugar"}, {"tea"}, {"salt"}, {"salt", "tea", "milk"}} {
		for _, name := range names {
			lines = append(lines, s.line(fmt.Sprint("receipt ", i), name))
		}
	}
	carriage := s.line("receipt 0", "carriage")
	carriage.Kind = basket.Service
	baskets, err := basket.Gather(append(lines, carriage), basket.Gathering{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range baskets.LeftOut() {
		fmt.Println("left out:", l.Count, l.Reason)
	}
	found, err := basket.Rules(baskets, basket.Mining{MinCount: 2, MinConfidence: 0.7})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range found.Rules {
		fmt.Printf("%s: %d of %d, lift %.2f, never fails: %t\n", s.rule(r), r.Count, r.LeftCount, r.Lift, r.NeverFails)
	}
	// Output:
	// left out: 1 service
	// milk => tea: 3 of 3, lift 1.25, never fails: true
	// tea => milk: 3 of 4, lift 1.25, never fails: false
}
