package stacking

import (
	"math/bits"
	"slices"

	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
)

// state is where an order stands between two promotions. The search copies it.
type state struct {
	lines     []lineState // the last one is the shipping
	open      []uint64    // lines on which something may fall in this lane
	applied   []uint64    // offers
	dear      []int32     // lines from the dearest unit to the cheapest, ties by line
	cheap     []int32     // and the reverse, ties by line, too
	saved     int64
	worth     int64 // of goods
	stopLane  bool
	stopOrder bool
}

type lineState struct {
	amount int64 // now
	start  int64 // when the lane began
	rest   int64 // of the units that no promotion of the lane has taken
	left   int64 // those units, Micro
	units  int64 // and whole
	rate   int64 // the sum of the rates of an additive lane
	best   int64 // of those that fall on the line by itself, under BestOf
	by     int32 // the offer of best, or -1
	touch  touch
}

type touch uint8

const (
	untouched touch = iota
	unitsTaken
	reduced
)

func (st *state) copy(from *state) {
	st.lines = append(st.lines[:0], from.lines...)
	st.open = append(st.open[:0], from.open...)
	st.applied = append(st.applied[:0], from.applied...)
	st.dear, st.cheap = append(st.dear[:0], from.dear...), append(st.cheap[:0], from.cheap...)
	st.saved, st.worth, st.stopLane, st.stopOrder = from.saved, from.worth, from.stopLane, from.stopOrder
}

// begin opens a lane: it sees each line at what earlier lanes have left, evenly
// over its units, and all units are free again.
func (r *Run) begin(st *state, lane int) {
	for i := range st.lines {
		l := &st.lines[i]
		l.start, l.rest, l.left, l.units = l.amount, l.amount, r.Lines[i].Quantity, r.Lines[i].Units
		l.rate, l.best, l.by, l.touch = 0, 0, -1, untouched
	}
	copy(st.open, r.Open)
	st.stopLane = false
	r.search.sequential = r.rules.Lanes[lane] == Sequential
	if r.search.lanes[lane].units {
		r.sortUnits(st)
	}
}

// sortUnits orders the lines by unit price, start ÷ quantity, compared by cross product.
func (r *Run) sortUnits(st *state) {
	for i := range st.dear {
		st.dear[i] = int32(i)
	}
	dearer := func(a, b int32) int {
		high, low := bits.Mul64(uint64(st.lines[a].start), uint64(r.Lines[b].Quantity))
		otherHigh, otherLow := bits.Mul64(uint64(st.lines[b].start), uint64(r.Lines[a].Quantity))
		switch {
		case high > otherHigh || high == otherHigh && low > otherLow:
			return -1
		case high == otherHigh && low == otherLow:
			return 0
		}
		return 1
	}
	slices.SortStableFunc(st.dear, dearer)
	cheap := st.cheap[:0]
	for end := len(st.dear); end > 0; {
		begin := end - 1
		for begin > 0 && dearer(st.dear[begin-1], st.dear[end-1]) == 0 {
			begin--
		}
		cheap = append(cheap, st.dear[begin:end]...)
		end = begin
	}
}

// end closes a lane: under BestOf each line takes the best of those that fall on it by itself.
func (r *Run) end(st *state, lane int) {
	if r.rules.Lanes[lane] != BestOf {
		return
	}
	for i := range st.lines {
		l := &st.lines[i]
		if l.by < 0 || l.touch == reduced {
			continue
		}
		l.amount -= l.best
		st.saved += l.best
		if r.record {
			exact := l.best
			if o := &r.rules.Offers[l.by]; r.Trace && o.Rate > 0 {
				exact = r.Scale(l.start, o.Rate, nano)
			}
			r.note(l.by, int32(i), l.best, l.start, exact)
		}
	}
}

func (r *Run) note(offer, line int32, delta, basis, exact int64) {
	r.Totals[offer] += delta
	r.Parts = append(r.Parts, Part{Offer: offer, Line: line, Delta: delta, Basis: basis, Exact: exact})
}

// step lets an offer give what it can. It reports whether it is applied.
func (r *Run) step(st *state, index int32) bool {
	o := &r.rules.Offers[index]
	switch {
	case st.stopLane || st.stopOrder:
		return r.lost(index, LostStopped)
	case !r.mayStand(st, int(index)):
		return r.lost(index, LostApart)
	case o.Threshold != nil && o.Threshold.Reduced && !r.reached(st, o, int(index)):
		return r.lost(index, LostThreshold)
	}
	policy := r.rules.Lanes[o.Lane]
	if policy == BestOf && o.LineWise {
		if !r.compete(st, o, index) {
			return r.lost(index, LostNothing)
		}
		bitset.Set(st.applied, int(index))
		return true
	}
	total := r.give(st, o, int(index), policy)
	if total == 0 && r.sets == 0 {
		return r.lost(index, LostNothing)
	}
	if policy == BestOf && r.contends(st) {
		return r.lost(index, LostBetter)
	}
	r.commit(st, o, index, policy)
	bitset.Set(st.applied, int(index))
	return true
}

