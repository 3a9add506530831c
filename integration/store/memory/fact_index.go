package memory

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/internal/ordered"
)

// factIndex keeps the order of one declared index of facts. Facts of equal columns
// stand in the order of their appending, so that an entry needs to be nothing but
// its columns, with the numbers of its facts. Who scans brings the index up to date
// first: facts never change.
type factIndex struct {
	table   *table
	ordinal int
	tree    ordered.Tree[int] // the number of the only fact, or −1 less the place in lists
	lists   [][]uint32        // ascending
	folded  int               // facts that are in the tree
}

// A place in an index of facts: the columns, and the number of the fact plus one.
const placeNumber = 8

// fold adds the facts that were appended since the last scan.
func (ix *factIndex) fold() error {
	t := ix.table
	for end := t.facts.Len(); ix.folded < end; {
		number := ix.folded
		var err error
		if _, t.scratch, err = t.values(t.scratch[:0], number); err != nil {
			return err
		}
		ix.folded++
		if !t.kind.Indexed(ix.ordinal, t.scratch) {
			continue
		}
		t.buffer = t.kind.AppendIndexKey(t.buffer[:0], ix.ordinal, t.scratch)
		ix.add(t.buffer, number)
	}
	return nil
}

func (ix *factIndex) add(columns []byte, number int) {
	old, found := ix.tree.Set(columns, number)
	switch {
	case !found:
	case old >= 0:
		ix.tree.Set(columns, -1-len(ix.lists))
		ix.lists = append(ix.lists, []uint32{uint32(old), uint32(number)})
	default:
		ix.tree.Set(columns, old)
		list := &ix.lists[-1-old]
		*list = append(*list, uint32(number))
	}
}

// page is a page of facts under way.
type page struct {
	tx     *tx
	ix     *factIndex
	scan   *store.Scan
	after  []byte // columns of the place that the page continues behind
	number int    // of its fact
	out    []store.Record
	left   int
	err    error
}

// scan appends a page of facts to out.
func (ix *factIndex) scan(tx *tx, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	if err := ix.fold(); err != nil {
		return out, err
	}
	p := &page{tx: tx, ix: ix, scan: scan, out: out, left: scan.Limit}
	columns := *scan // the bounds are those of the columns
	if columns.After = nil; len(scan.After) >= placeNumber {
		p.after = scan.After[:len(scan.After)-placeNumber]
		p.number = int(binary.BigEndian.Uint64(scan.After[len(p.after):])) - 1
	}
	low, high := ix.table.bounds(&columns)
	if p.after == nil {
		ix.walk(low, high, p)
		return p.out, p.err
	}
	if scan.Descending {
		if next := append(bytes.Clone(p.after), 0); high == nil || bytes.Compare(next, high) < 0 {
			high = next
		}
	} else if bytes.Compare(p.after, low) > 0 {
		low = p.after
	}
	ix.walk(low, high, p)
	return p.out, p.err
}

func (ix *factIndex) walk(low, high []byte, p *page) {
	if p.scan.Descending {
		ix.tree.Descend(low, high, p.entry)
	} else {
		ix.tree.Ascend(low, high, p.entry)
	}
}

// entry takes the facts of an entry, and reports whether the page goes on.
func (p *page) entry(columns []byte, at int) bool {
	single := [1]uint32{uint32(at)}
	list := single[:]
	if at < 0 {
		list = p.ix.lists[-1-at]
	}
	if p.after != nil && bytes.Equal(columns, p.after) { // resumed within this entry
		at, found := slices.BinarySearch(list, uint32(p.number))
		switch {
		case p.scan.Descending:
			list = list[:at]
		case found:
			list = list[at+1:]
		default:
			list = list[at:]
		}
	}
	for i := range list {
		number := int(list[i])
		if p.scan.Descending {
			number = int(list[len(list)-1-i])
		}
		if p.take(columns, number); p.left <= 0 || p.err != nil {
			return false
		}
	}
	return true
}

func (p *page) take(columns []byte, number int) {
	t := p.ix.table
	if t.facts.At(number).seq > p.tx.seen() {
		return
	}
	r := next(&p.out)
	if r.Key, r.Values, p.err = t.values(r.Values[:0], number); p.err != nil {
		return
	}
	r.Revision, r.Value = 0, nil
	r.Place = binary.BigEndian.AppendUint64(append(r.Place[:0], columns...), uint64(number)+1)
	p.left--
}

// next lengthens a page by a record, which has the memory of an older one if it can.
func next(out *[]store.Record) *store.Record {
	if n := len(*out); n < cap(*out) {
		*out = (*out)[:n+1]
	} else {
		*out = append(*out, store.Record{})
	}
	return &(*out)[len(*out)-1]
}
