package stacking

import (
	"slices"

	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
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
	budget     int      // steps that may be tried in the stage
	all        []int32  // of branching, while parts of it are decided
	component  []int    // of each of them: the first that it is tied to
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
func (r *Run) entangle() {
	s := &r.search
	s.searchable = bitset.Cleared(s.searchable, r.rules.Width)
	at := 0
	for lane := range r.rules.Lanes {
		l := laneState{from: at, last: lane}
		for at < len(r.Candidates) && r.rules.Offers[r.Candidates[at]].Lane == lane {
			o := &r.rules.Offers[r.Candidates[at]]
			l.units = l.units || o.UnitWise
			if r.rules.Lanes[lane] != Sequential {
				bitset.Set(s.searchable, int(r.Candidates[at]))
			}
			at++
		}
		l.to = at
		s.lanes[lane] = l
	}
	for _, index := range r.Candidates {
		if bitset.Has(s.searchable, int(index)) {
			r.entangleApart(index)
		}
	}
	for lane := range r.rules.Lanes {
		switch r.rules.Lanes[lane] {
		case BestOf:
			r.entangleLane(lane, func(o *Offer) bool { return !o.LineWise }, func(*Offer) bool { return true })
		case Additive, Compound:
			if s.lanes[lane].units {
				unitWise := func(o *Offer) bool { return o.UnitWise }
				r.entangleLane(lane, unitWise, unitWise)
			}
		}
	}
}

// entangleApart ties an offer to those that groups, matrix and tags keep from it.
func (r *Run) entangleApart(index int32) {
	s, width := &r.search, r.rules.Width
	for word := range width {
		apart := r.rules.Apart[int(index)*width+word] & s.searchable[word]
		shy := r.rules.Shy[int(index)*width+word] & s.searchable[word]
		for both := apart | shy; both != 0; {
			var i int
			i, both = bitset.Lowest(both)
			if other := word<<6 + i; apart>>i&1 != 0 || r.Meet(int(index), other) {
				r.branch[index] = true
				lane, otherLane := r.rules.Offers[index].Lane, r.rules.Offers[other].Lane
				s.lanes[lane].last = max(s.lanes[lane].last, otherLane)
			}
		}
	}
}

// entangleLane marks the offers of a kind that share a line with one of the others.
func (r *Run) entangleLane(lane int, kind, others func(o *Offer) bool) {
	candidates := r.Candidates[r.search.lanes[lane].from:r.search.lanes[lane].to]
	for at, a := range candidates {
		if r.branch[a] || !kind(&r.rules.Offers[a]) {
			continue
		}
		for otherAt, b := range candidates {
			if at != otherAt && others(&r.rules.Offers[b]) && r.Meet(int(a), int(b)) {
				r.branch[a] = true
				break
			}
		}
	}
}

// stage decides and applies the lanes that are tied to one. It gives the next lane.
func (r *Run) stage(first int) (next int) {
	s := &r.search
	last := first
	for lane := first; lane <= last; lane++ {
		last = max(last, s.lanes[lane].last)
	}
	if r.plan(first, last); len(s.steps) == 0 {
		return last + 1
	}
	s.budget = MaxSearch / r.Words
	switch {
	case len(s.branching) == 0:
	case len(s.branching) <= r.rules.Exact && r.affords(len(s.branching)):
		r.settled()
		r.exactly()
		r.Searched = true
	default:
		r.byComponents()
	}
	r.record = true
	r.pass(&r.states[0])
	r.record = false
	return last + 1
}

// plan lists the steps of a stage.
func (r *Run) plan(first, last int) {
	s := &r.search
	s.steps, s.branching = s.steps[:0], s.branching[:0]
	for lane := first; lane <= last; lane++ {
		l := &s.lanes[lane]
		if l.from == l.to {
			continue
		}
		s.steps = append(s.steps, op{opBegin, int32(lane)})
		for _, index := range r.Candidates[l.from:l.to] {
			s.steps = append(s.steps, op{opOffer, index})
			if r.branch[index] {
				s.branching = append(s.branching, index)
			}
		}
		s.steps = append(s.steps, op{opEnd, int32(lane)})
	}
}

// do runs one step.
func (r *Run) do(st *state, o op) {
	switch o.kind {
	case opBegin:
		r.begin(st, int(o.index))
	case opEnd:
		r.end(st, int(o.index))
	case opOffer:
		if r.out[o.index] {
			r.lost(o.index, LostChosen)
		} else {
			r.step(st, o.index)
		}
	}
}

// pass runs the stage without those that are out.
func (r *Run) pass(st *state) {
	for _, o := range r.search.steps {
		r.do(st, o)
	}
}

// affords reports whether all combinations of so many are within the bound, and pays for them.
func (r *Run) affords(n int) bool {
	s := &r.search
	cost := len(s.steps) << n
	if n > MaxExact || cost > s.budget {
		return false
	}
	s.budget -= cost
	return true
}

// settled runs the steps before the first that conflicts: no combination changes them.
func (r *Run) settled() {
	s := &r.search
	r.record = true
	at := 0
	for ; s.steps[at].kind != opOffer || !r.branch[s.steps[at].index]; at++ {
		r.do(&r.states[0], s.steps[at])
	}
	s.steps = s.steps[at:]
	r.record = false
}

// exactly tries every combination of those that conflict, but for those of which a
// bound tells that they cannot save more than the best so far; the first of equals stays.
func (r *Run) exactly() {
	s := &r.search
	r.bounds()
	s.best, s.chosen, s.picked = -1, 0, 0
	sequential := s.sequential
	r.states[1].copy(&r.states[0])
	r.walk(0, 1)
	s.sequential = sequential
	for bit, index := range s.branching {
		r.out[index] = s.chosen>>bit&1 == 0
	}
}

func (r *Run) walk(at, depth int) {
	s, st := &r.search, &r.states[depth]
	for ; at < len(s.steps); at++ {
		o := s.steps[at]
		if o.kind != opOffer || !r.branch[o.index] {
			r.do(st, o)
			continue
		}
		if st.saved+st.worth+s.bound[at] <= s.best {
			return
		}
		with := &r.states[depth+1]
		with.copy(st)
		sequential := s.sequential
		if r.step(with, o.index) {
			bit := uint64(1) << slices.Index(s.branching, o.index)
			s.picked |= bit
			r.walk(at+1, depth+1)
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
func (r *Run) bounds() {
	s := &r.search
	s.bound = bitset.Grow(s.bound, len(s.steps))
	const most = 1 << 61 // beyond all amounts, and sums of a few stay in range
	sum := int64(0)
	for at := len(s.steps) - 1; at >= 0; at-- {
		switch step := s.steps[at]; step.kind {
		case opEnd:
			sum += r.bids(int(step.index))
		case opOffer:
			if o := &r.rules.Offers[step.index]; !r.isBid(o) && !r.out[step.index] {
				sum += r.most(o, int(step.index))
			}
		}
		sum = min(sum, most)
		s.bound[at] = sum
	}
}

// isBid reports whether an offer is decided at the end of its lane.
func (r *Run) isBid(o *Offer) bool {
	return o.LineWise && r.rules.Lanes[o.Lane] == BestOf
}

func (r *Run) bids(lane int) (sum int64) {
	for _, index := range r.Candidates[r.search.lanes[lane].from:r.search.lanes[lane].to] {
		if o := &r.rules.Offers[index]; r.isBid(o) && !r.out[index] {
			sum = min(sum+r.most(o, int(index)), 1<<61)
		}
	}
	return sum
}

func (r *Run) most(o *Offer, index int) (most int64) {
	st := &r.states[0]
	copy(st.open, r.Open) // what an earlier lane stopped is open again
	r.gather(st, o, index)
	for _, i := range r.hit {
		amount := st.lines[i].amount
		if o.Effect == OnLines && o.Rate > 0 && !o.PerUnit {
			amount = min(amount, r.Scale(amount, o.Rate, nano)+1)
		}
		most += amount
	}
	switch {
	case o.Effect == OnAcross && o.Rate == 0:
		most = min(most, o.Amount)
	case o.Effect == OnBuyGet && o.GetPool < 0 && !o.Dearest && !o.Partly:
		// The cheapest Y of X + Y are worth no more than their share, but for roundings.
		most = min(most, r.Scale(r.Scale(most, o.Get, o.Buy+o.Get), o.Rate, nano)+2*int64(len(r.hit)))
	}
	if o.Effect != OnGoods {
		return min(most, o.Cap)
	}
	if o.Units == 0 {
		return o.worth(1)
	}
	units := int64(0)
	for _, i := range r.hit {
		units += r.Lines[i].Units
	}
	return o.worth(min(units/o.Units, o.Repeats))
}
