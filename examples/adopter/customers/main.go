// Customers is depth (b) of adoption, one table of your own: a host keeps its customers
// where they have always been, in its own table with its own keys and columns, and
// everything else in the library's store. Both are in one SQLite file and one
// transaction; SQLite needs nothing that is not there.
//
//	go run ./examples/adopter/customers shop.db
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/examples/adopter/shop"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
)

// repos are the library's repositories, with the host's customers in the place of the
// library's parties.
type repos struct {
	*store.Bundle
	customers *customers
}

// Parties gives the host's table.
func (r repos) Parties() party.PartyRepository { return r.customers }

// withCustomers gives the store that the processes are built on. Each closure gets the
// transaction that it is in: the host's statements are part of the unit of work.
func withCustomers(tenant *sqlstore.Tenant, name string) (work.Store[repos], error) {
	db, err := tenant.Store()
	if err != nil {
		return nil, err
	}
	return sqlstore.WithSQL(tenant, func(tx *sql.Tx, b *store.Bundle) repos {
		return repos{b, &customers{tx: tx, bundle: b, db: db, shop: name, saved: map[tandem.PartyID]int64{}}}
	}), nil
}

var program = shop.Program{Name: "customers", File: "shop.db", Run: run}

func main() { os.Exit(program.Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

func run(ctx context.Context, path string, clock work.Clock, out io.Writer) (err error) {
	db, err := sqlstore.OpenSQLite(ctx, path, sqlstore.Config{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	trade, err := withCustomers(db.Tenant("shop"), "shop")
	if err != nil {
		return err
	}
	if err := trade.Update(ctx, func(ctx context.Context, r repos) error {
		_, err := r.customers.tx.ExecContext(ctx, table)
		return err
	}); err != nil {
		return err
	}
	sell, err := shop.Open(ctx, trade, clock, func(*ordertocash.Config) {}) // customers are read from the store: from the host's table
	if err != nil {
		return err
	}
	for _, v := range []visitor{{"C-1001", "Ada", "", 12}, {"C-1002", "Bob", "has not paid for years", 3}} {
		order, err := registerAndOrder(ctx, trade, sell, v, clock.Now())
		switch {
		case errors.Is(err, tandem.ErrNotAllowed):
			_, err = fmt.Fprintf(out, "%s is not registered, since the order is refused: %s\n", v.number, v.stopped)
		case err == nil:
			_, err = fmt.Fprintf(out, "%s is registered, and has ordered: %s of %v\n", v.number, order.Number, order.Gross)
		}
		if err != nil {
			return err
		}
	}
	return trade.View(ctx, func(ctx context.Context, r repos) error { return list(ctx, r, out) })
}

// visitor registers and orders in one step.
type visitor struct {
	number, name, stopped string
	mugs                  int64
}

// registerAndOrder writes the host's row with the host's own statement, and an order
// that reads it: both, or neither. After a conflict the whole runs again.
func registerAndOrder(ctx context.Context, trade work.Store[repos], sell *ordertocash.Service[repos], v visitor, at tandem.Instant) (order ordertocash.Placed, err error) {
	err = work.Retry(trade, work.RetryPolicy{}).Update(ctx, func(ctx context.Context, r repos) error {
		_, err := r.customers.tx.ExecContext(ctx, `INSERT INTO customer (shop, number, party, name, business, country, since, stopped, registered)
			VALUES (?1, ?2, ?3, ?4, 0, 'GB', ?5, ?6, ?7) ON CONFLICT (shop, number) DO NOTHING`,
			"shop", v.number, shop.Party(v.number).String(), v.name, at.Time().Format("2006-01-02"), v.stopped, at.UnixMicro())
		if err != nil {
			return err
		}
		order, err = sell.On(work.Join(r)).Place(ctx, ordertocash.PlaceOrder{Header: shop.By("first/" + v.number), Customer: shop.Party(v.number), Lines: shop.Mugs(v.mugs)})
		return err
	})
	return order, err
}

// list shows the host's table as the library sees it.
func list(ctx context.Context, r repos, out io.Writer) error {
	for p, err := range r.Parties().Find(ctx, party.PartyQuery{Role: party.Customer}) {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, "customer", p.ID(), "is", p.Status()); err != nil {
			return err
		}
	}
	return nil
}
