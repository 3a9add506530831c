package tandem_test

import (
	"encoding"
	"encoding/json"
	"math/big"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
)

// textForm is what every value type has.
type textForm interface {
	comparable
	encoding.TextMarshaler
	encoding.TextAppender
	String() string
}

// requireCanonical: what is read is written in the one canonical form, which reads
// back as the same value; appending and marshalling agree with it.
func requireCanonical[T textForm, P interface {
	*T
	encoding.TextUnmarshaler
}](t require.TestingT, text []byte) (value T, ok bool) {
	before := value
	if err := P(&value).UnmarshalText(text); err != nil {
		require.ErrorIs(t, err, tandem.ErrInvalid)
		require.Equal(t, before, value, "untouched on error")
		return value, false
	}
	canonical, err := value.MarshalText()
	require.NoError(t, err)
	require.Equal(t, string(canonical), value.String())
	appended, err := value.AppendText([]byte("x"))
	require.NoError(t, err)
	require.Equal(t, "x"+string(canonical), string(appended))
	var again T
	require.NoError(t, P(&again).UnmarshalText(canonical))
	require.Equal(t, value, again)
	return value, true
}

func numberOf(t require.TestingT, text string) *big.Rat {
	number, _, _ := strings.Cut(text, " ")
	x, ok := new(big.Rat).SetString(number)
	require.True(t, ok)
	return x
}

func FuzzMoneyText(f *testing.F) {
	for _, s := range []string{"12.34 GBP", "-0.00 GBP", "5 JPY", "1.2345 CLF", "92233720368547758.07 USD", "1e3 GBP", "01 GBP", "1.00000000000000000 GBP"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, ok := requireCanonical[tandem.Money](t, text); ok && len(text) > 0 {
			require.Zero(t, numberOf(t, string(text)).Cmp(rat(m.Minor(), m.Currency().Digits())))
		}
	})
}

func FuzzQuantityText(f *testing.F) {
	f.Add([]byte("12.5 KGM"))
	f.Add([]byte("-0.000001 EA"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if q, ok := requireCanonical[tandem.Quantity](t, text); ok && len(text) > 0 {
			require.Zero(t, numberOf(t, string(text)).Cmp(rat(q.Micro(), 6)))
			require.True(t, q.Unit().Valid())
		}
	})
}

func FuzzPriceText(f *testing.F) {
	f.Add([]byte("2.55 GBP/EA"))
	f.Add([]byte("1.234567 GBP/1000 EA"))
	f.Add([]byte("1 GBP/1 EA"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if p, ok := requireCanonical[tandem.Price](t, text); ok && len(text) > 0 {
			require.Zero(t, numberOf(t, string(text)).Cmp(rat(p.Micro(), 6)))
		}
	})
}

func FuzzRateText(f *testing.F) {
	f.Add([]byte("0.175"))
	f.Add([]byte("-9223372036.854775807"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, ok := requireCanonical[tandem.Rate](t, text); ok {
			require.Zero(t, numberOf(t, string(text)).Cmp(rat(r.Nano(), 9)))
		}
	})
}

func FuzzRatioText(f *testing.F) {
	f.Add([]byte("1/12"))
	f.Add([]byte("-4/-6"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if r, ok := requireCanonical[tandem.Ratio](t, text); ok && len(text) > 0 {
			num, den, found := strings.Cut(string(text), "/")
			if !found {
				den = "1"
			}
			n, ok1 := new(big.Int).SetString(num, 10)
			d, ok2 := new(big.Int).SetString(den, 10)
			require.True(t, ok1 && ok2)
			require.Zero(t, new(big.Rat).SetFrac(n, d).Cmp(ratio(r)))
		}
	})
}

func FuzzIDText(f *testing.F) {
	f.Add([]byte("01890a5d-ac96-774b-bcce-b302099a8057"))
	f.Add([]byte("12345678-1234-1234-1234--12345678901"))
	f.Add([]byte("-123456--1234-1234-1234-123456789012"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if id, ok := requireCanonical[tandem.PartyID](t, text); ok {
			require.Equal(t, string(text), id.String(), "one spelling only")
		}
	})
}

