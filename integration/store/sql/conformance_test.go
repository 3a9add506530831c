package sqlstore_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

func TestMain(m *testing.M) {
	sqlstore.TestDatabase = pgtest.Database
	pgtest.Main(m)
}

const secret = "cursors of the tests"

// openPostgres gives a new database with its tables.
func openPostgres(t testing.TB, cfg sqlstore.Config) (*sqlstore.DB, *pgxpool.Pool) {
	t.Helper()
	config, err := pgxpool.ParseConfig(pgtest.Database(t))
	require.NoError(t, err)
	config.MaxConns = 40
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, sqlstore.MigratePostgres(t.Context(), pool, cfg.Schema))
	cfg.CursorSecret = []byte(secret)
	db, err := sqlstore.OpenPostgres(t.Context(), pool, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, pool
}

// sharing lets the checks share a database: each has tenants of its own.
func sharing(db *sqlstore.DB) func(t *testing.T) storetest.Harness[*store.Bundle] {
	var checks atomic.Int64
	return func(*testing.T) storetest.Harness[*store.Bundle] {
		mine := fmt.Sprintf("check %d ", checks.Add(1))
		open := func(tenant string) (work.Store[*store.Bundle], error) {
			if tenant != "" {
				tenant = mine + tenant
			}
			return db.Tenant(tenant).Store()
		}
		return storetest.Harness[*store.Bundle]{Open: open, Reopen: open}
	}
}

func TestPostgresKeepsTheContract(t *testing.T) {
	db, _ := openPostgres(t, sqlstore.Config{})
	storetest.Run(t, sharing(db))
}

func TestSpreadAndGatheredLevelsKeepTheContract(t *testing.T) {
	for name, stock := range map[string]sqlstore.Stock{"buckets": {Buckets: 16}, "group": {Group: 256}} {
		t.Run(name, func(t *testing.T) {
			db, _ := openPostgres(t, sqlstore.Config{Stock: stock})
			storetest.Run(t, sharing(db))
		})
	}
}

func TestSQLiteKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness[*store.Bundle] {
		path := filepath.Join(t.TempDir(), "trade.db")
		db, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{CursorSecret: []byte(secret)})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		open := func(tenant string) (work.Store[*store.Bundle], error) { return db.Tenant(tenant).Store() }
		return storetest.Harness[*store.Bundle]{Open: open, Reopen: func(tenant string) (work.Store[*store.Bundle], error) {
			require.NoError(t, db.Close())
			db, err = sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{CursorSecret: []byte(secret)})
			require.NoError(t, err)
			return db.Tenant(tenant).Store()
		}}
	})
}
