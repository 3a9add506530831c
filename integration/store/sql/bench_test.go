package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// The baseline is what a good engineer would write by hand who knew all in advance:
// the same rows, which were recorded of the library's own work, by plain pgx, each
// command in two round trips: BEGIN with all its reads, and all its writes with
// COMMIT. It computes nothing, encodes nothing, compares no revision and never runs
// a command again.

// inTenant gives the arguments of a script for another tenant.
func inTenant(list []sqlstore.Query, from, to string) []sqlstore.Query {
	out := slices.Clone(list)
	for i := range out {
		out[i].Args = slices.Clone(out[i].Args)
		for j, a := range out[i].Args {
			if a == any(from) {
				out[i].Args[j] = to
			}
		}
	}
	return out
}

const (
	benchProducts = 10_000
	benchSlices   = 4 // library and baseline take turns, so that noise meets both
)

// town is a company with many products, on any tenant.
func town(tb testing.TB, tenant *sqlstore.Tenant, goods []erptest.Good, prices *pricing.Snapshot) *erptest.CompanyOf[*store.Bundle] {
	tb.Helper()
	return erptest.On(tb, tenant, erptest.WithGoods(goods...), erptest.WithPrices(prices),
		erptest.WithSales(benchSales))
}

func benchSales(c *ordertocash.Config) {
	c.KeepWaterfalls, c.Work.IDs, c.Work.Retry.Tries, c.Customers, c.DefaultTerms = false, work.UUIDs(), 100, everybody{}, "net30"
}

// everybody is a customer at home.
type everybody struct{}

func (everybody) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	return ordertocash.Customer{Party: id, Country: "GB", Business: true, Terms: "net30"}, nil
}

func townGoods(tb testing.TB) ([]erptest.Good, *pricing.Snapshot) {
	tb.Helper()
	book := pricing.NewBook("trade", 1)
	book.Lists = []pricing.List{{ID: "base", Source: pricing.SourceDefault}}
	var goods []erptest.Good
	for i := range benchProducts {
		key := "p" + strconv.Itoa(i)
		p := erptest.Product(key)
		price, err := tandem.PriceFromMicro(int64(1_000_000+10_000*(i%500)), tandem.GBP, 1, tandem.Each)
		require.NoError(tb, err)
		q, err := tandem.QuantityOf(1_000_000, tandem.Each)
		require.NoError(tb, err)
		book.Rows = append(book.Rows, pricing.Row{ID: "r" + key, List: "base", Product: p.ID, Price: price})
		goods = append(goods, erptest.Good{Product: p, Stock: q, Value: tandem.MoneyFromMinor(55_000_000, tandem.GBP)})
	}
	prices, err := pricing.Compile(book)
	require.NoError(tb, err)
	return goods, prices
}

// cycle runs an order of three lines from its placing to its payment: five commands.
func cycle(ctx context.Context, s *ordertocash.Service[*store.Bundle], goods []erptest.Good, n int) error {
	header := func(step string) work.Header {
		return work.Header{Key: "c" + strconv.Itoa(n) + step, Actor: work.Actor{ID: "clerk"}}
	}
	customer := erptest.CustomerID(strconv.Itoa(n * 7919 % 10_000))
	lines := make([]ordertocash.OrderLine, 3)
	for i := range lines {
		q, err := tandem.QuantityOf(int64(1+(n+i)%12), tandem.Each)
		if err != nil {
			return err
		}
		lines[i] = ordertocash.OrderLine{Product: goods[(n*31+i*4001)%len(goods)].Product.ID, Quantity: q}
	}
	placed, err := s.Place(ctx, ordertocash.PlaceOrder{Header: header("place"), Customer: customer, Lines: lines})
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	shipped, err := s.Ship(ctx, ordertocash.ShipOrder{Header: header("ship"), Order: placed.Order})
	if err != nil {
		return fmt.Errorf("ship: %w", err)
	}
	draft := ordertocash.InvoiceOrder{Header: header("invoice"), Order: placed.Order}
	draft.Deliveries = append(draft.Deliveries, shipped.Delivery)
	invoiced, err := s.Invoice(ctx, draft)
	if err != nil {
		return fmt.Errorf("invoice: %w", err)
	}
	posted, err := s.Post(ctx, ordertocash.PostInvoice{Header: header("post"), Invoice: invoiced.Invoice})
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	_, err = s.Receive(ctx, ordertocash.ReceivePayment{Header: header("pay"), Customer: customer, Amount: posted.Gross,
		Method: payment.BankTransfer, Invoices: []billing.InvoiceID{posted.Invoice}})
	if err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	return nil
}

