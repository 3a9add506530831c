package sqlstore

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tandem-go/tandem"
)

// MergeBuckets gathers levels that are spread over buckets into one row each, of all
// tenants that the role may see: before the policy of a database is changed from
// [Stock].Buckets to another. Nobody may change stock meanwhile under the old policy.
func MergeBuckets(ctx context.Context, conn PostgresConn, schema string) error {
	if err := (Config{Schema: schema}).Validate(); err != nil {
		return err
	}
	d := postgresDialect(Config{Schema: schema}.withDefaults().Schema, encodePgx)
	level, key := d.table("stock_level"), strings.Join(levelKey, ", ")
	t, err := conn.BeginTx(ctx, pgx.TxOptions{})
	if err != nil {
		return err
	}
	for _, text := range []string{
		"LOCK TABLE " + level + " IN EXCLUSIVE MODE",
		"WITH spread AS (DELETE FROM " + level + " WHERE bucket <> 0 RETURNING *), sums AS (SELECT " + key +
			", sum(on_hand_micro)::bigint AS on_hand, sum(reserved_micro)::bigint AS reserved FROM spread GROUP BY " + key + ") UPDATE " + level +
			" l SET on_hand_micro = l.on_hand_micro + sums.on_hand, reserved_micro = l.reserved_micro + sums.reserved FROM sums WHERE l.bucket = 0" +
			" AND l.tenant = sums.tenant AND l.company = sums.company AND l.location = sums.location AND l.product = sums.product AND l.lot = sums.lot",
	} {
		if _, err := t.Exec(ctx, text); err != nil {
			return errors.Join(err, ignoreClosed(t.Rollback(context.WithoutCancel(ctx))))
		}
	}
	return t.Commit(ctx)
}

// errSpread: the levels of the database are spread, and the policy does not know of it.
var errSpread error = &tandem.InvalidError{Subject: "sqlstore config", Faults: []tandem.Fault{{Code: "spread", Path: "stock.buckets",
	Message: "the levels of this database are spread over buckets: give the number, or gather them first with MergeBuckets"}}}

// checkSpread refuses another policy on levels that are spread. Where rows are secured
// by tenant it is not seen: there whoever changes the policy answers for it.
func (db *DB) checkSpread(ctx context.Context) error {
	if db.secured || db.cfg.Stock.Buckets > 0 {
		return nil
	}
	t := &tx{db: db, view: true}
	defer t.Rollback()
	spread := false
	err := t.do(ctx, false, statement{text: "SELECT 1 FROM " + db.d.table("stock_level") + " WHERE bucket <> 0 LIMIT 1", row: func(row) error {
		spread = true
		return nil
	}})
	if err == nil && spread {
		return errSpread
	}
	return err
}
