package stacking

import "github.com/tandem-go/tandem/pricing/promotion/internal/bitset"

// Offers on units work in runs: the free units of a line are one run, however
// many they are, and the lines stand from dear to cheap.

// in reports whether a line is open and lies in a pool.
func (r *Run) in(st *state, pool int, i int32) bool {
	return bitset.Has(r.Pool(pool), int(i)) && bitset.Has(st.open, int(i))
}

func (st *state) byPrice(dearest bool) []int32 {
	if dearest {
		return st.dear
	}
	return st.cheap
}

// count gives the free units of the lines hit that lie in a pool.
func (r *Run) count(st *state, pool int) (n int64) {
	for _, i := range r.hit {
		if bitset.Has(r.Pool(pool), int(i)) {
			n += st.lines[i].units
		}
	}
	return n
}

// someUnits gives the cheapest or dearest units of the scope.
func (r *Run) someUnits(st *state, o *Offer, pool int) {
	left := o.Units
	for _, i := range st.byPrice(o.Dearest) {
		if left > 0 && r.in(st, pool, i) {
			r.at[i].take = min(left, st.lines[i].units)
			left -= r.at[i].take
		}
	}
}

// perSet cuts the units, from dear to cheap, into sets of X + Y and gives the
// last (or first) Y of each.
func (r *Run) perSet(st *state, o *Offer, pool int) {
	all, size := r.count(st, pool), o.Buy+o.Get
	sets := min(all/size, o.Repeats)
	used, partly := sets*size, int64(0) // partly: units given by an incomplete set
	if rest := all - used; o.Partly && sets < o.Repeats && rest > o.Buy {
		used, partly = all, rest-o.Buy
	}
	given := func(units int64) int64 {
		full := min(units/size, sets)
		rest := units - full*size
		if o.Dearest && full < sets {
			return full*o.Get + min(rest, o.Get)
		} else if o.Dearest {
			return full*o.Get + min(rest, partly)
		}
		return full*o.Get + max(0, rest-o.Buy)
	}
	at := int64(0)
	for _, i := range st.dear {
		if !r.in(st, pool, i) {
			continue
		}
		n := min(st.lines[i].units, used-at)
		r.at[i].take = given(at+n) - given(at)
		r.at[i].hold = n - r.at[i].take
		at += n
	}
}

// global counts the sets that the pools allow, gives the cheapest (or dearest)
// units of the get pool and holds as many of the buy pool, first those that could
// not be given, then the dearest.
func (r *Run) global(st *state, o *Offer, pool int) {
	getPool := o.GetPool
	if getPool < 0 {
		getPool = pool
	}
	nBuy, nGet, all := r.count(st, pool), r.count(st, getPool), int64(0)
	for _, i := range r.hit {
		all += st.lines[i].units
	}
	sets := min(nBuy/o.Buy, nGet/o.Get, all/(o.Buy+o.Get), o.Repeats)
	buys, gets := sets*o.Buy, sets*o.Get
	if o.Partly && sets < o.Repeats && nBuy >= buys+o.Buy {
		if more := min(o.Get-1, nGet-gets, all-gets-buys-o.Buy); more > 0 {
			buys, gets = buys+o.Buy, gets+more
		}
	}
	spare := nBuy - buys // units of the buy pool that are not needed in it
	for _, i := range st.byPrice(o.Dearest) {
		if !r.in(st, getPool, i) {
			continue
		}
		n := min(st.lines[i].units, gets)
		if bitset.Has(r.Pool(pool), int(i)) {
			n = min(n, spare)
			spare -= n
		}
		r.at[i].take = n
		gets -= n
	}
	for _, given := range [...]bool{false, true} {
		for _, i := range st.dear {
			if r.in(st, pool, i) && bitset.Has(r.Pool(getPool), int(i)) == given {
				n := min(st.lines[i].units-r.at[i].take, buys)
				r.at[i].hold += n
				buys -= n
			}
		}
	}
}

// priceSets makes sets of the components for a price, as long as a set saves.
// Sets that draw on the same lines are made at once.
func (r *Run) priceSets(st *state, o *Offer, index int) int64 {
	r.draw = bitset.Cleared(r.draw, r.n)
	var cursor [MaxComponents]int
	sets := int64(0)
	for sets < o.Repeats && r.drawSet(st, o, index, &cursor) {
		value, many := int64(0), o.Repeats-sets
		for _, i := range r.drawn {
			l := &st.lines[i]
			value += r.Scale(l.rest, r.draw[i]*Micro, l.left)
			many = min(many, (l.units-r.at[i].take)/r.draw[i])
		}
		if value <= o.Amount {
			break
		}
		for _, i := range r.drawn {
			r.at[i].take += many * r.draw[i]
			r.draw[i] = 0
		}
		sets += many
	}
	var value int64
	for _, i := range r.hit {
		if l := &st.lines[i]; r.at[i].take > 0 {
			r.at[i].basis = r.Scale(l.rest, r.at[i].take*Micro, l.left)
			value += r.at[i].basis
		}
	}
	saving := value - sets*o.Amount
	if sets == 0 || saving <= 0 {
		return 0
	}
	for _, i := range r.hit {
		r.weights = append(r.weights, r.at[i].basis)
	}
	r.allocate(saving)
	total := int64(0)
	for _, i := range r.hit {
		r.at[i].delta = min(r.at[i].delta, st.lines[i].amount)
		r.at[i].exact = r.at[i].delta
		if r.Trace {
			r.at[i].exact = r.Scale(r.at[i].basis, saving, value)
		}
		total += r.at[i].delta
	}
	return total
}

// drawSet draws the units of one more set; false if there are too few. The cursors
// pass lines that a component has used up.
func (r *Run) drawSet(st *state, o *Offer, index int, cursor *[MaxComponents]int) bool {
	r.drawn = r.drawn[:0]
	for c := range o.Components {
		pool, need, usedUp := o.Components[c].Pool, o.Components[c].Quantity, true
		if pool < 0 {
			pool = index
		}
		for at := cursor[c]; need > 0 && at < len(st.dear); at++ {
			i := st.dear[at]
			free := int64(0)
			if r.in(st, pool, i) {
				free = st.lines[i].units - r.at[i].take
			}
			if usedUp = usedUp && free == 0; usedUp {
				cursor[c] = at + 1
			}
			if n := min(need, free-r.draw[i]); n > 0 {
				if r.draw[i] == 0 {
					r.drawn = append(r.drawn, i)
				}
				r.draw[i] += n
				need -= n
			}
		}
		if need > 0 {
			return false
		}
	}
	return true
}

// goods counts how many times goods are added, and holds the units they are added for.
func (r *Run) goods(st *state, o *Offer, pool int) {
	if o.Units == 0 {
		r.sets = int64(min(1, len(r.hit)))
		return
	}
	r.sets = min(r.count(st, pool)/o.Units, o.Repeats)
	left := r.sets * o.Units
	for _, i := range st.dear {
		if r.in(st, pool, i) {
			r.at[i].hold = min(left, st.lines[i].units)
			left -= r.at[i].hold
		}
	}
}