// bench is a database for benchmarks, with a tenant that all others are copied from.
type bench struct {
	db     *sqlstore.DB
	tape   *sqlstore.Tape // of a second handle, which records
	taping *sqlstore.DB
	goods  []erptest.Good
	prices *pricing.Snapshot
	play   func(ctx context.Context, s *sqlstore.Script) error // the baseline's way to run a script
	exec   func(ctx context.Context, text string, args ...any) error
	copies int
}

// found founds the first tenant. It has traded once, so that every series of numbers is
// there: the baseline could not make one while others look for it.
func (x *bench) found(b *testing.B) {
	b.Helper()
	require.NoError(b, cycle(b.Context(), town(b, x.db.Tenant("first"), x.goods, x.prices).Sales, x.goods, 0))
}

func (x *bench) tenants(b *testing.B) (library, recorded, baseline string) {
	x.copies++
	n := strconv.Itoa(x.copies)
	for _, name := range []string{"library ", "recorded ", "baseline "} {
		x.copyTenant(b, name+n)
	}
	return "library " + n, "recorded " + n, "baseline " + n
}

// copyTenant copies all that the first tenant has.
func (x *bench) copyTenant(b *testing.B, to string) {
	b.Helper()
	for _, text := range x.db.CopyTexts() {
		require.NoError(b, x.exec(b.Context(), text, to, "first"))
	}
}

// compare runs b.N cycles by the library and by the baseline, in turns.
func (x *bench) compare(b *testing.B, clients int) {
	b.StopTimer()
	library, recorded, baseline := x.tenants(b)
	sales := func(tenant *sqlstore.Tenant) *ordertocash.Service[*store.Bundle] {
		return townOf(b, tenant, x.goods, x.prices)
	}
	rec := sales(x.taping.Tenant(recorded))
	cycles := make([][]sqlstore.Script, b.N)
	for n := range cycles {
		x.tape.Take()
		require.NoError(b, cycle(b.Context(), rec, x.goods, n))
		for _, s := range x.tape.Take() {
			cycles[n] = append(cycles[n], sqlstore.Script{Reads: inTenant(s.Reads, recorded, baseline), Writes: inTenant(s.Writes, recorded, baseline)})
		}
	}
	s := sales(x.db.Tenant(library))
	var ours, theirs time.Duration
	for part := range benchSlices {
		from, to := part*b.N/benchSlices, (part+1)*b.N/benchSlices
		b.StartTimer()
		ours += parallel(b, clients, from, to, func(n int) error { return cycle(b.Context(), s, x.goods, n) })
		b.StopTimer()
		theirs += parallel(b, clients, from, to, func(n int) error {
			for i := range cycles[n] {
				if err := x.play(b.Context(), &cycles[n][i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.ReportMetric(float64(b.N)/ours.Seconds(), "cycles/s")
	b.ReportMetric(float64(b.N)/theirs.Seconds(), "baseline-cycles/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "x-baseline")
}

// parallel runs the numbers [from, to) by so many clients, and gives the time.
func parallel(b *testing.B, clients, from, to int, run func(n int) error) time.Duration {
	b.Helper()
	next := atomic.Int64{}
	next.Store(int64(from))
	var wait sync.WaitGroup
	start := time.Now()
	for range clients {
		wait.Go(func() {
			for n := int(next.Add(1)) - 1; n < to; n = int(next.Add(1)) - 1 {
				if err := run(n); err != nil {
					b.Errorf("number %d: %v", n, err)
					return
				}
			}
		})
	}
	wait.Wait()
	return time.Since(start)
}

// townOf gives the sales of a tenant that was copied.
func townOf(b *testing.B, tenant *sqlstore.Tenant, goods []erptest.Good, prices *pricing.Snapshot) *ordertocash.Service[*store.Bundle] {
	b.Helper()
	c := erptest.Reopen(b, tenant, erptest.WithGoods(goods...), erptest.WithPrices(prices),
		erptest.WithSales(benchSales))
	return c.Sales
}

// benchPostgres gives a durable server of the benchmark's own.
func benchPostgres(b *testing.B, stock sqlstore.Stock) (*bench, *pgxpool.Pool) {
	b.Helper()
	server := pgtest.Own(b, "max_wal_size=4GB", "autovacuum_naptime=10s")
	url, err := server.Create(b.Context(), "bench")
	require.NoError(b, err)
	config, err := pgxpool.ParseConfig(url)
	require.NoError(b, err)
	config.MaxConns = 72
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	require.NoError(b, sqlstore.MigratePostgres(b.Context(), pool, ""))
	db, err := sqlstore.OpenPostgres(b.Context(), pool, sqlstore.Config{Stock: stock})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	taping, err := sqlstore.OpenPostgres(b.Context(), pool, sqlstore.Config{Stock: sqlstore.Stock{Buckets: stock.Buckets}})
	require.NoError(b, err)
	x := &bench{db: db, tape: taping.Record(), taping: taping}
	x.exec = func(ctx context.Context, text string, args ...any) error {
		_, err := pool.Exec(ctx, text, args...)
		return err
	}
	x.play = func(ctx context.Context, s *sqlstore.Script) error { return playPgx(ctx, pool, s) }
	return x, pool
}

// playPgx is the baseline on PostgreSQL.
func playPgx(ctx context.Context, pool *pgxpool.Pool, s *sqlstore.Script) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	send := func(list []sqlstore.Query, before, after string) error {
		batch := &pgx.Batch{}
		if before != "" {
			batch.Queue(before)
		}
		for i := range list {
			batch.Queue(list[i].Text, list[i].Args...)
		}
		if after != "" {
			batch.Queue(after)
		}
		return conn.SendBatch(ctx, batch).Close()
	}
	return errors.Join(send(s.Reads, "BEGIN", ""), send(s.Writes, "", "COMMIT"))
}

func BenchmarkPostgres(b *testing.B) {
	b.Run("order-to-cash", func(b *testing.B) {
		x, pool := benchPostgres(b, sqlstore.Stock{})
		x.goods, x.prices = townGoods(b)
		x.found(b)
		_, err := pool.Exec(b.Context(), "ANALYZE")
		require.NoError(b, err)
		for _, clients := range []int{1, 8, 64} {
			b.Run("clients-"+strconv.Itoa(clients), func(b *testing.B) { x.compare(b, clients) })
		}
	})
	b.Run("hot-sku", benchHot)
}

// BenchmarkSQLite compares with the same rows written through database/sql, with
// prepared statements on one connection.
func BenchmarkSQLite(b *testing.B) {
	b.Run("order-to-cash", func(b *testing.B) {
		file := filepath.Join(b.TempDir(), "trade.db")
		open := func() *sqlstore.DB {
			db, err := sqlstore.OpenSQLite(b.Context(), file, sqlstore.Config{})
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, db.Close()) })
			return db
		}
		pool, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, pool.Close()) })
		x := &bench{db: open(), taping: open()}
		x.tape = x.taping.Record()
		x.exec = func(ctx context.Context, text string, args ...any) error {
			_, err := pool.ExecContext(ctx, text, args...)
			return err
		}
		hand := newHandSQLite(b, pool)
		x.play = hand.play
		x.goods, x.prices = townGoods(b)
		x.found(b)
		for _, clients := range []int{1, 8} {
			b.Run("clients-"+strconv.Itoa(clients), func(b *testing.B) { x.compare(b, clients) })
		}
	})
}

