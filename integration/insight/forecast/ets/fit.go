package ets

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of a fit.
const (
	MaxValues     = 100_000
	MaxSeason     = 366
	MaxIterations = 10_000
)

// LongSeason is the shortest season that [Auto] fits no states for, if [Config].LongSeason
// names no other: R's ets refuses 25 and more.
const LongSeason = 25

// Config bounds the search. The zero Config is the default.
type Config struct {
	Iterations int     `json:"iterations,omitzero"`  // at most so many per search; 0 = 300
	Tolerance  float64 `json:"tolerance,omitzero"`   // of minus twice the log-likelihood; 0 = 1e-5
	LongSeason int     `json:"long_season,omitzero"` // from this length no season is fitted; 0 = [LongSeason]
	// AdditiveOnly leaves out the kinds with a multiplicative part.
	AdditiveOnly bool `json:"additive_only,omitzero"`
	// Simplex searches the kinds without a season as R does: from one start by the
	// simplex of Nelder and Mead in the units of the values. It stops at the optimum
	// near the start, which is sometimes less likely than another and, on few values,
	// often the better forecast.
	Simplex bool `json:"simplex,omitzero"`
}

func (c Config) filled() Config {
	if c.Iterations <= 0 {
		c.Iterations = 300
	}
	c.Iterations = min(c.Iterations, MaxIterations)
	if !(c.Tolerance > 0) {
		c.Tolerance = 1e-5
	}
	if c.LongSeason <= 0 {
		c.LongSeason = LongSeason
	}
	return c
}

// Model is a fitted state space model.
type Model struct {
	Kind          Kind      `json:"kind"`
	Period        int       `json:"period"` // the season's length; 1 = none
	Alpha         float64   `json:"alpha"`
	Beta          float64   `json:"beta"`
	Gamma         float64   `json:"gamma"`
	Phi           float64   `json:"phi"`
	Level0        float64   `json:"level0"` // the states before the first value
	Trend0        float64   `json:"trend0"`
	Season0       []float64 `json:"season0,omitempty"` // by position in the cycle of the first value
	Level         float64   `json:"level"`             // the states after the last value
	Trend         float64   `json:"trend"`
	Season        []float64 `json:"season,omitempty"` // the next cycle, the next value's first
	LogLikelihood float64   `json:"log_likelihood"`   // up to R's constant: -½(n·log Σe² + 2·Σ log|ŷ|)
	AIC           float64   `json:"aic"`
	AICc          float64   `json:"aicc"`
	BIC           float64   `json:"bic"`
	Variance      float64   `json:"variance"` // of the errors (relative ones where Kind says so), by n less the parameters
	Parameters    int       `json:"parameters"`
	Iterations    int       `json:"iterations"`
	Converged     bool      `json:"converged"`
	Fitted        []float64 `json:"fitted"`
	Errors        []float64 `json:"errors"` // as the model has them: relative where Kind says so
}

// Fit searches the parameters and initial states of one kind with the greatest
// likelihood. The values must be finite, positive where the kind multiplies, and
// more than the parameters by two; a season needs two cycles.
func Fit(y []float64, period int, kind Kind, config Config) (*Model, error) {
	if err := check(y, period, kind); err != nil {
		return nil, err
	}
	config = config.filled()
	s := newSearcher(y, period)
	s.simplex, s.single, s.thorough = config.Simplex, true, true
	c, ok := s.chain(kind, config)
	if !ok {
		return nil, tandem.ErrUnsupported
	}
	return s.model(y, c), nil
}

// chain searches a kind after the simpler ones of its family.
func (s *searcher) chain(kind Kind, config Config) (c candidate, ok bool) {
	var simpler *candidate
	for _, k := range []Kind{{kind.Error, None, false, kind.Season}, {kind.Error, Additive, false, kind.Season}, {kind.Error, Additive, true, kind.Season}} {
		if c, ok = s.search(k, simpler, config.Iterations, config.Tolerance); ok {
			kept := c
			simpler = &kept
		}
		if k == kind {
			break
		}
	}
	return c, ok
}

func check(y []float64, period int, kind Kind) error {
	var c tandem.Check
	c.Require(len(y) >= 1 && len(y) <= MaxValues, "values", "values", "must be 1 to 100,000")
	c.Require(period >= 1 && period <= MaxSeason, "period", "period", "must be 1 to 366")
	if err := kind.Validate(); err != nil {
		return err
	}
	c.Require(!slices.ContainsFunc(y, func(v float64) bool { return !float.Finite(v) || math.Abs(v) > 1e100 }), "finite", "values", "must be finite, below 1e100")
	positive := !slices.ContainsFunc(y, func(v float64) bool { return v <= 0 })
	c.Require(positive || kind.Error == Additive && kind.Season != Multiplicative, "positive", "values", "must be positive for a multiplicative part")
	c.Require(kind.Season == None || period >= 2 && len(y) >= 2*period, "cycles", "values", "a season needs two full cycles")
	c.Require(len(y) > kind.parameters(period)+1, "few", "values", "fewer values than parameters")
	return c.Err("ETS fit")
}

// parameters counts as R does: smoothing parameters, free states and the variance.
func (k Kind) parameters(period int) int {
	n := 3
	if k.Trend != None {
		n += 2
	}
	if k.Damped {
		n++
	}
	if k.Season != None {
		n += period // γ and all but one season
	}
	return n
}

func newSearcher(y []float64, period int) *searcher {
	n, m := len(y), max(period, 1)
	buffer := make([]float64, 5*n+4*m+6)
	take := func(k int) []float64 {
		part := buffer[:k:k]
		buffer = buffer[k:]
		return part
	}
	s := &searcher{m: m, y: take(n), q: take(n), s: take(n), e: take(n), b: take(n),
		season: take(m), adjoint: take(m), characteristic: take(m + 3), reflected: take(m + 3)}
	for _, v := range y {
		s.scale += math.Abs(v) / float64(n)
	}
	if !(s.scale > 0) || !float.Finite(s.scale) {
		s.scale = 1
	}
	for t, v := range y {
		s.y[t] = v / s.scale
	}
	return s
}
