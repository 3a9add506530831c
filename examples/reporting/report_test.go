package main

import (
	"context"
	"database/sql"
	"io"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/warehouse"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// bill sells on account.
func bill(t *testing.T, c *erptest.Company, customer string, terms tandem.TermsCode, lines ...ordertocash.OrderLine) (billing.InvoiceID, ordertocash.Shipped) {
	t.Helper()
	placed, err := c.Sales.Place(t.Context(), ordertocash.PlaceOrder{Header: c.Header(), Customer: erptest.CustomerID(customer), Terms: terms, Lines: lines})
	require.NoError(t, err)
	shipped := c.Ship(t, placed.Order)
	return c.Bill(t, placed.Order).Invoice, shipped
}

// trade is several months of a company: part payments, an early discount, a credit
// note, a return, a write-off, an advance, a payment that bounces, a refund.
func trade(t *testing.T, c *erptest.Company, pieces int64) {
	t.Helper()
	on := func(day int) { c.Clock.Set(erptest.At(day)) }
	first := c.Sell(t, "12346", erptest.Line("85123A", pieces))
	early, _ := bill(t, c, "12346", "prompt", erptest.Line("22423", pieces))
	on(5)
	c.Pay(t, "12346", c.Money(t, "50.00"), early) // within ten days: a part of the discount
	second, _ := bill(t, c, "12347", "", erptest.Line("85123A", 2*pieces), erptest.Line("21212", 5))
	on(33)
	c.Pay(t, "12347", c.Money(t, "7.25"), second)
	c.TakeBack(t, "12346", first.Shipped.Delivery, 1, 3)
	c.Buy(t, "85123A", 11, "19.99")
	on(40)
	_, err := c.Warehouse.Adjust(t.Context(), warehouse.Adjust{Header: c.Header(), Lines: []warehouse.AdjustLine{
		{Product: erptest.ProductID("22423"), Quantity: erptest.Pieces(t, -2), Reason: inventory.ReasonScrap}}})
	require.NoError(t, err)
	_, err = c.Sales.CreditAllowance(t.Context(), ordertocash.CreditAllowance{Header: c.Header(), Customer: erptest.CustomerID("12347"),
		Lines: []ordertocash.CreditLine{{Invoice: second, Line: 1, Text: "scratches", Net: c.Money(t, "1.23")}}, Approval: billing.Approval{Actor: "boss", Reason: "scratches"}})
	require.NoError(t, err)
	_, err = c.Sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: c.Header(), Customer: erptest.CustomerID("12347"), Amount: c.Money(t, "31.00"), Method: payment.BankTransfer, Advance: true})
	require.NoError(t, err)
	third, _ := bill(t, c, "12348", "", erptest.Line("22423", 7))
	bounced := c.Pay(t, "12348", c.Money(t, "20.00"), third)
	over := c.Pay(t, "12346", c.Money(t, "500.00"), early)
	on(75)
	_, err = c.Sales.ReturnPayment(t.Context(), ordertocash.ReturnPayment{Header: c.Header(), Payment: bounced.Payment, Reason: "no cover"})
	require.NoError(t, err)
	_, err = c.Sales.Refund(t.Context(), ordertocash.RefundCustomer{Header: c.Header(), Payment: over.Payment, Amount: c.Money(t, "100.00"), Method: payment.BankTransfer})
	require.NoError(t, err)
	bill(t, c, "12346", "", erptest.Line("21212", 9))
	c.Place(t, "12347", erptest.Line("85123A", 1)) // neither delivered nor invoiced
	on(120)
	_, err = c.Sales.ReturnPayment(t.Context(), ordertocash.ReturnPayment{Header: c.Header(), Payment: over.Payment, Reason: "recalled"}) // the refund is owed back
	require.NoError(t, err)
	c.Clock.Set(erptest.Day(122).At(2, 0, time.UTC)) // in New York it is the day before
	_, err = c.Warehouse.Adjust(t.Context(), warehouse.Adjust{Header: c.Header(), Lines: []warehouse.AdjustLine{
		{Product: erptest.ProductID("85123A"), Quantity: erptest.Pieces(t, -2), Reason: inventory.ReasonScrap}}})
	require.NoError(t, err)
	c.AssertBooks(t)
}

