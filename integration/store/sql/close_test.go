package sqlstore_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// A database is closed twice as easily as once; what is asked of it then fails, and
// does not wait for ever.
func TestAClosedDatabaseFailsAndDoesNotHang(t *testing.T) {
	closed := func(t *testing.T, db *sqlstore.DB) {
		s := db.Tenant("acme")
		saveProduct(t, s, "pen")
		require.NoError(t, db.Close())
		require.NoError(t, db.Close())
		require.Error(t, s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			p, err := b.Products().Get(ctx, product("pen").ID)
			if err != nil {
				return err
			}
			return b.Products().Save(ctx, p)
		}))
	}
	engines(t, func(t *testing.T, db *sqlstore.DB, _ *sql.DB) { closed(t, db) })
	t.Run("group", func(t *testing.T) {
		db, _ := openPostgres(t, sqlstore.Config{Stock: sqlstore.Stock{Group: 8}})
		closed(t, db)
	})
}
