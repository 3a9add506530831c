package rows

import "hash/maphash"

// Place says where a product stands: 32 bytes, one look.
type Place struct {
	ID     [16]byte
	Scope  int32 // of its own rows, None if it has none
	Parent int32 // the scope of the product that it is a variant of, or None
	Tail   int32 // which chain of wider scopes it has
	Family int32 // in which breaks may be counted together, or None
}

// None is no scope.
const None = int32(-1)

// Places finds the place of a product. It is safe for any number of readers, who
// must have learned of it after the last change.
type Places struct {
	seed  maphash.Seed
	slots []uint32 // the number of a place plus one
	all   []Place
}

// NewPlaces gives a table with room for n products.
func NewPlaces(n int) *Places {
	size := 8
	for size < n+n/2 {
		size *= 2
	}
	return &Places{seed: maphash.MakeSeed(), slots: make([]uint32, size), all: make([]Place, 0, n)}
}

// Find gives the number of a product's place, or None.
func (t *Places) Find(id [16]byte) int32 {
	mask := uint64(len(t.slots) - 1)
	for i := maphash.Comparable(t.seed, id) & mask; ; i = (i + 1) & mask {
		n := t.slots[i]
		if n == 0 {
			return None
		}
		if t.all[n-1].ID == id {
			return int32(n - 1)
		}
	}
}

// At gives a place by its number. It holds until the next one is added.
func (t *Places) At(n int32) *Place { return &t.all[n] }

// Add gives the number of a product's place, a new one without any scope if it has none.
func (t *Places) Add(id [16]byte) int32 {
	if n := t.Find(id); n != None {
		return n
	}
	t.all = append(t.all, Place{ID: id, Scope: None, Parent: None, Tail: None, Family: None})
	if len(t.all)*4 > len(t.slots)*3 {
		t.slots = make([]uint32, 2*len(t.slots))
		for n := range t.all {
			t.insert(uint32(n + 1))
		}
	} else {
		t.insert(uint32(len(t.all)))
	}
	return int32(len(t.all) - 1)
}

func (t *Places) insert(n uint32) {
	mask := uint64(len(t.slots) - 1)
	i := maphash.Comparable(t.seed, t.all[n-1].ID) & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = n
}

// Clone gives a copy that may be changed.
func (t *Places) Clone() *Places {
	return &Places{seed: t.seed, slots: append([]uint32(nil), t.slots...), all: append([]Place(nil), t.all...)}
}

// All gives every place, in the order in which they were added.
func (t *Places) All() []Place { return t.all }

// Bytes gives what the table keeps in memory.
func (t *Places) Bytes() int { return cap(t.slots)*4 + cap(t.all)*32 }
