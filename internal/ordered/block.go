package ordered

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/tandem-go/tandem/internal/slab"
)

const (
	fan       = 64 // keys in a node: as many as there are bits of used
	commonCap = 58 // makes what is before the heads a cache line
	// noRun is a place behind which no key can be inserted.
	noRun = 2 * fan
)

// block is the sorted keys of a node. An insertion moves heads, which the search
// has just read, and slots, which are a cache line; refs and the values of a leaf
// lie in slots, which never move: to fetch them first would take as long as all
// the rest in a large tree.
type block struct {
	n      uint16
	skip   uint16 // how many bytes of common all keys begin with
	last   uint16 // where the last insertion went, of a leaf
	common [commonCap]byte
	head   [fan]uint64 // the 8 bytes of each key behind skip, zeros where it ends
	slot   [fan]uint8  // of each key
	used   uint64      // a bit for each slot
	refs   [fan]slab.Ref
}

// ref gives the ref of the key at a position.
func (b *block) ref(pos int) slab.Ref { return b.refs[b.slot[pos]&(fan-1)] }

// headOf gives the first 8 bytes as a number that sorts as they do.
func headOf(rest []byte) uint64 {
	if len(rest) >= 8 {
		return binary.BigEndian.Uint64(rest)
	}
	var buf [8]byte
	copy(buf[:], rest)
	return binary.BigEndian.Uint64(buf[:])
}

// search gives the position of the first key >= key, and whether it is equal.
func (b *block) search(keys *slab.Slab, key []byte) (pos int, found bool) {
	skip := int(b.skip)
	if skip > 0 {
		if c := bytes.Compare(key[:min(len(key), skip)], b.common[:skip]); c < 0 {
			return 0, false
		} else if c > 0 {
			return int(b.n), false
		}
	}
	rest := key[skip:]
	h := headOf(rest)
	lo, n := b.lowerBound(h), int(b.n)
	if lo == n || b.head[lo] != h {
		return lo, false
	}
	// Heads are equal: only the keys themselves can tell.
	hi := lo + 1
	for hi < n && b.head[hi] == h {
		hi++
	}
	for lo < hi {
		middle := (lo + hi) / 2
		switch c := bytes.Compare(keys.Get(b.ref(middle))[skip:], rest); {
		case c == 0:
			return middle, true
		case c < 0:
			lo = middle + 1
		default:
			hi = middle
		}
	}
	return lo, false
}

// lowerBound gives the position of the first head >= h, by comparing every
// eighth head and then eight. A binary search compares fewer, but has to wait for
// each answer before it can fetch the next; these fetches do not depend on one
// another, and in a large tree waiting for memory is all that counts.
func (b *block) lowerBound(h uint64) int {
	n, eights := int(b.n), 0
	for i := 7; i < n; i += 8 {
		if b.head[i&(fan-1)] < h {
			eights++
		}
	}
	pos := 8 * eights
	for i := pos; i < min(8*eights+8, n); i++ {
		if b.head[i&(fan-1)] < h {
			pos++
		}
	}
	return pos
}

// insert adds a key at pos and gives the slot for its value; the caller has made
// sure that the block is not full.
func (b *block) insert(keys *slab.Slab, pos int, key []byte, ref slab.Ref) (slot uint8) {
	n := int(b.n)
	if n == 0 {
		b.skip = 0
	} else if skip := commonLength(key, b.common[:b.skip]); skip < int(b.skip) {
		b.skip = uint16(skip)
		b.rehead(keys)
	}
	slot = uint8(bits.TrailingZeros64(^b.used))
	b.used |= 1 << slot
	b.refs[slot] = ref
	copy(b.head[pos+1:n+1], b.head[pos:n])
	copy(b.slot[pos+1:n+1], b.slot[pos:n])
	b.head[pos], b.slot[pos] = headOf(key[b.skip:]), slot
	if b.n++; b.n&(b.n-1) == 0 { // not only when it is split: the top of the tree seldom is
		b.fit(keys)
	}
	return slot
}

// remove takes out the key at pos.
func (b *block) remove(pos int) {
	n := int(b.n)
	b.used &^= 1 << b.slot[pos]
	copy(b.head[pos:], b.head[pos+1:n])
	copy(b.slot[pos:], b.slot[pos+1:n])
	b.n--
}

// moveTail moves the keys from at on into the empty block right, to the slots
// that are in order.
func (b *block) moveTail(at int, right *block) {
	n := int(b.n)
	right.skip, right.common = b.skip, b.common
	copy(right.head[:], b.head[at:n])
	for i := range n - at {
		right.refs[i], right.slot[i] = b.ref(at+i), uint8(i)
		b.used &^= 1 << b.slot[at+i]
	}
	right.used = 1<<(n-at) - 1
	b.n, right.n = uint16(at), uint16(n-at)
}

// fit lengthens what the keys have in common as far as it goes: since they are
// sorted, the first and the last one tell.
func (b *block) fit(keys *slab.Slab) {
	if b.n < 2 {
		return
	}
	first, last := keys.Get(b.ref(0)), keys.Get(b.ref(int(b.n)-1))
	skip := min(commonLength(first, last), commonCap)
	if skip == int(b.skip) {
		return
	}
	b.skip = uint16(skip)
	copy(b.common[:], first[:skip])
	b.rehead(keys)
}

func (b *block) rehead(keys *slab.Slab) {
	for i := range int(b.n) {
		b.head[i] = headOf(keys.Get(b.ref(i))[b.skip:])
	}
}

func commonLength(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
