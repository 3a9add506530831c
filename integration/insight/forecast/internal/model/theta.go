package model

import (
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/theta"
)

// classicTheta adapts the classic method of package theta.
type classicTheta struct{ *theta.Classic }

func fitClassicTheta(y []float64, c Settings) Model {
	fit, err := theta.Fit(y, ets.Config{Iterations: c.Iterations, Simplex: true})
	if err != nil {
		return nil
	}
	return classicTheta{fit}
}

func (t classicTheta) Describe() Description {
	d := newSpace(t.Smoothing, Settings{}).Describe()
	d.Name, d.AICc, d.Fitted = "Theta", 0, t.Fitted()
	d.Parameters = append(d.Parameters, insight.Parameter{Name: "drift", Value: t.Drift})
	return d
}

// dynamicTheta adapts the dynamic model of package theta.
type dynamicTheta struct{ *theta.Dynamic }

func fitDynamicTheta(y []float64, c Settings) Model {
	fit, err := theta.FitDynamic(y, c.Iterations)
	if err != nil {
		return nil
	}
	return dynamicTheta{fit}
}

func (t dynamicTheta) Describe() Description {
	d := Description{Name: "dynamic optimised Theta", Fitted: t.Fitted,
		Parameters: []insight.Parameter{{Name: "alpha", Value: t.Alpha}, {Name: "theta", Value: t.Theta}, {Name: "level", Value: t.Level}}}
	d.likely(0, t.Converged)
	return d
}
