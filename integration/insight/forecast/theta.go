package forecast

import (
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/theta"
)

// classicTheta adapts the classic method of package theta.
type classicTheta struct{ m *theta.Classic }

func fitTheta(y []float64, c Config) model {
	fit, err := theta.Fit(y, ets.Config{Iterations: c.Iterations, Simplex: true})
	if err != nil {
		return nil
	}
	return classicTheta{fit}
}

func (t classicTheta) points(h int) []float64        { return t.m.Points(h) }
func (t classicTheta) variances(h int) []float64     { return t.m.Variances(h) }
func (t classicTheta) path(out []float64, r *random) { t.m.Path(out, r) }

func (t classicTheta) describe() description {
	d := newSpace(t.m.Smoothing, Config{}).describe()
	d.name, d.aicc, d.fitted = "Theta", 0, t.m.Fitted()
	d.parameters = append(d.parameters, insight.Parameter{Name: "drift", Value: t.m.Drift})
	return d
}

// dynamicTheta adapts the dynamic model of package theta.
type dynamicTheta struct{ m *theta.Dynamic }

func fitOptimisedTheta(y []float64, c Config) model {
	fit, err := theta.FitDynamic(y, c.Iterations)
	if err != nil {
		return nil
	}
	return dynamicTheta{fit}
}

func (t dynamicTheta) points(h int) []float64        { return t.m.Points(h) }
func (t dynamicTheta) variances(h int) []float64     { return t.m.Variances(h) }
func (t dynamicTheta) path(out []float64, r *random) { t.m.Path(out, r) }

func (t dynamicTheta) describe() description {
	d := description{name: "dynamic optimised Theta", fitted: t.m.Fitted,
		parameters: []insight.Parameter{{Name: "alpha", Value: t.m.Alpha}, {Name: "theta", Value: t.m.Theta}, {Name: "level", Value: t.m.Level}}}
	if !t.m.Converged {
		d.warnings = append(d.warnings, insight.Warning{Code: NotConverged, Text: "the search for the parameters ended at its bound of iterations"})
	}
	return d
}
