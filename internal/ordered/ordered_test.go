package ordered

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/internal/okey"
)

// model is the same by the simplest means: sorted keys and a map.
type model struct {
	sorted []string
	values map[string]int
}

func (m *model) set(key string, v int) (int, bool) {
	old, ok := m.values[key]
	if m.values[key] = v; !ok {
		i, _ := slices.BinarySearch(m.sorted, key)
		m.sorted = slices.Insert(m.sorted, i, key)
	}
	return old, ok
}

func (m *model) delete(key string) (int, bool) {
	old, ok := m.values[key]
	if ok {
		delete(m.values, key)
		i, _ := slices.BinarySearch(m.sorted, key)
		m.sorted = slices.Delete(m.sorted, i, i+1)
	}
	return old, ok
}

// in gives the keys in [from, to).
func (m *model) in(from, to []byte) []string {
	lo, hi := 0, len(m.sorted)
	if from != nil {
		lo, _ = slices.BinarySearch(m.sorted, string(from))
	}
	if to != nil {
		hi, _ = slices.BinarySearch(m.sorted, string(to))
	}
	return m.sorted[min(lo, hi):hi]
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// check proves what must hold of every node: order, ranges, heads, no empty leaf.
func check[V any](t fataler, tree *Tree[V]) {
	t.Helper()
	if tree.keys == nil {
		return
	}
	count, live := 0, int64(0)
	var visit func(id uint32, level int, from, to []byte)
	visit = func(id uint32, level int, from, to []byte) {
		var b *block
		if level > 0 {
			b = &tree.inners[id].block
		} else if b = &tree.leaves[id].block; b.n == 0 && tree.height > 0 {
			t.Fatalf("an empty leaf")
		}
		var previous []byte
		for i := range int(b.n) {
			key := tree.keys.Get(b.ref(i))
			switch {
			case i > 0 && bytes.Compare(previous, key) >= 0:
				t.Fatalf("keys out of order: %q, %q", previous, key)
			case from != nil && bytes.Compare(key, from) < 0, to != nil && bytes.Compare(key, to) >= 0:
				t.Fatalf("key %q outside [%q, %q)", key, from, to)
			case !bytes.HasPrefix(key, b.common[:b.skip]):
				t.Fatalf("key %q does not begin with %q", key, b.common[:b.skip])
			case b.head[i] != headOf(key[b.skip:]):
				t.Fatalf("head of %q is %x", key, b.head[i])
			}
			previous = key
			if level == 0 {
				count++
				live += int64(len(key))
			}
		}
		if bits.OnesCount64(b.used) != int(b.n) {
			t.Fatalf("%d keys in slots %b", b.n, b.used)
		}
		if level == 0 {
			return
		}
		node := tree.inners[id]
		for i := range int(node.n) + 1 {
			lo, hi := from, to
			if i > 0 {
				lo = tree.keys.Get(node.ref(i - 1))
			}
			if i < int(node.n) {
				hi = tree.keys.Get(node.ref(i))
			}
			visit(node.kids[i], level-1, lo, hi)
		}
	}
	visit(tree.root, tree.height, nil, nil)
	if count != tree.length || live != tree.live {
		t.Fatalf("%d keys of %d bytes, counted as %d of %d", count, live, tree.length, tree.live)
	}
}

func compareRange(t fataler, tree *Tree[int], m *model, from, to []byte, limit int) {
	t.Helper()
	want := slices.Clone(m.in(from, to))
	for _, down := range []bool{false, true} {
		walk := tree.Ascend
		if down {
			walk = tree.Descend
			slices.Reverse(want)
		}
		i := 0
		walk(from, to, func(key []byte, v int) bool {
			if i >= len(want) || string(key) != want[i] || v != m.values[want[i]] {
				t.Fatalf("[%q, %q) down %v: key %d is %q = %d", from, to, down, i, key, v)
			}
			i++
			return i != limit
		})
		if i != min(len(want), limit) {
			t.Fatalf("[%q, %q) down %v: %d keys, want %d", from, to, down, i, min(len(want), limit))
		}
	}
}

// anyKey gives keys that collide, that extend one another and that share more
// than a node can keep in common.
func anyKey() *rapid.Generator[[]byte] {
	return rapid.Custom(func(t *rapid.T) []byte {
		key := []byte(rapid.SampledFrom([]string{"", "", "a", "company-0001/party-0001/", "company-0001/party-0002/", strings.Repeat("long ", 14)}).Draw(t, "group"))
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return append(key, rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 0xFF}), 0, 10).Draw(t, "near")...)
		case 1:
			return append(key, rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "bytes")...)
		}
		return okey.AppendInt64(key, rapid.Int64Range(-300, 300).Draw(t, "n"))
	})
}

