package policy

import (
	"fmt"
	"math"

	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// increment is what positions after an order differ by.
func (l *Levels) increment(item Item) float64 {
	if l.Kind == ReorderPoint {
		return l.OrderQuantity
	}
	return units(item.lot().step())
}

// read makes the curves of a demand.
func (w *law) read(d Demand) {
	w.lead, w.both, w.review = newCurve(d.Lead, w.step), newCurve(d.Protection, w.step), newCurve(d.Review, w.step)
	w.mean = w.both.mean() - w.lead.mean()
}

// divide makes the largest number that all samples and the increment of orders are
// multiples of the unit of the law, as positions differ by no less.
func (w *law) divide(d Demand, increment float64) {
	unit := int64(increment)
	for _, f := range []forecast.Distribution{d.Lead, d.Protection, d.Review} {
		for i := 0; i < len(f.Samples) && w.step > 0 && unit > 1; i++ {
			for n := int64(math.Abs(f.Samples[i])); n != 0; {
				unit, n = n, unit%n
			}
		}
	}
	if w.step == 0 || unit <= 1 {
		return
	}
	w.unit = float64(unit)
	for _, f := range []forecast.Distribution{d.Lead, d.Protection, d.Review} {
		for i := range f.Samples {
			f.Samples[i] = math.Round(f.Samples[i] / w.unit)
		}
	}
	w.read(d)
}

// often is the chance of a review whose demand is above the largest order from which
// on a plan says that it counts without that limit.
const often = 0.01

// ground says what the demand is known from. Where few values were all alike a forecast
// takes the next for certain, which is for a reader to judge.
func (l *Levels) ground(w *law, history int) (text string) {
	if history > 0 {
		text = fmt.Sprintf(", from a history of %d buckets", history)
	}
	futures := w.both.samples
	if last := futures[len(futures)-1]; last-futures[0] <= float64(1e-9*last) {
		l.warn(CertainDemand, "all simulated futures are the same%s: nothing is kept for what the forecast does not know", text)
		text += ", the same in every simulated future, so that nothing is kept for safety"
	}
	return text
}

// limit compares the largest order with the demand between reviews. Where it is less,
// no level helps: what customers wait for grows without end, and none are served at
// once in the long run.
func (l *Levels) limit(w *law, item Item) {
	if l.Kind == SinglePeriod {
		return
	}
	lot := item.lot()
	most := units(lot.cap()) / w.unit
	text := fmt.Sprintf("%s is %s, and the demand between reviews %s", lot.largest(), number(units(lot.cap())), number(w.mean*w.unit))
	w.starved = most < float64(w.mean*(1-1e-9)) || most < float64(w.mean*(1+1e-9)) && w.review.loss(most) > float64(1e-9*w.mean)
	switch {
	case w.starved:
		l.warn(HeldAtMaximum, "%s on average: no level serves it", text)
	case w.review.above(most) > often:
		l.warn(HeldAtMaximum, "%s on average, but often above it: less is served than expected without that limit", text)
	}
}

// largest names the largest order.
func (l lot) largest() string {
	if l.maximum.IsNone() {
		return "the largest order of this package (MaxQuantity)"
	}
	return "the largest order"
}

// overage is what a unit too many costs against [ShortageCost]: for a single order, to
// hold it from the receipt to the end, a review period; for the others, for a bucket.
func (i Item) overage() float64 {
	if i.kind() == SinglePeriod {
		return float64(i.HoldingCost * float64(i.period()))
	}
	return i.HoldingCost
}
