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
	autoLeast  = 12 // known values that an origin must have before it, or two seasons of them
	// autoNothing is the scaled error below which the default is left for no other: what
	// came was what was expected, as of an article that sells no more, and who expects the
	// least of it is no better.
	autoNothing = 0.01
)

// standard is the default of [Auto].
func standard(p *history.Prepared) Method {
	switch {
	case p.Sparse():
		return IMAPA
	case len(p.Long) > 0 || p.Season >= ets.LongSeason:
		return Decomposition
	}
	return Combination
}

// choose back-tests by rolling origin: the last Origins times the series is cut,
// forecast and compared, each cut a step apart, over the horizon (or what is left
// of the history).
func (f *Fit) choose(raw history.Raw) {
	p := &f.prepared
	methods := []Method{standard(p)}
	if p.Constant && len(p.Values) > 1 {
		f.untested(methods[0], "all values are the same")
		return
	}
	h := min(f.config.Horizon, max(len(p.Values)/5, 1))
	cuts, none := f.cuts(raw, h)
	if len(cuts) == 0 {
		f.untested(methods[0], none)
		f.prepared.Warn(FewBackTests, none+": the default was taken")
		return
	}
	list := f.config.Members
	if len(list) == 0 {
		list = autoMembers(p)
	}
	for _, m := range list {
		if m != methods[0] {
			methods = append(methods, m)
		}
	}
	f.backTest(methods, cuts, h)
	best := f.best(history.Plural(len(cuts), "back-test") + " of " + history.Plural(h, "step"))
	if best > 0 && p.Sparse() {
		if f.hedge(methods[0], methods[best]) {
			f.trials = append(f.trials, try(Combination, cuts, func(o *origin) []float64 { return middle(o.points[0], o.points[best]) }))
		}
		return
	}
	f.fit(methods[best])
}

// cuts gives the origins to test by, or why there are none.
func (f *Fit) cuts(raw history.Raw, h int) (cuts []origin, none string) {
	n, least, known := len(raw.Values), max(autoLeast, 2*f.prepared.Season), raw.Known()
	count := min(f.config.Origins, n-h-least+1)
	if count < 1 {
		return nil, fmt.Sprintf("too few values (%d) for a back-test", n)
	}
	if len(known) == 0 || known[len(known)-1] < n-h-count+1 {
		return nil, "the demand of no step of a back-test is known"
	}
	if cuts = origins(raw, h, count, least); len(cuts) == 0 {
		none = fmt.Sprintf("too few known values (%d) for a back-test", len(known))
	}
	return cuts, none
}

// best gives the trial of the method to take, the first unless another is better than
// that by the margin, and writes the reason.
func (f *Fit) best(tests string) int {
	best, p := 0, &f.prepared
	for i, t := range f.trials {
		if score(t, p) < score(f.trials[best], p) {
			best = i
		}
	}
	first := f.trials[0]
	usual, least := score(first, p), score(f.trials[best], p)
	switch {
	case usual < autoNothing:
		f.reason = fmt.Sprintf("%s by default: its %s of %.3f over %s leaves nothing to gain", first.Method, measure(p), usual, tests)
		return 0
	case least < (1-autoMargin)*usual:
		f.reason = fmt.Sprintf("%s: %s %.3f against %.3f of %s over %s", f.trials[best].Method, measure(p), least, usual, first.Method, tests)
		return best
	}
	f.reason = fmt.Sprintf("%s by default: no method beat its %s of %.3f by %.0f %% over %s", first.Method, measure(p), usual, 100*autoMargin, tests)
	return 0
}

// untested takes the default, and says why.
func (f *Fit) untested(m Method, reason string) {
	f.fit(m)
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
