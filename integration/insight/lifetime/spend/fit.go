package spend

import (
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// The search runs over the logarithms of p, q and p·gamma/q, with values in means: where
// customers, or their purchases, hardly differ, it runs along an axis, to its end.
const (
	lowest, highest = -10.0, 10.0
	// tolerance is what three steps in a row must win of the log-likelihood of all.
	tolerance = 1e-6
	// thinned is the number of customers on whom a search for many begins.
	thinned = 8192
)

// sample is customers in order of count, with what a likelihood takes of them.
type sample struct {
	customers float64
	classes   []class
	totals    []float64 // count times mean, by customer
}

// class is the customers with one count.
type class struct {
	count     float64
	customers int
	logs      float64 // of the means, summed
}

func newSample(used []Mean, scale float64) *sample {
	s := &sample{customers: float64(len(used)), totals: make([]float64, len(used))}
	for i, m := range used {
		z := m.Value / scale
		if i == 0 || m.Count != used[i-1].Count {
			s.classes = append(s.classes, class{count: float64(m.Count)})
		}
		c := &s.classes[len(s.classes)-1]
		c.customers++
		c.logs += float.Log(z)
		s.totals[i] = float64(c.count * z)
	}
	return s
}

// thin gives every so many-th customer.
func thin(used []Mean) []Mean {
	step := len(used) / thinned
	if step < 2 {
		return used
	}
	out := make([]Mean, 0, len(used)/step+1)
	for i := step / 2; i < len(used); i += step {
		out = append(out, used[i])
	}
	return out
}

func (f *Fit) fit(used []Mean, c Config) {
	scale := f.Mean
	part := thin(used)
	s := newSample(part, scale)
	x := []float64{float.Log(3), float.Log(4), float.Log(0.75)} // a mean of p·gamma/(q-1) = 1
	value, iterations := s.minimize(x, c.Iterations)
	f.Iterations = iterations
	if len(part) < len(used) {
		s = newSample(used, scale)
		value, iterations = s.minimize(x, c.Iterations)
		f.Iterations += iterations
	}
	ratio := float.Exp(x[1] - x[0] + x[2])
	f.P, f.Q, f.Gamma = float.Exp(x[0]), float.Exp(x[1]), ratio*scale
	f.LogLikelihood = float64(-value*s.customers) - float64(s.customers*float.Log(scale))
	f.judge(x, iterations >= c.Iterations)
	logs := []float64{x[0], x[1], float.Log(ratio)}
	for i, d := range float.Deviations(func(x, gradient []float64) float64 {
		return s.cost(float.Exp(x[0]), float.Exp(x[1]), float.Exp(x[2]), gradient)
	}, logs, 1e-4, 100) {
		f.Errors[i] = []float64{f.P, f.Q, f.Gamma}[i] * d
	}
}

func (f *Fit) judge(x []float64, endless bool) {
	if endless {
		f.warn(forecast.NotConverged, "the iterations ended first")
	}
	border := false
	for _, v := range x {
		border = border || v < lowest+1.5 || v > highest-1.5
	}
	if border {
		f.warn(forecast.AtBorder, "a parameter is at the end of its range: customers, or their purchases, hardly differ")
	}
	if f.Q <= 1 {
		f.warn(InfiniteMean, "q is 1 or less, so that the model has no mean: that of the data stands in")
	}
}

// minimize moves x to the least cost per customer.
func (s *sample) minimize(x []float64, iterations int) (value float64, used int) {
	lower, upper := []float64{lowest, lowest, lowest}, []float64{highest, highest, highest}
	var box float.Box
	return box.Minimize(func(x, gradient []float64) float64 {
		value := s.cost(float.Exp(x[0]), float.Exp(x[1]), float.Exp(x[1]-x[0]+x[2]), gradient)
		p, q, gamma := gradient[0]/s.customers, gradient[1]/s.customers, gradient[2]/s.customers
		gradient[0], gradient[1], gradient[2] = p-gamma, q+gamma, gamma
		return value / s.customers
	}, x, lower, upper, iterations, tolerance/s.customers)
}

// cost gives the negative log-likelihood with its gradient by the logarithms of p, q and gamma.
func (s *sample) cost(p, q, gamma float64, gradient []float64) float64 {
	sum, dp, dq, dg := 0.0, 0.0, 0.0, 0.0
	logGamma, digammaQ := float.Log(gamma), float.Digamma(q)
	at := 0
	for _, c := range s.classes {
		n, px, logX := float64(c.customers), float64(p*c.count), float.Log(c.count)
		logAll, inverse, product := 0.0, 0.0, 1.0 // one logarithm for many customers
		for _, total := range s.totals[at : at+c.customers] {
			all := gamma + total
			inverse += 1 / all
			if product *= all; product > 1e250 || product < 1e-250 {
				logAll += float.Log(product)
				product = 1
			}
		}
		logAll += float.Log(product)
		at += c.customers
		sum += float64(n*(float64(q*logGamma)+float64(px*logX)-float.LogBeta(px, q))) + float64((px-1)*c.logs) - float64((px+q)*logAll)
		dp += float64(c.count * (float64(n*(float.Digamma(px+q)-float.Digamma(px)+logX)) + c.logs - logAll))
		dq += float64(n*(float.Digamma(px+q)-digammaQ+logGamma)) - logAll
		dg += float64(n*(q/gamma)) - float64((px+q)*inverse)
	}
	gradient[0], gradient[1], gradient[2] = -dp*p, -dq*q, -dg*gamma
	return -sum
}
