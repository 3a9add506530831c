package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
)

// canceller is a driver that ends the context of its caller at one of its calls.
type canceller struct {
	store.Driver
	at, calls int    // at which call, or atCommit; how many there were
	end       func() // what happens there
}

const atCommit = -1

func (d *canceller) step() {
	if d.calls++; d.calls == d.at {
		d.end()
	}
}

func (d *canceller) Begin(ctx context.Context, tenant string, readOnly bool) (store.Tx, error) {
	d.step()
	tx, err := d.Driver.Begin(ctx, tenant, readOnly)
	own := &cancellerTx{tx, d}
	if ahead, ok := tx.(store.Prefetcher); ok {
		return cancellerPrefetch{own, ahead}, err
	}
	return own, err
}

type cancellerPrefetch struct {
	*cancellerTx
	ahead store.Prefetcher
}

func (t cancellerPrefetch) Prefetch(ctx context.Context, reads []store.Read) error {
	t.d.step()
	return t.ahead.Prefetch(ctx, reads)
}

type cancellerTx struct {
	store.Tx
	d *canceller
}

func (t *cancellerTx) Get(ctx context.Context, kind *store.Kind, keys []store.Key, out []store.Record) error {
	t.d.step()
	return t.Tx.Get(ctx, kind, keys, out)
}

func (t *cancellerTx) Scan(ctx context.Context, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	t.d.step()
	return t.Tx.Scan(ctx, scan, out)
}

func (t *cancellerTx) Levels(ctx context.Context, keys []inventory.LevelKey, out []inventory.Level) error {
	t.d.step()
	return t.Tx.Levels(ctx, keys, out)
}

func (t *cancellerTx) ScanLevels(ctx context.Context, scan *store.LevelScan, out []inventory.Level) ([]inventory.Level, error) {
	t.d.step()
	return t.Tx.ScanLevels(ctx, scan, out)
}

func (t *cancellerTx) Events(ctx context.Context, after int64, limit int) ([]work.Event, error) {
	t.d.step()
	return t.Tx.Events(ctx, after, limit)
}

func (t *cancellerTx) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	t.d.step()
	return t.Tx.Next(ctx, company, series, date)
}

func (t *cancellerTx) Command(ctx context.Context, key string) (work.CommandRecord, bool, error) {
	t.d.step()
	return t.Tx.Command(ctx, key)
}

func (t *cancellerTx) Commit(ctx context.Context, batch *store.Batch) error {
	if t.d.step(); t.d.at == atCommit {
		t.d.end()
	}
	return t.Tx.Commit(ctx, batch)
}

// cancelEngines runs a test on each engine; idle checks that nothing is kept of what
// was begun.
func cancelEngines(t *testing.T, test func(t *testing.T, s *shop, idle func())) {
	for name, stock := range map[string]sqlstore.Stock{"PostgreSQL plain": {}, "PostgreSQL buckets": {Buckets: 8}, "PostgreSQL group": {Group: 64}} {
		t.Run(name, func(t *testing.T) {
			db, pool := openPostgres(t, sqlstore.Config{Stock: stock})
			test(t, openShop(t, db, rawPostgres(t, pool.Config().ConnString())), func() { noneAcquired(t, pool) })
		})
	}
	t.Run("SQLite", func(t *testing.T) {
		path := t.TempDir() + "/trade.db"
		made, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
		require.NoError(t, err)
		require.NoError(t, made.Close())
		pool, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, pool.Close()) })
		db, err := sqlstore.NewSQLite(t.Context(), pool, sqlstore.Config{})
		require.NoError(t, err)
		test(t, openShop(t, db, rawLite(t, path)), func() {
			require.NoError(t, db.Close())
			require.Zero(t, pool.Stats().InUse, "a connection is leaked")
		})
	})
}

// command is one of a cycle from order to cash; each needs the result of those before.
type command struct {
	name string
	run  func(ctx context.Context, sales *ordertocash.Service[*store.Bundle], key string) error
}

// cycle gives the commands of a cycle.
func (s *shop) cycle(t *testing.T, customer int) []command {
	party := erptest.CustomerID(fmt.Sprintf("customer %d", customer))
	var placed ordertocash.Placed
	var draft ordertocash.Invoiced
	return []command{
		{"place_order", func(ctx context.Context, sales *ordertocash.Service[*store.Bundle], key string) (err error) {
			placed, err = sales.Place(ctx, ordertocash.PlaceOrder{Header: header(key), Customer: party,
				Lines: []ordertocash.OrderLine{erptest.Line("85123A", 1), erptest.Line("22423", 1)}})
			return err
		}},
		{"ship_order", func(ctx context.Context, sales *ordertocash.Service[*store.Bundle], key string) error {
			_, err := sales.Ship(ctx, ordertocash.ShipOrder{Header: header(key), Order: placed.Order})
			return err
		}},
		{"invoice_order", func(ctx context.Context, sales *ordertocash.Service[*store.Bundle], key string) (err error) {
			draft, err = sales.Invoice(ctx, ordertocash.InvoiceOrder{Header: header(key), Order: placed.Order})
			return err
		}},
		{"post_invoice", func(ctx context.Context, sales *ordertocash.Service[*store.Bundle], key string) error {
			_, err := sales.Post(ctx, ordertocash.PostInvoice{Header: header(key), Invoice: draft.Invoice})
			return err
		}},
		{"receive_payment", func(ctx context.Context, sales *ordertocash.Service[*store.Bundle], key string) error {
			_, err := sales.Receive(ctx, ordertocash.ReceivePayment{Header: header(key), Customer: party, Amount: draft.Gross,
				Method: payment.BankTransfer, Oldest: true})
			return err
		}},
		{"hold", nil}, // which is of no service
	}
}

