package model

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

// space is a model of package ets.
type space struct {
	m        *ets.Model
	paths    int
	seed     uint64
	warnings []insight.Warning // of how it was chosen
}

// fixed is simple smoothing by hand: ℓ = α·y + (1-α)·ℓ from the first value (Brown,
// 1959). Each value is smoothed with the level before it, never with an earlier
// forecast of the forecast.
type fixed struct {
	alpha, level, sigma2 float64
	fitted               []float64
}

func fitFixed(y []float64, alpha float64) Model {
	f := &fixed{alpha: alpha, level: y[0], fitted: make([]float64, len(y))}
	for t, v := range y {
		f.fitted[t] = f.level
		e := v - f.level
		f.level += float64(alpha * e)
		f.sigma2 += float64(e*e) / float64(max(len(y)-1, 1))
	}
	return f
}

func (f *fixed) Points(h int) []float64 { return slices.Repeat([]float64{f.level}, h) }

func (f *fixed) Variances(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		out[i] = f.sigma2 * (1 + float64(float64(i)*float64(f.alpha*f.alpha)))
	}
	return out
}

func (f *fixed) Path(out []float64, r *float.Random) {
	level, sigma := f.level, math.Sqrt(f.sigma2)
	for i := range out {
		e := float64(sigma * r.Normal())
		out[i] = level + e
		level += float64(f.alpha * e)
	}
}

func (f *fixed) Describe() Description {
	return Description{Name: "simple exponential smoothing", Fitted: f.fitted, Parameters: []insight.Parameter{{Name: "alpha", Value: f.alpha}}}
}

func fitTrend(y []float64, damped bool, c Settings) Model {
	return fitKind(y, 1, ets.Kind{Error: ets.Additive, Trend: ets.Additive, Season: ets.None, Damped: damped}, c)
}

func fitKind(y []float64, period int, kind ets.Kind, c Settings) Model {
	fit, err := ets.Fit(y, period, kind, ets.Config{Iterations: c.Iterations, Simplex: true})
	if err != nil {
		return nil
	}
	return newSpace(fit, c)
}

func newSpace(m *ets.Model, c Settings) *space {
	return &space{m: m, paths: c.Paths, seed: c.Seed}
}

// HoltWintersAdditive is smoothing with a trend and an added season, or without a season
// that can be a state.
func HoltWintersAdditive(p *history.Prepared, c Settings) Model {
	if p.Season > 1 && p.Season <= ets.MaxSeason {
		return fitKind(p.Values, p.Season, ets.Kind{Error: ets.Additive, Trend: ets.Additive, Season: ets.Additive}, c)
	}
	return fitTrend(p.Values, false, c)
}

// HoltWintersMultiplicative is smoothing with a trend and a multiplied season, of positive values, with relative
// errors, since with additive ones its variance has no bound.
func HoltWintersMultiplicative(p *history.Prepared, c Settings) Model {
	if p.Season > 1 && p.Season <= ets.MaxSeason && p.Positive {
		return fitKind(p.Values, p.Season, ets.Kind{Error: ets.Multiplicative, Trend: ets.Additive, Season: ets.Multiplicative}, c)
	}
	return nil
}

// ETS is the likeliest of the exponential smoothing models by AICc, or a [Decomposition] where the season is long.
func ETS(p *history.Prepared, c Settings) Model {
	if p.Season >= ets.LongSeason {
		return Decomposition(p, c)
	}
	config := ets.Config{Iterations: c.Iterations, Simplex: true}
	fit, _, err := ets.Auto(p.Values, p.Season, config)
	if err != nil {
		return nil
	}
	if s := newSpace(fit, c); fit.Kind.Error == ets.Additive || !absurd(p, s, max(c.Horizon, 1)) {
		return s
	}
	config.AdditiveOnly = true
	if fit, _, err = ets.Auto(p.Values, p.Season, config); err != nil {
		return nil
	}
	s := newSpace(fit, c)
	s.warnings = []insight.Warning{{Code: WideInterval, Text: "the likeliest model's interval was out of proportion to the history; only additive ones were compared"}}
	return s
}

// absurd says that a model's standard deviation exceeds twice the range of the
// history: what the likelihood prefers on the lynx of Canada, where R's choice has
// an interval of ±330,000 about values up to 6,991.
func absurd(p *history.Prepared, m Model, h int) bool {
	low, high := slices.Min(p.Values), slices.Max(p.Values)
	v := m.Variances(h)[h-1]
	return high > low && math.Sqrt(v) > 2*(high-low)
}

func (s *space) Points(h int) []float64 { return s.m.Points(h) }

// Variances has no formula where the season multiplies: it is simulated then.
func (s *space) Variances(h int) []float64 {
	if v := s.m.Variances(h); v != nil {
		return v
	}
	out, points, path := make([]float64, h), s.m.Points(h), make([]float64, h)
	r := Random(s.seed, 1)
	paths := min(s.paths, 1000)
	for range paths {
		s.Path(path, &r)
		for i, v := range path {
			d := v - points[i]
			out[i] += float64(d*d) / float64(paths)
		}
	}
	return out
}

func (s *space) Path(out []float64, r *float.Random) { s.m.Path(out, r) }

func (s *space) Describe() Description {
	m := s.m
	d := Description{Name: m.Kind.String(), Fitted: slices.Clone(m.Fitted), Warnings: slices.Clone(s.warnings)}
	d.Parameters = []insight.Parameter{{Name: "alpha", Value: m.Alpha}}
	if m.Kind.Trend != ets.None {
		d.Parameters = append(d.Parameters, insight.Parameter{Name: "beta", Value: m.Beta})
	}
	if m.Kind.Season != ets.None {
		d.Parameters = append(d.Parameters, insight.Parameter{Name: "gamma", Value: m.Gamma})
	}
	if m.Kind.Damped {
		d.Parameters = append(d.Parameters, insight.Parameter{Name: "phi", Value: m.Phi})
	}
	d.Parameters = append(d.Parameters, insight.Parameter{Name: "sigma", Value: math.Sqrt(m.Variance)})
	d.likely(m.AICc, m.Converged)
	if m.Alpha >= ets.HighestParameter {
		d.Warnings = append(d.Warnings, insight.Warning{Code: AtBorder, Text: "alpha is at its upper bound: the last value says all"})
	}
	return d
}
