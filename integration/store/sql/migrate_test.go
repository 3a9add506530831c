package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/work"
)

func TestASchemaOfAnotherVersionIsToldAtOpening(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	open := func() error {
		_, err := sqlstore.OpenPostgres(t.Context(), pool, sqlstore.Config{})
		return err
	}
	require.ErrorIs(t, open(), tandem.ErrUnsupported)
	require.ErrorContains(t, open(), "no tables")
	require.NoError(t, sqlstore.MigratePostgres(t.Context(), pool, ""))
	require.NoError(t, open())
	set := func(text string) {
		_, err := pool.Exec(t.Context(), text)
		require.NoError(t, err)
	}
	set("INSERT INTO tandem.schema_version (version, name) VALUES (999, 'of the future')")
	require.ErrorIs(t, open(), tandem.ErrUnsupported)
	require.ErrorContains(t, open(), "version 999")
	require.ErrorIs(t, sqlstore.MigratePostgres(t.Context(), pool, ""), tandem.ErrUnsupported, "nothing is migrated back")
	set("DELETE FROM tandem.schema_version")
	require.ErrorContains(t, open(), "migrate it first")

	file := filepath.Join(t.TempDir(), "trade.db")
	lite, err := sqlstore.OpenSQLite(t.Context(), file, sqlstore.Config{})
	require.NoError(t, err)
	require.NoError(t, lite.Close())
	raw, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	_, err = raw.ExecContext(t.Context(), "INSERT INTO tandem_schema_version (version, name) VALUES (999, 'of the future')")
	require.NoError(t, err)
	_, err = sqlstore.OpenSQLite(t.Context(), file, sqlstore.Config{})
	require.ErrorIs(t, err, tandem.ErrUnsupported)
	require.ErrorContains(t, err, "version 999")
}

