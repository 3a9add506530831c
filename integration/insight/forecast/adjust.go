package forecast

import (
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/integration/insight/forecast/season"
)

// adjusted puts a season back around a model of the adjusted values.
type adjusted struct {
	model
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

func (a *adjusted) points(h int) []float64 {
	out := a.model.points(h)
	a.restore(out, a.n)
	return out
}

func (a *adjusted) variances(h int) []float64 {
	out := a.model.variances(h)
	if a.Multiplied {
		for i := range out {
			f := a.Values[(a.n+i)%len(a.Values)]
			out[i] *= float64(f * f)
		}
	}
	return out
}

func (a *adjusted) path(out []float64, r *random) {
	a.model.path(out, r)
	a.restore(out, a.n)
}

func (a *adjusted) describe() description {
	d := a.model.describe()
	fitted := append([]float64(nil), d.fitted...)
	a.restore(fitted, 0)
	d.fitted = fitted
	d.name += ", seasonally adjusted"
	return d
}

// adjustment gives the values without their season where that is significant. It
// is made once for all methods of a series.
func adjustment(p *history.Prepared) ([]float64, *season.Figure) {
	if season.Significant(p.Values, p.Season) {
		if f, ok := season.Classical(p.Values, p.Season, p.Positive); ok {
			return f.Remove(p.Values), &f
		}
	}
	return p.Values, nil
}

func fitAdjusted(m Method, p *history.Prepared, c Config) model {
	if len(p.Values) == 0 {
		return nil
	}
	y, f := adjustment(p)
	var inner model
	switch m {
	case Naive2:
		inner = fitSimple(Naive, &history.Prepared{Values: y, Season: 1})
	case SES, Holt, DampedHolt:
		inner = fitSmoothing(m, y, c)
	case Theta:
		inner = fitTheta(y, c)
	case OptimisedTheta:
		inner = fitOptimisedTheta(y, c)
	}
	if inner == nil || f == nil {
		return inner
	}
	return &adjusted{inner, *f, len(y)}
}
