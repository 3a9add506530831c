package lotsize_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/policy/lotsize"
)

// Twelve months of known demand: what the optimum saves against the rules.
func Example() {
	year := lotsize.Dynamic{Demand: []float64{10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41}, OrderCost: 54, HoldingCost: 0.4}
	for _, method := range lotsize.Methods() {
		plan, err := year.Plan(method)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-21s %2d lots %7.2f\n", method, len(plan.Lots), plan.Cost)
	}
	// Output:
	// lot_for_lot           12 lots  648.00
	// period_order_quantity  6 lots  553.60
	// silver_meal            7 lots  501.20
	// least_unit_cost        7 lots  558.80
	// part_period_balancing  6 lots  600.00
	// wagner_whitin          7 lots  501.20
}
