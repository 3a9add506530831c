// Package probe finds records by the hash of a key, in eight bytes a record.
//
// A Go map of keys costs its keys; where the keys stand in the records anyway, a
// [Table] has only the number of each record under the hash of its key, and
// whoever looks compares the keys. Several records may have one hash.
//
// One goroutine may call [Table.Add] at a time. Readers need no lock: they see all
// that was added before they began, if they learned of it through something that
// orders memory.
package probe

import "sync/atomic"

const leastSlots = 16

// Table maps hashes to record numbers. The zero Table is empty and ready for use;
// it must not be copied. It holds numbers below 2³²−1.
type Table struct {
	slots atomic.Pointer[[]atomic.Uint64] // a power of two of them: hash above, number + 1 below; 0 = free
	used  int                             // known to the writer only
}

// Add adds a record under a hash, however many are there already.
func (t *Table) Add(hash uint64, number int) {
	slots := t.slots.Load()
	if slots == nil || 4*(t.used+1) > 3*len(*slots) {
		slots = t.grow(slots)
	}
	put(*slots, uint32(hash), uint64(uint32(hash))<<32|uint64(uint32(number)+1))
	t.used++
}

func put(slots []atomic.Uint64, hash uint32, slot uint64) {
	mask := uint32(len(slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if slots[i].Load() == 0 {
			slots[i].Store(slot)
			return
		}
	}
}

func (t *Table) grow(old *[]atomic.Uint64) *[]atomic.Uint64 {
	slots := make([]atomic.Uint64, leastSlots)
	if old != nil {
		slots = make([]atomic.Uint64, 2*len(*old))
		for i := range *old {
			if slot := (*old)[i].Load(); slot != 0 {
				put(slots, uint32(slot>>32), slot)
			}
		}
	}
	t.slots.Store(&slots)
	return &slots
}

// Seek begins a search for the records of a hash.
func (t *Table) Seek(hash uint64) Cursor {
	c := Cursor{hash: uint32(hash), at: uint32(hash)}
	if slots := t.slots.Load(); slots != nil {
		c.slots = *slots
	}
	return c
}

// Cursor goes through the records of one hash, in no order.
type Cursor struct {
	slots    []atomic.Uint64
	hash, at uint32
}

// Next gives the number of the next record; false if there is none.
func (c *Cursor) Next() (number int, ok bool) {
	if len(c.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(c.slots) - 1)
	for {
		slot := c.slots[c.at&mask].Load()
		if slot == 0 {
			return 0, false
		}
		c.at++
		if uint32(slot>>32) == c.hash {
			return int(uint32(slot) - 1), true
		}
	}
}
