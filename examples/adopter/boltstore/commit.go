package boltstore

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// Commit takes the writer's lock, compares what the Update has read with what is
// there now, and writes all of the batch or nothing.
func (t *tx) Commit(ctx context.Context, batch *store.Batch) error {
	if t.snapshot != nil {
		t.Rollback()
		return store.ErrReadOnly
	}
	bolt, err := t.db.bolt.Begin(true)
	if err != nil {
		return err
	}
	defer func() { _ = bolt.Rollback() }() // after a commit it does nothing
	if err := ctx.Err(); err != nil {      // it may have ended while others wrote
		return err
	}
	root, err := bolt.Bucket([]byte(tenants)).CreateBucketIfNotExists(t.tenant)
	if err != nil {
		return err
	}
	w := writer{root: root}
	for _, step := range []func(*store.Batch) error{w.puts, w.facts, w.commands, w.events, w.levels} {
		if err := step(batch); err != nil {
			return err
		}
	}
	if err := w.numbers(t.drawn); err != nil {
		return err
	}
	if err := bolt.Commit(); err != nil {
		// The disk may have the commit or not. Who sends the command's key again learns it.
		return fmt.Errorf("boltstore: committing: %w: %w", err, tandem.ErrUnknown)
	}
	return nil
}

// writer writes to a tenant's buckets in one write transaction.
type writer struct{ root *bbolt.Bucket }

func (w writer) bucket(name string) (*bbolt.Bucket, error) {
	return w.root.CreateBucketIfNotExists([]byte(name))
}

func (w writer) put(bucket string, key, row []byte) error {
	b, err := w.bucket(bucket)
	if err != nil {
		return err
	}
	return b.Put(key, row)
}

func (w writer) get(bucket string, key []byte) []byte {
	if b := w.root.Bucket([]byte(bucket)); b != nil {
		return b.Get(key)
	}
	return nil
}

// puts compares all revisions and takes the old columns out of the indexes before
// it enters the new ones: two records may exchange their unique columns.
func (w writer) puts(batch *store.Batch) error {
	for i := range batch.Puts {
		p := &batch.Puts[i]
		row := w.get(rowBucket(p.Kind), p.Key[:])
		var old store.Record
		if row != nil {
			var err error
			if old, err = decode(p.Kind, p.Key[:], row); err != nil {
				return err
			}
		}
		switch {
		case old.Revision == p.Expect:
		case p.Expect == 0:
			return &tandem.DuplicateError{Kind: p.Kind.Name, Index: "key", Key: p.Key.String(), Raced: true}
		default:
			return &tandem.ConflictError{Kind: p.Kind.Name, Key: p.Key.String(), Want: p.Expect, Got: old.Revision}
		}
		if row != nil {
			if err := w.leave(p.Kind, old); err != nil {
				return err
			}
		}
	}
	for i := range batch.Puts {
		p := &batch.Puts[i]
		data, err := p.Kind.Encode(p.Value)
		if err != nil {
			return err
		}
		if err := w.put(rowBucket(p.Kind), p.Key[:], append(appendNumber(nil, p.Expect+1), data...)); err != nil {
			return err
		}
		if err := w.enter(p.Kind, store.Record{Key: p.Key, Value: p.Value}, 0); err != nil {
			return err
		}
	}
	return nil
}

// facts appends: each gets the next place of its kind, which orders the indexes.
func (w writer) facts(batch *store.Batch) error {
	for i := range batch.Facts {
		f := &batch.Facts[i]
		rows, err := w.bucket(rowBucket(f.Kind))
		if err != nil {
			return err
		}
		if rows.Get(f.Key[:]) != nil {
			return &tandem.DuplicateError{Kind: f.Kind.Name, Index: "key", Key: f.Key.String(), Raced: true}
		}
		place, err := rows.NextSequence()
		if err != nil {
			return err
		}
		if err := rows.Put(f.Key[:], store.AppendValues(appendNumber(nil, int64(place)), f.Values)); err != nil {
			return err
		}
		if err := w.enter(f.Kind, store.Record{Key: f.Key, Values: f.Values}, int64(place)); err != nil {
			return err
		}
	}
	return nil
}

