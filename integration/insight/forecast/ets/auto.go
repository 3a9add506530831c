package ets

import (
	"cmp"
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
	s := newSearcher(y, period)
	s.simplex = config.Simplex
	var found []candidate
	var trials []Trial
	for _, k := range Kinds(seasonal, positive) {
		if len(y) <= k.parameters(period)+1 {
			continue
		}
		var simpler *candidate
		if n := len(found); n > 0 && found[n-1].kind.Error == k.Error && found[n-1].kind.Season == k.Season {
			simpler = &found[n-1]
		}
		if c, ok := s.search(k, simpler, min(screeningIterations, config.Iterations), config.Tolerance); ok {
			found = append(found, c)
			trials = append(trials, Trial{k, s.aicc(c), c.converged})
		}
	}
	if len(found) == 0 {
		return nil, nil, tandem.ErrUnsupported
	}
	best := leader(trials)
	for i := range found {
		if !found[i].converged && trials[i].AICc <= trials[best].AICc+screening {
			s.resume(&found[i], config.Iterations, config.Tolerance)
			trials[i] = Trial{found[i].kind, s.aicc(found[i]), true}
		}
	}
	if !config.Simplex {
		// Those still in the race are searched from every start.
		s.thorough = true
		best = leader(trials)
		limit := trials[best].AICc + screening
		for i := range found {
			if trials[i].AICc > limit {
				continue
			}
			if c, ok := s.search(found[i].kind, nil, config.Iterations, config.Tolerance); ok && c.value < found[i].value {
				found[i], trials[i].AICc = c, s.aicc(c)
			}
		}
	}
	return s.choose(y, found, trials), trials, nil
}

// choose gives the model of the smallest AICc whose errors can be meant, or of the
// smallest where there is none.
func (s *searcher) choose(y []float64, found []candidate, trials []Trial) *Model {
	order := make([]int, len(found))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(trials[a].AICc, trials[b].AICc) })
	for _, i := range order {
		m := s.model(y, found[i])
		simple := m.Kind.Trend == None && m.Kind.Season == None
		if m.Kind.Error == Additive || simple || m.Variance <= MaxRelativeDeviation*MaxRelativeDeviation {
			return m
		}
	}
	return s.model(y, found[order[0]])
}

func leader(trials []Trial) int {
	best := 0
	for i := range trials {
		if trials[i].AICc < trials[best].AICc {
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
