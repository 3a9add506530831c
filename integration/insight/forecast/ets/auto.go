package ets

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// Trial is a kind that the automatic choice looked at.
type Trial struct {
	Kind Kind    `json:"kind"`
	AICc float64 `json:"aicc"`
	// Complete says that the search was run to its end; the others were too far
	// behind after a short one.
	Complete bool `json:"complete"`
}

// screening is how far behind (in AICc) a kind may be after the short search and
// still be searched to its end.
const (
	screening           = 8
	screeningIterations = 30
)

// MaxRelativeDeviation is the largest standard deviation of relative errors with which
// [Auto] still chooses a kind that has a trend or a season beside them. Above it an error
// of three deviations makes the value negative, which no such kind can mean: its likelihood
// is then that of a path which comes near zero, and its forecasts run away with that path.
const MaxRelativeDeviation = 1.0 / 3

// Auto fits the kind with the smallest AICc, of those within [MaxRelativeDeviation]. The
// trials are in the order of [Kinds]. A season is looked at with two cycles or more and
// below [Config].LongSeason. Too few values for any kind is [tandem.ErrUnsupported].
func Auto(y []float64, period int, config Config) (*Model, []Trial, error) {
	config = config.filled()
	if err := check(y, period, Kind{Additive, None, false, None}); err != nil {
		return nil, nil, err
	}
	positive := !slices.ContainsFunc(y, func(v float64) bool { return v <= 0 })
	positive = positive && !config.AdditiveOnly
	seasonal := period >= 2 && period < config.LongSeason && len(y) >= 2*period
	if !seasonal {
		period = 1
	}
	r := race{searcher: newSearcher(y, period), y: y, config: config}
	r.simplex = config.Simplex
	for _, k := range Kinds(seasonal, positive) {
		if len(y) <= k.parameters(period)+1 {
			continue
		}
		if c, ok := r.search(k, r.simpler(k, len(r.found)), min(screeningIterations, config.Iterations), config.Tolerance); ok {
			r.found = append(r.found, c)
			r.trials = append(r.trials, Trial{k, r.aicc(c), c.converged})
			r.meant = append(r.meant, r.canBeMeant(c))
		}
	}
	if len(r.found) == 0 {
		return nil, nil, tandem.ErrUnsupported
	}
	r.run(func(i int) bool { return r.found[i].converged }, r.finish)
	if !config.Simplex {
		// Those still in the race are searched from every start.
		r.thorough = true
		r.run(func(int) bool { return false }, r.again)
	}
	return r.model(y, r.found[r.leader()]), r.trials, nil
}

// race is what is found of the kinds, in their order.
type race struct {
	*searcher
	y      []float64
	config Config
	found  []candidate
	trials []Trial
	meant  []bool // the errors of the candidate can be meant
}

// run searches further the leader and the kinds that may overtake it, each once: who is
// found too wide is passed over, and the next leads, with those around it.
func (r *race) run(done func(i int) bool, further func(i int)) {
	seen := make([]bool, len(r.found))
	for again := true; again; {
		again = false
		limit := r.trials[r.leader()].AICc + screening
		for i := range r.found {
			if seen[i] || done(i) || r.trials[i].AICc > limit {
				continue
			}
			further(i)
			seen[i], again = true, true
			r.trials[i].AICc, r.trials[i].Complete = r.aicc(r.found[i]), true
			r.meant[i] = r.canBeMeant(r.found[i])
		}
	}
}

// finish ends the search of a candidate.
func (r *race) finish(i int) { r.resume(&r.found[i], r.config.Iterations, r.config.Tolerance) }

// again searches a kind from every start, and from the simpler one of its family.
func (r *race) again(i int) {
	k := r.found[i].kind
	if c, ok := r.search(k, r.simpler(k, i), r.config.Iterations, r.config.Tolerance); ok && c.value < r.found[i].value {
		r.found[i] = c
	}
}

// simpler gives the candidate with one part of the trend less than a kind, which is the
// one before position i.
func (r *race) simpler(k Kind, i int) *candidate {
	if i > 0 && k.Trend != None && r.found[i-1].kind.Error == k.Error && r.found[i-1].kind.Season == k.Season {
		return &r.found[i-1]
	}
	return nil
}

// canBeMeant says whether the errors of a candidate are within [MaxRelativeDeviation] where they must be.
func (r *race) canBeMeant(c candidate) bool {
	if c.kind.Error == Additive || c.kind.Trend == None && c.kind.Season == None {
		return true
	}
	return r.model(r.y, c).Variance <= MaxRelativeDeviation*MaxRelativeDeviation
}

// leader gives the kind of the smallest AICc whose errors can be meant, or of the
// smallest where there is none.
func (r *race) leader() int {
	best := -1
	for i, t := range r.trials {
		if r.meant[i] && (best < 0 || t.AICc < r.trials[best].AICc) {
			best = i
		}
	}
	if best >= 0 {
		return best
	}
	best = 0
	for i, t := range r.trials {
		if t.AICc < r.trials[best].AICc {
			best = i
		}
	}
	return best
}

// aicc of a candidate, in the units of the values: the scale's logarithm is the
// same for additive errors (n·log scale²) and relative ones (2·Σ log scale).
func (s *searcher) aicc(c candidate) float64 {
	n := float64(len(s.y))
	m := s.m
	if c.kind.Season == None {
		m = 1
	}
	k := float64(c.kind.parameters(m))
	if n-k-1 <= 0 {
		return math.Inf(1)
	}
	return c.value + float64(2*n*float.Log(s.scale)) + float64(2*k) + float64(2*k*(k+1))/(n-k-1)
}
