package promotion

import (
	"cmp"
	"slices"
)

// search is how the promotions that conflict are chosen. Lanes that a conflict
// ties together are one stage; stages are decided in their order, each for the
// largest saving that it can have itself.
type search struct {
	lanes      [MaxLanes]laneState
	sequential bool    // the lane at hand
	steps      []op    // of the stage
	bound      []int64 // the most that a step and all behind it can save
	branching  []int32 // offers of the stage that conflict
	best       int64
	chosen     uint64 // bits of branching: of the best way so far, and of the way at hand
	picked     uint64
	alone      []alone
	searchable []uint64 // candidates of lanes that search
}

type laneState struct {
	from, to int // of the candidates
	last     int // the last lane that a conflict ties to it
	units    bool
}

type op struct {
	kind  opKind
	index int32 // lane or offer
}

type opKind uint8

const (
	opBegin opKind = iota
	opOffer
	opEnd
)

type alone struct {
	offer  int32
	saving int64
}

// entangle finds the lanes' candidates, and those that conflict with another one.
func (w *work) entangle() {
	s := &w.search
	s.searchable = cleared(s.searchable, w.set.width)
	at := 0
	for lane := range w.set.config.Lanes {
		l := laneState{from: at, last: lane}
		for at < len(w.candidates) && w.set.offers[w.candidates[at]].lane == lane {
			o := &w.set.offers[w.candidates[at]]
			l.units = l.units || o.unitWise
			if w.set.config.Lanes[lane].Policy != Sequential {
				set(s.searchable, int(w.candidates[at]))
			}
			at++
		}
		l.to = at
		s.lanes[lane] = l
	}
	for _, index := range w.candidates {
		if has(s.searchable, int(index)) {
			w.entangleApart(index)
		}
	}
	for lane := range w.set.config.Lanes {
		switch w.set.config.Lanes[lane].Policy {
		case BestOf:
			w.entangleLane(lane, func(o *offer) bool { return !o.lineWise }, func(*offer) bool { return true })
		case Additive, Compound:
			if s.lanes[lane].units {
				unitWise := func(o *offer) bool { return o.unitWise }
				w.entangleLane(lane, unitWise, unitWise)
			}
		}
	}
}

// entangleApart ties an offer to those that groups, matrix and tags keep from it.
func (w *work) entangleApart(index int32) {
	s, width := &w.search, w.set.width
	for word := range width {
		apart := w.set.apart[int(index)*width+word] & s.searchable[word]
		shy := w.set.shy[int(index)*width+word] & s.searchable[word]
		for both := apart | shy; both != 0; {
			var i int
			i, both = lowest(both)
			if other := word<<6 + i; apart>>i&1 != 0 || w.meet(int(index), other) {
				w.branch[index] = true
				lane, otherLane := w.set.offers[index].lane, w.set.offers[other].lane
				s.lanes[lane].last = max(s.lanes[lane].last, otherLane)
			}
		}
	}
}

// entangleLane marks the offers of a kind that share a line with one of the others.
func (w *work) entangleLane(lane int, kind, others func(o *offer) bool) {
	candidates := w.candidates[w.search.lanes[lane].from:w.search.lanes[lane].to]
	for at, a := range candidates {
		if w.branch[a] || !kind(&w.set.offers[a]) {
			continue
		}
		for otherAt, b := range candidates {
			if at != otherAt && others(&w.set.offers[b]) && w.meet(int(a), int(b)) {
				w.branch[a] = true
				break
			}
		}
	}
}

// stage decides and applies the lanes that are tied to one. It gives the next lane.
func (w *work) stage(first int, how *Search) (next int) {
	s := &w.search
	last := first
	for lane := first; lane <= last; lane++ {
		last = max(last, s.lanes[lane].last)
	}
	if w.plan(first, last); len(s.steps) == 0 {
		return last + 1
	}
	switch {
	case len(s.branching) == 0:
	case len(s.branching) <= w.set.exact:
		w.settled()
		w.exactly()
		if *how == SearchNone {
			*how = SearchExact
		}
	default:
		w.greedily()
		*how = SearchGreedy
	}
	w.record = true
	w.pass(&w.states[0])
	w.record = false
	return last + 1
}

// plan lists the steps of a stage.
func (w *work) plan(first, last int) {
	s := &w.search
	s.steps, s.branching = s.steps[:0], s.branching[:0]
	for lane := first; lane <= last; lane++ {
		l := &s.lanes[lane]
		if l.from == l.to {
			continue
		}
		s.steps = append(s.steps, op{opBegin, int32(lane)})
		for _, index := range w.candidates[l.from:l.to] {
			s.steps = append(s.steps, op{opOffer, index})
			if w.branch[index] {
				s.branching = append(s.branching, index)
			}
		}
		s.steps = append(s.steps, op{opEnd, int32(lane)})
	}
}

// do runs one step.
func (w *work) do(st *state, o op) {
	switch o.kind {
	case opBegin:
		w.begin(st, int(o.index))
	case opEnd:
		w.end(st, int(o.index))
	case opOffer:
		if w.out[o.index] {
			w.lost(o.index, lostChosen)
		} else {
			w.step(st, o.index)
		}
	}
}

// pass runs the stage without those that are out.
func (w *work) pass(st *state) {
	for _, o := range w.search.steps {
		w.do(st, o)
	}
}

