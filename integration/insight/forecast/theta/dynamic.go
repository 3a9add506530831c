package theta

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/float"
)

// The bounds of the dynamic model, those of the authors' forecTheta.
const (
	LowestAlpha  = 0.1
	HighestAlpha = 0.99
	LowestTheta  = 1
	HighestTheta = 8192
	MaxValues    = 100_000
)

// Dynamic is the dynamic optimised model.
type Dynamic struct {
	Alpha, Theta, Level float64 // the level before the first value
	Variance            float64
	Fitted              []float64
	Converged           bool
	end                 state
}

// state is the level, with the line over the values so far: their number, mean and
// slope, and (1-α) to the power of their number.
type state struct {
	level, decay float64
	line
}

type line struct {
	n           int
	mean, slope float64
}

// start is the line's value at zero.
func (l line) start() float64 { return l.mean - float64(l.slope*(float64(l.n)+1)/2) }

// add takes a value in: equations 8 and 9 of the paper.
func (l *line) add(y float64) {
	l.n++
	t := float64(l.n)
	if l.n == 1 {
		l.slope = 0
	} else {
		l.slope = (float64((t-2)*l.slope) + float64(6/t*(y-l.mean))) / (t + 1)
	}
	l.mean += (y - l.mean) / t
}

// next gives the forecast one step ahead: equation 3.
func (s *state) next(alpha, weight float64) float64 {
	a := 0.0
	if s.n > 0 {
		a = s.start()
	}
	return s.level + float64(weight*(float64(s.decay*a)+float64((1-float64(s.decay*(1-alpha)))/alpha*s.slope)))
}

func (s *state) add(y, alpha float64) {
	s.line.add(y)
	s.level += float64(alpha * (y - s.level))
	s.decay = float64(s.decay * (1 - alpha))
}

// searcher has the lines before each value, which no parameter changes.
type searcher struct{ y, start, slope []float64 }

// squares gives the sum of the squared errors from the third value: the line needs
// two.
func (s *searcher) squares(level, alpha, theta float64) (sum float64) {
	weight, decay, rest, inverse := 1-1/theta, 1.0, 1-alpha, 1/alpha
	for t, v := range s.y {
		after := float64(decay * rest)
		if t >= 2 {
			e := v - level - float64(weight*(float64(decay*s.start[t])+float64(float64((1-after)*inverse)*s.slope[t])))
			sum += float64(e * e)
		}
		level += float64(alpha * (v - level))
		decay = after
	}
	return sum
}

// FitDynamic searches level, α and θ with the least squared errors one step ahead,
// in at most so many iterations. It needs five values that are not all zero.
func FitDynamic(y []float64, iterations int) (*Dynamic, error) {
	var c tandem.Check
	c.Require(len(y) >= 5 && len(y) <= MaxValues, "values", "values", "must be 5 to 100,000")
	c.Require(!slices.ContainsFunc(y, func(v float64) bool { return !float.Finite(v) || math.Abs(v) > 1e100 }), "finite", "values", "must be finite, below 1e100")
	if err := c.Err("Theta fit"); err != nil {
		return nil, err
	}
	scale := 0.0
	for _, v := range y {
		scale += math.Abs(v) / float64(len(y))
	}
	if !(scale > 0) {
		return nil, tandem.ErrUnsupported
	}
	n := len(y)
	buffer := make([]float64, 3*n)
	s := searcher{buffer[:n], buffer[n : 2*n], buffer[2*n:]}
	var l line
	for t, v := range y {
		s.y[t] = v / scale
		if l.n > 0 {
			s.start[t], s.slope[t] = l.start(), l.slope
		}
		l.add(s.y[t])
	}
	x := []float64{s.y[0] / 2, 0.5, 2}
	value := func() float64 { return float64(float64(n) * float.Log(max(s.squares(x[0], x[1], x[2]), 1e-20))) }
	gradient := func(at, g []float64) float64 {
		copy(x, at)
		v := value()
		for i := range x {
			const step = 1e-6
			x[i] = at[i] + step
			g[i] = (value() - v) / step
			x[i] = at[i]
		}
		return v
	}
	best := slices.Clone(x)
	var box float.Box
	_, used := box.Minimize(gradient, best, []float64{-1e6, LowestAlpha, LowestTheta}, []float64{1e6, HighestAlpha, HighestTheta}, iterations, 1e-4)
	d := &Dynamic{Level: best[0] * scale, Alpha: best[1], Theta: best[2], Converged: used < iterations}
	d.run(y)
	return d, nil
}

// run fills what follows from the parameters.
func (d *Dynamic) run(y []float64) {
	d.Fitted = make([]float64, len(y))
	s, weight, squares := state{level: d.Level, decay: 1}, 1-1/d.Theta, 0.0
	for t, v := range y {
		d.Fitted[t] = s.next(d.Alpha, weight)
		if t >= 2 {
			e := v - d.Fitted[t]
			squares += float64(e * e)
		}
		s.add(v, d.Alpha)
	}
	d.end = s
	d.Variance = squares / float64(max(len(y)-5, 1))
}

// Points gives the forecasts of the next h values.
func (d *Dynamic) Points(h int) []float64 {
	out := make([]float64, h)
	d.roll(out, nil)
	return out
}

// Path writes one possible future with normal errors.
func (d *Dynamic) Path(out []float64, random *float.Random) { d.roll(out, random) }

func (d *Dynamic) roll(out []float64, random *float.Random) {
	s, weight, sigma := d.end, 1-1/d.Theta, math.Sqrt(d.Variance)
	for i := range out {
		out[i] = s.next(d.Alpha, weight)
		if random != nil {
			out[i] += float64(sigma * random.Normal())
		}
		s.add(out[i], d.Alpha)
	}
}

// Variances gives those of the forecasts by step, of the model without the line's
// renewal.
func (d *Dynamic) Variances(h int) []float64 { return variances(d.Variance, d.Alpha, h) }
