package forecast

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/season"
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

func fitDecomposition(p *history.Prepared, c Config) model {
	var periods []int
	if p.Season > 1 {
		periods = append(periods, p.Season)
	}
	periods = append(periods, p.Long...)
	slices.Sort(periods)
	periods = slices.Compact(periods)
	if len(periods) == 0 {
		return nil
	}
	y := p.Values
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
			k.whole = season.Smooth(rest, k.period)
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
	plain := &history.Prepared{Values: rest, Season: 1}
	if m := fitSpace(ETS, plain, c); m != nil {
		return m
	}
	return fitSimple(Naive, plain)
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
