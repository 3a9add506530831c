package forecast

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// Method names a way to forecast; "" is [Combination].
type Method string

// The methods. Those of one line are variants of one idea; each file says which
// paper it follows.
const (
	Naive         Method = "naive"          // the last value
	SeasonalNaive Method = "seasonal_naive" // the last cycle
	Naive2        Method = "naive_2"        // the last value, seasonally adjusted where the season is significant
	Drift         Method = "drift"          // the line from the first to the last value
	Mean          Method = "mean"

	SES        Method = "ses" // level; adjusted like Naive2, as are Holt, DampedHolt and the Thetas
	Holt       Method = "holt"
	DampedHolt Method = "damped_holt"

	HoltWintersAdditive       Method = "holt_winters_additive"
	HoltWintersMultiplicative Method = "holt_winters_multiplicative"
	ETS                       Method = "ets"

	Theta          Method = "theta"           // classic: two lines, equal weights
	OptimisedTheta Method = "optimised_theta" // dynamic optimised theta model

	ARIMA         Method = "arima"
	Decomposition Method = "decomposition" // several or long seasons

	Croston Method = "croston"
	SBA     Method = "sba"
	TSB     Method = "tsb"
	ADIDA   Method = "adida"
	IMAPA   Method = "imapa"

	Combination Method = "combination" // the default: the mean of several, see Config.Members
	Auto        Method = "auto"        // chosen by back-test
)

// Methods lists the methods.
func Methods() []Method {
	return []Method{
		Naive, SeasonalNaive, Naive2, Drift, Mean, SES, Holt, DampedHolt, HoltWintersAdditive, HoltWintersMultiplicative,
		ETS, Theta, OptimisedTheta, ARIMA, Decomposition, Croston, SBA, TSB, ADIDA, IMAPA, Combination, Auto,
	}
}

// Valid says whether the method is one of [Methods].
func (m Method) Valid() bool { return slices.Contains(Methods(), m) }

// UnmarshalText reads exactly the names of [Methods].
func (m *Method) UnmarshalText(text []byte) error { return enum.Decode(m, text, "method", Methods()) }

// Config says how to forecast. The zero Config is the default: one cycle (at least
// a step) ahead, intervals of 80 % and 95 %, tested seasonality.
type Config struct {
	Horizon int       `json:"horizon,omitzero"` // steps; 0 = one cycle
	Levels  []float64 `json:"levels,omitempty"` // of the intervals; empty = 0.8 and 0.95
	// NonNegative declares that demand cannot be negative: points and bounds below
	// zero are raised to zero.
	NonNegative bool   `json:"non_negative,omitzero"`
	Seed        uint64 `json:"seed,omitzero"`       // of everything that is simulated
	Paths       int    `json:"paths,omitzero"`      // simulated; 0 = 1,000
	Iterations  int    `json:"iterations,omitzero"` // of each search at most; 0 = 300
	// Members are what [Combination] takes the mean of and what [Auto] tries; empty =
	// the default of each.
	Members []Method `json:"members,omitempty"`
	Origins int      `json:"origins,omitzero"` // back-tests of Auto; 0 = 3
	// Outlier is from how many median deviations a value is warned of; 0 = 8.
	// CapOutliers pulls it there.
	Outlier     float64 `json:"outlier,omitzero"`
	CapOutliers bool    `json:"cap_outliers,omitzero"`
	// ClosedAhead are the steps (0 is the first) where nothing can be sold, of every
	// series; [Series].ClosedAhead has those of one.
	ClosedAhead []int `json:"closed_ahead,omitempty"`
	// Smoothing is the fixed weight of SES, Croston, SBA, TSB, ADIDA and IMAPA; 0 =
	// optimised. SES with a fixed weight starts from the first value.
	Smoothing float64 `json:"smoothing,omitzero"`
}

// The limits of a Config.
const (
	MaxPaths      = 1_000_000
	MaxIterations = 10_000
	MaxOrigins    = 100
	// MaxSimulated bounds Horizon times Paths. Where a longer horizon is asked of a
	// [Fit], its intervals come of so many fewer paths.
	MaxSimulated = 100_000_000
)

