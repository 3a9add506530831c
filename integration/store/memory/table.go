package memory

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/internal/arena"
	"github.com/tandem-go/tandem/internal/probe"
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

// entry is a row in a slab and the commit that wrote it.
type entry struct {
	seq uint64
	ref slab.Ref
}

// table keeps one kind: its rows, or its facts in the order of their appending,
// and where to find them by the hash of their key and of their unique columns.
// Commits write them one at a time; readers take no lock.
type table struct {
	kind *store.Kind
	seed maphash.Seed // makes the hashes unforeseeable; nothing that can be seen depends on them

	rows  arena.Arena[row]
	facts arena.Arena[entry]
	data  slab.Slab // of facts
	words *dictionary
	alone []bool // by column of a fact: it is the only one that has the value

	keys   probe.Table
	unique []*probe.Table // for each index, nil where it is not unique; what a row had once stays in it

	scanned atomic.Bool // some index is built

	indexMu     latch // all below
	indexes     []*index
	factIndexes []*factIndex
	dirty       []*row
	scratch     []store.Value
	buffer      []byte
	low, high   []byte // the bounds of a scan
}

func newTable(kind *store.Kind, words *dictionary) *table {
	t := &table{kind: kind, seed: maphash.MakeSeed(), words: words, alone: alone(kind)}
	for i := range kind.Indexes {
		if kind.Fact {
			t.factIndexes = append(t.factIndexes, &factIndex{table: t, ordinal: i})
		} else {
			t.indexes = append(t.indexes, &index{table: t, ordinal: i})
		}
		var unique *probe.Table
		if kind.Indexes[i].Unique {
			unique = new(probe.Table)
		}
		t.unique = append(t.unique, unique)
	}
	return t
}

func (t *table) hash(data []byte) uint64 { return maphash.Bytes(t.seed, data) }

// row gives the number of a record, −1 for none.
func (t *table) row(key *store.Key) int {
	for c := t.keys.Seek(t.hash(key[:])); ; {
		n, ok := c.Next()
		if !ok {
			return -1
		}
		if t.rows.At(n).key == *key {
			return n
		}
	}
}

// factOf gives the fact of a key, whoever may see it; nil for none.
func (t *table) factOf(key *store.Key) *entry {
	for c := t.keys.Seek(t.hash(key[:])); ; {
		n, ok := c.Next()
		if !ok {
			return nil
		}
		f := t.facts.At(n)
		if r := (reader{data: t.data.Get(f.ref)}); t.factKey(&r) == *key && !r.failed {
			return f
		}
	}
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

// write puts a new version on top.
func (r *row) write(v *version) {
	v.prev.Store(r.head.Load())
	r.head.Store(v)
}

// prune cuts what no snapshot from oldest on can read, and reports whether only
// the head is left.
func (r *row) prune(oldest uint64) bool {
	head := r.head.Load()
	for v := head; v != nil; v = v.prev.Load() {
		if v.seq <= oldest {
			v.prev.Store(nil)
			return v == head
		}
	}
	return false
}

// fact reads a fact's columns, nil where absent.
func (t *table) fact(key *store.Key, seen uint64) ([]store.Value, error) {
	f := t.factOf(key)
	if f == nil || f.seq > seen {
		return nil, nil
	}
	_, values, err := t.factValues(nil, t.data.Get(f.ref))
	return values, err
}

// values appends the columns of the n-th fact to dst.
func (t *table) values(dst []store.Value, n int) (store.Key, []store.Value, error) {
	return t.factValues(dst, t.data.Get(t.facts.At(n).ref))
}
