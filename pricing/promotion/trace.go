package promotion

import (
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
	"github.com/tandem-go/tandem/pricing/promotion/internal/stacking"
)

// explain lists the promotions that gave nothing, in pipeline order.
func (r *Result) explain() {
	w := &r.work
	candidates := w.run.Candidates
	for i := range w.set.offers {
		o := &w.set.offers[i]
		loser := Loser{Promotion: o.id, Lane: o.lane}
		if len(candidates) > 0 && int(candidates[0]) == i {
			candidates = candidates[1:]
			if w.run.Totals[i] > 0 || w.run.Gifts[i] > 0 {
				continue
			}
			loser.Reason, loser.Rival = w.whyLost(i)
		} else {
			loser.Reason = w.whyNot(o, i)
		}
		r.Losers = append(r.Losers, loser)
	}
}

// whyNot says why an offer was no candidate.
func (w *work) whyNot(o *offer, i int) Loss {
	b, own, facts := w.basket, w.run.Pool(i), w.indexed()
	shipping := w.set.rules.Offers[i].Shipping
	switch {
	case !w.set.index.OnDate(i, b.Date) || !o.holdsAt(b.At):
		return LossDate
	case !w.set.index.Meets(i, &facts):
		return LossAudience
	case !w.set.index.Opened(i, b.Coupons):
		return LossCoupon
	case o.currency.Valid() && o.currency != b.Currency:
		return LossCurrency
	case w.run.Why[i] == stacking.LostCondition:
		return LossCondition
	case !bitset.Any(own):
		return LossScope
	case shipping && b.Shipping.Sign() == 0:
		return LossNothing
	case !shipping && !bitset.Overlap(own, w.run.Open):
		return LossBlocked
	}
	return LossThreshold
}

// whyLost says why a candidate gave nothing, and to whom it lost.
func (w *work) whyLost(i int) (Loss, string) {
	switch w.run.Why[i] {
	case stacking.LostStopped:
		return LossStopped, ""
	case stacking.LostThreshold:
		return LossThreshold, ""
	case stacking.LostBetter:
		return LossBetter, w.rivalOnLines(i)
	case stacking.LostApart, stacking.LostChosen:
		if !w.run.Stands(i) {
			return LossApart, w.rivalApart(i)
		}
		return LossChosen, w.rivalOnLines(i)
	}
	best := w.set.rules.Lanes[w.set.rules.Offers[i].Lane] == stacking.BestOf
	if rival := w.rivalOnLines(i); best && rival != "" {
		return LossBetter, rival
	}
	return LossNothing, ""
}

// rivalApart gives the first promotion that stands on the order and forbids this one.
func (w *work) rivalApart(i int) string {
	for _, other := range w.run.Candidates {
		if at := int(other); w.run.Applied(at) && w.run.Apart(i, at) {
			return w.set.offers[at].id
		}
	}
	return ""
}

// rivalOnLines gives the promotion of the lane that took most among those that share a line.
func (w *work) rivalOnLines(i int) (id string) {
	most := int64(0)
	for _, other := range w.run.Candidates {
		at := int(other)
		if at != i && w.set.offers[at].lane == w.set.offers[i].lane && w.run.Totals[at] > most && w.run.Meet(i, at) {
			most, id = w.run.Totals[at], w.set.offers[at].id
		}
	}
	return id
}
