package forecast

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// effects are what regressors add, over a linear regression on them, a line and
// the season.
type effects struct {
	names       []string
	coefficient []float64
	ahead       [][]float64 // by regressor
	base        []float64   // the value of each regressor that has no effect
	past        [][]float64 // by regressor, less its base
	rest        []float64   // of each regressor after what is given ahead
}

// explain takes the effects of regressors out of the values and looks for outliers in
// what is left, since what a promotion explains is none. What was capped pulled at the
// effects too, which are then estimated again.
func (p *prepared) explain(list []Regressor, c Config) {
	if len(list) == 0 || len(p.values) == 0 {
		p.outliers(c)
		return
	}
	p.regress(list)
	if !p.outliers(c) || p.effects == nil {
		return
	}
	p.effects.explain(p.values)
	said := p.warnings
	p.regress(list)
	p.warnings = said
}

// regress estimates the effects and takes them out of the values. The ridge of 1e-6
// keeps a regressor that never changes at nothing.
func (p *prepared) regress(list []Regressor) {
	n := len(p.values)
	columns := [][]float64{repeat(1, n), make([]float64, n)}
	for t := range n {
		columns[1][t] = float64(t) / float64(n)
	}
	if p.season > 1 && n >= 2*p.season && p.season <= longSeason {
		for j := 1; j < p.season; j++ {
			dummy := make([]float64, n)
			for t := j; t < n; t += p.season {
				dummy[t] = 1
			}
			columns = append(columns, dummy)
		}
	}
	first := len(columns)
	e := &effects{}
	for _, r := range list {
		base := median(r.Past)
		column, varies := make([]float64, n), false
		for t, v := range r.Past {
			column[t] = v - base
			varies = varies || v != base
		}
		if !varies {
			p.warn(Collinear, "the regressor "+r.Name+" never changes and was left out")
			continue
		}
		columns = append(columns, column)
		e.names, e.base, e.ahead = append(e.names, r.Name), append(e.base, base), append(e.ahead, slices.Clone(r.Future))
		e.rest = append(e.rest, r.rest(base))
	}
	if len(e.names) == 0 || n < len(columns)+2 {
		if len(e.names) > 0 {
			p.warn(Collinear, "too few values to estimate the regressors")
		}
		return
	}
	b, ok := float.LeastSquares(p.values, columns, 1e-6)
	if !ok {
		p.warn(Collinear, "the regressors have no finite effect")
		return
	}
	e.coefficient, e.past = b[first:], columns[first:]
	p.effects = e
	for t := range p.values {
		for i, k := range e.coefficient {
			p.values[t] -= float64(k * columns[first+i][t])
		}
	}
}

// rest gives the value of the steps that Future does not reach: its last one, but the
// usual one where nothing is given, and of a promotion, which would never end.
func (r Regressor) rest(usual float64) float64 {
	event := func(v float64) bool { return v == 0 || v == 1 }
	n := len(r.Future)
	if n == 0 || !slices.ContainsFunc(slices.Concat(r.Past, r.Future), func(v float64) bool { return !event(v) }) {
		return usual
	}
	return r.Future[n-1]
}

// short warns of regressors of which something is given ahead, but not for all of h steps.
func (e *effects) short(h int) (list []insight.Warning) {
	for i, future := range e.ahead {
		if n := len(future); n > 0 && n < h {
			list = append(list, insight.Warning{Code: ShortFuture, Text: fmt.Sprintf("%s is given for %s of %d ahead, and taken as %.6g after them",
				e.names[i], plural(n, "step"), h, e.rest[i])})
		}
	}
	return list
}

// explain puts the effects into the fitted history.
func (e *effects) explain(fitted []float64) {
	for i, k := range e.coefficient {
		for t := range fitted {
			fitted[t] += float64(k * e.past[i][t])
		}
	}
}

// add puts the effects into what lies ahead.
func (e *effects) add(points []float64) {
	for i, k := range e.coefficient {
		for t := range points {
			v := e.rest[i]
			if future := e.ahead[i]; t < len(future) {
				v = future[t]
			}
			points[t] += float64(k * (v - e.base[i]))
		}
	}
}
