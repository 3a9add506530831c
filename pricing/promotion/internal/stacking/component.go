package stacking

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
)

// byComponents decides the parts of those that conflict which no conflict ties
// together, one after the other: a part by every combination, or greedily if it is
// too large. Those of later parts are out meanwhile.
func (r *Run) byComponents() {
	s := &r.search
	s.all = append(s.all[:0], s.branching...)
	r.findComponents()
	for _, index := range s.all {
		r.branch[index], r.out[index] = false, true
	}
	for at := range s.all {
		if s.component[at] != at {
			continue // not the first of its part
		}
		s.branching = s.branching[:0]
		for other, index := range s.all {
			if s.component[other] == at {
				s.branching = append(s.branching, index)
				r.branch[index], r.out[index] = true, false
			}
		}
		if len(s.branching) <= r.rules.Exact && r.affords(len(s.branching)) {
			r.exactly()
			r.Parted = true
		} else {
			r.greedily()
			r.Greedy = true
		}
		for _, index := range s.branching {
			r.branch[index] = false
		}
	}
}

// findComponents gives each of those that conflict the first one that it is tied to.
func (r *Run) findComponents() {
	s := &r.search
	s.component = bitset.Cleared(s.component, len(s.all))
	if len(s.all) > MaxParted {
		return // one part
	}
	for at, a := range s.all {
		s.component[at] = at
		for other := range at {
			from, to := s.component[at], s.component[other]
			if from == to || !r.tied(int(a), int(s.all[other])) {
				continue
			}
			for i := range at + 1 {
				if s.component[i] == max(from, to) {
					s.component[i] = min(from, to)
				}
			}
		}
	}
}

// tied reports whether two offers conflict with each other.
func (r *Run) tied(a, b int) bool {
	x, y := &r.rules.Offers[a], &r.rules.Offers[b]
	switch {
	case r.Apart(a, b):
		return true
	case x.Lane != y.Lane || !r.Meet(a, b):
		return false
	case r.rules.Lanes[x.Lane] == BestOf:
		return !x.LineWise || !y.LineWise
	}
	return x.UnitWise && y.UnitWise
}

// greedily takes those that conflict by what each saves alone, ties in pipeline
// order, and keeps each that may stand beside those kept and makes the whole save
// more. What is beyond [MaxSearch] is kept without that trial.
func (r *Run) greedily() {
	s := &r.search
	s.alone = s.alone[:0]
	for _, index := range s.branching {
		st := &r.states[1]
		st.copy(&r.states[0])
		lane := int32(r.rules.Offers[index].Lane)
		r.do(st, op{opBegin, lane})
		r.step(st, index)
		r.do(st, op{opEnd, lane})
		s.alone = append(s.alone, alone{index, st.saved + st.worth})
		r.out[index] = true
	}
	slices.SortFunc(s.alone, func(a, b alone) int {
		return cmp.Or(cmp.Compare(b.saving, a.saving), cmp.Compare(a.offer, b.offer))
	})
	best := r.total()
	trials := s.budget / len(s.steps)
	s.budget -= min(trials, len(s.alone)) * len(s.steps)
	for at, a := range s.alone {
		if !r.agrees(a.offer, s.alone[:at]) {
			continue
		}
		r.out[a.offer] = false
		if trials--; trials < 0 {
			continue
		}
		if total := r.total(); total > best {
			best = total
		} else {
			r.out[a.offer] = true
		}
	}
}

func (r *Run) total() int64 {
	st := &r.states[1]
	st.copy(&r.states[0])
	r.pass(st)
	return st.saved + st.worth
}

// agrees reports whether an offer may stand beside those of the list that are kept.
func (r *Run) agrees(index int32, others []alone) bool {
	for _, other := range others {
		i := int(other.offer)
		if !r.out[i] && r.Apart(int(index), i) {
			return false
		}
	}
	return true
}
