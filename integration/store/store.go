package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

// Store is a tenant's handle on a driver: a work.Store of [*Bundle]. It is safe
// for concurrent use.
type Store struct {
	driver Driver
	tenant string
	secret [32]byte  // seals cursors
	pages  sync.Pool // of page buffers, of this driver's records only
}

var (
	_ work.Store[*Bundle]   = (*Store)(nil)
	_ work.EventForgetter   = (*Store)(nil)
	_ work.CommandForgetter = (*Store)(nil)
	_ work.EventRelay       = (*Store)(nil)
)

// Options of [Open]. The zero value is the documented default.
type Options struct {
	// CursorSecret seals cursors, so that one that was tampered with is refused.
	// Give the same, at least 16 bytes, to every process that shares cursors;
	// default: random.
	CursorSecret []byte
}

// Open gives the handle of a tenant. An empty tenant is an error; no method
// below takes a tenant, so none can be given the wrong one.
func Open(driver Driver, tenant string, options Options) (*Store, error) {
	var c tandem.Check
	c.Require(driver != nil, "driver_missing", "driver", "must be given")
	c.Require(tenant != "" && len(tenant) <= tandem.MaxName, "tenant", "tenant", "must be 1 to 256 bytes")
	c.Require(len(options.CursorSecret) == 0 || len(options.CursorSecret) >= 16, "cursor_secret", "cursor_secret", "must be at least 16 bytes")
	if err := c.Err("store"); err != nil {
		return nil, err
	}
	if _, err := Kinds(); err != nil {
		return nil, err
	}
	s := &Store{driver: driver, tenant: tenant}
	if len(options.CursorSecret) == 0 {
		_, _ = rand.Read(s.secret[:]) // never fails (Go 1.24)
	} else {
		s.secret = sealKey(options.CursorSecret)
	}
	return s, nil
}

// ErrClosed: a bundle, or what a query yields, was used after its closure ended.
var ErrClosed = fmt.Errorf("store: used outside its closure: %w", tandem.ErrInvalid)

// ErrReadOnly: a write inside View.
var ErrReadOnly = fmt.Errorf("store: write inside View: %w", tandem.ErrInvalid)

// ErrFindAfterSave: a query of a kind that the same Update has already written;
// its result would depend on what has been flushed.
var ErrFindAfterSave = fmt.Errorf("store: Find after Save of the same kind in one Update: %w", tandem.ErrInvalid)

// unit is an open unit of work. Units are pooled; a [Bundle] is not, and loses
// its unit when its closure ends.
type unit struct {
	store    *Store
	tx       Tx
	readOnly bool
	poison   error
	batch    Batch
	handles  []any              // that the puts of the batch were saved by
	given    []givenHandle      // read of pending puts
	pending  map[pendingKey]int // place in batch.Puts, once there are many
	written  uint64             // set of kinds in the batch, by ordinal
	drawn    bool               // a number was drawn, which Commit takes
	keys     [1]Key
	records  [1]Record

	levelAt   map[inventory.LevelKey]int // place in batch.Levels, once there are many
	merged    []inventory.LevelChange    // of one Apply
	levelKeys []inventory.LevelKey
	levels    []inventory.Level
	seen      []seenLevel
	seenAt    map[inventory.LevelKey]int // place in seen, once there are many

	prefetcher Prefetcher // the transaction, if it is one
	ahead      *ahead     // nil until something is prefetched
}

// givenHandle is an aggregate that was read of a pending put.
type givenHandle struct {
	put    int
	handle any
	stale  bool // another handle has saved since
}

type pendingKey struct {
	kind *Kind
	key  Key
}

// units holds finished units for their buffers; they carry nothing over.
var units = sync.Pool{New: func() any { return new(unit) }}

// View runs fn on one snapshot.
func (s *Store) View(ctx context.Context, fn func(ctx context.Context, b *Bundle) error) error {
	return s.run(ctx, true, fn)
}

// Update runs fn and commits what it has written: all of it, or nothing if fn
// or the commit fails, fn panics or ctx has ended.
func (s *Store) Update(ctx context.Context, fn func(ctx context.Context, b *Bundle) error) error {
	return s.run(ctx, false, fn)
}

// ForgetEvents lets go of the events up to a position, once all that listen have
// had them (see work.EventForgetter). It is [tandem.ErrUnsupported] on a driver
// that is no [EventForgetter].
func (s *Store) ForgetEvents(ctx context.Context, upTo int64) error {
	f, ok := s.driver.(EventForgetter)
	if !ok {
		return fmt.Errorf("store: the driver keeps its events: %w", tandem.ErrUnsupported)
	}
	return f.ForgetEvents(ctx, s.tenant, upTo)
}

// ForgetCommands lets go of the records of commands before an instant (see
// work.CommandForgetter). It is [tandem.ErrUnsupported] on a driver that is no
// [CommandForgetter].
func (s *Store) ForgetCommands(ctx context.Context, before tandem.Instant) error {
	f, ok := s.driver.(CommandForgetter)
	if !ok {
		return fmt.Errorf("store: the driver keeps its command records: %w", tandem.ErrUnsupported)
	}
	return f.ForgetCommands(ctx, s.tenant, before)
}

