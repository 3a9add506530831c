package redemption

import (
	"errors"
	"strconv"

	"github.com/tandem-go/tandem"
)

// ExhaustedError says that a claim does not fit. It matches [tandem.ErrInsufficient].
type ExhaustedError struct {
	Limit     ID     `json:"limit"`
	Code      string `json:"code"` // the tightest cap: uses, uses_per_customer, quantity or value
	Asked     Usage  `json:"asked"`
	Available Usage  `json:"available"` // of what is capped
}

func (e *ExhaustedError) Error() string {
	asked, available := strconv.FormatInt(e.Asked.Uses, 10), strconv.FormatInt(e.Available.Uses, 10)
	switch e.Code {
	case "quantity":
		asked, available = e.Asked.Quantity.String(), e.Available.Quantity.String()
	case "value":
		asked, available = e.Asked.Value.String(), e.Available.Value.String()
	}
	return "redemption_limit " + e.Limit.String() + " has not enough left (" + e.Code + "): asked " + asked + ", available " + available
}

// Is reports whether target is [tandem.ErrInsufficient].
func (e *ExhaustedError) Is(target error) bool { return target == tandem.ErrInsufficient }

// KeyConflictError says that a key was used before with another claim, on other limits,
// or for another step. It matches [tandem.ErrDuplicate]: running again does not help.
type KeyConflictError struct {
	Limit ID
	Key   string
}

func (e *KeyConflictError) Error() string {
	return "key " + strconv.Quote(e.Key) + " was used for something else of redemption_limit " + e.Limit.String()
}

// Is reports whether target is [tandem.ErrDuplicate].
func (e *KeyConflictError) Is(target error) bool { return target == tandem.ErrDuplicate }

// CodeError says that a code cannot be used, and nothing else: whether there is such a
// code, whether it was used, is another customer's or not valid yet would help whoever
// tries codes one after the other. It matches [tandem.ErrNotAllowed], whatever the
// reason.
type CodeError struct{ reason error }

func (e *CodeError) Error() string { return "the code cannot be used" }

// Is reports whether target is [tandem.ErrNotAllowed].
func (e *CodeError) Is(target error) bool { return target == tandem.ErrNotAllowed }

// Reason tells the company's own people why. It is not unwrapped.
func (e *CodeError) Reason() error { return e.reason }

// HideReason turns whatever speaks against a code into a [CodeError]: no such code, a
// refusal, nothing left, a claim that does not suit. Errors of the store stay what
// they are.
func HideReason(err error) error {
	if err == nil || errors.Is(err, tandem.ErrConflict) || errors.Is(err, tandem.ErrUnknown) {
		return err
	}
	for _, target := range [...]error{tandem.ErrNotFound, tandem.ErrNotAllowed, tandem.ErrInsufficient, tandem.ErrInvalid} {
		if errors.Is(err, target) {
			var hidden *CodeError
			if errors.As(err, &hidden) {
				return hidden
			}
			return &CodeError{reason: err}
		}
	}
	return err
}

// outside is [HideReason] for the limits of codes.
func (l *Limit) outside(err error) error {
	if l.s.Kind == ForCoupon {
		return HideReason(err)
	}
	return err
}
