package tandem

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseError says which text a Parse function could not read, as what, why, and
// what it wants. It matches [ErrInvalid] and unwraps to its cause: [ErrSyntax],
// [ErrInexact], [ErrOverflow], an [InvalidError]. Text that is decoded from JSON or
// a database is not repeated: what comes from outside may be personal.
type ParseError struct {
	Kind string // what was to be read, `rate`
	Text string // what was given; more than 40 bytes are cut short
	Code string // stable, as in a [Fault]: `number`, `date`
	Want string // the form that is read
	Err  error  // why it is not that
}

const parsedShown = 40

// unreadable gives nil, or the ParseError of a text.
func unreadable(kind, text, want string, err error) error {
	if err == nil {
		return nil
	}
	if len(text) > parsedShown {
		cut := parsedShown
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	code := "number"
	var invalid *InvalidError
	if errors.As(err, &invalid) && len(invalid.Faults) > 0 {
		code = invalid.Faults[0].Code
	}
	return &ParseError{Kind: kind, Text: text, Code: code, Want: want, Err: err}
}

func (e *ParseError) Error() string { return e.Kind + " " + e.said() }

// said is the message without the kind: a fault's path tells that.
func (e *ParseError) said() string {
	why := strings.TrimPrefix(e.Err.Error(), "tandem: ")
	var invalid *InvalidError
	if errors.As(e.Err, &invalid) && len(invalid.Faults) > 0 {
		why = invalid.Faults[0].Message
	}
	if !strings.HasPrefix(why, "want ") {
		why += "; want " + e.Want
	}
	return strconv.Quote(e.Text) + ": " + why
}

// Unwrap gives the cause.
func (e *ParseError) Unwrap() error { return e.Err }

// Is reports whether target is [ErrInvalid].
func (e *ParseError) Is(target error) bool { return target == ErrInvalid }