func (c Config) filled(s Series) Config {
	if c.Horizon == 0 {
		c.Horizon = max(s.Season, 1)
	}
	if len(c.Levels) == 0 {
		c.Levels = []float64{0.8, 0.95}
	}
	if c.Paths == 0 {
		c.Paths = 1000
	}
	if c.Iterations == 0 {
		c.Iterations = 300
	}
	if c.Origins == 0 {
		c.Origins = 3
	}
	if c.Outlier == 0 {
		c.Outlier = 8
	}
	return c
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var k tandem.Check
	k.Require(c.Horizon >= 0 && c.Horizon <= MaxHorizon, "horizon", "horizon", "must be 0 to 10,000")
	k.Require(len(c.Levels) <= 20, "too_many", "levels", "at most 20")
	for i, l := range c.Levels {
		k.Require(l > 0 && l < 1, "level", tandem.Path("levels", i), "must be between 0 and 1")
	}
	k.Require(c.Paths >= 0 && c.Paths <= MaxPaths, "paths", "paths", "must be 0 to 1,000,000")
	k.Require(max(c.Horizon, 1)*c.Paths <= MaxSimulated || c.Horizon > MaxHorizon || c.Paths > MaxPaths,
		"too_many", "paths", "horizon times paths must be at most 100,000,000")
	k.Require(c.Iterations >= 0 && c.Iterations <= MaxIterations, "iterations", "iterations", "must be 0 to 10,000")
	k.Require(c.Origins >= 0 && c.Origins <= MaxOrigins, "origins", "origins", "must be 0 to 100")
	k.Require(c.Outlier >= 0 && finite(c.Outlier), "outlier", "outlier", "must not be negative")
	k.Require(c.Smoothing >= 0 && c.Smoothing <= 1, "smoothing", "smoothing", "must be 0 to 1")
	k.Require(len(c.Members) <= len(Methods()), "too_many", "members", "each method once at most")
	for i, m := range c.Members {
		k.Require(m.Valid() && m != Auto && m != Combination, "method", tandem.Path("members", i), "must be a single method")
		k.Require(slices.Index(c.Members, m) == i, "duplicate", tandem.Path("members", i), "each method once")
	}
	return k.Err("forecast config")
}

// fit fits a single method; nil says that it has no answer for these values.
func (m Method) fit(p *history.Prepared, c Config) model.Model {
	s := model.Settings{Horizon: c.Horizon, Iterations: c.Iterations, Paths: c.Paths, Seed: c.Seed, Smoothing: c.Smoothing}
	if m.intermittent() {
		return model.Intermittent(intermittent.Method(m), p, s)
	}
	if fit := m.constructor(); fit != nil {
		return fit(p, s)
	}
	return nil
}

// constructor gives what fits a single method of other than intermittent demand.
func (m Method) constructor() func(*history.Prepared, model.Settings) model.Model {
	switch m {
	case Naive:
		return model.Naive
	case SeasonalNaive:
		return model.SeasonalNaive
	case Naive2:
		return model.Naive2
	case Drift:
		return model.Drift
	case Mean:
		return model.Mean
	case SES:
		return model.SES
	case Holt:
		return model.Holt
	case DampedHolt:
		return model.DampedHolt
	case HoltWintersAdditive:
		return model.HoltWintersAdditive
	case HoltWintersMultiplicative:
		return model.HoltWintersMultiplicative
	case ETS:
		return model.ETS
	case Theta:
		return model.Theta
	case OptimisedTheta:
		return model.OptimisedTheta
	case ARIMA:
		return model.ARIMA
	case Decomposition:
		return model.Decomposition
	}
	return nil
}

// fallback gives what stands in for a method that has no answer.
func (m Method) fallback() Method {
	switch m {
	case HoltWintersMultiplicative:
		return HoltWintersAdditive
	case HoltWintersAdditive, ARIMA, Decomposition, Combination:
		return ETS
	case ETS, OptimisedTheta, DampedHolt, Holt, Theta, Croston, SBA, TSB, ADIDA, IMAPA:
		return SES
	}
	return Naive
}

// trending says that a method is asked for its trend, which a mean would deny.
func (m Method) trending() bool {
	switch m {
	case Drift, Holt, DampedHolt, HoltWintersAdditive, HoltWintersMultiplicative:
		return true
	}
	return false
}