func FuzzDateText(f *testing.F) {
	f.Add([]byte("2024-02-29"))
	f.Add([]byte("0001-01-01"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, ok := requireCanonical[tandem.Date](t, text)
		std, err := time.Parse(time.DateOnly, string(text))
		valid := err == nil && len(text) == 10 && std.Year() >= 1 && !std.IsZero()
		require.Equal(t, valid, ok && len(text) > 0)
		if valid {
			require.Equal(t, string(text), d.String())
			require.Equal(t, std.Unix()/86400, int64(d.DayNumber())-719162)
		}
	})
}

func FuzzInstantText(f *testing.F) {
	f.Add([]byte("2026-11-20T12:34:56.123456Z"))
	f.Add([]byte("2026-11-20T12:34:56,5Z"))
	f.Add([]byte("9999-12-31T23:59:59.999999Z"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if i, ok := requireCanonical[tandem.Instant](t, text); ok && len(text) > 0 {
			std, err := time.Parse(time.RFC3339Nano, string(text))
			require.NoError(t, err)
			require.Equal(t, tandem.InstantOf(std), i)
			require.True(t, std.Equal(i.Time()))
			require.Equal(t, std.UTC().Format("2006-01-02T15:04:05.999999Z"), i.String())
		}
	})
}

func FuzzUnitAndCurrencyText(f *testing.F) {
	f.Add([]byte("EA"))
	f.Add([]byte("GBP"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if u, ok := requireCanonical[tandem.Unit](t, text); ok && len(text) > 0 {
			require.True(t, u.Valid())
		}
		if c, ok := requireCanonical[tandem.Currency](t, text); ok && len(text) > 0 {
			require.True(t, c.Valid())
		}
		requireCanonical[tandem.TimeOfDay](t, text)
	})
}

func TestTextsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := anyInt().Draw(t, "n")
		c := rapid.SampledFrom(tandem.Currencies()).Draw(t, "currency")
		m := tandem.MoneyFromMinor(n, c)
		require.Equal(t, m, must(tandem.ParseMoney(m.String())))
		q := tandem.QuantityFromMicro(n, tandem.Carton)
		require.Equal(t, q, must(tandem.ParseQuantity(q.String())))
		p := must(tandem.PriceFromMicro(n, c, anyBasis().Draw(t, "basis"), tandem.Hour))
		require.Equal(t, p, must(tandem.ParsePrice(p.String())))
		rate, read := tandem.RateFromNano(n), tandem.Rate{}
		require.NoError(t, read.UnmarshalText([]byte(rate.String())))
		require.Equal(t, rate, read)
		require.Equal(t, rate, must(tandem.ParseRate(rate.PercentString())))
		bare, err := tandem.ParseRate(rate.String())
		require.Equal(t, n < -1_000_000_000 || n > 1_000_000_000, err != nil, "a bare number lies between -1 and 1")
		if err == nil {
			require.Equal(t, rate, bare)
		}
		r := anyRatio().Draw(t, "ratio")
		require.Equal(t, r, must(tandem.ParseRatio(r.String())))
		d := must(tandem.DateOfDayNumber(rapid.IntRange(1, 3652058).Draw(t, "day")))
		require.Equal(t, d, must(tandem.ParseDate(d.String())))
		i := tandem.InstantOfUnixMicro(rapid.Int64Range(-62_135_596_799_999_999, 253_402_300_799_999_999).Draw(t, "us"))
		require.Equal(t, i, must(tandem.ParseInstant(i.String())))
		require.Equal(t, i, tandem.InstantOf(i.Time()))
	})
}

