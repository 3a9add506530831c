package ordertocash

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// said puts an error of a part into the words of its command: which command, and
// which of its fields.
func said(err error, cmd command) error {
	switch e := err.(type) {
	case *tandem.InvalidError:
		if e.Subject == subjectDate || e.Subject == subjectPrices {
			return &tandem.InvalidError{Subject: subject(cmd), Faults: e.Faults}
		}
	case *tandem.NotFoundError:
		if path := named(cmd, e); path != "" {
			var c tandem.Check
			c.Nested(path, e)
			return &unknownError{c.Err(subject(cmd)), e}
		}
	}
	return err
}

// unknownError is an invalid command, since it names what is not found.
type unknownError struct{ invalid, missing error }

func (e *unknownError) Error() string { return e.invalid.Error() }

// Unwrap gives both: it matches [tandem.ErrInvalid] and [tandem.ErrNotFound].
func (e *unknownError) Unwrap() []error { return []error{e.invalid, e.missing} }

// What parts call what they find faults in.
const (
	subjectDate   = "date"
	subjectPrices = "price request"
)

// named gives the path of the field by which a command names what is not found, "" where it does not.
func named(cmd command, missing *tandem.NotFoundError) string {
	var terms tandem.TermsCode
	var lines []OrderLine
	switch c := cmd.(type) {
	case PlaceOrder:
		terms, lines = c.Terms, c.Lines
	case QuoteOrder:
		terms, lines = c.Terms, c.Lines
	}
	switch missing.Kind {
	case "payment_terms":
		if terms != "" {
			return "terms"
		}
	case "tax_code":
		is := func(l OrderLine) bool { return l.TaxCode != "" && quotedOrNot(missing.Key, string(l.TaxCode)) }
		if i := slices.IndexFunc(lines, is); i >= 0 {
			return tandem.Path("lines", i) + ".tax_code"
		}
	}
	return ""
}

// quotedOrNot reports whether a key is that code: stores say it in quotes, hosts as they like.
func quotedOrNot(key, code string) bool { return key == code || key == `"`+code+`"` }
