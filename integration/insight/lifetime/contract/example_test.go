package contract_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/lifetime/contract"
)

// Seven years of a thousand customers (Fader and Hardie 2007): who is there in the
// twelfth year, and what one of the eighth is worth.
func Example() {
	cohort := contract.Cohort{Name: "high end", Active: []float64{1000, 869, 743, 653, 593, 551, 517, 491}}
	model, err := contract.Fit([]contract.Cohort{cohort}, contract.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("α %.3f, β %.3f, log-likelihood %.1f\n", model.Alpha, model.Beta, model.LogLikelihood)
	fmt.Printf("retention %.3f in the first year, %.3f in the eighth\n", model.Retention(1), model.Retention(8))
	fmt.Printf("%.1f %% after twelve years\n", 100*model.Survival(12))
	value, err := model.Value(7, contract.Terms{Margin: 100, Discount: 0.1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("worth %.0f when new, %.0f more after seven renewals\n", value.New, value.Residual)
	// Output:
	// α 0.668, β 3.806, log-likelihood -1611.2
	// retention 0.851 in the first year, 0.942 in the eighth
	// 37.8 % after twelve years
	// worth 592 when new, 753 more after seven renewals
}
