package slab

import (
	"encoding/binary"
	"iter"
	"slices"
	"sync/atomic"
)

const (
	defaultChunkBytes = 1 << 20
	leastChunkBytes   = 1 << 10
	mostChunkBytes    = 1 << 30 // an offset must fit offsetBits
	offsetBits        = 32
)

// Ref names a record of one Slab: the chunk, counted from 1, and the offset in
// it. Refs grow in the order in which records were appended. The zero Ref is
// never valid.
type Ref uint64

func newRef(chunk, offset int) Ref { return Ref(chunk+1)<<offsetBits | Ref(offset) }

func (r Ref) split() (chunk, offset int) {
	return int(r>>offsetBits) - 1, int(r & (1<<offsetBits - 1))
}

// Slab is an append-only store of byte records. The zero Slab is ready for use,
// with chunks of 1 MiB; it must not be copied.
type Slab struct {
	// chunks is replaced when a chunk is added. Its array is shared with the
	// older ones, which are shorter and so never see what is added behind them.
	chunks atomic.Pointer[[][]byte]
	// end is the Ref behind the last record: it publishes the records to All.
	end atomic.Uint64

	// Known to the writer only: an atomic costs as much as storing a short record.
	last       []byte // the chunk that is being filled
	used       int    // bytes of it
	chunkBytes int
	records    int
	payload    int64
	reserved   int64
}

// New gives a Slab whose chunks grow up to chunkBytes; 1 MiB for 0. A record that
// is larger gets a chunk of its own.
func New(chunkBytes int) *Slab { return &Slab{chunkBytes: chunkBytes} }

// Append stores a copy of b.
func (s *Slab) Append(b []byte) Ref {
	// The length is kept plus one, so that the zeros behind the last record of a
	// chunk cannot be taken for an empty record.
	var prefix [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(prefix[:], uint64(len(b))+1)
	if len(s.last)-s.used < n+len(b) {
		s.grow(n + len(b))
	}
	ref := newRef(s.count()-1, s.used)
	s.used += copy(s.last[s.used:], prefix[:n])
	s.used += copy(s.last[s.used:], b)
	s.records++
	s.payload += int64(len(b))
	s.end.Store(uint64(ref) + uint64(n+len(b)))
	return ref
}

func (s *Slab) count() int {
	if chunks := s.chunks.Load(); chunks != nil {
		return len(*chunks)
	}
	return 0
}

// grow adds a chunk with room for a record of need bytes. What is left of the
// last one stays empty: records must lie in the order of their refs.
func (s *Slab) grow(need int) {
	most := s.chunkBytes
	if most <= 0 {
		most = defaultChunkBytes
	}
	size := min(max(2*len(s.last), leastChunkBytes), most, mostChunkBytes)
	s.last, s.used = make([]byte, max(size, need)), 0
	var chunks [][]byte
	if old := s.chunks.Load(); old != nil {
		chunks = *old
	}
	chunks = append(chunks, s.last)
	s.chunks.Store(&chunks)
	s.reserved += int64(len(s.last))
}

// Drop lets go of the chunks that lie wholly before a record. Get gives nil for
// what was in them, and All must not be used any more. It is a writer's.
func (s *Slab) Drop(before Ref) {
	n, _ := before.split()
	chunks := s.chunks.Load()
	if chunks == nil || n <= 0 || n >= len(*chunks) || (*chunks)[n-1] == nil {
		return
	}
	rest := slices.Clone(*chunks)
	for i := n - 1; i >= 0 && rest[i] != nil; i-- {
		s.reserved -= int64(len(rest[i]))
		rest[i] = nil
	}
	s.chunks.Store(&rest)
}

// Get gives the bytes of a record without copying them: they must not be
// written. A ref that is not of this Slab gives nil or foreign bytes.
func (s *Slab) Get(ref Ref) []byte {
	chunks := s.chunks.Load()
	i, offset := ref.split()
	if chunks == nil || uint(i) >= uint(len(*chunks)) {
		return nil
	}
	b, _ := record((*chunks)[i], offset)
	return b
}

// record gives the record at an offset, and the offset behind it; nil if there
// is none.
func record(chunk []byte, offset int) (b []byte, next int) {
	if offset >= len(chunk) {
		return nil, offset
	}
	length, n := uint64(chunk[offset]), 1
	if length >= 0x80 {
		length, n = binary.Uvarint(chunk[offset:])
	}
	start := offset + n
	if length == 0 || n <= 0 || length-1 > uint64(len(chunk)-start) {
		return nil, offset
	}
	next = start + int(length-1)
	return chunk[start:next:next], next
}

// All gives the records in the order in which they were appended, up to the last
// one at the time of the first step; it may run while a writer appends.
func (s *Slab) All() iter.Seq2[Ref, []byte] {
	return func(yield func(Ref, []byte) bool) {
		end := Ref(s.end.Load())
		if end == 0 {
			return
		}
		for i, chunk := range *s.chunks.Load() {
			offset := 0
			for newRef(i, offset) < end {
				b, next := record(chunk, offset)
				if b == nil {
					break // the rest of this chunk is empty
				}
				if !yield(newRef(i, offset), b) {
					return
				}
				offset = next
			}
		}
	}
}

// Len gives the number of records. The statistics are the writer's: others ask
// under its lock.
func (s *Slab) Len() int { return s.records }

// Bytes gives the sum of the lengths of all records.
func (s *Slab) Bytes() int64 { return s.payload }

// Reserved gives the memory that the chunks take.
func (s *Slab) Reserved() int64 { return s.reserved }
