// Package enum reads the names that the rooms of prices give to their policies and
// kinds, and says what a named rounding is in the arithmetic.
package enum

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// Decode sets an enumeration from its text, or says that there is no such value.
func Decode[T interface {
	~string
	Valid() bool
}](target *T, text []byte, subject string) error {
	parsed := T(text)
	if !parsed.Valid() {
		return &tandem.InvalidError{Subject: subject, Faults: []tandem.Fault{{Code: "unknown", Message: "no such " + subject}}}
	}
	*target = parsed
	return nil
}

// Mode gives the arithmetic's mode of a rounding, or [tandem.ErrRounding].
func Mode(r tandem.Rounding) (int128.Mode, error) {
	switch r {
	case tandem.HalfAwayFromZero:
		return int128.HalfAway, nil
	case tandem.HalfEven:
		return int128.HalfEven, nil
	case tandem.RoundUp:
		return int128.Up, nil
	case tandem.RoundDown:
		return int128.Down, nil
	case tandem.RoundCeiling:
		return int128.Ceiling, nil
	case tandem.RoundFloor:
		return int128.Floor, nil
	}
	return 0, tandem.ErrRounding
}
