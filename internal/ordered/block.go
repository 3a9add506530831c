package ordered

import (
	"bytes"
	"encoding/binary"

	"github.com/tandem-go/tandem/internal/slab"
)

const (
	fan       = 64 // keys in a node
	commonCap = 60 // makes the part before the heads one cache line
	// fitAt is the number of keys at which a node that grew from nothing looks for
	// what they have in common, instead of waiting for its first split.
	fitAt = 8
)

// block is the sorted keys of a node.
type block struct {
	n      uint16
	skip   uint16 // how many bytes of common all keys begin with
	common [commonCap]byte
	head   [fan]uint64 // the 8 bytes of each key behind skip, zeros where it ends
	ref    [fan]slab.Ref
}

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
		switch c := bytes.Compare(keys.Get(b.ref[middle])[skip:], rest); {
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

// lowerBound gives the position of the first head >= h. It has no branch that
// depends on the data but the loop's, which is always as long.
func (b *block) lowerBound(h uint64) int {
	base, n := 0, int(b.n)
	if n == 0 {
		return 0
	}
	for n > 1 {
		half := n >> 1
		if b.head[(base+half-1)&(fan-1)] < h {
			base += half
		}
		n -= half
	}
	if b.head[base&(fan-1)] < h {
		base++
	}
	return base
}

// insert makes room at pos; the caller has made sure that the block is not full.
func (b *block) insert(keys *slab.Slab, pos int, key []byte, ref slab.Ref) {
	n := int(b.n)
	if n == 0 {
		b.skip = 0
	} else if skip := commonLength(key, b.common[:b.skip]); skip < int(b.skip) {
		b.skip = uint16(skip)
		b.rehead(keys)
	}
	copy(b.head[pos+1:n+1], b.head[pos:n])
	copy(b.ref[pos+1:n+1], b.ref[pos:n])
	b.head[pos], b.ref[pos] = headOf(key[b.skip:]), ref
	if b.n++; b.n == fitAt {
		b.fit(keys)
	}
}

func (b *block) remove(pos int) {
	n := int(b.n)
	copy(b.head[pos:], b.head[pos+1:n])
	copy(b.ref[pos:], b.ref[pos+1:n])
	b.n--
}

// moveTail moves the keys from at on into the empty block right.
func (b *block) moveTail(keys *slab.Slab, at int, right *block) {
	n := int(b.n)
	right.skip, right.common = b.skip, b.common
	copy(right.head[:], b.head[at:n])
	copy(right.ref[:], b.ref[at:n])
	b.n, right.n = uint16(at), uint16(n-at)
}

// fit lengthens what the keys have in common as far as it goes: since they are
// sorted, the first and the last one tell.
func (b *block) fit(keys *slab.Slab) {
	if b.n < 2 {
		return
	}
	first, last := keys.Get(b.ref[0]), keys.Get(b.ref[b.n-1])
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
		b.head[i] = headOf(keys.Get(b.ref[i])[b.skip:])
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
