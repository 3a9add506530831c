package cusum

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// Side says which way a level has gone.
type Side string

// The sides.
const (
	Above Side = "above"
	Below Side = "below"
)

// Sides lists the sides.
func Sides() []Side { return []Side{Above, Below} }

// Valid says whether the side is one of [Sides].
func (s Side) Valid() bool { return slices.Contains(Sides(), s) }

// UnmarshalText reads exactly the names of [Sides].
func (s *Side) UnmarshalText(text []byte) error { return enum.Decode(s, text, "side", Sides()) }

// Config describes the process in control and what to find. Slack, Limit and HeadStart
// are in deviations.
type Config struct {
	Target    float64 `json:"target"`             // level in control
	Deviation float64 `json:"deviation"`          // standard deviation in control
	Slack     float64 `json:"slack,omitzero"`     // Montgomery's k, half of the shift to find; 0 = 0.5
	Limit     float64 `json:"limit,omitzero"`     // Montgomery's h; 0 = 5
	HeadStart float64 `json:"headstart,omitzero"` // of the sums after a start (Lucas and Crosier, 1982); 0 = none
	// Baseline is for [Run] with a Deviation of 0: target and deviation are those of so
	// many first values; 0 = half of the series.
	Baseline int `json:"baseline,omitzero"`
}

// Validate reports every fault.
func (c Config) Validate() error {
	var k tandem.Check
	within := func(v, most float64) bool { return v >= 0 && v <= most }
	k.Require(math.Abs(c.Target) <= forecast.MaxSize, "value", "target", "must be finite, at most 1e15")
	k.Require(within(c.Deviation, forecast.MaxSize), "value", "deviation", "must be 0 to 1e15")
	k.Require(within(c.Slack, 10), "value", "slack", "must be 0 to 10")
	k.Require(within(c.Limit, 1000), "value", "limit", "must be 0 to 1,000")
	k.Require(within(c.HeadStart, c.filled().Limit), "value", "headstart", "must be 0 to the limit")
	k.Require(c.Baseline >= 0 && c.Baseline <= forecast.MaxValues, "value", "baseline", "must be 0 to 100,000")
	return k.Err("cusum")
}

func (c Config) filled() Config {
	if c.Slack == 0 {
		c.Slack = 0.5
	}
	if c.Limit == 0 {
		c.Limit = 5
	}
	return c
}

// Alarm says that a level has shifted.
type Alarm struct {
	Position int         `json:"position"` // of the value that gave it
	Date     tandem.Date `json:"date,omitzero"`
	Side     Side        `json:"side"`
	Sum      float64     `json:"sum"`   // in deviations
	Since    int         `json:"since"` // first value of the shift: after the sum was last nought
	Level    float64     `json:"level"` // estimated since then (Montgomery, equation 9.5)
}

// Chart watches values as they come. It is for one goroutine at a time.
type Chart struct {
	config       Config
	count        int
	above, below side
}

type side struct {
	sum   float64
	since int     // values since it was nought
	head  float64 // what of the sum is head start
}

// NewChart starts a chart. The deviation must be above nought.
func NewChart(c Config) (*Chart, error) {
	var k tandem.Check
	k.Nested("config", c.Validate())
	k.Require(c.Deviation > 0, "required", "config.deviation", "must be above 0")
	if err := k.Err("cusum"); err != nil {
		return nil, err
	}
	h := &Chart{config: c.filled()}
	h.restart()
	return h, nil
}

func (h *Chart) restart() {
	h.above, h.below = h.start(), h.start()
}

func (h *Chart) start() side { return side{sum: h.config.HeadStart, head: h.config.HeadStart} }

// Sums gives the upper and the lower sum, in deviations.
func (h *Chart) Sums() (above, below float64) { return h.above.sum, h.below.sum }

// Add takes the next value and says whether it gives an alarm, after which the chart
// starts anew. What is not finite is counted and otherwise left out.
func (h *Chart) Add(value float64) (Alarm, bool) {
	at := h.count
	h.count++
	if !float.Finite(value) {
		return Alarm{}, false
	}
	z := min(max((value-h.config.Target)/h.config.Deviation, -forecast.MaxSize), forecast.MaxSize)
	h.above.add(z - h.config.Slack)
	h.below.add(-z - h.config.Slack)
	a := Alarm{Position: at, Side: Above, Sum: h.above.sum}
	from, sign := h.above, 1.0
	if h.below.sum > h.above.sum {
		a.Side, a.Sum = Below, h.below.sum
		from, sign = h.below, -1
	}
	if a.Sum <= h.config.Limit {
		return Alarm{}, false
	}
	a.Since = at - from.since + 1
	shift := h.config.Slack + (a.Sum-from.head)/float64(from.since)
	a.Level = h.config.Target + float64(sign*float64(shift*h.config.Deviation))
	h.restart()
	return a, true
}

func (s *side) add(v float64) {
	s.sum = max(0, s.sum+v)
	s.since++
	if s.sum == 0 {
		s.since, s.head = 0, 0
	}
}

// RunLength approximates how many values a two-sided chart takes on average to its alarm
// when the level is shift deviations off its target (0 = how long until one in vain):
// Siegmund, 1985, as Montgomery's equation 9.6.
func RunLength(slack, limit, shift float64) float64 {
	one := func(d float64) float64 {
		b := limit + 1.166
		x := float64(2 * d * b)
		if math.Abs(x) < 1e-4 {
			return float64(b * b)
		}
		if x < -600 {
			return 1e250
		}
		return (float.Exp(-x) + x - 1) / float64(2*d*d)
	}
	return 1 / (1/one(shift-slack) + 1/one(-shift-slack))
}
