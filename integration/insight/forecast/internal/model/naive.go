package model

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

// kind names a naive method as users do.
type kind string

const (
	last  kind = "naive"
	cycle kind = "seasonal_naive"
	drift kind = "drift"
	mean  kind = "mean"
)

// Naive is the last value. It always answers: of no values with nought.
func Naive(p *history.Prepared, _ Settings) Model { return fitSimple(last, p.Values, p.Season) }

// SeasonalNaive is the last cycle.
func SeasonalNaive(p *history.Prepared, _ Settings) Model {
	return fitSimple(cycle, p.Values, p.Season)
}

// Drift is the line from the first to the last value.
func Drift(p *history.Prepared, _ Settings) Model { return fitSimple(drift, p.Values, p.Season) }

// Mean is the mean of all values.
func Mean(p *history.Prepared, _ Settings) Model { return fitSimple(mean, p.Values, p.Season) }

// simple is a naive method: level, slope and cycle of the last values (Hyndman and
// Athanasopoulos, Forecasting: principles and practice, section 5.2, and 5.5 for
// the variances).
type simple struct {
	kind   kind
	n      int
	last   []float64 // the last cycle; one value without a season
	slope  float64
	sigma2 float64
	fitted []float64
}

func fitSimple(m kind, y []float64, season int) Model {
	s := &simple{kind: m, n: len(y), last: []float64{0}, fitted: make([]float64, len(y))}
	if len(y) == 0 {
		return s
	}
	lag, freed := 1, 0
	switch m {
	case cycle:
		lag = season
	case drift:
		if len(y) > 1 {
			s.slope = (y[len(y)-1] - y[0]) / float64(len(y)-1)
			freed = 1
		}
	}
	s.last = y[len(y)-min(lag, len(y)):]
	if m == mean {
		s.last = []float64{float.Mean(y)}
		lag, freed = 0, 1
	}
	squares := 0.0
	for i, v := range y {
		switch {
		case m == mean:
			s.fitted[i] = s.last[0]
		case i >= lag:
			s.fitted[i] = y[i-lag] + s.slope
		default:
			s.fitted[i] = v // nothing came before
		}
		squares += float64((v - s.fitted[i]) * (v - s.fitted[i]))
	}
	s.sigma2 = squares / float64(max(len(y)-lag-freed, 1))
	if len(y) == 1 {
		s.sigma2 = alone(y[0])
	}
	return s
}

// alone is the variance that is taken of a single value, which shows none: that of counts,
// their mean (at least 1), for what may be demand, and the square of what is below zero.
func alone(v float64) float64 {
	if v < 0 {
		return float64(v * v)
	}
	return max(v, 1)
}

func (s *simple) Points(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		out[i] = s.last[i%len(s.last)] + float64(s.slope*float64(i+1))
	}
	return out
}

func (s *simple) Variances(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		k := float64(i + 1)
		switch s.kind {
		case mean:
			out[i] = s.sigma2 * (1 + 1/float64(max(s.n, 1)))
		case drift:
			out[i] = s.sigma2 * k * (1 + k/float64(max(s.n-1, 1)))
		default:
			out[i] = s.sigma2 * float64(i/len(s.last)+1)
		}
	}
	return out
}

// Path draws the error of the estimated mean or slope once for all steps.
func (s *simple) Path(out []float64, r *float.Random) {
	sigma, lag, shift := math.Sqrt(s.sigma2), len(s.last), s.slope
	switch s.kind {
	case mean:
		shift += float64(sigma*r.Normal()) / math.Sqrt(float64(max(s.n, 1)))
	case drift:
		shift += float64(sigma*r.Normal()) / math.Sqrt(float64(max(s.n-1, 1)))
	}
	for i := range out {
		before := s.last[i%lag]
		if i >= lag && s.kind != mean {
			before = out[i-lag]
		}
		out[i] = before + shift + float64(sigma*r.Normal())
	}
}

func (s *simple) Describe() Description {
	d := Description{Name: string(s.kind), Fitted: s.fitted}
	if s.kind == drift {
		d.Parameters = []insight.Parameter{{Name: "drift", Value: s.slope}}
	}
	return d
}