// written books on the account of the stock without a product: the report meets the ledger all the same.
func written(t *testing.T, tenant *sqlstore.Tenant) {
	t.Helper()
	amount := erptest.GBP(t, "100.00")
	entry := ledger.Entry{ID: tandem.DeriveID[ledger.EntryID]("entry", "by hand"), Company: erptest.CompanyID(), Number: "M-1", Date: erptest.Day(74), Recorded: erptest.At(74),
		Text: "write-down", Currency: tandem.GBP, Lines: []ledger.Line{{Account: posting.PlainChart().Stock, Amount: amount.Neg()}, {Account: "5000", Amount: amount}}}
	require.NoError(t, entry.Validate())
	require.NoError(t, tenant.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error { return b.JournalEntries().Append(ctx, entry) }))
}

// twin copies the rows of a company to another one: the ids are equal.
func twin(t *testing.T, d database) {
	t.Helper()
	prefix, other := map[string]string{"sqlite": "tandem_", "postgres": "tandem."}[d.dialect], tandem.DeriveID[tandem.CompanyID]("company", "twin").String()
	for _, name := range []string{"customer_invoice", "customer_payment", "allocation", "location", "stock_move", "journal_entry_line", "journal_entry", "cost_pool"} {
		rows, err := d.pool.QueryContext(t.Context(), "SELECT * FROM "+prefix+name+" LIMIT 0")
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		require.NoError(t, rows.Close())
		var into, from []string
		for _, c := range columns {
			switch c {
			case "appended": // the database gives it
			case "company":
				into, from = append(into, c), append(from, map[string]string{"sqlite": "?1", "postgres": "$1::uuid"}[d.dialect])
			default:
				into, from = append(into, c), append(from, c)
			}
		}
		done, err := d.pool.ExecContext(t.Context(), "INSERT INTO "+prefix+name+" ("+strings.Join(into, ", ")+") SELECT "+strings.Join(from, ", ")+" FROM "+prefix+name, other)
		require.NoError(t, err, name)
		n, err := done.RowsAffected()
		require.NoError(t, err)
		require.Positive(t, n, name)
	}
}

func text(n int64) string { return strconv.FormatInt(n, 10) }

// monthly gives the sales by month of the library's invoices.
func monthly(t *testing.T, ctx context.Context, b *store.Bundle, day tandem.Date) (rows [][]string) {
	t.Helper()
	invoiced, credited := map[string]int64{}, map[string]int64{}
	for i, err := range b.CustomerInvoices().Find(ctx, billing.InvoiceQuery{Company: erptest.CompanyID()}) {
		require.NoError(t, err)
		if i.Date().IsZero() || i.Date().After(day) {
			continue
		}
		of := invoiced
		if i.Type() == billing.CreditNote {
			of = credited
		}
		of[i.Date().String()[:7]] += i.Net().Minor()
	}
	for month := erptest.Day(0); !month.After(day.AddDays(31)); month = month.AddDays(1) {
		m := month.String()[:7]
		if _, again := invoiced[m]; again || credited[m] != 0 {
			rows = append(rows, []string{m, "GBP", text(invoiced[m]), text(credited[m]), text(invoiced[m] - credited[m])})
			delete(invoiced, m)
			delete(credited, m)
		}
	}
	return rows
}

