package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// A read that is given up begins no transaction, so there is none to roll back, and
// connections that are in order are kept.
func TestACancelledReadKeepsTheConnections(t *testing.T) {
	b := &breaking{path: "file:" + t.TempDir() + "/trade.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"}
	db, err := sqlstore.OpenSQLitePool(t.Context(), sql.OpenDB(b), sqlstore.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := db.Tenant("acme")
	saveProduct(t, s, "pen")
	opened := b.opened
	read := func(ctx context.Context, b *store.Bundle) error {
		_, err := b.Products().Get(ctx, product("pen").ID)
		return err
	}
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		require.ErrorIs(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			first := read(ctx, b)
			cancel()
			_, err := b.Products().Get(ctx, product("ink").ID)
			return errors.Join(first, err)
		}), context.Canceled)
	}
	require.NoError(t, s.View(t.Context(), read))
	require.Equal(t, opened, b.opened, "no connection was opened anew")
}
