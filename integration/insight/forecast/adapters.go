package forecast

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/arima"
	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

// newRandom gives one of many independent sources of a seed.
func newRandom(seed, stream uint64) random {
	r := float.NewRandom(seed ^ stream*0x9e3779b97f4a7c15)
	r.Uint64()
	return r
}

// arma adapts package arima.
type arma struct{ m *arima.Model }

func fitARIMA(p *history.Prepared, c Config) model {
	period := p.Season
	if period >= history.LongSeason {
		period = 1
	}
	m, err := arima.Auto(p.Values, period, arima.Config{
		Iterations: min(c.Iterations, 100),
		Models:     min(max(100_000/max(len(p.Values), 1), 4), 40), // bounds the time of long histories
	})
	if err != nil {
		return nil
	}
	return arma{m}
}

func (a arma) points(h int) []float64        { return a.m.Points(h) }
func (a arma) variances(h int) []float64     { return a.m.Variances(h) }
func (a arma) path(out []float64, r *random) { a.m.Path(out, r) }

func (a arma) describe() description {
	d := description{name: a.m.Order.String(), fitted: a.m.Fitted, aicc: a.m.AICc}
	if !finite(d.aicc) {
		d.aicc = 0
	}
	list := func(name string, values []float64) {
		for i, v := range values {
			d.parameters = append(d.parameters, insight.Parameter{Name: fmt.Sprintf("%s%d", name, i+1), Value: v})
		}
	}
	list("ar", a.m.AR)
	list("ma", a.m.MA)
	list("seasonal_ar", a.m.SAR)
	list("seasonal_ma", a.m.SMA)
	if a.m.Order.Constant {
		d.parameters = append(d.parameters, insight.Parameter{Name: "mean", Value: a.m.Mean})
	}
	if !a.m.Converged {
		d.warnings = append(d.warnings, insight.Warning{Code: NotConverged, Text: "the search for the parameters ended at its bound of iterations"})
	}
	return d
}

// sporadic adapts package intermittent.
type sporadic struct {
	m     *intermittent.Model
	paths intermittent.Paths
}

func fitIntermittent(m Method, p *history.Prepared, c Config) model {
	if !p.Demand {
		return nil
	}
	fit, err := intermittent.Fit(p.Values, intermittent.Method(m), c.Smoothing)
	if err != nil {
		return nil
	}
	return sporadic{fit, fit.Paths()}
}

func (s sporadic) points(h int) []float64 { return slices.Repeat([]float64{s.m.Rate}, h) }

func (s sporadic) variances(h int) []float64 { return slices.Repeat([]float64{s.m.Variance()}, h) }

func (s sporadic) path(out []float64, r *random) { s.paths.Next(out, r) }

func (s sporadic) describe() description {
	return description{name: string(s.m.Method), fitted: s.m.Fitted, parameters: []insight.Parameter{
		{Name: "smoothing", Value: s.m.Smoothing}, {Name: "size", Value: s.m.Size}, {Name: "interval", Value: s.m.Interval}, {Name: "probability", Value: s.m.Probability},
	}}
}
