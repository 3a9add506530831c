package recommend_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/basket/recommend"
)

// Ann has bought tea. Cups are out of stock, so that milk is recommended.
func Example() {
	m := shop(quiet{})
	products := stock("tea", "cup", "milk")
	products[1].Available = 0
	r, err := m.Recommend(recommend.Customer{ID: party("ann"), Consent: true}, products, recommend.Request{Today: day(10)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, x := range r.Recommendations {
		fmt.Println(x.Reason)
	}
	for _, x := range r.Excluded {
		fmt.Println(x.Rule+":", x.Reason)
	}
	// Output:
	// 10 of 21 customers who bought tea bought it, too; in stock 12
	// just_bought: bought 10 days ago
	// out_of_stock: out of stock
}

// quiet is a test without a test.
type quiet struct{}

func (quiet) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (quiet) FailNow()                          {}
