package history

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
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
	share       []float64   // by value: what is left of it without the effects; nil = they are subtracted
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

// add takes a regressor in, without a coefficient yet.
func (e *Effects) add(r Regressor) {
	base := median(r.Past)
	column := make([]float64, len(r.Past))
	for t, v := range r.Past {
		column[t] = v - base
	}
	e.names, e.base, e.past = append(e.names, r.Name), append(e.base, base), append(e.past, column)
	e.ahead, e.rest = append(e.ahead, slices.Clone(r.Future)), append(e.rest, r.rest(base))
}

// remove takes the effects out of recorded values.
func (e *Effects) remove(y []float64) {
	for t := range y {
		if e.share != nil {
			y[t] *= e.share[t]
			continue
		}
		for i, k := range e.coefficient {
			y[t] -= float64(k * e.past[i][t])
		}
	}
}

// thin makes the effects shares of intermittent demand: less an effect, the buckets
// without demand would be below zero, or have some, and the history would be intermittent
// no longer. What is left of a value is the usual rate over the rate under the effects, so
// that the mean is that of a subtraction and no demand stays none. No value is more than
// doubled: of a rate near nothing the share would have no end.
func (e *Effects) thin(y []float64, gap []bool) {
	effect := make([]float64, len(y))
	e.Explain(effect)
	rate, known := 0.0, 0.0
	for t, g := range gap {
		if !g {
			rate += y[t] - effect[t]
			known++
		}
	}
	rate = max(rate/max(known, 1), 0)
	e.share = slices.Repeat([]float64{1}, len(y))
	for t := range y {
		if with := rate + effect[t]; with > 0 {
			e.share[t] = min(rate/with, 2)
		} else if effect[t] < 0 {
			e.share[t] = 2
		}
	}
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
