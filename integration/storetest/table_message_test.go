package storetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// unraised has a table that keeps the revision of a product as it is saved.
type unraised struct {
	*store.Bundle
	catalogue *catalogue
}

func (b unraised) Products() catalog.ProductRepository { return savingCatalogue{b.catalogue} }

type savingCatalogue struct{ *catalogue }

func (c savingCatalogue) Save(_ context.Context, p catalog.Product) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows = append(c.rows, p.Clone())
	return nil
}

// What differs is said by field, not by two dumps, and not by keys that are the same.
func TestFailuresSayWhatDiffers(t *testing.T) {
	err := storetest.ReportTable(t.Context(), func() (storetest.Table[unraised, catalog.Product], error) {
		engine, tables := memory.New(), map[string]*catalogue{}
		return storetest.Table[unraised, catalog.Product]{Open: func(tenant string) (work.Store[unraised], error) {
			db, err := store.Open(engine, tenant, store.Options{CursorSecret: []byte(secret)})
			if tables[tenant] == nil {
				tables[tenant] = &catalogue{db: db}
			}
			c := tables[tenant]
			return work.Narrow(db, func(b *store.Bundle) unraised { return unraised{b, c} }), err
		}}, nil
	})
	require.ErrorContains(t, err, "product: what was saved is loaded with other fields:\n  Revision: 0, want 1")
	require.ErrorContains(t, err, "gave the right ones in the right order, and number 0, ")
}
