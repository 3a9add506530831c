package forecast

import (
	"math"

	"github.com/tandem-go/tandem/internal/float"
)

// factors is a season that was taken out of a series.
type factors struct {
	multiplied bool
	figure     []float64 // by position in the cycle of the first value
}

// significant tests a season as the Theta method and the M4 competition do: the
// autocorrelation at one cycle beyond 1.645 of its standard error (Bartlett), on
// three cycles or more.
func significant(y []float64, m int) bool {
	n := len(y)
	if m < 2 || n < 3*m {
		return false
	}
	mean := float.Mean(y)
	zero := 0.0
	for _, v := range y {
		zero += float64((v - mean) * (v - mean))
	}
	if !(zero > 0) {
		return false
	}
	sum, r := 1.0, 0.0
	for lag := 1; lag <= m; lag++ {
		r = 0
		for i := lag; i < n; i++ {
			r += float64((y[i] - mean) * (y[i-lag] - mean))
		}
		r /= zero
		if lag < m {
			sum += float64(2 * r * r)
		}
	}
	return math.Abs(r) > 1.645*math.Sqrt(sum/float64(n))
}

// classical decomposes by a centred moving average: multiplied where all values
// are positive, else added (Makridakis, Wheelwright and Hyndman, 1998, section 3.4).
func classical(y []float64, m int, positive bool) (factors, bool) {
	f := factors{multiplied: positive, figure: make([]float64, m)}
	count := make([]int, m)
	trend := make([]float64, len(y))
	half := centred(y, m, trend)
	for t := half; t < len(y)-half; t++ {
		if positive {
			f.figure[t%m] += y[t] / trend[t]
		} else {
			f.figure[t%m] += y[t] - trend[t]
		}
		count[t%m]++
	}
	for j := range f.figure {
		if count[j] == 0 {
			return f, false
		}
		f.figure[j] /= float64(count[j])
	}
	middle := float.Mean(f.figure)
	for j := range f.figure {
		if positive {
			f.figure[j] /= middle
			if !(f.figure[j] > 1e-4) {
				return f, false
			}
		} else {
			f.figure[j] -= middle
		}
	}
	return f, true
}

// centred writes the moving average of a cycle, the ends halved where it is even,
// and gives how many values at each end have none.
func centred(y []float64, m int, out []float64) int {
	half := m / 2
	for t := half; t < len(y)-half; t++ {
		sum := 0.0
		for i := t - half; i <= t+half; i++ {
			sum += y[i]
		}
		if m%2 == 0 {
			sum -= float64(0.5 * (y[t-half] + y[t+half]))
		}
		out[t] = sum / float64(m)
	}
	return half
}

func (f factors) remove(y []float64) []float64 {
	out := make([]float64, len(y))
	for t, v := range y {
		if f.multiplied {
			out[t] = v / f.figure[t%len(f.figure)]
		} else {
			out[t] = v - f.figure[t%len(f.figure)]
		}
	}
	return out
}

// adjusted puts a season back around a model of the adjusted values.
type adjusted struct {
	model
	factors
	n int
}

func (a *adjusted) restore(x []float64, from int) {
	for i := range x {
		f := a.figure[(from+i)%len(a.figure)]
		if a.multiplied {
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
	if a.multiplied {
		for i := range out {
			f := a.figure[(a.n+i)%len(a.figure)]
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
func (p *prepared) adjustment() ([]float64, *factors) {
	if significant(p.values, p.season) {
		if f, ok := classical(p.values, p.season, p.positive); ok {
			return f.remove(p.values), &f
		}
	}
	return p.values, nil
}

func fitAdjusted(m Method, p *prepared, c Config) model {
	if len(p.values) == 0 {
		return nil
	}
	y, f := p.adjustment()
	var inner model
	switch m {
	case Naive2:
		inner = fitSimple(Naive, &prepared{values: y, season: 1})
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
