package model

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/season"
	"github.com/tandem-go/tandem/internal/float"
)

// layered takes several seasons out, one after the other, and forecasts the rest
// as a damped trend: the idea of MSTL (Bandara, Hyndman and Bergmeir, 2021), with
// moving averages over the cycles in place of local regression, which is bounded
// in time and the same on every platform.
type layered struct {
	Model
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

// Decomposition is of all the cycles that the values have two of; nil where there is none.
func Decomposition(p *history.Prepared, c Settings) Model {
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
	l.Model = fitRest(rest, c)
	if l.Model == nil {
		return nil
	}
	l.fitted = slices.Clone(l.Model.Describe().Fitted)
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
func fitRest(rest []float64, c Settings) Model {
	plain := &history.Prepared{Values: rest, Season: 1}
	if m := ETS(plain, c); m != nil {
		return m
	}
	return Naive(plain, c)
}

func (l *layered) restore(x []float64) {
	for i := range x {
		for _, k := range l.layers {
			x[i] += k.last[i%k.period]
		}
	}
}

func (l *layered) Points(h int) []float64 {
	out := l.Model.Points(h)
	l.restore(out)
	return out
}

func (l *layered) Path(out []float64, r *float.Random) {
	l.Model.Path(out, r)
	l.restore(out)
}

func (l *layered) Describe() Description {
	d := l.Model.Describe()
	d.Fitted, d.AICc = l.fitted, 0
	d.Name = "decomposition" + l.name + " + " + d.Name
	return d
}
