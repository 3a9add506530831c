package sqlstore_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
)

// A database is closed twice as easily as once; what is asked of it then fails, the
// same on every engine and every way, and does not wait for ever.
func TestAClosedDatabaseFailsAndDoesNotHang(t *testing.T) {
	closed := func(t *testing.T, db *sqlstore.DB, stores ...work.Store[*store.Bundle]) {
		saveProduct(t, db.Tenant("acme"), "pen")
		require.NoError(t, db.Close())
		require.NoError(t, db.Close())
		read := func(ctx context.Context, b *store.Bundle) error {
			_, err := b.Products().Get(ctx, product("pen").ID)
			return err
		}
		write := func(ctx context.Context, b *store.Bundle) error { return b.Products().Save(ctx, product("ink")) }
		both := func(ctx context.Context, b *store.Bundle) error {
			p, err := b.Products().Get(ctx, product("pen").ID)
			if err != nil {
				return err
			}
			return b.Products().Save(ctx, p)
		}
		for _, s := range append(stores, db.Tenant("acme")) {
			require.ErrorIs(t, s.View(t.Context(), read), sqlstore.ErrClosed)
			for _, do := range []func(context.Context, *store.Bundle) error{read, write, both} {
				require.ErrorIs(t, s.Update(t.Context(), do), sqlstore.ErrClosed)
			}
		}
		_, err := db.ClaimEvents(t.Context(), "acme", work.EventClaim{Relay: "relay", Owner: "owner", Lanes: 1, Limit: 1})
		require.ErrorIs(t, err, sqlstore.ErrClosed)
	}
	for name, stock := range map[string]sqlstore.Stock{"PostgreSQL": {}, "group": {Group: 8}} {
		t.Run(name, func(t *testing.T) {
			db, pool := openPostgres(t, sqlstore.Config{Stock: stock})
			tx, err := pool.Begin(t.Context())
			require.NoError(t, err)
			defer func() { require.NoError(t, tx.Rollback(context.Background())) }()
			bound, err := db.Tenant("acme").Bind(tx)
			require.NoError(t, err)
			closed(t, db, bound, sqlstore.WithPgx(db.Tenant("acme"), func(_ pgx.Tx, b *store.Bundle) *store.Bundle { return b }))
		})
	}
	withSQL := func(db *sqlstore.DB) work.Store[*store.Bundle] {
		return sqlstore.WithSQL(db.Tenant("acme"), func(_ *sql.Tx, b *store.Bundle) *store.Bundle { return b })
	}
	t.Run("SQLite", func(t *testing.T) {
		db := openLite(t)
		closed(t, db, withSQL(db))
	})
	t.Run("SQLite through the host's pool", func(t *testing.T) {
		db, err := sqlstore.NewSQLite(t.Context(), hostsPool(t, 0), sqlstore.Config{})
		require.NoError(t, err)
		closed(t, db, withSQL(db))
	})
}
