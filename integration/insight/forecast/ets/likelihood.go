package ets

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// The bounds of the smoothing parameters, those of R's forecast::ets with
// bounds = "both": the classical ranges 0 < α < 1, 0 < β < α, 0 < γ < 1-α, and
// the damping of a trend between 0.8 and 0.98; and within them only models that
// forget their start.
const (
	LowestParameter  = 0.0001
	HighestParameter = 0.9999
	LowestDamping    = 0.8
	HighestDamping   = 0.98
)

// searcher is the likelihood of one kind over one series, with its gradient by
// the adjoint of the recursion, and the buffers of both.
type searcher struct {
	kind  Kind
	m     int
	y     []float64 // scaled to a mean size of one
	scale float64

	q, s, e, b []float64 // by t: level+trend, season, additive error, trend before
	season     []float64 // rotating states
	adjoint    []float64 // of season
	box        float.Box
	simplex    bool
	single     bool // one kind is fitted, none chosen
	thorough   bool
	lower      []float64
	upper      []float64
	characteristic,
	reflected []float64
}

// parameters as the recursion needs them. The variables of the search are α,
// β's and γ's share of their ranges, φ, the level, the trend and all but the last
// season.
type parameters struct {
	alpha, beta, gamma, phi float64
	u, v                    float64 // the shares
	level, trend            int     // where the states are among the variables
	season                  int
}

func (s *searcher) read(x []float64) (p parameters) {
	p.alpha, p.phi = x[0], 1
	i := 1
	if s.kind.Trend != None {
		p.u = x[i]
		p.beta = LowestParameter + float64(p.u*(p.alpha-LowestParameter))
		i++
	}
	if s.kind.Season != None {
		p.v = x[i]
		p.gamma = LowestParameter + float64(p.v*(1-p.alpha-LowestParameter))
		i++
	}
	if s.kind.Damped {
		p.phi = x[i]
		i++
	}
	p.level = i
	i++
	if s.kind.Trend != None {
		p.trend = i
		i++
	}
	p.season = i
	return p
}

// value gives minus twice the log-likelihood without its constant, as Hyndman,
// Koehler, Ord and Snyder (2008) define it in section 5.1: n·log Σe², with
// 2·Σ log|ŷ| where the errors are relative.
func (s *searcher) value(x, gradient []float64) float64 {
	p := s.read(x)
	squares, logs, ok := s.pass(p, x)
	if !ok {
		return math.Inf(1)
	}
	n := float64(len(s.y))
	s.backward(p, n/squares, gradient)
	return float64(n*float.Log(squares)) + float64(2*logs)
}

// likelihood is value without the gradient, for a kind without a season.
func (s *searcher) likelihood(x []float64) float64 {
	squares, logs, ok := s.errors(x)
	if !ok {
		return math.Inf(1)
	}
	return float64(float64(len(s.y))*float.Log(squares)) + float64(2*logs)
}

func (s *searcher) errors(x []float64) (squares, logs float64, ok bool) {
	p := s.read(x)
	trend := 0.0
	if s.kind.Trend != None {
		trend = x[p.trend]
	}
	return s.plain(p, x[p.level], trend)
}

// plain is forward without a season and without what backward reads.
func (s *searcher) plain(p parameters, level, trend float64) (squares, logs float64, ok bool) {
	if s.kind.Error == Additive {
		for _, y := range s.y {
			damped := float64(p.phi * trend)
			fit := level + damped
			e := y - fit
			squares += float64(e * e)
			level = fit + float64(p.alpha*e)
			trend = damped + float64(p.beta*e)
		}
		squares = max(squares, 1e-20*float64(len(s.y)))
		return squares, 0, squares < 1e200
	}
	product := 1.0
	for _, y := range s.y {
		damped := float64(p.phi * trend)
		fit := level + damped
		if !(fit > 1e-8) {
			return 0, 0, false
		}
		e := y - fit
		r := e / fit
		squares += float64(r * r)
		product *= fit
		if product > 1e200 || product < 1e-200 {
			logs += float.Log(product)
			product = 1
		}
		level = fit + float64(p.alpha*e)
		trend = damped + float64(p.beta*e)
	}
	logs += float.Log(product)
	squares = max(squares, 1e-20*float64(len(s.y)))
	return squares, logs, float.Finite(logs) && squares < 1e200
}

func (s *searcher) pass(p parameters, x []float64) (squares, logs float64, ok bool) {
	if s.kind.Trend != None && s.kind.Season != None && !s.forgets(p) {
		return 0, 0, false
	}
	level, trend := x[p.level], 0.0
	if s.kind.Trend != None {
		trend = x[p.trend]
	}
	if s.kind.Season != None && !s.seasonFrom(x[p.season:]) {
		return 0, 0, false
	}
	squares, logs, ok = s.forward(p, level, trend)
	return max(squares, 1e-20*float64(len(s.y))), logs, ok // a perfect fit has no end
}

func (s *searcher) seasonFrom(x []float64) bool {
	rest := 0.0
	if s.kind.Season == Multiplicative {
		rest = float64(s.m)
	}
	for j, v := range x {
		s.season[j] = v
		rest -= v
	}
	s.season[s.m-1] = rest
	return s.kind.Season != Multiplicative || rest > 1e-6
}

