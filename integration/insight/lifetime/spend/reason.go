package spend

import (
	"slices"

	"github.com/tandem-go/tandem"
)

// Reasons lists the reasons.
func Reasons() []Reason { return []Reason{NoRepeat, ZeroMean, NegativeMean, BadValue} }

// Valid says whether the reason is one of [Reasons].
func (r Reason) Valid() bool { return slices.Contains(Reasons(), r) }

// UnmarshalText reads exactly what is valid.
func (r *Reason) UnmarshalText(text []byte) error {
	got := Reason(text)
	var c tandem.Check
	if c.Require(got.Valid(), "reason", "reason", "must be one of the reasons") {
		*r = got
	}
	return c.Err("spend")
}