// contends reports whether a line of the offer at hand is touched already.
func (r *Run) contends(st *state) bool {
	for _, i := range r.hit {
		if st.lines[i].touch != untouched && (r.at[i].delta > 0 || r.at[i].take+r.at[i].hold > 0) {
			return true
		}
	}
	return false
}

// compete lets an offer bid for each of its lines, at what the lane began with.
func (r *Run) compete(st *state, o *Offer, index int32) (leads bool) {
	r.gather(st, o, int(index))
	for _, i := range r.hit {
		l := &st.lines[i]
		if saving := r.lineSaving(o, l.start, int(i)); saving > l.best {
			l.best, l.by, leads = saving, index, true
		}
	}
	return leads
}

// commit takes what the offer at hand gives off the lines.
func (r *Run) commit(st *state, o *Offer, index int32, policy Policy) {
	running := policy == Compound || policy == Sequential
	for _, i := range r.hit {
		l, d := &st.lines[i], r.at[i].delta
		switch {
		case o.UnitWise:
			if r.at[i].take+r.at[i].hold == 0 {
				continue
			}
			l.touch = max(l.touch, unitsTaken)
			r.taken(l, r.at[i].take)
			r.taken(l, r.at[i].hold)
		case running && l.rest == l.amount:
			l.rest -= d
		case running && l.amount > 0:
			l.rest -= r.Scale(l.rest, d, l.amount)
		}
		if policy == Additive && o.Effect == OnLines && o.Rate > 0 && !o.PerUnit {
			l.rate += o.Rate
		}
		if d == 0 {
			continue
		}
		l.amount -= d
		l.touch = reduced
		st.saved += d
		if o.Stop == StopLines {
			bitset.Clear(st.open, int(i))
		}
		if r.record {
			r.note(index, i, d, r.at[i].basis, r.at[i].exact)
		}
	}
	st.worth += o.worth(r.sets)
	st.stopLane = st.stopLane || o.Stop == StopLane
	st.stopOrder = st.stopOrder || o.Stop == StopOrder
	if r.record && o.Effect == OnGoods {
		r.Gifts[index] = r.sets
	}
}

// worth of a gift counts in the search; the bound keeps sums in range.
func (o *Offer) worth(sets int64) int64 {
	if o.Effect != OnGoods || o.Amount == 0 {
		return 0
	}
	const most = 1 << 60 / MaxOffers
	if sets > most/o.Amount {
		return most
	}
	return sets * o.Amount
}

// taken takes whole units out of those that are left, with their share of the value.
func (r *Run) taken(l *lineState, units int64) {
	if units == 0 {
		return
	}
	value := r.Scale(l.rest, units*Micro, l.left)
	l.rest, l.left, l.units = l.rest-value, l.left-units*Micro, l.units-units
}

// mayStand reports whether an offer may stand beside those applied.
func (r *Run) mayStand(st *state, index int) bool {
	width := r.rules.Width
	if bitset.Overlap(r.rules.Apart[index*width:][:width], st.applied) {
		return false
	}
	for word, row := range r.rules.Shy[index*width:][:width] {
		for row &= st.applied[word]; row != 0; {
			var i int
			i, row = bitset.Lowest(row)
			if r.Meet(index, word<<6+i) {
				return false
			}
		}
	}
	return true
}

// Meet reports whether two offers share a line.
func (r *Run) Meet(a, b int) bool {
	x, y := &r.rules.Offers[a], &r.rules.Offers[b]
	if x.Shipping || y.Shipping {
		return x.Shipping && y.Shipping
	}
	for word := range r.Words {
		if r.reach(a, word)&r.reach(b, word)&r.Open[word] != 0 {
			return true
		}
	}
	return false
}

// reach gives a word of the lines that an offer may touch.
func (r *Run) reach(index, word int) uint64 {
	lines := r.Pool(index)[word]
	if get := r.rules.Offers[index].GetPool; get >= 0 {
		lines |= r.Pool(get)[word]
	}
	return lines
}

// Scale gives a × b ÷ d for numbers that are not negative, rounded as configured;
// a quotient out of range is the largest number: who calls bounds it by an amount.
func (r *Run) Scale(a, b, d int64) int64 {
	if d == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(a), uint64(b))
	if high >= uint64(d) {
		return Never
	}
	var q, rest uint64
	if high == 0 {
		q, rest = low/uint64(d), low%uint64(d)
	} else {
		q, rest = bits.Div64(high, low, uint64(d))
	}
	if rest != 0 {
		half := 0
		if twice := uint64(d) - rest; rest != twice {
			half = 1
			if rest < twice {
				half = -1
			}
		}
		if int128.RoundsAway(r.rules.Mode, false, half, q&1 == 1) {
			q++
		}
	}
	return int64(min(q, Never))
}

// lost notes the reason in the run that counts.
func (r *Run) lost(index int32, why Reason) bool {
	if r.record {
		r.Why[index] = why
	}
	return false
}
