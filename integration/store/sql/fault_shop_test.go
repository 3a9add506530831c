package sqlstore_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/work"
)

// policies runs a test on each engine and policy of stock.
func policies(t *testing.T, test func(t *testing.T, s *shop)) {
	for _, p := range []struct {
		name  string
		stock sqlstore.Stock
	}{{"PostgreSQL plain", sqlstore.Stock{}}, {"PostgreSQL buckets", sqlstore.Stock{Buckets: 8}}, {"PostgreSQL group", sqlstore.Stock{Group: 64}}} {
		t.Run(p.name, func(t *testing.T) {
			db, pool := openPostgres(t, sqlstore.Config{Stock: p.stock})
			test(t, openShop(t, db, rawPostgres(t, pool.Config().ConnString())))
		})
	}
	t.Run("SQLite", func(t *testing.T) {
		db, raw := openShopFile(t)
		test(t, openShop(t, db, raw))
	})
}

// openShopFile gives a new database of SQLite, and a way around the library.
func openShopFile(t *testing.T) (*sqlstore.DB, *sql.DB) {
	t.Helper()
	path := t.TempDir() + "/trade.db"
	db, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, rawLite(t, path)
}

func rawPostgres(t *testing.T, url string) *sql.DB { return openRaw(t, "pgx", url) }

func rawLite(t *testing.T, path string) *sql.DB {
	return openRaw(t, "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
}

func openRaw(t *testing.T, driver, source string) *sql.DB {
	t.Helper()
	raw, err := sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	return raw
}

// ownServer gives a database of a durable server of the test's own.
func ownServer(t *testing.T, settings ...string) (server *pgtest.Server, url string) {
	t.Helper()
	server = pgtest.Own(t, settings...)
	url, err := server.Create(t.Context(), "trade")
	require.NoError(t, err)
	return server, url
}

// connect opens the tables through a pool of so many connections.
func connect(t *testing.T, url string, most int32, cfg sqlstore.Config) (*sqlstore.DB, *pgxpool.Pool) {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.MaxConns = most
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, sqlstore.MigratePostgres(t.Context(), pool, cfg.Schema))
	db, err := sqlstore.OpenPostgres(t.Context(), pool, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, pool
}

const (
	shopCustomers = 24
	shopPieces    = 100_000 // of each product
)

// shop is a company with many customers and much stock on a database, and a way
// around the library to look at what is really there.
type shop struct {
	*erptest.Company
	db     *sqlstore.DB
	raw    *sql.DB
	prefix string
	runner *work.Runner[*store.Bundle]
}

func openShop(t *testing.T, db *sqlstore.DB, raw *sql.DB) *shop {
	t.Helper()
	var options []erptest.Option
	for i := range shopCustomers {
		options = append(options, erptest.WithCustomers(erptest.Customer(t, customer(i), "GB", "")))
	}
	var goods []erptest.Good
	for _, code := range []string{"85123A", "22423", "84879"} {
		goods = append(goods, erptest.Good{Product: erptest.Product(code), Stock: erptest.Pieces(t, shopPieces), Value: erptest.GBP(t, "100000.00")})
	}
	s := &shop{db: db, raw: raw, prefix: "tandem_"}
	if isPostgres(raw) {
		s.prefix = "tandem."
	}
	var config ordertocash.Config
	options = append(options, erptest.WithGoods(goods...), erptest.WithSales(func(c *ordertocash.Config) { config = *c }))
	s.Company = erptest.On(t, db.Tenant("acme"), options...)
	// customers are read in the command's own transaction: a source that took another
	// connection would wait for ever where as many commands run as there are connections
	config.Prices, config.Work.Clock, config.DefaultTerms = ordertocash.FixedPrices(s.Prices), s.Clock, "net30"
	var err error
	s.Sales, err = ordertocash.New(db.Tenant("acme"), config)
	require.NoError(t, err)
	s.runner, err = work.NewRunner(db.Tenant("acme"), work.Config{Authorizer: work.AllowAll{}})
	require.NoError(t, err)
	return s
}

func customer(i int) string { return fmt.Sprintf("customer %d", i%shopCustomers) }

func header(key string) work.Header { return work.Header{Key: key, Actor: work.Actor{ID: "clerk"}} }

// place places an order of one piece of each product.
func (s *shop) place(ctx context.Context, key string, n int, products ...string) (ordertocash.Placed, error) {
	cmd := ordertocash.PlaceOrder{Header: header(key), Customer: erptest.CustomerID(customer(n))}
	for _, p := range products {
		cmd.Lines = append(cmd.Lines, erptest.Line(p, 1))
	}
	return s.Sales.Place(ctx, cmd)
}

// hold is a command that draws no number: it reserves pieces of products.
type hold struct {
	work.Header
	Order    string   `json:"order"`
	Products []string `json:"products"`
	Pieces   int64    `json:"pieces"`
}

func (hold) CommandName() string { return "test.hold" }
func (hold) Access() work.Access { return work.Access{} }
func (h hold) AppendJSON(dst []byte) []byte {
	h.Header = work.Header{}
	return work.AppendJSON(dst, h)
}

// held tells which run of the closure took effect.
type held struct {
	Run [16]byte `json:"run"`
}

func (h held) AppendJSON(dst []byte) []byte { return work.AppendJSON(dst, h) }

// hold runs the command; last is called when its closure has done all but return.
func (s *shop) hold(ctx context.Context, t *testing.T, on *work.Runner[*store.Bundle], cmd hold, last func() error) (held, error) {
	return work.Do(ctx, on, cmd, func(ctx context.Context, b *store.Bundle, scope *work.Scope) (held, error) {
		for _, p := range cmd.Products {
			r, change, err := inventory.NewReservation(erptest.Hold(t, cmd.Order, p, cmd.Pieces), scope.Now)
			if err != nil {
				return held{}, err
			}
			scope.Emit(r.Drain())
			if err := b.Reservations().Save(ctx, r); err != nil {
				return held{}, err
			}
			if err := b.StockLevels().Apply(ctx, change); err != nil {
				return held{}, err
			}
		}
		result := held{Run: scope.NewUUID()}
		if last != nil {
			return result, last()
		}
		return result, nil
	})
}

// holding makes the command of a key: one piece of each product.
func holding(key string, products ...string) hold {
	return hold{Header: header(key), Order: key, Products: products, Pieces: 1}
}

// count gives the number that a query of one table answers; the text begins behind
// the table's name: `command`, "WHERE name = 'x'".
func (s *shop) count(t *testing.T, table, where string) (n int) {
	t.Helper()
	require.NoError(t, s.raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+s.prefix+table+" "+where).Scan(&n))
	return n
}

