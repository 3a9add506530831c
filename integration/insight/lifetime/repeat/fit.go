package repeat

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// The search runs over the logarithms of the first parameter, of the second over the
// first, of the third over the fourth, and of the fourth, with times in mean ages: where
// all are alike (both large) or nobody leaves it runs along an axis, to its end.
const (
	smallest, small = -6.0, -7.5 // of a shape, of a ratio; the product of both is in the range of parameters
	large           = 9.0
	// tolerance is what three steps in a row must win of the log-likelihood of all: a
	// parameter a hundredth of its standard error off loses 5e-5.
	tolerance = 1e-6
)

// likely is a law with a likelihood.
type likely interface {
	logLikelihood(s *sample, gradient *[4]float64) float64
}

func (m Model) likely(p [4]float64) likely {
	if m == ParetoNBD {
		return pareto{p[0], p[1], p[2], p[3]}
	}
	return geometric{p[0], p[1], p[2], p[3], m == MBGNBD}
}

// Fit finds the parameters with the greatest likelihood. There is always an answer:
// where nobody bought again, half a purchase in all the time observed and no leaving
// stand in, with a warning; parameters at the end of their range (nobody seems to
// leave, all are alike) are a warning too. Errors are faults of model and
// configuration.
func (m Model) Fit(g *Groups, c Config) (Fit, error) {
	var k tandem.Check
	k.Require(m.Valid(), "model", "model", "must be bg_nbd, mbg_nbd or pareto_nbd")
	k.Require(g != nil, "groups", "groups", "must be given")
	k.Nested("config", c.Validate())
	if err := k.Err("repeat fit"); err != nil {
		return Fit{}, err
	}
	if c.Iterations == 0 {
		c.Iterations = 300
	}
	s := g.sample()
	f := Fit{Model: m, Customers: g.customers, Groups: len(g.rows), LeftOut: g.LeftOut()}
	if g.zeroAge > 0 {
		f.warn(ZeroAge, "customers first seen on the last day say nothing yet")
	}
	if s.purchases == 0 {
		f.standIn(s)
		return f, nil
	}
	back := 0
	for _, r := range s.rows {
		if r.x > 0 {
			back += int(r.count)
		}
	}
	if back < FewRepeaters {
		f.warn(FewCustomers, "fewer than 30 customers came back: the parameters are guesses")
	}
	q := search{model: m, sample: s, iterations: c.Iterations}
	f.search(&q)
	if !c.SkipErrors {
		q.errors(&f)
	}
	f.rescale(s)
	return f, nil
}

// standIn is the answer without a repeat purchase.
func (f *Fit) standIn(s *sample) {
	if s.customers == 0 {
		f.warn(NoCustomers, "no customers: a rate of half a purchase in one unit of time stands in")
	} else {
		f.warn(NoRepeat, "nobody bought again: half a purchase in all the time observed stands in")
	}
	f.warn(forecast.FellBack, "the model was not fitted")
	p := [4]float64{1, 2 * max(s.customers, 1), MinParameter * 100, 1} // alpha in mean ages
	var gradient [4]float64
	f.LogLikelihood = f.Model.likely(p).logLikelihood(s, &gradient)
	f.NBD, f.LeavingChance = f.LogLikelihood, 1
	f.set(p)
	f.rescale(s)
}

func (f *Fit) set(p [4]float64) {
	for i, name := range f.Model.names() {
		f.Parameters[i].Name, f.Parameters[i].Value = name, p[i]
	}
}

// rescale turns mean ages back into the unit of time: alpha and beta are times, and
// the likelihood is a density by time for each repeat purchase.
func (f *Fit) rescale(s *sample) {
	times := []int{1}
	if f.Model == ParetoNBD {
		times = []int{1, 3}
	}
	for _, i := range times {
		f.Parameters[i].Value = min(max(f.Parameters[i].Value*s.scale, MinParameter), MaxParameter)
		f.Parameters[i].Error *= s.scale
	}
	f.LogLikelihood -= float64(s.purchases * float.Log(s.scale))
	f.NBD -= float64(s.purchases * float.Log(s.scale))
	f.AIC = 8 - 2*f.LogLikelihood
}

