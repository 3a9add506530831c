package storetest_test

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// A health check of a store, without a test.
func ExampleReport() {
	err := storetest.Report(context.Background(), func() (storetest.Harness[*store.Bundle], error) {
		db := memory.New() // fresh and empty for each check
		return storetest.Harness[*store.Bundle]{
			Open: func(tenant string) (work.Store[*store.Bundle], error) {
				s, err := store.Open(db, tenant, store.Options{CursorSecret: []byte("shared by all handles")})
				if err != nil {
					return nil, err
				}
				return s, nil
			},
			Skip: map[string]string{"EXTREME-05": "thousands of records are left to the nightly run"},
		}, nil
	})
	fmt.Println("the store keeps the contract:", err == nil)
	// Output: the store keeps the contract: true
}
