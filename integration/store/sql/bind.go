package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// Bound is a tenant's store inside a transaction of the host: what it writes commits
// with the host's own rows, or not at all. The host begins, commits and rolls back.
//
// Each Update sends its writes when its closure ends, within a savepoint: where it
// fails nothing of it is left, and the host decides whether its own transaction goes
// on (after a conflict it should be rolled back and run again, from its beginning).
// work.Retry never repeats inside. A View sees what the host's transaction sees: it is
// one snapshot only where that is. On PostgreSQL the host's transaction should be at
// read committed, which is the default; on SQLite it should have begun IMMEDIATE.
// A Bound is for the goroutine of its transaction.
type Bound struct{ *store.Store }

// Joined says that Retry must not repeat.
func (*Bound) Joined() bool { return true }

var _ work.Store[*store.Bundle] = (*Bound)(nil)

// Bind gives the tenant's store on an open transaction of pgx, of a PostgreSQL database.
func (t *Tenant) Bind(tx pgx.Tx) (*Bound, error) {
	pooled, ok := tx.(*pgxpool.Tx)
	if t.err == nil && (t.db.d.name != "postgres" || tx == nil || ok && pooled == nil) {
		return nil, errBind
	}
	return t.bind(&host{db: t.db, wire: &pgxWire{on: tx}})
}

// BindSQL gives the tenant's store on an open transaction of [database/sql]: of SQLite,
// or of PostgreSQL through any driver whose errors have SQLState, as those of pgx and
// lib/pq. There each statement is a round trip; pgx's own transactions ([Tenant.Bind])
// send an Update's writes in one.
func (t *Tenant) BindSQL(tx *sql.Tx) (*Bound, error) {
	if tx == nil {
		return nil, errBind
	}
	db := t.db
	if db.d.name == "postgres" {
		db = db.plain
	}
	return t.bind(&host{db: db, wire: &sqlWire{tx: tx}})
}

var errBind error = &tandem.InvalidError{Subject: "bound store", Faults: []tandem.Fault{
	{Code: "transaction", Path: "tx", Message: "must be an open transaction of the database"}}}

func (t *Tenant) bind(h *host) (*Bound, error) {
	if t.err != nil {
		return nil, t.err
	}
	s, err := store.Open(h, t.name, store.Options{CursorSecret: h.db.cfg.CursorSecret})
	if err != nil {
		return nil, err
	}
	return &Bound{s}, nil
}

// host is the driver of a bound store.
type host struct {
	db   *DB
	wire wire
	// reader: the transaction is known to be one that only reads, so that others can
	// write while it lasts.
	reader bool
}

// Begin begins nothing: the host has.
func (h *host) Begin(_ context.Context, tenant string, readOnly bool) (store.Tx, error) {
	if err := h.db.engine.usable(); err != nil {
		return nil, err
	}
	return h.db.transaction(&tx{db: h.db, tenant: tenant, view: readOnly, host: h.wire, reader: h.reader}), nil
}

// hostOpening sets the tenant in the host's transaction, and notes what was set.
func (t *tx) hostOpening() []statement {
	if !t.db.secured || t.set {
		return nil
	}
	return []statement{
		{text: t.db.texts.tenantWas, row: func(r row) (err error) {
			t.was, err = readText(r, 0)
			t.set = err == nil // what has not been read is not given back
			return err
		}},
		t.setTenant(t.tenant),
	}
}

func (t *tx) setTenant(name string) statement {
	return statement{text: t.db.texts.tenantIs, args: []any{name}, row: func(row) error { return nil }}
}

// restoreHost gives the host its own setting back.
func (t *tx) restoreHost() {
	if !t.set {
		return
	}
	t.set = false
	ctx, cancel := context.WithTimeout(context.Background(), endTime)
	defer cancel()
	// a transaction that has failed takes no more statements: there ROLLBACK restores it
	_ = t.host.roundTrip(ctx, []statement{t.setTenant(t.was)})
}

// flushHost writes the batch into the host's transaction, all of it or nothing.
func (t *tx) flushHost(ctx context.Context, batch *store.Batch) error {
	list, err := t.writes(batch)
	if err != nil {
		t.restoreHost()
		return err
	}
	opening := t.hostOpening()
	all := append(opening, statement{text: "SAVEPOINT tandem_update"})
	all = append(append(all, list...), statement{text: "RELEASE SAVEPOINT tandem_update"})
	if err = t.host.roundTrip(ctx, all); err != nil {
		err = t.meaning(err, all)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
		defer cancel()
		if back := t.host.control(ctx, "ROLLBACK TO SAVEPOINT tandem_update; RELEASE SAVEPOINT tandem_update"); back != nil {
			err = errors.Join(err, back)
		}
	}
	t.restoreHost()
	return err
}
