package jsonw

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func marshal(t interface{ Fatal(...any) }, v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// cents and label are text values as the hall's are.
type cents int64

func (c cents) AppendText(dst []byte) ([]byte, error) {
	return strconv.AppendInt(dst, int64(c), 10), nil
}
func (c cents) MarshalText() ([]byte, error) { return c.AppendText(nil) }
func (c cents) IsZero() bool                 { return c == 0 }

type label [2]string

func (l label) AppendText(dst []byte) ([]byte, error) {
	return append(append(dst, l[0]...), l[1]...), nil
}
func (l label) MarshalText() ([]byte, error) { return l.AppendText(nil) }

type line struct {
	Product label `json:"product"`
	Count   int64 `json:"count"`
}

func (l line) AppendJSON(dst []byte) []byte {
	o := Object(dst)
	Text(&o, "product", l.Product)
	o.Int("count", l.Count)
	return o.Close()
}

type order struct {
	Number   string          `json:"number"`
	Note     string          `json:"note,omitempty"`
	Amount   cents           `json:"amount"`
	Discount cents           `json:"discount,omitzero"`
	Label    label           `json:"label"`
	Revision int64           `json:"revision"`
	Sequence int64           `json:"sequence,omitempty"`
	Paid     bool            `json:"paid"`
	Urgent   bool            `json:"urgent,omitempty"`
	Payload  json.RawMessage `json:"payload"`
	Lines    []line          `json:"lines"`
	Labels   []label         `json:"labels"`
	Buyer    struct {
		Name string   `json:"name & <title>"`
		Tags []string `json:"tags"`
	} `json:"buyer"`
	None *int `json:"none"`
}

func (d order) AppendJSON(dst []byte) []byte {
	o := Object(dst)
	o.String("number", d.Number)
	o.StringOmit("note", d.Note)
	Text(&o, "amount", d.Amount)
	TextOmit(&o, "discount", d.Discount)
	Text(&o, "label", d.Label)
	o.Int("revision", d.Revision)
	o.IntOmit("sequence", d.Sequence)
	o.Bool("paid", d.Paid)
	o.BoolOmit("urgent", d.Urgent)
	o.Raw("payload", d.Payload)
	o.BeginArray("lines")
	for i := range d.Lines {
		o.Item().Append(d.Lines[i].AppendJSON)
	}
	o.EndArray()
	o.BeginArray("labels")
	for _, l := range d.Labels {
		TextItem(&o, l)
	}
	o.EndArray()
	o.BeginObject("buyer")
	o.String("name & <title>", d.Buyer.Name)
	o.BeginArray("tags")
	for _, tag := range d.Buyer.Tags {
		o.Item().String(tag)
	}
	o.EndArray()
	o.EndObject()
	o.Null("none")
	return o.Close()
}

// anyText mixes what must be escaped, what must be replaced and the plain.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "é", "<", "\u2028", "\u2029", "\u202a", "\xe2\x80", "\xff", "\"", "\\",
			"\x00", "\x7f", "\t", "😀", "\xed\xa0\x80", "�", "\xf0\x9f"}), 0, 12), func(s []string) string { return strings.Join(s, "") }))
}

func anyOrder() *rapid.Generator[order] {
	return rapid.Custom(func(t *rapid.T) order {
		text := anyText()
		labels := rapid.Custom(func(t *rapid.T) label { return label{text.Draw(t, "a"), text.Draw(t, "b")} })
		d := order{Number: text.Draw(t, "number"), Note: text.Draw(t, "note"), Label: labels.Draw(t, "label"),
			Amount: cents(rapid.Int64().Draw(t, "amount")), Discount: cents(rapid.Int64Range(0, 1).Draw(t, "discount")),
			Revision: rapid.Int64().Draw(t, "revision"), Sequence: rapid.Int64Range(0, 1).Draw(t, "sequence"),
			Paid: rapid.Bool().Draw(t, "paid"), Urgent: rapid.Bool().Draw(t, "urgent"),
			Labels: rapid.SliceOfN(labels, 0, 3).Draw(t, "labels")}
		d.Payload = json.RawMessage(rapid.SampledFrom([]string{"", "{}", `[1,2]`, `"x"`, "null", `{"a":{"b":[]}}`}).Draw(t, "payload"))
		if len(d.Payload) == 0 {
			d.Payload = nil
		}
		d.Lines = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line { return line{labels.Draw(t, "p"), rapid.Int64().Draw(t, "n")} }), 0, 3).Draw(t, "lines")
		d.Buyer.Name = text.Draw(t, "name")
		d.Buyer.Tags = rapid.SliceOfN(text, 0, 3).Draw(t, "tags")
		return d
	})
}

func TestObjectIsThatOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyOrder().Draw(t, "order")
		prefix := []byte(`{"kept":`)
		got := string(d.AppendJSON(slices.Clip(prefix)))
		if want := string(prefix) + marshal(t, d); got != want {
			t.Fatalf("\n got %s\nwant %s", got, want)
		}
	})
}

// write writes a tree of anything by the nesting methods, members in the order
// of their keys, as encoding/json orders a map.
func write(o *Writer, v any) {
	switch v := v.(type) {
	case nil:
		o.Item().Null()
	case bool:
		o.Item().Bool(v)
	case int64:
		o.Item().Int(v)
	case string:
		o.Item().String(v)
	case []any:
		o.Item().BeginArray()
		for _, e := range v {
			write(o, e)
		}
		o.EndArray()
	case map[string]any:
		o.Item().BeginObject()
		var keys []string
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			o.BeginArray(k)
			write(o, v[k])
			o.EndArray()
		}
		o.EndObject()
	}
}

