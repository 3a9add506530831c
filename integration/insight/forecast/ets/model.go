package ets

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// model unscales a candidate and runs it once more over the values.
func (s *searcher) model(y []float64, c candidate) *Model {
	s.kind = c.kind
	p := s.read(c.x)
	period := s.m
	if c.kind.Season == None {
		period = 1
	}
	m := &Model{Kind: c.kind, Period: period, Alpha: p.alpha, Beta: p.beta, Gamma: p.gamma, Phi: p.phi,
		Level0: c.x[p.level] * s.scale, Parameters: c.kind.parameters(period), Iterations: c.iterations, Converged: c.converged}
	if c.kind.Trend != None {
		m.Trend0 = c.x[p.trend] * s.scale
	}
	if c.kind.Season != None {
		s.seasonFrom(c.x[p.season:])
		m.Season0 = make([]float64, period)
		for j := range m.Season0 {
			m.Season0[j] = s.season[j]
			if c.kind.Season == Additive {
				m.Season0[j] *= s.scale
			}
		}
	}
	squares, logs := m.run(y)
	n, k := float64(len(y)), float64(m.Parameters)
	// The scale drops out of relative errors' squares, and enters those of
	// additive ones and the logarithms: the likelihood is that of the values.
	minusTwice := float64(n*float.Log(max(squares, 1e-300))) + float64(2*logs)
	m.LogLikelihood = -0.5 * minusTwice
	m.AIC = minusTwice + float64(2*k)
	m.AICc = m.AIC + float64(2*k*(k+1))/(n-k-1)
	m.BIC = minusTwice + float64(k*float.Log(n))
	m.Variance = squares / max(n-k+1, 1) // R: without the variance itself among the parameters
	return m
}

// run fills Fitted, Errors and the last states.
func (m *Model) run(y []float64) (squares, logs float64) {
	m.Fitted, m.Errors = make([]float64, len(y)), make([]float64, len(y))
	season := append([]float64(nil), m.Season0...)
	st := state{m.Level0, m.Trend0}
	j := 0
	for t, v := range y {
		fit, e := 0.0, 0.0
		fit = m.fit(st, season, j)
		e = v - fit
		m.Fitted[t], m.Errors[t] = fit, e
		if m.Kind.Error == Multiplicative {
			m.Errors[t] = e / fit
			logs += float.Log(math.Abs(fit))
		}
		squares += float64(m.Errors[t] * m.Errors[t])
		st = m.step(st, season, j, e)
		if j++; j >= m.Period {
			j = 0
		}
	}
	m.Level, m.Trend = st.level, st.trend
	if season != nil {
		m.Season = append(append([]float64(nil), season[j:]...), season[:j]...)
	}
	return squares, logs
}

type state struct{ level, trend float64 }

func (m *Model) fit(s state, season []float64, j int) float64 {
	q := s.level + float64(m.Phi*s.trend)
	if len(season) == 0 {
		return q
	}
	switch m.Kind.Season {
	case Additive:
		return q + season[j]
	case Multiplicative:
		return q * season[j]
	}
	return q
}

// step takes the states over an additive error.
func (m *Model) step(s state, season []float64, j int, e float64) state {
	damped := float64(m.Phi * s.trend)
	q, d, component := s.level+damped, e, m.Kind.Season
	if len(season) == 0 {
		component = None
	}
	switch component {
	case Additive:
		season[j] += float64(m.Gamma * e)
	case Multiplicative:
		if math.Abs(season[j]) > 1e-10 {
			d = e / season[j]
		}
		if math.Abs(q) > 1e-10 {
			season[j] += float64(m.Gamma*e) / q
		}
	}
	return state{q + float64(m.Alpha*d), damped + float64(m.Beta*d)}
}

// season gives the component of the season, none where a model from outside came without its states.
func (m *Model) season() Component {
	if len(m.Season) == 0 {
		return None
	}
	return m.Kind.Season
}

// Validate reports every fault of a model from outside, such as one decoded from JSON; those of [Fit] and [Auto] have
// none. A model with faults forecasts what it can: without the states of its season, without a season.
func (m *Model) Validate() error {
	var c tandem.Check
	c.Nested("kind", m.Kind.Validate())
	seasonal := m.Kind.Season == Additive || m.Kind.Season == Multiplicative
	c.Require(m.Period >= 1 && m.Period <= MaxSeason, "period", "period", "must be 1 to 366")
	c.Require(!seasonal || m.Period >= 2 && len(m.Season) == m.Period, "length", "season", "one state for each place of the period is needed")
	c.Require(len(m.Season) == 0 || seasonal, "length", "season", "without a season there are no states of it")
	finite := func(path string, values ...float64) {
		c.Require(!slices.ContainsFunc(values, func(v float64) bool { return !float.Finite(v) }), "finite", path, "must be finite")
	}
	finite("alpha", m.Alpha)
	finite("beta", m.Beta)
	finite("gamma", m.Gamma)
	finite("phi", m.Phi)
	finite("level", m.Level)
	finite("trend", m.Trend)
	finite("season", m.Season...)
	c.Require(m.Variance >= 0 && float.Finite(m.Variance), "variance", "variance", "must not be negative")
	return c.Err("ETS model")
}

