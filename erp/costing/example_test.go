package costing_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/costing"
)

func Example() {
	paid, _ := tandem.ParseMoney("10.00 GBP")
	now := tandem.InstantOfUnixMicro(1_700_000_000_000_000)
	pool, _ := costing.NewCostPool(company(), product(), tandem.Each, paid.Currency(), now)
	three, _ := tandem.QuantityOf(3, tandem.Each)
	one, _ := tandem.QuantityOf(1, tandem.Each)

	_, _ = pool.Receive(three, paid)
	for range 3 {
		v, _ := pool.Issue(one)
		fmt.Println("out", v.Value, "left", pool.Value())
	}
	_, err := pool.Issue(one)
	fmt.Println("refused:", err != nil)
	// Output:
	// out 3.33 GBP left 6.67 GBP
	// out 3.34 GBP left 3.33 GBP
	// out 3.33 GBP left 0.00 GBP
	// refused: true
}
