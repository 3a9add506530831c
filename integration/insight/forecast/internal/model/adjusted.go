package model

import (
	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/season"
	"github.com/tandem-go/tandem/internal/float"
)

// adjusted puts a season back around a model of the adjusted values.
type adjusted struct {
	Model
	season.Figure
	n int
}

func (a *adjusted) restore(x []float64, from int) {
	for i := range x {
		f := a.Values[(from+i)%len(a.Values)]
		if a.Multiplied {
			x[i] *= f
		} else {
			x[i] += f
		}
	}
}

func (a *adjusted) Points(h int) []float64 {
	out := a.Model.Points(h)
	a.restore(out, a.n)
	return out
}

func (a *adjusted) Variances(h int) []float64 {
	out := a.Model.Variances(h)
	if a.Multiplied {
		for i := range out {
			f := a.Values[(a.n+i)%len(a.Values)]
			out[i] *= float64(f * f)
		}
	}
	return out
}

func (a *adjusted) Path(out []float64, r *float.Random) {
	a.Model.Path(out, r)
	a.restore(out, a.n)
}

func (a *adjusted) Describe() Description {
	d := a.Model.Describe()
	fitted := append([]float64(nil), d.Fitted...)
	a.restore(fitted, 0)
	d.Fitted = fitted
	d.Name += ", seasonally adjusted"
	return d
}

// adjustment gives the values without their season where that is significant.
func adjustment(p *history.Prepared) ([]float64, *season.Figure) {
	if season.Significant(p.Values, p.Season) {
		if f, ok := season.Classical(p.Values, p.Season, p.Positive); ok {
			return f.Remove(p.Values), &f
		}
	}
	return p.Values, nil
}

// adjust fits a method to the values without their season, and puts it back around it.
func adjust(p *history.Prepared, fit func(y []float64) Model) Model {
	if len(p.Values) == 0 {
		return nil
	}
	y, f := adjustment(p)
	inner := fit(y)
	if inner == nil || f == nil {
		return inner
	}
	return &adjusted{inner, *f, len(y)}
}

// Naive2 is the last value, seasonally adjusted, as SES, Holt, DampedHolt, Theta and
// OptimisedTheta are too: where the season is significant it is taken out and put back.
func Naive2(p *history.Prepared, _ Settings) Model {
	return adjust(p, func(y []float64) Model { return fitSimple(last, y, 1) })
}

// SES is simple exponential smoothing, by hand where the smoothing is fixed.
func SES(p *history.Prepared, c Settings) Model {
	return adjust(p, func(y []float64) Model {
		if c.Smoothing > 0 {
			return fitFixed(y, c.Smoothing)
		}
		return fitKind(y, 1, ets.Kind{Error: ets.Additive, Trend: ets.None, Season: ets.None}, c)
	})
}

// Holt is smoothing with a trend.
func Holt(p *history.Prepared, c Settings) Model {
	return adjust(p, func(y []float64) Model { return fitTrend(y, false, c) })
}

// DampedHolt is smoothing with a trend that fades.
func DampedHolt(p *history.Prepared, c Settings) Model {
	return adjust(p, func(y []float64) Model { return fitTrend(y, true, c) })
}

// Theta is the classic method: two lines of equal weights.
func Theta(p *history.Prepared, c Settings) Model {
	return adjust(p, func(y []float64) Model { return fitClassicTheta(y, c) })
}

// OptimisedTheta is the dynamic model.
func OptimisedTheta(p *history.Prepared, c Settings) Model {
	return adjust(p, func(y []float64) Model { return fitDynamicTheta(y, c) })
}
