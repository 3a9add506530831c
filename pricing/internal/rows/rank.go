package rows

// A rank is the specificity of a row as one number, higher wins. From the top:
//
//	priority 12 | source 3 | scope 6 | quantity-from 20 | row or derived 1 | start 22
//
// The quantity-from enters by its label, the start as a day number.
const (
	startBits, rowBits, fromBits, scopeBits, sourceBits = 22, 1, 20, 6, 3

	rowShift      = startBits
	fromShift     = rowShift + rowBits
	scopeShift    = fromShift + fromBits
	sourceShift   = scopeShift + scopeBits
	priorityShift = sourceShift + sourceBits

	StartMask  = uint64(1)<<startBits - 1
	RowMask    = uint64(1) << rowShift
	FromMask   = (uint64(1)<<fromBits - 1) << fromShift
	ScopeMask  = (uint64(1)<<scopeBits - 1) << scopeShift
	SourceMask = (uint64(1)<<sourceBits - 1) << sourceShift

	PriorityMask = ^(uint64(1)<<priorityShift - 1)

	MaxLabel = 1<<fromBits - 1 // of a quantity-from
	MaxDepth = 1<<scopeBits - 1
)

// ListRank gives the part of the rank that a list decides. The priority counts
// from nought upwards.
func ListRank(priority, source uint64) uint64 {
	return priority<<priorityShift | source<<sourceShift
}

// RowRank gives the rank of a row of a list in a scope of that depth.
func RowRank(list uint64, depth uint8, from uint32, start int32) uint64 {
	return list | uint64(depth)<<scopeShift | uint64(from)<<fromShift | RowMask | uint64(start)
}

// DerivedRank gives the rank of the price that a list derives from a row with the
// rank base, at the rate of a row of its own with the rank by, 0 if there is none:
// of the two, the narrower scope, the larger quantity-from and the later start count.
func DerivedRank(list, base, by uint64) uint64 {
	return list | max(base&ScopeMask, by&ScopeMask) | max(base&FromMask, by&FromMask) | max(base&StartMask, by&StartMask)
}

// From gives the label of the quantity-from in a rank.
func From(rank uint64) uint32 { return uint32(rank & FromMask >> fromShift) }

// FromNought gives the rank that a row had if it were from nought on.
func FromNought(rank uint64) uint64 { return rank&^FromMask | 1<<fromShift }
