package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
)

// aggregate describes an aggregate or record A once, for all drivers: how an
// independent copy of it is made under a revision, where its key and revision are.
// A store keeps copies; what an aggregate and its copies share is its own affair.
type aggregate[A any] struct {
	kind  *Kind
	copy  func(a *A, revision int64) *A
	meta  func(*A) (Key, int64)
	clone func(A) A // of a plain record, see record
}

// described completes the kind of an aggregate with the codec of its state.
func described[A, S any](kind *Kind, state func(*A) S, restore func(S) (*A, error),
	copy func(a *A, revision int64) *A, meta func(*A) (Key, int64)) *aggregate[A] {
	kind.Key = func(value any) Key {
		key, _ := meta(value.(*A))
		return key
	}
	kind.Encode = func(value any) ([]byte, error) { return json.Marshal(state(value.(*A))) }
	kind.Decode = func(data []byte) (any, error) {
		var s S
		if err := json.Unmarshal(data, &s); err != nil {
			return nil, err
		}
		a, err := restore(s)
		if err != nil {
			return nil, err
		}
		_, revision := meta(a)
		return copy(a, revision), nil // of which copies may be made at the same time
	}
	return &aggregate[A]{kind: kind, copy: copy, meta: meta}
}

func get[A any](ctx context.Context, b *Bundle, d *aggregate[A], key Key) (*A, error) {
	value, err := lookup(ctx, b, d.kind, key)
	if err != nil {
		return nil, err
	}
	a := d.again(value)
	b.unit.give(d.kind, &key, a)
	return a, nil
}

// again gives a copy of what is kept, under its revision.
func (d *aggregate[A]) again(value any) *A {
	a := value.(*A)
	_, revision := d.meta(a)
	return d.copy(a, revision)
}

// lookup gives what is kept under a key: the pending write, or what is stored.
func lookup(ctx context.Context, b *Bundle, kind *Kind, key Key) (any, error) {
	u, err := b.open()
	if err != nil {
		return nil, err
	}
	if at := u.find(kind, &key); at >= 0 {
		if u.asking() {
			return nil, errAsked
		}
		return u.batch.Puts[at].Value, nil
	}
	record, err := u.get(ctx, kind, key)
	if err != nil {
		return nil, err
	}
	if record.Value == nil {
		return nil, &tandem.NotFoundError{Kind: kind.Name, Key: key.String()}
	}
	return record.Value, nil
}

func save[A any](b *Bundle, d *aggregate[A], a *A) error {
	u, err := b.writable()
	if err != nil {
		return err
	}
	key, found := d.meta(a)
	at := u.find(d.kind, &key)
	if at < 0 {
		u.put(Put{Kind: d.kind, Key: key, Expect: found, Value: d.copy(a, found+1)}, a)
		return nil
	}
	p := &u.batch.Puts[at]
	switch {
	case found != p.Expect && found != p.Expect+1: // that of the pending write
		return &tandem.ConflictError{Kind: d.kind.Name, Key: key.String(), Want: found, Got: p.Expect + 1}
	case d.clone == nil && !u.knows(at, a, found):
		return &HandleError{Kind: d.kind.Name, Key: key.String()}
	}
	p.Value = d.copy(a, p.Expect+1)
	u.saved(at, a)
	return nil
}

// HandleError says that an aggregate was loaded twice in one Update, and both
// handles were saved: the second knows nothing of what the first has changed. It
// matches [tandem.ErrInvalid], since running the closure again would end the same.
// (A record without a life cycle is saved by value: there the last one counts.)
type HandleError struct {
	Kind string
	Key  string
}

func (e *HandleError) Error() string {
	return "store: " + e.Kind + " " + e.Key + " was saved by another handle in this Update, which this one does not know of: load it once"
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *HandleError) Is(target error) bool { return target == tandem.ErrInvalid }

const scanPage = 256

// query says which part of a kind is wanted: a range of an index, and what of
// it is left out.
type query[A any] struct {
	index     string
	prefix    []Value
	low, high *Value
	keep      func(*A) bool // nil = all of the range
	page      tandem.Page
	binding   []byte // what cursors are bound to: see binding
}

// findAggregates gives copies of what the query selects; keep looks at what is
// kept itself, and changes nothing.
func findAggregates[A any](ctx context.Context, b *Bundle, d *aggregate[A], q query[A]) iter.Seq2[*A, error] {
	return func(yield func(*A, error) bool) {
		if err := q.aggregates(ctx, b, d, yield); err != nil {
			yield(nil, err)
		}
	}
}

func (q *query[A]) aggregates(ctx context.Context, b *Bundle, d *aggregate[A], yield func(*A, error) bool) error {
	keep := func(r *Record) bool { return q.keep == nil || q.keep(r.Value.(*A)) }
	return q.walk(ctx, b, d.kind, keep, func(r *Record) bool { return yield(d.again(r.Value), nil) })
}

// walk visits the records of the query that are to be kept, a page at a time, until
// visit wants no more or as many as the page's limit were visited. The cursor is
// there with the result.
func (q *query[A]) walk(ctx context.Context, b *Bundle, kind *Kind, keep, visit func(*Record) bool) error {
	u, err := b.queryable(kind)
	if err != nil {
		return err
	}
	buffer := u.store.takePage()
	defer u.store.keepPage(buffer)
	scan := &buffer.scan
	if err := q.scan(u, kind, scan); err != nil {
		return err
	}
	left := q.page.Limit
	for {
		records, err := u.fetch(ctx, b, scan, buffer, left, q.keep == nil)
		if err != nil {
			return err
		}
		for i := range records {
			r := &records[i]
			if !keep(r) {
				continue
			}
			if q.page.Next != nil {
				*q.page.Next = u.store.sealPlace(q.bound(u, kind), r.Place)
			}
			if left--; !visit(r) || left == 0 {
				return nil
			}
			if b.unit != u {
				return ErrClosed
			}
		}
		if len(records) < scan.Limit {
			return nil
		}
		buffer.after = append(buffer.after[:0], records[len(records)-1].Place...)
		scan.After = buffer.after
	}
}

