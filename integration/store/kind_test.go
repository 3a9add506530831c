package store

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawValue(t *rapid.T, types []ColumnType) Value {
	v := Value{Type: rapid.SampledFrom(types).Draw(t, "type")}
	switch v.Type {
	case TypeID:
		v.ID = [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	case TypeText:
		v.Text = rapid.String().Draw(t, "text")
	case TypeBool:
		v.Int = rapid.Int64Range(0, 1).Draw(t, "bool")
	default:
		v.Int = rapid.Int64().Draw(t, "int")
	}
	return v
}

func allTypes() []ColumnType {
	return []ColumnType{TypeID, TypeInt, TypeText, TypeDate, TypeInstant, TypeBool}
}

func TestValuesComeBackFromTheirBinaryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Value { return drawValue(t, allTypes()) }), 0, 20).Draw(t, "values")
		data := AppendValues([]byte("before"), values)
		got, err := DecodeValues(nil, bytes.TrimPrefix(data, []byte("before")))
		if err != nil || !slices.Equal(got, values) {
			t.Fatalf("%v came back as %v, %v", values, got, err)
		}
	})
}

func TestEveryCutOfTheBinaryFormIsRefused(t *testing.T) {
	data := AppendValues(nil, []Value{{Type: TypeText, Text: "München"}, {Type: TypeID, ID: [16]byte{1}}, {Type: TypeInt, Int: -1 << 62}})
	for n := range data {
		_, err := DecodeValues(nil, data[:n])
		require.Error(t, err, "cut at %d", n)
	}
	_, err := DecodeValues(nil, append(slices.Clone(data), 0))
	require.Error(t, err, "one byte more")
	_, err = DecodeValues(nil, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	require.Error(t, err, "more values than bytes")
}

func FuzzDecodeValues(f *testing.F) {
	f.Add(AppendValues(nil, []Value{{Type: TypeText, Text: "a"}, {Type: TypeBool, Int: 1}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		values, err := DecodeValues(nil, data)
		if err != nil {
			return
		}
		again, err := DecodeValues(nil, AppendValues(nil, values))
		if err != nil || !slices.Equal(values, again) {
			t.Fatalf("%v came back as %v, %v", values, again, err)
		}
	})
}

func TestOrderedEncodingKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		types := []ColumnType{rapid.SampledFrom(allTypes()).Draw(t, "type")}
		a, b := drawValue(t, types), drawValue(t, types)
		want := 0
		switch a.Type {
		case TypeID:
			want = bytes.Compare(a.ID[:], b.ID[:])
		case TypeText:
			want = strings.Compare(a.Text, b.Text)
		default:
			want = int(min(max(a.Int>>1-b.Int>>1, -1), 1)) // halves do not overflow
			if want == 0 {
				want = int((a.Int & 1) - (b.Int & 1))
			}
		}
		if got := bytes.Compare(AppendOrdered(nil, a), AppendOrdered(nil, b)); got != want {
			t.Fatalf("%v and %v compare as %d, want %d", a, b, got, want)
		}
	})
}

func TestTheEncodingOfOneColumnIsNoPrefixOfAnothers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		x, y := AppendOrdered(nil, textOf(a)), AppendOrdered(nil, textOf(b))
		if a != b && bytes.HasPrefix(x, y) {
			t.Fatalf("%q begins as %q does", a, b)
		}
	})
}

func TestKindsFitTogether(t *testing.T) {
	all, err := Kinds()
	require.NoError(t, err)
	names := map[string]bool{}
	for i, k := range all {
		require.Equal(t, i, k.Ordinal)
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, k.Name)
		require.False(t, names[k.Name])
		names[k.Name] = true
		require.Equal(t, k.Fact, k.Encode == nil && k.Decode == nil, "%s: states have a codec, facts have columns", k.Name)
		for n, index := range k.Indexes {
			require.Equal(t, n, k.IndexNamed(index.Name))
			require.Len(t, k.IndexColumns(n), len(index.Columns))
		}
	}
	require.Equal(t, -1, all[0].IndexNamed("nothing"))
}

func TestResolveRefusesDescriptorsThatDoNotFit(t *testing.T) {
	column := Column{"code", TypeText}
	for message, k := range map[string]*Kind{
		"column code twice":   {Columns: []Column{column, column}},
		"has no column other": {Columns: []Column{column}, Indexes: []Index{{Name: "i", Columns: []string{"other"}}}},
		"is no bool column":   {Columns: []Column{column}, Indexes: []Index{{Name: "i", Columns: []string{"code"}, Where: "code"}}},
	} {
		require.ErrorContains(t, k.resolve(), message)
	}
}

func TestIndexedFollowsWhere(t *testing.T) {
	k := &Kind{Columns: []Column{{"code", TypeText}, {"open", TypeBool}},
		Indexes: []Index{{Name: "all", Columns: []string{"code"}}, {Name: "open", Columns: []string{"code"}, Where: "open"}}}
	require.NoError(t, k.resolve())
	closed, open := []Value{textOf("a"), boolOf(false)}, []Value{textOf("a"), boolOf(true)}
	require.True(t, k.Indexed(0, closed))
	require.False(t, k.Indexed(1, closed))
	require.True(t, k.Indexed(1, open))
}
