package sqlstore

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// openNarrow opens a new database through a pool of one connection.
func openNarrow(t *testing.T, stock Stock) (*DB, *pgxpool.Pool) {
	t.Helper()
	cfg, err := pgxpool.ParseConfig(TestDatabase(t))
	require.NoError(t, err)
	cfg.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, MigratePostgres(t.Context(), pool, ""))
	db, err := OpenPostgres(t.Context(), pool, Config{Stock: stock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, pool
}

var pen = tandem.DeriveID[tandem.ProductID]("test", "pen")

func getPen(ctx context.Context, b *store.Bundle) error {
	_, err := b.Products().Get(ctx, pen)
	return err
}

// The host holds the only connection: an Update waits no longer than its context.
func TestAReadIsWithdrawnWhenItsContextEnds(t *testing.T) {
	db, pool := openNarrow(t, Stock{})
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		ended <- db.Tenant("acme").Update(ctx, getPen)
	}()
	select {
	case err := <-ended:
		require.ErrorIs(t, err, context.DeadlineExceeded)
	case <-time.After(20 * time.Second):
		t.Error("it waits for the connection")
	}
	conn.Release()
	require.ErrorIs(t, db.Tenant("acme").Update(t.Context(), getPen), tandem.ErrNotFound, "the next one reads")
}

// A read that is under way is broken off when nobody waits for it.
func TestAReadUnderWayEndsWithItsContext(t *testing.T) {
	db, _ := openNarrow(t, Stock{})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, db.gatherer.read(ctx, []statement{{text: "SELECT pg_sleep(30)"}}), context.DeadlineExceeded)
	require.NoError(t, db.gatherer.read(t.Context(), []statement{{text: "SELECT 1"}}))
}

// A View that has begun holds the only connection. Its outbox has the events that have
// positions; the others come later.
func TestAViewReadsItsOutboxOnOneConnection(t *testing.T) {
	db, _ := openNarrow(t, Stock{})
	tenant := db.Tenant("acme")
	emit := func(name string) {
		require.NoError(t, tenant.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			return b.Outbox().Append(ctx, work.Event{Name: name, Kind: "product", ID: pen.Bytes(), Sequence: 1})
		}))
	}
	read := func(begun bool) (names []string) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		require.NoError(t, tenant.View(ctx, func(ctx context.Context, b *store.Bundle) error {
			if begun {
				require.ErrorIs(t, getPen(ctx, b), tandem.ErrNotFound)
			}
			events, err := b.Outbox().Read(ctx, 0, 10)
			for _, e := range events {
				names = append(names, e.Name)
			}
			return err
		}))
		return names
	}
	emit("first")
	require.Equal(t, []string{"first"}, read(false))
	emit("second")
	require.Equal(t, []string{"first"}, read(true))
	require.Equal(t, []string{"first", "second"}, read(false))
}

// A state that makes its decoder panic fails who reads it, and nobody else.
func TestAPanicInADecoderIsAnError(t *testing.T) {
	db, pool := openNarrow(t, Stock{})
	kind := *db.shelves[0].kind
	for _, s := range db.shelves {
		if s.kind.Name == "product" {
			kind = *s.kind
			kind.Decode = func([]byte) (any, error) { panic("no product") }
			s.kind = decodesSafely(&kind)
		}
	}
	require.Equal(t, "product", kind.Name)
	_, err := pool.Exec(t.Context(), "INSERT INTO tandem.product (tenant, id, revision, code, name, category, kind, state) VALUES ('acme', $1, 1, 'pen', 'pen', $1, 'goods', '{}')", pen.String())
	require.NoError(t, err)
	for _, run := range []func(context.Context, func(context.Context, *store.Bundle) error) error{db.Tenant("acme").Update, db.Tenant("acme").View} {
		require.ErrorContains(t, run(t.Context(), getPen), "decoding a product panicked: no product")
	}
	panics := statement{text: "SELECT 1", row: func(row) error { panic("no row") }}
	require.ErrorContains(t, db.gatherer.read(t.Context(), []statement{panics}), "reading panicked: no row")
	require.NoError(t, db.gatherer.read(t.Context(), []statement{{text: "SELECT 1"}}))
}
