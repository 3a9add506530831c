package history

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// Regressor is a cause outside of the series, as package forecast tells.
type Regressor struct {
	Name         string
	Past, Future []float64
}

// Effects are what regressors add, over a linear regression on them, a line and
// the season.
type Effects struct {
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
func (p *Prepared) explain(r Raw) {
	if len(r.Regressors) == 0 || len(p.Values) == 0 {
		p.outliers(r)
		return
	}
	p.regress(r.Regressors)
	if !p.outliers(r) || p.Effects == nil {
		return
	}
	p.Effects.Explain(p.Values)
	said := p.Warnings
	p.regress(r.Regressors)
	p.Warnings = said
}

// regress estimates the effects and takes them out of the values. The ridge of 1e-6
// keeps a regressor that never changes at nothing.
func (p *Prepared) regress(list []Regressor) {
	n := len(p.Values)
	columns := [][]float64{slices.Repeat([]float64{1}, n), make([]float64, n)}
	for t := range n {
		columns[1][t] = float64(t) / float64(n)
	}
	if p.Season > 1 && n >= 2*p.Season && p.Season <= LongSeason {
		for j := 1; j < p.Season; j++ {
			dummy := make([]float64, n)
			for t := j; t < n; t += p.Season {
				dummy[t] = 1
			}
			columns = append(columns, dummy)
		}
	}
	first := len(columns)
	e := &Effects{}
	for _, r := range list {
		base := median(r.Past)
		column, varies := make([]float64, n), false
		for t, v := range r.Past {
			column[t] = v - base
			varies = varies || v != base
		}
		if !varies {
			p.Warn(Collinear, "the regressor "+r.Name+" never changes and was left out")
			continue
		}
		columns = append(columns, column)
		e.names, e.base, e.ahead = append(e.names, r.Name), append(e.base, base), append(e.ahead, slices.Clone(r.Future))
		e.rest = append(e.rest, r.rest(base))
	}
	if len(e.names) == 0 || n < len(columns)+2 {
		if len(e.names) > 0 {
			p.Warn(Collinear, "too few values to estimate the regressors")
		}
		return
	}
	b, ok := float.LeastSquares(p.Values, columns, 1e-6)
	if !ok {
		p.Warn(Collinear, "the regressors have no finite effect")
		return
	}
	e.coefficient, e.past = b[first:], columns[first:]
	p.Effects = e
	for t := range p.Values {
		for i, k := range e.coefficient {
			p.Values[t] -= float64(k * columns[first+i][t])
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

// Short warns of regressors of which something is given ahead, but not for all of h steps.
func (e *Effects) Short(h int) (list []insight.Warning) {
	for i, future := range e.ahead {
		if n := len(future); n > 0 && n < h {
			list = append(list, insight.Warning{Code: ShortFuture, Text: fmt.Sprintf("%s is given for %s of %d ahead, and taken as %.6g after them",
				e.names[i], Plural(n, "step"), h, e.rest[i])})
		}
	}
	return list
}

// Explain puts the effects into the fitted history.
func (e *Effects) Explain(fitted []float64) {
	for i, k := range e.coefficient {
		for t := range fitted {
			fitted[t] += float64(k * e.past[i][t])
		}
	}
}

// Add puts the effects into what lies ahead.
func (e *Effects) Add(points []float64) {
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

// Parameters gives the effects by name.
func (e *Effects) Parameters() (list []insight.Parameter) {
	for i, k := range e.coefficient {
		list = append(list, insight.Parameter{Name: "effect of " + e.names[i], Value: k})
	}
	return list
}

// Plural gives a number of things in words, such as 2 steps.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
