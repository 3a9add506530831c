package forecast

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
)

// space is a model of package ets.
type space struct {
	m     *ets.Model
	paths int
	seed  uint64
}

var _ model = (*space)(nil)

// fixed is simple smoothing by hand: ℓ = α·y + (1-α)·ℓ from the first value (Brown,
// 1959). Each value is smoothed with the level before it, never with an earlier
// forecast of the forecast.
type fixed struct {
	alpha, level, sigma2 float64
	fitted               []float64
}

func fitFixed(y []float64, alpha float64) model {
	f := &fixed{alpha: alpha, level: y[0], fitted: make([]float64, len(y))}
	for t, v := range y {
		f.fitted[t] = f.level
		e := v - f.level
		f.level += float64(alpha * e)
		f.sigma2 += float64(e*e) / float64(max(len(y)-1, 1))
	}
	return f
}

func (f *fixed) points(h int) []float64 { return slices.Repeat([]float64{f.level}, h) }

func (f *fixed) variances(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		out[i] = f.sigma2 * (1 + float64(float64(i)*float64(f.alpha*f.alpha)))
	}
	return out
}

func (f *fixed) path(out []float64, r *random) {
	level, sigma := f.level, math.Sqrt(f.sigma2)
	for i := range out {
		e := float64(sigma * r.Normal())
		out[i] = level + e
		level += float64(f.alpha * e)
	}
}

func (f *fixed) describe() description {
	return description{name: "simple exponential smoothing", fitted: f.fitted, parameters: []insight.Parameter{{Name: "alpha", Value: f.alpha}}}
}

func fitSmoothing(m Method, y []float64, c Config) model {
	if m == SES && c.Smoothing > 0 {
		return fitFixed(y, c.Smoothing)
	}
	kind := ets.Kind{Error: ets.Additive, Trend: ets.None, Season: ets.None}
	if m != SES {
		kind.Trend = ets.Additive
		kind.Damped = m == DampedHolt
	}
	return fitKind(y, 1, kind, c)
}

func fitKind(y []float64, period int, kind ets.Kind, c Config) model {
	fit, err := ets.Fit(y, period, kind, ets.Config{Iterations: c.Iterations, Simplex: true})
	if err != nil {
		return nil
	}
	return newSpace(fit, c)
}

func newSpace(m *ets.Model, c Config) *space {
	return &space{m: m, paths: c.Paths, seed: c.Seed}
}

func fitSpace(m Method, p *history.Prepared, c Config) model {
	switch m {
	case HoltWintersAdditive:
		if p.Season > 1 && p.Season <= ets.MaxSeason {
			return fitKind(p.Values, p.Season, ets.Kind{Error: ets.Additive, Trend: ets.Additive, Season: ets.Additive}, c)
		}
		return fitSmoothing(Holt, p.Values, c)
	case HoltWintersMultiplicative:
		// With relative errors, since with additive ones its variance has no bound.
		if p.Season > 1 && p.Season <= ets.MaxSeason && p.Positive {
			return fitKind(p.Values, p.Season, ets.Kind{Error: ets.Multiplicative, Trend: ets.Additive, Season: ets.Multiplicative}, c)
		}
		return nil
	}
	period := min(p.Season, ets.MaxSeason)
	if p.Season >= history.LongSeason {
		return fitDecomposition(p, c)
	}
	config := ets.Config{Iterations: c.Iterations, Simplex: true}
	fit, _, err := ets.Auto(p.Values, period, config)
	if err != nil {
		return nil
	}
	if s := newSpace(fit, c); fit.Kind.Error == ets.Additive || !absurd(p, s, max(c.Horizon, 1)) {
		return s
	}
	config.AdditiveOnly = true
	if fit, _, err = ets.Auto(p.Values, period, config); err != nil {
		return nil
	}
	p.Warn(WideInterval, "the likeliest model's interval was out of proportion to the history; only additive ones were compared")
	return newSpace(fit, c)
}

// absurd says that a model's standard deviation exceeds twice the range of the
// history: what the likelihood prefers on the lynx of Canada, where R's choice has
// an interval of ±330,000 about values up to 6,991.
func absurd(p *history.Prepared, m model, h int) bool {
	low, high := slices.Min(p.Values), slices.Max(p.Values)
	v := m.variances(h)[h-1]
	return !(deviation(v) <= 2*(high-low)) && high > low
}

func (s *space) points(h int) []float64 { return s.m.Points(h) }

// variances has no formula where the season multiplies: it is simulated then.
func (s *space) variances(h int) []float64 {
	if v := s.m.Variances(h); v != nil {
		return v
	}
	out, points, path := make([]float64, h), s.m.Points(h), make([]float64, h)
	r := newRandom(s.seed, 1)
	paths := min(s.paths, 1000)
	for range paths {
		s.path(path, &r)
		for i, v := range path {
			d := v - points[i]
			out[i] += float64(d*d) / float64(paths)
		}
	}
	return out
}

func (s *space) path(out []float64, r *random) { s.m.Path(out, r) }

func (s *space) describe() description {
	m := s.m
	d := description{name: m.Kind.String(), fitted: slices.Clone(m.Fitted), aicc: m.AICc}
	d.parameters = []insight.Parameter{{Name: "alpha", Value: m.Alpha}}
	if m.Kind.Trend != ets.None {
		d.parameters = append(d.parameters, insight.Parameter{Name: "beta", Value: m.Beta})
	}
	if m.Kind.Season != ets.None {
		d.parameters = append(d.parameters, insight.Parameter{Name: "gamma", Value: m.Gamma})
	}
	if m.Kind.Damped {
		d.parameters = append(d.parameters, insight.Parameter{Name: "phi", Value: m.Phi})
	}
	d.parameters = append(d.parameters, insight.Parameter{Name: "sigma", Value: math.Sqrt(m.Variance)})
	if !finite(d.aicc) {
		d.aicc = 0
	}
	if !m.Converged {
		d.warnings = append(d.warnings, insight.Warning{Code: NotConverged, Text: "the search for the parameters ended at its bound of iterations"})
	}
	if m.Alpha >= ets.HighestParameter {
		d.warnings = append(d.warnings, insight.Warning{Code: AtBorder, Text: "alpha is at its upper bound: the last value says all"})
	}
	return d
}
