package stl

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/known"
	"github.com/tandem-go/tandem/internal/float"
)

// MaxPasses bounds the passes of a decomposition.
const MaxPasses = 100

// NoLogarithm is the warning that logarithms were asked for and the values do not have them.
const NoLogarithm insight.WarningCode = "no_logarithm"

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode { return []insight.WarningCode{NoLogarithm} }

// Config are the choices of a decomposition; the zero Config is the default.
type Config struct {
	// SeasonWindow is how many cycles the season is smoothed over, odd, 7 or more: the
	// smaller, the faster it changes. 0 = the season does not change.
	SeasonWindow int `json:"season_window,omitzero"`
	// TrendWindow is how many buckets the trend is smoothed over, odd; 0 = the authors'
	// 1.5·season/(1 - 1.5/SeasonWindow), without a season a third of the series.
	TrendWindow int `json:"trend_window,omitzero"`
	// Robust gives outliers no weight.
	Robust bool `json:"robust,omitzero"`
	Inner  int  `json:"inner,omitzero"` // passes; 0 = 2, robust 1
	Outer  int  `json:"outer,omitzero"` // robust passes; 0 = 15
	// Log decomposes logarithms, for a season that grows with the level. The parts are
	// then factors but for the trend: value = trend·seasonal·remainder.
	Log bool `json:"log,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	odd := func(n, least int) bool { return n == 0 || n >= least && n%2 == 1 && n <= 10*forecast.MaxValues+1 }
	k.Require(odd(c.SeasonWindow, 7), "window", "season_window", "must be 0, or odd and 7 or more")
	k.Require(odd(c.TrendWindow, 3), "window", "trend_window", "must be 0, or odd and 3 or more")
	k.Require(c.Inner >= 0 && c.Inner <= MaxPasses, "passes", "inner", "must be 0 to 100")
	k.Require(c.Outer >= 0 && c.Outer <= MaxPasses, "passes", "outer", "must be 0 to 100")
	return k.Err("decomposition")
}

// Result is a decomposition: each value is the sum of the three parts (the product
// after logarithms), but for values that are not known, whose remainder is nought. A place
// in the cycle that is never known, such as the day on which a shop is closed, has no
// season, and the others are around the mean of what is known.
type Result struct {
	Season       int       `json:"season"` // 1 = none
	SeasonWindow int       `json:"season_window"`
	TrendWindow  int       `json:"trend_window"`
	Log          bool      `json:"log"`
	Trend        []float64 `json:"trend"`
	Seasonal     []float64 `json:"seasonal"`
	Remainder    []float64 `json:"remainder"`
	Weights      []float64 `json:"weights"` // 0 for what was taken for an outlier or is not known
	// Adjusted are the values without the season, for those not known the trend.
	Adjusted []float64 `json:"adjusted"`
	// TrendStrength is max(0, 1 - Var(remainder)/Var(trend + remainder)), SeasonStrength
	// the same of the season: from 0, none, to 1, nothing else.
	TrendStrength  float64           `json:"trend_strength"`
	SeasonStrength float64           `json:"season_strength"`
	Warnings       []insight.Warning `json:"warnings,omitempty"`
}

// Decompose takes a series apart. There is always an answer; only faults of the
// arguments are errors.
func Decompose(s forecast.Series, c Config) (Result, error) {
	var k tandem.Check
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	if err := k.Err("decomposition"); err != nil {
		return Result{}, err
	}
	r := Result{Season: 1, Log: c.Log}
	n := len(s.Values)
	if s.Season > 1 {
		if n >= 2*s.Season {
			r.Season = s.Season
		} else {
			r.Warnings = append(r.Warnings, insight.Warn(forecast.ShortSeason, "fewer than two full cycles identify no season"))
		}
	}
	y, weight := r.values(s)
	r.windows(&c, n)
	d := decomposition{y: y, known: weight, season: r.Season, config: c}
	d.run()
	r.Trend, r.Seasonal, r.Weights = d.trend, d.seasonal, d.weights
	r.Remainder, r.Adjusted = make([]float64, n), make([]float64, n)
	for i := range y {
		if weight[i] > 0 {
			r.Remainder[i] = y[i] - r.Trend[i] - r.Seasonal[i]
		}
		r.Adjusted[i] = r.Trend[i] + r.Remainder[i]
	}
	r.strengths(weight)
	if r.Log {
		for _, part := range [][]float64{r.Trend, r.Seasonal, r.Remainder, r.Adjusted} {
			for i, v := range part {
				part[i] = float.Exp(v)
			}
		}
	}
	return r, nil
}

// values gives the values, or their logarithms, and 0 as the weight of what is not
// known, where the last known value of the same place in the cycle stands.
func (r *Result) values(s forecast.Series) (y, weight []float64) {
	n := len(s.Values)
	y, weight = make([]float64, n), make([]float64, n)
	there, _ := known.Of(s)
	for i, is := range there {
		if is {
			weight[i] = 1
		}
	}
	for i, v := range s.Values {
		if r.Log && weight[i] > 0 && !(v > 0) {
			r.Log = false
			r.Warnings = append(r.Warnings, insight.Warn(NoLogarithm, "values that are not above zero have no logarithm: the parts are added"))
		}
	}
	for i, v := range s.Values {
		switch {
		case weight[i] == 0:
			if i >= r.Season {
				y[i] = y[i-r.Season]
			}
		case r.Log:
			y[i] = float.Log(v)
		default:
			y[i] = v
		}
	}
	return y, weight
}

// windows fills the defaults.
func (r *Result) windows(c *Config, n int) {
	if c.Inner == 0 {
		c.Inner = 2
		if c.Robust {
			c.Inner = 1
		}
	}
	if c.Outer == 0 {
		c.Outer = 15
	}
	if !c.Robust {
		c.Outer = 0
	}
	r.SeasonWindow, r.TrendWindow = c.SeasonWindow, c.TrendWindow
	window := c.SeasonWindow
	if window == 0 {
		window = 10*n + 1
	}
	if c.TrendWindow == 0 {
		r.TrendWindow = odd(max(7, n/3))
		if r.Season > 1 {
			r.TrendWindow = max(3, odd(int(math.Ceil(1.5*float64(r.Season)/(1-1.5/float64(window))))))
		}
	}
	c.TrendWindow = r.TrendWindow
}

func odd(n int) int { return n | 1 }

// strengths compares the variances of the parts, over what is known.
func (r *Result) strengths(weight []float64) {
	var trend, seasonal, rest []float64
	for i, w := range weight {
		if w > 0 {
			rest = append(rest, r.Remainder[i])
			trend = append(trend, r.Trend[i]+r.Remainder[i])
			seasonal = append(seasonal, r.Seasonal[i]+r.Remainder[i])
		}
	}
	size := 0.0
	for i := range rest {
		size = max(size, math.Abs(trend[i]), math.Abs(seasonal[i]))
	}
	// What rounding leaves is no variance.
	least := float64(1e-20 * size * size)
	left := float.Variance(rest)
	strength := func(v float64) float64 {
		if v <= least {
			return 0
		}
		return max(0, 1-left/v)
	}
	r.TrendStrength = strength(float.Variance(trend))
	if r.Season > 1 {
		r.SeasonStrength = strength(float.Variance(seasonal))
	}
}

// robustness gives the bisquare weights of what is left: none beyond six medians.
func robustness(rest, known, weights []float64) {
	sizes := make([]float64, 0, len(rest))
	for i, r := range rest {
		if known[i] > 0 {
			sizes = append(sizes, math.Abs(r))
		}
	}
	if len(sizes) == 0 {
		return
	}
	limit := 6 * float.Median(sizes)
	for i, r := range rest {
		size := math.Abs(r)
		switch {
		case known[i] == 0:
			weights[i] = 0
		case size <= 0.001*limit:
			weights[i] = 1
		case size <= 0.999*limit:
			part := size / limit
			part = 1 - float64(part*part)
			weights[i] = float64(part * part)
		default:
			weights[i] = 0
		}
	}
}
