package tandem_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
)

// ISO 4217 list one: numeric codes and minor units, where they are not two.
func TestCurrencyTable(t *testing.T) {
	other := map[string]int{}
	for digits, codes := range map[int]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for _, code := range strings.Fields(codes) {
			other[code] = digits
		}
	}
	last, seen := "", 0
	for _, c := range tandem.Currencies() {
		code := c.String()
		require.Less(t, last, code, "in order, each once")
		last = code
		want, ok := other[code]
		if ok {
			seen++
		} else {
			want = 2
		}
		require.Equal(t, want, c.Digits(), code)
		require.Equal(t, c, must(tandem.ParseCurrency(code)))
		require.True(t, c.Valid())
	}
	require.Equal(t, len(other), seen)
	require.Len(t, tandem.Currencies(), 166)
	for code, number := range map[string]int{"GBP": 826, "EUR": 978, "USD": 840, "JPY": 392, "CHF": 756, "ALL": 8, "XCG": 532, "ZWG": 924, "CHE": 947, "XAD": 396, "SLE": 925, "VES": 928} {
		require.EqualValues(t, number, must(tandem.ParseCurrency(code)), code)
	}
	for _, code := range []string{"", "gbp", "XXX", "XAU", "ZWL", "ANG", "GB", "GBPX"} {
		_, err := tandem.ParseCurrency(code)
		require.ErrorIs(t, err, tandem.ErrInvalid, code)
	}
	require.False(t, tandem.Currency(0).Valid() || tandem.Currency(999).Valid() || tandem.Currency(65535).Valid())
	require.Equal(t, "", tandem.Currency(65535).String())
	require.Zero(t, tandem.Currency(65535).Digits())
}

func TestReferencesAreWrittenAsEncodingJSONDoes(t *testing.T) {
	id := tandem.DeriveID[tandem.PartyID]("a", "1")
	buf := make([]byte, 0, 256)
	for _, number := range []string{"", "a<b>\"é\u2028"} {
		for _, l := range []tandem.LineRef{{}, {Document: tandem.RefTo("sales_order", id, number), Line: 7}} {
			want, err := json.Marshal(l)
			require.NoError(t, err)
			require.Equal(t, string(want), string(l.AppendJSON(nil)))
			want, err = json.Marshal(l.Document)
			require.NoError(t, err)
			require.Equal(t, string(want), string(l.Document.AppendJSON(nil)))
			require.Zero(t, testing.AllocsPerRun(100, func() { buf = l.AppendJSON(buf[:0]) }))
		}
	}
}

