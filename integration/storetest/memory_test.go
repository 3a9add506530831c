package storetest_test

import (
	"testing"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

const secret = "cursors of the tests"

// over gives a harness of the library's repositories over a driver.
func over(driver store.Driver) storetest.Harness[*store.Bundle] {
	open := func(tenant string) (work.Store[*store.Bundle], error) {
		s, err := store.Open(driver, tenant, store.Options{CursorSecret: []byte(secret)})
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	return storetest.Harness[*store.Bundle]{Open: open, Reopen: open}
}

func TestMemoryKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Harness[*store.Bundle] { return over(memory.New()) })
}

func TestAPlainDriverKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Harness[*store.Bundle] { return over(newPlain(faults{})) })
}
