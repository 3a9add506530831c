package logistic

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/internal/float"
)

// optimum is a point of the search: the intercept last.
type optimum struct {
	beta       []float64
	iterations int
	converged  bool
	likelihood float64 // sum
}

// precision is the fall of the mean loss below which the search ends.
const precision = 1e-12

// search minimises mean log loss plus penalty by Newton's method, which here is
// iteratively re-weighted least squares; the quadratic of each step is solved by
// Cholesky's method or, for an absolute penalty, by coordinate descent (Friedman,
// Hastie and Tibshirani, J. Statistical Software 33, 2010). Steps are halved until
// the objective falls.
func (d *design) search(start []float64, penalty, mix float64, iterations int) optimum {
	p := len(d.terms)
	o := optimum{beta: start}
	if o.beta == nil {
		o.beta = make([]float64, p+1)
		share := float.Mean(d.y)
		o.beta[p] = calibration.LogOdds(share)
	}
	value, _ := d.objective(o.beta, penalty, mix)
	gradient, hessian := make([]float64, p+1), make([]float64, (p+1)*(p+1))
	next := make([]float64, p+1)
	for o.iterations < iterations && !o.converged {
		o.iterations++
		d.quadratic(o.beta, gradient, hessian)
		target := d.step(o.beta, gradient, hessian, penalty, mix)
		if target == nil {
			break
		}
		better := math.Inf(1)
		for size := 1.0; size > 1e-4; size /= 2 {
			for k, b := range o.beta {
				next[k] = b + float64(size*(target[k]-b))
			}
			if better, _ = d.objective(next, penalty, mix); better < value {
				break
			}
		}
		if !(better < value) {
			o.converged = true
			break
		}
		o.converged = value-better < precision
		value = better
		copy(o.beta, next)
	}
	_, o.likelihood = d.objective(o.beta, penalty, mix)
	return o
}

func (d *design) eta(beta []float64, row int) float64 {
	p := len(d.terms)
	sum := beta[p]
	for k, v := range d.x[row*p : (row+1)*p] {
		sum += float64(v * beta[k])
	}
	return sum
}

func (d *design) objective(beta []float64, penalty, mix float64) (value, likelihood float64) {
	for i, y := range d.y {
		eta := d.eta(beta, i)
		likelihood += float64(y*eta) - max(eta, 0) - float.Log1p(float.Exp(-math.Abs(eta)))
	}
	value = -likelihood / float64(len(d.y))
	for _, b := range beta[:len(d.terms)] {
		value += float64(penalty * (float64((1-mix)/2*b*b) + float64(mix*math.Abs(b))))
	}
	return value, likelihood
}

// quadratic gives gradient and second derivatives of the mean log loss.
func (d *design) quadratic(beta, gradient, hessian []float64) {
	p, n := len(d.terms), float64(len(d.y))
	clear(gradient)
	clear(hessian)
	for i, y := range d.y {
		chance := calibration.Probability(d.eta(beta, i))
		rest, weight := (chance-y)/n, float64(chance*(1-chance))/n
		row := d.x[i*p : (i+1)*p]
		for a, v := range row {
			gradient[a] += float64(rest * v)
			w := float64(weight * v)
			line := hessian[a*(p+1) : a*(p+1)+a+1]
			for b := range line {
				line[b] += float64(w * row[b])
			}
			hessian[p*(p+1)+a] += w
		}
		gradient[p] += rest
		hessian[p*(p+1)+p] += weight
	}
	for a := range p + 1 {
		for b := range a {
			hessian[b*(p+1)+a] = hessian[a*(p+1)+b]
		}
	}
}

// step gives the minimum of the quadratic plus penalty; nil for none.
func (d *design) step(beta, gradient, hessian []float64, penalty, mix float64) []float64 {
	p := len(d.terms)
	ridge, absolute := float64(penalty*(1-mix)), float64(penalty*mix)
	for a := range p {
		hessian[a*(p+1)+a] += ridge
		gradient[a] += float64(ridge * beta[a])
	}
	if absolute > 0 {
		return descend(beta, gradient, hessian, absolute)
	}
	move := append([]float64(nil), gradient...)
	if !float.SolveSymmetric(hessian, move) {
		return nil
	}
	for k, b := range beta {
		move[k] = b - move[k]
	}
	if !finiteAll(move) {
		return nil
	}
	return move
}

// sweeps bound the coordinate descent of a step.
const sweeps = 1000

func descend(beta, gradient, hessian []float64, absolute float64) []float64 {
	n := len(beta)
	at, slope := append([]float64(nil), beta...), append([]float64(nil), gradient...)
	for range sweeps {
		moved := 0.0
		for k := range n {
			curve := hessian[k*n+k]
			if !(curve > 1e-300) {
				continue
			}
			want := float64(curve*at[k]) - slope[k]
			if k < n-1 { // the intercept is free
				switch {
				case want > absolute:
					want -= absolute
				case want < -absolute:
					want += absolute
				default:
					want = 0
				}
			}
			step := want/curve - at[k]
			if step == 0 {
				continue
			}
			at[k] += step
			for j := range n {
				slope[j] += float64(step * hessian[k*n+j])
			}
			moved = max(moved, float64(curve*step*step))
		}
		if moved < 1e-16 {
			break
		}
	}
	if !finiteAll(at) {
		return nil
	}
	return at
}
