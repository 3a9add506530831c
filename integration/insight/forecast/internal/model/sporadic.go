package model

import (
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

// sporadic adapts package intermittent.
type sporadic struct {
	m     *intermittent.Model
	paths intermittent.Paths
}

// Intermittent is a method of package intermittent, of demand alone.
func Intermittent(m intermittent.Method, p *history.Prepared, c Settings) Model {
	if !p.Demand {
		return nil
	}
	fit, err := intermittent.Fit(p.Values, m, c.Smoothing)
	if err != nil {
		return nil
	}
	return sporadic{fit, fit.Paths()}
}

func (s sporadic) Points(h int) []float64 { return slices.Repeat([]float64{s.m.Rate}, h) }

func (s sporadic) Variances(h int) []float64 { return slices.Repeat([]float64{s.m.Variance()}, h) }

func (s sporadic) Path(out []float64, r *float.Random) { s.paths.Next(out, r) }

func (s sporadic) Describe() Description {
	return Description{Name: string(s.m.Method), Fitted: s.m.Fitted, Parameters: []insight.Parameter{
		{Name: "smoothing", Value: s.m.Smoothing}, {Name: "size", Value: s.m.Size}, {Name: "interval", Value: s.m.Interval}, {Name: "probability", Value: s.m.Probability},
	}}
}