// aged gives the library's ageing.
func aged(t *testing.T, ctx context.Context, b *store.Bundle, day tandem.Date) (rows [][]string) {
	t.Helper()
	company := erptest.CompanyID()
	report, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: day, Limits: []int{30, 60, 90}},
		b.CustomerInvoices().Find(ctx, billing.InvoiceQuery{Company: company}),
		b.Payments().Find(ctx, payment.Query{Company: company}),
		b.Allocations().Find(ctx, billing.AllocationQuery{Company: company}))
	require.NoError(t, err)
	for _, r := range report.Rows {
		row := []string{r.Customer.String()}
		for _, m := range append(r.Buckets, r.Unapplied, r.Total, r.Advances) {
			row = append(row, text(m.Minor()))
		}
		rows = append(rows, row)
	}
	owed, err := ledger.PartyBalances(b.JournalEntries().Find(ctx, ledger.EntryQuery{Company: company}), posting.PlainChart().Receivables,
		ledger.BalanceQuery{Currency: tandem.GBP, AsOf: day})
	require.NoError(t, err)
	sum := int64(0)
	for _, o := range owed {
		sum += o.Balance.Minor()
	}
	require.Equal(t, report.Total.Total.Minor(), sum, "the control account")
	return rows
}

// stocked gives what is there and what it is worth by the library's moves and journal.
func stocked(t *testing.T, ctx context.Context, b *store.Bundle, day tandem.Date, zone *time.Location) (rows [][]string) {
	t.Helper()
	company := erptest.CompanyID()
	worth, err := ledger.ProductBalances(b.JournalEntries().Find(ctx, ledger.EntryQuery{Company: company}), posting.PlainChart().Stock,
		ledger.BalanceQuery{Currency: tandem.GBP, AsOf: day})
	require.NoError(t, err)
	levels, err := inventory.OnHandAt(nil, b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company}), day.At(24, 0, zone).Add(-time.Microsecond), tandem.Instant{})
	require.NoError(t, err)
	there := map[tandem.ProductID]int64{}
	for _, l := range levels {
		place, err := b.Locations().Get(ctx, company, l.Key.Location)
		require.NoError(t, err)
		if !place.Kind.Virtual() {
			there[l.Key.Product] += l.OnHand
		}
	}
	values, currencies := map[tandem.ProductID]int64{}, map[tandem.ProductID]string{}
	for _, w := range worth {
		values[w.Product], currencies[w.Product] = w.Balance.Minor(), w.Balance.Currency().String()
	}
	if none := (tandem.ProductID{}); values[none] != 0 {
		rows = append(rows, []string{"", "0", currencies[none], text(values[none])})
	}
	for p, err := range b.Products().Find(ctx, catalog.ProductQuery{}) { // by ascending codes
		require.NoError(t, err)
		if there[p.ID] != 0 || values[p.ID] != 0 {
			rows = append(rows, []string{p.Code, text(there[p.ID]), currencies[p.ID], text(values[p.ID])})
		}
	}
	return rows
}

// pooled gives the same of today's cost pools.
func pooled(t *testing.T, ctx context.Context, b *store.Bundle) (rows [][]string) {
	t.Helper()
	pools := map[tandem.ProductID]*costing.CostPool{}
	for p, err := range b.CostPools().Find(ctx, costing.CostPoolQuery{Company: erptest.CompanyID()}) {
		require.NoError(t, err)
		pools[p.Product()] = p
	}
	for p, err := range b.Products().Find(ctx, catalog.ProductQuery{}) {
		require.NoError(t, err)
		if pool := pools[p.ID]; pool != nil && !pool.Quantity().IsZero() {
			rows = append(rows, []string{p.Code, text(pool.Quantity().Micro()), pool.Value().Currency().String(), text(pool.Value().Minor())})
		}
	}
	return rows
}

