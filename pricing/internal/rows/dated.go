package rows

import (
	"cmp"
	"slices"
	"sync/atomic"

	"github.com/tandem-go/tandem/internal/int128"
)

// Key is what is compared for each row that may be hit: 8 bytes.
type Key struct {
	Class, Frame uint16
	From         uint32
}

// Hit is what is wanted of a row that was hit: 24 bytes.
type Hit struct {
	Value int64 // the price, or the number of an extra
	List  int32
	First uint32 // the row of the same list, scope and frame with the smallest quantity-from
	Start int32  // the day from which it holds
	row   uint32 // in the page; above it the basis; the highest bit: look at its record first
}

const (
	special    = 1 << 31
	basisShift = 28
	rowMask    = 1<<basisShift - 1
)

// Special reports whether more than the key decides whether the row holds, or
// more than a price says what it costs: its record knows.
func (h *Hit) Special() bool { return h.row&special != 0 }

// Index gives the row in its page.
func (h *Hit) Index() uint32 { return h.row & rowMask }

// Basis gives the exponent of ten that the price is per.
func (h *Hit) Basis() uint8 { return uint8(h.row >> basisShift & 7) }

// Dated is a page as of a range of days in which nothing in it begins or ends.
type Dated struct {
	Span Span
	// The rows of bucket i: those of default lists from at[3i], those of lists for
	// some from at[3i+1], the rates of derived lists from at[3i+2] to at[3i+3].
	at      []uint32
	sets    []uint32    // of each bucket, the place of its set in classes plus one; 0: it has none
	classes [][4]uint64 // the classes of the rows for some, modulo 256, of buckets with many
	Keys    []Key
	Hits    []Hit
	Unsaid  bool // has rows whose price depends on more than the row
	older   atomic.Pointer[Dated]
	made    int32        // the day that it was made for
	latest  atomic.Int32 // the latest day that was asked for
}

// Default gives where the rows of default lists stand.
func (d *Dated) Default(bucket int) (from, to uint32) { return d.at[3*bucket], d.at[3*bucket+1] }

// Some gives where the rows of lists for some stand.
func (d *Dated) Some(bucket int) (from, to uint32) { return d.at[3*bucket+1], d.at[3*bucket+2] }

// Meets reports whether a bucket may have rows for one of the classes, modulo 256.
func (d *Dated) Meets(bucket int, classes *[4]uint64) bool {
	n := d.sets[bucket]
	if n == 0 {
		return true
	}
	c := &d.classes[n-1]
	return c[0]&classes[0]|c[1]&classes[1]|c[2]&classes[2]|c[3]&classes[3] != 0
}

// manyRows is from how many rows for some a bucket has a set of their classes.
const manyRows = 6

// classify adds the set of the classes of a bucket's rows for some, if they are many.
func (m *dating) classify(from, to uint32) {
	if to-from < manyRows {
		m.out.sets = append(m.out.sets, 0)
		return
	}
	var set [4]uint64
	for i := from; i < to; i++ {
		class := m.keys[i].Class
		set[class>>6&3] |= 1 << (class & 63)
	}
	m.out.classes = append(m.out.classes, set)
	m.out.sets = append(m.out.sets, uint32(len(m.out.classes)))
}

// Rates gives where the rates of derived lists stand.
func (d *Dated) Rates(bucket int) (from, to uint32) { return d.at[3*bucket+2], d.at[3*bucket+3] }

// Rank gives the rank of a row by its place in the form.
func (d *Dated) Rank(at uint32, depth uint8, o *Order) uint64 {
	h := &d.Hits[at]
	return RowRank(o.Lists[h.List].Rank, depth, d.Keys[at].From, h.Start)
}

// Bytes gives what the form keeps in memory.
func (d *Dated) Bytes() int {
	return 152 + len(d.at)*4 + len(d.sets)*4 + len(d.classes)*32 + len(d.Keys)*8 + len(d.Hits)*24
}

// Order is what the order of the rows of a page depends on.
type Order struct {
	Lists  []List
	Spans  []Span // by the validity of records
	Labels Labels
	Lowest bool // the lowest price first, not the highest rank
	First  bool // the first list first
}

// formsKept is how many days' forms a page keeps.
const formsKept = 8

// On gives the form of a day.
func (p *Page) On(day int32, o *Order) *Dated {
	first := p.forms.Load()
	if first != nil && first.Span.Contains(day) {
		first.asked(day)
		return first
	}
	return p.earlier(first, day, o)
}

// earlier finds the form among those that are kept, or makes it. Two goroutines
// may make the same; one of them is kept.
func (p *Page) earlier(first *Dated, day int32, o *Order) *Dated {
	for d := first; d != nil; d = d.older.Load() {
		if d.Span.Contains(day) {
			d.asked(day)
			return d
		}
	}
	made := p.dated(day, o)
	for {
		head := p.forms.Load()
		made.older.Store(head)
		if p.forms.CompareAndSwap(head, made) {
			break
		}
	}
	last := made
	for range formsKept - 1 {
		if last = last.older.Load(); last == nil {
			return made
		}
	}
	last.older.Store(nil)
	return made
}

// asked notes the day if it is the latest: days that come in turn write nothing.
func (d *Dated) asked(day int32) {
	if day > d.latest.Load() {
		d.latest.Store(day)
	}
}

// live is a row of a bucket that holds on the day.
type live struct {
	rank    uint64
	row     uint32
	segment uint8
}

const (
	segmentDefault = iota
	segmentSome
	segmentRates
)

