package promotion

import (
	"math/bits"
	"slices"

	"github.com/tandem-go/tandem/internal/int128"
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
	left   int64 // those units, micro
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
func (w *work) begin(st *state, lane int) {
	for i := range st.lines {
		l := &st.lines[i]
		l.start, l.rest, l.left, l.units = l.amount, l.amount, w.quantity[i], w.units[i]
		l.rate, l.best, l.by, l.touch = 0, 0, -1, untouched
	}
	copy(st.open, w.open)
	st.stopLane = false
	w.search.sequential = w.set.config.Lanes[lane].Policy == Sequential
	if w.search.lanes[lane].units {
		w.sortUnits(st)
	}
}

// sortUnits orders the lines by unit price, start ÷ quantity, compared by cross product.
func (w *work) sortUnits(st *state) {
	for i := range st.dear {
		st.dear[i] = int32(i)
	}
	dearer := func(a, b int32) int {
		high, low := bits.Mul64(uint64(st.lines[a].start), uint64(w.quantity[b]))
		otherHigh, otherLow := bits.Mul64(uint64(st.lines[b].start), uint64(w.quantity[a]))
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
func (w *work) end(st *state, lane int) {
	if w.set.config.Lanes[lane].Policy != BestOf {
		return
	}
	for i := range st.lines {
		l := &st.lines[i]
		if l.by < 0 || l.touch == reduced {
			continue
		}
		l.amount -= l.best
		st.saved += l.best
		if w.record {
			exact := l.best
			if o := &w.set.offers[l.by]; w.basket.Trace && o.rate > 0 {
				exact = w.scale(l.start, o.rate, nano)
			}
			w.note(l.by, int32(i), l.best, l.start, exact)
		}
	}
}

func (w *work) note(offer, line int32, delta, basis, exact int64) {
	w.totals[offer] += delta
	w.parts = append(w.parts, part{offer: offer, line: line, delta: delta, basis: basis, exact: exact})
}

// step lets an offer give what it can. It reports whether it is applied.
func (w *work) step(st *state, index int32) bool {
	o := &w.set.offers[index]
	switch {
	case st.stopLane || st.stopOrder:
		return w.lost(index, lostStopped)
	case !w.mayStand(st, int(index)):
		return w.lost(index, lostApart)
	case o.threshold != nil && o.threshold.Reduced && !w.reached(st, o, int(index)):
		return w.lost(index, lostThreshold)
	}
	policy := w.set.config.Lanes[o.lane].Policy
	if policy == BestOf && o.lineWise {
		if !w.compete(st, o, index) {
			return w.lost(index, lostNothing)
		}
		set(st.applied, int(index))
		return true
	}
	total := w.give(st, o, int(index), policy)
	if total == 0 && w.sets == 0 {
		return w.lost(index, lostNothing)
	}
	if policy == BestOf && w.contends(st) {
		return w.lost(index, lostBetter)
	}
	w.commit(st, o, index, policy)
	set(st.applied, int(index))
	return true
}

// contends reports whether a line of the offer at hand is touched already.
func (w *work) contends(st *state) bool {
	for _, i := range w.hit {
		if st.lines[i].touch != untouched && (w.delta[i] > 0 || w.take[i]+w.hold[i] > 0) {
			return true
		}
	}
	return false
}

// compete lets an offer bid for each of its lines, at what the lane began with.
func (w *work) compete(st *state, o *offer, index int32) (leads bool) {
	w.gather(st, o, int(index))
	for _, i := range w.hit {
		l := &st.lines[i]
		if saving := w.lineSaving(o, l.start, int(i)); saving > l.best {
			l.best, l.by, leads = saving, index, true
		}
	}
	return leads
}

// commit takes what the offer at hand gives off the lines.
func (w *work) commit(st *state, o *offer, index int32, policy Policy) {
	running := policy == Compound || policy == Sequential
	for _, i := range w.hit {
		l, d := &st.lines[i], w.delta[i]
		switch {
		case o.unitWise:
			if w.take[i]+w.hold[i] == 0 {
				continue
			}
			l.touch = max(l.touch, unitsTaken)
			w.taken(l, w.take[i])
			w.taken(l, w.hold[i])
		case running && l.rest == l.amount:
			l.rest -= d
		case running && l.amount > 0:
			l.rest -= w.scale(l.rest, d, l.amount)
		}
		if policy == Additive && o.effect == onLines && o.rate > 0 && !o.perUnit {
			l.rate += o.rate
		}
		if d == 0 {
			continue
		}
		l.amount -= d
		l.touch = reduced
		st.saved += d
		if o.stop == StopLines {
			st.open[i>>6] &^= 1 << (i & 63)
		}
		if w.record {
			w.note(index, i, d, w.basis[i], w.exact[i])
		}
	}
	st.worth += o.worth(w.sets)
	st.stopLane = st.stopLane || o.stop == StopLane
	st.stopOrder = st.stopOrder || o.stop == StopOrder
	if w.record && o.effect == onGoods {
		w.gifts[index] = w.sets
	}
}

// worth of a gift counts in the search; the bound keeps sums in range.
func (o *offer) worth(sets int64) int64 {
	if o.effect != onGoods || o.amount == 0 {
		return 0
	}
	const most = 1 << 60 / MaxPromotions
	if sets > most/o.amount {
		return most
	}
	return sets * o.amount
}

// taken takes whole units out of those that are left, with their share of the value.
func (w *work) taken(l *lineState, units int64) {
	if units == 0 {
		return
	}
	value := w.scale(l.rest, units*micro, l.left)
	l.rest, l.left, l.units = l.rest-value, l.left-units*micro, l.units-units
}

// mayStand reports whether an offer may stand beside those applied.
func (w *work) mayStand(st *state, index int) bool {
	width := w.set.width
	if overlap(w.set.apart[index*width:][:width], st.applied) {
		return false
	}
	for word, row := range w.set.shy[index*width:][:width] {
		for row &= st.applied[word]; row != 0; {
			var i int
			i, row = lowest(row)
			if w.meet(index, word<<6+i) {
				return false
			}
		}
	}
	return true
}

// meet reports whether two offers share a line.
func (w *work) meet(a, b int) bool {
	x, y := &w.set.offers[a], &w.set.offers[b]
	if x.shipping || y.shipping {
		return x.shipping && y.shipping
	}
	for word := range w.lineWords {
		if w.reach(a, word)&w.reach(b, word)&w.open[word] != 0 {
			return true
		}
	}
	return false
}

// reach gives a word of the lines that an offer may touch.
func (w *work) reach(index, word int) uint64 {
	lines := w.pool(index)[word]
	if get := w.set.offers[index].getPool; get >= 0 {
		lines |= w.pool(get)[word]
	}
	return lines
}

// scale gives a × b ÷ d for numbers that are not negative, rounded as configured;
// a quotient out of range is the largest number: who calls bounds it by an amount.
func (w *work) scale(a, b, d int64) int64 {
	if d == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(a), uint64(b))
	if high >= uint64(d) {
		return never
	}
	var q, r uint64
	if high == 0 {
		q, r = low/uint64(d), low%uint64(d)
	} else {
		q, r = bits.Div64(high, low, uint64(d))
	}
	if r != 0 {
		half := 0
		if twice := uint64(d) - r; r != twice {
			half = 1
			if r < twice {
				half = -1
			}
		}
		if int128.RoundsAway(w.set.mode, false, half, q&1 == 1) {
			q++
		}
	}
	return int64(min(q, never))
}
