package ets

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// candidate is a searched point.
type candidate struct {
	kind       Kind
	x          []float64
	value      float64
	iterations int
	converged  bool
}

// search runs from the most likely of a few values of α, β and γ over the initial
// states of R, from a second one far from it (for a single kind from all of them),
// and from the optimum of the simpler kind where there is one; the best is kept.
func (s *searcher) search(kind Kind, simpler *candidate, iterations int, tolerance float64) (candidate, bool) {
	s.kind = kind
	m := s.m
	if kind.Season == None {
		s.m = 1
		defer func() { s.m = m }()
	}
	s.bounds()
	if s.simplex && kind.Season == None {
		return s.nearStart()
	}
	best := candidate{kind: kind, value: math.Inf(1)}
	for _, x := range s.beginnings(simpler) {
		value, used := s.box.Minimize(s.value, x, s.lower, s.upper, iterations, tolerance)
		best.iterations += used
		if value < best.value {
			best.value, best.x, best.converged = value, x, used < iterations
		}
	}
	return best, best.x != nil
}

// The start and the end of R's search.
const (
	simplexEvaluations = 2000
	simplexTolerance   = 1.49e-8
)

// nearStart searches by the simplex over α, β, φ and the states in the units of the
// values.
func (s *searcher) nearStart() (candidate, bool) {
	begin := startOf(s.y, 1, s.kind)
	from := begins{u: 0.1}
	from.alpha = LowestParameter + 0.2*(HighestParameter-LowestParameter)
	from.phi = LowestDamping + 0.99*(HighestDamping-LowestDamping)
	c := candidate{kind: s.kind, x: make([]float64, len(s.lower))}
	s.place(c.x, begin, from)
	p := s.read(c.x)
	raw := append([]float64(nil), c.x...)
	if s.kind.Trend != None {
		raw[1] = p.beta
	}
	for i := p.level; i < len(raw); i++ {
		raw[i] *= s.scale
	}
	value := func(raw []float64) float64 {
		copy(c.x, raw)
		if s.kind.Trend != None {
			if !(raw[1] >= LowestParameter && raw[1] <= raw[0]) {
				return math.Inf(1)
			}
			c.x[1] = min((raw[1]-LowestParameter)/max(raw[0]-LowestParameter, 1e-12), 1)
		}
		for i := p.level; i < len(raw); i++ {
			c.x[i] /= s.scale
		}
		for i := range p.level {
			if !(c.x[i] >= s.lower[i] && c.x[i] <= s.upper[i]) {
				return math.Inf(1)
			}
		}
		return s.criterion(c.x)
	}
	_, c.iterations = float.Simplex(value, raw, simplexEvaluations, simplexTolerance)
	value(raw)
	c.value = s.likelihood(c.x)
	c.converged = c.iterations <= simplexEvaluations
	return c, float.Finite(c.value)
}

// criterion is what the simplex makes small. For a single kind with additive errors
// it is the squared errors, as in R's ses and holt, for a choice among kinds the
// likelihood of the unscaled values, as in R's ets. The optimum is the same, but the
// tolerance is a share of the criterion: by the logarithm's the search ends earlier,
// on 518 of 2,036 series of M3 at another point.
func (s *searcher) criterion(x []float64) float64 {
	if s.kind.Error == Multiplicative || !s.single {
		return s.likelihood(x) + float64(float64(2*len(s.y))*float.Log(s.scale))
	}
	squares, _, ok := s.errors(x)
	if !ok {
		return math.Inf(1)
	}
	return squares
}

