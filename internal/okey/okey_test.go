package okey

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// field is one field of a tuple with its own order, apart from its encoding.
type field struct {
	kind string
	desc bool
	n    int64
	u    uint64
	id   [16]byte
	b    bool
	s    string
}

func (f field) append(dst []byte) []byte {
	type form struct {
		kind string
		desc bool
	}
	switch (form{f.kind, f.desc}) {
	case form{"int", false}:
		return AppendInt64(dst, f.n)
	case form{"int", true}:
		return AppendInt64Desc(dst, f.n)
	case form{"uint", false}:
		return AppendUint64(dst, f.u)
	case form{"uint", true}:
		return AppendUint64Desc(dst, f.u)
	case form{"id", false}:
		return AppendBytes16(dst, f.id)
	case form{"id", true}:
		return AppendBytes16Desc(dst, f.id)
	case form{"bool", false}:
		return AppendBool(dst, f.b)
	case form{"bool", true}:
		return AppendBoolDesc(dst, f.b)
	case form{"text", true}:
		return AppendTextDesc(dst, f.s)
	}
	return AppendText(dst, []byte(f.s))
}

func (f field) read(r *Reader) field {
	out := field{kind: f.kind, desc: f.desc}
	switch {
	case f.kind == "int" && f.desc:
		out.n = r.Int64Desc()
	case f.kind == "int":
		out.n = r.Int64()
	case f.kind == "uint" && f.desc:
		out.u = r.Uint64Desc()
	case f.kind == "uint":
		out.u = r.Uint64()
	case f.kind == "id" && f.desc:
		out.id = r.Bytes16Desc()
	case f.kind == "id":
		out.id = r.Bytes16()
	case f.kind == "bool" && f.desc:
		out.b = r.BoolDesc()
	case f.kind == "bool":
		out.b = r.Bool()
	case f.desc:
		out.s = r.TextDesc()
	default:
		out.s = r.Text()
	}
	return out
}

func (f field) compare(o field) int {
	toInt := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	// At most one of these differs from 0 in both.
	c := cmp.Or(cmp.Compare(f.n, o.n), cmp.Compare(f.u, o.u), bytes.Compare(f.id[:], o.id[:]), cmp.Compare(toInt(f.b), toInt(o.b)), strings.Compare(f.s, o.s))
	if f.desc {
		return -c
	}
	return c
}

// anyField draws values near one another, so that fields are often equal.
func anyField(kind string, desc bool) *rapid.Generator[field] {
	return rapid.Custom(func(t *rapid.T) field {
		f := field{kind: kind, desc: desc}
		bytesNear := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte{0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF}))
		switch kind {
		case "int":
			f.n = rapid.OneOf(rapid.Int64(), rapid.Int64Range(-2, 2), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64})).Draw(t, "n")
		case "uint":
			f.u = rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 2), rapid.Just(uint64(math.MaxUint64))).Draw(t, "u")
		case "id":
			copy(f.id[14:], rapid.SliceOfN(bytesNear, 2, 2).Draw(t, "id"))
			f.id[0] = bytesNear.Draw(t, "first")
		case "bool":
			f.b = rapid.Bool().Draw(t, "b")
		case "text":
			f.s = string(rapid.SliceOfN(bytesNear, 0, 5).Draw(t, "s"))
		}
		return f
	})
}

func TestOrderOfKeysIsOrderOfTuples(t *testing.T) {
	kinds := []string{"int", "uint", "id", "bool", "text"}
	rapid.Check(t, func(t *rapid.T) {
		var a, b []byte
		var fields []field
		want := 0
		for range rapid.IntRange(1, 4).Draw(t, "fields") {
			g := anyField(rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.Bool().Draw(t, "desc"))
			x := g.Draw(t, "x")
			y := x
			if rapid.Bool().Draw(t, "different") {
				y = g.Draw(t, "y")
			}
			a, b = x.append(a), y.append(b)
			fields = append(fields, x)
			want = cmp.Or(want, x.compare(y))
		}
		if got := bytes.Compare(a, b); got != want {
			t.Fatalf("% x against % x: %d, want %d", a, b, got, want)
		}
		r := Read(a)
		for _, f := range fields {
			if got := f.read(&r); got != f {
				t.Fatalf("%+v came back as %+v", f, got)
			}
		}
		if !r.Done() {
			t.Fatalf("left: % x", r.Rest())
		}
	})
}

