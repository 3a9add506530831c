package boltstore

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// What a driver may be besides: one that lets go of what all have had.
var (
	_ store.EventForgetter   = (*DB)(nil)
	_ store.CommandForgetter = (*DB)(nil)
)

// ForgetEvents removes the events up to a position. Positions are never given again.
func (db *DB) ForgetEvents(ctx context.Context, tenant string, upTo int64) error {
	return db.forget(ctx, tenant, eventBucket, func(position, _ []byte) (bool, error) { return number(position) <= upTo, nil })
}

// ForgetCommands removes the records of commands before an instant. It reads all
// records, which are in the order of their keys.
func (db *DB) ForgetCommands(ctx context.Context, tenant string, before tandem.Instant) error {
	return db.forget(ctx, tenant, commandBucket, func(key, row []byte) (bool, error) {
		record, err := commandOf(string(key), row)
		return record.At.Before(before), err
	})
}

// forget removes rows of a bucket. They are listed first: a cursor that removes loses
// its place.
func (db *DB) forget(ctx context.Context, tenant string, bucket string, old func(k, v []byte) (bool, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return db.bolt.Update(func(tx *bbolt.Tx) error {
		root := tx.Bucket([]byte(tenants)).Bucket([]byte(tenant))
		if root == nil || root.Bucket([]byte(bucket)) == nil {
			return nil
		}
		rows := root.Bucket([]byte(bucket))
		var gone [][]byte
		err := each(rows, func(k, v []byte) error {
			remove, err := old(k, v)
			if remove {
				gone = append(gone, bytes.Clone(k))
			}
			return err
		})
		for _, key := range gone {
			if err == nil {
				err = rows.Delete(key)
			}
		}
		return err
	})
}
