package slab

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

func TestRecordsComeBackInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(rapid.SampledFrom([]int{0, 1, 7, 64, 1024, 5000}).Draw(t, "chunkBytes"))
		var model [][]byte
		var refs []Ref
		total := 0
		for range rapid.IntRange(0, 60).Draw(t, "records") {
			size := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(120, 135), rapid.IntRange(0, 3000)).Draw(t, "size")
			b := bytes.Repeat([]byte{byte(size + len(model))}, size)
			ref := s.Append(b)
			model, refs, total = append(model, slices.Clone(b)), append(refs, ref), total+size
			for i := range b {
				b[i] = 0xEE // the slab must have its own copy
			}
		}
		for i, ref := range refs {
			got := s.Get(ref)
			if !bytes.Equal(got, model[i]) || got == nil || cap(got) != len(got) {
				t.Fatalf("record %d: %x, want %x", i, got, model[i])
			}
			if ref == 0 || i > 0 && ref <= refs[i-1] {
				t.Fatalf("refs do not grow: %v", refs)
			}
		}
		i := 0
		for ref, b := range s.All() {
			if i >= len(refs) || ref != refs[i] || !bytes.Equal(b, model[i]) {
				t.Fatalf("record %d of All: %x", i, b)
			}
			i++
		}
		if i != len(model) || s.Len() != i || s.Bytes() != int64(total) || s.Reserved() < int64(total) {
			t.Fatalf("All gave %d of %d, Len %d, Bytes %d of %d", i, len(model), s.Len(), s.Bytes(), total)
		}
	})
}

func TestForeignRefs(t *testing.T) {
	var s Slab
	if s.Get(0) != nil || s.Get(1<<32) != nil {
		t.Error("an empty slab has a record")
	}
	ref := s.Append([]byte("a record"))
	for _, foreign := range []Ref{0, 1, 1 << 33, ref + 1<<20, ref + 900, 1<<64 - 1, ref + 1} {
		s.Get(foreign) // must not panic; what it gives is not promised
	}
	if s.Get(0) != nil || s.Get(ref+900) != nil {
		t.Error("a ref of no record gave one")
	}
}

func TestAllStopsWhenAsked(t *testing.T) {
	var s Slab
	for range s.All() {
		t.Fatal("an empty slab has a record")
	}
	for i := range 10 {
		s.Append([]byte{byte(i)})
	}
	seen := 0
	for range s.All() {
		if seen++; seen == 3 {
			break
		}
	}
	if seen != 3 {
		t.Errorf("%d records seen", seen)
	}
}

func TestChunksBeginSmall(t *testing.T) {
	var s Slab
	s.Append([]byte("one"))
	if s.Reserved() > 4096 {
		t.Errorf("%d bytes for one record", s.Reserved())
	}
	for s.Bytes() < 8<<20 {
		s.Append(make([]byte, 100))
	}
	if s.Reserved() > 11<<20 {
		t.Errorf("%d bytes for 8 MiB", s.Reserved())
	}
	if allocs := testing.AllocsPerRun(1000, func() { s.Append([]byte("0123456789")) }); allocs != 0 {
		t.Errorf("%v allocations per record", allocs)
	}
}

// Readers take refs from an atomic and read without a lock while the writer
// grows the slab; the race detector is the judge.
func TestReadersNeedNoLock(t *testing.T) {
	const records = 20000
	s := New(4096)
	var published [records]atomic.Uint64
	var done atomic.Bool
	var readers sync.WaitGroup
	check := func(b []byte, i int) {
		if len(b) != 8+i%50 || binary.LittleEndian.Uint64(b) != uint64(i) {
			t.Errorf("record %d is %x", i, b)
			done.Store(true)
		}
	}
	for seed := range uint64(3) {
		readers.Go(func() {
			rng := rand.New(rand.NewPCG(seed, 1))
			for !done.Load() {
				i := rng.IntN(records)
				if ref := Ref(published[i].Load()); ref != 0 {
					check(s.Get(ref), i)
				}
			}
		})
	}
	readers.Go(func() {
		for !done.Load() {
			i := 0
			for _, b := range s.All() {
				check(b, i)
				i++
			}
		}
	})
	buf := make([]byte, 64)
	for i := range records {
		binary.LittleEndian.PutUint64(buf, uint64(i))
		published[i].Store(uint64(s.Append(buf[:8+i%50])))
	}
	done.Store(true)
	readers.Wait()
}

func BenchmarkAppend(b *testing.B) {
	record := make([]byte, 60)
	b.ReportAllocs()
	b.SetBytes(int64(len(record)))
	s := New(0)
	for i := 0; b.Loop(); i++ {
		if i&(1<<22-1) == 0 {
			s = New(0) // bounds the memory of a long run
		}
		s.Append(record)
	}
}

func BenchmarkGet(b *testing.B) {
	s := New(0)
	refs := make([]Ref, 1<<18)
	for i := range refs {
		refs[i] = s.Append(make([]byte, 60))
	}
	sum := 0
	for i := 0; b.Loop(); i++ {
		sum += len(s.Get(refs[i&(1<<18-1)]))
	}
	_ = sum
}

func TestDroppedChunksAreLetGo(t *testing.T) {
	s := New(1 << 10)
	s.Drop(1)
	var refs []Ref
	for i := range 100 {
		refs = append(refs, s.Append(bytes.Repeat([]byte{byte(i)}, 100)))
	}
	all := s.Reserved()
	s.Drop(refs[50])
	if s.Reserved() >= all || s.Get(refs[0]) != nil {
		t.Error("nothing was let go")
	}
	for i := 50; i < 100; i++ {
		if b := s.Get(refs[i]); len(b) != 100 || b[0] != byte(i) {
			t.Errorf("record %d: %x", i, b)
		}
	}
	left := s.Reserved()
	s.Drop(refs[20]) // before what is gone
	s.Drop(refs[50])
	if s.Reserved() != left {
		t.Error("dropping twice counts twice")
	}
	if b := s.Get(s.Append([]byte("more"))); string(b) != "more" {
		t.Errorf("%q", b)
	}
}
