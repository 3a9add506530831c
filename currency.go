package tandem

import "sort"

// Currency is an ISO 4217 currency, held as its numeric code. The zero value is
// "none" and is refused by arithmetic.
type Currency uint16

// ParseCurrency reads the alphabetic code, `GBP`.
func ParseCurrency(code string) (Currency, error) {
	c, err := parseCurrency(code)
	return c, unreadable("currency", code, "three capital letters, GBP", err)
}

func parseCurrency(code string) (Currency, error) {
	i := sort.Search(len(currencyOrder), func(i int) bool { return currencyRows[currencyOrder[i]].code >= code })
	if i < len(currencyOrder) && currencyRows[currencyOrder[i]].code == code {
		return currencyOrder[i], nil
	}
	return 0, &InvalidError{Subject: "currency", Faults: []Fault{{
		Code: "currency_unknown", Path: "currency", Message: "not an ISO 4217 currency code"}}}
}

// Currencies lists all currencies in the order of their alphabetic codes.
func Currencies() []Currency { return append([]Currency(nil), currencyOrder[:]...) }

// Valid reports whether c is in the table.
func (c Currency) Valid() bool { return int(c) < len(currencyRows) && currencyRows[c].code != "" }

// Digits gives the number of digits of the minor unit, 0 to 4.
func (c Currency) Digits() int {
	if int(c) >= len(currencyRows) {
		return 0
	}
	return int(currencyRows[c].digits)
}

// String gives the alphabetic code, "" for none.
func (c Currency) String() string {
	if int(c) >= len(currencyRows) {
		return ""
	}
	return currencyRows[c].code
}

// MarshalText gives the alphabetic code.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// AppendText appends the alphabetic code.
func (c Currency) AppendText(dst []byte) ([]byte, error) { return append(dst, c.String()...), nil }

// UnmarshalText reads the alphabetic code; an empty text is none.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	parsed, err := parseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