func (s *Store) run(ctx context.Context, readOnly bool, fn func(ctx context.Context, b *Bundle) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	tx, err := s.driver.Begin(ctx, s.tenant, readOnly)
	if err != nil {
		return err
	}
	u := units.Get().(*unit)
	u.store, u.tx, u.readOnly = s, tx, readOnly
	u.prefetcher, _ = tx.(Prefetcher)
	b := &Bundle{unit: u}
	finished := false
	defer func() {
		b.unit = nil
		if !finished {
			tx.Rollback()
		}
		u.recycle()
	}()
	if err := fn(ctx, b); err != nil {
		return err
	}
	if u.poison != nil {
		return &PoisonedError{u.poison}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if readOnly || u.batch.Empty() && !u.drawn {
		return nil // ended by Rollback
	}
	if u.batch.Levels, err = inventory.MergeChanges(u.batch.Levels); err != nil {
		return err
	}
	finished = true
	return tx.Commit(ctx, &u.batch)
}

// PoisonedError says that a joined part of the unit of work had failed, though
// its closure returned nil. It unwraps to the part's error.
type PoisonedError struct{ Err error }

func (e *PoisonedError) Error() string { return "store: a joined part failed: " + e.Err.Error() }

// Unwrap gives the part's error.
func (e *PoisonedError) Unwrap() error { return e.Err }

const keepCapacity = 4096 // larger buffers of one big Update are not kept for small ones

func (u *unit) recycle() {
	batch := &u.batch
	if cap(batch.Puts) > keepCapacity || cap(batch.values) > 16*keepCapacity ||
		cap(batch.Facts) > keepCapacity || cap(batch.Levels) > keepCapacity || cap(batch.bytes) > 256*keepCapacity ||
		cap(batch.Commands) > keepCapacity || cap(batch.Events) > keepCapacity || cap(u.seen) > keepCapacity ||
		cap(u.merged) > keepCapacity {
		return
	}
	clear(batch.Puts)
	clear(u.handles)
	clear(u.given)
	u.handles, u.given = u.handles[:0], u.given[:0]
	clear(batch.Facts)
	clear(batch.Commands)
	clear(batch.Events)
	clear(batch.values)
	*batch = Batch{Puts: batch.Puts[:0], Facts: batch.Facts[:0], Commands: batch.Commands[:0],
		Events: batch.Events[:0], Levels: batch.Levels[:0], values: batch.values[:0], bytes: batch.bytes[:0]}
	clear(u.records[:])
	u.store, u.tx, u.poison, u.written, u.readOnly, u.drawn = nil, nil, nil, 0, false, false
	u.pending, u.levelAt, u.seenAt, u.seen = nil, nil, nil, u.seen[:0]
	u.recycleAhead()
	units.Put(u)
}

// find gives the place of the pending write of a record, −1 for none.
func (u *unit) find(kind *Kind, key *Key) int {
	if u.written&(1<<kind.Ordinal) == 0 {
		return -1
	}
	if u.pending != nil {
		if i, ok := u.pending[pendingKey{kind, *key}]; ok {
			return i
		}
		return -1
	}
	for i := range u.batch.Puts {
		if p := &u.batch.Puts[i]; p.Kind == kind && p.Key == *key {
			return i
		}
	}
	return -1
}

const manyPuts = 16

func (u *unit) put(p Put, handle any) {
	u.written |= 1 << p.Kind.Ordinal
	u.batch.Puts = append(u.batch.Puts, p)
	u.handles = append(u.handles, handle)
	switch n := len(u.batch.Puts); {
	case u.pending != nil:
		u.pending[pendingKey{p.Kind, p.Key}] = n - 1
	case n > manyPuts:
		u.pending = make(map[pendingKey]int, 4*n)
		for i := range u.batch.Puts {
			u.pending[pendingKey{u.batch.Puts[i].Kind, u.batch.Puts[i].Key}] = i
		}
	}
}

// writable gives the unit of an open Update.
func (b *Bundle) writable() (*unit, error) {
	switch {
	case b.unit == nil:
		return nil, ErrClosed
	case b.unit.readOnly:
		return nil, ErrReadOnly
	}
	return b.unit, nil
}

func (b *Bundle) open() (*unit, error) {
	if b.unit == nil {
		return nil, ErrClosed
	}
	return b.unit, nil
}

// queryable gives the unit if the kind may be queried.
func (b *Bundle) queryable(kind *Kind) (*unit, error) {
	if b.unit == nil {
		return nil, ErrClosed
	}
	if b.unit.written&(1<<kind.Ordinal) != 0 {
		return nil, ErrFindAfterSave
	}
	return b.unit, nil
}

// knows reports whether a handle of a revision knows the pending put as it is: it
// saved it, or is of the put's own revision, and nobody has saved since it was read.
func (u *unit) knows(put int, handle any, revision int64) bool {
	return u.handles[put] == handle ||
		revision == u.batch.Puts[put].Expect+1 && !slices.Contains(u.given, givenHandle{put, handle, true})
}

// give notes a handle that was read of the pending put, if there is one.
func (u *unit) give(kind *Kind, key *Key, handle any) {
	if put := u.find(kind, key); put >= 0 {
		u.given = append(u.given, givenHandle{put: put, handle: handle})
	}
}

// saved notes who has saved the pending put: what others read of it before is stale.
func (u *unit) saved(put int, handle any) {
	u.handles[put] = handle
	for i := range u.given {
		if g := &u.given[i]; g.put == put {
			g.stale = g.handle != handle
		}
	}
}

// ReadOnly runs fn, in which the bundle takes no writes: the View of a joined store.
func (b *Bundle) ReadOnly(fn func() error) error {
	u, err := b.open()
	if err != nil {
		return err
	}
	was := u.readOnly
	u.readOnly = true
	defer func() {
		if b.unit == u { // the closure may have ended meanwhile
			u.readOnly = was
		}
	}()
	return fn()
}

// Poison dooms the unit of work (see work.Unit).
func (b *Bundle) Poison(err error) {
	if b.unit != nil && b.unit.poison == nil {
		b.unit.poison = errors.Join(err)
	}
}