// forward runs the recursion. With the additive error ε and δ = ε, or ε/s where
// the season multiplies: ℓ' = ℓ + φb + αδ, b' = φb + βδ, s' = s + γε, or
// s + γε/(ℓ + φb).
func (s *searcher) forward(p parameters, level, trend float64) (squares, logs float64, ok bool) {
	relative := s.kind.Error == Multiplicative
	product, j := 1.0, 0
	for t, y := range s.y {
		damped := float64(p.phi * trend)
		q := level + damped
		fit, season := q, 0.0
		switch s.kind.Season {
		case Additive:
			season = s.season[j]
			fit += season
		case Multiplicative:
			season = s.season[j]
			fit = float64(fit * season)
			if !(season > 1e-8 && q > 1e-8) {
				return 0, 0, false
			}
		}
		e := y - fit
		s.q[t], s.s[t], s.e[t], s.b[t] = q, season, e, trend
		if relative {
			if !(fit > 1e-8) {
				return 0, 0, false
			}
			r := e / fit
			squares += float64(r * r)
			product *= fit
			if product > 1e200 || product < 1e-200 {
				logs += float.Log(product)
				product = 1
			}
		} else {
			squares += float64(e * e)
		}
		d := e
		switch s.kind.Season {
		case Additive:
			s.season[j] = season + float64(p.gamma*e)
		case Multiplicative:
			d = e / season
			s.season[j] = season + float64(p.gamma*e)/q
		}
		level = q + float64(p.alpha*d)
		trend = damped + float64(p.beta*d)
		if j++; j == s.m {
			j = 0
		}
	}
	logs += float.Log(product)
	return squares, logs, float.Finite(squares) && float.Finite(logs) && squares < 1e200
}

// backward runs the recursion in reverse and writes the gradient; weight is
// n/Σe².
func (s *searcher) backward(p parameters, weight float64, gradient []float64) {
	var ga, gb, gg, gphi, level, trend float64
	relative := s.kind.Error == Multiplicative
	clear(s.adjoint)
	n := len(s.y)
	j := (n - 1) % s.m
	for t := n - 1; t >= 0; t-- {
		q, season, e := s.q[t], s.s[t], s.e[t]
		d, gd := e, float64(p.alpha*level)+float64(p.beta*trend)
		ge, gq, gs := gd, level, 0.0
		switch s.kind.Season {
		case Additive:
			gs = s.adjoint[j]
			gg += float64(e * gs)
			ge += float64(p.gamma * gs)
		case Multiplicative:
			gs = s.adjoint[j]
			d = e / season
			r := gs / q
			gg += float64(e * r)
			ge = gd/season + float64(p.gamma*r)
			gq -= float64(p.gamma*e*r) / q
			gs -= float64(gd*d) / season
		}
		ga += float64(d * level)
		gb += float64(d * trend)
		gfit := 0.0
		if relative {
			fit := s.y[t] - e
			r := e / fit
			ge += float64(2*weight*r) / fit
			gfit = (2 - float64(2*weight*r*r)) / fit
		} else {
			ge += float64(2 * weight * e)
		}
		gfit -= ge
		switch s.kind.Season {
		case Additive:
			gq += gfit
			s.adjoint[j] = gs + gfit
		case Multiplicative:
			gq += float64(gfit * season)
			s.adjoint[j] = gs + float64(gfit*q)
		default:
			gq += gfit
		}
		damped := trend + gq
		gphi += float64(s.b[t] * damped)
		level, trend = gq, float64(p.phi*damped)
		if j--; j < 0 {
			j = s.m - 1
		}
	}
	s.gather(p, gradient, ga, gb, gg, gphi, level, trend)
}

// gather turns the gradient by parameters and states into one by the variables.
func (s *searcher) gather(p parameters, gradient []float64, ga, gb, gg, gphi, level, trend float64) {
	i := 1
	gradient[0] = ga
	if s.kind.Trend != None {
		gradient[0] += float64(p.u * gb)
		gradient[i] = float64(gb * (p.alpha - LowestParameter))
		i++
	}
	if s.kind.Season != None {
		gradient[0] -= float64(p.v * gg)
		gradient[i] = float64(gg * (1 - p.alpha - LowestParameter))
		i++
	}
	if s.kind.Damped {
		gradient[i] = gphi
	}
	gradient[p.level] = level
	if s.kind.Trend != None {
		gradient[p.trend] = trend
	}
	if s.kind.Season != None {
		last := s.adjoint[s.m-1]
		for j := range s.m - 1 {
			gradient[p.season+j] = s.adjoint[j] - last
		}
	}
}

// forgets says whether the influence of old values dies out: all roots of the
// characteristic equation (Hyndman, Akram and Archibald, 2008) within the unit
// circle, read by the step-down recursion of Schur and Cohn.
func (s *searcher) forgets(p parameters) bool {
	m := s.m
	// z^(m+1) + (α+β-φ)·z^m + (α+β-αφ)·z^(m-1) + … + (α+β-αφ+γ-1)·z + φ(1-α-γ)
	a := s.characteristic[:m+2]
	inner := p.alpha + p.beta - float64(p.alpha*p.phi)
	a[0], a[1] = 1, p.alpha+p.beta-p.phi
	for i := 2; i <= m; i++ {
		a[i] = inner
	}
	a[m] += p.gamma - 1
	if m == 1 {
		return true
	}
	a[m+1] = float64(p.phi * (1 - p.alpha - p.gamma))
	shrink := 1.0
	for i := range a {
		a[i] *= shrink
		shrink /= 1 + 1e-8
	}
	for n := m + 1; n >= 1; n-- {
		k := a[n]
		if !(k < 1 && k > -1) {
			return false
		}
		r := s.reflected[:n]
		inverse := 1 / (1 - float64(k*k))
		for i := range r {
			r[i] = float64((a[i] - float64(k*a[n-i])) * inverse)
		}
		copy(a, r)
	}
	return true
}
