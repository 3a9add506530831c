package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// tx is a transaction of the library.
type tx struct {
	db       *DB
	tenant   []byte
	snapshot *bbolt.Tx // of a View; an Update has none
	drawn    map[string]*drawn
}

// drawn is a series that an Update draws of: as it was found, and as it will be.
type drawn struct{ found, next work.Number }

const (
	levelBucket   = "levels"
	seriesBucket  = "series"
	commandBucket = "commands"
	eventBucket   = "events"
)

func rowBucket(kind *store.Kind) string { return "rows " + kind.Name }

func indexBucket(kind *store.Kind, index int) string {
	return "index " + kind.Name + "." + kind.Indexes[index].Name
}

// read runs fn on a bucket of the tenant: as the View sees it, or as it is now. It
// does not run where nothing was ever written. What fn is given belongs to bbolt and
// is valid inside fn only, so fn copies what it hands out.
func (t *tx) read(bucket string, fn func(b *bbolt.Bucket) error) error {
	in := func(tx *bbolt.Tx) error {
		root := tx.Bucket([]byte(tenants)).Bucket(t.tenant)
		if root == nil || root.Bucket([]byte(bucket)) == nil {
			return nil
		}
		return fn(root.Bucket([]byte(bucket)))
	}
	if t.snapshot != nil {
		return in(t.snapshot)
	}
	return t.db.bolt.View(in)
}

// Rollback ends the transaction. An Update has written nothing before its Commit.
func (t *tx) Rollback() {
	if t.snapshot != nil {
		_ = t.snapshot.Rollback() // of a reader: it cannot fail
	}
}

// number reads eight bytes that order as the number does.
func number(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) }

func appendNumber(b []byte, n int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(n)) }

// decode makes a record of a row: a fact has its place in front, a state its revision.
func decode(kind *store.Kind, key, row []byte) (record store.Record, err error) {
	if len(row) < 8 || len(key) != len(record.Key) {
		return record, fmt.Errorf("boltstore: damaged row of %s %x: %w", kind.Name, key, tandem.ErrInvalid)
	}
	record.Key = store.Key(key)
	if kind.Fact {
		record.Values, err = store.DecodeValues(nil, row[8:])
		return record, err
	}
	record.Revision = number(row)
	record.Value, err = kind.Decode(row[8:])
	return record, err
}

// Get gives the records of keys; one that is absent has neither Value nor Values.
func (t *tx) Get(_ context.Context, kind *store.Kind, keys []store.Key, out []store.Record) error {
	for i := range keys {
		out[i] = store.Record{Key: keys[i]}
	}
	return t.read(rowBucket(kind), func(rows *bbolt.Bucket) (err error) {
		for i := range keys {
			row := rows.Get(keys[i][:])
			if row == nil {
				continue
			}
			if out[i], err = decode(kind, keys[i][:], row); err != nil {
				return err
			}
		}
		return nil
	})
}

// Scan walks an index, in its order. A record's Place is its key in the index, which
// is its own alone: the page after it begins behind it, whatever has come or gone.
func (t *tx) Scan(_ context.Context, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	var prefix []byte
	for _, v := range scan.Prefix {
		prefix = store.AppendOrdered(prefix, v)
	}
	low, high := prefix, behind(prefix)
	if scan.Low != nil {
		low = store.AppendOrdered(bytes.Clone(prefix), *scan.Low)
	}
	if scan.High != nil {
		high = store.AppendOrdered(bytes.Clone(prefix), *scan.High)
	}
	err := t.read(indexBucket(scan.Kind, scan.Index), func(index *bbolt.Bucket) error {
		rows := index.Tx().Bucket([]byte(tenants)).Bucket(t.tenant).Bucket([]byte(rowBucket(scan.Kind)))
		return walk(index.Cursor(), low, high, scan.After, scan.Descending, func(place, key []byte) (more bool, err error) {
			if len(out) >= scan.Limit {
				return false, nil
			}
			record, err := decode(scan.Kind, key, rows.Get(key))
			record.Place = bytes.Clone(place)
			out = append(out, record)
			return true, err
		})
	})
	return out, err
}

// walk visits the keys in [low, high), behind after if it is given; high nil is the end.
func walk(c *bbolt.Cursor, low, high, after []byte, descending bool, visit func(k, v []byte) (more bool, err error)) error {
	var k, v []byte
	step := c.Next
	switch {
	case descending:
		step = c.Prev
		if after != nil && (high == nil || bytes.Compare(after, high) < 0) {
			high = after
		}
		k, v = before(c, high)
	case after != nil && bytes.Compare(after, low) >= 0:
		if k, v = c.Seek(after); bytes.Equal(k, after) {
			k, v = c.Next()
		}
	default:
		k, v = c.Seek(low)
	}
	for ; k != nil && bytes.Compare(k, low) >= 0 && (high == nil || bytes.Compare(k, high) < 0); k, v = step() {
		if more, err := visit(k, v); err != nil || !more {
			return err
		}
	}
	return nil
}

// before gives the last key before another; nil is the end.
func before(c *bbolt.Cursor, key []byte) (k, v []byte) {
	if key == nil {
		return c.Last()
	}
	if k, _ = c.Seek(key); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// behind gives the first key that does not begin with the prefix; nil if there is none.
func behind(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			out := bytes.Clone(prefix[:i+1])
			out[i]++
			return out
		}
	}
	return nil
}