// rows gives the rows of a query as texts.
func (s *shop) rows(t *testing.T, columns, table, rest string) (list [][]string) {
	t.Helper()
	rows, err := s.raw.QueryContext(t.Context(), "SELECT "+columns+" FROM "+s.prefix+table+" "+rest)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	names, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		row, into := make([]string, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		require.NoError(t, rows.Scan(into...))
		list = append(list, row)
	}
	require.NoError(t, rows.Err())
	return list
}

// assertWhole checks that there is no half of an order or of a hold: each has its
// command with its result, its reservations and its events, and nothing has none; and
// then the books. It gives the keys of the commands that took effect.
func (s *shop) assertWhole(t *testing.T) (orders map[string]ordertocash.Placed, holds map[string]held) {
	t.Helper()
	there, reserved, confirmed := map[string]bool{}, map[string]int{}, map[string]string{}
	for _, row := range s.rows(t, "CAST(id AS text)", "sales_order", "") {
		there[row[0]] = true
	}
	for _, row := range s.rows(t, "CAST(document AS text), count(*)", "reservation", "GROUP BY document") {
		var n int
		_, err := fmt.Sscan(row[1], &n)
		require.NoError(t, err)
		reserved[row[0]] = n
	}
	for _, row := range s.rows(t, "CAST(aggregate AS text), cause, count(*), min(sequence), max(sequence)", "event", "WHERE kind = 'sales_order' GROUP BY aggregate, cause") {
		require.Empty(t, confirmed[row[0]], "the events of a placed order have one cause")
		require.Equal(t, "1", row[3])
		require.Equal(t, row[2], row[4], "the events of an order are without gap or double")
		confirmed[row[0]] = row[1]
	}
	orders, holds = map[string]ordertocash.Placed{}, map[string]held{}
	for _, row := range s.rows(t, "key, result", "command", "WHERE name = 'ordertocash.place_order'") {
		var placed ordertocash.Placed
		require.NoError(t, json.Unmarshal([]byte(row[1]), &placed))
		id := placed.Order.String()
		require.True(t, there[id], "a command without its order")
		require.Equal(t, len(placed.Lines), reserved[id], "an order without its reservations")
		require.Equal(t, row[0], confirmed[id], "an order without its events")
		orders[row[0]] = placed
		delete(there, id)
		delete(reserved, id)
		delete(confirmed, id)
	}
	require.Empty(t, there, "orders without a command")
	require.Empty(t, confirmed, "events without an order")
	for _, row := range s.rows(t, "key, result", "command", "WHERE name = 'test.hold'") {
		var h held
		require.NoError(t, json.Unmarshal([]byte(row[1]), &h))
		id := erptest.OrderRef(row[0]).ID.String()
		require.Positive(t, reserved[id], "a hold without its reservations")
		holds[row[0]] = h
		delete(reserved, id)
	}
	require.Empty(t, reserved, "reservations of nothing")
	s.AssertBooks(t)
	return orders, holds
}
