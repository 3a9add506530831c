package dqlite_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/dqlite"
)

const (
	clients = 6  // each with connections of its own, as if it were a process
	orders  = 60 // of each client
	early   = clients * orders / 3
)

// load is what several clients do, and what came of it.
type load struct {
	mu                 sync.Mutex
	acknowledged       map[string]ordertocash.Placed
	conflicts, unknown int
	killed, next       time.Time // the leader was gone; the first command begun after that is acknowledged
	early              chan struct{}
	done               atomic.Int64
}

// place sends one command until it is acknowledged, always with the same key.
func (l *load) place(ctx context.Context, desk *ordertocash.Service[*store.Bundle], command ordertocash.PlaceOrder) error {
	for {
		begun := time.Now()
		placed, err := desk.Place(ctx, command)
		l.mu.Lock()
		switch {
		case err == nil:
			l.acknowledged[command.Key] = placed
			if l.next.IsZero() && !l.killed.IsZero() && begun.After(l.killed) {
				l.next = time.Now()
			}
		case errors.Is(err, tandem.ErrUnknown):
			l.unknown++
		case errors.Is(err, tandem.ErrConflict):
			l.conflicts++
		}
		l.mu.Unlock()
		switch {
		case err == nil:
			if l.done.Add(1) == early {
				close(l.early)
			}
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%s: %w", command.Key, errors.Join(ctx.Err(), err))
		case !errors.Is(err, tandem.ErrUnknown) && !errors.Is(err, tandem.ErrConflict):
			return fmt.Errorf("%s: %w", command.Key, err)
		}
	}
}

// trigger runs something once, when a COMMIT has just been sent.
type trigger struct{ pull atomic.Pointer[func()] }

type triggering struct {
	net.Conn
	t *trigger
}

func (t *trigger) dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := dqlite.Dial(ctx, address)
	return triggering{conn, t}, err
}

func (c triggering) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if bytes.Contains(b, []byte("COMMIT")) {
		if pull := c.t.pull.Swap(nil); pull != nil {
			(*pull)()
		}
	}
	return n, err
}

// The leader is killed while orders are placed. Whoever was told that an order is
// placed finds it, whole and once, on each of the nodes.
func TestNoAcknowledgedOrderIsLostWithTheLeader(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
	defer cancel()
	c := startCluster(t, 3)
	l := &load{acknowledged: map[string]ordertocash.Placed{}, early: make(chan struct{})}
	var desks []*ordertocash.Service[*store.Bundle]
	var tenant *sqlstore.Tenant
	var commit trigger
	for range clients {
		db, err := dqlite.OpenDriver(ctx, c.dialling(t, commit.dial), "trade", sqlstore.Config{CursorSecret: []byte(secret)})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		tenant = db.Tenant("acme")
		desks = append(desks, open(t, tenant))
	}
	fill(ctx, t, tenant)

	var all sync.WaitGroup
	failed := make(chan error, clients)
	for i, desk := range desks {
		all.Go(func() {
			for n := range orders {
				if err := l.place(ctx, desk, order(i, n)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	select {
	case <-l.early:
	case err := <-failed:
		require.NoError(t, err)
	}
	leader, to := c.leader(ctx, t)
	_ = to.Close()
	before := 0
	kill := func() {
		leader.kill(t)
		l.mu.Lock()
		l.killed, before = time.Now(), len(l.acknowledged)
		l.mu.Unlock()
	}
	commit.pull.Store(&kill)
	all.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
	require.Len(t, l.acknowledged, clients*orders)
	require.False(t, l.next.IsZero(), "nobody has noticed")
	t.Logf("orders acknowledged: %d, %d of them before the leader was killed; commands repeated: %d after a conflict, %d of unknown outcome; next commit after %.1f s",
		len(l.acknowledged), before, l.conflicts, l.unknown, l.next.Sub(l.killed).Seconds())
	audit(ctx, t, retrying(tenant), l.acknowledged)

	leader.start(t)
	c.lead(ctx, t, leader) // it has caught up
	conflicts := l.conflicts
	for i, desk := range desks { // whose connections are to the one that led before
		require.NoError(t, l.place(ctx, desk, order(i, orders)))
	}
	audit(ctx, t, retrying(tenant), l.acknowledged)
	compareNodes(ctx, t, c)
	t.Logf("the killed node is back and has led: orders acknowledged: %d, commands repeated after a conflict: %d; all three nodes hold the same",
		len(l.acknowledged), l.conflicts-conflicts)
}

// compareNodes reads each node while it leads.
func compareNodes(ctx context.Context, t *testing.T, c *cluster) {
	t.Helper()
	var digests []string
	for _, node := range c.nodes {
		c.lead(ctx, t, node)
		digests = append(digests, digest(ctx, t, c))
	}
	for _, d := range digests {
		require.Equal(t, digests[0], d, "two nodes differ")
	}
}

// digest reads all that the leader holds.
func digest(ctx context.Context, t *testing.T, c *cluster) string {
	t.Helper()
	connector, err := c.driver.OpenConnector("trade")
	require.NoError(t, err)
	pool := sql.OpenDB(connector)
	defer func() { _ = pool.Close() }()
	column := func(query string) (out []string) {
		rows, err := pool.QueryContext(ctx, query)
		require.NoError(t, err)
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var text string
			require.NoError(t, rows.Scan(&text))
			out = append(out, text)
		}
		require.NoError(t, rows.Err())
		return out
	}
	require.Equal(t, []string{"ok"}, column("PRAGMA integrity_check"))
	tables := column("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	require.Contains(t, tables, "tandem_sales_order")
	sum := sha256.New()
	for _, table := range tables {
		_, _ = fmt.Fprintln(sum, table)
		for _, line := range contents(ctx, t, pool, table) {
			_, _ = fmt.Fprintln(sum, line)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// contents gives the rows of a table as texts, sorted.
func contents(ctx context.Context, t *testing.T, pool *sql.DB, table string) (out []string) {
	t.Helper()
	rows, err := pool.QueryContext(ctx, "SELECT * FROM "+table)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	require.NoError(t, err)
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range into {
		into[i] = &values[i]
	}
	for rows.Next() {
		require.NoError(t, rows.Scan(into...))
		out = append(out, fmt.Sprintf("%q", values))
	}
	require.NoError(t, rows.Err())
	slices.Sort(out)
	return out
}
