package tandem_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

type embeddedPart struct {
	Note string `json:"note"`
	Line int    `json:"line"` // hidden by the outer one
}

type decodedLine struct {
	embeddedPart
	Line     int                        `json:"line"`
	Quantity tandem.Quantity            `json:"quantity"`
	Price    tandem.Price               `json:"price"`
	Rate     *tandem.Rate               `json:"rate"`
	Tags     []string                   `json:"tags"`
	Category tandem.TaxCategory         `json:"category"`
	Extra    map[string]any             `json:"extra"`
	ByUnit   map[tandem.Unit]string     `json:"by_unit"`
	Pair     [2]int8                    `json:"pair"`
	Raw      json.RawMessage            `json:"raw"`
	Host     decimal.Decimal            `json:"host"`
	Data     []byte                     `json:"data"`
	Inner    map[string]map[string]bool `json:"inner"`
	Done     bool                       `json:"done"`
	Share    float64                    `json:"share"`
	hidden   int
	Ignored  int `json:"-"`
	Untagged int
}

type decodedOrder struct {
	ID    tandem.PartyID `json:"id"`
	Date  tandem.Date    `json:"date"`
	Lines []decodedLine  `json:"lines"`
}

func TestDecodeJSONReadsWhatIsRight(t *testing.T) {
	const text = ` {"id":"01890a5d-ac96-774b-bcce-b302099a8057","date":"2026-11-20","lines":[
		{"line":1,"note":"a\u00e9\ud83d\ude00","quantity":"12 EA","price":"2.55 GBP/EA","rate":"0.2","tags":["x","y"],"category":"S",
		 "extra":{"a":[1,null,{"b":true}]},"by_unit":{"EA":"each"},"pair":[1,-2],"raw":{"k":[1]},"host":"1.5","data":"AQI=",
		 "inner":{"a":{"b":true}},"done":true,"share":0.5,"Untagged":3},
		{"rate":null,"tags":null,"extra":null,"host":2.25,"tags2":0}]}`
	fixed := strings.Replace(text, `,"tags2":0`, "", 1)
	var strict, plain decodedOrder
	require.NoError(t, tandem.DecodeJSON([]byte(fixed), &strict))
	require.NoError(t, json.Unmarshal([]byte(fixed), &plain))
	require.Equal(t, plain, strict)
	require.Equal(t, "aé😀", strict.Lines[0].Note)
	require.Zero(t, strict.Lines[0].hidden)

	before := strict
	err := tandem.DecodeJSON([]byte(text), &strict)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.Equal(t, before, strict, "untouched on error")
}

func TestDecodeJSONRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, tandem.MaxJSONDepth+1) + "1" + strings.Repeat("}", tandem.MaxJSONDepth+1)
	for _, x := range []struct {
		name, text string
		want       []string // code and path
	}{
		{"a key twice", `{"id":"","id":""}`, []string{"json_duplicate_key id"}},
		{"a key twice, once escaped", `{"id":"","\u0069d":""}`, []string{"json_duplicate_key id"}},
		{"a key twice, deep in what is not looked at", `{"lines":[{"extra":{"a":[{"b":1,"b":2}]}}]}`, []string{"json_duplicate_key lines[0].extra.a[0].b"}},
		{"a key twice in raw JSON", `{"lines":[{"raw":{"b":1,"b":2}}]}`, []string{"json_duplicate_key lines[0].raw.b"}},
		{"a key twice in a map", `{"lines":[{"by_unit":{"EA":"a","EA":"b"}}]}`, []string{"json_duplicate_key lines[0].by_unit.EA"}},
		{"an unknown key", `{"lines":[{"colour":{"x":1}}]}`, []string{"json_unknown_key lines[0].colour"}},
		{"another case", `{"ID":""}`, []string{"json_unknown_key ID"}},
		{"an unexported field", `{"lines":[{"hidden":1}]}`, []string{"json_unknown_key lines[0].hidden"}},
		{"an ignored field", `{"lines":[{"Ignored":1}]}`, []string{"json_unknown_key lines[0].Ignored"}},
		{"a key that may be personal", `{"Müller, Eva":1,"":2}`, []string{"json_unknown_key ?", "json_unknown_key ?"}},
		{"all faults at once", `{"id":"x","date":"2026-02-30","lines":[{},{"quantity":"1","category":"??","done":1}]}`,
			[]string{"id_syntax id", "date date", "number lines[1].quantity", "tax_category lines[1].category", "json_type lines[1].done"}},
		{"null where there is none", `{"date":null,"lines":[{"line":null}]}`, []string{"json_type date", "json_null lines[0].line"}},
		{"a number for a text", `{"lines":[{"quantity":12}]}`, []string{"json_type lines[0].quantity"}},
		{"an exponent", `{"lines":[{"line":1e2,"extra":{"n":1E5}}]}`, []string{"json_number lines[0].line", "json_number lines[0].extra.n"}},
		{"an exponent in a decimal", `{"lines":[{"host":"1e1000000000"}]}`, []string{"number lines[0].host"}},
		{"a long number", `{"lines":[{"host":` + strings.Repeat("1", 41) + `}]}`, []string{"json_number lines[0].host"}},
		{"a number out of range", `{"lines":[{"pair":[128,0]}]}`, []string{"json_type lines[0].pair[0]"}},
		{"a fraction", `{"lines":[{"line":1.5}]}`, []string{"json_type lines[0].line"}},
		{"an array too short", `{"lines":[{"pair":[1]}]}`, []string{"json_type lines[0].pair"}},
		{"an array too long", `{"lines":[{"pair":[1,2,3]}]}`, []string{"json_type lines[0].pair"}},
		{"an object for an array", `{"lines":{}}`, []string{"json_type lines"}},
		{"an array for an object", `{"lines":[[]]}`, []string{"json_type lines[0]"}},
		{"bad base64", `{"lines":[{"data":"?"}]}`, []string{"json_type lines[0].data"}},
		{"two values", `{} {}`, []string{"json_syntax "}},
		{"nothing", ``, []string{"json_syntax "}},
		{"an open object", `{"id":""`, []string{"json_syntax "}},
		{"a comma at the end", `{"id":"",}`, []string{"json_syntax "}},
		{"a leading zero", `{"lines":[{"line":01}]}`, []string{"json_syntax lines[0].line"}},
		{"a bare minus", `{"lines":[{"line":-}]}`, []string{"json_syntax lines[0].line"}},
		{"a half of a surrogate pair", `{"lines":[{"note":"\ud800"}]}`, []string{"json_syntax lines[0].note"}},
		{"invalid UTF-8", "{\"lines\":[{\"note\":\"\xff\"}]}", []string{"json_syntax lines[0].note"}},
		{"a control character", "{\"lines\":[{\"note\":\"\n\"}]}", []string{"json_syntax lines[0].note"}},
		{"a NUL behind the end", "{}\x00", []string{"json_syntax "}},
		{"a byte order mark", "\ufeff{}", []string{"json_syntax "}},
		{"too deep", `{"lines":[{"extra":` + deep + `}]}`, []string{"json_depth lines[0].extra" + strings.Repeat(".a", tandem.MaxJSONDepth-3)}},
	} {
		err := tandem.DecodeJSON([]byte(x.text), new(decodedOrder))
		var invalid *tandem.InvalidError
		require.ErrorAs(t, err, &invalid, x.name)
		var got []string
		for _, f := range invalid.Faults {
			got = append(got, f.Code+" "+f.Path)
		}
		require.Equal(t, x.want, got, x.name)
	}
}

func TestDecodeJSONIsBounded(t *testing.T) {
	big := append(bytes.Repeat([]byte(" "), tandem.MaxJSONBytes), '1')
	require.ErrorContains(t, tandem.DecodeJSON(big, new(int)), "too large")
	require.NoError(t, tandem.DecodeJSON(big[1:], new(int)))

	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, `,"k%d":1`, i)
	}
	err := tandem.DecodeJSON([]byte("{"+many.String()[1:]+"}"), new(decodedOrder))
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, tandem.MaxJSONFaults+1)
	require.Less(t, len(err.Error()), 2000)

	free := map[string]int{}
	require.NoError(t, tandem.DecodeJSON([]byte("{"+many.String()[1:]+"}"), &free))
	require.Len(t, free, 1000)
	require.ErrorIs(t, tandem.DecodeJSON([]byte("{"+many.String()[1:]+`,"k999":2}`), &free), tandem.ErrInvalid)

	require.ErrorIs(t, tandem.DecodeJSON([]byte("{}"), nil), tandem.ErrInvalid)
	require.ErrorIs(t, tandem.DecodeJSON([]byte("{}"), decodedOrder{}), tandem.ErrInvalid)
	require.ErrorIs(t, tandem.DecodeJSON([]byte("{}"), (*decodedOrder)(nil)), tandem.ErrInvalid)
}

// What is accepted is JSON, and means what encoding/json says; what is refused is
// refused with a typed error, and never panics.
func FuzzDecodeJSON(f *testing.F) {
	f.Add([]byte(`{"id":"01890a5d-ac96-774b-bcce-b302099a8057","lines":[{"line":1,"quantity":"12 EA","extra":{"a":[1]}}]}`))
	f.Add([]byte(`{"lines":[{"note":"\ud83d\ude00","pair":[1,2],"host":1.25,"rate":null,"raw":[{}]}]}`))
	f.Add([]byte(`[1,{"a":1,"a":2}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, plain decodedOrder
		if err := tandem.DecodeJSON(data, &strict); err != nil {
			require.ErrorIs(t, err, tandem.ErrInvalid)
		} else {
			require.NoError(t, json.Unmarshal(data, &plain))
			require.Equal(t, plain, strict)
		}
		var free any
		if err := tandem.DecodeJSON(data, &free); err == nil {
			var want any
			require.NoError(t, json.Unmarshal(data, &want))
			require.Equal(t, want, free)
		}
	})
}
