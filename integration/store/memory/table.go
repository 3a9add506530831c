package memory

import (
	"sync/atomic"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/internal/slab"
)

// version is a state as one commit wrote it. Versions never change; only prev is
// cut when nobody can read it any more.
type version struct {
	seq      uint64
	revision int64
	value    any
	prev     atomic.Pointer[version]
}

// row is a record with its versions, newest first.
type row struct {
	key   store.Key
	head  atomic.Pointer[version]
	noted bool // its index entries are not up to date; guarded by the table's indexMu
}

// table keeps one kind.
type table struct {
	kind *store.Kind

	mu    latch // the maps; a row's head is swapped without it
	rows  map[store.Key]*row
	facts map[store.Key]entry

	data  slab.Slab  // rows of facts
	order []slab.Ref // facts in the order of their appending; guarded by mu

	unique []map[string]store.Key // by ordered columns, for each unique index; guarded by the commit

	indexMu latch // all below
	indexes []*index
	dirty   []*row
	scanned bool // some index is built
	scratch []store.Value
	buffer  []byte
}

func newTable(kind *store.Kind) *table {
	t := &table{kind: kind}
	if kind.Fact {
		t.facts = map[store.Key]entry{}
	} else {
		t.rows = map[store.Key]*row{}
	}
	for i := range kind.Indexes {
		t.indexes = append(t.indexes, &index{table: t, ordinal: i})
		var unique map[string]store.Key
		if kind.Indexes[i].Unique {
			unique = map[string]store.Key{}
		}
		t.unique = append(t.unique, unique)
	}
	return t
}

func (t *table) row(key *store.Key) *row {
	t.mu.RLock()
	r := t.rows[*key]
	t.mu.RUnlock()
	return r
}

// at gives the newest version up to a snapshot that is held, or nil.
func (r *row) at(snapshot uint64) *version {
	for v := r.head.Load(); v != nil; v = v.prev.Load() {
		if v.seq <= snapshot {
			return v
		}
	}
	return nil
}

// latest gives the newest published version, or nil. The head may belong to a
// commit that is under way; then the one below is it. The one below is cut only
// when the head has been published, which the second look sees.
func (r *row) latest(published *atomic.Uint64) *version {
	head := r.head.Load()
	for {
		if head.seq <= published.Load() {
			return head
		}
		if prev := head.prev.Load(); prev != nil {
			return prev
		}
		if head.seq > published.Load() {
			return nil // a new record
		}
	}
}

// write puts a new version on top and cuts what no snapshot from oldest on can read.
func (r *row) write(v *version, oldest uint64) {
	old := r.head.Load()
	v.prev.Store(old)
	r.head.Store(v)
	for ; old != nil; old = old.prev.Load() {
		if old.seq <= oldest {
			old.prev.Store(nil)
			return
		}
	}
}

// fact reads a fact's columns, nil where absent.
func (t *table) fact(key store.Key, seen uint64) ([]store.Value, error) {
	t.mu.RLock()
	e, ok := t.facts[key]
	t.mu.RUnlock()
	if !ok || e.seq > seen {
		return nil, nil
	}
	return t.values(nil, e.ref)
}

// A fact's row: key, then its values.
func (t *table) values(dst []store.Value, ref slab.Ref) ([]store.Value, error) {
	return store.DecodeValues(dst, t.data.Get(ref)[len(store.Key{}):])
}
