package dqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/canonical/go-dqlite/app"
	dqlitedriver "github.com/canonical/go-dqlite/driver"

	"github.com/tandem-go/tandem"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

const (
	busyTime    = 5 * time.Second        // as sqlstore.Config has it
	requestTime = 15 * time.Second       // of one request, for a leader that no longer answers
	pause       = 200 * time.Millisecond // between two tries to open
)

// Open opens a database of the cluster that the app is a node of, which it makes and
// migrates where it is missing. It waits for a leader until ctx ends. Close the DB before
// the app.
//
// cfg.BusyTime also bounds how long a statement waits for a leader to be found, and a
// writer for those of other processes; cfg.Fault is [Fault] where it is not given.
func Open(ctx context.Context, node *app.App, name string, cfg sqlstore.Config) (*sqlstore.DB, error) {
	d, err := Driver(node)
	if err != nil {
		return nil, err
	}
	return OpenDriver(ctx, d, name, cfg)
}

// OpenDriver is [Open] for a program that is no node itself: its driver knows the
// addresses of some nodes.
func OpenDriver(ctx context.Context, d *dqlitedriver.Driver, name string, cfg sqlstore.Config) (*sqlstore.DB, error) {
	if cfg.Fault == nil {
		cfg.Fault = Fault
	}
	for {
		pool, err := Pool(d, name, cfg.BusyTime)
		if err != nil {
			return nil, err
		}
		db, err := sqlstore.OpenSQLitePool(ctx, pool, cfg)
		if err == nil || !errors.Is(err, tandem.ErrConflict) {
			return db, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// Pool gives a pool for a host's own statements and transactions, such as the one that
// [sqlstore.Tenant.BindSQL] binds a tenant to. A transaction that is not read-only begins
// with BEGIN IMMEDIATE. It waits as long as busy (0: 5 seconds) for a leader and for
// other writers. Statements are not prepared, and a result is read whole before its
// first row is seen. [Fault] tells what its errors mean.
func Pool(d *dqlitedriver.Driver, name string, busy time.Duration) (*sql.DB, error) {
	inner, err := d.OpenConnector(name)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(&connector{inner, d, cmp.Or(busy, busyTime)})
	pool.SetMaxIdleConns(-1) // a store keeps its own, and gives up those of a lost leader
	return pool, nil
}

// Driver gives the driver of an app.
func Driver(node *app.App) (*dqlitedriver.Driver, error) {
	pool, err := sql.Open(node.Driver(), "any")
	if err != nil {
		return nil, err
	}
	d, ok := pool.Driver().(*dqlitedriver.Driver)
	if err := pool.Close(); err != nil || !ok {
		return nil, fmt.Errorf("dqlite: the app has a driver of type %T: %w", pool.Driver(), errors.Join(tandem.ErrUnsupported, err))
	}
	return d, nil
}
