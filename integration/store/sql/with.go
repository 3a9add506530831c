package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// WithPgx gives a store for a host that has tables of its own in the PostgreSQL
// database of a tenant: each closure gets a bundle that the host makes of the
// transaction and of the library's bundle on it. What the host writes through tx
// commits with everything else, or not at all, and is seen by all that reads through
// tx. Processes are built on it as on any store, and [work.Retry] runs the whole again.
//
//	type Repos struct {
//		*store.Bundle
//		tx pgx.Tx
//	}
//	db := sqlstore.WithPgx(tenant, func(tx pgx.Tx, b *store.Bundle) Repos { return Repos{b, tx} })
//
// The host neither commits nor rolls back: an error of the closure does. A race that a
// statement of the host's loses (a deadlock, a serialization failure) is a conflict as
// the library's own is. An Update takes two round trips more than one of [Tenant].
// The store of a database that is not PostgreSQL is [tandem.ErrInvalid] at every call.
func WithPgx[R any](tenant *Tenant, bundle func(tx pgx.Tx, b *store.Bundle) R) work.Store[R] {
	return with[pgx.Tx, R]{tenant, bundle, (*Tenant).beginPgx}
}

// WithSQL is [WithPgx] on SQLite, and on engines that speak its dialect, with a
// transaction of [database/sql]. There an Update is the one writer from its beginning
// to its end, so others wait until its closure is done. The pool that a host gives to
// [NewSQLite] should begin its transactions with `_txlock=immediate`, as that of
// [OpenSQLite] does: else an Update that reads before it writes may lose a race, and is
// run again. An Update reads of the outbox what a View or a relay has met before. On PostgreSQL it is [tandem.ErrInvalid] at every call.
func WithSQL[R any](tenant *Tenant, bundle func(tx *sql.Tx, b *store.Bundle) R) work.Store[R] {
	return with[*sql.Tx, R]{tenant, bundle, (*Tenant).beginSQL}
}

// with is a store over transactions T that are begun for a host.
type with[T, R any] struct {
	tenant *Tenant
	bundle func(tx T, b *store.Bundle) R
	begin  func(t *Tenant, ctx context.Context, readOnly bool) (T, *begun, error)
}

// begun is a transaction that is begun for a host.
type begun struct {
	wire     wire
	commit   func(ctx context.Context) error
	rollback func(ctx context.Context)
	release  func()
}

func (s with[T, R]) View(ctx context.Context, fn func(ctx context.Context, r R) error) error {
	return s.run(ctx, true, fn)
}

func (s with[T, R]) Update(ctx context.Context, fn func(ctx context.Context, r R) error) error {
	return s.run(ctx, false, fn)
}

func (s with[T, R]) run(ctx context.Context, readOnly bool, fn func(ctx context.Context, r R) error) error {
	switch {
	case s.tenant == nil || s.bundle == nil:
		return errBundle
	case s.tenant.err != nil:
		return s.tenant.err
	}
	tx, b, err := s.begin(s.tenant, ctx, readOnly)
	if err != nil {
		return s.tenant.db.raced(err)
	}
	return s.tenant.within(ctx, readOnly, b, func(ctx context.Context, own *store.Bundle) error { return fn(ctx, s.bundle(tx, own)) })
}

// within runs fn on a bundle in a transaction, which it ends.
func (t *Tenant) within(ctx context.Context, readOnly bool, b *begun, fn func(ctx context.Context, own *store.Bundle) error) error {
	defer b.release()
	committing := false
	defer func() {
		if !committing {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
			defer cancel()
			b.rollback(ctx)
		}
	}()
	bound, err := t.bind(&host{db: t.db, wire: b.wire, reader: readOnly})
	if err != nil {
		return err
	}
	run := bound.Update
	if readOnly {
		run = bound.View
	}
	if err := run(ctx, fn); err != nil || readOnly {
		return t.db.raced(err)
	}
	committing = true
	return t.db.engine.fault(b.commit(ctx), true)
}

// raced makes a conflict of a race that a statement of the host's has lost.
func (db *DB) raced(err error) error {
	if err == nil || errors.Is(err, tandem.ErrConflict) {
		return err
	}
	if meant := db.engine.fault(err, false); errors.Is(meant, tandem.ErrConflict) {
		return meant
	}
	return err
}

var errBundle error = &tandem.InvalidError{Subject: "store with a host's tables", Faults: []tandem.Fault{
	{Code: "bundle", Path: "bundle", Message: "must be given, and the tenant too"}}}

var errWith error = &tandem.InvalidError{Subject: "store with a host's tables", Faults: []tandem.Fault{
	{Code: "engine", Path: "tenant", Message: "must be of PostgreSQL for WithPgx, and of SQLite for WithSQL"}}}

func (t *Tenant) beginPgx(ctx context.Context, readOnly bool) (pgx.Tx, *begun, error) {
	engine, ok := t.db.engine.(*postgres)
	if !ok {
		return nil, nil, errWith
	}
	conn, err := engine.connection(ctx)
	if err != nil {
		return nil, nil, err
	}
	options := pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}
	if readOnly {
		options = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	}
	tx, err := conn.BeginTx(ctx, options)
	if err != nil {
		conn.Release()
		return nil, nil, err
	}
	return tx, &begun{wire: &pgxWire{on: tx}, commit: tx.Commit, release: conn.Release,
		rollback: func(ctx context.Context) { _ = tx.Rollback(ctx) }}, nil // where it fails the pool gives the connection up
}

func (t *Tenant) beginSQL(ctx context.Context, readOnly bool) (*sql.Tx, *begun, error) {
	engine, ok := t.db.engine.(*lite)
	if !ok {
		return nil, nil, errWith
	}
	taken, err := engine.acquire(ctx, !readOnly)
	if err != nil {
		return nil, nil, err
	}
	on, ok := taken.(*sqlWire)
	if !ok { // the engine has no other
		taken.release()
		return nil, nil, errWith
	}
	// a context that ends is seen by each statement: database/sql would roll back beside them
	tx, err := on.conn.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{ReadOnly: readOnly})
	if err != nil {
		on.release()
		return nil, nil, err
	}
	commit := func(context.Context) error {
		err := tx.Commit()
		on.broken = on.broken || err != nil // of dqlite the transaction may still be open
		return err
	}
	return tx, &begun{wire: &sqlWire{tx: tx}, commit: commit, release: on.release,
		rollback: func(context.Context) { on.broken = tx.Rollback() != nil || on.broken }}, nil
}
