package policy

import (
	"fmt"

	"github.com/tandem-go/tandem/integration/insight/policy/internal/law"
)

// increment is what positions after an order differ by.
func (l *Levels) increment(item Item) float64 {
	if l.Kind == ReorderPoint {
		return l.OrderQuantity
	}
	return units(item.lot().step())
}

// ground says what the demand is known from. Where few values were all alike a forecast
// takes the next for certain, which is for a reader to judge.
func (l *Levels) ground(w *law.Law, history int) (text string) {
	if history > 0 {
		text = fmt.Sprintf(", from a history of %d buckets", history)
	}
	if w.Certain() {
		l.warn(CertainDemand, "all simulated futures are the same%s: nothing is kept for what the forecast does not know", text)
		text += ", the same in every simulated future, so that nothing is kept for safety"
	}
	return text
}

// limit compares the largest order with the demand between reviews. Where it is less,
// no level helps: what customers wait for grows without end, and none are served at
// once in the long run.
func (l *Levels) limit(w *law.Law, item Item) (starved bool) {
	if l.Kind == SinglePeriod {
		return false
	}
	lot := item.lot()
	most := units(lot.cap())
	text := fmt.Sprintf("%s is %s, and the demand between reviews %s", lot.largest(), number(most), number(w.Between()))
	starved, short := w.Largest(most)
	switch {
	case starved:
		l.warn(HeldAtMaximum, "%s on average: no level serves it", text)
	case short:
		l.warn(HeldAtMaximum, "%s on average, but often above it: less is served than expected without that limit", text)
	}
	return starved
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
