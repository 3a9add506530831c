package memory

import (
	"bytes"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/internal/okey"
	"github.com/tandem-go/tandem/internal/ordered"
)

// index keeps the order of one declared index of rows. Writers only note which rows
// have changed; whoever scans brings the trees up to date first. An entry is the
// ordered encoding of the columns with the record's key behind it, and says "some
// version has, or had, these columns": a scan compares the columns of the version
// that it sees, and removes entries that no version has any more.
type index struct {
	table   *table
	ordinal int
	tree    ordered.Tree[struct{}]
	stale   [][]byte
	built   bool // it has been scanned: what is written from then on is noted
}

// scan appends a page of records to out.
func (t *table) scan(tx *tx, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	if scan.Limit <= 0 {
		return out, nil
	}
	t.indexMu.Lock()
	defer t.indexMu.Unlock()
	if t.kind.Fact {
		return t.factIndexes[scan.Index].scan(tx, scan, out)
	}
	ix := t.indexes[scan.Index]
	t.catchUp(ix)
	left := scan.Limit
	visit := func(key []byte, _ struct{}) bool {
		if record, ok := ix.state(tx, key); ok {
			r := next(&out)
			r.Key, r.Revision, r.Value, r.Values = record.Key, record.Revision, record.Value, nil
			r.Place = append(r.Place[:0], key...)
			left--
		}
		return left > 0
	}
	if low, high := t.bounds(scan); scan.Descending {
		ix.tree.Descend(low, high, visit)
	} else {
		ix.tree.Ascend(low, high, visit)
	}
	for _, key := range ix.stale {
		ix.tree.Delete(key)
	}
	clear(ix.stale)
	ix.stale = ix.stale[:0]
	return out, nil
}

// bounds gives the range of entries [low, high) of a scan, in the table's buffers.
func (t *table) bounds(scan *store.Scan) (low, high []byte) {
	low, high = t.low[:0], t.high[:0]
	for _, v := range scan.Prefix {
		low = store.AppendOrdered(low, v)
	}
	prefix := len(low)
	if scan.High != nil {
		high = store.AppendOrdered(append(high, low...), *scan.High)
	} else {
		high = okey.PrefixEnd(high, low)
	}
	if scan.Low != nil {
		low = store.AppendOrdered(low[:prefix], *scan.Low)
	}
	if scan.After != nil {
		if scan.Descending {
			high = append(high[:0], scan.After...) // exclusive
		} else if bytes.Compare(scan.After, low) >= 0 {
			low = append(append(low[:0], scan.After...), 0)
		}
	}
	if t.low = low; high != nil {
		t.high = high
	}
	return low, high
}

// state gives the record of an entry if the version that tx sees has its columns.
func (ix *index) state(tx *tx, entry []byte) (store.Record, bool) {
	columns := len(entry) - len(store.Key{})
	key := store.Key(entry[columns:])
	n := ix.table.row(&key)
	if n < 0 {
		return store.Record{}, false
	}
	r := ix.table.rows.At(n)
	if v := tx.version(r); v != nil && ix.has(v, entry[:columns]) {
		return store.Record{Key: key, Revision: v.revision, Value: v.value}, true
	}
	published := tx.space.published.Load()
	oldest := tx.space.views.oldest(published)
	for v := r.head.Load(); v != nil; v = v.prev.Load() {
		if ix.has(v, entry[:columns]) {
			return store.Record{}, false
		}
		if v.seq <= oldest {
			break // what lies below is kept, and nobody can read it any more
		}
	}
	ix.stale = append(ix.stale, append([]byte(nil), entry...))
	return store.Record{}, false
}

// has reports whether a version has these columns.
func (ix *index) has(v *version, columns []byte) bool {
	encoded, ok := ix.encode(v)
	return ok && bytes.Equal(encoded, columns)
}

// encode gives the ordered columns of a version, in the table's buffer.
func (ix *index) encode(v *version) (columns []byte, ok bool) {
	t := ix.table
	t.scratch = t.kind.Values(t.scratch[:0], v.value)
	if !t.kind.Indexed(ix.ordinal, t.scratch) {
		return nil, false
	}
	t.buffer = t.kind.AppendIndexKey(t.buffer[:0], ix.ordinal, t.scratch)
	return t.buffer, true
}

// note tells the indexes that a row was written. An index that was never scanned
// is built from all rows when it is: who finds scanned unset has written the row
// before the index looks at it.
func (t *table) note(r *row) {
	if !t.scanned.Load() {
		return
	}
	t.indexMu.Lock()
	if !r.noted {
		r.noted = true
		t.dirty = append(t.dirty, r)
	}
	t.indexMu.Unlock()
}

// catchUp brings the tree of an index up to date with what was written.
func (t *table) catchUp(ix *index) {
	for _, r := range t.dirty {
		r.noted = false
		for _, ix := range t.indexes {
			if ix.built {
				ix.add(r)
			}
		}
	}
	clear(t.dirty)
	t.dirty = t.dirty[:0]
	if ix.built {
		return
	}
	ix.built = true
	t.scanned.Store(true)
	for n := range t.rows.Len() {
		ix.add(t.rows.At(n))
	}
}

// add adds the entries of all versions of a row.
func (ix *index) add(r *row) {
	t := ix.table
	for v := r.head.Load(); v != nil; v = v.prev.Load() {
		if columns, ok := ix.encode(v); ok {
			t.buffer = append(columns, r.key[:]...)
			ix.tree.Set(t.buffer, struct{}{})
		}
	}
}
