package similarity_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/integration/insight/basket/similarity"
)

// Thirty customers buy butter one week and margarine the next, and ten only soap.
func Example() {
	names := make(map[tandem.ProductID]string)
	var lines []basket.Line
	add := func(customer, week int, name string) {
		names[product(name)] = name
		lines = append(lines, line(fmt.Sprint(customer), fmt.Sprint(customer, "/", week), 7*week, name))
	}
	for customer := range 40 {
		for week := range 4 {
			switch {
			case customer >= 30:
				add(customer, week, "soap")
			case week%2 == 0:
				add(customer, week, "butter")
			default:
				add(customer, week, "margarine")
			}
		}
	}
	baskets, err := basket.Gather(lines, basket.Gathering{})
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := similarity.Items(baskets, similarity.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range table.Neighbours(product("butter")) {
		fmt.Printf("like butter: %s, cosine %.2f over %d customers\n", names[n.Product], n.Cosine, n.Count)
	}
	found, err := similarity.Relations(baskets, similarity.Relating{Ratio: 1.2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range found.Relations {
		fmt.Println(r.Kind+":", r.Reason)
	}
	// Output:
	// like butter: margarine, cosine 1.00 over 30 customers
	// substitute: 30 customers bought both where chance explains 22.5, but in 0 baskets together where their habits explain 30.0
}
