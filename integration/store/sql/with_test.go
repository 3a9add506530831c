package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// own is a bundle of a host's with its transaction of pgx or of database/sql.
type own[T any] struct {
	*store.Bundle
	tx T
}

func ownBundle[T any](tx T, b *store.Bundle) own[T] { return own[T]{b, tx} }

func openLite(t *testing.T) *sqlstore.DB {
	t.Helper()
	db, _ := openLiteRaw(t)
	return db
}

// openLiteRaw gives the file beside it, for what is done by hand.
func openLiteRaw(t *testing.T) (*sqlstore.DB, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trade.db")
	db, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{CursorSecret: []byte(secret)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	raw, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	return db, raw
}

// serial are the checks that want more than one writer, or of an Update that it reads
// events to which nobody has given a position yet: on SQLite it is the writer itself.
func serial() map[string]string {
	return map[string]string{
		"PREFETCH-08": "an Update is the one writer from its beginning: another waits, and decides on what it has left",
		"JOIN-06":     "a command in another tenant, inside an Update, would wait for itself",
		"MODEL-01":    "an Update reads of the outbox what a View has met before",
	}
}

func TestStoresWithAHostsTransactionKeepTheContract(t *testing.T) {
	t.Run("pgx", func(t *testing.T) {
		db, _ := openPostgres(t, sqlstore.Config{})
		var checks atomic.Int64
		storetest.Run(t, func(*testing.T) storetest.Harness[own[pgx.Tx]] {
			mine := fmt.Sprintf("check %d ", checks.Add(1))
			return storetest.Harness[own[pgx.Tx]]{Open: func(tenant string) (work.Store[own[pgx.Tx]], error) {
				if tenant != "" {
					tenant = mine + tenant
				}
				handle := db.Tenant(tenant)
				_, err := handle.Store()
				return sqlstore.WithPgx(handle, ownBundle[pgx.Tx]), err
			}}
		})
	})
	t.Run("database/sql", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Harness[own[*sql.Tx]] {
			db := openLite(t)
			return storetest.Harness[own[*sql.Tx]]{Skip: serial(), Open: func(tenant string) (work.Store[own[*sql.Tx]], error) {
				handle := db.Tenant(tenant)
				_, err := handle.Store()
				return sqlstore.WithSQL(handle, ownBundle[*sql.Tx]), err
			}}
		})
	})
}

// A host's statement that loses a race is run again with everything else.
func TestARaceThatTheHostsStatementLosesIsAConflict(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{})
	_, err := pool.Exec(t.Context(), "CREATE TABLE seat (id int PRIMARY KEY, taken int NOT NULL); INSERT INTO seat VALUES (1, 0), (2, 0)")
	require.NoError(t, err)
	shop := sqlstore.WithPgx(db.Tenant("acme"), ownBundle[pgx.Tx])
	holder, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = holder.Rollback(context.Background()) }()
	_, err = holder.Exec(t.Context(), "UPDATE seat SET taken = 1 WHERE id = 1")
	require.NoError(t, err)
	runs := 0
	take := func(ctx context.Context, r own[pgx.Tx]) error {
		if runs++; runs == 2 {
			require.NoError(t, holder.Commit(ctx))
		}
		if err := r.Products().Save(ctx, product("pen")); err != nil {
			return err
		}
		_, err := r.tx.Exec(ctx, "SELECT 1 FROM seat WHERE id = 1 FOR UPDATE NOWAIT")
		return err
	}
	require.ErrorIs(t, shop.Update(t.Context(), take), tandem.ErrConflict)
	require.False(t, hasProduct(t, db.Tenant("acme"), "pen"))
	require.NoError(t, work.Retry(shop, work.RetryPolicy{}).Update(t.Context(), take))
	require.Equal(t, 2, runs)
	require.True(t, hasProduct(t, db.Tenant("acme"), "pen"))
}

