package forecast

import (
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
)

// fitter fits methods to one prepared history, each of them once.
type fitter struct {
	p      *history.Prepared
	c      Config
	models map[Method]model.Model
}

func newFitter(p *history.Prepared, c Config) *fitter {
	return &fitter{p: p, c: c, models: map[Method]model.Model{}}
}

// get gives nil where the method has no answer for the values, or none that is finite.
func (k *fitter) get(m Method) model.Model {
	fit, known := k.models[m]
	if known {
		return fit
	}
	if m == Combination {
		if mean := k.combine(members(k.p, k.c)); mean != nil {
			fit = mean
		}
	} else {
		fit = m.fit(k.p, k.c)
	}
	if fit != nil && !model.Sane(fit) {
		fit = nil
	}
	k.models[m] = fit
	return fit
}

// nothing says that a method has nothing to estimate: of fewer than two values, and of
// equal ones, where the likelihood of a perfect fit has no end. Of intermittent demand
// equal values say how often it comes.
func (k *fitter) nothing(m Method) bool {
	return len(k.p.Values) < 2 || k.p.Constant && !m.intermittent()
}

// fewValues is up to how many values say more by their mean than by the last of them:
// that of a random walk runs away by the root of each step, the changes of four values or
// fewer in sight, and smoothing needs five.
const fewValues = 5

// last gives what always answers where nothing else does: the mean of one value and of a
// few, with the doubt that so few leave, unless a trend was asked for; else Naive.
func (k *fitter) last(m Method) Method {
	n := len(k.p.Values)
	if n == 1 || n > 1 && n <= fewValues && !k.p.Constant && !m.trending() {
		return Mean
	}
	return Naive
}

// standIn gives the method itself, or the first of its fallbacks that has an answer, and
// its model.
func (k *fitter) standIn(asked Method) (Method, model.Model) {
	for m := asked; m != Naive && !k.nothing(m); m = m.fallback() {
		if fit := k.get(m); fit != nil {
			return m, fit
		}
	}
	m := Naive
	if asked != Naive {
		m = k.last(asked)
	}
	if fit := k.get(m); fit != nil {
		return m, fit
	}
	return Naive, Naive.fit(k.p, k.c) // of values whose squares have no end
}