// Many processes may start at once and migrate: one does, the others wait.
func TestManyMayMigrateAtOnce(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	file := filepath.Join(t.TempDir(), "trade.db")
	var wait sync.WaitGroup
	errs := make(chan error, 16)
	for range cap(errs) / 2 {
		wait.Go(func() { errs <- sqlstore.MigratePostgres(t.Context(), pool, "other_schema") })
		wait.Go(func() {
			db, err := sqlstore.OpenSQLite(t.Context(), file, sqlstore.Config{})
			if err == nil {
				err = db.Close()
			}
			errs <- err
		})
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	db, err := sqlstore.OpenPostgres(t.Context(), pool, sqlstore.Config{Schema: "other_schema"})
	require.NoError(t, err)
	saveProduct(t, db.Tenant("acme"), "pen")
	require.True(t, hasProduct(t, db.Tenant("acme"), "pen"))
}

// Who owns a schema migrates it without a right on the database, and who may only use
// it finds that nothing is to be done.
func TestMigratingNeedsTheSchemaAlone(t *testing.T) {
	super, err := pgxpool.New(t.Context(), pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(super.Close)
	as := func(role string) *pgxpool.Pool {
		cfg := super.Config()
		cfg.ConnConfig.User = role
		pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		return pool
	}
	name := super.Config().ConnConfig.Database
	owner, user := "schema_owner_"+name, "schema_user_"+name
	run := func(pool *pgxpool.Pool, texts ...string) {
		for _, text := range texts {
			_, err := pool.Exec(t.Context(), text)
			require.NoError(t, err, text)
		}
	}
	run(super, "CREATE ROLE "+owner+" LOGIN", "CREATE ROLE "+user+" LOGIN")
	for _, schema := range []string{"tandem", "shop"} {
		run(super, "CREATE SCHEMA "+schema+" AUTHORIZATION "+owner)
		require.NoError(t, sqlstore.MigratePostgres(t.Context(), as(owner), schema))
		require.NoError(t, sqlstore.MigratePostgres(t.Context(), as(owner), schema))
		run(as(owner), "GRANT USAGE ON SCHEMA "+schema+" TO "+user, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "+schema+" TO "+user)
		require.NoError(t, sqlstore.MigratePostgres(t.Context(), as(user), schema))
		db, err := sqlstore.OpenPostgres(t.Context(), as(user), sqlstore.Config{Schema: schema})
		require.NoError(t, err)
		saveProduct(t, db.Tenant("acme"), "pen")
		town := erptest.On(t, work.Store[*store.Bundle](db.Tenant("town")))
		town.Sell(t, "12346", erptest.Line("22423", 10))
		town.AssertBooks(t)
		require.NoError(t, db.Close())
	}
}

// A host's own tool runs the files as they are.
func TestMigrationsArePlainFiles(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	files, err := sqlstore.Migrations("postgres")
	require.NoError(t, err)
	names, err := fs.Glob(files, "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		require.NoError(t, err)
		_, err = pool.Exec(t.Context(), string(text))
		require.NoError(t, err, name)
	}
	_, err = sqlstore.OpenPostgres(t.Context(), pool, sqlstore.Config{})
	require.NoError(t, err)
}

func TestConfigTellsAllItsFaults(t *testing.T) {
	for name, want := range map[string]sqlstore.Config{
		"schema": {Schema: "Robert'); DROP"}, "cursor_secret": {CursorSecret: []byte("short")}, "busy_time": {BusyTime: -1},
		"stock.buckets": {Stock: sqlstore.Stock{Buckets: 1}}, "stock.group": {Stock: sqlstore.Stock{Group: 1}},
		"stock": {Stock: sqlstore.Stock{Group: 2, Buckets: 2}},
	} {
		err := want.Validate()
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
		require.ErrorContains(t, err, name+": ")
	}
	_, err := sqlstore.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "x.db"), sqlstore.Config{Stock: sqlstore.Stock{Group: 2}})
	require.ErrorIs(t, err, tandem.ErrUnsupported)
}

// Two who make a file at once may be told at once that it is busy, whatever the
// connection's own patience: opening tries again, for Config.BusyTime, and no longer.
func TestOpeningOutwaitsABusyFile(t *testing.T) {
	busy := errors.New("the engine is busy")
	fault := func(err error, _ bool) error {
		if errors.Is(err, busy) {
			return &sqlstore.RaceError{Err: err}
		}
		return err
	}
	t.Run("busy once", func(t *testing.T) {
		for _, at := range []string{"BEGIN", "CREATE TABLE", "COMMIT"} {
			b := &breaking{path: filepath.Join(t.TempDir(), "trade.db") + "?_pragma=journal_mode(WAL)", at: at, err: busy}
			db, err := sqlstore.OpenSQLitePool(t.Context(), sql.OpenDB(b), sqlstore.Config{Fault: fault})
			require.NoError(t, err, at)
			saveProduct(t, db.Tenant("acme"), "pen")
			require.NoError(t, db.Close())
			require.Empty(t, b.at, "it was busy at %s", at)
		}
	})
	t.Run("busy for long, or not to be waited for", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "trade.db")
		other := openRaw(t, "sqlite", file+"?_txlock=immediate")
		held, err := other.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		_, err = sqlstore.OpenSQLite(t.Context(), file, sqlstore.Config{BusyTime: 20 * time.Millisecond})
		require.ErrorIs(t, err, tandem.ErrConflict)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b := &breaking{path: filepath.Join(t.TempDir(), "trade.db"), at: "BEGIN", err: busy, then: cancel}
		_, err = sqlstore.OpenSQLitePool(ctx, sql.OpenDB(b), sqlstore.Config{Fault: fault, BusyTime: time.Hour})
		require.ErrorIs(t, err, busy)
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, held.Rollback())
		db, err := sqlstore.OpenSQLite(t.Context(), file, sqlstore.Config{})
		require.NoError(t, err)
		require.NoError(t, db.Close())
	})
}
