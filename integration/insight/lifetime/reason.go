package lifetime

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/integration/insight/lifetime/spend"
)

// Reasons lists the reasons of this package.
func Reasons() []Reason {
	return []Reason{NoDate, BadValue, Unbought, AfterEnd, OutsideCohort, BeyondCapacity}
}

// Valid says whether the reason is one of [Reasons], or of packages repeat
// and spend.
func (r Reason) Valid() bool {
	return slices.Contains(Reasons(), r) || repeat.Reason(r).Valid() || spend.Reason(r).Valid()
}

// UnmarshalText reads exactly what is valid.
func (r *Reason) UnmarshalText(text []byte) error {
	got := Reason(text)
	var c tandem.Check
	if c.Require(got.Valid(), "reason", "reason", "must be one of the reasons") {
		*r = got
	}
	return c.Err("lifetime")
}