func TestMalformedTexts(t *testing.T) {
	const id = "01890a5d-ac96-774b-bcce-b302099a8057"
	for kind, texts := range map[string][]string{
		"quantity": {"", "1", "1 ", " EA", "1 ea", "1  EA", "1 EAAA", "0.0000001 EA", "9223372036854.775808 EA", "NaN EA", "1 E\u0041\u0301", "\u22121 EA", "0x1 EA", "1_000 EA", strings.Repeat("0", 50) + " EA"},
		"price":    {"", "1 GBP", "1 GBP/", "1 GBP/1 EA", "1 GBP/12 EA", "1 GBP/10.0 EA", "1 GBP/10000000 EA", "1/EA", "1 GBP/EA/EA", "1 GBP/ EA", "1.0000001 GBP/EA"},
		"rate":     {"", "20", "-1.000000001", "%", "20 %", "20%%", "0.00000001%", "1e1%", "1e-1", "+1", "0.0000000001", "9223372036.854775808", "-", ".", "00.1", "1.", "--1"},
		"ratio":    {"", "1/0", "1/", "/2", "1/2/3", "1.0", "1/2.0", "1.5", "9223372036854775808", "a/b"},
		"id":       {"", "00000000-0000-0000-0000-000000000000", strings.ToUpper(id), "{" + id + "}", "urn:uuid:" + id, strings.ReplaceAll(id, "-", ""), " " + id, id + " ", "x" + id[1:], "12345678-1234-1234-1234--12345678901", "-123456--1234-1234-1234-123456789012", id[:35] + "g"},
		"date":     {"", "2026-1-01", "2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29", "0000-01-01", "0001-01-01", "10000-01-01", "2026/01/01", "2026-01-01T00", "-026-01-01"},
		"instant":  {"", "2026-11-20T12:34:56", "2026-11-20T12:34:56+00:00", "2026-11-20t12:34:56Z", "2026-11-20 12:34:56Z", "2026-11-20T24:00:00Z", "2026-11-20T12:60:00Z", "2026-12-31T23:59:60Z", "2026-11-20T12:34:56,5Z", "2026-11-20T12:34:56.Z", "2026-11-20T12:34:56.1234567Z", "0001-01-01T00:00:00Z", "0000-12-31T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-20T1:34:56.0Z"},
	} {
		for _, s := range texts {
			var err error
			switch kind {
			case "quantity":
				_, err = tandem.ParseQuantity(s)
			case "price":
				_, err = tandem.ParsePrice(s)
			case "rate":
				_, err = tandem.ParseRate(s)
			case "ratio":
				_, err = tandem.ParseRatio(s)
			case "id":
				_, err = tandem.ParseID[tandem.PartyID](s)
				var into tandem.PartyID
				if s != "" {
					require.ErrorIs(t, into.UnmarshalText([]byte(s)), tandem.ErrInvalid, s)
				}
			case "date":
				_, err = tandem.ParseDate(s)
			case "instant":
				_, err = tandem.ParseInstant(s)
			}
			require.ErrorIs(t, err, tandem.ErrInvalid, "%s %q", kind, s)
		}
	}
}

// values has one field of every type that is written as JSON, so that a change of
// any text form shows.
type values struct {
	Money       tandem.Money          `json:"money"`
	NoMoney     tandem.Money          `json:"no_money"`
	Yen         tandem.Money          `json:"yen"`
	Price       tandem.Price          `json:"price"`
	PerThousand tandem.Price          `json:"per_thousand"`
	Quantity    tandem.Quantity       `json:"quantity"`
	Rate        tandem.Rate           `json:"rate"`
	Ratio       tandem.Ratio          `json:"ratio"`
	Whole       tandem.Ratio          `json:"whole"`
	ID          tandem.PartyID        `json:"id"`
	NoID        tandem.PartyID        `json:"no_id"`
	Date        tandem.Date           `json:"date"`
	NoDate      tandem.Date           `json:"no_date"`
	Instant     tandem.Instant        `json:"instant"`
	Currency    tandem.Currency       `json:"currency"`
	Unit        tandem.Unit           `json:"unit"`
	Rounding    tandem.Rounding       `json:"rounding"`
	Category    tandem.TaxCategory    `json:"category"`
	Document    tandem.DocumentRef    `json:"document"`
	Line        tandem.LineRef        `json:"line"`
	TaxBase     tandem.TaxBase        `json:"tax_base"`
	TaxLine     tandem.TaxLine        `json:"tax_line"`
	PriceRef    tandem.PriceRef       `json:"price_ref"`
	Conversion  tandem.UnitConversion `json:"conversion"`
	Dimensions  tandem.Dimensions     `json:"dimensions"`
	Validity    tandem.Validity       `json:"validity"`
	Address     tandem.Address        `json:"address"`
	Calendar    tandem.CalendarSpec   `json:"calendar"`
	Fault       tandem.Fault          `json:"fault"`
	Refused     tandem.RefusedError   `json:"refused"`
}

