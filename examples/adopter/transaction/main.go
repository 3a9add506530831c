// Transaction is depth (a) of adoption, nothing to implement: a webshop that has its
// own PostgreSQL and its own table writes its row and the library's order in one
// transaction of its own. Both are there, or neither.
//
//	go run ./examples/adopter/transaction
//	go run ./examples/adopter/transaction -database postgres://localhost/shop
//
// Without -database it starts a private PostgreSQL, if one is installed, and stops it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tandem-go/tandem/integration/store/sql/pgtest"
	"github.com/tandem-go/tandem/integration/work"
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// run gives what the program exits with: 2 for flags that cannot be followed, or where no PostgreSQL is installed.
func run(ctx context.Context, args []string, out, stderr io.Writer) int {
	flags := flag.NewFlagSet("transaction", flag.ContinueOnError)
	flags.SetOutput(stderr)
	database := flags.String("database", "", "`address` of the database; default: a private PostgreSQL, for as long as the program runs")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2 // flags has said why
	case flags.NArg() > 0:
		_, _ = fmt.Fprintf(stderr, "transaction: unexpected argument %q\n", flags.Arg(0))
		return 2
	}
	switch err := open(ctx, *database, out); {
	case errors.Is(err, pgtest.ErrNotInstalled):
		_, _ = fmt.Fprintln(stderr, "transaction: give a -database, or install PostgreSQL:", pgtest.Install)
		return 2
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "transaction:", err)
		return 1
	}
	return 0
}

// open tells the story on a database, or on a private one.
func open(ctx context.Context, database string, out io.Writer) (err error) {
	if database == "" {
		server, err := pgtest.Start(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Stop()) }()
		if database, err = server.Create(ctx, "shop"); err != nil {
			return err
		}
	}
	pool, err := pgxpool.New(ctx, database)
	if err != nil {
		return err
	}
	defer pool.Close()
	return tell(ctx, pool, work.SystemClock{}, out)
}

// tell sells three baskets, one of them twice, and one for which there is no credit.
func tell(ctx context.Context, pool *pgxpool.Pool, clock work.Clock, out io.Writer) error {
	s, err := openSite(ctx, pool, clock)
	if err != nil {
		return err
	}
	for _, b := range []basket{{"b-1", "ada", 12}, {"b-1", "ada", 12}, {"b-2", "ada", 100}, {"b-3", "bob", 3}} {
		order, _, err := s.checkout(ctx, b)
		if err != nil && !refused(err) {
			return err
		}
		number, there, err := s.row(ctx, b.id)
		if err != nil {
			return err
		}
		if there {
			_, err = fmt.Fprintf(out, "%s: %d mugs for %s, order %s of %v; the row says %s\n", b.id, b.mugs, b.customer, order.Number, order.Gross, number)
		} else {
			_, err = fmt.Fprintf(out, "%s: %d mugs for %s, refused; there is no row\n", b.id, b.mugs, b.customer)
		}
		if err != nil {
			return err
		}
	}
	order, err := s.checkoutSQL(ctx, basket{"b-4", "bob", 2})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "b-4: through database/sql, order", order.Number)
	return err
}