func anyTree(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int64().AsAny(), anyText().AsAny())
	if depth == 0 {
		return leaf
	}
	inner := anyTree(depth - 1)
	// Keys are valid UTF-8: two invalid ones could be written alike, in any order.
	member := rapid.Custom(func(t *rapid.T) map[string]any {
		m := map[string]any{}
		for _, k := range rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "keys") {
			m[k] = []any{inner.Draw(t, "value")}
		}
		return m
	})
	return rapid.OneOf(leaf, rapid.SliceOfN(inner, 0, 4).AsAny(), member.AsAny())
}

// unwrap undoes the one-element arrays that anyTree puts around members.
func unwrap(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = unwrap(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = unwrap(e.([]any)[0])
		}
		return out
	}
	return v
}

func TestNestingIsThatOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := anyTree(4).Draw(t, "tree")
		o := Array(nil)
		write(&o, unwrap(tree))
		if got, want := string(o.Close()), marshal(t, []any{tree}); got != want {
			t.Fatalf("\n got %s\nwant %s", got, want)
		}
	})
}

func TestScalars(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 1<<63 - 1, -1 << 63} {
		if got := string(AppendInt(nil, n)); got != marshal(t, n) {
			t.Errorf("AppendInt(%d) = %s", n, got)
		}
	}
	if got := string(AppendBool(AppendBool(nil, true), false)); got != "truefalse" {
		t.Error(got)
	}
}

func TestListIsThatOfEncodingJSON(t *testing.T) {
	write := func(l *line, dst []byte) []byte { return l.AppendJSON(dst) }
	for _, list := range [][]line{nil, {}, {{label{"p", "1"}, 3}}, {{label{"p", "<"}, 3}, {label{"p", "2"}, 4}}} {
		o := Object(nil)
		List(&o, "lines", list, write)
		o.Int("n", 1)
		want := marshal(t, struct {
			Lines []line `json:"lines"`
			N     int    `json:"n"`
		}{list, 1})
		if got := string(o.Close()); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

type failing struct{ short bool }

var errFailing = errors.New("cannot be written")

func (f failing) AppendText(dst []byte) ([]byte, error) {
	if f.short {
		return nil, nil
	}
	return append(dst, "half"...), errFailing
}

func TestFailedTextIsNullAndRemembered(t *testing.T) {
	o := Object(nil)
	o.Text("a", failing{})
	o.Text("b", failing{short: true})
	o.Text("c", cents(5))
	if got := string(o.Close()); got != `{"a":null,"b":null,"c":"5"}` || !errors.Is(o.Err(), errFailing) {
		t.Errorf("%s, %v", got, o.Err())
	}
	o = Array(nil)
	TextItem(&o, failing{short: true})
	if got := string(o.Close()); got != `[null]` || !errors.Is(o.Err(), errShortened) {
		t.Errorf("%s, %v", got, o.Err())
	}
}

func TestNothingAllocates(t *testing.T) {
	d := order{Number: "SO-2026-000123", Note: "fragile <b> \xff", Amount: 123456, Discount: 1, Label: label{"a", "\u2028"},
		Lines: []line{{label{"p", "1"}, 3}, {label{"p", "2"}, 4}}, Labels: []label{{"x", "y"}}}
	d.Buyer.Tags = []string{"gold", "über"}
	buf := make([]byte, 0, 1024)
	if allocs := testing.AllocsPerRun(100, func() { buf = d.AppendJSON(buf[:0]) }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	var v encoding.TextAppender = &d.Amount
	if allocs := testing.AllocsPerRun(100, func() {
		o := Object(buf[:0])
		o.Text("amount", v)
		buf = o.Close()
	}); allocs != 0 {
		t.Errorf("%v allocations by the method Text on a pointer", allocs)
	}
}

func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", "<&>\"\\/", "\u2028\u2029", "\xff\xfe", "\x00\x1f\x7f", "\xe2\x80", "日本語\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		want := marshal(t, string(s))
		if got := string(AppendString(nil, string(s))); got != want {
			t.Fatalf("string: %s, want %s", got, want)
		}
		if got := AppendString([]byte("x"), s); string(got[1:]) != want {
			t.Fatalf("bytes: %s, want %s", got, want)
		}
		o := Object(nil)
		Text(&o, string(s), label{string(s[:len(s)/2]), string(s[len(s)/2:])})
		if got := string(o.Close()); got != "{"+want+":"+want+"}" {
			t.Fatalf("text: %s, want twice %s", got, want)
		}
	})
}

func BenchmarkAppendString(b *testing.B) {
	buf := make([]byte, 0, 1024)
	for name, s := range map[string]string{"short": "order_id", "long": strings.Repeat("plain text, ", 10), "escaped": strings.Repeat("é<\n", 20)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				buf = AppendString(buf[:0], s)
			}
		})
	}
}

func BenchmarkObject(b *testing.B) {
	d := order{Number: "SO-2026-000123", Amount: 123456, Label: label{"550e8400-e29b-41d4-", "a716-446655440000"}, Revision: 12, Paid: true,
		Lines: []line{{label{"p", "1"}, 3}, {label{"p", "2"}, 4}}}
	d.Buyer.Name, d.Buyer.Tags = "Müller & Söhne", []string{"gold", "wholesale"}
	b.Run("jsonw", func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, 0, 1024)
		for b.Loop() {
			buf = d.AppendJSON(buf[:0])
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.ReportAllocs()
		var buf bytes.Buffer
		for b.Loop() {
			buf.Reset()
			_ = json.NewEncoder(&buf).Encode(&d)
		}
	})
}
