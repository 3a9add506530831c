package grading_test

import (
	"fmt"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/crmtest"
	"github.com/tandem-go/tandem/crm/grading"
)

// A review: gather the purchases of the window, rank, and let the policy decide
// for each customer.
func Example() {
	regular, err := crmtest.New("regular").Buys(20, "150.00").Buys(90, "210.00").Buys(170, "95.50").Customer()
	if err != nil {
		fmt.Println(err)
	}
	once, err := crmtest.New("once").Buys(30, "60.00").Credits(40, "10.00").Customer()
	if err != nil {
		fmt.Println(err)
	}

	policy := grading.StandardPolicy()
	policy.Steps = []grading.Step{{Grade: grading.Silver, From: 9}} // two customers do not reach 13
	asOf, _ := tandem.NewDate(2011, time.June, 1)
	tally, err := grading.NewTally(grading.Window{AsOf: asOf, Days: policy.Window}, tandem.GBP)
	if err != nil {
		fmt.Println(err)
	}
	for _, p := range append(regular.Purchases, once.Purchases...) {
		if err := tally.Add(p); err != nil {
			fmt.Println(err)
		}
	}
	ranking, err := tally.Ranking(policy.Population)
	if err != nil {
		fmt.Println(err)
	}
	for _, c := range []crmtest.Customer{regular, once} {
		assignment, _ := grading.NewGradeAssignment(crmtest.Company(), c.Party.ID())
		score, _ := ranking.Of(c.Party.ID())
		d, err := assignment.Review(policy, score, asOf, crmtest.At(182))
		if err != nil {
			fmt.Println(err)
		}
		fmt.Printf("%s: %d days ago, %d days, %s: %d+%d+%d = %d, grade %q\n", c.Key,
			score.Recency, score.Frequency, score.Monetary, score.R, score.F, score.M, score.Sum, d.Grade)
	}
	// Output:
	// regular: 12 days ago, 3 days, 455.50 GBP: 3+3+3 = 9, grade "silver"
	// once: 152 days ago, 1 days, 50.00 GBP: 1+1+1 = 3, grade ""
}
