package cusum

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/internal/known"
	"github.com/tandem-go/tandem/internal/float"
)

// The warnings.
const (
	NoSpread     insight.WarningCode = "no_spread"      // nothing varies, so that no shift can be measured
	FewInControl insight.WarningCode = "few_in_control" // too few values for target and deviation: alarms in vain are more frequent
)

// WarningCodes lists the codes.
func WarningCodes() []insight.WarningCode { return []insight.WarningCode{NoSpread, FewInControl} }

// Result is what a chart found in a series.
type Result struct {
	Target    float64           `json:"target"`
	Deviation float64           `json:"deviation"`
	Slack     float64           `json:"slack"`
	Limit     float64           `json:"limit"`
	Baseline  int               `json:"baseline"`           // values that target and deviation were estimated from; 0 = given
	RunLength float64           `json:"run_length"`         // average until an alarm in vain
	LeftOut   []insight.LeftOut `json:"left_out,omitempty"` // missing or closed
	// Above and Below are the sums after each value, in deviations, before a new start.
	Above    []float64         `json:"above"`
	Below    []float64         `json:"below"`
	Alarms   []Alarm           `json:"alarms"`
	Warnings []insight.Warning `json:"warnings,omitempty"`
}

// Run watches a series, its known values. There is always an answer; only faults of the
// arguments are errors.
func Run(s forecast.Series, c Config) (Result, error) {
	var k tandem.Check
	k.Nested("series", s.Validate())
	k.Nested("config", c.Validate())
	if err := k.Err("cusum"); err != nil {
		return Result{}, err
	}
	c = c.filled()
	there, left := known.Of(s)
	n := len(s.Values)
	r := Result{LeftOut: left, Above: make([]float64, n), Below: make([]float64, n), Alarms: []Alarm{}}
	if c.Deviation == 0 {
		r.estimate(&c, s.Values, there)
	}
	r.Target, r.Deviation, r.Slack, r.Limit = c.Target, c.Deviation, c.Slack, c.Limit
	r.RunLength = RunLength(c.Slack, c.Limit, 0)
	chart := &Chart{config: c}
	chart.restart()
	for i, v := range s.Values {
		if !there[i] || c.Deviation == 0 {
			v = math.NaN() // counted, no more
		}
		a, alarm := chart.Add(v)
		r.Above[i], r.Below[i] = chart.Sums()
		if alarm {
			if !s.Start.IsZero() {
				a.Date = s.Bucket.Add(s.Start, a.Position)
			}
			r.Alarms = append(r.Alarms, a)
			if a.Side == Above {
				r.Above[i] = a.Sum
			} else {
				r.Below[i] = a.Sum
			}
		}
	}
	return r, nil
}

// estimate takes target and deviation from the first known values; where those do not
// vary, the deviation of all.
func (r *Result) estimate(c *Config, values []float64, there []bool) {
	if c.Baseline == 0 {
		c.Baseline = (len(values) + 1) / 2
	}
	var all, first []float64
	for i, v := range values {
		if !there[i] {
			continue
		}
		all = append(all, v)
		if i < c.Baseline {
			first = append(first, v)
		}
	}
	if len(first) == 0 {
		first = all
	}
	r.Baseline = len(first)
	c.Target, c.Deviation = float.Mean(first), math.Sqrt(float.Variance(first))
	if c.Deviation == 0 {
		c.Deviation = math.Sqrt(float.Variance(all))
	}
	if c.Deviation == 0 {
		r.Warnings = append(r.Warnings, insight.Warn(NoSpread, "the values do not vary: no alarm"))
	} else if len(first) < 20 {
		r.Warnings = append(r.Warnings, insight.Warn(FewInControl,
			"fewer than 20 values in control: alarms in vain are more frequent than the run length says"))
	}
}
