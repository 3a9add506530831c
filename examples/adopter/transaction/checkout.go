package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/examples/adopter/shop"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
)

// site is the webshop: its pool, and the process that sells.
type site struct {
	pool   *pgxpool.Pool
	tenant *sqlstore.Tenant
	sell   *ordertocash.Service[*store.Bundle]
}

// basket is what a visitor checks out. Its id is the webshop's own.
type basket struct {
	id, customer string
	mugs         int64
}

const table = `CREATE TABLE IF NOT EXISTS checkout (
	basket       text PRIMARY KEY,
	customer     text NOT NULL,
	mugs         bigint NOT NULL,
	order_number text NOT NULL DEFAULT ''
)`

// openSite makes the webshop's table and the library's, and opens the process. No
// customer may owe more than 200.00.
func openSite(ctx context.Context, pool *pgxpool.Pool, clock work.Clock) (*site, error) {
	if _, err := pool.Exec(ctx, table); err != nil {
		return nil, err
	}
	if err := sqlstore.MigratePostgres(ctx, pool, ""); err != nil {
		return nil, err
	}
	db, err := sqlstore.OpenPostgres(ctx, pool, sqlstore.Config{})
	if err != nil {
		return nil, err
	}
	s := &site{pool: pool, tenant: db.Tenant("shop")}
	s.sell, err = shop.Open(ctx, work.Store[*store.Bundle](s.tenant), clock, func(c *ordertocash.Config) {
		c.Customers = ordertocash.FixedCustomers(ordertocash.Customer{Country: "GB", Terms: "net30"})
		c.Credit = ordertocash.CreditTerms{Limit: tandem.MoneyFromMinor(200_00, tandem.GBP), Policy: credit.Block}
	})
	return s, err
}

const mostTries = 20

// checkout is a transaction of the webshop's. The library never repeats inside it, since
// it does not know what else is in there: after a conflict nothing has happened, and the
// webshop runs the whole again. Sent twice, a basket has one row and one order: its id
// is the key of both.
func (s *site) checkout(ctx context.Context, b basket) (order ordertocash.Placed, tries int, err error) {
	for tries = 1; ; tries++ {
		err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			order, err = s.write(ctx, tx, b)
			return err
		})
		if tries == mostTries || !errors.Is(err, tandem.ErrConflict) {
			return order, tries, err
		}
	}
}

// write writes the webshop's row and the order.
func (s *site) write(ctx context.Context, tx pgx.Tx, b basket) (order ordertocash.Placed, err error) {
	if _, err := tx.Exec(ctx, "INSERT INTO checkout (basket, customer, mugs) VALUES ($1, $2, $3) ON CONFLICT (basket) DO NOTHING",
		b.id, b.customer, b.mugs); err != nil {
		return order, err
	}
	bound, err := s.tenant.Bind(tx)
	if err != nil {
		return order, err
	}
	if order, err = s.sell.On(bound).Place(ctx, b.order()); err != nil {
		return order, err
	}
	_, err = tx.Exec(ctx, "UPDATE checkout SET order_number = $2 WHERE basket = $1", b.id, order.Number)
	return order, err
}

func (b basket) order() ordertocash.PlaceOrder {
	return ordertocash.PlaceOrder{Header: shop.By("checkout/" + b.id), Customer: shop.Party(b.customer), Lines: shop.Mugs(b.mugs)}
}

// checkoutSQL does the same through database/sql, which knows no batches: each
// statement is a round trip.
func (s *site) checkoutSQL(ctx context.Context, b basket) (order ordertocash.Placed, err error) {
	db := stdlib.OpenDBFromPool(s.pool)
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return order, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	bound, err := s.tenant.BindSQL(tx)
	if err != nil {
		return order, err
	}
	if order, err = s.sell.On(bound).Place(ctx, b.order()); err != nil {
		return order, err
	}
	if _, err = tx.ExecContext(ctx, "INSERT INTO checkout VALUES ($1, $2, $3, $4) ON CONFLICT (basket) DO NOTHING", b.id, b.customer, b.mugs, order.Number); err != nil {
		return order, err
	}
	return order, tx.Commit()
}

// row reads the webshop's own row.
func (s *site) row(ctx context.Context, basket string) (number string, there bool, err error) {
	err = s.pool.QueryRow(ctx, "SELECT order_number FROM checkout WHERE basket = $1", basket).Scan(&number)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	return number, err == nil, err
}

// refused tells a no (of a rule, of credit, of stock) from a fault: it is for the visitor, and not to be repeated.
func refused(err error) bool {
	return errors.Is(err, tandem.ErrNotAllowed) || errors.Is(err, tandem.ErrInsufficient)
}