// handSQLite is the baseline on SQLite.
type handSQLite struct {
	mu       sync.Mutex
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

func newHandSQLite(b *testing.B, pool *sql.DB) *handSQLite {
	b.Helper()
	conn, err := pool.Conn(b.Context())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, conn.Close()) })
	return &handSQLite{conn: conn, prepared: map[string]*sql.Stmt{}}
}

func (h *handSQLite) play(ctx context.Context, s *sqlstore.Script) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, err := h.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for i := range s.Reads {
		if err := h.run(ctx, &s.Reads[i], true); err != nil {
			return err
		}
	}
	for i := range s.Writes {
		if err := h.run(ctx, &s.Writes[i], false); err != nil {
			return err
		}
	}
	_, err := h.conn.ExecContext(ctx, "COMMIT")
	return err
}

func (h *handSQLite) run(ctx context.Context, q *sqlstore.Query, reads bool) error {
	p := h.prepared[q.Text]
	if p == nil {
		var err error
		if p, err = h.conn.PrepareContext(ctx, q.Text); err != nil {
			return err
		}
		h.prepared[q.Text] = p
	}
	if !reads {
		_, err := p.ExecContext(ctx, q.Args...)
		return err
	}
	rows, err := p.QueryContext(ctx, q.Args...)
	if err != nil {
		return err
	}
	var columns []any
	for rows.Next() {
		if columns == nil {
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			columns = make([]any, len(names))
			for i := range columns {
				columns[i] = new(any)
			}
		}
		if err := rows.Scan(columns...); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
