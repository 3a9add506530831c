package memory

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/probe"
)

// DB is an in-memory database of any number of tenants. It is safe for
// concurrent use.
type DB struct {
	mu     sync.RWMutex
	spaces map[string]*space
}

var (
	_ store.Driver           = (*DB)(nil)
	_ store.EventForgetter   = (*DB)(nil)
	_ store.CommandForgetter = (*DB)(nil)
	_ store.EventRelayer     = (*DB)(nil)
)

// New gives an empty database.
func New() *DB { return &DB{spaces: map[string]*space{}} }

// Open gives a new empty database's store for one tenant: what most tests need.
func Open() *store.Store {
	s, err := store.Open(New(), "default", store.Options{})
	if err != nil { // a name and a driver are given
		return nil
	}
	return s
}

// space is all that belongs to one tenant.
type space struct {
	published atomic.Uint64 // number of the newest commit that readers may see
	commit    latch         // one commit at a time; guards everything below that is not guarded by its own lock
	views     snapshots

	tables   []*table // by kind ordinal
	outdated []*row   // with a version below the head
	pruned   uint64   // the oldest snapshot when versions were cut last

	levels levelTable

	log    log
	relays relays
	words  dictionary

	seriesMu latch
	series   map[seriesKey]*counter
}

func newSpace(kinds []*store.Kind) *space {
	s := &space{log: log{seed: maphash.MakeSeed()}, words: dictionary{seed: maphash.MakeSeed()}, series: map[seriesKey]*counter{}}
	s.log.byKey.Store(new(probe.Table))
	for _, kind := range kinds {
		s.tables = append(s.tables, newTable(kind, &s.words))
	}
	s.levels.rows = map[inventory.LevelKey]*levelRow{}
	return s
}

func (db *DB) space(tenant string) (*space, error) {
	db.mu.RLock()
	s := db.spaces[tenant]
	db.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if s = db.spaces[tenant]; s == nil {
		kinds, err := store.Kinds()
		if err != nil {
			return nil, err
		}
		s = newSpace(kinds)
		db.spaces[tenant] = s
	}
	return s, nil
}

// Begin opens a transaction.
func (db *DB) Begin(_ context.Context, tenant string, readOnly bool) (store.Tx, error) {
	s, err := db.space(tenant)
	if err != nil {
		return nil, err
	}
	t := transactions.Get().(*tx)
	t.space, t.view = s, readOnly
	if readOnly {
		t.freeze()
	}
	return t, nil
}

// ForgetEvents lets go of the events up to a position, and of their memory; of none
// from the first on that a relay has yet to settle or a dead letter needs.
func (db *DB) ForgetEvents(ctx context.Context, tenant string, upTo int64) error {
	return db.forget(ctx, tenant, func(s *space) error {
		s.relays.mu.Lock()
		defer s.relays.mu.Unlock()
		s.log.forgetting.RLock()
		s.relays.index(&s.log, s.published.Load())
		s.log.forgetting.RUnlock()
		s.log.forget(s.relays.spared(upTo))
		return nil
	})
}

// ForgetCommands lets go of the records of commands before an instant, and of their memory.
func (db *DB) ForgetCommands(ctx context.Context, tenant string, before tandem.Instant) error {
	return db.forget(ctx, tenant, func(s *space) error { return s.log.forgetCommands(before) })
}

// forget runs fn in the commit section of a tenant.
func (db *DB) forget(ctx context.Context, tenant string, fn func(*space) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := db.space(tenant)
	if err != nil {
		return err
	}
	s.commit.Lock()
	defer s.commit.Unlock()
	return fn(s)
}

// transactions holds ended transactions for their memory; nothing is carried over.
var transactions = sync.Pool{New: func() any { return new(tx) }}

// tx is a transaction.
type tx struct {
	space    *space
	view     bool
	frozen   bool   // it reads a snapshot: a view always, an Update for as long as a scan
	snapshot uint64 // while frozen
	numbers  []held
	puts     []int // numbers of the batch's rows, −1 for a new one; found while it was checked

	values       [2][]store.Value // for unique columns: the new record's and another's
	columnBuffer [2][]byte

	staged []byte // what a commit writes, encoded before it begins
	marks  []int

	batchUnique map[inBatch]struct{} // of a large batch: what was seen of it
	batchKeys   map[batchKey]struct{}
}

