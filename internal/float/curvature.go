package float

import "math"

// Digamma gives the derivative of log Γ(x) for x > 0, by the asymptotic series
// (Abramowitz and Stegun, 6.3.18) from 10 on and the recurrence below; NaN elsewhere.
func Digamma(x float64) float64 {
	if !(x > 0) {
		return math.NaN()
	}
	below := 0.0
	for x < 10 {
		below += 1 / x
		x++
	}
	i := 1 / (x * x)
	series := i * polynomial(i, -1.0/12, 691.0/32760, -1.0/132, 1.0/240, -1.0/252, 1.0/120, -1.0/12)
	return Log(x) - 0.5/x + float64(series) - below
}

// Deviations gives the square roots of the diagonal of the inverse of f's matrix of
// second derivatives at x, taken from differences of the gradient by step either way:
// the standard errors, where f is a negative log-likelihood at its minimum. 0 stands
// for one that is not finite or above most.
func Deviations(f func(x, gradient []float64) float64, x []float64, step, most float64) []float64 {
	n := len(x)
	hessian, moved := make([]float64, n*n), make([]float64, n)
	up, down := make([]float64, n), make([]float64, n)
	for i := range n {
		copy(moved, x)
		moved[i] = x[i] + step
		f(moved, up)
		moved[i] = x[i] - step
		f(moved, down)
		for j := range n {
			d := (up[j] - down[j]) / (4 * step)
			hessian[i*n+j] += d
			hessian[j*n+i] += d
		}
	}
	out, factor, unit := make([]float64, n), make([]float64, n*n), make([]float64, n)
	for i := range n {
		copy(factor, hessian)
		clear(unit)
		unit[i] = 1
		if !SolveSymmetric(factor, unit) || !(unit[i] > 0) {
			continue
		}
		if d := math.Sqrt(unit[i]); d <= most {
			out[i] = d
		}
	}
	return out
}