// A step works on a run of keys, since a tree of few keys is but one leaf.
func TestTreeIsThatOfTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tree Tree[int]
		m := &model{values: map[string]int{}}
		bound := rapid.OneOf(anyKey(), rapid.Just[[]byte](nil))
		for n := range rapid.IntRange(1, 25).Draw(t, "steps") {
			key, count := anyKey().Draw(t, "key"), rapid.IntRange(1, 400).Draw(t, "count")
			stride := rapid.SampledFrom([]int64{1, -1, 7919, -3}).Draw(t, "stride")
			remove := rapid.IntRange(0, 2).Draw(t, "remove") == 0
			for i := range count {
				k := key
				if i > 0 {
					k = okey.AppendInt64(slices.Clone(key), int64(i)*stride%10007)
				}
				var got, want int
				var ok, wantOK bool
				if remove {
					got, ok = tree.Delete(k)
					want, wantOK = m.delete(string(k))
				} else {
					got, ok = tree.Set(k, n*1000+i)
					want, wantOK = m.set(string(k), n*1000+i)
				}
				if got != want || ok != wantOK {
					t.Fatalf("%q (remove %v): %d, %v; want %d, %v", k, remove, got, ok, want, wantOK)
				}
			}
			check(t, &tree)
		}
		if rapid.Bool().Draw(t, "compact") {
			tree.Compact()
			check(t, &tree)
		}
		if tree.Len() != len(m.sorted) {
			t.Fatalf("Len %d, want %d", tree.Len(), len(m.sorted))
		}
		compareRange(t, &tree, m, nil, nil, 1<<30)
		compareRange(t, &tree, m, bound.Draw(t, "from"), bound.Draw(t, "to"), rapid.SampledFrom([]int{1, 70, 1 << 30}).Draw(t, "limit"))
		for range 20 {
			k := anyKey().Draw(t, "key")
			got, ok := tree.Get(k)
			if want, wantOK := m.values[string(k)]; got != want || ok != wantOK {
				t.Fatalf("Get(%q) = %d, %v; want %d, %v", k, got, ok, want, wantOK)
			}
		}
	})
}

func number(n int) []byte { return binary.BigEndian.AppendUint64([]byte("company-0001/"), uint64(n)) }

func TestQueueStaysSmall(t *testing.T) {
	var tree Tree[int]
	const waiting = 1000
	for i := range 200 * waiting {
		tree.Set(number(i), i)
		if i >= waiting {
			if v, ok := tree.Delete(number(i - waiting)); !ok || v != i-waiting {
				t.Fatalf("deleting %d: %d, %v", i-waiting, v, ok)
			}
		}
	}
	check(t, &tree)
	if tree.Len() != waiting || len(tree.leaves) > 3*waiting/fan || tree.keys.Bytes() > 2*leastGarbage {
		t.Errorf("%d keys in %d leaves and %d bytes", tree.Len(), len(tree.leaves), tree.keys.Bytes())
	}
}

func TestEmptiedTreeIsReady(t *testing.T) {
	var tree Tree[*int]
	v := new(int)
	for round := range 3 {
		for i := range 20000 {
			tree.Set(number(i*(round+1)), v)
		}
		for i := range 20000 {
			if got, ok := tree.Delete(number(i * (round + 1))); !ok || got != v {
				t.Fatalf("round %d: %d is not there", round, i)
			}
		}
		check(t, &tree)
		if tree.Len() != 0 || tree.height != 0 {
			t.Fatalf("%d keys, height %d", tree.Len(), tree.height)
		}
		tree.Ascend(nil, nil, func([]byte, *int) bool { t.Fatal("a key"); return false })
	}
	for _, l := range tree.leaves {
		if l.values != [fan]*int{} {
			t.Fatal("a leaf still holds the pointer of a deleted key")
		}
	}
}

