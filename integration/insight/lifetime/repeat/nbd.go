package repeat

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// staying is a sample in what NBD, in which nobody leaves (Ehrenberg, Applied
// Statistics 8, 1959), takes of it.
type staying struct {
	frequencies []float64 // customers by frequency
	times       []float64 // ages
	customers   []float64 // by age
	purchases   []float64 // by age
}

func (s *sample) staying() *staying {
	n := &staying{frequencies: make([]float64, s.most+1)}
	last := int32(-1)
	for _, r := range s.rows { // by age
		if r.age != last {
			last = r.age
			n.times, n.customers, n.purchases = append(n.times, s.times[r.age]), append(n.customers, 0), append(n.purchases, 0)
		}
		count := float64(r.count)
		n.frequencies[r.x] += count
		n.customers[len(n.customers)-1] += count
		n.purchases[len(n.purchases)-1] += float64(count * float64(r.x))
	}
	return n
}

// cost is the negative log-likelihood at logarithms of r and alpha/r.
func (n *staying) cost(x, gradient []float64) float64 {
	r, alpha := float.Exp(x[0]), float.Exp(x[0]+x[1])
	sum, dr, dAlpha := 0.0, 0.0, 0.0
	logs, inverses := 0.0, 0.0 // of r+i, summed
	for i, count := range n.frequencies {
		sum += float64(count * logs)
		dr += float64(count * inverses)
		logs += float.Log(r + float64(i))
		inverses += 1 / (r + float64(i))
	}
	logAlpha := float.Log(alpha)
	for i, t := range n.times {
		log, k := float.Log(alpha+t), float64(r*n.customers[i])+n.purchases[i]
		sum += float64(r*n.customers[i]*logAlpha) - float64(k*log)
		dr += float64(n.customers[i] * (logAlpha - log))
		dAlpha += float64(r*n.customers[i])/alpha - k/(alpha+t)
	}
	gradient[0], gradient[1] = -float64(dr*r)-float64(dAlpha*alpha), -float64(dAlpha*alpha)
	return -sum
}

// logLikelihood gives the greatest log-likelihood of NBD, from a start on.
func (n *staying) logLikelihood(r, alpha float64, iterations int) float64 {
	customers := 0.0
	for _, c := range n.customers {
		customers += c
	}
	var box float.Box
	value, _ := box.Minimize(func(x, gradient []float64) float64 {
		value := n.cost(x, gradient) / customers
		gradient[0] /= customers
		gradient[1] /= customers
		return value
	}, []float64{float.Log(r), float.Log(alpha / r)}, []float64{smallest, small}, []float64{large, large}, iterations, tolerance/customers)
	return -value * customers
}

// Significance is the level of the test by which leaving counts as seen.
const Significance = 0.05

// chance gives that of a gain in log-likelihood by the two parameters of leaving, if
// nobody leaves: the tail of chi-squared with two degrees of freedom above twice the
// gain. As no leaving is the end of a range, the true one is smaller.
func chance(gain float64) float64 { return float.Exp(-max(gain, 0)) }

// ended says that the search came to an end of its range, where nothing changes that a
// likelihood could tell: e^8.5 is 5,000 mean ages or shapes.
func ended(x [4]float64) bool {
	for i, v := range x {
		low := small
		if i == 0 || i == 3 {
			low = smallest
		}
		if v < low+0.5 || v > large-0.5 {
			return true
		}
	}
	return false
}

// judge warns of leaving that does not show and of parameters that ran to the end of
// their range.
func (f *Fit) judge(x [4]float64) {
	switch {
	case f.LeavingChance >= Significance:
		f.warn(forecast.AtBorder, fmt.Sprintf(
			"customers do not seem to leave (p = %.2f by likelihood ratio): NBD, in which nobody does, explains them as well with two parameters less",
			f.LeavingChance))
	case x[0] > large-0.5:
		f.warn(forecast.AtBorder, "customers seem to buy at one and the same rate")
	case ended(x):
		f.warn(forecast.AtBorder, "a parameter is at the end of its range")
	}
}
