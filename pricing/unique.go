package pricing

import "hash/maphash"

// unique finds ids that stand twice, by the numbers of the records that have them.
type unique struct {
	seed  maphash.Seed
	slots []int32 // a number plus one
	id    func(n int32) string
}

func newUnique(n int, id func(int32) string) unique {
	size := 8
	for size < n+n/2 {
		size *= 2
	}
	return unique{maphash.MakeSeed(), make([]int32, size), id}
}

// add reports whether no record before had the id of this one.
func (u *unique) add(n int32) bool {
	id := u.id(n)
	mask := uint64(len(u.slots) - 1)
	for i := maphash.String(u.seed, id) & mask; ; i = (i + 1) & mask {
		switch at := u.slots[i]; {
		case at == 0:
			u.slots[i] = n + 1
			return true
		case u.id(at-1) == id:
			return false
		}
	}
}
