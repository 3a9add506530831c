package forecast

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
)

// autoMembers are what Auto tries beside the combination.
func autoMembers(p *history.Prepared) []Method {
	if p.Sparse() {
		return []Method{IMAPA, TSB, SBA, SES}
	}
	if len(p.Long) > 0 || p.Season >= ets.LongSeason {
		return []Method{Decomposition, SeasonalNaive, ETS}
	}
	return []Method{Theta, DampedHolt, ETS, OptimisedTheta, ARIMA}
}

// The back-test's rules: a single method must beat the default by a margin, since
// the best of several on a few origins is partly luck.
const (
	autoMargin = 0.1
	autoLeast  = 12 // values that an origin must have before it
)

// choose back-tests by rolling origin: the last Origins times the series is cut,
// forecast and compared, each cut a step apart, over the horizon (or what is left
// of the history).
func (f *Fit) choose(raw history.Raw) {
	p := &f.prepared
	standard := Combination
	if p.Sparse() {
		standard = IMAPA
	} else if len(p.Long) > 0 || p.Season >= ets.LongSeason {
		standard = Decomposition
	}
	n := len(p.Values)
	h := min(f.config.Horizon, max(n/5, 1))
	count := min(f.config.Origins, n-h-max(autoLeast, 2*p.Season)+1)
	if count < 1 || p.Constant {
		f.untested(standard, fmt.Sprintf("too few values (%d) for a back-test", n), "too few values to back-test: the default was taken")
		return
	}
	cuts := origins(raw, h, count)
	if len(cuts) == 0 {
		f.untested(standard, "the demand of no step of a back-test is known", "no known demand to back-test by: the default was taken")
		return
	}
	list := f.config.Members
	if len(list) == 0 {
		list = autoMembers(p)
	}
	methods := []Method{standard}
	for _, m := range list {
		if m != standard {
			methods = append(methods, m)
		}
	}
	f.backTest(methods, cuts, h)
	best := 0
	for i, t := range f.trials {
		if score(t, p) < score(f.trials[best], p) {
			best = i
		}
	}
	chosen, tests := f.trials[0], history.Plural(len(cuts), "back-test")+" of "+history.Plural(h, "step")
	if score(f.trials[best], p) < (1-autoMargin)*score(chosen, p) {
		chosen = f.trials[best]
		f.reason = fmt.Sprintf("%s: %s %.3f against %.3f of %s over %s",
			chosen.Method, measure(p), score(chosen, p), score(f.trials[0], p), standard, tests)
	} else {
		f.reason = fmt.Sprintf("%s by default: no method beat its %s of %.3f by %.0f %% over %s",
			standard, measure(p), score(chosen, p), 100*autoMargin, tests)
	}
	if p.Sparse() && chosen.Method != standard {
		if f.hedge(standard, chosen.Method) {
			f.trials = append(f.trials, try(Combination, cuts, func(o *origin) []float64 { return middle(o.points[0], o.points[best]) }))
		}
		return
	}
	f.fit(chosen.Method)
}

// untested takes the default, and says why.
func (f *Fit) untested(standard Method, reason, warning string) {
	f.fit(standard)
	f.prepared.Warn(FewBackTests, warning)
	f.reason = fmt.Sprintf("%s by default: %s", f.method, reason)
}

// hedge takes the mean of the default and of what was better than it. The last
// buckets of intermittent demand hold few demands, often none, so that the lowest
// forecast wins by luck: alone it left 12 % of what came above its quantile of 95 %
// where the mean left 10 % (daily sales of Online Retail) and 5.6 % where it left
// 4.7 % (car parts), at the same error of the points.
func (f *Fit) hedge(standard, better Method) bool {
	both := newFitter(&f.prepared, f.config).combine([]Method{standard, better})
	if both == nil || !model.Sane(both) {
		f.fit(standard)
		return false
	}
	f.model, f.method = both, Combination
	f.reason += "; the mean of both is taken"
	return true
}

// score is MASE, but RMSSE for intermittent demand, where the absolute error
// prefers a forecast of zero.
func score(t Trial, p *history.Prepared) float64 {
	if p.Sparse() {
		return t.RMSSE
	}
	return t.MASE
}

// measure names what score gives.
func measure(p *history.Prepared) string {
	if p.Sparse() {
		return "RMSSE"
	}
	return "MASE"
}