// dating is the scratch of making one form.
type dating struct {
	o     *Order
	p     *Page
	out   *Dated
	day   int32
	lives []live
	keys  []Key
	hits  []Hit
	least map[place]uint32 // the smallest quantity-from so far
	first map[place]uint32
}

type place struct {
	list  int32
	frame uint16
}

func (p *Page) dated(day int32, o *Order) *Dated {
	d := &Dated{Span: Always(), at: make([]uint32, 0, 3*len(p.depth)+1), made: day}
	d.latest.Store(day)
	m := dating{o: o, p: p, out: d, day: day, least: map[place]uint32{}, first: map[place]uint32{}}
	alive := 0
	for i := range p.records {
		if m.spanOf(&p.records[i]).Contains(day) {
			alive++
		}
	}
	m.keys, m.hits = make([]Key, 0, alive), make([]Hit, 0, alive)
	for bucket := range p.depth {
		m.bucket(bucket)
	}
	d.at = append(d.at, uint32(len(m.keys)))
	d.Keys, d.Hits = slices.Clone(m.keys), slices.Clone(m.hits) // without the room of what was pruned
	return d
}

func (m *dating) spanOf(r *Record) Span { return m.o.Spans[r.Validity].And(m.o.Lists[r.List].Span) }

// bucket adds the rows of one bucket.
func (m *dating) bucket(bucket int) {
	from, to := m.p.Range(bucket)
	m.lives = m.lives[:0]
	for row := from; row < to; row++ {
		r := &m.p.records[row]
		span := m.spanOf(r)
		m.narrow(span)
		if !span.Contains(m.day) {
			continue
		}
		l := live{rank: RowRank(m.o.Lists[r.List].Rank, m.p.depth[bucket], r.From, m.p.Start(row, span)), row: row, segment: segmentSome}
		switch {
		case r.Kind == Rate || r.Kind == ExtraRate:
			l.segment = segmentRates
		case m.o.Lists[r.List].Everybody:
			l.segment = segmentDefault
		}
		m.lives = append(m.lives, l)
	}
	slices.SortFunc(m.lives, m.compare)
	next := 0
	for segment := uint8(segmentDefault); segment <= segmentRates; segment++ {
		m.out.at = append(m.out.at, uint32(len(m.keys)))
		start := next
		for next < len(m.lives) && m.lives[next].segment == segment {
			next++
		}
		m.segment(m.lives[start:next])
	}
	m.classify(m.out.at[len(m.out.at)-2], m.out.at[len(m.out.at)-1])
}

// narrow ends the form where a row begins or ends.
func (m *dating) narrow(span Span) {
	if span.Start >= span.Until {
		return
	}
	for _, day := range [2]int32{span.Start, span.Until} {
		if day <= m.day {
			m.out.Span.Start = max(m.out.Span.Start, day)
		} else {
			m.out.Span.Until = min(m.out.Span.Until, day)
		}
	}
}

// compare sorts rows so that the first that matches wins.
func (m *dating) compare(a, b live) int {
	if a.segment != b.segment {
		return cmp.Compare(a.segment, b.segment)
	}
	x, y := &m.p.records[a.row], &m.p.records[b.row]
	lowest := m.o.Lowest && a.segment != segmentRates
	if lowest && x.Kind == Price && y.Kind == Price && x.Frame == y.Frame {
		if c := comparePrices(x, y); c != 0 {
			return c
		}
	} else if lowest && x.Frame != y.Frame {
		return cmp.Compare(x.Frame, y.Frame)
	} else if lowest && x.Kind != y.Kind {
		return cmp.Compare(y.Kind, x.Kind)
	}
	if m.o.First && x.List != y.List {
		return cmp.Compare(x.List, y.List)
	}
	if a.rank != b.rank {
		return cmp.Compare(b.rank, a.rank)
	}
	return cmp.Compare(m.p.ID(a.row), m.p.ID(b.row))
}

func comparePrices(x, y *Record) int {
	if x.Basis() == y.Basis() {
		return cmp.Compare(x.Value, y.Value)
	}
	pow := [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}
	return int128.Mul64(x.Value, pow[y.Basis()]).Cmp(int128.Mul64(y.Value, pow[x.Basis()]))
}

// segment adds sorted rows, without those that never win: an earlier one of the same
// list is in the same frame, from no larger a quantity. Rows of other lists stay, since
// a list may be asked alone.
func (m *dating) segment(lives []live) {
	if len(lives) == 0 {
		return
	}
	clear(m.least)
	clear(m.first)
	for _, l := range lives {
		r := &m.p.records[l.row]
		at := place{r.List, r.Frame}
		if best, ok := m.first[at]; !ok || m.p.records[best].From > r.From {
			m.first[at] = l.row
		}
	}
	for _, l := range lives {
		r := &m.p.records[l.row]
		at := place{r.List, r.Frame}
		if least, some := m.least[at]; some && least <= r.From && l.segment != segmentRates {
			continue
		}
		h := Hit{Value: r.Value, List: r.List, First: m.first[at], Start: m.p.Start(l.row, m.spanOf(r)), row: l.row | uint32(r.Basis())<<basisShift}
		if r.Timed() || r.Kind >= Extra {
			h.row |= special
			m.out.Unsaid = m.out.Unsaid || r.Kind == Extra
		}
		if !r.Timed() && !(m.o.Lowest && r.Kind == Extra) {
			m.least[at] = r.From
		}
		m.keys = append(m.keys, Key{Class: m.o.Lists[r.List].Class, Frame: r.Frame, From: r.From})
		m.hits = append(m.hits, h)
	}
}
