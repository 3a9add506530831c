package store

import (
	"context"
	"iter"

	"github.com/tandem-go/tandem"
)

// fact describes an immutable fact T once, for all drivers.
type fact[T any] struct {
	kind  *Kind
	key   func(*T) Key
	build func(r *row) T // the inverse of kind.Values
}

func appendFacts[T any](b *Bundle, d *fact[T], facts []T) error {
	u, err := b.writable()
	if err != nil {
		return err
	}
	for i := range facts {
		start := len(u.batch.values)
		u.batch.values = d.kind.Values(u.batch.values, &facts[i])
		end := len(u.batch.values)
		u.batch.Facts = append(u.batch.Facts, FactWrite{d.kind, d.key(&facts[i]), u.batch.values[start:end:end]})
	}
	u.written |= 1 << d.kind.Ordinal
	return nil
}

func (d *fact[T]) read(values []Value) (T, error) {
	r := row{values: values}
	t := d.build(&r)
	if r.err == nil && len(r.values) > 0 {
		r.err = errValues
	}
	return t, r.err
}

func getFact[T any](ctx context.Context, b *Bundle, d *fact[T], key Key) (T, error) {
	var none T
	u, err := b.open()
	if err != nil {
		return none, err
	}
	for i := range u.batch.Facts {
		if w := &u.batch.Facts[i]; w.Kind == d.kind && w.Key == key {
			return d.read(w.Values)
		}
	}
	record, err := u.get(ctx, d.kind, key)
	if err != nil {
		return none, err
	}
	if record.Values == nil {
		return none, &tandem.NotFoundError{Kind: d.kind.Name, Key: key.String()}
	}
	return d.read(record.Values)
}

func findFacts[T any](ctx context.Context, b *Bundle, d *fact[T], q query[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var t T
		var broken error
		keep := func(r *Record) bool {
			t, broken = d.read(r.Values)
			return broken != nil || q.keep == nil || q.keep(&t)
		}
		err := q.walk(ctx, b, d.kind, keep, func(*Record) bool { return yield(t, broken) && broken == nil })
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}
