package churn

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// WarningCodes lists the warnings of this package.
func WarningCodes() []WarningCode {
	return []WarningCode{
		NoCustomers, NoLabels, OneCut, NoChurners, OnlyChurners, FewToCalibrate, ShortHistory, RowsLeftOut, Drift,
		WorseThanBase,
	}
}

// Valid says whether the code is one of [WarningCodes], or of packages logistic
// and calibration, whose warnings an assessment repeats.
func (w WarningCode) Valid() bool {
	return slices.Contains(WarningCodes(), w) || logistic.WarningCode(w).Valid() || calibration.WarningCode(w).Valid()
}

// UnmarshalText reads exactly what is valid.
func (w *WarningCode) UnmarshalText(text []byte) error {
	got := WarningCode(text)
	var c tandem.Check
	if c.Require(got.Valid(), "code", "code", "must be one of the warnings") {
		*w = got
	}
	return c.Err("churn")
}