// pageBuffer is the memory of one query: its scan and its pages.
type pageBuffer struct {
	scan    Scan
	records []Record
	used    int    // the most records of a page
	after   []byte // the place that the next page begins behind
}

const keepRecordValues = 256 // a record with more of them is not kept for others

func (s *Store) takePage() *pageBuffer {
	if p, ok := s.pages.Get().(*pageBuffer); ok {
		return p
	}
	return new(pageBuffer)
}

// keepPage keeps the buffer of a finished query for the next one, without what was
// read. Values and places in it are the driver's affair.
func (s *Store) keepPage(p *pageBuffer) {
	p.records = p.records[:p.used]
	for i := range p.records {
		r := &p.records[i]
		if r.Value = nil; cap(r.Values) > keepRecordValues {
			r.Values = nil
		}
		clear(r.Values[:cap(r.Values)])
	}
	p.scan, p.used = Scan{}, 0
	s.pages.Put(p)
}

// scan prepares a range scan.
func (q *query[A]) scan(u *unit, kind *Kind, scan *Scan) error {
	ordinal := kind.IndexNamed(q.index)
	if ordinal < 0 {
		return fmt.Errorf("store: kind %s has no index %s: %w", kind.Name, q.index, tandem.ErrInvalid)
	}
	perCompany := len(kind.Indexes[ordinal].Columns) > 0 && kind.Indexes[ordinal].Columns[0] == "company"
	if err := checkPage(q.page, !perCompany || len(q.prefix) > 0 && q.prefix[0].ID != [16]byte{}); err != nil {
		return err
	}
	*scan = Scan{Kind: kind, Index: ordinal, Prefix: q.prefix, Low: q.low, High: q.high, Descending: q.page.Descending}
	if q.page.After != "" {
		place, err := u.store.unsealPlace(q.bound(u, kind), q.page.After)
		if err != nil {
			return err
		}
		scan.After = place
	}
	return nil
}

func (q *query[A]) bound(u *unit, kind *Kind) []byte {
	return u.store.bound(kind.Name, q.index, q.page.Descending, q.binding)
}

func checkPage(p tandem.Page, companyGiven bool) error {
	if companyGiven && p.Limit >= 0 {
		return nil
	}
	var c tandem.Check
	c.Require(companyGiven, "required", "company", "must be given")
	c.Require(p.Limit >= 0, "limit", "page.limit", "must not be negative")
	return c.Err("query")
}

// fetch reads the next page before anything of it is yielded. Where nothing is
// filtered, no more is read than is left to yield.
func (u *unit) fetch(ctx context.Context, b *Bundle, scan *Scan, buffer *pageBuffer, left int, exact bool) ([]Record, error) {
	if b.unit != u {
		return nil, ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	scan.Limit = scanPage
	if exact && left > 0 && left < scanPage {
		scan.Limit = left
	}
	if page, found, err := u.prefetched(scan); found || err != nil {
		return page, err // its memory is not the buffer's
	}
	records, err := u.tx.Scan(ctx, scan, buffer.records[:0])
	if err != nil {
		return nil, err
	}
	buffer.records, buffer.used = records, max(buffer.used, len(records))
	return records, nil
}

// record describes a plain record, which is its own state. clone copies what the
// struct refers to; nil where it is flat.
func record[S any](kind *Kind, clone func(S) S, meta func(*S) (Key, *int64)) *aggregate[S] {
	if clone == nil {
		clone = func(s S) S { return s }
	}
	d := described(kind, func(s *S) S { return *s }, func(s S) (*S, error) { return &s, nil },
		func(s *S, revision int64) *S {
			c := clone(*s)
			_, at := meta(&c)
			*at = revision
			return &c
		},
		func(s *S) (Key, int64) {
			key, revision := meta(s)
			return key, *revision
		})
	d.clone = clone
	return d
}

// saveRecord saves master data that its room finds valid.
func saveRecord[S interface{ Validate() error }](b *Bundle, d *aggregate[S], s S) error {
	if _, err := b.writable(); err != nil {
		return err
	}
	if err := s.Validate(); err != nil {
		return err
	}
	return save(b, d, &s)
}

func getRecord[S any](ctx context.Context, b *Bundle, d *aggregate[S], key Key) (S, error) {
	value, err := lookup(ctx, b, d.kind, key)
	if err != nil {
		var none S
		return none, err
	}
	return d.clone(*value.(*S)), nil
}

// getNamed is getRecord of a record whose key is made of a text: what is not
// found is named by it.
func getNamed[S any](ctx context.Context, b *Bundle, d *aggregate[S], key Key, name string) (S, error) {
	s, err := getRecord(ctx, b, d, key)
	if missing, ok := err.(*tandem.NotFoundError); ok {
		missing.Key = strconv.Quote(name)
	}
	return s, err
}

func findRecords[S any](ctx context.Context, b *Bundle, d *aggregate[S], q query[S]) iter.Seq2[S, error] {
	return func(yield func(S, error) bool) {
		if err := q.aggregates(ctx, b, d, func(s *S, _ error) bool { return yield(*s, nil) }); err != nil {
			var none S
			yield(none, err)
		}
	}
}
