package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
)

// behindProxy gives a shop whose store reaches its server through a proxy.
func behindProxy(t *testing.T, cfg sqlstore.Config) (*shop, *proxy, *pgxpool.Pool) {
	t.Helper()
	url := pgtest.Database(t)
	direct, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	p := openProxy(t, direct.ConnConfig.Host)
	db, pool := connect(t, p.url(direct.ConnConfig.Database), 20, cfg)
	return openShop(t, db, rawPostgres(t, url)), p, pool
}

// onlyUnknown checks that an outcome is open, and that nothing says otherwise.
func onlyUnknown(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, tandem.ErrUnknown)
	require.NotErrorIs(t, err, tandem.ErrConflict, "it is not to be run again under another key")
	var unknown *sqlstore.UnknownError
	require.ErrorAs(t, err, &unknown)
	require.ErrorContains(t, err, "the answer to the commit was lost")
}

func TestFaultReplyOfCommitLost(t *testing.T) {
	for name, stock := range map[string]sqlstore.Stock{"plain": {}, "buckets": {Buckets: 8}, "group": {Group: 64}} {
		t.Run(name, func(t *testing.T) {
			s, p, pool := behindProxy(t, sqlstore.Config{Stock: stock})
			const each = 5
			for i := range each {
				key := fmt.Sprintf("order %d", i)
				p.answers.Store(1)
				_, err := s.place(t.Context(), key, i, "85123A", "22423")
				onlyUnknown(t, err)
				orders, _ := s.assertWhole(t)
				require.Contains(t, orders, key, "it took effect all the same")
				placed, err := s.place(t.Context(), key, i, "85123A", "22423")
				require.NoError(t, err)
				require.Equal(t, orders[key], placed, "the same key again gives the first result")

				key = fmt.Sprintf("hold %d", i)
				p.answers.Store(1)
				_, err = s.hold(t.Context(), t, s.runner, holding(key, "85123A"), nil)
				onlyUnknown(t, err)
				_, holds := s.assertWhole(t)
				again, err := s.hold(t.Context(), t, s.runner, holding(key, "85123A"), nil)
				require.NoError(t, err)
				require.Equal(t, holds[key], again)
			}
			orders, holds := s.assertWhole(t)
			require.Len(t, orders, each)
			require.Len(t, holds, each)
			require.Equal(t, int64(2*each), p.lost.Load())
			noneAcquired(t, pool)
			t.Logf("%d answers to COMMIT lost: %d unknown, %d effects, %d first results again", p.lost.Load(), 2*each, len(orders)+len(holds), 2*each)
		})
	}
}

// Lost on the way there, nothing happened; the client cannot tell, and sends it again.
func TestFaultRequestLost(t *testing.T) {
	for name, stock := range map[string]sqlstore.Stock{"plain": {}, "group": {Group: 64}} {
		t.Run(name, func(t *testing.T) {
			s, p, pool := behindProxy(t, sqlstore.Config{Stock: stock})
			const each = 5
			for i := range each {
				cmd := holding(fmt.Sprintf("hold %d", i), "85123A", "22423")
				_, err := s.hold(t.Context(), t, s.runner, cmd, func() error {
					p.requests.Store(true)
					return nil
				})
				onlyUnknown(t, err)
				_, holds := s.assertWhole(t)
				require.Len(t, holds, i, "nothing happened")
				first, err := s.hold(t.Context(), t, s.runner, cmd, nil)
				require.NoError(t, err)
				again, err := s.hold(t.Context(), t, s.runner, cmd, nil)
				require.NoError(t, err)
				require.Equal(t, first, again)
			}
			_, holds := s.assertWhole(t)
			require.Len(t, holds, each)
			require.Equal(t, int64(each), p.lost.Load())
			noneAcquired(t, pool)
			t.Logf("%d requests lost: %d unknown, %d effects by the same key again", p.lost.Load(), each, len(holds))
		})
	}
}

// Of reads nothing is unknown: nothing can have happened.
func TestFaultReadLost(t *testing.T) {
	s, p, pool := behindProxy(t, sqlstore.Config{})
	read := func(ctx context.Context, b erptest.Bundle) error {
		if _, err := b.Products().Get(ctx, erptest.ProductID("85123A")); err != nil {
			return err
		}
		p.requests.Store(true)
		_, err := b.Products().Get(ctx, erptest.ProductID("22423"))
		return err
	}
	for range 10 {
		for _, run := range []func(context.Context, func(context.Context, erptest.Bundle) error) error{s.Store.View, s.Store.Update} {
			err := run(t.Context(), read)
			require.Error(t, err)
			require.NotErrorIs(t, err, tandem.ErrUnknown)
		}
	}
	require.Equal(t, int64(20), p.lost.Load())
	_, holds := s.assertWhole(t)
	require.Empty(t, holds)
	noneAcquired(t, pool)
	t.Logf("%d reads lost, nothing unknown", p.lost.Load())
}

