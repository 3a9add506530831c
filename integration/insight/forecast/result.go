package forecast

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
)

// The warnings of a history.
const (
	NoHistory      = history.NoHistory      // no_history
	ShortHistory   = history.ShortHistory   // short_history
	ConstantSeries = history.ConstantSeries // constant_series
	ShortSeason    = history.ShortSeason    // short_season
	HiddenSeason   = history.HiddenSeason   // hidden_season: the values have the bucket's usual one, which is not declared
	MissingValues  = history.MissingValues  // missing_values
	ClosedOpened   = history.ClosedOpened   // closed_opened: a place that is mostly closed was open
	OutlierFound   = history.OutlierFound   // outlier
	CensoredDemand = history.CensoredDemand // censored_demand
	Collinear      = history.Collinear      // collinear: a regressor that says nothing of its own
	ShortFuture    = history.ShortFuture    // short_future: a regressor is not given for all steps ahead

	BrokenBucket insight.WarningCode = "broken_bucket" // of package demand, as the next
	BulkLine     insight.WarningCode = "bulk_line"
)

// The warnings of a method and its forecast.
const (
	FellBack     insight.WarningCode = "fell_back"        // the method asked for has no answer here
	NotConverged                     = model.NotConverged // not_converged: the iterations ended first
	AtBorder                         = model.AtBorder     // at_border: a parameter is at the end of its range
	WideInterval                     = model.WideInterval // wide_interval: out of proportion to the history
	Exploding    insight.WarningCode = "exploding"        // the points left the history far behind and were held
	RaisedToZero insight.WarningCode = "raised_to_zero"   // demand is not negative, by declaration
	FewBackTests insight.WarningCode = "few_back_tests"   // too little history to test by
)

// WarningCodes lists the codes of this package.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{
		NoHistory, ShortHistory, ConstantSeries, ShortSeason, HiddenSeason, MissingValues, ClosedOpened, OutlierFound, CensoredDemand, BrokenBucket, BulkLine,
		FellBack, NotConverged, AtBorder, WideInterval, Exploding, RaisedToZero, Collinear, ShortFuture, FewBackTests,
	}
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
	Method     Method              `json:"method"`         // the one that was used
	Model      string              `json:"model"`          // in the field's notation, such as ETS(M,Ad,M)
	Start      tandem.Date         `json:"start,omitzero"` // first day of the first step
	Bucket     Bucket              `json:"bucket"`
	Points     []float64           `json:"points"`
	Deviations []float64           `json:"deviations"` // standard deviation by step
	Intervals  []Interval          `json:"intervals,omitempty"`
	Fitted     []float64           `json:"fitted,omitempty"` // one step ahead, by value of the history
	Parameters []insight.Parameter `json:"parameters,omitempty"`
	AICc       float64             `json:"aicc,omitzero"`    // where there is a likelihood
	Reason     string              `json:"reason,omitempty"` // why Auto chose it
	Trials     []Trial             `json:"trials,omitempty"` // what Auto looked at
	Warnings   []insight.Warning   `json:"warnings,omitempty"`
}

// Trial is a method, or what stands in for it, in the back-test of [Auto]. At each
// origin the history is cut and prepared anew, as it would have been at the time: gaps,
// censored values, outliers and the effects of regressors are estimated without what
// came after the cut, of which only the regressors' values are known, as they are
// announced. What is forecast is compared with the values as they came; those that are
// missing, closed or censored tell no error and are left out. Points below zero are
// compared as the method gives them, even where the forecast raises them.
type Trial struct {
	Method  Method  `json:"method"`
	Origins int     `json:"origins"` // forecasts compared
	MASE    float64 `json:"mase"`    // mean absolute error over that of the seasonal naive forecast in the prepared history
	RMSSE   float64 `json:"rmsse"`
	SMAPE   float64 `json:"smape"` // per cent, 0 to 200
	Bias    float64 `json:"bias"`  // mean error over the mean size of the prepared history
}
