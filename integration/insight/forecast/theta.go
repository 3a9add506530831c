package forecast

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
	"github.com/tandem-go/tandem/internal/float"
)

// theta is the classic Theta method (Assimakopoulos and Nikolopoulos, 2000) in the
// form of Hyndman and Billah (2003): simple exponential smoothing with half the
// slope of the line as drift.
type theta struct {
	m     *ets.Model
	drift float64
	n     int
}

func fitTheta(y []float64, c Config) model {
	fit, err := ets.Fit(y, 1, ets.Kind{Error: ets.Additive, Trend: ets.None, Season: ets.None}, ets.Config{Iterations: c.Iterations, Simplex: true})
	if err != nil {
		return nil
	}
	_, slope := float.Line(y)
	return &theta{fit, slope / 2, len(y)}
}

func (t *theta) points(h int) []float64 {
	out := make([]float64, h)
	start := (1 - power(1-t.m.Alpha, t.n)) / t.m.Alpha
	for i := range out {
		out[i] = t.m.Level + float64(t.drift*(float64(i)+start))
	}
	return out
}

func (t *theta) variances(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		out[i] = t.m.Variance * (1 + float64(float64(i)*float64(t.m.Alpha*t.m.Alpha)))
	}
	return out
}

func (t *theta) path(out []float64, r *random) {
	sigma, shift := math.Sqrt(t.m.Variance), 0.0
	for i, p := range t.points(len(out)) {
		e := float64(sigma * r.Normal())
		out[i] = p + shift + e
		shift += float64(t.m.Alpha * e)
	}
}

func (t *theta) describe() description {
	d := newSpace(t.m, Config{}).describe()
	d.name, d.aicc = "Theta", 0
	d.parameters = append(d.parameters, Parameter{"drift", t.drift})
	for i := range d.fitted {
		d.fitted[i] += float64(t.drift * (1 - power(1-t.m.Alpha, i)) / t.m.Alpha)
	}
	return d
}

// power gives x to a whole power, by squaring.
func power(x float64, n int) float64 {
	out := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out *= x
		}
		x *= x
	}
	return out
}

// dynamicTheta is the dynamic optimised theta model of Fiorucci, Pellegrini,
// Louzada, Petropoulos and Koehler (2016): the line is fitted anew with each value,
// and the level, α and θ are those with the least squared errors one step ahead.
type dynamicTheta struct {
	alpha, theta, level float64
	sigma2              float64
	end                 thetaState
	fitted              []float64
	converged           bool
}

// thetaState is the level with the line over the values so far: their number, mean
// and slope, and (1-α) to the power of their number.
type thetaState struct {
	level, mean, slope, decay float64
	n                         int
}

// next gives the forecast one step ahead: equation 3 of the paper.
func (s *thetaState) next(alpha, weight float64) float64 {
	a := s.mean - float64(s.slope*(float64(s.n)+1)/2)
	if s.n == 0 {
		a = 0
	}
	return s.level + float64(weight*(float64(s.decay*a)+float64((1-float64(s.decay*(1-alpha)))/alpha*s.slope)))
}

func (s *thetaState) add(y, alpha float64) {
	s.n++
	t := float64(s.n)
	if s.n == 1 {
		s.slope = 0
	} else {
		// B_t = ((t-2)·B_(t-1) + 6/t·(y_t - ȳ_(t-1))) / (t+1)
		s.slope = (float64((t-2)*s.slope) + float64(6/t*(y-s.mean))) / (t + 1)
	}
	s.mean += (y - s.mean) / t
	s.level += float64(alpha * (y - s.level))
	s.decay *= 1 - alpha
}

func (d *dynamicTheta) run(y []float64, fitted []float64) (squares float64) {
	s := thetaState{level: d.level, decay: 1}
	weight := 1 - 1/d.theta
	for t, v := range y {
		f := s.next(d.alpha, weight)
		if fitted != nil {
			fitted[t] = f
		}
		if t >= 2 { // the line needs two values
			squares += float64((v - f) * (v - f))
		}
		s.add(v, d.alpha)
	}
	d.end = s
	return squares
}

func fitOptimisedTheta(y []float64, c Config) model {
	if len(y) < 5 {
		return nil
	}
	scale := 0.0
	for _, v := range y {
		scale += math.Abs(v) / float64(len(y))
	}
	if !(scale > 0) {
		return nil
	}
	d := &dynamicTheta{}
	x := []float64{y[0] / (2 * scale), 0.5, 2}
	set := func(x []float64) { d.level, d.alpha, d.theta = x[0]*scale, x[1], x[2] }
	n := float64(len(y))
	value := func(x []float64) float64 {
		set(x)
		return float64(n * float.Log(max(d.run(y, nil)/(scale*scale), 1e-20)))
	}
	var box float.Box
	gradient := func(x, g []float64) float64 {
		v := value(x)
		for i := range x {
			keep := x[i]
			const step = 1e-6
			x[i] = keep + step
			g[i] = (value(x) - v) / step
			x[i] = keep
		}
		return v
	}
	_, used := box.Minimize(gradient, x, []float64{-1e6, 0.1, 1}, []float64{1e6, 0.99, 8192}, c.Iterations, 1e-4)
	set(x)
	d.fitted = make([]float64, len(y))
	d.sigma2 = d.run(y, d.fitted) / max(n-5, 1)
	d.converged = used < c.Iterations
	if len(y) > 0 {
		d.fitted[0] = d.level
	}
	return d
}

func (d *dynamicTheta) points(h int) []float64 {
	out, s, weight := make([]float64, h), d.end, 1-1/d.theta
	for i := range out {
		out[i] = s.next(d.alpha, weight)
		s.add(out[i], d.alpha)
	}
	return out
}

func (d *dynamicTheta) variances(h int) []float64 {
	out := make([]float64, h)
	for i := range out {
		out[i] = d.sigma2 * (1 + float64(float64(i)*float64(d.alpha*d.alpha)))
	}
	return out
}

func (d *dynamicTheta) path(out []float64, r *random) {
	s, weight, sigma := d.end, 1-1/d.theta, math.Sqrt(d.sigma2)
	for i := range out {
		out[i] = s.next(d.alpha, weight) + float64(sigma*r.Normal())
		s.add(out[i], d.alpha)
	}
}

func (d *dynamicTheta) describe() description {
	out := description{name: "dynamic optimised Theta", fitted: d.fitted,
		parameters: []Parameter{{"alpha", d.alpha}, {"theta", d.theta}, {"level", d.level}}}
	if !d.converged {
		out.warnings = append(out.warnings, Warning{NotConverged, "the search for the parameters ended at its bound of iterations"})
	}
	return out
}