// held is a series that this transaction draws numbers from.
type held struct {
	key     seriesKey
	counter *counter
	last    int64 // drawn
	date    tandem.Date
}

func (h *held) draw(date tandem.Date) work.Number {
	n := work.Number{Value: h.last + 1, LastDate: h.date}
	h.last++
	if date.After(h.date) {
		h.date = date
	}
	return n
}

func (t *tx) freeze() { t.frozen, t.snapshot = true, t.space.views.open(&t.space.published) }

func (t *tx) thaw() {
	t.space.views.close(t.snapshot)
	t.frozen = false
}

// version gives what the transaction sees of a row, nil for none.
func (t *tx) version(r *row) *version {
	if t.frozen {
		return r.at(t.snapshot)
	}
	return r.latest(&t.space.published)
}

// seen gives the commit up to which the transaction reads just now.
func (t *tx) seen() uint64 {
	if t.frozen {
		return t.snapshot
	}
	return t.space.published.Load()
}

// What one big commit has taken beyond these is not kept for small ones.
const (
	keepBytes = 1 << 20
	keepRows  = 1 << 13
)

func (t *tx) end() {
	if t.frozen {
		t.thaw()
	}
	for i := range t.numbers {
		t.numbers[i].counter.release()
	}
	if cap(t.staged) > keepBytes {
		t.staged = nil
	}
	clear(t.numbers)
	clear(t.values[0])
	clear(t.values[1])
	*t = tx{numbers: t.numbers[:0], puts: t.puts[:0], staged: t.staged[:0], marks: t.marks[:0], values: t.values, columnBuffer: t.columnBuffer}
	transactions.Put(t)
}

// Rollback ends the transaction without a trace.
func (t *tx) Rollback() { t.end() }

// Get fills out with the records of the keys.
func (t *tx) Get(_ context.Context, kind *store.Kind, keys []store.Key, out []store.Record) error {
	table := t.space.tables[kind.Ordinal]
	for i := range keys {
		out[i] = store.Record{Key: keys[i]}
		if kind.Fact {
			values, err := table.fact(&keys[i], t.seen())
			if err != nil {
				return err
			}
			out[i].Values = values
			continue
		}
		if n := table.row(&keys[i]); n >= 0 {
			if v := t.version(table.rows.At(n)); v != nil {
				out[i].Revision, out[i].Value = v.revision, v.value
			}
		}
	}
	return nil
}

// Scan appends a page of an index, as it stood at one moment.
func (t *tx) Scan(_ context.Context, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	if !t.frozen {
		t.freeze()
		defer t.thaw()
	}
	return t.space.tables[scan.Kind.Ordinal].scan(t, scan, out)
}

// Levels fills out with the levels of the keys.
func (t *tx) Levels(_ context.Context, keys []inventory.LevelKey, out []inventory.Level) error {
	t.space.levels.read(t, keys, out)
	return nil
}

// ScanLevels appends a page of levels in the order of their keys.
func (t *tx) ScanLevels(_ context.Context, scan *store.LevelScan, out []inventory.Level) ([]inventory.Level, error) {
	return t.space.levels.scan(t, scan, out), nil
}

// Next gives the next number of a series and holds the series until the end.
func (t *tx) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	key, waits := seriesKey{company, series}, true
	for i := range t.numbers {
		h := &t.numbers[i]
		if h.key == key {
			return h.draw(date), nil
		}
		waits = waits && key.after(h.key)
	}
	c := t.space.counter(key)
	if err := c.hold(ctx, key, waits); err != nil {
		return work.Number{}, err
	}
	t.numbers = append(t.numbers, held{key, c, c.last, c.date})
	return t.numbers[len(t.numbers)-1].draw(date), nil
}

// Command looks a command key up.
func (t *tx) Command(_ context.Context, key string) (work.CommandRecord, bool, error) {
	return t.space.log.command(key, t.seen())
}

// Events gives a page of the outbox.
func (t *tx) Events(_ context.Context, after int64, limit int) ([]work.Event, error) {
	return t.space.log.page(after, limit, t.seen())
}
