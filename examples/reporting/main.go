// Reporting reads the tables of the SQL store by plain SQL: sales by month, what
// customers owe by age, and what the stock is worth, as of any day.
//
//	go run ./examples/database
//	go run ./examples/reporting -store sqlite:trade.db
//
// The statements are the files in the folder sql, to be read and copied: one for each
// dialect. The library runs none of them; the test holds their figures against its own.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/tandem-go/tandem"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "reporting:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("reporting", flag.ContinueOnError)
	store := flags.String("store", "sqlite:trade.db", "`address` of the database: sqlite:file, postgres://user@host/database")
	company := tandem.DeriveID[tandem.CompanyID]("company", "wholesaler")
	a := asked{}
	flags.StringVar(&a.tenant, "tenant", "wholesaler", "whose books")
	flags.StringVar(&a.company, "company", company.String(), "`id` of the company")
	flags.StringVar(&a.day, "day", time.Now().UTC().Format(time.DateOnly), "the last `day` that counts")
	flags.StringVar(&a.currency, "currency", "GBP", "of the books")
	flags.StringVar(&a.stock, "stock", "1200", "`account` of the stock")
	if err := flags.Parse(args); err != nil {
		return err
	}
	currency, err := tandem.ParseCurrency(a.currency)
	if err != nil {
		return err
	}
	d, err := open(*store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.pool.Close()) }()
	all := a.reports()
	for _, r := range [...]struct{ name, title string }{{"sales", "Sales by month"}, {"ageing", "Receivables by age on " + a.day}, {"stock", "Stock on " + a.day}} {
		t, err := d.report(ctx, r.name, all[r.name])
		if err == nil {
			err = t.write(out, r.title, currency)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// open opens a database for reading: a file that is not there is not made.
func open(address string) (d database, err error) {
	scheme, rest, _ := strings.Cut(address, ":")
	switch scheme {
	case "sqlite":
		d.dialect = "sqlite"
		d.pool, err = sql.Open("sqlite", "file:"+(&url.URL{Path: rest}).EscapedPath()+"?mode=ro")
	case "postgres", "postgresql":
		d.dialect = "postgres"
		d.pool, err = sql.Open("pgx", address)
	default:
		err = errors.New("-store is sqlite:file or postgres://user@host/database")
	}
	return d, err
}
