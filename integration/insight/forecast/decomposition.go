package forecast

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/internal/float"
)

// layered takes several seasons out, one after the other, and forecasts the rest
// as a damped trend: the idea of MSTL (Bandara, Hyndman and Bergmeir, 2021), with
// moving averages over the cycles in place of local regression, which is bounded
// in time and the same on every platform.
type layered struct {
	model
	layers []layer
	n      int
	name   string
	fitted []float64
}

// layer is one season: the last cycle, by position from the first value.
type layer struct {
	period int
	last   []float64
	whole  []float64
}

// layerPasses is how often each season is looked at anew without the others.
const layerPasses = 3

func fitDecomposition(p *prepared, c Config) model {
	var periods []int
	if p.season > 1 {
		periods = append(periods, p.season)
	}
	periods = append(periods, p.long...)
	slices.Sort(periods)
	periods = slices.Compact(periods)
	if len(periods) == 0 {
		return nil
	}
	y := p.values
	l := &layered{n: len(y)}
	for _, m := range periods {
		l.layers = append(l.layers, layer{period: m, whole: make([]float64, len(y))})
		l.name += fmt.Sprintf("[%d]", m)
	}
	rest := slices.Clone(y)
	for range layerPasses {
		for i := range l.layers {
			k := &l.layers[i]
			for t := range rest {
				rest[t] += k.whole[t]
			}
			k.whole = seasonOf(rest, k.period)
			for t := range rest {
				rest[t] -= k.whole[t]
			}
		}
	}
	l.model = fitRest(rest, c)
	if l.model == nil {
		return nil
	}
	l.fitted = slices.Clone(l.model.describe().fitted)
	for i := range l.layers {
		k := &l.layers[i]
		k.last = k.whole[len(y)-k.period:]
		for t := range l.fitted {
			l.fitted[t] += k.whole[t]
		}
	}
	return l
}

// fitRest chooses among the exponential smoothing models without a season.
func fitRest(rest []float64, c Config) model {
	plain := &prepared{values: rest, season: 1}
	if m := fitSpace(ETS, plain, c); m != nil {
		return m
	}
	return fitSimple(Naive, plain)
}

// seasonOf smooths, position by position, what is left beside a trend over its own
// past and next cycles (weights 1, 2, 3, 2, 1), and centres each cycle.
func seasonOf(y []float64, m int) []float64 {
	n := len(y)
	trend := make([]float64, n)
	half := centred(y, m, trend)
	for t := range half {
		trend[t], trend[n-1-t] = trend[half], trend[n-1-half]
	}
	out, weights := make([]float64, n), [5]float64{1, 2, 3, 2, 1}
	for t := range out {
		sum, total := 0.0, 0.0
		for k := -2; k <= 2; k++ {
			if j := t + k*m; j >= 0 && j < n {
				sum += float64(weights[k+2] * (y[j] - trend[j]))
				total += weights[k+2]
			}
		}
		out[t] = sum / total
	}
	level := make([]float64, n)
	half = centred(out, m, level)
	for t := range half {
		level[t], level[n-1-t] = level[half], level[n-1-half]
	}
	for t := range out {
		out[t] -= level[t]
	}
	return out
}

func (l *layered) restore(x []float64) {
	for i := range x {
		for _, k := range l.layers {
			x[i] += k.last[i%k.period]
		}
	}
}

func (l *layered) points(h int) []float64 {
	out := l.model.points(h)
	l.restore(out)
	return out
}

func (l *layered) path(out []float64, r *random) {
	l.model.path(out, r)
	l.restore(out)
}

func (l *layered) describe() description {
	d := l.model.describe()
	d.fitted, d.aicc = l.fitted, 0
	d.name = "decomposition" + l.name + " + " + d.name
	return d
}

// effects are what regressors add, over a linear regression on them, a line and
// the season.
type effects struct {
	names       []string
	coefficient []float64
	ahead       [][]float64 // by regressor
	base        []float64   // the value of each regressor that has no effect
	past        [][]float64 // by regressor, less its base
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
		e.names, e.base, e.ahead = append(e.names, r.Name), append(e.base, base), append(e.ahead, r.Future)
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
			v := e.base[i]
			if future := e.ahead[i]; len(future) > 0 {
				v = future[min(t, len(future)-1)]
			}
			points[t] += float64(k * (v - e.base[i]))
		}
	}
}