func TestIDs(t *testing.T) {
	// RFC 9562 appendix A.6: 2022-02-22T19:22:22Z, rand_a cc3, rand_b 18c4dc0c0c07398f.
	id := tandem.NewID[tandem.PartyID](instant("2022-02-22T19:22:22Z"), [10]byte{0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f})
	require.Equal(t, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", id.String())
	later := tandem.NewID[tandem.PartyID](instant("2022-02-22T19:22:22.001Z"), [10]byte{})
	require.Equal(t, -1, id.Compare(later))
	require.Equal(t, 1, later.Compare(id))
	require.Equal(t, 0, id.Compare(id))
	parsed := uuid.UUID(later.Bytes())
	require.EqualValues(t, 7, parsed.Version())
	require.Equal(t, uuid.RFC4122, parsed.Variant())
	require.True(t, tandem.NewID[tandem.PartyID](tandem.Instant{}, [10]byte{1}).IsZero())
	require.True(t, tandem.NewID[tandem.PartyID](instant("1969-12-31T23:59:59Z"), [10]byte{1}).IsZero())

	// Version 5 of RFC 9562, computed by another implementation (uuid5 of Python).
	for key, want := range map[[2]string]string{
		{"customers", "17850"}:  "c3d55498-b98c-5896-9be9-eed898008e83",
		{"products", "85123A"}:  "a6b3c232-4b5a-56a8-8ad9-13a391bdc7a1",
		{"customers", "Müller"}: "b541b1a1-49c8-5f02-8179-e4bc0d88799b",
		{"", ""}:                "aec6e6ca-31d6-53e3-8b58-2b05ac85cf99",
	} {
		require.Equal(t, want, tandem.DeriveID[tandem.ProductID](key[0], key[1]).String())
	}
	require.NotEqual(t, tandem.DeriveID[tandem.PartyID]("ab", "c"), tandem.DeriveID[tandem.PartyID]("a", "bc"))
	require.Equal(t, id, tandem.IDFromBytes[tandem.PartyID](id.Bytes()))
	require.Equal(t, id, must(tandem.ParseID[tandem.PartyID](id.String())))
	ref := tandem.RefTo("sales_order", id, "17")
	require.True(t, ref.Same(tandem.RefTo("sales_order", id, "")) && !ref.Same(tandem.RefTo("invoice", id, "17")) && !ref.IsZero())
	require.True(t, tandem.DocumentRef{}.IsZero() && tandem.LineRef{}.IsZero() && !tandem.LineRef{Document: ref}.IsZero())
}

func TestPersonalDataIsRedacted(t *testing.T) {
	const secret = "Eva Müller"
	type customer struct {
		Name    tandem.Personal
		Address tandem.Address
		Ptr     *tandem.Personal
		List    []tandem.Personal
		Map     map[string]tandem.Personal
	}
	p := tandem.Personal(secret)
	c := customer{p, tandem.Address{Name: p, Lines: []tandem.Personal{p}, City: p, Country: "GB"}, &p, []tandem.Personal{p}, map[string]tandem.Personal{"a": p}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%t", "%10s", "%T"} {
		for _, v := range []any{p, &p, c, &c, c.Address, &c.Address, c.List, c.Map, fmt.Errorf("of %v: %w", p, tandem.ErrInvalid)} {
			text := fmt.Sprintf(verb, v)
			require.NotContains(t, text, secret, verb)
			require.NotContains(t, text, "Müller", verb)
			require.NotContains(t, text, fmt.Sprintf("%x", secret), verb)
		}
	}
	var out bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("x", "name", p, "address", c.Address, slog.Group("g", "p", p))
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "customer", c)
	require.NotContains(t, out.String(), "Müller")
	require.Contains(t, out.String(), "[personal]")
	require.Equal(t, secret, p.Reveal())
	require.Equal(t, "", tandem.Personal("").String())
	require.Equal(t, "[personal] GB", c.Address.String())
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `"Eva Müller"`, string(text), "a State carries it")
	long := tandem.Personal(strings.Repeat("x", tandem.MaxName+1))
	err = tandem.Address{Name: long, Lines: make([]tandem.Personal, 9), PostalCode: long}.Validate()
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.NotContains(t, err.Error(), "xxx")
	require.NoError(t, c.Address.Validate())
}

func TestReferencesAreChecked(t *testing.T) {
	require.NoError(t, tandem.Dimensions{{Name: "a", Value: "1"}, {Name: "b", Value: "1"}}.Validate())
	for _, d := range []tandem.Dimensions{
		{{Name: "b", Value: "1"}, {Name: "a", Value: "1"}}, {{Name: "a", Value: "1"}, {Name: "a", Value: "2"}},
		{{Name: "", Value: "1"}}, {{Name: "a"}}, make(tandem.Dimensions, tandem.MaxDimensions+1),
	} {
		require.ErrorIs(t, d.Validate(), tandem.ErrInvalid)
	}
	var category tandem.TaxCategory
	for _, c := range tandem.TaxCategories() {
		require.True(t, c.Valid())
		require.NoError(t, category.UnmarshalText([]byte(c)))
	}
	for _, s := range []string{"", "s", "X"} {
		require.ErrorIs(t, category.UnmarshalText([]byte(s)), tandem.ErrInvalid)
	}
	require.True(t, tandem.Country("GB").Valid() && !tandem.Country("gb").Valid() && !tandem.Country("GBR").Valid())
	require.Equal(t, tandem.Each, must(tandem.ParseUnit("EA")))
	require.False(t, tandem.Unit(0).Valid() || tandem.Unit('a').Valid() || tandem.Unit(1<<24|'E'<<8|'A').Valid() || tandem.Unit('E'<<16|'A').Valid())
}

func TestAppendUUIDIsTheCanonicalForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes"))
		require.Equal(t, "before "+uuid.UUID(b).String(), string(tandem.AppendUUID([]byte("before "), b)))
	})
}
