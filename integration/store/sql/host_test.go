package sqlstore_test

import (
	"cmp"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
)

// hostsPool gives a pool of a host's, of so many connections, to a file with the tables.
func hostsPool(t *testing.T, most int) *sql.DB {
	t.Helper()
	pool, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "trade.db")+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	pool.SetMaxOpenConns(most)
	require.NoError(t, sqlstore.MigrateSQLite(t.Context(), pool))
	return pool
}

// A host's pool of few connections still has some for the host.
func TestAHostsPoolIsLeftToTheHost(t *testing.T) {
	for most, kept := range map[int]int{0: 4, 1: 0, 2: 1, 4: 2, 6: 3} {
		pool := hostsPool(t, most)
		db, err := sqlstore.NewSQLite(t.Context(), pool, sqlstore.Config{})
		require.NoError(t, err)
		saveProduct(t, db.Tenant("acme"), "pen")
		readers := cmp.Or(most, 4) // at once
		var views, inside sync.WaitGroup
		inside.Add(readers)
		for range readers {
			views.Go(func() {
				assert.NoError(t, db.Tenant("acme").View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
					_, err := b.Products().Get(ctx, product("pen").ID)
					inside.Done()
					inside.Wait()
					return err
				}))
			})
		}
		views.Wait()
		assert.Equal(t, kept, pool.Stats().InUse, "of %d", most)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		_, err = pool.ExecContext(ctx, "CREATE TABLE shipment (id INTEGER PRIMARY KEY) STRICT")
		cancel()
		assert.NoError(t, err, "of %d", most)
		require.NoError(t, db.Close())
		assert.Zero(t, pool.Stats().InUse, "of %d", most)
	}
}

func TestADatabaseThatCannotBeOpenedKeepsNothing(t *testing.T) {
	pool, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "trade.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	db, err := sqlstore.NewSQLite(t.Context(), pool, sqlstore.Config{})
	require.ErrorIs(t, err, tandem.ErrUnsupported)
	require.Nil(t, db)
	require.Zero(t, pool.Stats().InUse)
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{"", ":memory:", "file::memory:", "file:trade.db?mode=memory"} {
		db, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
		require.ErrorIs(t, err, tandem.ErrInvalid, path)
		require.ErrorContains(t, err, "memory.Open()", path)
		require.Nil(t, db)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	other := filepath.Join(dir, "letter.txt")
	require.NoError(t, os.WriteFile(other, []byte("Dear Sir or Madam, this is no database, and it is long enough to be taken for one."), 0o600))
	for _, path := range []string{other, filepath.Join(dir, "nowhere", "trade.db"), dir} {
		_, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
		require.ErrorContains(t, err, path)
	}
}

// What is not given is an error where it is asked for.
func TestNothingIsInvalid(t *testing.T) {
	ctx := t.Context()
	_, err := sqlstore.OpenPostgres(ctx, nil, sqlstore.Config{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = sqlstore.NewSQLite(ctx, nil, sqlstore.Config{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorIs(t, sqlstore.MigratePostgres(ctx, (*pgxpool.Pool)(nil), ""), tandem.ErrInvalid)
	require.ErrorIs(t, sqlstore.MigratePostgres(ctx, nil, ""), tandem.ErrInvalid)
	require.ErrorIs(t, sqlstore.MigrateSQLite(ctx, nil), tandem.ErrInvalid)
	_, err = sqlstore.OpenSQLitePool(ctx, nil, sqlstore.Config{})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	db := openLite(t)
	nothing := func(context.Context, *store.Bundle) error { return nil }
	for _, s := range []work.Store[*store.Bundle]{
		sqlstore.WithSQL[*store.Bundle](db.Tenant("acme"), nil), sqlstore.WithSQL(nil, func(_ *sql.Tx, b *store.Bundle) *store.Bundle { return b }),
		sqlstore.WithPgx[*store.Bundle](db.Tenant("acme"), nil), sqlstore.WithPgx(nil, func(_ pgx.Tx, b *store.Bundle) *store.Bundle { return b }),
	} {
		assert.ErrorIs(t, s.View(ctx, nothing), tandem.ErrInvalid)
		assert.ErrorIs(t, s.Update(ctx, nothing), tandem.ErrInvalid)
	}
	_, err = db.Tenant("acme").BindSQL(nil)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	pg, _ := openPostgres(t, sqlstore.Config{})
	for _, tx := range []pgx.Tx{nil, (*pgxpool.Tx)(nil)} {
		_, err = pg.Tenant("acme").Bind(tx)
		assert.ErrorIs(t, err, tandem.ErrInvalid)
	}
}
