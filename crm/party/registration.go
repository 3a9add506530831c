package party

import (
	"strings"

	"github.com/tandem-go/tandem"
)

// TaxRegistration is a number under which a party is registered for tax in a
// country: the VAT number with its prefix, without blanks. It is no personal
// text: invoices and returns to the tax office rest on it.
type TaxRegistration struct {
	Country  tandem.Country  `json:"country"`
	Number   string          `json:"number"`
	Valid    tandem.Validity `json:"valid,omitzero"`
	Verified tandem.Instant  `json:"verified,omitzero"` // confirmed by the tax office (VIES) at that time
}

// NormalizeTaxNumber gives the form in which numbers are kept: capitals and
// digits alone.
func NormalizeTaxNumber(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '+', r == '*':
			return r
		}
		return -1
	}, number)
}

// Validate reports a number that is not in the kept form. Whether it has the
// structure of its country is told by [TaxRegistration.Plausible].
func (r TaxRegistration) Validate() error {
	var c tandem.Check
	c.Require(r.Country.Valid(), "country", "country", "must be an ISO 3166-1 alpha-2 code")
	c.Require(len(r.Number) >= 2 && len(r.Number) <= 32 && NormalizeTaxNumber(r.Number) == r.Number,
		"tax_number", "number", "must have 2 to 32 capital letters or digits")
	if r.Valid.Validate() != nil {
		c.Nested("valid", r.Valid.Validate())
	}
	return c.Err("tax registration")
}

// Plausible reports whether the number has the structure of a VAT number of its
// country, prefix included. Of a country that is not in the table nothing is
// known: true. It is no proof: only the tax office knows who holds a number.
func (r TaxRegistration) Plausible() bool {
	prefix, structures := vatStructure(r.Country)
	if structures == "" {
		return true
	}
	number, ok := strings.CutPrefix(r.Number, prefix)
	if !ok {
		return false
	}
	for structure := range strings.SplitSeq(structures, " ") {
		if fits(number, structure) {
			return true
		}
	}
	return false
}

// fits compares with a structure: 9 a digit, L a letter, X a letter or digit, S a
// letter, digit, + or *; anything else stands for itself.
func fits(number, structure string) bool {
	if len(number) != len(structure) {
		return false
	}
	for i := range len(number) {
		c := number[i]
		digit, letter := c >= '0' && c <= '9', c >= 'A' && c <= 'Z'
		ok := false
		switch structure[i] {
		case '9':
			ok = digit
		case 'L':
			ok = letter
		case 'X':
			ok = digit || letter
		case 'S':
			ok = digit || letter || c == '+' || c == '*'
		default:
			ok = c == structure[i]
		}
		if !ok {
			return false
		}
	}
	return true
}

// vatStructure gives the prefix and the structures of VAT numbers (European
// Commission, VIES, "VAT identification number structure"; for GB and XI HMRC).
func vatStructure(c tandem.Country) (prefix, structures string) {
	prefix = string(c)
	switch c {
	case "AT":
		structures = "U99999999"
	case "BE":
		structures = "0999999999 1999999999"
	case "BG":
		structures = "999999999 9999999999"
	case "CY":
		structures = "99999999L"
	case "CZ":
		structures = "99999999 999999999 9999999999"
	case "DE", "EE", "PT":
		structures = "999999999"
	case "DK", "FI", "HU", "LU", "MT", "SI":
		structures = "99999999"
	case "GR":
		prefix, structures = "EL", "999999999"
	case "ES":
		structures = "X9999999X"
	case "FR":
		structures = "XX999999999"
	case "GB", "XI":
		structures = "999999999 999999999999 GD999 HA999"
	case "HR", "IT", "LV":
		structures = "99999999999"
	case "IE":
		structures = "9S99999L 9999999LL"
	case "LT":
		structures = "999999999 999999999999"
	case "NL":
		structures = "SSSSSSSSSSSS"
	case "PL", "SK":
		structures = "9999999999"
	case "RO":
		structures = "99 999 9999 99999 999999 9999999 99999999 999999999 9999999999"
	case "SE":
		structures = "999999999999"
	}
	return prefix, structures
}
