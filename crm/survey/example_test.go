package survey_test

import (
	"fmt"

	"github.com/tandem-go/tandem/crm/crmtest"
	"github.com/tandem-go/tandem/crm/survey"
)

func missing(p survey.Contribution) string {
	if p.Missing == "" {
		return ""
	}
	return " (" + string(p.Missing) + ")"
}

// From the facts of deliveries and surveys to one explained score.
func Example() {
	c, err := crmtest.New("12346").
		Delivered(1, 3, 12, 12).Delivered(5, 7, 6, 6).Delivered(9, 11, 24, 20).
		DeliveredLate(15, 17, 20, 10, 0).Delivered(21, 23, 8, 8).Returns(30, 2).
		Answers(survey.NPS, 9, 40).Customer()
	if err != nil {
		fmt.Println(err)
	}
	lines, err := survey.FoldLines(c.Deliveries)
	if err != nil {
		fmt.Println(err)
	}
	delivered, err := survey.Perform(lines, crmtest.Day(60))
	if err != nil {
		fmt.Println(err)
	}
	s, err := survey.FullFormula().Satisfy(survey.Evidence{Delivery: delivered, Answers: c.Answers})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("satisfaction %.1f\n", *s.Score)
	for _, p := range s.Parts {
		fmt.Printf("%-16s weight %2d: %.2f of n = %d gives %4.1f%s\n", p.Part, p.Weight, p.Value, p.N, p.Points, missing(p))
	}
	nps, err := survey.MeasuredFrom(survey.NPS, c.Answers, survey.Confidence95)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("NPS %.0f, with n = %d anything from %.0f to %.0f\n", nps.Estimate.Value, nps.N, nps.Estimate.Low, nps.Estimate.High)
	// Output:
	// satisfaction 78.2
	// on_time          weight 30: 0.80 of n = 5 gives 28.2
	// complete_at_once weight 20: 0.60 of n = 5 gives 14.1
	// returns          weight 15: 0.83 of n = 5 gives 14.7
	// complaints       weight 15: 0.00 of n = 0 gives  0.0 (no_data)
	// answers          weight 20: 0.90 of n = 1 gives 21.2
	// NPS 100, with n = 1 anything from -48 to 100
}