type search struct {
	model      Model
	sample     *sample
	part       *sample // of it, which cost takes
	iterations int
	box        float.Box
}

// cost is the negative log-likelihood per customer at a place of the search.
func (q *search) cost(x, gradient []float64) float64 {
	p := parameters(x)
	value, g := q.at(p)
	gradient[0], gradient[1], gradient[2], gradient[3] = g[0]+g[1], g[1], g[2], g[2]+g[3]
	return value
}

// at gives the cost of parameters and its gradient by their logarithms.
func (q *search) at(p [4]float64) (value float64, gradient [4]float64) {
	value = q.model.likely(p).logLikelihood(q.part, &gradient)
	for i := range p {
		gradient[i] = -gradient[i] * p[i] / q.part.customers
	}
	return -value / q.part.customers, gradient
}

func parameters(x []float64) [4]float64 {
	return [4]float64{float.Exp(x[0]), float.Exp(x[0] + x[1]), float.Exp(x[2] + x[3]), float.Exp(x[3])}
}

func place(p [4]float64) [4]float64 {
	return [4]float64{float.Log(p[0]), float.Log(p[1] / p[0]), float.Log(p[2] / p[3]), float.Log(p[3])}
}

// search starts at half a gamma shape with the observed rate and moderate leaving; a
// second start with little leaving follows where the first ends at the border. Of many
// customers a part is searched, and the whole from where that ended.
func (f *Fit) search(q *search) {
	s := q.sample
	alpha := 0.5 * s.customers / s.purchases
	starts := [][4]float64{{0.5, alpha, 0.8, 2.5}, {1, 2 * alpha, 0.1, 5}}
	if f.Model == ParetoNBD {
		starts = [][4]float64{{0.5, alpha, 0.5, 0.5}, {1, 2 * alpha, 0.1, 2}}
	}
	q.part = s.thin()
	nbd := q.part.staying().logLikelihood(0.5, alpha, q.iterations)
	best := math.Inf(1)
	var at [4]float64
	converged := false
	for _, start := range starts {
		x := place(start)
		value, used := q.minimize(&x)
		f.Iterations += used
		if value < best {
			best, at, converged = value, x, used < q.iterations
		}
		if converged && !ended(at) && chance(-float64(best*q.part.customers)-nbd) < Significance {
			break
		}
	}
	if q.part != s {
		q.part = s
		value, used := q.minimize(&at)
		f.Iterations += used
		best, converged = value, used < q.iterations
	}
	if !float.Finite(best) { // the first start has a likelihood for every sound history
		best = 0
	}
	p := parameters(at[:])
	f.set(p)
	f.LogLikelihood = -best * s.customers
	if !converged {
		f.warn(forecast.NotConverged, "the iterations ended first")
	}
	f.NBD = s.staying().logLikelihood(p[0], p[1], q.iterations)
	f.LeavingChance = chance(f.LogLikelihood - f.NBD)
	f.judge(at)
}

func (q *search) minimize(x *[4]float64) (value float64, used int) {
	lower, upper := []float64{smallest, small, small, smallest}, []float64{large, large, large, large}
	return q.box.Minimize(q.cost, x[:], lower, upper, q.iterations, tolerance/q.part.customers)
}

// errors takes the standard errors from the curvature: those of a logarithm, times the
// parameter. Where leaving does not show, nothing is known of its parameters.
func (q *search) errors(f *Fit) {
	var p [4]float64
	for i := range p {
		p[i] = f.Parameters[i].Value
	}
	known := 4
	if f.LeavingChance >= Significance {
		known = 2
	}
	logs := make([]float64, known)
	for i := range logs {
		logs[i] = float.Log(p[i])
	}
	whole := func(x, gradient []float64) float64 {
		for i := range x {
			p[i] = float.Exp(x[i])
		}
		value, g := q.at(p)
		for i := range gradient {
			gradient[i] = q.sample.customers * g[i]
		}
		return q.sample.customers * value
	}
	for i, d := range float.Deviations(whole, logs, 1e-4, 100) {
		f.Parameters[i].Error = f.Parameters[i].Value * d
	}
}
