package promotion

// reason says why a candidate gave nothing, as it is noted while the order is run.
type reason uint8

const (
	lostNothing reason = iota
	lostStopped
	lostApart
	lostThreshold
	lostBetter
	lostChosen
	lostCondition
)

// lost notes the reason in the run that counts.
func (w *work) lost(index int32, why reason) bool {
	if w.record {
		w.why[index] = why
	}
	return false
}

// explain lists the promotions that gave nothing, in pipeline order.
func (r *Result) explain() {
	w := &r.work
	candidates := w.candidates
	for i := range w.set.offers {
		o := &w.set.offers[i]
		loser := Loser{Promotion: o.id, Lane: w.set.config.Lanes[o.lane].Name}
		if len(candidates) > 0 && int(candidates[0]) == i {
			candidates = candidates[1:]
			if w.totals[i] > 0 || w.gifts[i] > 0 {
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
	x, b := &w.set.index, w.basket
	segment := has(x.segments.any, i)
	for _, s := range b.Segments {
		segment = segment || x.segments.meets(i, s)
	}
	switch {
	case !has(x.onDate(b.Date), i) || !o.holdsAt(b.At):
		return LossDate
	case !segment || !x.grades.meets(i, b.Grade) || !x.channels.meets(i, b.Channel) || !x.regions.meets(i, b.Region):
		return LossAudience
	case !has(x.free, i) && x.couponed(b.Coupons, i>>6)>>(i&63)&1 == 0:
		return LossCoupon
	case o.currency.Valid() && o.currency != b.Currency:
		return LossCurrency
	case w.why[i] == lostCondition:
		return LossCondition
	case !overlap(w.pool(i), w.pool(i)):
		return LossScope
	case o.shipping && w.base[w.n] == 0:
		return LossNothing
	case !o.shipping && !overlap(w.pool(i), w.open):
		return LossBlocked
	}
	return LossThreshold
}

// whyLost says why a candidate gave nothing, and to whom it lost.
func (w *work) whyLost(i int) (Loss, string) {
	st := &w.states[0]
	switch w.why[i] {
	case lostStopped:
		return LossStopped, ""
	case lostThreshold:
		return LossThreshold, ""
	case lostBetter:
		return LossBetter, w.rivalOnLines(i)
	case lostApart, lostChosen:
		if !w.mayStand(st, i) {
			return LossApart, w.rivalApart(i)
		}
		return LossChosen, w.rivalOnLines(i)
	}
	if rival := w.rivalOnLines(i); w.set.config.Lanes[w.set.offers[i].lane].Policy == BestOf && rival != "" {
		return LossBetter, rival
	}
	return LossNothing, ""
}

// rivalApart gives the first promotion that was applied and forbids this one.
func (w *work) rivalApart(i int) string {
	width := w.set.width
	for _, other := range w.candidates {
		at := int(other)
		if has(w.states[0].applied, at) && (has(w.set.apart[i*width:], at) || has(w.set.shy[i*width:], at) && w.meet(i, at)) {
			return w.set.offers[at].id
		}
	}
	return ""
}

// rivalOnLines gives the promotion of the lane that took most among those that share a line.
func (w *work) rivalOnLines(i int) (id string) {
	most := int64(0)
	for _, other := range w.candidates {
		o := &w.set.offers[other]
		if int(other) != i && o.lane == w.set.offers[i].lane && w.totals[other] > most && w.meet(i, int(other)) {
			most, id = w.totals[other], o.id
		}
	}
	return id
}
