package tandem

import "github.com/tandem-go/tandem/internal/int128"

// Rounding names how a result that cannot be represented is rounded. It is
// always an argument, never a setting.
type Rounding string

// The rounding modes.
const (
	HalfAwayFromZero Rounding = "half_away_from_zero" // 2.5 → 3, −2.5 → −3: what invoices and tax offices expect; the library's default
	HalfEven         Rounding = "half_even"           // 2.5 → 2, 3.5 → 4: no drift over many sums (IEEE 754)
	RoundUp          Rounding = "up"                  // away from zero
	RoundDown        Rounding = "down"                // towards zero
	RoundCeiling     Rounding = "ceiling"             // towards +∞
	RoundFloor       Rounding = "floor"               // towards −∞
)

// Roundings lists the modes.
func Roundings() []Rounding {
	return []Rounding{HalfAwayFromZero, HalfEven, RoundUp, RoundDown, RoundCeiling, RoundFloor}
}

// Valid reports whether r is one of [Roundings].
func (r Rounding) Valid() bool { _, err := r.mode(); return err == nil }

// UnmarshalText reads a mode and refuses anything else.
func (r *Rounding) UnmarshalText(text []byte) error {
	parsed := Rounding(text)
	if !parsed.Valid() {
		return ErrRounding
	}
	*r = parsed
	return nil
}

func (r Rounding) mode() (int128.Mode, error) {
	switch r {
	case HalfAwayFromZero:
		return int128.HalfAway, nil
	case HalfEven:
		return int128.HalfEven, nil
	case RoundUp:
		return int128.Up, nil
	case RoundDown:
		return int128.Down, nil
	case RoundCeiling:
		return int128.Ceiling, nil
	case RoundFloor:
		return int128.Floor, nil
	}
	return 0, ErrRounding
}