func TestLayout(t *testing.T) {
	for _, test := range []struct {
		name      string
		got, want []byte
	}{
		{"int64 least", AppendInt64(nil, math.MinInt64), []byte{0, 0, 0, 0, 0, 0, 0, 0}},
		{"int64 -1", AppendInt64(nil, -1), []byte{0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
		{"int64 1 desc", AppendInt64Desc(nil, 1), []byte{0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE}},
		{"uint64", AppendUint64(nil, 258), []byte{0, 0, 0, 0, 0, 0, 1, 2}},
		{"text", AppendText([]byte{9}, "a\x00b"), []byte{9, 'a', 0, 0xFF, 'b', 0, 1}},
		{"empty text", AppendText(nil, ""), []byte{0, 1}},
		{"text desc", AppendTextDesc([]byte{9}, "\x00"), []byte{9, 0xFF, 0, 0xFF, 0xFE}},
		{"text prefix", AppendTextPrefix(nil, "\x00\x00a"), []byte{0, 0xFF, 0, 0xFF, 'a'}},
		{"bools", AppendBoolDesc(AppendBool(AppendBool(nil, true), false), true), []byte{1, 0, 0xFE}},
	} {
		if !bytes.Equal(test.got, test.want) {
			t.Errorf("%s: % x, want % x", test.name, test.got, test.want)
		}
	}
}

func TestPrefixEndIsTheSmallestKeyBeyond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 0xFE, 0xFF}), 0, 4)
		prefix, key := near.Draw(t, "prefix"), near.Draw(t, "key")
		kept := slices.Clone(prefix)
		end := PrefixEnd(nil, prefix)
		if !bytes.Equal(prefix, kept) {
			t.Fatal("the prefix was changed")
		}
		// Exactly the keys that begin with the prefix are in [prefix, end).
		in := bytes.Compare(key, prefix) >= 0 && (end == nil || bytes.Compare(key, end) < 0)
		if in != bytes.HasPrefix(key, prefix) {
			t.Fatalf("key % x, prefix % x, end % x: in range %v", key, prefix, end, in)
		}
	})
}

func TestTextPrefixFindsTheTextsThatBeginWithIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 0xFF}), 0, 4)
		s, begin := near.Draw(t, "s"), near.Draw(t, "begin")
		if got, want := bytes.HasPrefix(AppendText(nil, s), AppendTextPrefix(nil, begin)), bytes.HasPrefix(s, begin); got != want {
			t.Fatalf("% x begins with % x: %v, want %v", s, begin, got, want)
		}
	})
}

func TestReaderStopsAtTheFirstFault(t *testing.T) {
	for _, test := range []struct {
		name string
		key  []byte
		read func(*Reader)
	}{
		{"short int64", make([]byte, 7), func(r *Reader) { r.Int64() }},
		{"short int64 desc", make([]byte, 7), func(r *Reader) { r.Int64Desc() }},
		{"short uint64", nil, func(r *Reader) { r.Uint64() }},
		{"short uint64 desc", nil, func(r *Reader) { r.Uint64Desc() }},
		{"short id", make([]byte, 15), func(r *Reader) { r.Bytes16() }},
		{"short id desc", make([]byte, 15), func(r *Reader) { r.Bytes16Desc() }},
		{"no bool", nil, func(r *Reader) { r.Bool() }},
		{"bool of 2", []byte{2}, func(r *Reader) { r.Bool() }},
		{"bool desc of 1", []byte{1}, func(r *Reader) { r.BoolDesc() }},
		{"text without end", []byte("abc"), func(r *Reader) { r.Text() }},
		{"text with half an end", []byte("abc\x00"), func(r *Reader) { r.Text() }},
		{"text with a foreign escape", []byte("abc\x00\x02"), func(r *Reader) { r.Text() }},
		{"text desc without end", []byte("abc"), func(r *Reader) { r.TextDesc() }},
	} {
		r := Read(test.key)
		if test.read(&r); r.OK() || r.Done() || r.Rest() != nil {
			t.Errorf("%s: accepted", test.name)
		}
		if r.Int64() != 0 || r.Text() != "" || r.Bytes16Desc() != [16]byte{} || r.Bool() || r.Done() {
			t.Errorf("%s: something was read after the fault", test.name)
		}
	}
	r := Read([]byte("abc\x00\x05"))
	if got := string(r.AppendText([]byte("kept"))); got != "kept" {
		t.Errorf("a faulty text changed dst to %q", got)
	}
}

// A key that is read is the key that is written again: there is one spelling.
func FuzzReader(f *testing.F) {
	f.Add(AppendTextDesc(AppendText(AppendBool(AppendInt64(nil, 5), true), "a\x00b"), "z\x00"))
	f.Fuzz(func(t *testing.T, key []byte) {
		r := Read(key)
		n, b := r.Int64(), r.Bool()
		s, d := r.AppendText(nil), r.AppendTextDesc(nil)
		if !r.Done() {
			return
		}
		again := AppendTextDesc(AppendText(AppendBool(AppendInt64(nil, n), b), s), d)
		if !bytes.Equal(again, key) {
			t.Fatalf("% x was read and written as % x", key, again)
		}
	})
}

func TestNothingAllocates(t *testing.T) {
	buf, text := make([]byte, 0, 256), make([]byte, 0, 64)
	if allocs := testing.AllocsPerRun(100, func() {
		buf = AppendInt64Desc(AppendBytes16(buf[:0], [16]byte{1, 2}), 77)
		buf = AppendBool(AppendTextDesc(AppendText(buf, "SO-1\x00"), "x\x00y"), true)
		r := Read(buf)
		r.Bytes16()
		r.Int64Desc()
		text = r.AppendTextDesc(r.AppendText(text[:0]))
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkAppendKey(b *testing.B) {
	buf := make([]byte, 0, 128)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		buf = AppendBytes16(buf[:0], [16]byte{1, 2, 3})
		buf = AppendInt64Desc(buf, int64(i))
		buf = AppendText(buf, "SO-2026-000123")
	}
}

func BenchmarkReadKey(b *testing.B) {
	key := AppendText(AppendInt64Desc(AppendBytes16(nil, [16]byte{1, 2, 3}), 77), "SO-2026-000123")
	text := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		r := Read(key)
		r.Bytes16()
		r.Int64Desc()
		text = r.AppendText(text[:0])
	}
}
