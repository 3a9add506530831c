package sqlstore

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

var (
	_ store.EventForgetter   = (*DB)(nil)
	_ store.CommandForgetter = (*DB)(nil)
)

// ForgetEvents deletes the events up to a position, but for those that a relay has yet to
// settle or a dead letter needs.
func (db *DB) ForgetEvents(ctx context.Context, tenant string, upTo int64) error {
	if err := db.position(ctx, tenant); err != nil {
		return err
	}
	return db.alone(ctx, tenant, statement{text: db.texts.forgetEvents, args: []any{tenant, upTo}})
}

// ForgetCommands deletes the records of commands before an instant.
func (db *DB) ForgetCommands(ctx context.Context, tenant string, before tandem.Instant) error {
	return db.alone(ctx, tenant, statement{text: db.texts.forgetCommands, args: []any{tenant, db.d.encode(instantValue(before))}})
}

// alone runs a transaction of the driver's own that needs no look at what is there.
func (db *DB) alone(ctx context.Context, tenant string, list ...statement) error {
	t := &tx{db: db, tenant: tenant}
	defer t.Rollback()
	return t.finish(ctx, list)
}
