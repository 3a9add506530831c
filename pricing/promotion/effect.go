package promotion

import (
	"math/bits"

	"github.com/tandem-go/tandem"
)

// give works out what an offer gives at this state: the lines it hits, with the
// change of each and the units it takes or holds. It changes nothing.
func (w *work) give(st *state, o *offer, index int, policy Policy) (total int64) {
	w.sets = 0
	w.gather(st, o, index)
	switch o.effect {
	case onLines:
		total = w.eachLine(st, o, policy)
	case onAcross:
		return w.across(st, o, policy)
	case onUnits:
		w.someUnits(st, o, index)
		total = w.offUnits(st, o)
	case onBuyGet:
		if o.perSet && o.getPool < 0 {
			w.perSet(st, o, index)
		} else {
			w.global(st, o, index)
		}
		total = w.offUnits(st, o)
	case onSets:
		total = w.priceSets(st, o, index)
	case onGoods:
		w.goods(st, o, index)
		return 0
	}
	if total > o.cap {
		for _, i := range w.hit {
			w.exact[i] = w.scale(w.delta[i], o.cap, total)
		}
		w.allocate(o.cap, w.delta)
		return o.cap
	}
	return total
}

// gather lists the open lines of an offer's scopes and clears what is noted of them.
func (w *work) gather(st *state, o *offer, index int) {
	w.hit = w.hit[:0]
	if o.shipping {
		w.reset(int32(w.n))
		return
	}
	for word := range w.lineWords {
		for lines := w.reach(index, word) & st.open[word]; lines != 0; {
			var i int
			i, lines = lowest(lines)
			w.reset(int32(word<<6 + i))
		}
	}
}

func (w *work) reset(i int32) {
	w.hit = append(w.hit, i)
	w.delta[i], w.basis[i], w.exact[i], w.take[i], w.hold[i] = 0, 0, 0, 0, 0
}

// eachLine is for a rate, an amount or a price that falls on each line by itself.
func (w *work) eachLine(st *state, o *offer, policy Policy) (total int64) {
	for _, i := range w.hit {
		l := &st.lines[i]
		base := l.start
		if policy == Compound || policy == Sequential {
			base = l.amount
		}
		saving := w.lineSaving(o, base, int(i))
		w.basis[i], w.exact[i] = base, saving
		if o.rate > 0 {
			if w.basket.Trace {
				w.exact[i] = w.scale(base, o.rate, nano)
			}
			if policy == Additive && !o.perUnit {
				// The sum of the rates is rounded, not each: 20 % and 10 % are 30 %.
				saving = w.scale(base, l.rate+o.rate, nano) - w.scale(base, l.rate, nano)
				if o.shipping {
					saving = min(saving, o.cap)
				}
			}
		}
		w.delta[i] = min(saving, l.amount)
		total += w.delta[i]
	}
	return total
}

// lineSaving gives what falls on one line of an amount, never more than it. The
// cap bounds the shipping, the only line of its offers.
func (w *work) lineSaving(o *offer, base int64, i int) int64 {
	var saving int64
	switch {
	case o.fixed:
		quantity := tandem.QuantityFromMicro(w.quantity[i], w.basket.Lines[w.order[i]].Quantity.Unit())
		price, err := o.price.Times(quantity, w.set.config.Rounding)
		if err != nil || price.Minor() >= base { // another unit, or beyond all amounts: dearer
			return 0
		}
		saving = base - price.Minor()
	case o.rate > 0 && o.perUnit:
		saving = w.scale(w.scale(base, o.rate, w.quantity[i]*(nano/micro)), w.quantity[i], micro)
	case o.rate > 0:
		saving = w.scale(base, o.rate, nano)
	case o.perUnit:
		saving = w.scale(o.amount, w.quantity[i], micro)
	default:
		saving = o.amount
	}
	if o.shipping {
		saving = min(saving, o.cap)
	}
	return min(saving, base)
}

