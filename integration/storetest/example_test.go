package storetest_test

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/storetest"
)

// The contract can be read before it is run.
func ExampleChecks() {
	for _, c := range storetest.Checks() {
		if c.ID == "REVISION-01" {
			fmt.Println(c.ID, c.Explanation)
		}
	}
	// Output:
	// REVISION-01 A Save with an older revision than the stored one is ErrConflict and writes nothing.
}
