package tandem

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The sentinels that every error of the library matches with [errors.Is].
var (
	// ErrNotFound: the thing asked for does not exist.
	ErrNotFound = errors.New("tandem: not found")
	// ErrConflict: someone else changed it in between; nothing happened, run again.
	ErrConflict = errors.New("tandem: conflict")
	// ErrInvalid: the input has faults; an [InvalidError] lists them all.
	ErrInvalid = errors.New("tandem: invalid")
	// ErrNotAllowed: a rule, a state or an authoriser refused.
	ErrNotAllowed = errors.New("tandem: not allowed")
	// ErrInsufficient: not enough stock, credit or budget.
	ErrInsufficient = errors.New("tandem: insufficient")
	// ErrDuplicate: a unique key is taken, or a command key was used with another payload.
	ErrDuplicate = errors.New("tandem: duplicate")
	// ErrUnknown: the outcome is not known (the reply to a commit was lost); send the same key again.
	ErrUnknown = errors.New("tandem: outcome unknown")
	// ErrUnsupported: this implementation does not offer the ability.
	ErrUnsupported = errors.New("tandem: unsupported")
)

// Sentinel errors of arithmetic; each also matches [ErrInvalid].
var (
	ErrOverflow    error = arithmeticError("tandem: overflow")
	ErrNoCurrency  error = arithmeticError("tandem: amount without a currency")
	ErrCurrency    error = arithmeticError("tandem: different currencies")
	ErrNoUnit      error = arithmeticError("tandem: quantity without a unit")
	ErrUnit        error = arithmeticError("tandem: different units")
	ErrDivideZero  error = arithmeticError("tandem: division by zero")
	ErrInexact     error = arithmeticError("tandem: cannot be represented exactly")
	ErrRounding    error = arithmeticError("tandem: unknown rounding mode")
	ErrSyntax      error = arithmeticError("tandem: malformed number")
	ErrOutOfRange  error = arithmeticError("tandem: out of range")
	ErrNoWeights   error = arithmeticError("tandem: nothing to allocate to")
	ErrNegWeight   error = arithmeticError("tandem: negative weight")
	ErrBasisAmount error = arithmeticError("tandem: price basis is not a power of ten up to 1,000,000")
)

type arithmeticError string

func (e arithmeticError) Error() string        { return string(e) }
func (e arithmeticError) Is(target error) bool { return target == ErrInvalid }

// Fault is one thing that is wrong with an input. Code is stable and may be
// shown to programs; Path names the field (`lines[2].quantity`); Message is for
// people and carries no personal data.
type Fault struct {
	Code    string `json:"code"`
	Path    string `json:"path"`
	Message string `json:"message"`
}

func (f Fault) String() string {
	text := f.Message + " (" + f.Code + ")"
	if f.Path != "" {
		text = f.Path + ": " + text
	}
	return text
}

// InvalidError lists every fault of an input. It matches [ErrInvalid].
type InvalidError struct {
	Subject string  `json:"subject"`
	Faults  []Fault `json:"faults"`
}

// faultsInText bounds the text of an [InvalidError]; Faults has all of them.
const faultsInText = 20

// Error names the first twenty faults and counts the rest.
func (e *InvalidError) Error() string {
	return e.Subject + " is invalid: " + faultText(e.Faults)
}

func faultText(faults []Fault) string {
	var b strings.Builder
	for i, f := range faults {
		if i > 0 {
			b.WriteString("; ")
		}
		if i == faultsInText {
			b.WriteString("and " + strconv.Itoa(len(faults)-i) + " more")
			break
		}
		b.WriteString(f.String())
	}
	return b.String()
}

// Is reports whether target is [ErrInvalid].
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// Check collects faults. The zero value is ready.
type Check struct{ faults []Fault }

// Add records a fault at path.
func (c *Check) Add(code, path, message string) {
	c.faults = append(c.faults, Fault{Code: code, Path: path, Message: message})
}

