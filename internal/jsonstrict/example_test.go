package jsonstrict_test

import (
	"fmt"

	"github.com/tandem-go/tandem/internal/jsonstrict"
)

func Example() {
	var order struct {
		Lines []struct {
			Quantity int `json:"quantity"`
		} `json:"lines"`
	}
	limits := jsonstrict.Limits{Bytes: 1000, Depth: 8, Number: 20, Faults: 10}
	for _, fault := range jsonstrict.Decode([]byte(`{"lines":[{"quantity":1},{"Quantity":2,"quantity":3,"quantity":4}]}`), &order, limits, nil) {
		fmt.Println(fault.Path, fault.Code)
	}
	fmt.Println(len(order.Lines))
	// Output:
	// lines[1].Quantity json_unknown_key
	// lines[1].quantity json_duplicate_key
	// 0
}
