package boltstore_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/examples/adopter/boltstore"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// over gives the handles of tenants on a file.
func over(db *boltstore.DB) func(tenant string) (work.Store[*store.Bundle], error) {
	return func(tenant string) (work.Store[*store.Bundle], error) {
		s, err := store.Open(db, tenant, store.Options{CursorSecret: []byte("cursors of the tests")})
		if err != nil {
			return nil, err
		}
		return s, nil
	}
}

// harness opens an empty file. Commits need reach the disk where the check opens it again.
func harness(t *testing.T) storetest.Harness[*store.Bundle] {
	path := filepath.Join(t.TempDir(), "trade.bolt")
	options := boltstore.Options{NoSync: !strings.Contains(t.Name(), "REOPEN")}
	db, err := boltstore.Open(path, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return storetest.Harness[*store.Bundle]{
		Open: func(tenant string) (work.Store[*store.Bundle], error) { return over(db)(tenant) },
		Reopen: func(tenant string) (work.Store[*store.Bundle], error) {
			if err := db.Close(); err != nil {
				return nil, err
			}
			if db, err = boltstore.Open(path, options); err != nil {
				return nil, err
			}
			return over(db)(tenant)
		},
	}
}

func TestTheContractIsKept(t *testing.T) { storetest.Run(t, harness) }