// across takes a rate or an amount off the sum of the lines and allocates it in
// proportion to what is left of them.
func (w *work) across(st *state, o *offer, policy Policy) int64 {
	var base, left int64
	for _, i := range w.hit {
		l := &st.lines[i]
		w.basis[i] = l.start
		if policy == Compound || policy == Sequential {
			w.basis[i] = l.amount
		}
		base += w.basis[i]
		left += l.amount
		w.delta[i] = l.amount // the weights
	}
	whole := o.amount
	if o.rate > 0 {
		whole = w.scale(base, o.rate, nano)
	}
	whole = min(whole, o.cap, left)
	w.allocate(whole, w.delta)
	if w.basket.Trace {
		for _, i := range w.hit {
			w.exact[i] = w.scale(st.lines[i].amount, whole, left)
			if o.rate > 0 && whole < o.cap {
				w.exact[i] = w.scale(w.basis[i], o.rate, nano)
			}
		}
	}
	return whole
}

// allocate splits whole over the lines hit, by weights, into delta. The weights
// sum to at least whole, so that no share is above its weight.
func (w *work) allocate(whole int64, weights []int64) {
	if whole == 0 {
		for _, i := range w.hit {
			w.delta[i] = 0
		}
		return
	}
	if len(w.hit) == 1 {
		w.delta[w.hit[0]] = whole
		return
	}
	w.weights = w.weights[:0]
	for _, i := range w.hit {
		w.weights = append(w.weights, weights[i])
	}
	var err error
	if w.shares, err = tandem.Allocate(w.shares[:0], w.money(whole), w.weights); err != nil {
		w.faulty = err // cannot be: amounts and their number are bounded
		return
	}
	for at, i := range w.hit {
		w.delta[i] = w.shares[at].Minor()
	}
}

// offUnits takes the rate or amount off the units that are given, at the value
// of so many units of what is left of their line.
func (w *work) offUnits(st *state, o *offer) (total int64) {
	for _, i := range w.hit {
		n := w.take[i]
		if n == 0 {
			continue
		}
		l := &st.lines[i]
		value := w.scale(l.rest, n*micro, l.left)
		saving := value
		if o.rate > 0 {
			saving = w.scale(value, o.rate, nano)
		} else if high, low := bits.Mul64(uint64(o.amount), uint64(n)); high == 0 && low < uint64(value) {
			saving = int64(low)
		}
		w.basis[i], w.exact[i] = value, saving
		w.delta[i] = min(saving, l.amount)
		total += w.delta[i]
	}
	return total
}

// reached judges the threshold of an offer.
func (w *work) reached(st *state, o *offer, index int) bool {
	t := o.threshold
	var spend, quantity int64
	for i := range w.n {
		switch {
		case !t.Order && !has(w.pool(index), i), !t.Blocked && !has(w.open, i):
			continue
		}
		line := &w.basket.Lines[w.order[i]]
		if line.Quantity.Unit() == t.Quantity.Unit() {
			quantity += line.Quantity.Micro()
		}
		if !t.Spend.IsNone() {
			spend += w.counted(st, t, line, i)
		}
	}
	return (t.Spend.IsNone() || spend >= t.Spend.Minor()) && (t.Quantity.IsNone() || quantity >= t.Quantity.Micro())
}

// counted gives the amount of a line that a threshold counts.
func (w *work) counted(st *state, t *Threshold, line *Line, i int) int64 {
	amount := line.Amount
	switch t.Counted {
	case CountNet:
		amount = line.Net
	case CountGross:
		amount = line.Gross
	}
	if amount.IsNone() {
		w.missing(t.Counted, int(w.order[i]))
		return 0
	}
	if !t.Reduced {
		return amount.Minor()
	}
	now := st.lines[i].start
	if w.search.sequential {
		now = st.lines[i].amount
	}
	if t.Counted == CountPriced {
		return now
	}
	return w.scale(amount.Minor(), now, w.base[i])
}

func (w *work) missing(counted Counted, line int) {
	if w.faulty == nil {
		var c tandem.Check
		c.Add("required", tandem.Path("lines", line)+"."+string(counted), "a threshold counts it")
		w.faulty = c.Err("basket")
	}
}
