package cusum

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// SignalConfig are the choices of a tracking signal; the zero one is the default.
type SignalConfig struct {
	Smoothing float64 `json:"smoothing,omitzero"` // weight of the newest error, 1e-6 to 1; 0 = 0.1
	// Limit is the size of the signal, 0 to 1, that is an alarm; 0 = 0.7, which is 2.4
	// deviations at a smoothing of 0.1 (Trigg's are √(s/(2-s))·1.25).
	Limit float64 `json:"limit,omitzero"`
}

// leastSmoothing is the weight with which the signal begins after a million errors.
const leastSmoothing = 1e-6

// Bias says that forecasts are too low or too high.
type Bias struct {
	Position int     `json:"position"` // of the error that gave the alarm
	Side     Side    `json:"side"`     // above: demand is above the forecasts
	Value    float64 `json:"value"`    // of the signal, -1 to 1
	Error    float64 `json:"error"`    // smoothed, in units
}

// Signal is the tracking signal (Trigg, Monitoring a Forecasting System, 1964): smoothed
// error over smoothed absolute error, -1 to 1; far from nought, forecasts are biased. It
// is for one goroutine at a time.
type Signal struct {
	config       SignalConfig
	count        int
	error, size  float64
	since, start int
}

// NewSignal starts a tracking signal.
func NewSignal(c SignalConfig) (*Signal, error) {
	var k tandem.Check
	k.Require(c.Smoothing == 0 || c.Smoothing >= leastSmoothing && c.Smoothing <= 1, "value", "smoothing", "must be 0, or 1e-6 to 1")
	k.Require(c.Limit >= 0 && c.Limit <= 1, "value", "limit", "must be 0 to 1")
	if err := k.Err("tracking signal"); err != nil {
		return nil, err
	}
	if c.Smoothing == 0 {
		c.Smoothing = 0.1
	}
	if c.Limit == 0 {
		c.Limit = 0.7
	}
	// The first errors are all there is to compare with, so that they say nothing.
	return &Signal{config: c, start: int(math.Ceil(1 / c.Smoothing))}, nil
}

// Value is the signal, -1 to 1; 0 before the first error and while errors are nought.
func (s *Signal) Value() float64 {
	if s.size == 0 {
		return 0
	}
	return min(max(s.error/s.size, -1), 1)
}

// Add takes the next error (demand less forecast) and says whether it gives an alarm:
// the signal is beyond its limit, after 1/Smoothing errors to start from. After an alarm
// it starts anew. What is not finite is counted and otherwise left out.
func (s *Signal) Add(e float64) (Bias, bool) {
	at := s.count
	s.count++
	if !float.Finite(e) {
		return Bias{}, false
	}
	s.since++
	g := s.config.Smoothing
	s.error = float64((1-g)*s.error) + float64(g*e)
	s.size = float64((1-g)*s.size) + float64(g*math.Abs(e))
	v := s.Value()
	if s.since <= s.start || math.Abs(v) <= s.config.Limit {
		return Bias{}, false
	}
	b := Bias{Position: at, Side: Above, Value: v, Error: s.error}
	if v < 0 {
		b.Side = Below
	}
	s.error, s.size, s.since = 0, 0, 0
	return b, true
}
