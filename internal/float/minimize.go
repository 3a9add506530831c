package float

import "math"

// Box minimises a smooth function between bounds by the BFGS method with
// projected steps (Nocedal and Wright, Numerical Optimization, chapters 6 and
// 16). Its buffers are kept for the next call; one goroutine at a time.
type Box struct {
	h, d, next, grad, nextGrad, hy []float64
}

// Minimize moves x to a local minimum of f and gives its value and the number of
// iterations. f writes its gradient; where it is not defined it gives +Inf. The
// search ends after that many iterations, or when three steps in a row won less
// than tolerance. A start where f is infinite is left as it is.
func (b *Box) Minimize(
	f func(x, gradient []float64) float64, x, lower, upper []float64, iterations int, tolerance float64,
) (value float64, used int) {
	n := len(x)
	b.resize(n)
	for i := range x {
		x[i] = min(max(x[i], lower[i]), upper[i])
	}
	value = f(x, b.grad)
	if !Finite(value) {
		return math.Inf(1), 0
	}
	fresh, small := true, 0
	b.reset(n)
	for used = 1; used <= iterations; used++ {
		slope := b.direction(x, lower, upper)
		if slope >= 0 && !fresh {
			b.reset(n)
			fresh = true
			slope = b.direction(x, lower, upper)
		}
		if slope >= -1e-14 {
			return value, used
		}
		step := 1.0
		if fresh {
			step = min(1, 0.1/math.Sqrt(-slope))
		}
		nextValue, ok := b.search(f, x, lower, upper, value, step)
		if !ok {
			if fresh {
				return value, used
			}
			b.reset(n)
			fresh = true
			continue
		}
		b.update(x, fresh)
		gain := value - nextValue
		copy(x, b.next)
		copy(b.grad, b.nextGrad)
		value, fresh = nextValue, false
		if gain < tolerance {
			if small++; small == 3 {
				return value, used
			}
		} else {
			small = 0
		}
	}
	return value, iterations
}

func (b *Box) resize(n int) {
	if len(b.d) == n {
		return
	}
	b.h = make([]float64, n*n)
	b.d, b.next, b.grad = make([]float64, n), make([]float64, n), make([]float64, n)
	b.nextGrad, b.hy = make([]float64, n), make([]float64, n)
}

func (b *Box) reset(n int) {
	clear(b.h)
	for i := range n {
		b.h[i*n+i] = 1
	}
}

// direction writes -H·g over the variables that are free to move, and gives its
// slope.
func (b *Box) direction(x, lower, upper []float64) float64 {
	n, slope := len(x), 0.0
	free := b.hy // a scratch here: the gradient of the free variables
	for i := range n {
		free[i] = b.grad[i]
		if x[i] <= lower[i] && b.grad[i] > 0 || x[i] >= upper[i] && b.grad[i] < 0 {
			free[i] = 0
		}
	}
	for i := range n {
		b.d[i] = 0
		if free[i] == 0 {
			continue
		}
		b.d[i] = -Dot(b.h[i*n:i*n+n], free)
		slope += float64(b.d[i] * b.grad[i])
	}
	return slope
}

// search shortens the step until the value falls enough (Armijo's rule along the
// projected path).
func (b *Box) search(f func(x, g []float64) float64, x, lower, upper []float64, value, step float64) (float64, bool) {
	for range 25 {
		slope := 0.0
		for i := range x {
			b.next[i] = min(max(x[i]+float64(step*b.d[i]), lower[i]), upper[i])
			slope += float64((b.next[i] - x[i]) * b.grad[i])
		}
		got := f(b.next, b.nextGrad)
		if Finite(got) && got <= value+float64(1e-4*slope) && got < value {
			return got, true
		}
		shrink := 0.3
		if Finite(got) && slope < 0 {
			// The minimum of the parabola through both values and the slope.
			shrink = min(max(float64(-0.5*slope)/(got-value-slope), 0.1), 0.5)
		}
		step *= shrink
	}
	return value, false
}

// update adds what the last step taught about the curvature.
func (b *Box) update(x []float64, fresh bool) {
	n := len(x)
	s, y := b.d, b.grad // both are done with
	sy, yy := 0.0, 0.0
	for i := range n {
		s[i] = b.next[i] - x[i]
		y[i] = b.nextGrad[i] - b.grad[i]
		sy += float64(s[i] * y[i])
		yy += float64(y[i] * y[i])
	}
	if sy <= 1e-12*yy || yy == 0 {
		return
	}
	if fresh {
		for i := range n {
			b.h[i*n+i] = sy / yy
		}
	}
	yhy := 0.0
	for i := range n {
		b.hy[i] = Dot(b.h[i*n:i*n+n], y)
		yhy += float64(b.hy[i] * y[i])
	}
	scale := (1 + yhy/sy) / sy
	for i := range n {
		row := b.h[i*n : i*n+n]
		si, hi := s[i]/sy, b.hy[i]/sy
		ss := float64(scale * s[i])
		for j := range row {
			row[j] += float64(ss*s[j]) - float64(si*b.hy[j]) - float64(hi*s[j])
		}
	}
}