// Points gives the forecasts of the next h values.
func (m *Model) Points(h int) []float64 {
	out := make([]float64, max(h, 0))
	component := m.season()
	level, trend := m.Level, m.Trend
	for i := range out {
		trend = float64(trend * m.Phi)
		level += trend
		out[i] = level
		switch component {
		case Additive:
			out[i] += m.Season[i%len(m.Season)]
		case Multiplicative:
			out[i] *= m.Season[i%len(m.Season)]
		}
	}
	return out
}

// responses gives c_1 … c_(h-1): what an error of one changes j steps later,
// α + β(φ + … + φʲ), since the trend is damped before it is added (Hyndman, Koehler,
// Ord and Snyder, 2008, table 6.1).
func (m *Model) responses(h int) []float64 {
	c := make([]float64, max(h-1, 0))
	damping, sum := 1.0, 0.0
	for j := range c {
		damping = float64(damping * m.Phi)
		sum += damping
		c[j] = m.Alpha
		if m.Kind.Trend != None {
			c[j] += float64(m.Beta * sum)
		}
		if m.season() != None && (j+1)%len(m.Season) == 0 {
			c[j] += m.Gamma
		}
	}
	return c
}

// Analytic says whether [Model.Variances] has a formula for the kind; the others
// are simulated by [Model.Path].
func (m *Model) Analytic() bool { return m.Kind.Season != Multiplicative }

// Variances gives the variances of the forecasts by step: the formulas of Hyndman,
// Koehler, Ord and Snyder (2008), section 6.2 for additive errors and 6.3 for
// relative ones. It gives nil where there is no formula.
func (m *Model) Variances(h int) []float64 {
	if !m.Analytic() {
		return nil
	}
	c, out := m.responses(h), make([]float64, max(h, 0))
	if m.Kind.Error == Additive {
		sum := 1.0
		for i := range out {
			if i > 0 {
				sum += float64(c[i-1] * c[i-1])
			}
			out[i] = m.Variance * sum
		}
		return out
	}
	points := m.Points(h)
	theta := make([]float64, len(out))
	for i := range out {
		square := float64(points[i] * points[i])
		sum := 0.0
		for j := range i {
			sum += float64(float64(c[j]*c[j]) * theta[i-1-j])
		}
		theta[i] = square + float64(m.Variance*sum)
		out[i] = max(float64((1+m.Variance)*theta[i])-square, 0)
	}
	return out
}

// TotalVariance gives the variance of the sum of the next h values, for additive
// errors without a multiplied season (Snyder, Koehler, Hyndman and Ord, 2004).
func (m *Model) TotalVariance(h int) (float64, bool) {
	if m.Kind.Error != Additive || !m.Analytic() {
		return 0, false
	}
	c := m.responses(h)
	sum, total := 1.0, 0.0
	for j := range h {
		if j > 0 {
			sum += c[j-1]
		}
		total += float64(sum * sum)
	}
	return m.Variance * total, true
}

// Path writes one possible future: errors drawn from the normal distribution
// with the model's variance. A relative error is kept above -0.99, since no
// positive value becomes negative.
func (m *Model) Path(out []float64, random *float.Random) {
	var buffer [32]float64 // on the stack: the usual seasons need no allocation, and no path shares a state
	if len(m.Season) <= len(buffer) {
		m.PathOf(out, buffer[:len(m.Season)], random)
		return
	}
	m.PathOf(out, make([]float64, len(m.Season)), random)
}

// PathOf is [Model.Path] with a buffer as long as the season, which no other goroutine may use meanwhile; one that is
// shorter is not used.
func (m *Model) PathOf(out, season []float64, random *float.Random) {
	if len(season) < len(m.Season) {
		season = make([]float64, len(m.Season))
	}
	season = season[:len(m.Season)]
	copy(season, m.Season)
	st, sigma := state{m.Level, m.Trend}, math.Sqrt(m.Variance)
	j := 0
	for i := range out {
		fit := m.fit(st, season, j)
		e := float64(sigma * random.Normal())
		if m.Kind.Error == Multiplicative {
			e = float64(fit * max(e, -0.99))
		}
		out[i] = fit + e
		st = m.step(st, season, j, e)
		if j++; j >= len(season) {
			j = 0
		}
	}
}
