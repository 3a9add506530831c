package ordered

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tandem-go/tandem/internal/okey"
	"github.com/tandem-go/tandem/internal/slab"
)

const benchKeys = 1_000_000

// patterns are the keys of real indexes: a company, then what distinguishes.
func patterns() []struct {
	name string
	key  func(dst []byte, i, random int) []byte
} {
	company := [16]byte{0x01, 0x92, 0x5c, 0x11, 0xaa, 0x70, 15: 7}
	return []struct {
		name string
		key  func(dst []byte, i, random int) []byte
	}{
		{"time_36B", func(dst []byte, i, random int) []byte {
			dst = okey.AppendInt64(okey.AppendBytes16(dst, company), 1_700_000_000_000_000+int64(i)*13_000)
			return okey.AppendText(dst, "SO-2026-12")
		}},
		{"newest_first_24B", func(dst []byte, i, random int) []byte {
			return okey.AppendInt64Desc(okey.AppendBytes16(dst, company), 1_700_000_000_000_000+int64(i)*13_000)
		}},
		{"random_id_32B", func(dst []byte, i, random int) []byte {
			id := [16]byte{8: 0x80}
			binary.BigEndian.PutUint64(id[:], uint64(random)*0x9E3779B97F4A7C15)
			return okey.AppendBytes16(okey.AppendBytes16(dst, company), id)
		}},
		{"party_time_51B", func(dst []byte, i, random int) []byte {
			party := [16]byte{0x01, 0x92, 0x60}
			binary.BigEndian.PutUint16(party[14:], uint16(random%5000))
			dst = okey.AppendBytes16(okey.AppendBytes16(dst, company), party)
			return okey.AppendText(okey.AppendInt64(dst, 1_700_000_000_000_000+int64(i)*13_000), "confirmed")
		}},
		{"text_100B", func(dst []byte, i, random int) []byte {
			dst = okey.AppendBytes16(dst, company)
			return okey.AppendText(dst, fmt.Sprintf("%07d the name of a customer who lives somewhere in a long street and is %010d", random, i))
		}},
	}
}

// keysOf makes the keys outside of the measurement, in one piece.
func keysOf(key func(dst []byte, i, random int) []byte) [][]byte {
	order := rand.New(rand.NewPCG(1, 2)).Perm(benchKeys)
	out, buf := make([][]byte, benchKeys), make([]byte, 0, 128)
	var all []byte
	for i := range out {
		buf = key(buf[:0], i, order[i])
		all = append(all, buf...)
		start := len(all) - len(buf)
		out[i] = all[start:len(all):len(all)]
	}
	return out
}

// BenchmarkSet fills a tree from 0 to 1,000,000 keys: ns/op is the time of all,
// ns/key that of one.
func BenchmarkSet(b *testing.B) {
	for _, p := range patterns() {
		b.Run(p.name, func(b *testing.B) {
			keys := keysOf(p.key)
			b.ReportAllocs()
			for b.Loop() {
				var tree Tree[slab.Ref]
				for i, k := range keys {
					tree.Set(k, slab.Ref(i+1))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchKeys, "ns/key")
		})
	}
}

// BenchmarkDeleteAndSet takes out a random key of 1,000,000 and puts it back.
func BenchmarkDeleteAndSet(b *testing.B) {
	for _, p := range patterns() {
		b.Run(p.name, func(b *testing.B) {
			keys := keysOf(p.key)
			var tree Tree[slab.Ref]
			for i, k := range keys {
				tree.Set(k, slab.Ref(i+1))
			}
			order := rand.New(rand.NewPCG(3, 4)).Perm(benchKeys)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				k := keys[order[i%benchKeys]]
				v, _ := tree.Delete(k)
				tree.Set(k, v)
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	for _, p := range patterns() {
		b.Run(p.name, func(b *testing.B) {
			keys := keysOf(p.key)
			var tree Tree[slab.Ref]
			for i, k := range keys {
				tree.Set(k, slab.Ref(i+1))
			}
			order := rand.New(rand.NewPCG(3, 4)).Perm(benchKeys)
			for i := 0; b.Loop(); i++ {
				if _, ok := tree.Get(keys[order[i%benchKeys]]); !ok {
					b.Fatal("not found")
				}
			}
		})
	}
}

// BenchmarkAscend reads pages of 100 from random places.
func BenchmarkAscend(b *testing.B) {
	keys := keysOf(patterns()[2].key)
	var tree Tree[slab.Ref]
	for i, k := range keys {
		tree.Set(k, slab.Ref(i+1))
	}
	sum := 0
	for i := 0; b.Loop(); i++ {
		n := 0
		tree.Ascend(keys[i*7919%benchKeys], nil, func(key []byte, _ slab.Ref) bool {
			sum += len(key)
			n++
			return n < 100
		})
	}
}

func BenchmarkCompact(b *testing.B) {
	keys := keysOf(patterns()[2].key)
	var tree Tree[slab.Ref]
	for i, k := range keys {
		tree.Set(k, slab.Ref(i+1))
	}
	for b.Loop() {
		tree.Compact()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchKeys, "ns/key")
}

// BenchmarkSortedSlice is the yardstick: appending and sorting once.
func BenchmarkSortedSlice(b *testing.B) {
	keys := keysOf(patterns()[2].key)
	for b.Loop() {
		sorted := slices.Clone(keys)
		slices.SortFunc(sorted, func(a, b []byte) int { return slices.Compare(a, b) })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchKeys, "ns/key")
}