// beginnings gives the points from which the search starts.
func (s *searcher) beginnings(simpler *candidate) (points [][]float64) {
	begin := startOf(s.y, s.m, s.kind)
	first := s.likeliest(begin)
	if first < 0 {
		// A steep line, or a season as large as the level, may begin below zero: begin
		// flatter.
		begin.level, begin.trend = float.Mean(s.y), 0
		for range 4 {
			if first = s.likeliest(begin); first >= 0 {
				break
			}
			middle := 0.0
			if s.kind.Season == Multiplicative {
				middle = 1
			}
			for j, v := range begin.season {
				begin.season[j] = middle + float64(0.4*(v-middle))
			}
		}
		first = max(first, 0)
	}
	from := starts()
	order := []int{first, from[first].opposite}
	if s.thorough {
		order = order[:0]
		for i := range from {
			order = append(order, (first+i)%len(from))
		}
	}
	for _, i := range order {
		x := make([]float64, len(s.lower))
		s.place(x, begin, from[i])
		points = append(points, x)
	}
	if simpler != nil {
		points = append(points, s.extend(simpler))
	}
	return points
}

// likeliest gives the best of the starts, -1 where none is allowed.
func (s *searcher) likeliest(begin start) int {
	x, gradient := make([]float64, len(s.lower)), make([]float64, len(s.lower))
	first, value := -1, math.Inf(1)
	for i, from := range starts() {
		s.place(x, begin, from)
		if v := s.value(x, gradient); v < value {
			value, first = v, i
		}
	}
	return first
}

// extend places the optimum of the kind with one part of the trend less.
func (s *searcher) extend(c *candidate) []float64 {
	x := make([]float64, len(s.lower))
	kind := s.kind
	s.kind = c.kind
	p := s.read(c.x)
	s.kind = kind
	begin := start{level: c.x[p.level], season: c.x[p.season:]}
	if c.kind.Trend != None {
		begin.trend = c.x[p.trend]
	}
	s.place(x, begin, begins{alpha: p.alpha, u: p.u, v: p.v, phi: HighestDamping})
	return x
}

// resume goes on from a candidate.
func (s *searcher) resume(c *candidate, iterations int, tolerance float64) {
	s.kind = c.kind
	m := s.m
	if c.kind.Season == None {
		s.m = 1
		defer func() { s.m = m }()
	}
	s.bounds()
	value, used := s.box.Minimize(s.value, c.x, s.lower, s.upper, iterations, tolerance)
	c.value, c.iterations, c.converged = value, c.iterations+used, used < iterations
}

// begins are α and the shares of β and γ from which a search may start.
type begins struct {
	alpha, u, v, phi float64
	opposite         int // the start tried beside it
}

func starts() [6]begins {
	return [6]begins{
		{0.1, 0.1, 0.05, 0.978, 3}, {0.3, 0.1, 0.1, 0.95, 4}, {0.6, 0.05, 0.2, 0.95, 0},
		{0.9, 0.05, 0.3, 0.9, 0}, {0.5, 0.5, 0.5, 0.9, 0}, {0.95, 0.9, 0.1, 0.97, 0},
	}
}

func (s *searcher) place(x []float64, begin start, from begins) {
	x[0] = from.alpha
	i := 1
	if s.kind.Trend != None {
		x[i] = from.u
		i++
	}
	if s.kind.Season != None {
		x[i] = from.v
		i++
	}
	if s.kind.Damped {
		x[i] = from.phi
		i++
	}
	x[i] = begin.level
	i++
	if s.kind.Trend != None {
		x[i] = begin.trend
		i++
	}
	if s.kind.Season != None {
		copy(x[i:], begin.season[:s.m-1])
	}
}

func (s *searcher) bounds() {
	s.lower, s.upper = s.lower[:0], s.upper[:0]
	add := func(lo, hi float64) { s.lower, s.upper = append(s.lower, lo), append(s.upper, hi) }
	add(LowestParameter, HighestParameter)
	if s.kind.Trend != None {
		add(0, 1)
	}
	if s.kind.Season != None {
		add(0, 1)
	}
	if s.kind.Damped {
		add(LowestDamping, HighestDamping)
	}
	add(-1e6, 1e6)
	if s.kind.Trend != None {
		add(-1e6, 1e6)
	}
	if s.kind.Season != None {
		for range s.m - 1 {
			if s.kind.Season == Multiplicative {
				add(1e-6, float64(s.m))
			} else {
				add(-1e6, 1e6)
			}
		}
	}
}
