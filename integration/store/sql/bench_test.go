package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// The baseline is what a good engineer would write by hand who knew all in advance:
// the same rows, which were recorded of the library's own work, by plain pgx, each
// command in two round trips: BEGIN with all its reads, and all its writes with
// COMMIT. It computes nothing, encodes nothing, compares no revision and never runs
// a command again.

// tape records what the library sends, transaction by transaction.
type tape struct {
	engine
	mu  sync.Mutex
	out []script
}

// script is a recorded transaction.
type script struct{ reads, writes []statement }

func (t *tape) acquire(ctx context.Context, writes bool) (wire, error) {
	w, err := t.engine.acquire(ctx, writes)
	if err != nil {
		return nil, err
	}
	return &taped{wire: w, tape: t}, nil
}

// taped is a connection that is recorded for one transaction.
type taped struct {
	wire
	tape *tape
	all  [][]statement
}

func (w *taped) roundTrip(ctx context.Context, list []statement) error {
	w.all = append(w.all, slices.Clone(list))
	return w.wire.roundTrip(ctx, list)
}

func (w *taped) release() {
	w.wire.release()
	if s, ok := takes(w.all); ok {
		w.tape.mu.Lock()
		defer w.tape.mu.Unlock()
		w.tape.out = append(w.tape.out, s)
	}
}

// takes sorts a transaction's statements into reads and writes; one that was rolled
// back, or only read, is left out.
func takes(trips [][]statement) (s script, committed bool) {
	for i, trip := range trips {
		last := i == len(trips)-1
		for _, q := range trip {
			switch {
			case strings.HasPrefix(q.text, "BEGIN"):
			case q.text == "COMMIT":
				committed = true
			case last:
				q.text = unguarded(q.text)
				s.writes = append(s.writes, statement{text: q.text, args: q.args})
			default:
				s.reads = append(s.reads, statement{text: q.text, args: q.args, row: func(row) error { return nil }})
			}
		}
	}
	return s, committed
}

// unguarded makes the plain statement of a guarded one, which writes whatever the revision is.
func unguarded(text string) string {
	inner, ok := strings.CutPrefix(text, "WITH written AS (")
	if !ok {
		return text
	}
	inner, _, _ = strings.Cut(inner, " RETURNING 1) SELECT tandem.expect_one(count(*))")
	for _, column := range []string{" AND revision = ", " AND last_number = "} {
		if before, n, ok := strings.Cut(inner, column); ok {
			inner = before + " AND " + n + "::bigint >= 0"
		}
	}
	return inner
}

