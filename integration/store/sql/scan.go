package sqlstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// none is the instant that is none.
var none = store.Value{Type: store.TypeInstant, Int: math.MinInt64}

var errPlace = fmt.Errorf("sqlstore: a place that is none of this index: %w", tandem.ErrInvalid)

// Scan appends a page of an index.
func (t *tx) Scan(ctx context.Context, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	p := page{t: t, s: t.db.shelves[scan.Kind.Ordinal], scan: scan, out: out}
	q, err := p.statement()
	if err != nil {
		return out, err
	}
	err = t.do(ctx, false, q)
	return p.out, err
}

// page collects the results of a scan.
type page struct {
	t       *tx
	s       *shelf
	scan    *store.Scan
	out     []store.Record
	columns []store.Value // of a state
	last    int64         // appending of the fact that was read last
}

func (p *page) statement() (statement, error) {
	scan, t := p.scan, p.t
	prefix := len(scan.Prefix)
	shape := scanShape{scan.Index, prefix, scan.Low != nil, scan.High != nil, scan.After != nil, scan.Descending}
	args := append(make([]any, 0, 12), t.tenant)
	for _, v := range scan.Prefix {
		args = append(args, t.of(v))
	}
	for _, bound := range []*store.Value{scan.Low, scan.High} {
		if bound != nil {
			args = append(args, t.of(*bound))
		}
	}
	if scan.After != nil {
		var err error
		if args, err = p.behind(args); err != nil {
			return statement{}, err
		}
	}
	row := p.state
	if scan.Kind.Fact {
		row = p.fact
	}
	return statement{text: p.s.scan(t.db.d, shape), args: append(args, int64(scan.Limit)), row: row}, nil
}

// A place is the columns of the index, then the key of a state or the appending of a fact.

func (p *page) place(dst []byte, columns []store.Value, tail []byte) []byte {
	of := make([]store.Value, 0, 8)
	for _, i := range p.scan.Kind.IndexColumns(p.scan.Index) {
		of = append(of, columns[i])
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(tail)))
	dst = append(dst, tail...)
	return store.AppendValues(dst, of)
}

// behind appends the arguments of the place that a page begins behind.
func (p *page) behind(args []any) ([]any, error) {
	after := p.scan.After
	if len(after) < 2 {
		return nil, errPlace
	}
	size := int(binary.BigEndian.Uint16(after))
	if len(after) < 2+size {
		return nil, errPlace
	}
	tail := after[2 : 2+size]
	values, err := store.DecodeValues(nil, after[2+size:])
	index := p.scan.Kind.IndexColumns(p.scan.Index)
	if err != nil || len(values) != len(index) {
		return nil, errPlace
	}
	for i, v := range values {
		if v.Type != p.scan.Kind.Columns[index[i]].Type {
			return nil, errPlace
		}
		if i >= len(p.scan.Prefix) {
			args = append(args, p.t.of(v))
		}
	}
	if p.scan.Kind.Fact {
		if size != 8 {
			return nil, errPlace
		}
		return append(args, int64(binary.BigEndian.Uint64(tail))), nil
	}
	if size != len(store.Key{}) {
		return nil, errPlace
	}
	key := store.Key(tail)
	return p.t.keyBehind(args, p.s, p.scan.Index, &key), nil
}

// keyBehind appends those parts of a key that the index does not have.
func (t *tx) keyBehind(args []any, s *shelf, index int, key *store.Key) []any {
	own := s.kind.Indexes[index].Columns
	for i, name := range s.key {
		if !contains(own, name) {
			part := s.parts[i]
			args = append(args, t.id([16]byte(key[16*part:16*part+16])))
		}
	}
	return args
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// next gives the record that a result is read into, whose memory an earlier page had.
func (p *page) next() *store.Record {
	if len(p.out) < cap(p.out) {
		p.out = p.out[:len(p.out)+1]
	} else {
		p.out = append(p.out, store.Record{})
	}
	r := &p.out[len(p.out)-1]
	*r = store.Record{Values: r.Values[:0], Place: r.Place[:0]}
	return r
}

func (p *page) state(r row) error {
	out := p.next()
	if err := readState(p.s.kind, r, out); err != nil {
		return err
	}
	out.Values = nil
	p.columns = p.s.kind.Values(p.columns[:0], out.Value)
	out.Key = p.s.kind.Key(out.Value)
	out.Place = p.place(out.Place, p.columns, out.Key[:])
	return nil
}

func (p *page) fact(r row) (err error) {
	kind := p.s.kind
	appended, err := readInt(r, len(kind.Columns))
	if err != nil {
		return err
	}
	if len(p.out) == 0 || appended != p.last {
		p.last = appended
		out := p.next()
		if out.Values, err = readColumns(out.Values, kind.Columns, r, 0); err != nil {
			return err
		}
		for i, name := range p.s.key {
			copy(out.Key[16*p.s.parts[i]:], out.Values[indexOf(p.s.columns, name)].ID[:])
		}
		out.Place = p.place(out.Place, out.Values, binary.BigEndian.AppendUint64(nil, uint64(appended)))
	}
	return readLine(p.s, r, len(kind.Columns)+1, &p.out[len(p.out)-1])
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}
