package logistic_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// Why do customers of a telephone company leave?
func Example() {
	table := logistic.Table{Rows: 12, Columns: []logistic.Column{
		{Name: "months", Numbers: []float64{1, 2, 2, 3, 5, 8, 12, 20, 24, 30, 40, 60}, Logarithm: true},
		{Name: "contract", Categories: []string{
			"monthly", "monthly", "yearly", "monthly", "monthly", "yearly", "monthly", "monthly", "yearly", "yearly", "monthly", "yearly",
		}},
	}}
	left := []bool{true, true, false, true, false, false, true, true, false, true, false, false}
	model, err := logistic.Fit(table, left, logistic.Config{Penalties: []float64{0.1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	scores, err := model.Score(table)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", scores.Probability(11))
	for _, c := range model.Explain(table, 11, 0) {
		fmt.Println(c.Words())
	}
	// Output:
	// 0.22
	// contract yearly (typical monthly) lowers the odds 2.27-fold
	// months 60 (typical 9.62) lowers the odds 1.58-fold
}
