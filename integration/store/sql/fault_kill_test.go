package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/ordertocash"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// severed reports whether an error is of a connection: refused, broken, or told by a
// server that goes down or comes up.
func severed(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08")
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// clients place orders under keys of their own, and again under the same key as long
// as they do not know.
type clients struct {
	s                      *shop
	answers                []ordertocash.Placed
	next, acknowledged     atomic.Int64
	unknown, severed, sent atomic.Int64
	failed                 atomic.Pointer[error]
}

func orderKey(i int) string { return fmt.Sprintf("order %d", i) }

func (c *clients) work(ctx context.Context) {
	for c.failed.Load() == nil {
		i := int(c.next.Add(1)) - 1
		if i >= len(c.answers) {
			return
		}
		for {
			c.sent.Add(1)
			placed, err := c.s.place(ctx, orderKey(i), i, "85123A", "22423")
			if err == nil {
				c.answers[i] = placed
				c.acknowledged.Add(1)
				break
			}
			switch {
			case errors.Is(err, tandem.ErrUnknown):
				c.unknown.Add(1)
			case severed(err):
				c.severed.Add(1)
			default:
				err = fmt.Errorf("order %d: %w", i, err)
				c.failed.CompareAndSwap(nil, &err)
				return
			}
			if ctx.Err() != nil {
				return
			}
			time.Sleep(5 * time.Millisecond) // the server is down
		}
	}
}

// The server is killed four times while clients order. What was acknowledged is there, once.
func TestFaultServerKilledWhileClientsOrder(t *testing.T) {
	for name, stock := range map[string]sqlstore.Stock{"plain": {}, "buckets": {Buckets: 8}, "group": {Group: 64}} {
		t.Run(name, func(t *testing.T) { killWhileClientsOrder(t, sqlstore.Config{Stock: stock}) })
	}
}

func killWhileClientsOrder(t *testing.T, cfg sqlstore.Config) {
	server, url := ownServer(t)
	db, _ := connect(t, url, 12, cfg)
	raw := rawPostgres(t, url)
	c := &clients{s: openShop(t, db, raw), answers: make([]ordertocash.Placed, 1000)}
	var fsync string
	require.NoError(t, raw.QueryRowContext(t.Context(), "SHOW fsync").Scan(&fsync))
	require.Equal(t, "on", fsync)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	for range 8 {
		group.Go(func() { c.work(ctx) })
	}
	for _, at := range []int64{200, 400, 600, 800} {
		require.Eventually(t, func() bool { return c.acknowledged.Load() >= at || c.failed.Load() != nil }, patience, time.Millisecond,
			"the clients are stuck before %d orders", at)
		require.NoError(t, server.Kill())
		require.NoError(t, server.Restart(t.Context()))
	}
	group.Wait()
	if failed := c.failed.Load(); failed != nil {
		t.Fatal(*failed)
	}
	t.Logf("%d orders acknowledged of %d commands sent by 8 clients: 4 kills, %d outcomes unknown, %d connections refused or broken",
		c.acknowledged.Load(), c.sent.Load(), c.unknown.Load(), c.severed.Load())
	require.Positive(t, c.unknown.Load()+c.severed.Load(), "the kills were noticed")
	kept, _ := c.s.assertWhole(t)
	require.Len(t, kept, len(c.answers))
	numbers := map[string]bool{}
	for i, answer := range c.answers {
		require.Equal(t, answer, kept[orderKey(i)], "what was acknowledged is what is kept")
		numbers[answer.Number] = true
	}
	require.Len(t, numbers, len(c.answers), "each has a number of its own")
	for i := 0; i < len(c.answers); i += 10 {
		placed, err := c.s.place(t.Context(), orderKey(i), i, "85123A", "22423")
		require.NoError(t, err)
		require.Equal(t, c.answers[i], placed, "the same key again gives the first result")
	}
	require.Equal(t, len(c.answers), c.s.count(t, "sales_order", ""))
}
