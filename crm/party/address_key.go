package party

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/tandem-go/tandem"
)

// AddressKey is the fingerprint of a normalised e-mail address, number or postal
// address: 64 hexadecimal digits. Consent that is tied to it outlives the record
// of the person, so that a re-import does not send mail again, and tells nobody
// the address.
type AddressKey string

// AddressKeyOf gives the fingerprint of an address of a channel, "" for an empty
// one. E-mail addresses are compared in lower case and without blanks around
// them, numbers by their digits (a leading 00 is +), anything else in lower case
// with single blanks. Phone and SMS share the number.
func AddressKeyOf(channel Channel, address tandem.Personal) AddressKey {
	text, space := address.Reveal(), string(channel)
	switch channel {
	case Phone, SMS:
		text, space = normalizeNumber(text), "number"
	default:
		text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	}
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("tandem:" + space + ":" + text))
	return AddressKey(hex.EncodeToString(sum[:]))
}

func normalizeNumber(text string) string {
	text = strings.TrimSpace(text)
	plus := strings.HasPrefix(text, "+")
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	switch {
	case digits == "":
		return ""
	case plus:
		return "+" + digits
	case strings.HasPrefix(digits, "00"):
		return "+" + digits[2:]
	}
	return digits
}

func (k AddressKey) valid() bool {
	if len(k) != 64 {
		return false
	}
	for i := range len(k) {
		if c := k[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