// inTenant gives the arguments of a script for another tenant.
func inTenant(list []statement, from, to string) []statement {
	out := slices.Clone(list)
	for i := range out {
		out[i].args = slices.Clone(out[i].args)
		for j, a := range out[i].args {
			if a == any(from) {
				out[i].args[j] = to
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
func town(tb testing.TB, tenant *Tenant, goods []erptest.Good, prices *pricing.Snapshot) *erptest.CompanyOf[*store.Bundle] {
	tb.Helper()
	return erptest.On(tb, tenant, erptest.WithGoods(goods...), erptest.WithPrices(prices),
		erptest.WithSales(benchSales))
}

func benchSales(c *ordertocash.Config) {
	c.KeepWaterfalls, c.Work.IDs, c.Work.Retry.Tries, c.Customers = false, work.UUIDs(), 100, everybody{}
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
	db     *DB
	tape   *tape // of a second handle, which records
	taping *DB
	goods  []erptest.Good
	prices *pricing.Snapshot
	play   func(ctx context.Context, s *script) error // the baseline's way to run a script
	exec   func(ctx context.Context, text string, args ...any) error
	copies int
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
	level := append(slices.Clone(levelKey), "on_hand_micro", "reserved_micro")
	if x.db.d.buckets {
		level = append(level, "bucket")
	}
	tables := map[string][]string{"stock_level": level, "number_series": {"tenant", "company", "series", "last_number", "last_date"}}
	for _, s := range x.db.shelves {
		columns := append([]string{"tenant"}, s.ownKey()...)
		if !s.kind.Fact {
			columns = append(columns, "revision", "state")
		}
		tables[s.kind.Name] = append(columns, s.columns...)
	}
	for name, columns := range tables {
		list := strings.Join(columns[1:], ", ")
		table := x.db.d.table(name)
		require.NoError(b, x.exec(b.Context(), "INSERT INTO "+table+" (tenant, "+list+") SELECT "+x.db.d.placeholder(1)+", "+list+
			" FROM "+table+" WHERE tenant = "+x.db.d.placeholder(2), to, "first"))
	}
}

// compare runs b.N cycles by the library and by the baseline, in turns.
func (x *bench) compare(b *testing.B, clients int) {
	b.StopTimer()
	library, recorded, baseline := x.tenants(b)
	sales := func(tenant *Tenant) *ordertocash.Service[*store.Bundle] {
		return townOf(b, tenant, x.goods, x.prices)
	}
	rec := sales(x.taping.Tenant(recorded))
	cycles := make([][]script, b.N)
	for n := range cycles {
		x.tape.out = nil
		require.NoError(b, cycle(b.Context(), rec, x.goods, n))
		for _, s := range x.tape.out {
			cycles[n] = append(cycles[n], script{inTenant(s.reads, recorded, baseline), inTenant(s.writes, recorded, baseline)})
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
func townOf(b *testing.B, tenant *Tenant, goods []erptest.Good, prices *pricing.Snapshot) *ordertocash.Service[*store.Bundle] {
	b.Helper()
	c := erptest.Reopen(b, tenant, erptest.WithGoods(goods...), erptest.WithPrices(prices),
		erptest.WithSales(benchSales))
	return c.Sales
}

// benchPostgres gives a durable server of the benchmark's own.
func benchPostgres(b *testing.B, stock Stock) (*bench, *pgxpool.Pool) {
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
	require.NoError(b, MigratePostgres(b.Context(), pool, ""))
	db, err := OpenPostgres(b.Context(), pool, Config{Stock: stock})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	taping, err := OpenPostgres(b.Context(), pool, Config{Stock: Stock{Buckets: stock.Buckets}})
	require.NoError(b, err)
	x := &bench{db: db, tape: &tape{engine: taping.engine}, taping: taping}
	taping.engine = x.tape
	x.exec = func(ctx context.Context, text string, args ...any) error {
		_, err := pool.Exec(ctx, text, args...)
		return err
	}
	x.play = func(ctx context.Context, s *script) error { return playPgx(ctx, pool, s) }
	return x, pool
}

// playPgx is the baseline on PostgreSQL.
func playPgx(ctx context.Context, pool *pgxpool.Pool, s *script) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	send := func(list []statement, before, after string) error {
		batch := &pgx.Batch{}
		if before != "" {
			batch.Queue(before)
		}
		for i := range list {
			batch.Queue(list[i].text, list[i].args...)
		}
		if after != "" {
			batch.Queue(after)
		}
		return conn.SendBatch(ctx, batch).Close()
	}
	return errors.Join(send(s.reads, "BEGIN", ""), send(s.writes, "", "COMMIT"))
}

func BenchmarkPostgres(b *testing.B) {
	b.Run("order-to-cash", func(b *testing.B) {
		x, pool := benchPostgres(b, Stock{})
		x.goods, x.prices = townGoods(b)
		town(b, x.db.Tenant("first"), x.goods, x.prices)
		_, err := pool.Exec(b.Context(), "ANALYZE")
		require.NoError(b, err)
		for _, clients := range []int{1, 8, 64} {
			b.Run("clients-"+strconv.Itoa(clients), func(b *testing.B) { x.compare(b, clients) })
		}
	})
}
