package dqlite_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/ordertocash"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/dqlite"
)

// cut is where the connection to the leader breaks, once.
type cut struct {
	at    string // a part of the statement
	after bool   // the server has it, and its answer is lost
	left  atomic.Int32
	hang  bool // nothing breaks, and no answer comes
}

// cutting is a connection through which the statements go in plain text.
type cutting struct {
	net.Conn
	cut  *cut
	lost bool
}

func (c *cutting) Write(b []byte) (int, error) {
	if !bytes.Contains(b, []byte(c.cut.at)) || c.cut.left.Add(-1) < 0 {
		return c.Conn.Write(b)
	}
	if !c.cut.after {
		return 0, errors.Join(net.ErrClosed, c.Conn.Close())
	}
	n, err := c.Conn.Write(b)
	c.lost = true
	return n, err
}

func (c *cutting) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.lost || err != nil {
		return n, err
	}
	if c.cut.hang {
		for err == nil { // until somebody closes it
			_, err = c.Conn.Read(b)
		}
		return 0, err
	}
	return 0, errors.Join(net.ErrClosed, c.Conn.Close()) // the server has answered, and nobody hears it
}

// What a broken connection means depends on where it breaks; the same key again makes
// the order exactly once in every case.
func TestABrokenConnectionMeansAConflictUntilCommitIsSent(t *testing.T) {
	c := startCluster(t, 1)
	base, err := dqlite.OpenDriver(t.Context(), c.driver, "trade", sqlstore.Config{CursorSecret: []byte(secret)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, base.Close()) })
	for i, at := range []struct {
		name    string
		cut     *cut
		unknown bool
	}{
		{"a read", &cut{at: "SELECT name, digest", after: true}, false},
		{"BEGIN is not sent", &cut{at: "BEGIN IMMEDIATE"}, false},
		{"the answer to BEGIN is lost", &cut{at: "BEGIN IMMEDIATE", after: true}, false},
		{"a write is not sent", &cut{at: "INSERT INTO tandem_sales_order"}, false},
		{"the answer to a write is lost", &cut{at: "INSERT INTO tandem_sales_order", after: true}, false},
		{"the answer to the last write is lost", &cut{at: "UPDATE tandem_stock_level", after: true}, false},
		// go-dqlite does not tell whether it could send.
		{"COMMIT is not sent", &cut{at: "COMMIT"}, true},
		{"the answer to COMMIT is lost", &cut{at: "COMMIT", after: true}, true},
	} {
		t.Run(at.name, func(t *testing.T) {
			name := "tenant " + strconv.Itoa(i)
			fill(t.Context(), t, base.Tenant(name))
			db, err := dqlite.OpenDriver(t.Context(), c.dialling(t, func(ctx context.Context, address string) (net.Conn, error) {
				conn, err := dqlite.Dial(ctx, address)
				return &cutting{Conn: conn, cut: at.cut}, err
			}), "trade", sqlstore.Config{CursorSecret: []byte(secret)})
			require.NoError(t, err)
			defer func() { require.NoError(t, db.Close()) }()
			tenant := db.Tenant(name)
			desk := open(t, tenant)
			warm, err := desk.Place(t.Context(), order(0, 0)) // so that connections are kept
			require.NoError(t, err)

			at.cut.left.Store(1)
			command := order(0, 1)
			_, err = desk.Place(t.Context(), command)
			require.Error(t, err)
			require.Equal(t, at.unknown, errors.Is(err, tandem.ErrUnknown), "%v", err)
			require.Equal(t, !at.unknown, errors.Is(err, tandem.ErrConflict), "%v", err)

			placed, err := desk.Place(t.Context(), command)
			require.NoError(t, err, "the next try has a new connection")
			audit(t.Context(), t, tenant, map[string]ordertocash.Placed{order(0, 0).Key: warm, command.Key: placed})
		})
	}
}

// A leader that does not answer holds nobody up whose context ends.
func TestAContextEndsARequestThatIsNotAnswered(t *testing.T) {
	c := startCluster(t, 1)
	silent := &cut{at: "COMMIT", after: true, hang: true}
	db, err := dqlite.OpenDriver(t.Context(), c.dialling(t, func(ctx context.Context, address string) (net.Conn, error) {
		conn, err := dqlite.Dial(ctx, address)
		return &cutting{Conn: conn, cut: silent}, err
	}), "trade", sqlstore.Config{CursorSecret: []byte(secret)})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	tenant := db.Tenant("acme")
	fill(t.Context(), t, tenant)
	desk := open(t, tenant)

	silent.left.Store(1)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	_, err = desk.Place(ctx, order(0, 0))
	require.ErrorIs(t, err, tandem.ErrUnknown, "COMMIT was sent")
	require.ErrorIs(t, err, context.Canceled)

	placed, err := desk.Place(t.Context(), order(0, 0))
	require.NoError(t, err)
	audit(t.Context(), t, tenant, map[string]ordertocash.Placed{order(0, 0).Key: placed})
}

// Where there is no leader, an Update ends with a conflict.
func TestNoLeaderIsAConflict(t *testing.T) {
	c := startCluster(t, 3)
	db, err := dqlite.OpenDriver(t.Context(), c.driver, "trade", sqlstore.Config{BusyTime: time.Second})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	tenant := db.Tenant("acme")
	fill(t.Context(), t, tenant)
	desk := open(t, tenant)
	c.nodes[0].kill(t)
	c.nodes[1].kill(t)
	_, err = desk.Place(t.Context(), order(0, 0)) // the connection, or the leadership, is lost
	require.True(t, errors.Is(err, tandem.ErrConflict) || errors.Is(err, tandem.ErrUnknown), "%v", err)
	_, err = desk.Place(t.Context(), order(0, 1))
	require.ErrorIs(t, err, tandem.ErrConflict)
	c.nodes[0].start(t)
	require.Eventually(t, func() bool {
		_, err = desk.Place(t.Context(), order(0, 2))
		return err == nil
	}, time.Minute, 10*time.Millisecond, "two of three nodes are enough: %v", err)
}
