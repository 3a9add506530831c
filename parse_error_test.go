package tandem_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
)

func parseErrors() map[string]func(s string) error {
	return map[string]func(s string) error{
		"money":       func(s string) error { _, err := tandem.ParseMoney(s); return err },
		"price":       func(s string) error { _, err := tandem.ParsePrice(s); return err },
		"quantity":    func(s string) error { _, err := tandem.ParseQuantity(s); return err },
		"rate":        func(s string) error { _, err := tandem.ParseRate(s); return err },
		"ratio":       func(s string) error { _, err := tandem.ParseRatio(s); return err },
		"date":        func(s string) error { _, err := tandem.ParseDate(s); return err },
		"instant":     func(s string) error { _, err := tandem.ParseInstant(s); return err },
		"time of day": func(s string) error { _, err := tandem.ParseTimeOfDay(s); return err },
		"id":          func(s string) error { _, err := tandem.ParseID[tandem.PartyID](s); return err },
		"currency":    func(s string) error { _, err := tandem.ParseCurrency(s); return err },
		"unit":        func(s string) error { _, err := tandem.ParseUnit(s); return err },
	}
}

// What cannot be read is shown, with the reason and the form that is wanted.
func TestParseErrorsShowTheTextAndTheForm(t *testing.T) {
	for _, c := range []struct {
		kind, text, want string
		cause            error
	}{
		{"money", "12,34 GBP", `money "12,34 GBP": malformed number; want an amount and its currency, 12.34 GBP`, tandem.ErrSyntax},
		{"money", "12.345 GBP", `money "12.345 GBP": cannot be represented exactly; want an amount and its currency, 12.34 GBP`, tandem.ErrInexact},
		{"money", "5 XXX", `money "5 XXX": not an ISO 4217 currency code; want an amount and its currency, 12.34 GBP`, tandem.ErrInvalid},
		{"price", "6.50 GBP", `price "6.50 GBP": malformed number; want an amount, its currency and its unit, 6.50 GBP/EA or 1.25 GBP/1000 EA`, tandem.ErrSyntax},
		{"quantity", "12", `quantity "12": malformed number; want a number and its unit, 12 EA`, tandem.ErrSyntax},
		{"rate", "20", `rate "20": beyond 1 a rate is written as a percentage; want 0.2 or 20%`, tandem.ErrInvalid},
		{"rate", "20 %", `rate "20 %": malformed number; want 0.2 or 20%`, tandem.ErrSyntax},
		{"ratio", "1/0", `ratio "1/0": division by zero; want whole numbers, 12 or 1/12`, tandem.ErrDivideZero},
		{"date", "2026-1-01", `date "2026-1-01": want YYYY-MM-DD`, tandem.ErrInvalid},
		{"date", "", `date "": want YYYY-MM-DD`, tandem.ErrInvalid},
		{"instant", "2026-11-20", `instant "2026-11-20": want RFC 3339 in UTC, to the microsecond`, tandem.ErrInvalid},
		{"time of day", "9:00", `time of day "9:00": want HH:MM from 00:00 to 24:00`, tandem.ErrInvalid},
		{"id", "17850", `id "17850": want the canonical lower-case form of a UUID`, tandem.ErrInvalid},
		{"currency", "gbp", `currency "gbp": not an ISO 4217 currency code; want three capital letters, GBP`, tandem.ErrInvalid},
		{"unit", "ea", `unit "ea": want a code of UN/ECE Recommendation 20: one to three capital letters or digits`, tandem.ErrInvalid},
	} {
		err := parseErrors()[c.kind](c.text)
		require.EqualError(t, err, c.want)
		require.ErrorIs(t, err, c.cause)
		require.ErrorIs(t, err, tandem.ErrInvalid)
		var parse *tandem.ParseError
		require.ErrorAs(t, err, &parse)
		require.Equal(t, c.text, parse.Text)
	}
	date := parseErrors()["date"]("2026-02-30")
	require.ErrorContains(t, date, `date "2026-02-30": `)
}

// However long the text, the message is short, and it stays whole characters.
func TestParseErrorsAreBounded(t *testing.T) {
	for kind, parse := range parseErrors() {
		for _, long := range []string{strings.Repeat("9", 100_000), strings.Repeat("漢", 1000), "x" + strings.Repeat("ü", 1000), strings.Repeat("\xff", 1000), "\n\x00\"" + strings.Repeat("z", 99)} {
			err := parse(long)
			require.Error(t, err, kind)
			require.Less(t, len(err.Error()), 350, kind)
			require.Contains(t, err.Error(), "…", kind)
			require.NotContains(t, err.Error(), "\n", kind)
		}
	}
}

func TestAParseErrorIsAFaultWithItsText(t *testing.T) {
	var c tandem.Check
	_, err := tandem.ParseRate("20")
	c.Nested("lines[0].discount", err)
	_, err = tandem.ParseDate("soon")
	c.Nested("date", err)
	require.EqualError(t, c.Err("form"), `form is invalid: lines[0].discount: "20": beyond 1 a rate is written as a percentage; want 0.2 or 20% (number); `+
		`date: "soon": want YYYY-MM-DD (date)`)
}

// What is decoded may be personal: it is not repeated.
func TestDecodedTextIsNotRepeated(t *testing.T) {
	var into struct {
		Rate tandem.Rate    `json:"rate"`
		Date tandem.Date    `json:"date"`
		ID   tandem.PartyID `json:"id"`
	}
	err := tandem.DecodeJSON([]byte(`{"rate":"Eva Müller","date":"Eva Müller","id":"Eva Müller"}`), &into)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.NotContains(t, err.Error(), "Eva")
}

func TestRatesArePercentagesOrFractions(t *testing.T) {
	for text, want := range map[string]tandem.Rate{"0.2": tandem.Percent(20), "20%": tandem.Percent(20), "17.5%": tandem.BasisPoints(1750), "1": tandem.Percent(100),
		"-1": tandem.Percent(-100), "150%": tandem.Percent(150), "-0.5%": tandem.BasisPoints(-50), "0": {}, "0%": {}, "0.0000001%": tandem.RateFromNano(1)} {
		got, err := tandem.ParseRate(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	var stored tandem.Rate // as JSON has it: the text form, whatever its size
	require.NoError(t, stored.UnmarshalText([]byte("20")))
	require.Equal(t, tandem.Percent(2000), stored)
	require.NoError(t, stored.UnmarshalText([]byte("20%")))
	require.Equal(t, tandem.Percent(20), stored)
}
