package okey_test

import (
	"bytes"
	"fmt"

	"github.com/tandem-go/tandem/internal/okey"
)

func Example() {
	key := func(city string, turnover int64) []byte {
		return okey.AppendInt64Desc(okey.AppendText(nil, city), turnover)
	}
	fmt.Println(bytes.Compare(key("Bern", 500), key("Bern", 300)))
	fmt.Println(bytes.Compare(key("Bern", 300), key("Bernex", 900)))
	r := okey.Read(key("Bern", 500))
	fmt.Println(r.Text(), r.Int64Desc(), r.Done())
	// Output:
	// -1
	// -1
	// Bern 500 true
}