// agree holds every figure against the library's, on days of every kind.
func agree(t *testing.T, db *sqlstore.DB, d database) {
	t.Helper()
	acme := db.Tenant("acme")
	trade(t, erptest.New(t, erptest.WithStore(acme)), 20)
	trade(t, erptest.New(t, erptest.WithStore(db.Tenant("beta"))), 31) // the same ids, other figures
	written(t, acme)
	twin(t, d)
	last := erptest.Day(130)
	for i, day := range []tandem.Date{erptest.Day(-1), erptest.Day(0), erptest.Day(36), erptest.Day(74), erptest.Day(119), erptest.Day(121), erptest.Day(121), last} {
		zone := time.UTC
		if i%2 == 0 {
			var err error
			zone, err = time.LoadLocation("America/New_York")
			require.NoError(t, err)
		}
		a := asked{tenant: "acme", company: erptest.CompanyID(), day: day, zone: zone, currency: tandem.GBP, stock: string(posting.PlainChart().Stock)}
		require.NoError(t, acme.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			want := map[string][][]string{"sales": monthly(t, ctx, b, day), "ageing": aged(t, ctx, b, day), "stock": stocked(t, ctx, b, day, zone)}
			require.NoError(t, d.read(ctx, a.tenant, func(r reader) error {
				for name, args := range a.reports() {
					got, err := r.report(ctx, name, args)
					require.NoError(t, err)
					assert.Equal(t, want[name], got.rows, "%s on %v", name, day)
				}
				return nil
			}))
			if day == last {
				assert.Len(t, want["sales"], 3, "months")
				assert.Len(t, want["ageing"], 3, "customers")
				assert.Equal(t, append([][]string{{"", "0", "GBP", "-10000"}}, pooled(t, ctx, b)...), want["stock"])
			}
			return nil
		}))
	}
}

func TestOnSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trade.db")
	db, err := sqlstore.OpenSQLite(t.Context(), path, sqlstore.Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	d, err := open("sqlite:" + path)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.pool.Close()) }()
	_, err = d.pool.ExecContext(t.Context(), "DELETE FROM tandem_party")
	require.Error(t, err, "reports only read")
	writing := database{dialect: d.dialect}
	writing.pool, err = sql.Open("sqlite", path)
	require.NoError(t, err)
	defer func() { require.NoError(t, writing.pool.Close()) }()
	agree(t, db, writing)
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{"-store", "sqlite:" + path, "-tenant", "acme", "-company", erptest.CompanyID().String(), "-day", erptest.Day(130).String()}, &out))
	t.Log(out.String())
	assert.Contains(t, out.String(), "Sales by month")
	assert.Contains(t, out.String(), "Receivables by age on "+erptest.Day(130).String())
	assert.Contains(t, out.String(), "22423  ")
	assertBooks(t, "sqlite:"+path)
}

// assertBooks checks what is printed of the books that agree has made, and that no others are.
func assertBooks(t *testing.T, address string) {
	t.Helper()
	company := erptest.CompanyID().String()
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{"-store", address, "-tenant", "acme", "-company", company, "-day", erptest.Day(130).String(), "-currency", "JPY"}, &out))
	ageing, stock, found := strings.Cut(out.String(), "Stock on ")
	require.True(t, found)
	assert.Contains(t, ageing, "in JPY")
	assert.Regexp(t, `22423 +\d+ +GBP +\d+\.\d\d\n`, stock, "the stock has the currency of its books")
	assert.Regexp(t, `GBP +\d+\.\d\d `, ageing, "and so have the sales")
	for name, args := range map[string][]string{"tenant": {"-tenant", "acne", "-company", company}, "company": {"-tenant", "acme"}} {
		out.Reset()
		err := run(t.Context(), append(args, "-store", address), &out)
		require.ErrorContains(t, err, "no such books", name)
		assert.Equal(t, 1, exit(io.Discard, err), name)
		assert.Empty(t, out.String(), name)
	}
}

func TestOnPostgres(t *testing.T) {
	url := pgtest.Database(t)
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, sqlstore.MigratePostgres(t.Context(), pool, ""))
	db, err := sqlstore.OpenPostgres(t.Context(), pool, sqlstore.Config{})
	require.NoError(t, err)
	d, err := open(url)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.pool.Close()) }()
	agree(t, db, d)
	assertBooks(t, url)
	err = d.read(t.Context(), "acme", func(r reader) error {
		_, err := r.tx.ExecContext(t.Context(), "DELETE FROM tandem.party")
		return err
	})
	require.ErrorContains(t, err, "read-only", "reports only read")
}