// In a host's transaction the COMMIT is the host's own: what it does not know, its next
// transaction finds out by the same key.
func TestFaultReplyOfAHostsCommitLost(t *testing.T) {
	s, p, pool := behindProxy(t, sqlstore.Config{})
	_, err := pool.Exec(t.Context(), "CREATE TABLE shipment (id text PRIMARY KEY)")
	require.NoError(t, err)
	// inside runs the command in a transaction of the host's, beside a row of its own.
	inside := func(key string, beforeEnd, beforeCommit func()) (h held, updated, committed error) {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		defer func() { _ = tx.Rollback(context.Background()) }()
		_, err = tx.Exec(t.Context(), "INSERT INTO shipment VALUES ($1) ON CONFLICT DO NOTHING", key)
		require.NoError(t, err)
		bound, err := s.db.Tenant("acme").Bind(tx)
		require.NoError(t, err)
		h, err = s.hold(t.Context(), t, s.runner.On(bound), holding(key, "85123A"), func() error { beforeEnd(); return nil })
		if err != nil {
			return h, err, nil
		}
		beforeCommit()
		return h, nil, tx.Commit(t.Context())
	}
	nothing := func() {}
	shipments := func() (n int) {
		require.NoError(t, s.raw.QueryRowContext(t.Context(), "SELECT count(*) FROM shipment").Scan(&n))
		return n
	}
	const each = 10
	for i := range each {
		key := fmt.Sprintf("hold %d", i)
		_, updated, _ := inside(key, func() { p.requests.Store(true) }, nothing)
		require.Error(t, updated, "the writes were lost")
		require.NotErrorIs(t, updated, tandem.ErrUnknown, "no COMMIT was sent")
		_, holds := s.assertWhole(t)
		require.Len(t, holds, i)
		require.Equal(t, i, shipments())

		first, updated, committed := inside(key, nothing, func() { p.answers.Store(1) })
		require.NoError(t, updated)
		require.Error(t, committed, "the host's answer was lost")
		again, updated, committed := inside(key, nothing, nothing)
		require.NoError(t, errors.Join(updated, committed))
		require.Equal(t, first, again, "the same key again gives the first result")
	}
	_, holds := s.assertWhole(t)
	require.Len(t, holds, each)
	require.Equal(t, each, shipments())
	noneAcquired(t, pool)
	t.Logf("%d writes and %d answers to a host's COMMIT lost: %d effects, each with the host's row", each, each, len(holds))
}

// A group shares its commit, and so its fate.
func TestFaultReplyOfAGroupsCommitLost(t *testing.T) {
	s, p, pool := behindProxy(t, sqlstore.Config{Stock: sqlstore.Stock{Group: 64}})
	rounds, unknown, most := 0, 0, 0
	for ; rounds < 5; rounds++ {
		size, open := s.loseGroup(t, p, fmt.Sprintf("round %d", rounds))
		unknown, most = unknown+open, max(most, size)
	}
	_, holds := s.assertWhole(t)
	require.Len(t, holds, rounds*(groupMembers+1))
	require.GreaterOrEqual(t, most, 2, "batches were gathered")
	noneAcquired(t, pool)
	t.Logf("%d groups lost their answer: %d members unknown, the largest group had %d, %d effects of %d commands", rounds, unknown, most, len(holds), rounds*(groupMembers+1))
}

const groupMembers = 12

// patience is how long a test waits for what comes at once, unless the machine is busy.
const patience = 2 * time.Minute

// loseGroup gathers a group behind a batch that waits for a lock, loses the answer to
// its commit, and checks that all of the group do not know, and nobody else.
func (s *shop) loseGroup(t *testing.T, p *proxy, round string) (size, unknown int) {
	t.Helper()
	var all sync.WaitGroup
	defer all.Wait() // behind the lock's end, however this ends
	lock, err := s.raw.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = lock.Rollback() }()
	_, err = lock.ExecContext(t.Context(), "SELECT 1 FROM tandem.stock_level WHERE product = $1 FOR UPDATE", erptest.ProductID("84879").String())
	require.NoError(t, err)
	results, failed := make([]held, groupMembers+1), make([]error, groupMembers+1)
	run := func(i int, product string) {
		all.Go(func() {
			results[i], failed[i] = s.hold(t.Context(), t, s.runner, holding(fmt.Sprintf("%s member %d", round, i), product), nil)
		})
	}
	run(0, "84879")
	require.Eventually(t, func() bool {
		var waiting int
		err := s.raw.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting)
		return assert.NoError(t, err) && waiting > 0
	}, patience, time.Millisecond, "its batch does not wait for the lock")
	for i := 1; i <= groupMembers; i++ {
		run(i, "85123A")
	}
	require.Eventually(t, func() bool { return s.db.Queued() == groupMembers }, patience, time.Millisecond, "not all have handed their batch in")
	p.answers.Store(2) // that of the batch that waits, and that of the group
	require.NoError(t, lock.Rollback())
	all.Wait()
	p.answers.Store(0)
	require.NoError(t, failed[0])
	groups := map[string][]int{} // by the transaction that wrote the command
	for i := range failed {
		key := fmt.Sprintf("%s member %d", round, i)
		for _, row := range s.rows(t, "xmin::text", "command", "WHERE key = '"+key+"'") {
			groups[row[0]] = append(groups[row[0]], i)
		}
	}
	for _, members := range groups {
		for _, i := range members {
			require.Equal(t, failed[members[0]] == nil, failed[i] == nil, "a group has one fate: %v, %v", failed[members[0]], failed[i])
			if failed[i] != nil {
				onlyUnknown(t, failed[i])
				unknown, size = unknown+1, max(size, len(members))
			}
		}
	}
	require.Positive(t, unknown)
	_, holds := s.assertWhole(t)
	for i := range failed {
		key := fmt.Sprintf("%s member %d", round, i)
		again, err := s.hold(t.Context(), t, s.runner, holding(key, map[bool]string{true: "84879", false: "85123A"}[i == 0]), nil)
		require.NoError(t, err)
		require.Equal(t, holds[key], again, "the same key again gives the first result")
		if failed[i] == nil {
			require.Equal(t, results[i], again)
		}
	}
	return size, unknown
}

// noneAcquired checks that every connection is back; a broken one goes in the background.
func noneAcquired(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	require.Eventually(t, func() bool { return pool.Stat().AcquiredConns() == 0 }, patience, time.Millisecond, "a connection is leaked")
}
