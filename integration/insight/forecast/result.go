package forecast

import "github.com/tandem-go/tandem"

// WarningCode names what a reader of a forecast should know. The codes are stable, and open: packages that answer with
// warnings of this type have codes of their own beside [WarningCodes].
type WarningCode string

// The warnings.
const (
	NoHistory      WarningCode = "no_history"
	ShortHistory   WarningCode = "short_history"
	ConstantSeries WarningCode = "constant_series"
	ShortSeason    WarningCode = "short_season"
	MissingValues  WarningCode = "missing_values"
	OutlierFound   WarningCode = "outlier"
	CensoredDemand WarningCode = "censored_demand"
	BrokenBucket   WarningCode = "broken_bucket"
	BulkLine       WarningCode = "bulk_line"
	FellBack       WarningCode = "fell_back"      // the method asked for has no answer here
	NotConverged   WarningCode = "not_converged"  // the iterations ended first
	AtBorder       WarningCode = "at_border"      // a parameter is at the end of its range
	WideInterval   WarningCode = "wide_interval"  // out of proportion to the history
	Exploding      WarningCode = "exploding"      // the points left the history far behind and were held
	RaisedToZero   WarningCode = "raised_to_zero" // demand is not negative, by declaration
	Collinear      WarningCode = "collinear"      // a regressor that says nothing of its own
	ShortFuture    WarningCode = "short_future"   // a regressor is not given for all steps ahead
	FewBackTests   WarningCode = "few_back_tests" // too little history to test by
)

// WarningCodes lists the codes of this package.
func WarningCodes() []WarningCode {
	return []WarningCode{
		NoHistory, ShortHistory, ConstantSeries, ShortSeason, MissingValues, OutlierFound, CensoredDemand, BrokenBucket, BulkLine,
		FellBack, NotConverged, AtBorder, WideInterval, Exploding, RaisedToZero, Collinear, ShortFuture, FewBackTests,
	}
}

// Valid says whether the code has the form of one: words of a to z with single underscores between them, such as
// no_history. It need not be one of [WarningCodes], since other packages have their own.
func (w WarningCode) Valid() bool {
	before := '_'
	for _, r := range w {
		if r != '_' && (r < 'a' || r > 'z') || r == '_' && before == '_' {
			return false
		}
		before = r
	}
	return before != '_'
}

// UnmarshalText reads any [WarningCode.Valid] code.
func (w *WarningCode) UnmarshalText(text []byte) error {
	if got := WarningCode(text); got.Valid() {
		*w = got
		return nil
	}
	return oneFault("code", "code", "must be words of a to z joined by underscores")
}

// Warning is a code with a sentence for people.
type Warning struct {
	Code WarningCode `json:"code"`
	Text string      `json:"text"`
	// Positions are those of the values that it is about, in order, where it is about some.
	Positions []int `json:"positions,omitempty"`
}

// Parameter is a fitted number under its usual name.
type Parameter struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Interval is the range that holds a future value with the probability Level, by
// step.
type Interval struct {
	Level float64   `json:"level"` // such as 0.95
	Lower []float64 `json:"lower"`
	Upper []float64 `json:"upper"`
}

// Forecast is the answer for a horizon.
type Forecast struct {
	Method     Method      `json:"method"`         // the one that was used
	Model      string      `json:"model"`          // in the field's notation, such as ETS(M,Ad,M)
	Start      tandem.Date `json:"start,omitzero"` // first day of the first step
	Bucket     Bucket      `json:"bucket"`
	Points     []float64   `json:"points"`
	Deviations []float64   `json:"deviations"` // standard deviation by step
	Intervals  []Interval  `json:"intervals,omitempty"`
	Fitted     []float64   `json:"fitted,omitempty"` // one step ahead, by value of the history
	Parameters []Parameter `json:"parameters,omitempty"`
	AICc       float64     `json:"aicc,omitzero"`    // where there is a likelihood
	Reason     string      `json:"reason,omitempty"` // why Auto chose it
	Trials     []Trial     `json:"trials,omitempty"` // what Auto looked at
	Warnings   []Warning   `json:"warnings,omitempty"`
}

// Trial is a method, or what stands in for it, in the back-test of [Auto]. What is cut
// off is of the prepared series: gaps, censored values, capped outliers and the effects
// of regressors were estimated from all of it once, so that trials compare methods for
// what follows, and their errors are a little below those of a forecast made at the
// time. Effects are in neither the points nor the values compared, and points below zero
// are compared as the method gives them, even where the forecast raises them.
type Trial struct {
	Method  Method  `json:"method"`
	Origins int     `json:"origins"` // forecasts made
	MASE    float64 `json:"mase"`    // mean absolute error over that of the seasonal naive forecast in the history
	RMSSE   float64 `json:"rmsse"`
	SMAPE   float64 `json:"smape"` // per cent, 0 to 200
	Bias    float64 `json:"bias"`  // mean error over the mean of the history's size
}
