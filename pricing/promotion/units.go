package promotion

// Offers on units work in runs: the free units of a line are one run, however
// many they are, and the lines stand from dear to cheap.

// in reports whether a line is open and lies in a pool.
func (w *work) in(st *state, pool int, i int32) bool {
	return has(w.pool(pool), int(i)) && has(st.open, int(i))
}

func (st *state) byPrice(dearest bool) []int32 {
	if dearest {
		return st.dear
	}
	return st.cheap
}

// count gives the free units of the lines hit that lie in a pool.
func (w *work) count(st *state, pool int) (n int64) {
	for _, i := range w.hit {
		if has(w.pool(pool), int(i)) {
			n += st.lines[i].units
		}
	}
	return n
}

// someUnits gives the cheapest or dearest units of the scope.
func (w *work) someUnits(st *state, o *offer, pool int) {
	left := o.units
	for _, i := range st.byPrice(o.dearest) {
		if left > 0 && w.in(st, pool, i) {
			w.take[i] = min(left, st.lines[i].units)
			left -= w.take[i]
		}
	}
}

// perSet cuts the units, from dear to cheap, into sets of X + Y and gives the
// last (or first) Y of each.
func (w *work) perSet(st *state, o *offer, pool int) {
	all, size := w.count(st, pool), o.buy+o.get
	sets := min(all/size, o.repeats)
	used, partly := sets*size, int64(0) // partly: units given by an incomplete set
	if rest := all - used; o.partly && sets < o.repeats && rest > o.buy {
		used, partly = all, rest-o.buy
	}
	given := func(units int64) int64 {
		full := min(units/size, sets)
		rest := units - full*size
		if o.dearest && full < sets {
			return full*o.get + min(rest, o.get)
		} else if o.dearest {
			return full*o.get + min(rest, partly)
		}
		return full*o.get + max(0, rest-o.buy)
	}
	at := int64(0)
	for _, i := range st.dear {
		if !w.in(st, pool, i) {
			continue
		}
		n := min(st.lines[i].units, used-at)
		w.take[i] = given(at+n) - given(at)
		w.hold[i] = n - w.take[i]
		at += n
	}
}

// global counts the sets that the pools allow, gives the cheapest (or dearest)
// units of the get pool and holds as many of the buy pool, first those that could
// not be given, then the dearest.
func (w *work) global(st *state, o *offer, pool int) {
	getPool := o.getPool
	if getPool < 0 {
		getPool = pool
	}
	nBuy, nGet, all := w.count(st, pool), w.count(st, getPool), int64(0)
	for _, i := range w.hit {
		all += st.lines[i].units
	}
	sets := min(nBuy/o.buy, nGet/o.get, all/(o.buy+o.get), o.repeats)
	buys, gets := sets*o.buy, sets*o.get
	if o.partly && sets < o.repeats && nBuy >= buys+o.buy {
		if more := min(o.get-1, nGet-gets, all-gets-buys-o.buy); more > 0 {
			buys, gets = buys+o.buy, gets+more
		}
	}
	spare := nBuy - buys // units of the buy pool that are not needed in it
	for _, i := range st.byPrice(o.dearest) {
		if !w.in(st, getPool, i) {
			continue
		}
		n := min(st.lines[i].units, gets)
		if has(w.pool(pool), int(i)) {
			n = min(n, spare)
			spare -= n
		}
		w.take[i] = n
		gets -= n
	}
	for _, given := range [...]bool{false, true} {
		for _, i := range st.dear {
			if w.in(st, pool, i) && has(w.pool(getPool), int(i)) == given {
				n := min(st.lines[i].units-w.take[i], buys)
				w.hold[i] += n
				buys -= n
			}
		}
	}
}

// priceSets makes sets of the components for a price, as long as a set saves.
// Sets that draw on the same lines are made at once.
func (w *work) priceSets(st *state, o *offer, index int) int64 {
	w.draw = cleared(w.draw, w.n)
	var cursor [MaxComponents]int
	sets := int64(0)
	for sets < o.repeats && w.drawSet(st, o, index, &cursor) {
		value, many := int64(0), o.repeats-sets
		for _, i := range w.drawn {
			l := &st.lines[i]
			value += w.scale(l.rest, w.draw[i]*micro, l.left)
			many = min(many, (l.units-w.take[i])/w.draw[i])
		}
		if value <= o.amount {
			break
		}
		for _, i := range w.drawn {
			w.take[i] += many * w.draw[i]
			w.draw[i] = 0
		}
		sets += many
	}
	var value int64
	for _, i := range w.hit {
		if l := &st.lines[i]; w.take[i] > 0 {
			w.basis[i] = w.scale(l.rest, w.take[i]*micro, l.left)
			value += w.basis[i]
		}
	}
	saving := value - sets*o.amount
	if sets == 0 || saving <= 0 {
		return 0
	}
	w.allocate(saving, w.basis)
	total := int64(0)
	for _, i := range w.hit {
		w.delta[i] = min(w.delta[i], st.lines[i].amount)
		w.exact[i] = w.delta[i]
		if w.basket.Trace {
			w.exact[i] = w.scale(w.basis[i], saving, value)
		}
		total += w.delta[i]
	}
	return total
}

// drawSet draws the units of one more set; false if there are too few. The cursors
// pass lines that a component has used up.
func (w *work) drawSet(st *state, o *offer, index int, cursor *[MaxComponents]int) bool {
	w.drawn = w.drawn[:0]
	for c := range o.components {
		pool, need, usedUp := o.components[c].pool, o.components[c].quantity, true
		if pool < 0 {
			pool = index
		}
		for at := cursor[c]; need > 0 && at < len(st.dear); at++ {
			i := st.dear[at]
			free := int64(0)
			if w.in(st, pool, i) {
				free = st.lines[i].units - w.take[i]
			}
			if usedUp = usedUp && free == 0; usedUp {
				cursor[c] = at + 1
			}
			if n := min(need, free-w.draw[i]); n > 0 {
				if w.draw[i] == 0 {
					w.drawn = append(w.drawn, i)
				}
				w.draw[i] += n
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
func (w *work) goods(st *state, o *offer, pool int) {
	if o.units == 0 {
		w.sets = int64(min(1, len(w.hit)))
		return
	}
	w.sets = min(w.count(st, pool)/o.units, o.repeats)
	left := w.sets * o.units
	for _, i := range st.dear {
		if w.in(st, pool, i) {
			w.hold[i] = min(left, st.lines[i].units)
			left -= w.hold[i]
		}
	}
}
