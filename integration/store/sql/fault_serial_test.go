package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
)

// raced checks that an error is a conflict for the reason that the server gives.
func raced(t *testing.T, err error, code string) {
	t.Helper()
	require.ErrorIs(t, err, tandem.ErrConflict)
	require.NotErrorIs(t, err, tandem.ErrUnknown)
	var race *sqlstore.RaceError
	require.ErrorAs(t, err, &race)
	var pg *pgconn.PgError
	require.ErrorAs(t, err, &pg)
	require.Equal(t, code, pg.Code)
}

// name gives a product another name.
func name(ctx context.Context, s work.Store[*store.Bundle], code, name string) error {
	return s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		p, err := b.Products().Get(ctx, product(code).ID)
		if err != nil {
			return err
		}
		p.Name = name
		return b.Products().Save(ctx, p)
	})
}

// bound gives the tenant's store in a new transaction of the host's.
func bound(t *testing.T, db *sqlstore.DB, pool *pgxpool.Pool, options pgx.TxOptions) (*sqlstore.Bound, pgx.Tx) {
	t.Helper()
	tx, err := pool.BeginTx(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
	b, err := db.Tenant("acme").Bind(tx)
	require.NoError(t, err)
	return b, tx
}

// Two hosts change two products in opposite order, each in one transaction: 40P01.
func TestFaultDeadlockOfTwoHosts(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{})
	for _, code := range []string{"pen", "ink"} {
		saveProduct(t, db.Tenant("acme"), code)
	}
	one, oneTx := bound(t, db, pool, pgx.TxOptions{})
	two, twoTx := bound(t, db, pool, pgx.TxOptions{})
	require.NoError(t, name(t.Context(), one, "pen", "one"))
	require.NoError(t, name(t.Context(), two, "ink", "two"))
	end := func(tx pgx.Tx, err error) error {
		if err != nil {
			return errors.Join(err, tx.Rollback(t.Context()))
		}
		return tx.Commit(t.Context())
	}
	var all sync.WaitGroup
	var first, second error
	all.Go(func() { first = end(oneTx, name(t.Context(), one, "ink", "one")) })
	all.Go(func() { second = end(twoTx, name(t.Context(), two, "pen", "two")) })
	all.Wait()
	require.NotEqual(t, first == nil, second == nil, "one of them gives way: %v, %v", first, second)
	raced(t, errors.Join(first, second), "40P01")
	want := map[bool]string{true: "one", false: "two"}[first == nil]
	require.NoError(t, db.Tenant("acme").View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		for _, code := range []string{"pen", "ink"} {
			p, err := b.Products().Get(ctx, product(code).ID)
			require.NoError(t, err)
			require.Equal(t, want, p.Name, "all of one, nothing of the other")
		}
		return nil
	}))
	t.Log("1 deadlock of two transactions: 1 conflict, 1 committed whole")
}

// A host's transaction of a stricter level sees what was changed beside it: 40001.
func TestFaultSerializationFailureInAHostsTransaction(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{})
	saveProduct(t, db.Tenant("acme"), "pen")
	for n, level := range []pgx.TxIsoLevel{pgx.RepeatableRead, pgx.Serializable} {
		b, tx := bound(t, db, pool, pgx.TxOptions{IsoLevel: level})
		require.True(t, hasProduct(t, b, "pen"), "the snapshot is taken")
		require.NoError(t, name(t.Context(), db.Tenant("acme"), "pen", fmt.Sprint("outside ", n)))
		raced(t, name(t.Context(), b, "pen", "inside"), "40001")
		require.NoError(t, tx.Rollback(t.Context()))
		b, tx = bound(t, db, pool, pgx.TxOptions{IsoLevel: level})
		require.NoError(t, name(t.Context(), b, "pen", "again"), "run again from its beginning, it succeeds")
		require.NoError(t, tx.Commit(t.Context()))
	}
	t.Log("2 serialization failures: 2 conflicts, 2 successes when run again")
}

// The store names its own level: what a pool has by default does not matter to it.
func TestFaultSerializableByDefault(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{})
	raw := rawPostgres(t, pool.Config().ConnString())
	_, err := raw.ExecContext(t.Context(), "ALTER DATABASE "+pool.Config().ConnConfig.Database+" SET default_transaction_isolation = 'serializable'")
	require.NoError(t, err)
	pool.Reset()
	var level string
	require.NoError(t, pool.QueryRow(t.Context(), "SHOW transaction_isolation").Scan(&level))
	require.Equal(t, "serializable", level)
	s := openShop(t, db, raw)
	const at = 32
	for _, err := range together(at, func(i int) error {
		return s.Store.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error { // without Retry
			_, err := b.StockLevels().Get(ctx, erptest.Level("85123A"))
			return errors.Join(err, b.Products().Save(ctx, product(fmt.Sprint("new ", i))))
		})
	}) {
		require.NoError(t, err)
	}
	t.Logf("%d Updates at once under a default of serializable: no failure", at)
}

// Who draws a number out of the order of the series does not wait for one that may wait
// for him: 55P03, which Retry runs again.
func TestFaultSeriesOutOfOrder(t *testing.T) {
	db, _ := openPostgres(t, sqlstore.Config{})
	company := erptest.CompanyID()
	draw := func(s work.Store[*store.Bundle], between func(), series ...string) error {
		return s.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			for i, name := range series {
				if i > 0 {
					between()
				}
				if _, err := b.Numbers().Next(ctx, company, name, tandem.Date{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	tenant := db.Tenant("acme")
	require.NoError(t, draw(tenant, func() {}, "A", "B"))
	var beside sync.WaitGroup
	var other error
	held, release := make(chan struct{}), make(chan struct{})
	err := draw(tenant, func() {
		beside.Go(func() { other = draw(tenant, func() { close(held); <-release }, "A", "C") })
		<-held
	}, "B", "A")
	close(release)
	beside.Wait()
	require.NoError(t, other)
	raced(t, err, "55P03")
	const at = 16
	retry := work.Retry(work.Store[*store.Bundle](tenant), work.RetryPolicy{Tries: 1000, Elapsed: time.Minute})
	for i, err := range together(at, func(i int) error {
		return draw(retry, func() {}, [][]string{{"A", "B"}, {"B", "A"}}[i%2]...)
	}) {
		require.NoError(t, err, i)
	}
	require.NoError(t, tenant.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		for i, last := range []int64{2 + at, 1 + at} { // A was drawn beside, too
			series := []string{"A", "B"}[i]
			n, err := b.Numbers().Next(ctx, company, series, tandem.Date{})
			require.NoError(t, err)
			require.Equal(t, last+1, n.Value, series)
		}
		return nil
	}))
	t.Logf("1 lock not available: 1 conflict; %d Updates that draw two series in opposite orders all succeeded", at)
}