// With row-level security, a role that is not free of it reads the books of the tenant.
func TestOnPostgresWithRowSecurity(t *testing.T) {
	url := pgtest.Database(t)
	super, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer super.Close()
	require.NoError(t, sqlstore.MigratePostgres(t.Context(), super, ""))
	require.NoError(t, sqlstore.SecurePostgres(t.Context(), super, ""))
	db, err := sqlstore.OpenPostgres(t.Context(), super, sqlstore.Config{})
	require.NoError(t, err)
	writing, err := open(url)
	require.NoError(t, err)
	defer func() { require.NoError(t, writing.pool.Close()) }()
	agree(t, db, writing)
	role := "reader_" + super.Config().ConnConfig.Database // roles are of the whole server
	for _, text := range []string{"CREATE ROLE " + role + " LOGIN", "GRANT USAGE ON SCHEMA tandem TO " + role, "GRANT SELECT ON ALL TABLES IN SCHEMA tandem TO " + role,
		"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tandem TO " + role} {
		_, err := super.Exec(t.Context(), text)
		require.NoError(t, err, text)
	}
	defer func() {
		_, err := super.Exec(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		assert.NoError(t, err)
	}()
	assertBooks(t, as(t, url, role))
}

// as gives an address with another role.
func as(t *testing.T, address, role string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.User(role)
	return u.String()
}

func TestWhatCannotBeOpened(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none.db")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-store", "sqlite:" + none}, 1, none},
		{[]string{"-store", "sqlite:"}, 2, "sqlite:file"},
		{[]string{"-store", "sqlite://" + none}, 2, "sqlite:file"},
		{[]string{"-store", "oracle:x"}, 2, "-store"},
		{[]string{"-store", "postgres://localhost:port/x"}, 2, "-store"},
		{[]string{"-currency", "XXQ"}, 2, "XXQ"},
		{[]string{"-company", "acme"}, 2, "acme"},
		{[]string{"-tenant", ""}, 2, "-tenant"},
		{[]string{"-day", "31.12.2011"}, 2, "31.12.2011"},
		{[]string{"-day", "yesterday"}, 2, "yesterday"},
		{[]string{"-day", "2011-6-1"}, 2, "2011-6-1"},
		{[]string{"-day", "2011-02-30"}, 2, "2011-02-30"},
		{[]string{"2011-12-31"}, 2, "unexpected argument"},
		{[]string{"-days", "3"}, 2, "-days"},
	} {
		var out, errs strings.Builder
		assert.Equal(t, c.code, exit(&errs, run(t.Context(), c.args, &out)), c.args)
		assert.Empty(t, out.String(), c.args)
		assert.Contains(t, errs.String(), c.says)
		assert.Equal(t, 1, strings.Count(errs.String(), "\n"), errs.String())
	}
	var out, errs strings.Builder
	assert.Equal(t, 0, exit(&errs, run(t.Context(), []string{"-h"}, &out)))
	assert.Contains(t, out.String(), "-day")
	assert.Empty(t, errs.String())
}

func TestShown(t *testing.T) {
	for _, c := range [][3]string{{"net_minor", "1234", "12.34"}, {"net_minor", "-5", "-0.05"}, {"net_minor", "0", "0.00"},
		{"quantity_micro", "2500000", "2.5"}, {"quantity_micro", "3000000", "3"}, {"quantity_micro", "-1", "-0.000001"}, {"month", "2011-06", "2011-06"}} {
		assert.Equal(t, c[2], shown(c[0], c[1], tandem.GBP))
	}
	assert.Equal(t, "1234", shown("net_minor", "1234", tandem.JPY))
}
