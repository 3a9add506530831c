package rows

import (
	"hash/maphash"
	"math"
	"slices"
)

const shards = 256

// Index finds the page of a row by the row's id, in about six bytes a row. It is
// for authors of changes, not for pricing: pages are named by the caller's number,
// and whether the id really is in a page is found there. A version copies of its
// predecessor's index only what it changes.
type Index struct {
	seed   maphash.Seed
	shards [shards][]uint32 // a fingerprint of 8 bits and a page number plus one of 24
	count  [shards]int32
	copied [shards]bool // may be changed in place
}

// MaxPages is the number of pages that an index can name.
const MaxPages = 1<<24 - 1

// NewIndex gives an index with room for n ids.
func NewIndex(n int) *Index {
	x := &Index{seed: maphash.MakeSeed()}
	for i := range x.shards {
		x.shards[i], x.copied[i] = make([]uint32, sizeFor(n/shards)), true
	}
	return x
}

// sizeFor leaves a quarter free, and room for shards that get more than their share.
func sizeFor(n int) int { return n + n/3 + 4*int(math.Sqrt(float64(n))) + 16 }

// Next gives an index that shares everything with this one until it is changed.
func (x *Index) Next() *Index {
	next := *x
	next.copied = [shards]bool{}
	return &next
}

// locate splits a hash: shard, slot and fingerprint.
func (x *Index) locate(id string) (shard int, slot uint64, print uint32) {
	hash := maphash.String(x.seed, id)
	return int(hash % shards), hash >> 16, uint32(hash>>8&0xff) << 24
}

// Add notes that an id is in a page. It reports false if there is no room: the
// index must be made anew, with more.
func (x *Index) Add(id string, page uint32) bool {
	shard, slot, print := x.locate(id)
	if !x.copied[shard] {
		x.shards[shard], x.copied[shard] = slices.Clone(x.shards[shard]), true
	}
	slots := x.shards[shard]
	size := uint64(len(slots))
	i := slot % size
	for ; slots[i] != 0; i = (i + 1) % size {
		if slots[i] == print|(page+1) {
			return true // some id of the page with that hash is known
		}
	}
	if n := int(x.count[shard]) + 1; n == len(slots) || n*20 > len(slots)*19 { // one is always free: a search ends there
		return false
	}
	slots[i] = print | (page + 1)
	x.count[shard]++
	return true
}

// Find calls look with each page that may hold the id, until look returns true.
func (x *Index) Find(id string, look func(page uint32) bool) bool {
	shard, slot, print := x.locate(id)
	slots := x.shards[shard]
	size := uint64(len(slots))
	for i := slot % size; slots[i] != 0; i = (i + 1) % size {
		if slots[i]&0xff000000 == print && look(slots[i]&MaxPages-1) {
			return true
		}
	}
	return false
}

// Bytes gives what the index keeps in memory.
func (x *Index) Bytes() int {
	n := 0
	for i := range x.shards {
		n += len(x.shards[i]) * 4
	}
	return n
}
