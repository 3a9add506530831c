// Reporting reads the tables of the SQL store by plain SQL: sales by month, what
// customers owe by age, and what the stock is worth, as of any day.
//
//	go run ./examples/database
//	go run ./examples/reporting -store sqlite:trade.db
//
// The statements are the files in the folder sql, to be read and copied: one for each
// dialect. The library runs none of them; the test holds their figures against its own.
//
// It exits with 1 if there are no such books or the database fails, and with 2 if the
// flags cannot be followed.
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
	_ "time/tzdata" // zones where the system has none

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/tandem-go/tandem"
)

func main() { os.Exit(exit(os.Stderr, run(context.Background(), os.Args[1:], os.Stdout))) }

// usageError says that the flags cannot be followed.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() + " (reporting -h lists the flags)" }

// Unwrap gives the error.
func (e *usageError) Unwrap() error { return e.err }

// exit says what is wrong, if anything, and gives what the program exits with: 1, or 2 for the flags.
func exit(stderr io.Writer, err error) int {
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		_, _ = fmt.Fprintln(stderr, "reporting:", err)
		return 2
	}
	_, _ = fmt.Fprintln(stderr, "reporting:", err)
	return 1
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	a, address, err := parse(args, out)
	if err != nil {
		return err
	}
	d, err := open(address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.pool.Close()) }()
	return d.read(ctx, a.tenant, func(r reader) error {
		if err := r.found(ctx, a); err != nil {
			return err
		}
		all := a.reports()
		for _, report := range [...]struct{ name, title string }{{"sales", "Sales by month"},
			{"ageing", "Receivables by age on " + a.day.String() + ", in " + a.currency.String()}, {"stock", "Stock on " + a.day.String()}} {
			t, err := r.report(ctx, report.name, all[report.name])
			if err == nil {
				err = t.write(out, report.title, a.currency)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// parse reads the flags; asked for help, it lists them.
func parse(args []string, out io.Writer) (a asked, address string, err error) {
	flags := flag.NewFlagSet("reporting", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // what is wrong is said once, by exit
	flags.StringVar(&address, "store", "sqlite:trade.db", "`address` of the database: sqlite:file, postgres://user@host/database")
	flags.StringVar(&a.tenant, "tenant", "wholesaler", "whose books")
	company := flags.String("company", tandem.DeriveID[tandem.CompanyID]("company", "wholesaler").String(), "`id` of the company")
	day := flags.String("day", time.Now().UTC().Format(time.DateOnly), "the last `day` that counts: YYYY-MM-DD")
	zone := flags.String("zone", "UTC", "`name` of the time zone in which the company's days end: Europe/Berlin")
	currency := flags.String("currency", "GBP", "of the receivables")
	flags.StringVar(&a.stock, "stock", "1200", "`account` of the stock")
	err = flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(out)
		_, _ = fmt.Fprintln(out, "Usage of reporting:")
		flags.PrintDefaults()
		return a, "", err
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err == nil && a.tenant == "" {
		err = errors.New("-tenant is empty")
	}
	if err == nil {
		a.company, err = tandem.ParseID[tandem.CompanyID](*company)
	}
	if err == nil {
		a.day, err = tandem.ParseDate(*day)
	}
	if err == nil {
		a.zone, err = time.LoadLocation(*zone)
	}
	if err == nil {
		a.currency, err = tandem.ParseCurrency(*currency)
	}
	if err != nil {
		return a, "", &usageError{err}
	}
	return a, address, nil
}

// open opens a database for reading: a file that is not there is not made.
func open(address string) (d database, err error) {
	scheme, rest, _ := strings.Cut(address, ":")
	switch scheme {
	case "sqlite":
		d.dialect = "sqlite"
		if rest == "" || strings.HasPrefix(rest, "//") {
			return d, &usageError{errors.New("-store is sqlite:file, with nothing between the colon and the file's path")}
		}
		if _, err := os.Stat(rest); err != nil {
			return d, fmt.Errorf("-store: %w", err)
		}
		d.pool, err = sql.Open("sqlite", "file:"+(&url.URL{Path: rest}).EscapedPath()+"?mode=ro")
	case "postgres", "postgresql":
		d.dialect = "postgres"
		if _, err := pgx.ParseConfig(address); err != nil {
			return d, &usageError{fmt.Errorf("-store: %w", err)}
		}
		d.pool, err = sql.Open("pgx", address)
	default:
		err = &usageError{errors.New("-store is sqlite:file or postgres://user@host/database")}
	}
	return d, err
}
