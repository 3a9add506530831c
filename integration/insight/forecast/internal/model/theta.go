package model

import (
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/theta"
	"github.com/tandem-go/tandem/internal/float"
)

// classicTheta adapts the classic method of package theta.
type classicTheta struct{ m *theta.Classic }

func fitClassicTheta(y []float64, c Settings) Model {
	fit, err := theta.Fit(y, ets.Config{Iterations: c.Iterations, Simplex: true})
	if err != nil {
		return nil
	}
	return classicTheta{fit}
}

func (t classicTheta) Points(h int) []float64              { return t.m.Points(h) }
func (t classicTheta) Variances(h int) []float64           { return t.m.Variances(h) }
func (t classicTheta) Path(out []float64, r *float.Random) { t.m.Path(out, r) }

func (t classicTheta) Describe() Description {
	d := newSpace(t.m.Smoothing, Settings{}).Describe()
	d.Name, d.AICc, d.Fitted = "Theta", 0, t.m.Fitted()
	d.Parameters = append(d.Parameters, insight.Parameter{Name: "drift", Value: t.m.Drift})
	return d
}

// dynamicTheta adapts the dynamic model of package theta.
type dynamicTheta struct{ m *theta.Dynamic }

func fitDynamicTheta(y []float64, c Settings) Model {
	fit, err := theta.FitDynamic(y, c.Iterations)
	if err != nil {
		return nil
	}
	return dynamicTheta{fit}
}

func (t dynamicTheta) Points(h int) []float64              { return t.m.Points(h) }
func (t dynamicTheta) Variances(h int) []float64           { return t.m.Variances(h) }
func (t dynamicTheta) Path(out []float64, r *float.Random) { t.m.Path(out, r) }

func (t dynamicTheta) Describe() Description {
	d := Description{Name: "dynamic optimised Theta", Fitted: t.m.Fitted,
		Parameters: []insight.Parameter{{Name: "alpha", Value: t.m.Alpha}, {Name: "theta", Value: t.m.Theta}, {Name: "level", Value: t.m.Level}}}
	d.likely(0, t.m.Converged)
	return d
}