func goldenValues() values {
	party := must(tandem.ParseID[tandem.PartyID]("01890a5d-ac96-774b-bcce-b302099a8057"))
	document := tandem.RefTo("sales_order", party, "SO-2026-17")
	return values{
		Money: must(tandem.ParseMoney("-1234.50 GBP")), Yen: must(tandem.ParseMoney("5 JPY")),
		Price: must(tandem.ParsePrice("2.55 GBP/EA")), PerThousand: must(tandem.ParsePrice("1.234567 EUR/1000 XBX")),
		Quantity: must(tandem.ParseQuantity("12.5 KGM")), Rate: tandem.BasisPoints(1750),
		Ratio: must(tandem.NewRatio(1, 12)), Whole: tandem.IntRatio(12), ID: party,
		Date: date("2024-02-29"), Instant: instant("2026-11-20T12:34:56.000123Z"), Currency: tandem.CLF, Unit: tandem.Dozen,
		Rounding: tandem.HalfEven, Category: tandem.TaxReverseCharge, Document: document,
		Line:    tandem.LineRef{Document: document, Line: 3},
		TaxBase: tandem.TaxBase{Line: 1, Code: "GB-S", Amount: must(tandem.ParseMoney("10.00 GBP")), Inclusive: true},
		TaxLine: tandem.TaxLine{Code: "GB-S", Category: tandem.TaxStandard, Rate: tandem.Percent(20),
			Base: must(tandem.ParseMoney("10.00 GBP")), Tax: must(tandem.ParseMoney("2.00 GBP")), Reason: "none"},
		PriceRef:   tandem.PriceRef{Book: "2026", Version: 4, Rule: "gold"},
		Conversion: tandem.UnitConversion{From: tandem.Dozen, To: tandem.Each, Factor: tandem.IntRatio(12)},
		Dimensions: tandem.Dimensions{{Name: "project", Value: "A-17"}},
		Validity:   tandem.Validity{From: date("2026-01-01"), Until: date("2027-01-01")},
		Address: tandem.Address{Name: "Eva Müller", Lines: []tandem.Personal{"1 High Street"}, City: "Leeds",
			Region: "Yorkshire", PostalCode: "LS1 1AA", Country: "GB"},
		Calendar: office(),
		Fault:    tandem.Fault{Code: "c", Path: "p", Message: "m"},
		Refused:  tandem.RefusedError{Command: "ship", Subject: "order 1", State: "draft", Code: "not_confirmed", Reason: "why"},
	}
}

// The JSON of the hall's types, as written once: the file is only ever added to.
func TestValuesAsJSONAreGolden(t *testing.T) {
	got, err := json.MarshalIndent(goldenValues(), "", "  ")
	require.NoError(t, err)
	const file = "testdata/golden/values.json"
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got)+"\n")
	var strict, plain values
	require.NoError(t, tandem.DecodeJSON(want, &strict))
	require.NoError(t, json.Unmarshal(want, &plain))
	require.Equal(t, goldenValues(), strict)
	require.Equal(t, goldenValues(), plain)
	v := reflect.ValueOf(goldenValues())
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		require.Equal(t, strings.HasPrefix(name, "No"), v.Field(i).IsZero(), "%s is set, unless it is about nothing", name)
	}
}
