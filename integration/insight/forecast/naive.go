package forecast

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

type random = float.Random

// simple is a naive method: level, slope and cycle of the last values (Hyndman and
// Athanasopoulos, Forecasting: principles and practice, section 5.2, and 5.5 for
// the variances).
type simple struct {
	method Method
	n      int
	last   []float64 // the last cycle; one value without a season
	slope  float64
	sigma2 float64
	fitted []float64
}

func fitSimple(m Method, p *history.Prepared) model {
	y := p.Values
	s := &simple{method: m, n: len(y), last: []float64{0}, fitted: make([]float64, len(y))}
	if len(y) == 0 {
		return s
	}
	lag, freed := 1, 0
	switch m {
	case SeasonalNaive:
		lag = p.Season
	case Drift:
		if len(y) > 1 {
			s.slope = (y[len(y)-1] - y[0]) / float64(len(y)-1)
			freed = 1
		}
	}
	s.last = y[len(y)-min(lag, len(y)):]
	if m == Mean {
		s.last = []float64{float.Mean(y)}
		lag, freed = 0, 1
	}
	squares := 0.0
	for i, v := range y {
		switch {
		case m == Mean:
			s.fitted[i] = s.last[0]
		case i >= lag:
			s.fitted[i] = y[i-lag] + s.slope
		default:
			s.fitted[i] = v // nothing came before
		}
		squares += float64((v - s.fitted[i]) * (v - s.fitted[i]))
	}
	s.sigma2 = squares / float64(max(len(y)-lag-freed, 1))
	return s
}

func (s *simple) points(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		out[i] = s.last[i%len(s.last)] + float64(s.slope*float64(i+1))
	}
	return out
}

func (s *simple) variances(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		k := float64(i + 1)
		switch s.method {
		case Mean:
			out[i] = s.sigma2 * (1 + 1/float64(max(s.n, 1)))
		case Drift:
			out[i] = s.sigma2 * k * (1 + k/float64(max(s.n-1, 1)))
		default:
			out[i] = s.sigma2 * float64(i/len(s.last)+1)
		}
	}
	return out
}

// path draws the error of the estimated mean or slope once for all steps.
func (s *simple) path(out []float64, r *random) {
	sigma, cycle, shift := math.Sqrt(s.sigma2), len(s.last), s.slope
	switch s.method {
	case Mean:
		shift += float64(sigma*r.Normal()) / math.Sqrt(float64(max(s.n, 1)))
	case Drift:
		shift += float64(sigma*r.Normal()) / math.Sqrt(float64(max(s.n-1, 1)))
	}
	for i := range out {
		before := s.last[i%cycle]
		if i >= cycle && s.method != Mean {
			before = out[i-cycle]
		}
		out[i] = before + shift + float64(sigma*r.Normal())
	}
}

func (s *simple) describe() description {
	d := description{name: string(s.method), fitted: s.fitted}
	if s.method == Drift {
		d.parameters = []insight.Parameter{{Name: "drift", Value: s.slope}}
	}
	return d
}
