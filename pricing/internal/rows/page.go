package rows

import (
	"slices"
	"sort"
	"strings"
	"sync/atomic"
)

// Page is the rows of a few buckets. A bucket is a scope or, in a page of customer
// lists, a scope of one of them. A Page is immutable and safe for any number of
// goroutines.
type Page struct {
	records []Record
	at      []uint32 // the records of bucket i are at[i] to at[i+1]
	depth   []uint8  // of the scope of each bucket
	keys    []uint64 // of a page of customer lists: each bucket's list and scope

	ids     string
	idEnd   []uint32 // where the ids of each idStride records end
	idSize  []uint8  // the length of each id less one
	Extras  []any    // by the value of records of that kind
	forms   atomic.Pointer[Dated]
	clocked bool // has timed records
}

const idStride = 16

// BucketKey names the bucket of a scope in a customer list.
func BucketKey(list, scope int32) uint64 { return uint64(uint32(list))<<32 | uint64(uint32(scope)) }

// KeyList gives the list of a bucket's key.
func KeyList(key uint64) int32 { return int32(key >> 32) }

// KeyScope gives the scope of a bucket's key.
func KeyScope(key uint64) int32 { return int32(uint32(key)) }

// Builder makes a page, bucket by bucket.
type Builder struct {
	page Page
	ids  strings.Builder
}

// Bucket begins the next bucket. The key is for pages of customer lists, in
// ascending order.
func (b *Builder) Bucket(depth uint8, key uint64, keyed bool) {
	b.page.at = append(b.page.at, uint32(len(b.page.records)))
	b.page.depth = append(b.page.depth, depth)
	if keyed {
		b.page.keys = append(b.page.keys, key)
	}
}

// Grow makes room for n records.
func (b *Builder) Grow(n int) {
	b.page.records = make([]Record, 0, n)
	b.page.idSize = make([]uint8, 0, n)
	b.page.idEnd = make([]uint32, 0, n/idStride+1)
}

// Add adds a record to the bucket that was begun last. The id has 1 to 256 bytes.
func (b *Builder) Add(r Record, id string) {
	if len(b.page.records)%idStride == 0 {
		b.page.idEnd = append(b.page.idEnd, uint32(b.ids.Len()))
	}
	b.ids.WriteString(id)
	b.page.idSize = append(b.page.idSize, uint8(len(id)-1))
	b.page.clocked = b.page.clocked || r.Timed()
	b.page.records = append(b.page.records, r)
}

// AddExtra adds a record whose value is the number of an extra.
func (b *Builder) AddExtra(r Record, id string, extra any) {
	r.Value = int64(len(b.page.Extras))
	b.page.Extras = append(b.page.Extras, extra)
	b.Add(r, id)
}

// Page ends the page. The builder must not be used again.
func (b *Builder) Page() *Page {
	b.page.at = append(b.page.at, uint32(len(b.page.records)))
	b.page.ids = b.ids.String()
	p := &Page{records: b.page.records, at: b.page.at, depth: b.page.depth, keys: b.page.keys,
		ids: b.page.ids, idEnd: b.page.idEnd, idSize: b.page.idSize, Extras: b.page.Extras, clocked: b.page.clocked}
	return p
}

// Renewed gives a page with the same rows that has yet to learn what its lists
// are: for a version in which a list changed.
func (p *Page) Renewed() *Page {
	return &Page{records: p.records, at: p.at, depth: p.depth, keys: p.keys, ids: p.ids, idEnd: p.idEnd, idSize: p.idSize,
		Extras: p.Extras, clocked: p.clocked}
}

// Beginner is an extra of a row that begins within a day.
type Beginner interface{ Begins() int32 }

// Start gives the day by which a row is ranked: that on which its span starts or, if it
// begins later, within a day, the day behind, so that it comes before what began with
// the day.
func (p *Page) Start(row uint32, span Span) int32 {
	r := &p.records[row]
	if !r.Timed() {
		return span.Start
	}
	if b, ok := p.Extras[r.Value].(Beginner); ok {
		return max(span.Start, b.Begins())
	}
	return span.Start
}

// Len gives the number of rows.
func (p *Page) Len() int { return len(p.records) }

// Buckets gives the number of buckets.
func (p *Page) Buckets() int { return len(p.depth) }

// Depth gives the depth of a bucket's scope.
func (p *Page) Depth(bucket int) uint8 { return p.depth[bucket] }

// Range gives the rows of a bucket.
func (p *Page) Range(bucket int) (from, to uint32) { return p.at[bucket], p.at[bucket+1] }

// BucketOf gives the bucket of a row.
func (p *Page) BucketOf(row uint32) int {
	return sort.Search(len(p.depth), func(i int) bool { return p.at[i+1] > row })
}

// Record gives a row.
func (p *Page) Record(row uint32) *Record { return &p.records[row] }

// KeyOf gives the key of a bucket of a page of customer lists.
func (p *Page) KeyOf(bucket int) uint64 { return p.keys[bucket] }

// Find gives the bucket of a scope of a customer list, or -1.
func (p *Page) Find(key uint64) int {
	low, high := 0, len(p.keys)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if p.keys[mid] < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(p.keys) && p.keys[low] == key {
		return low
	}
	return -1
}

// After gives the first bucket whose key is not less than the key.
func (p *Page) After(key uint64) int {
	return sort.Search(len(p.keys), func(i int) bool { return p.keys[i] >= key })
}

// ID gives the id of a row, without an allocation.
func (p *Page) ID(row uint32) string {
	end := p.idEnd[row/idStride]
	for i := row / idStride * idStride; i < row; i++ {
		end += uint32(p.idSize[i]) + 1
	}
	return p.ids[end : end+uint32(p.idSize[row])+1]
}

// Bytes estimates what the page keeps in memory without its dated forms.
func (p *Page) Bytes() int {
	const header = 200
	return header + len(p.records)*24 + len(p.at)*4 + len(p.depth) + len(p.keys)*8 + len(p.ids) + len(p.idEnd)*4 + len(p.idSize)
}

// fewIDs is up to how many ids are looked for by comparison with each.
const fewIDs = 4

// FindIDs calls fn with each of the ids that the page has, and its row: in one pass
// over the page.
func (p *Page) FindIDs(ids []string, fn func(id string, row uint32)) {
	if len(ids) <= fewIDs {
		for _, id := range ids {
			if row, ok := p.FindID(id); ok {
				fn(id, row)
			}
		}
		return
	}
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	at := uint32(0)
	for i := range p.idSize {
		size := uint32(p.idSize[i]) + 1
		if id := p.ids[at : at+size]; wanted[id] {
			fn(id, uint32(i))
		}
		at += size
	}
}

// FindID gives the row with the id, ok being false if the page has none.
func (p *Page) FindID(id string) (row uint32, ok bool) {
	at := uint32(0)
	for i := range p.idSize {
		size := uint32(p.idSize[i]) + 1
		if p.ids[at:at+size] == id {
			return uint32(i), true
		}
		at += size
	}
	return 0, false
}

// Follow makes ready the forms of the days that another page has, of the version
// before: of each the day that it was made for and the latest that was asked for, since
// what is new may begin between them. That which was made last is found first here, too.
func (p *Page) Follow(old *Page, o *Order) {
	var forms []*Dated
	for d := old.forms.Load(); d != nil && len(forms) < formsKept; d = d.older.Load() {
		forms = append(forms, d)
	}
	for _, d := range slices.Backward(forms) {
		p.On(d.made, o)
		p.On(d.latest.Load(), o)
	}
}
