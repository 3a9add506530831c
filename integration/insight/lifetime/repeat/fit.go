package repeat

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// The search runs over the logarithms of the parameters, with times in mean ages.
const (
	lowest    = -10.0
	highest   = 10.0
	tolerance = 1e-13 // of the log-likelihood per customer
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
	f.AIC = 8 - 2*f.LogLikelihood
}

type search struct {
	model      Model
	sample     *sample
	iterations int
	box        float.Box
}

// cost is the negative log-likelihood per customer at logarithms of parameters.
func (q *search) cost(x, gradient []float64) float64 {
	var p, g [4]float64
	for i := range p {
		p[i] = float.Exp(x[i])
	}
	value := q.model.likely(p).logLikelihood(q.sample, &g)
	for i := range p {
		gradient[i] = -g[i] * p[i] / q.sample.customers
	}
	return -value / q.sample.customers
}

// search starts at half a gamma shape with the observed rate and moderate leaving; a
// second start with little leaving follows where the first ends at the border.
func (f *Fit) search(q *search) {
	s := q.sample
	alpha := 0.5 * s.customers / s.purchases
	starts := [][4]float64{{0.5, alpha, 0.8, 2.5}, {1, 2 * alpha, 0.1, 5}}
	if f.Model == ParetoNBD {
		starts = [][4]float64{{0.5, alpha, 0.5, 0.5}, {1, 2 * alpha, 0.1, 2}}
	}
	lower, upper := []float64{lowest, lowest, lowest, lowest}, []float64{highest, highest, highest, highest}
	best := math.Inf(1)
	var at [4]float64
	converged := false
	for _, start := range starts {
		var x [4]float64
		for i, v := range start {
			x[i] = min(max(float.Log(v), lowest), highest)
		}
		value, used := q.box.Minimize(q.cost, x[:], lower, upper, q.iterations, tolerance)
		f.Iterations += used
		if value < best {
			best, at, converged = value, x, used < q.iterations
		}
		if converged && !border(at) {
			break
		}
	}
	if !float.Finite(best) { // the first start has a likelihood for every sound history
		best = 0
	}
	var p [4]float64
	for i := range p {
		p[i] = float.Exp(at[i])
	}
	f.set(p)
	f.LogLikelihood = -best * s.customers
	if !converged {
		f.warn(forecast.NotConverged, "the iterations ended first")
	}
	f.judge(at)
}

// border: beyond e^8.5 ≈ 5,000 mean ages or shapes nothing changes that a likelihood
// could tell, and below 0.5 % leaving at a chance (or in a mean age) is as good as none.
func border(x [4]float64) bool {
	for _, v := range x {
		if v < -8.5 || v > 8.5 {
			return true
		}
	}
	return x[2]-x[3] < littleLeaving
}

const littleLeaving = -5.3 // log 0.005

// judge warns of parameters that ran to the end of their range.
func (f *Fit) judge(x [4]float64) {
	switch {
	case !border(x):
	case x[2]-x[3] < littleLeaving:
		f.warn(forecast.AtBorder, "customers do not seem to leave")
	case x[0] > 8.5 || x[1] > 8.5:
		f.warn(forecast.AtBorder, "customers seem to buy at one and the same rate")
	default:
		f.warn(forecast.AtBorder, "a parameter is at the end of its range")
	}
}

// errors takes the standard errors from the curvature: those of a logarithm, times the
// parameter.
func (q *search) errors(f *Fit) {
	var x [4]float64
	for i := range x {
		x[i] = float.Log(f.Parameters[i].Value)
	}
	n := q.sample.customers
	whole := func(x, gradient []float64) float64 {
		value := n * q.cost(x, gradient)
		for i := range gradient {
			gradient[i] *= n
		}
		return value
	}
	for i, d := range float.Deviations(whole, x[:], 1e-4, 100) {
		f.Parameters[i].Error = f.Parameters[i].Value * d
	}
}