// footprint counts the rows of every table that a command could write to.
func (s *shop) footprint(t *testing.T) (counts [9]int) {
	for i, table := range []string{"sales_order", "reservation", "stock_move", "sales_delivery", "customer_invoice", "journal_entry", "customer_payment", "event", "command"} {
		counts[i] = s.count(t, table, "")
	}
	return counts
}

// trial runs a command whose context ends at a call.
func (s *shop) trial(t *testing.T, d *canceller, c command, key string, at int, end func(cancel func())) (calls int, err error) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	d.at, d.calls, d.end = at, 0, func() { end(cancel) }
	kept, err := store.Open(d, "acme", store.Options{})
	require.NoError(t, err)
	if c.run == nil {
		_, err = s.hold(ctx, t, s.runner.On(kept), holding(key, "85123A", "22423"), nil)
	} else {
		err = c.run(ctx, s.Sales.On(kept), key)
	}
	return d.calls, err
}

func TestFaultContextEndedAtEveryCall(t *testing.T) {
	cancelEngines(t, func(t *testing.T, s *shop, idle func()) {
		d := &canceller{Driver: s.db}
		ended, done := 0, 0
		for _, c := range s.cycle(t, 1) {
			for at := 1; ; at++ {
				before := s.footprint(t)
				calls, err := s.trial(t, d, c, c.name, at, func(cancel func()) { cancel() })
				if err == nil {
					require.Less(t, calls, at, "%s, call %d of %d: ended and yet it succeeded", c.name, at, calls)
					done++
					break
				}
				require.ErrorIs(t, err, context.Canceled, "%s, call %d", c.name, at)
				require.Equal(t, before, s.footprint(t), "%s, call %d: nothing happened", c.name, at)
				ended++
			}
			require.Equal(t, 1, s.count(t, "command", "WHERE key = '"+c.name+"'"))
		}
		s.AssertBooks(t)
		idle()
		t.Logf("%d commands ended at each of their %d calls: nothing each time, then %d effects", done, ended, done)
	})
}

// In the middle of a call the context ends at any instruction: then the outcome may be
// unknown, but an error that does not say so means that nothing happened.
func TestFaultContextEndedInACall(t *testing.T) {
	cancelEngines(t, func(t *testing.T, s *shop, idle func()) {
		d := &canceller{Driver: s.db}
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 1))
		var nothing, unknown, succeeded, late int
		for round := range 6 {
			for _, c := range s.cycle(t, round%shopCustomers) {
				key := fmt.Sprintf("%s %d", c.name, round)
				at, after := 1+r.IntN(8), time.Duration(r.IntN(3000))*time.Microsecond
				if r.IntN(2) == 0 {
					at = atCommit
				}
				before := s.footprint(t)
				_, err := s.trial(t, d, c, key, at, func(cancel func()) { time.AfterFunc(after, cancel) })
				there := s.settled(t, key) > 0
				switch {
				case err == nil:
					succeeded++
					require.True(t, there, "%s: acknowledged and not there", key)
				case errors.Is(err, tandem.ErrUnknown):
					unknown++
					if there {
						late++
					}
				default:
					nothing++
					require.ErrorIs(t, err, context.Canceled)
					require.False(t, there, "%s, seed %d: %v, and yet it took effect", key, seed, err)
					require.Equal(t, before, s.footprint(t), "seed %d", seed)
				}
				_, err = s.trial(t, d, c, key, 0, nil)
				require.NoError(t, err, key)
				require.Equal(t, 1, s.count(t, "command", "WHERE key = '"+key+"'"))
			}
		}
		s.assertWhole(t)
		idle()
		t.Logf("seed %d: ended in a call %d times with nothing done, %d times unknown (%d of them had taken effect), %d times too late: one effect of each key",
			seed, nothing, unknown, late, succeeded)
	})
}

// settled gives how often a key has taken effect, when every client's transaction in
// the database has ended: a server goes on with what it has read when its client is gone.
func (s *shop) settled(t *testing.T, key string) int {
	t.Helper()
	if s.prefix == "tandem." {
		require.Eventually(t, func() bool {
			var open int
			require.NoError(t, s.raw.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"+
				" AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND (state <> 'idle' OR wait_event_type = 'Lock')").Scan(&open))
			return open == 0
		}, time.Minute, time.Millisecond)
	}
	return s.count(t, "command", "WHERE key = '"+key+"'")
}
