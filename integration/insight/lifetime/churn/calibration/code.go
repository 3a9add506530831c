package calibration

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// WarningCodes lists the warnings.
func WarningCodes() []WarningCode {
	return []WarningCode{
		NoRows, OneClass, FewEvents, NotConverged, Reversed, FewForSteps, ExtremeHeld, PerfectRank, NotFinite, OutOfRange,
	}
}

// Valid says whether the code is one of [WarningCodes].
func (w WarningCode) Valid() bool { return slices.Contains(WarningCodes(), w) }

// UnmarshalText reads exactly what is valid.
func (w *WarningCode) UnmarshalText(text []byte) error {
	got := WarningCode(text)
	var c tandem.Check
	if c.Require(got.Valid(), "code", "code", "must be one of the warnings") {
		*w = got
	}
	return c.Err("calibration")
}
