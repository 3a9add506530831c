package law

import (
	"math"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/policy/internal/position"
)

// Law is the demand that a rule meets: over the lead time, over lead time and
// review (both with the same futures), and over a review period.
type Law struct {
	Unit float64 // of all levels and quantities in that of the history: demand and orders are multiples of it

	demands            [3]forecast.Distribution
	lead, both, review curve
	step               float64             // lattice span of demand, position and lot: 1, or 0 for continuous
	mean               float64             // expected between reviews, after a lead time
	masses             []position.Mass     // of the demand of a review period
	after              *position.Positions // that are not uniform, nil where they are
}

// New gives the law of a demand over the lead time, over lead time and review, and
// over a review period. Whole says that orders are whole numbers; where all samples are,
// too, but for the error of arithmetic, they are made so in place.
func New(lead, protection, review forecast.Distribution, whole bool) *Law {
	w := Law{Unit: 1, demands: [3]forecast.Distribution{lead, protection, review}}
	if latticed(w.demands[:]...) && whole {
		w.step = 1
	}
	w.read()
	return &w
}

// read makes the curves of the demand.
func (w *Law) read() {
	w.lead, w.both, w.review = newCurve(w.demands[0], w.step), newCurve(w.demands[1], w.step), newCurve(w.demands[2], w.step)
	w.mean = w.both.mean() - w.lead.mean()
}

// Divide makes the largest number that all samples and the increment of orders are
// multiples of the unit of the law, as positions differ by no less.
func (w *Law) Divide(increment float64) {
	unit := int64(increment)
	for _, f := range w.demands {
		for i := 0; i < len(f.Samples) && w.step > 0 && unit > 1; i++ {
			for n := int64(math.Abs(f.Samples[i])); n != 0; {
				unit, n = n, unit%n
			}
		}
	}
	if w.step == 0 || unit <= 1 {
		return
	}
	w.Unit = float64(unit)
	for _, f := range w.demands {
		for i := range f.Samples {
			f.Samples[i] = math.Round(f.Samples[i] / w.Unit)
		}
	}
	w.read()
}

// Protection gives the mean demand over lead time and review, in units of the law.
func (w *Law) Protection() float64 { return w.both.mean() }

// Between gives the mean demand between reviews, in the unit of the history.
func (w *Law) Between() float64 { return float64(w.mean * w.Unit) }

// Futures gives the number of samples.
func (w *Law) Futures() int { return len(w.both.samples) }

// Certain says that all samples are the same.
func (w *Law) Certain() bool {
	last := w.both.samples[len(w.both.samples)-1]
	return last-w.both.samples[0] <= float64(1e-9*last)
}

// settle makes the demand of a review period, which is that of a rate, in units of the
// law, where no other is expected: closed days at the end of the protection time, for longer
// than levels are kept.
func (w *Law) settle(rate float64) {
	if !(w.mean > 0) {
		w.mean = rate
	}
	if !(w.review.mean() > 0) {
		w.review = newCurve(forecast.Distribution{Samples: []float64{w.mean}}, w.step)
	}
	w.masses = condense(w.review.samples)
}

// often is the chance of a review whose demand is above the largest order from which
// on that limit counts.
const often = 0.01

// Largest compares the largest order, in the unit of the history, with the demand
// between reviews: starved says that it is less, so that what customers wait for grows
// without end, whatever the level; short that it often is.
func (w *Law) Largest(order float64) (starved, short bool) {
	most := order / w.Unit
	starved = most < float64(w.mean*(1-1e-9)) || most < float64(w.mean*(1+1e-9)) && w.review.loss(most) > float64(1e-9*w.mean)
	return starved, w.review.above(most) > often
}

const maxMasses = 200

// condense gives a distribution as few masses: equal samples are one, and where
// there are too many different ones, neighbours are their mean.
func condense(samples []float64) []position.Mass {
	var list []position.Mass
	each := 1 / float64(max(len(samples), 1))
	group := (len(samples) + maxMasses - 1) / maxMasses
	for i := 0; i < len(samples); {
		n, sum := 0, 0.0
		for i < len(samples) && (n < group || samples[i] == samples[i-1]) {
			sum += samples[i]
			n, i = n+1, i+1
		}
		list = append(list, position.Mass{Demand: sum / float64(n), Probability: float64(n) * each})
	}
	return list
}

// Fraction brings a number that is one but for the error of arithmetic into 0 to 1; what
// is no number is 0.
func Fraction(p float64) float64 {
	if math.IsNaN(p) {
		return 0
	}
	return min(max(p, 0), 1)
}
