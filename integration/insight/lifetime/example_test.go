package lifetime_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
)

// Four hundred customers won in a spring, who buy every week to every three months and
// stop one day. A year later: who is still there, and what is he worth in the next one?
// The last 26 weeks choose the model; values are revenue, of which 40 % is margin.
func Example() {
	random := rand.New(rand.NewPCG(1, 2))
	var c lifetime.Collector[string]
	for i := range 400 {
		at, gap, stop := random.IntN(90), 7+random.IntN(84), 2+random.IntN(12)
		for at < 455 {
			c.Add(lifetime.Transaction[string]{
				Customer: fmt.Sprintf("C%03d", i), Date: day(2024, 3, 1).AddDays(at), Value: float64((20 + i%60) * (20 + random.IntN(160)) / 100),
			})
			if random.IntN(stop) == 0 {
				break
			}
			for at++; random.IntN(gap) > 0; at++ {
			}
		}
	}
	v, err := c.Value(lifetime.Plan{
		Window: lifetime.Window{
			Measure: lifetime.Revenue, CalibrationEnd: day(2024, 11, 29), HoldoutEnd: day(2025, 5, 30), Complete: true,
		},
		MarginShare: 0.4, AnnualRate: 0.1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(v.Reason)
	for _, p := range v.Fit.Parameters {
		fmt.Printf("%s %.2f ± %.2f\n", p.Name, p.Value, p.Error)
	}
	fmt.Printf("nobody leaves: p = %.3f; %d customers are worth %.0f\n", v.Fit.LeavingChance, len(v.Customers), v.Total)
	for _, i := range []int{0, 1, 2, 5, 9} {
		one := v.Customers[i]
		fmt.Printf("%s: %d repeats, silent for %.0f weeks: there with %.2f, %.1f purchases at %.2f, worth %.0f\n",
			one.Key, one.Frequency, one.Age-one.Recency, one.Alive, one.Purchases, one.Expected, one.Lifetime)
	}
	for _, w := range v.Warnings {
		fmt.Println(w.Text)
	}
	// Output:
	// mbg_nbd is not at the border of its range as others are, and the holdout tells them not apart: purchases by frequency are 16.2 % of what came apart, bg_nbd 21.7 %, pareto_nbd 15.9 %, with a noise of 11.1 %
	// r 1.71 ± 0.26
	// alpha 8.34 ± 1.35
	// a 3.48 ± 1.67
	// b 18.22 ± 10.10
	// nobody leaves: p = 0.000; 400 customers are worth 7687
	// C000: 4 repeats, silent for 14 weeks: there with 0.60, 2.1 purchases at 10.43, worth 21
	// C001: 2 repeats, silent for 59 weeks: there with 0.01, 0.0 purchases at 13.46, worth 0
	// C002: 0 repeats, silent for 56 weeks: there with 0.14, 0.2 purchases at 18.88, worth 3
	// C005: 3 repeats, silent for 2 weeks: there with 0.84, 2.5 purchases at 10.95, worth 26
	// C009: 2 repeats, silent for 23 weeks: there with 0.52, 1.2 purchases at 14.75, worth 17
}

// One list of the host's rows serves both questions: what a customer is worth, and whether
// he stays away. Margins are as booked, so that a credit is negative.
func Example_valueAndChurn() {
	type booking struct {
		customer, invoice string
		date              tandem.Date
		margin            float64
		credit            bool
	}
	var bookings []booking
	for i := 1; i <= 60; i++ { // every third buys no more from day 200 to 300 on
		for at := i; at < 400 && (i%3 > 0 || at < 200+i); at += 7 + i%21 {
			b := booking{fmt.Sprintf("C%02d", i), fmt.Sprint(i, at), day(2025, 1, 1).AddDays(at), float64(5 + (i*at)%20), false}
			if bookings = append(bookings, b); at%10 == 0 {
				bookings = append(bookings, booking{b.customer, b.invoice, b.date.AddDays(1), -2, true})
			}
		}
	}
	today := day(2025, 1, 1).AddDays(400)
	sales, rows := make([]lifetime.Transaction[string], len(bookings)), make([]churn.Transaction, len(bookings))
	for i, b := range bookings {
		sales[i] = lifetime.Transaction[string]{Customer: b.customer, Date: b.date, Value: b.margin, Order: b.invoice, Credit: b.credit}
		rows[i] = churn.Transaction{Customer: b.customer, Date: b.date, Value: b.margin, Returned: b.credit}
	}
	worth, err := lifetime.Value(sales, lifetime.Plan{Window: lifetime.Window{HoldoutEnd: today.AddDays(-1)}})
	if err != nil {
		panic(err)
	}
	risks, err := churn.Assess(rows, nil, churn.Config{AsOf: today, Horizon: 60})
	if err != nil {
		panic(err)
	}
	for _, c := range worth.Customers[:3] {
		at := slices.IndexFunc(risks.Risks, func(r churn.Risk) bool { return r.Customer == c.Key })
		fmt.Printf("%s is worth %.0f and stays away with %.0f %%\n", c.Key, c.Lifetime, 100*risks.Risks[at].Probability)
	}
	// Output:
	// C01 is worth 359 and stays away with 3 %
	// C02 is worth 341 and stays away with 1 %
	// C03 is worth 0 and stays away with 99 %
}
