package taxmode_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

// 119.00 with 19 % at home is sold where the rate is 21 %.
func ExampleAcross() {
	price, _ := tandem.ParsePrice("119.00 EUR/EA")
	for _, policy := range taxmode.Borders() {
		pair, err := taxmode.Across(price, taxmode.Gross, policy, tandem.Percent(19), tandem.Percent(21),
			taxmode.Rounding{Mode: tandem.HalfAwayFromZero})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-10s net %s, gross %s\n", policy, pair.Net, pair.Gross)
	}
	// Output:
	// keep_gross net 98.35 EUR/EA, gross 119.00 EUR/EA
	// keep_net   net 100.00 EUR/EA, gross 121.00 EUR/EA
}