// settled runs the steps before the first that conflicts: no combination changes them.
func (w *work) settled() {
	s := &w.search
	w.record = true
	at := 0
	for ; s.steps[at].kind != opOffer || !w.branch[s.steps[at].index]; at++ {
		w.do(&w.states[0], s.steps[at])
	}
	s.steps = s.steps[at:]
	w.record = false
}

// exactly tries every combination of those that conflict, but for those of which a
// bound tells that they cannot save more than the best so far; the first of equals stays.
func (w *work) exactly() {
	s := &w.search
	w.bounds()
	s.best, s.chosen, s.picked = -1, 0, 0
	sequential := s.sequential
	w.states[1].copy(&w.states[0])
	w.walk(0, 1)
	s.sequential = sequential
	for bit, index := range s.branching {
		w.out[index] = s.chosen>>bit&1 == 0
	}
}

func (w *work) walk(at, depth int) {
	s, st := &w.search, &w.states[depth]
	for ; at < len(s.steps); at++ {
		o := s.steps[at]
		if o.kind != opOffer || !w.branch[o.index] {
			w.do(st, o)
			continue
		}
		if st.saved+st.worth+s.bound[at] <= s.best {
			return
		}
		with := &w.states[depth+1]
		with.copy(st)
		sequential := s.sequential
		if w.step(with, o.index) {
			bit := uint64(1) << slices.Index(s.branching, o.index)
			s.picked |= bit
			w.walk(at+1, depth+1)
			s.picked &^= bit
			s.sequential = sequential
		}
	}
	if total := st.saved + st.worth; total > s.best {
		s.best, s.chosen = total, s.picked
	}
}

// bounds sums, from the end, the most that each step can save: what falls on the
// lines is never more than what they had when the stage began. A bid under BestOf
// is paid at the end of its lane only.
func (w *work) bounds() {
	s := &w.search
	s.bound = grow(s.bound, len(s.steps))
	sum := int64(0)
	for at := len(s.steps) - 1; at >= 0; at-- {
		switch step := s.steps[at]; step.kind {
		case opEnd:
			sum += w.bids(int(step.index))
		case opOffer:
			if o := &w.set.offers[step.index]; !w.isBid(o) {
				sum += w.most(o, int(step.index))
			}
		}
		s.bound[at] = sum
	}
}

// isBid reports whether an offer is decided at the end of its lane.
func (w *work) isBid(o *offer) bool {
	return o.lineWise && w.set.config.Lanes[o.lane].Policy == BestOf
}

func (w *work) bids(lane int) (sum int64) {
	for _, index := range w.candidates[w.search.lanes[lane].from:w.search.lanes[lane].to] {
		if o := &w.set.offers[index]; w.isBid(o) {
			sum += w.most(o, int(index))
		}
	}
	return sum
}

func (w *work) most(o *offer, index int) (most int64) {
	st := &w.states[0]
	copy(st.open, w.open) // what an earlier lane stopped is open again
	w.gather(st, o, index)
	for _, i := range w.hit {
		amount := st.lines[i].amount
		if o.effect == onLines && o.rate > 0 && !o.perUnit {
			amount = min(amount, w.scale(amount, o.rate, nano)+1)
		}
		most += amount
	}
	switch {
	case o.effect == onAcross && o.rate == 0:
		most = min(most, o.amount)
	case o.effect == onBuyGet && o.getPool < 0 && !o.dearest && !o.partly:
		// The cheapest Y of X + Y are worth no more than their share, but for roundings.
		most = min(most, w.scale(w.scale(most, o.get, o.buy+o.get), o.rate, nano)+2*int64(len(w.hit)))
	}
	if o.effect != onGoods {
		return min(most, o.cap)
	}
	if o.units == 0 {
		return o.worth(1)
	}
	units := int64(0)
	for _, i := range w.hit {
		units += w.units[i]
	}
	return o.worth(min(units/o.units, o.repeats))
}

// greedily takes those that conflict by what each saves alone, ties in pipeline
// order, and keeps each that may stand beside those kept and makes the whole save more.
func (w *work) greedily() {
	s := &w.search
	s.alone = s.alone[:0]
	for _, index := range s.branching {
		st := &w.states[1]
		st.copy(&w.states[0])
		lane := int32(w.set.offers[index].lane)
		w.do(st, op{opBegin, lane})
		w.step(st, index)
		w.do(st, op{opEnd, lane})
		s.alone = append(s.alone, alone{index, st.saved + st.worth})
		w.out[index] = true
	}
	slices.SortFunc(s.alone, func(a, b alone) int {
		return cmp.Or(cmp.Compare(b.saving, a.saving), cmp.Compare(a.offer, b.offer))
	})
	best := w.total()
	for at, a := range s.alone {
		if !w.agrees(a.offer, s.alone[:at]) {
			continue
		}
		w.out[a.offer] = false
		if total := w.total(); total > best {
			best = total
		} else {
			w.out[a.offer] = true
		}
	}
}

func (w *work) total() int64 {
	st := &w.states[1]
	st.copy(&w.states[0])
	w.pass(st)
	return st.saved + st.worth
}

// agrees reports whether an offer may stand beside those of the list that are kept.
func (w *work) agrees(index int32, others []alone) bool {
	width := w.set.width
	for _, other := range others {
		i := int(other.offer)
		if !w.out[i] && (has(w.set.apart[int(index)*width:], i) || has(w.set.shy[int(index)*width:], i) && w.meet(int(index), i)) {
			return false
		}
	}
	return true
}