// columns gives what the indexes look at.
func columns(kind *store.Kind, record store.Record) []store.Value {
	if kind.Fact {
		return record.Values
	}
	return kind.Values(nil, record.Value)
}

// entry gives a record's key in an index: the columns in order, of which none is the
// beginning of another, then what orders those that are equal.
func entry(kind *store.Kind, index int, columns []store.Value, key store.Key, place int64) (entry, column []byte) {
	column = kind.AppendIndexKey(nil, index, columns)
	if kind.Fact {
		return appendNumber(bytes.Clone(column), place), column
	}
	return append(bytes.Clone(column), key[:]...), column
}

// enter puts a record into its indexes, and refuses unique columns that are taken.
func (w writer) enter(kind *store.Kind, record store.Record, place int64) error {
	values := columns(kind, record)
	for i := range kind.Indexes {
		if !kind.Indexed(i, values) {
			continue
		}
		b, err := w.bucket(indexBucket(kind, i))
		if err != nil {
			return err
		}
		at, column := entry(kind, i, values, record.Key, place)
		if kind.Indexes[i].Unique {
			if taken, _ := b.Cursor().Seek(column); bytes.HasPrefix(taken, column) && taken != nil {
				return &tandem.DuplicateError{Kind: kind.Name, Index: kind.Indexes[i].Name, Key: kind.IndexText(i, values), Raced: true}
			}
		}
		if err := b.Put(at, record.Key[:]); err != nil {
			return err
		}
	}
	return nil
}

// leave takes a state out of its indexes.
func (w writer) leave(kind *store.Kind, record store.Record) error {
	values := columns(kind, record)
	for i := range kind.Indexes {
		b := w.root.Bucket([]byte(indexBucket(kind, i)))
		if b == nil || !kind.Indexed(i, values) {
			continue
		}
		at, _ := entry(kind, i, values, record.Key, 0)
		if err := b.Delete(at); err != nil {
			return err
		}
	}
	return nil
}

func (w writer) commands(batch *store.Batch) error {
	for i := range batch.Commands {
		c := &batch.Commands[i]
		if w.get(commandBucket, []byte(c.Key)) != nil {
			return &tandem.DuplicateError{Kind: "command", Index: "key", Key: c.Key, Raced: true}
		}
		if err := w.put(commandBucket, []byte(c.Key), commandRow(c)); err != nil {
			return err
		}
	}
	return nil
}

func (w writer) events(batch *store.Batch) error {
	if len(batch.Events) == 0 {
		return nil
	}
	b, err := w.bucket(eventBucket)
	if err != nil {
		return err
	}
	for i := range batch.Events {
		position, err := b.NextSequence()
		if err != nil {
			return err
		}
		if err := b.Put(appendNumber(nil, int64(position)), eventRow(&batch.Events[i])); err != nil {
			return err
		}
	}
	return nil
}

// levels adds to what is there now, and keeps the bounds there. What was enough for
// the closure and is not any more was lost in a race.
func (w writer) levels(batch *store.Batch) error {
	for _, change := range batch.Levels {
		key := levelKey(change.Key)
		after, err := level(change.Key, w.get(levelBucket, key)).Apply(change)
		if err != nil {
			if short, ok := err.(*inventory.InsufficientError); ok {
				short.Raced = true
			}
			return err
		}
		if err := w.put(levelBucket, key, appendNumber(appendNumber(nil, after.OnHand), after.Reserved)); err != nil {
			return err
		}
	}
	return nil
}

// numbers takes what was drawn, unless somebody else has taken of the series since.
func (w writer) numbers(series map[string]*drawn) error {
	for key, d := range series {
		now, err := seriesOf(w.get(seriesBucket, []byte(key)))
		if err != nil {
			return err
		}
		if now != d.found {
			return &tandem.ConflictError{Kind: "number_series", Key: key[16:], Want: d.found.Value, Got: now.Value}
		}
		row := appendNumber(appendNumber(nil, d.next.Value), int64(d.next.LastDate.DayNumber()))
		if err := w.put(seriesBucket, []byte(key), row); err != nil {
			return err
		}
	}
	return nil
}