// Require records a fault at path unless ok holds. It returns ok.
func (c *Check) Require(ok bool, code, path, message string) bool {
	if !ok {
		c.Add(code, path, message)
	}
	return ok
}

// Nested records the faults of err, the result of validating the part at path,
// below that path; a [ParseError] keeps its text. An error that is no [InvalidError] becomes one fault, `invalid`
// or, where it matches [ErrNotFound], `not_found`.
func (c *Check) Nested(path string, err error) {
	if err == nil {
		return
	}
	var parse *ParseError
	if errors.As(err, &parse) {
		c.Add(parse.Code, path, parse.said())
		return
	}
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		code := "invalid"
		if errors.Is(err, ErrNotFound) {
			code = "not_found"
		}
		c.Add(code, path, err.Error())
		return
	}
	for _, f := range invalid.Faults {
		full := path
		switch {
		case f.Path == "":
		case full == "":
			full = f.Path
		case f.Path[0] == '[':
			full += f.Path
		default:
			full += "." + f.Path
		}
		c.Add(f.Code, full, f.Message)
	}
}

// Path gives `field[i]`, the path of an element of a list.
func Path(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// OK reports whether no fault was recorded.
func (c *Check) OK() bool { return len(c.faults) == 0 }

// Err gives nil, or an [InvalidError] about the subject with all faults.
func (c *Check) Err(subject string) error {
	if len(c.faults) == 0 {
		return nil
	}
	return &InvalidError{Subject: subject, Faults: c.faults}
}

// NotFoundError says what was not found. It matches [ErrNotFound].
type NotFoundError struct {
	Kind string // the kind's stable name, `sales_order`
	Key  string // its id or key
}

func (e *NotFoundError) Error() string { return e.Kind + " " + e.Key + " not found" }

// Is reports whether target is [ErrNotFound].
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// ConflictError says which document was changed by someone else. It matches [ErrConflict].
type ConflictError struct {
	Kind      string
	Key       string
	Want, Got int64 // the revision that was expected, and the one found; −1 where a store does not tell
}

func (e *ConflictError) Error() string {
	if e.Got < 0 {
		return fmt.Sprintf("%s %s was changed: revision %d expected, another found", e.Kind, e.Key, e.Want)
	}
	return fmt.Sprintf("%s %s was changed: revision %d expected, %d found", e.Kind, e.Key, e.Want, e.Got)
}

// Is reports whether target is [ErrConflict].
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// DuplicateError says which unique key is taken. It matches [ErrDuplicate].
type DuplicateError struct {
	Kind  string
	Index string // the unique index or `key`
	Key   string // what is taken: the key, or what the columns of the index hold, `"pen"`
	// Raced is set by a store that found it at the flush: the error then matches
	// [ErrConflict] too, so that the closure runs again and decides anew.
	Raced bool
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("%s: %s %s exists already", e.Kind, e.Index, e.Key)
}

// Is reports whether target is [ErrDuplicate], or [ErrConflict] for a lost race.
func (e *DuplicateError) Is(target error) bool {
	return target == ErrDuplicate || e.Raced && target == ErrConflict
}

// RefusedError is a rule's typed no: which command on what, in which state,
// and why. Code is stable. It matches [ErrNotAllowed].
type RefusedError struct {
	Command string `json:"command"`
	Subject string `json:"subject"` // kind and id
	State   string `json:"state,omitempty"`
	Code    string `json:"code"`
	Reason  string `json:"reason"`
	// Faults lists every line for which it is refused, where lines are; the first
	// that is refused gives the code.
	Faults []Fault `json:"faults,omitempty"`
}

func (e *RefusedError) Error() string {
	text := e.Command + " of " + e.Subject
	if e.State != "" {
		text += " (" + e.State + ")"
	}
	text += " refused: " + e.Reason + " (" + e.Code + ")"
	if len(e.Faults) > 0 {
		text += ": " + faultText(e.Faults)
	}
	return text
}

// Is reports whether target is [ErrNotAllowed].
func (e *RefusedError) Is(target error) bool { return target == ErrNotAllowed }
