package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/examples/adopter/shop"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/work"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type fixed struct{}

func (fixed) Now() tandem.Instant {
	return tandem.InstantOf(time.Date(2011, 6, 1, 9, 0, 0, 0, time.UTC))
}

func database(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// By hand: 12 mugs at 6.50 are 78.00, with 20 % VAT 93.60; 100 more would owe 873.60.
const told = `b-1: 12 mugs for ada, order SO-000001 of 93.60 GBP; the row says SO-000001
b-1: 12 mugs for ada, order SO-000001 of 93.60 GBP; the row says SO-000001
b-2: 100 mugs for ada, refused; there is no row
b-3: 3 mugs for bob, order SO-000002 of 23.40 GBP; the row says SO-000002
b-4: through database/sql, order SO-000003
`

func TestTheStory(t *testing.T) {
	pool := database(t)
	for range 2 { // told again, it is the same orders
		var out strings.Builder
		require.NoError(t, tell(t.Context(), pool, fixed{}, &out))
		require.Equal(t, told, out.String())
	}
	var rows int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM checkout").Scan(&rows))
	require.Equal(t, 3, rows)
}

func TestFlagsThatCannotBeFollowed(t *testing.T) {
	for _, args := range [][]string{{"-databse", "x"}, {"postgres://localhost/shop"}, {"-database"}} {
		var out, errs strings.Builder
		assert.Equal(t, 2, run(t.Context(), args, &out, &errs), args)
		assert.Empty(t, out.String(), args)
		assert.NotEmpty(t, errs.String(), args)
	}
	var out, errs strings.Builder
	assert.Equal(t, 0, run(t.Context(), []string{"-h"}, &out, &errs))
	assert.Contains(t, errs.String(), "-database")
	assert.Equal(t, 1, run(t.Context(), []string{"-database", "postgres://127.0.0.1:1/nothing?connect_timeout=1"}, &out, &errs))
}

// numbers gives the numbers of the orders that the library has.
func (s *site) numbers(t *testing.T) (numbers []string) {
	t.Helper()
	require.NoError(t, s.tenant.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		for o, err := range b.SalesOrders().Find(ctx, sales.OrderQuery{Company: shop.Company()}) {
			if err != nil {
				return err
			}
			numbers = append(numbers, o.State().Number)
		}
		return nil
	}))
	return numbers
}

func opened(t *testing.T) *site {
	t.Helper()
	s, err := openSite(t.Context(), database(t), work.Clock(fixed{}))
	require.NoError(t, err)
	return s
}

func TestARefusalTakesTheHostsRowWithIt(t *testing.T) {
	s := opened(t)
	for name, b := range map[string]basket{"credit": {"dear", "ada", 100}, "validation": {"none", "ada", 0}} {
		_, tries, err := s.checkout(t.Context(), b)
		require.Error(t, err, name)
		assert.Equal(t, 1, tries, "a refusal is not repeated")
		_, there, err := s.row(t.Context(), b.id)
		require.NoError(t, err)
		assert.False(t, there, name)
	}
	_, err := s.pool.Exec(t.Context(), "ALTER TABLE checkout ADD CHECK (order_number NOT LIKE 'SO-%')")
	require.NoError(t, err)
	_, _, err = s.checkout(t.Context(), basket{"b-1", "ada", 1})
	require.Error(t, err, "and where the host's own rule refuses, there is no order")
	assert.Empty(t, s.numbers(t))
}

// While one checkout of a customer is open, another one reads the same credit
// account; it waits, loses, and is run again from its beginning.
func TestAConflictRunsTheWholeTransactionAgain(t *testing.T) {
	s := opened(t)
	_, _, err := s.checkout(t.Context(), basket{"b-0", "ada", 1})
	require.NoError(t, err)
	first, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = first.Rollback(context.Background()) }()
	_, err = s.write(t.Context(), first, basket{"b-1", "ada", 12})
	require.NoError(t, err)
	type result struct {
		tries int
		err   error
	}
	second := make(chan result, 1)
	go func() {
		_, tries, err := s.checkout(t.Context(), basket{"b-2", "ada", 12})
		second <- result{tries, err}
	}()
	require.Eventually(t, func() bool {
		var waits int
		err := s.pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waits)
		return assert.NoError(t, err) && waits > 0
	}, 2*time.Minute, time.Millisecond, "the second checkout waits for nothing")
	require.NoError(t, first.Commit(t.Context()))
	got := <-second
	require.NoError(t, got.err)
	assert.Equal(t, 2, got.tries)
	_, _, err = s.checkout(t.Context(), basket{"b-3", "ada", 12})
	require.True(t, refused(err), "7.80 and twice 93.60 were counted: %v", err)
	assert.Len(t, s.numbers(t), 3)
}

// A visitor who clicks again and again has one row and one order.
func TestTheSameBasketAtOnceIsOneOrder(t *testing.T) {
	s := opened(t)
	var wait sync.WaitGroup
	errs, numbers := make([]error, 8), make([]string, 8)
	for i := range errs {
		wait.Go(func() {
			order, _, err := s.checkout(t.Context(), basket{"b-1", "ada", 12})
			numbers[i], errs[i] = order.Number, err
		})
	}
	wait.Wait()
	require.NoError(t, errors.Join(errs...))
	for _, number := range numbers {
		assert.Equal(t, numbers[0], number)
	}
	assert.Equal(t, numbers[:1], s.numbers(t))
	_, _, err := s.checkout(t.Context(), basket{"b-1", "ada", 13})
	require.ErrorIs(t, err, tandem.ErrDuplicate, "the key was used for another basket")
}

func TestOnAPrivateServer(t *testing.T) {
	var out strings.Builder
	err := open(t.Context(), "", &out)
	pgtest.Need(t, err)
	assert.Equal(t, told, out.String())
	assert.Error(t, open(t.Context(), "postgres://127.0.0.1:1/nothing?connect_timeout=1", &out))
}
