package stacking

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
)

// Line is a line in minor units and millionths.
type Line struct {
	Amount, Net, Gross int64
	Quantity           int64
	Units              int64 // whole units that may be counted
	Unit               tandem.Unit
}

// Part is what an offer takes off a line.
type Part struct {
	Offer, Line         int32
	Delta, Basis, Exact int64 // Exact is Delta before it was allocated or rounded in another way
}

// Run is one order and what was done to it. It is used again, and keeps its room:
// the caller fills what is exported up to Candidates after [Run.Size], then calls
// [Run.Do].
type Run struct {
	Currency   tandem.Currency
	Trace      bool
	Lines      []Line   // by line number, the shipping last
	Words      int      // of a row of lines
	Pools      []uint64 // for each pool a row of its lines
	Open       []uint64 // lines that are not blocked
	Candidates []int32  // offers that hold and have a line, in pipeline order

	Parts    []Part // in the order of application
	Totals   []int64
	Gifts    []int64 // by offer: how many times
	Why      []Reason
	Saved    int64
	Searched bool // every combination of some that conflict
	Parted   bool // at least once there were too many for that, and each of their parts was searched
	Greedy   bool // at least one part was too large
	Err      error

	rules  *Rules
	n      int    // lines without the shipping
	branch []bool // by offer: conflicts with another one
	out    []bool // by offer: left out by the search
	record bool
	search search
	states [MaxExact + 3]state

	// Of the offer at hand.
	hit     []int32
	at      []effect // by line
	sets    int64    // of goods
	draw    []int64
	drawn   []int32
	weights []int64
	shares  []tandem.Money
}

type effect struct {
	delta, basis, exact int64
	take, hold          int64 // units
}

// Size readies a run for an order of n lines under the rules, with so many pools.
func (r *Run) Size(rules *Rules, n, pools int) {
	r.rules, r.n, r.Words = rules, n, bitset.Words(n+1)
	r.Lines = bitset.Grow(r.Lines, n+1)
	r.Pools = bitset.Cleared(r.Pools, pools*r.Words)
	r.Open = bitset.Cleared(r.Open, r.Words)
	r.Candidates = r.Candidates[:0]
	r.Why = bitset.Cleared(r.Why, len(rules.Offers))
}

// Pool gives the row of a pool's lines.
func (r *Run) Pool(i int) []uint64 { return r.Pools[i*r.Words:][:r.Words] }

// Do applies the candidates.
func (r *Run) Do() {
	offers := len(r.rules.Offers)
	r.out, r.branch = bitset.Cleared(r.out, offers), bitset.Cleared(r.branch, offers)
	r.Totals, r.Gifts = bitset.Cleared(r.Totals, offers), bitset.Cleared(r.Gifts, offers)
	r.Parts, r.at = r.Parts[:0], bitset.Grow(r.at, r.n+1)
	r.Searched, r.Parted, r.Greedy, r.Err = false, false, false, nil
	st := &r.states[0]
	st.lines = bitset.Cleared(st.lines, r.n+1)
	st.open, st.applied = append(st.open[:0], r.Open...), bitset.Cleared(st.applied, r.rules.Width)
	st.dear, st.cheap = bitset.Grow(st.dear, r.n), bitset.Grow(st.cheap, r.n)
	st.saved, st.worth, st.stopLane, st.stopOrder = 0, 0, false, false
	for i := range r.Lines {
		st.lines[i].amount = r.Lines[i].Amount
	}
	r.entangle()
	for lane := 0; lane < len(r.rules.Lanes); {
		lane = r.stage(lane)
	}
	r.Saved = st.saved
}

// Amount gives what is left of a line.
func (r *Run) Amount(i int) int64 { return r.states[0].lines[i].amount }

// Applied reports whether an offer stands on the order.
func (r *Run) Applied(i int) bool { return bitset.Has(r.states[0].applied, i) }

// Apart reports whether two offers do not stand beside each other here.
func (r *Run) Apart(a, b int) bool {
	return bitset.Has(r.rules.Apart[a*r.rules.Width:], b) || bitset.Has(r.rules.Shy[a*r.rules.Width:], b) && r.Meet(a, b)
}

// Stands reports whether an offer may stand beside those on the order.
func (r *Run) Stands(i int) bool { return r.mayStand(&r.states[0], i) }