func TestTheHostsRowAndOursOnSQLite(t *testing.T) {
	db := openLite(t)
	shop := sqlstore.WithSQL(db.Tenant("acme"), ownBundle[*sql.Tx])
	rows := func() (n int) {
		require.NoError(t, shop.View(t.Context(), func(ctx context.Context, r own[*sql.Tx]) error {
			return r.tx.QueryRowContext(ctx, "SELECT count(*) FROM shipment").Scan(&n)
		}))
		return n
	}
	ship := func(id int, code string) error {
		return shop.Update(t.Context(), func(ctx context.Context, r own[*sql.Tx]) error {
			if _, err := r.tx.ExecContext(ctx, "INSERT INTO shipment VALUES (?1)", id); err != nil {
				return err
			}
			return r.Products().Save(ctx, product(code))
		})
	}
	require.NoError(t, shop.Update(t.Context(), func(ctx context.Context, r own[*sql.Tx]) error {
		_, err := r.tx.ExecContext(ctx, "CREATE TABLE shipment (id INTEGER PRIMARY KEY) STRICT")
		return err
	}))
	require.NoError(t, ship(1, "pen"))
	require.ErrorIs(t, ship(2, "pen"), tandem.ErrDuplicate)
	require.Error(t, ship(1, "ink"), "the host's own row is refused")
	require.Equal(t, 1, rows())
	require.False(t, hasProduct(t, db.Tenant("acme"), "ink"))
	var leaked own[*sql.Tx]
	require.NoError(t, shop.Update(t.Context(), func(_ context.Context, r own[*sql.Tx]) error {
		leaked = r
		return r.Writable()
	}))
	_, err := leaked.tx.ExecContext(t.Context(), "INSERT INTO shipment VALUES (3)")
	require.ErrorIs(t, err, sql.ErrTxDone)
	require.ErrorIs(t, leaked.Readable(), store.ErrClosed)
	require.ErrorIs(t, leaked.Writable(), store.ErrClosed)
	require.ErrorIs(t, shop.View(t.Context(), func(_ context.Context, r own[*sql.Tx]) error {
		assert.NoError(t, r.Readable())
		return r.Writable()
	}), store.ErrReadOnly)
}

// What is certain is not told as unknown: the server rolls back where a statement has
// failed, whatever the closure makes of it, and the host may end the transaction itself.
func TestAnEndThatIsCertainIsNotUnknown(t *testing.T) {
	pg, _ := openPostgres(t, sqlstore.Config{})
	shop := sqlstore.WithPgx(pg.Tenant("acme"), ownBundle[pgx.Tx])
	err := shop.Update(t.Context(), func(ctx context.Context, r own[pgx.Tx]) error {
		_, err := r.tx.Exec(ctx, "SELECT 1 FROM nowhere")
		assert.Error(t, err)
		return nil // ignored
	})
	require.ErrorIs(t, err, pgx.ErrTxCommitRollback)
	require.NotErrorIs(t, err, tandem.ErrUnknown)
	err = shop.Update(t.Context(), func(ctx context.Context, r own[pgx.Tx]) error {
		_, err := r.tx.Exec(ctx, "SELECT 1 FROM nowhere")
		assert.Error(t, err)
		return r.Products().Save(ctx, product("pen"))
	})
	require.Error(t, err)
	require.NotErrorIs(t, err, tandem.ErrUnknown)
	require.False(t, hasProduct(t, pg.Tenant("acme"), "pen"))
	err = shop.Update(t.Context(), func(ctx context.Context, r own[pgx.Tx]) error { return r.tx.Rollback(ctx) })
	require.ErrorIs(t, err, pgx.ErrTxClosed)
	require.NotErrorIs(t, err, tandem.ErrUnknown)
	err = sqlstore.WithSQL(openLite(t).Tenant("acme"), ownBundle[*sql.Tx]).Update(t.Context(),
		func(_ context.Context, r own[*sql.Tx]) error { return r.tx.Rollback() })
	require.ErrorIs(t, err, sql.ErrTxDone)
	require.NotErrorIs(t, err, tandem.ErrUnknown)
}

func TestAHostsTransactionIsOfItsEngine(t *testing.T) {
	db := openLite(t)
	nothing := func(context.Context, own[pgx.Tx]) error { return nil }
	assert.ErrorIs(t, sqlstore.WithPgx(db.Tenant("acme"), ownBundle[pgx.Tx]).Update(t.Context(), nothing), tandem.ErrInvalid)
	assert.ErrorIs(t, sqlstore.WithPgx(db.Tenant(""), ownBundle[pgx.Tx]).View(t.Context(), nothing), tandem.ErrInvalid)
	pg, _ := openPostgres(t, sqlstore.Config{})
	assert.ErrorIs(t, sqlstore.WithSQL(pg.Tenant("acme"), ownBundle[*sql.Tx]).View(t.Context(),
		func(context.Context, own[*sql.Tx]) error { return nil }), tandem.ErrInvalid)
}