// Runs must leave full leaves behind, whatever their direction; random keys
// about two thirds, as in any B-tree.
func TestLeavesAreFull(t *testing.T) {
	const n = 50000
	random := rand.New(rand.NewPCG(1, 2)).Perm(n)
	for _, test := range []struct {
		name string
		key  func(i int) []byte
		most float64 // leaves, as a multiple of the least possible
	}{
		{"upwards", func(i int) []byte { return number(i) }, 1.02},
		{"downwards", func(i int) []byte { return number(n - i) }, 1.02},
		{"random", func(i int) []byte { return number(random[i]) }, 1.6},
		{"a run upwards in the middle", func(i int) []byte { return number([2]int{i * 10, 70000 + i/2}[i%2]) }, 1.6},
		{"a run downwards in the middle", func(i int) []byte { return number([2]int{i * 10, 70000 - i/2}[i%2]) }, 2.1},
		{"pairs downwards", func(i int) []byte { return number(n - i/2*2 + i%2) }, 2.1},
		{"group after group", func(i int) []byte { return number(i%1000 + random[i/1000]*1000) }, 1.2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var tree Tree[int]
			for i := range n {
				tree.Set(test.key(i), i)
			}
			check(t, &tree)
			if got := float64(len(tree.leaves)) / (float64(tree.Len()) / fan); got > test.most {
				t.Errorf("%.2f times the leaves needed, want %.2f", got, test.most)
			}
		})
	}
}

func TestCompactIsAutomatic(t *testing.T) {
	var tree Tree[int]
	const n = 50000
	for _, i := range rand.New(rand.NewPCG(3, 4)).Perm(n) {
		tree.Set(number(i), i)
	}
	for i := range n {
		if i%10 != 0 {
			tree.Delete(number(i))
		}
	}
	check(t, &tree)
	if most := 2*tree.live + leastGarbage; tree.keys.Bytes() > most {
		t.Errorf("%d bytes for %d of live keys", tree.keys.Bytes(), tree.live)
	}
}

func TestKeysStayValid(t *testing.T) {
	var tree Tree[int]
	tree.Set([]byte("kept"), 1)
	var kept []byte
	tree.Ascend(nil, nil, func(key []byte, _ int) bool { kept = key; return true })
	tree.Delete([]byte("kept"))
	tree.Compact()
	tree.Set([]byte("other"), 2)
	if string(kept) != "kept" {
		t.Errorf("the key became %q", kept)
	}
}

func TestNothingAllocatesButGrowth(t *testing.T) {
	var tree Tree[int]
	for i := range 10000 {
		tree.Set(number(i), i)
	}
	key := number(0)
	sum := 0
	if allocs := testing.AllocsPerRun(100, func() {
		binary.BigEndian.PutUint64(key[len(key)-8:], 5000)
		v, _ := tree.Get(key)
		tree.Set(key, v)
		tree.Delete(key)
		tree.Set(key, v)
		tree.Ascend(key, nil, func(_ []byte, v int) bool { sum += v; return v < 5100 })
		tree.Descend(nil, key, func(_ []byte, v int) bool { sum += v; return v > 4900 })
	}); allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// FuzzTree reads operations: a byte for the operation, one for the length of the
// key, the key.
func FuzzTree(f *testing.F) {
	f.Add([]byte("\x00\x03abc\x00\x02ab\x01\x03abc"))
	f.Fuzz(func(t *testing.T, program []byte) {
		var tree Tree[int]
		m := &model{values: map[string]int{}}
		for n := 0; len(program) >= 2; n++ {
			op, size := program[0], min(int(program[1])%80, len(program)-2)
			key := program[2 : 2+size]
			program = program[2+size:]
			for i := range int(op) >> 1 {
				k := binary.BigEndian.AppendUint16(slices.Clone(key), uint16(i*257))
				if op&1 == 0 {
					tree.Set(k, n)
					m.set(string(k), n)
				} else {
					tree.Delete(k)
					m.delete(string(k))
				}
			}
		}
		check(t, &tree)
		compareRange(t, &tree, m, nil, nil, 1<<30)
	})
}

func Example() {
	var byName Tree[int]
	for i, name := range []string{"Sommer", "Ahrens", "Ahlers", "Zander"} {
		byName.Set([]byte(name), i)
	}
	byName.Ascend([]byte("Ah"), []byte("Ai"), func(key []byte, row int) bool {
		fmt.Printf("%s %d\n", key, row)
		return true
	})
	// Output:
	// Ahlers 2
	// Ahrens 1
}
