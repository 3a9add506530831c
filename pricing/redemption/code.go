package redemption

import (
	"context"
	"strings"

	"github.com/tandem-go/tandem"
)

// MaxCode is the most characters of a code.
const MaxCode = 64

// Code is a coupon code in its folded form: capital letters and digits of ASCII, and
// - _ . between them. Folding beyond ASCII depends on the language (the Turkish i has
// two capitals), so that there is none.
type Code string

// ParseCode folds what somebody typed: blanks around it are dropped, letters become
// capital ones.
func ParseCode(text string) (Code, error) {
	text = strings.Trim(text, " \t\r\n")
	folded := []byte(text)
	ok := len(text) > 0 && len(text) <= MaxCode
	for i := 0; ok && i < len(folded); i++ {
		c := folded[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
			folded[i] = c
		}
		inside := i > 0 && i < len(folded)-1 && (c == '-' || c == '_' || c == '.')
		ok = c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || inside
	}
	if !ok {
		var c tandem.Check
		c.Add("code", "code", "must be 1 to 64 letters and digits of ASCII, with - _ . between them")
		return "", c.Err("code")
	}
	return Code(folded), nil
}

// UnmarshalText reads a code and folds it.
func (c *Code) UnmarshalText(text []byte) error {
	parsed, err := ParseCode(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// CodeID gives the id of the limit of a code.
func CodeID(company tandem.CompanyID, code Code) ID { return IDOf(company, ForCoupon, string(code)) }

// OpenCode opens the limit of a code: of its campaign, where it has one, and for one
// customer, where it is personal. Two codes that are equal are one limit: saving the
// second is a conflict.
func OpenCode(company tandem.CompanyID, code Code, campaign ID, customer tandem.PartyID, terms Terms, at tandem.Instant) (*Limit, error) {
	return Open(company, Subject{Kind: ForCoupon, Name: string(code), Parent: campaign, Customer: customer}, terms, at)
}

// Codes is what [FindCode] needs of a [Repository].
type Codes interface {
	Get(ctx context.Context, company tandem.CompanyID, id ID) (*Limit, error)
}

// FindCode gives the limit of a code as somebody typed it. What is no code and what is
// unknown is the same [CodeError].
func FindCode(ctx context.Context, codes Codes, company tandem.CompanyID, text string) (*Limit, error) {
	code, err := ParseCode(text)
	if err != nil {
		return nil, HideReason(err)
	}
	l, err := codes.Get(ctx, company, CodeID(company, code))
	return l, HideReason(err)
}

// The length of generated codes, without their prefix. Ten symbols are 50 bits: of a
// million codes that are out a guess finds one in a thousand million tries.
const (
	MinSeries = 10
	MaxSeries = 32
)

// symbols are those of Crockford's base 32: none looks like another, and there is no U
// (https://www.crockford.com/base32.html).
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Series is how the codes of a campaign are generated: `SUMMER-` and ten symbols.
type Series struct {
	Prefix string `json:"prefix,omitempty"`
	Length int    `json:"length"`
}

// Validate reports a prefix that cannot begin a code, and a length out of range.
func (s Series) Validate() error {
	var c tandem.Check
	folded, err := ParseCode(s.Prefix + "0")
	c.Require(err == nil && string(folded) == s.Prefix+"0", "prefix", "prefix", "must be the beginning of a code in its folded form")
	c.Require(s.Length >= MinSeries && s.Length <= MaxSeries, "length", "length", "must be 10 to 32")
	c.Require(len(s.Prefix)+s.Length <= MaxCode, "too_long", "prefix", "prefix and symbols must be at most 64 characters")
	return c.Err("series")
}

// Code gives the code that entropy says, five bits a symbol: a byte for each symbol,
// of which the lower bits count. The process owns the source of chance, which must be
// one for secrets (crypto/rand).
func (s Series) Code(entropy []byte) (Code, error) {
	if err := s.Validate(); err != nil {
		return "", err
	}
	var c tandem.Check
	c.Require(len(entropy) >= s.Length, "entropy", "entropy", "must be a byte for each symbol")
	if err := c.Err("series"); err != nil {
		return "", err
	}
	code := []byte(s.Prefix)
	for _, b := range entropy[:s.Length] {
		code = append(code, symbols[b&31])
	}
	return Code(code), nil
}
