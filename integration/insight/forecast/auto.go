package forecast

import (
	"fmt"
	"math"

	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/model"
)

// autoMembers are what Auto tries beside the combination.
func autoMembers(p *history.Prepared) []Method {
	if p.Sparse() {
		return []Method{IMAPA, TSB, SBA, SES}
	}
	if len(p.Long) > 0 || p.Season >= history.LongSeason {
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
func (f *Fit) choose() {
	p := &f.prepared
	standard := Combination
	if p.Sparse() {
		standard = IMAPA
	} else if len(p.Long) > 0 || p.Season >= history.LongSeason {
		standard = Decomposition
	}
	n := len(p.Values)
	h := min(f.config.Horizon, max(n/5, 1))
	origins := min(f.config.Origins, n-h-max(autoLeast, 2*p.Season)+1)
	if origins < 1 || p.Constant {
		f.fit(standard)
		p.Warn(FewBackTests, "too few values to back-test: the default was taken")
		f.reason = fmt.Sprintf("%s by default: too few values (%d) for a back-test", f.method, n)
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
	tested := f.backTest(methods, h, origins)
	best := 0
	for i, t := range f.trials {
		if score(t, p) < score(f.trials[best], p) {
			best = i
		}
	}
	chosen, tests := f.trials[0], history.Plural(origins, "back-test")+" of "+history.Plural(h, "step")
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
			f.trials = append(f.trials, f.try(Combination, h, origins, func(k int) []float64 { return middle(tested[k][0], tested[k][best]) }))
		}
		return
	}
	f.fit(chosen.Method)
}

// hedge takes the mean of the default and of what was better than it. The last
// buckets of intermittent demand hold few demands, often none, so that the lowest
// forecast wins by luck: alone it left 12 % of what came above its quantile of 95 %
// where the mean left 10 % (daily sales of Online Retail) and 5.6 % where it left
// 4.7 % (car parts), at the same error of the points.
func (f *Fit) hedge(standard, better Method) bool {
	p := &f.prepared
	both := combine([]Method{standard, better}, p, f.config, func(m Method) model.Model { return m.fit(p, f.config) })
	if both == nil || !model.Sane(both) {
		f.fit(standard)
		return false
	}
	f.model, f.method = both, Combination
	f.reason += "; the mean of both is taken"
	return true
}

// middle gives the mean of two forecasts.
func middle(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = float64(a[i]/2) + float64(b[i]/2)
	}
	return out
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

// backTest fills the trials of the methods and gives their points, by origin.
func (f *Fit) backTest(methods []Method, h, origins int) [][][]float64 {
	y := f.prepared.Values
	tested := make([][][]float64, origins)
	for k := range tested {
		cut := f.prepared
		cut.Values, cut.Warnings, cut.Constant = y[:len(y)-h-k], nil, false
		cut.Season = f.seasonAt(len(cut.Values))
		cut.Long = longSeasons(f.prepared.Long, len(cut.Values))
		tested[k] = f.pointsOf(methods, &cut, h)
	}
	f.trials = make([]Trial, len(methods))
	for i, m := range methods {
		f.trials[i] = f.try(m, h, origins, func(k int) []float64 { return tested[k][i] })
	}
	return tested
}

// seasonAt gives the season that so many values have two cycles of, or none.
func (f *Fit) seasonAt(n int) int {
	if f.prepared.Season > 1 && n < 2*f.prepared.Season {
		return 1
	}
	return f.prepared.Season
}

// longSeasons gives the cycles that n values have two of.
func longSeasons(list []int, n int) (out []int) {
	for _, m := range list {
		if n >= 2*m {
			out = append(out, m)
		}
	}
	return out
}

// try measures points by origin, the last one first.
func (f *Fit) try(m Method, h, origins int, points func(k int) []float64) Trial {
	y, size := f.prepared.Values, 0.0
	for _, v := range y {
		size += math.Abs(v) / float64(len(y))
	}
	t := Trial{Method: m, Origins: origins}
	for k := range origins {
		at := len(y) - h - k
		a := Measure(y[:at], f.seasonAt(at), y[at:at+h], points(k))
		t.MASE += a.MASE / float64(origins)
		t.RMSSE += a.RMSSE / float64(origins)
		t.SMAPE += a.SMAPE / float64(origins)
		if size > 0 {
			t.Bias += a.Bias / size / float64(origins)
		}
	}
	for _, v := range []*float64{&t.MASE, &t.RMSSE, &t.SMAPE, &t.Bias} {
		if !finite(*v) {
			*v = math.MaxFloat64
		}
	}
	return t
}

// pointsOf forecasts by each method, or by what stands in for it as in [Fit.fit]. A
// combination takes the models of those of its members that are tried themselves.
func (f *Fit) pointsOf(methods []Method, cut *history.Prepared, h int) [][]float64 {
	models := make(map[Method]model.Model, len(methods))
	var get func(m Method) model.Model
	get = func(m Method) model.Model {
		fit, ok := models[m]
		if !ok {
			if m == Combination {
				fit = combine(members(cut, f.config), cut, f.config, get)
			} else {
				fit = m.fit(cut, f.config)
			}
			models[m] = fit
		}
		return fit
	}
	out := make([][]float64, len(methods))
	for i, m := range methods {
		fit := get(m)
		for m != Naive && (fit == nil || !model.Sane(fit)) { // Naive always answers
			m = m.fallback()
			fit = get(m)
		}
		out[i] = fit.Points(h)
	}
	return out
}
