package promotion

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
)

// work is what Apply needs beside the result: room that is used again.
type work struct {
	set    *Set
	basket *Basket
	n      int // lines; the shipping stands behind them

	order     []int32 // the basket's index of each line, by line number
	base      []int64 // amounts before all promotions
	quantity  []int64 // micro
	units     []int64 // whole units that may be counted
	lineWords int
	live      []uint64 // pools of promotions that hold
	row       []uint64
	pools     []uint64 // for each pool its lines
	open      []uint64 // lines that are not blocked

	candidates []int32 // offers that hold and have a line, in pipeline order
	branch     []bool  // by offer: conflicts with another one
	out        []bool  // by offer: left out by the search
	search     search
	states     [MaxExact + 3]state

	// Of the offer at hand.
	hit                       []int32
	delta, basis, exact       []int64
	take, hold, weights, draw []int64
	drawn                     []int32
	shares                    []tandem.Money
	sets                      int64
	record                    bool
	parts                     []part
	gifts                     []int64 // by offer: how many times
	totals                    []int64 // by offer
	why                       []reason
	partAt                    []int32
	sorted                    []Part
	faulty                    error

	facts     *condition.Facts
	factsOf   *condition.Schema
	factsRead bool
	doubts    []Unanswered
}

type part struct {
	offer, line         int32
	delta, basis, exact int64
}

// Apply applies the set to a basket. It neither keeps nor changes the basket, and
// allocates nothing once the result has grown to size, unless a trace is asked
// for. A basket that is not well formed is a [tandem.InvalidError]; what the
// promotions make of a good one never is, but for a threshold that needs the net
// or gross amounts and does not find them.
func (s *Set) Apply(b *Basket, r *Result) error {
	w := &r.work
	w.set, w.basket, w.faulty = s, b, nil
	w.factsRead, w.doubts = false, w.doubts[:0]
	defer func() { w.set, w.basket = nil, nil }()
	if err := w.readLines(); err != nil {
		return err
	}
	w.index()
	r.Search = SearchNone
	w.start()
	for lane := 0; lane < len(s.config.Lanes); {
		lane = w.stage(lane, &r.Search)
	}
	if w.faulty != nil {
		return w.faulty
	}
	r.fill()
	if b.Trace {
		r.explain()
	}
	return nil
}

// readLines checks the basket and puts its lines in the order of their numbers.
func (w *work) readLines() error {
	b := w.basket
	good := b.ok()
	n := 0
	if good {
		n = len(b.Lines)
	}
	w.n, w.lineWords = n, words(n+1)
	w.order = grow(w.order, n)
	sorted := true
	for i := range n {
		w.order[i] = int32(i)
		sorted = sorted && (i == 0 || b.Lines[i-1].Line <= b.Lines[i].Line)
	}
	if !sorted {
		slices.SortFunc(w.order, func(x, y int32) int { return cmp.Compare(b.Lines[x].Line, b.Lines[y].Line) })
	}
	w.base, w.quantity, w.units = grow(w.base, n+1), grow(w.quantity, n+1), grow(w.units, n+1)
	w.open = cleared(w.open, w.lineWords)
	last := 0
	for i, at := range w.order {
		l := &b.Lines[at]
		good = good && l.ok(b.Currency, last)
		last = l.Line
		w.base[i], w.quantity[i] = l.Amount.Minor(), l.Quantity.Micro()
		w.units[i] = l.Quantity.Micro() / micro
		if w.set.config.Fraction == FractionRefuse && !l.Quantity.IsWhole() {
			w.units[i] = 0
		}
		if !l.Blocked {
			set(w.open, i)
		}
	}
	w.base[n], w.quantity[n], w.units[n] = b.Shipping.Minor(), 0, 0
	if good {
		return nil
	}
	if err := b.Validate(); err != nil {
		return err
	}
	var c tandem.Check
	c.Add("duplicate", "lines", "a line number stands twice")
	return c.Err("basket")
}

// index finds the promotions that hold and the lines of each of their scopes.
func (w *work) index() {
	s := w.set
	w.live, w.row = cleared(w.live, s.width), grow(w.row, s.width)
	s.live(w.basket, w.live)
	clearAbove(w.live, len(s.offers))
	w.candidates = w.candidates[:0]
	w.why = cleared(w.why, len(s.offers))
	for word, bitset := range w.live[:words(len(s.offers))] {
		for bitset != 0 {
			var i int
			i, bitset = lowest(bitset)
			w.consider(word<<6 + i)
		}
	}
	w.pools = cleared(w.pools, s.pools*w.lineWords)
	for i, at := range w.order {
		s.index.pools(&w.basket.Lines[at], w.row)
		for word, bitset := range w.row {
			for bitset &= w.live[word]; bitset != 0; {
				var pool int
				pool, bitset = lowest(bitset)
				set(w.pool(word<<6+pool), i)
			}
		}
	}
	kept := w.candidates[:0]
	for _, at := range w.candidates {
		if w.within(&s.offers[at], int(at)) {
			kept = append(kept, at)
		}
	}
	w.candidates = kept
}

func clearAbove(row []uint64, n int) {
	for i := range row {
		switch {
		case i<<6 >= n:
			row[i] = 0
		case n-i<<6 < 64:
			row[i] &= 1<<(n-i<<6) - 1
		}
	}
}

// consider makes a candidate of an offer that holds on the basket's date.
func (w *work) consider(i int) {
	o := &w.set.offers[i]
	if o.currency.Valid() && o.currency != w.basket.Currency || !o.holdsAt(w.basket.At) {
		w.live[i>>6] &^= 1 << (i & 63)
		return
	}
	w.candidates = append(w.candidates, int32(i))
	if o.getPool >= 0 {
		set(w.live, o.getPool)
	}
	for _, c := range o.components {
		if c.pool >= 0 {
			set(w.live, c.pool)
		}
	}
}

// holdsAt judges the instants: without one, a basket gets nothing that needs it.
func (o *offer) holdsAt(at tandem.Instant) bool {
	if o.from.IsZero() && o.until.IsZero() {
		return true
	}
	return !at.IsZero() && !at.Before(o.from) && (o.until.IsZero() || at.Before(o.until))
}

// within reports whether an offer has a line and reaches its threshold, and keeps the components of a
// bundle within its scope.
func (w *work) within(o *offer, i int) bool {
	own := w.pool(i)
	if o.shipping && (w.base[w.n] == 0 || !overlap(own, own)) || !o.shipping && !overlap(own, w.open) {
		return false
	}
	if o.never || o.when.program != nil && !w.holds(o, i) {
		w.why[i] = lostCondition
		return false
	}
	for _, c := range o.components {
		if c.pool >= 0 {
			for word, lines := range own {
				w.pool(c.pool)[word] &= lines
			}
		}
	}
	// What counts the amounts before all promotions is judged once.
	if o.threshold != nil && !o.threshold.Reduced && !w.reached(nil, o, i) {
		w.why[i] = lostThreshold
		return false
	}
	return true
}

func (w *work) pool(i int) []uint64 { return w.pools[i*w.lineWords:][:w.lineWords] }

// start readies the first state and the records.
func (w *work) start() {
	offers := len(w.set.offers)
	w.out, w.branch = cleared(w.out, offers), cleared(w.branch, offers)
	w.totals, w.gifts = cleared(w.totals, offers), cleared(w.gifts, offers)
	w.parts = w.parts[:0]
	w.delta, w.basis, w.exact = grow(w.delta, w.n+1), grow(w.basis, w.n+1), grow(w.exact, w.n+1)
	w.take, w.hold = grow(w.take, w.n+1), grow(w.hold, w.n+1)
	st := &w.states[0]
	st.lines = cleared(st.lines, w.n+1)
	st.open, st.applied = grow(st.open, w.lineWords), cleared(st.applied, w.set.width)
	st.dear, st.cheap = grow(st.dear, w.n), grow(st.cheap, w.n)
	copy(st.open, w.open)
	st.saved, st.worth, st.stopLane, st.stopOrder = 0, 0, false, false
	for i, amount := range w.base {
		st.lines[i].amount = amount
	}
	w.entangle()
}

// fill tells the result what the last state and the records hold.
func (r *Result) fill() {
	w := &r.work
	currency, st := w.basket.Currency, &w.states[0]
	r.Currency = currency
	r.Losers, r.Unanswered = r.Losers[:0], append(r.Unanswered[:0], w.doubts...)
	w.sortParts()
	r.Lines = grow(r.Lines, w.n)
	for i, at := range w.order {
		r.Lines[at] = w.lineResult(i, w.basket.Lines[at].Line)
	}
	r.Shipping = w.lineResult(w.n, 0)
	r.Saving = tandem.MoneyFromMinor(st.saved, currency)
	r.Applied, r.Gifts, r.Coupons = r.Applied[:0], r.Gifts[:0], r.Coupons[:0]
	for _, i := range w.candidates {
		o := &w.set.offers[i]
		if w.totals[i] == 0 && w.gifts[i] == 0 {
			continue
		}
		r.Applied = append(r.Applied, Applied{Promotion: o.id, Lane: w.set.config.Lanes[o.lane].Name, Kind: o.kind,
			Saving: tandem.MoneyFromMinor(w.totals[i], currency)})
		if w.gifts[i] > 0 {
			quantity := tandem.QuantityFromMicro(o.quantity.Micro()*w.gifts[i], o.quantity.Unit())
			r.Gifts = append(r.Gifts, Gift{Promotion: o.id, Product: o.product, Quantity: quantity})
		}
		if o.coupons {
			r.Coupons = append(r.Coupons, CouponUse{Promotion: o.id, Coupon: w.coupon(i)})
		}
	}
}

// coupon gives the least of the basket's codes that open an offer, so that their order says nothing.
func (w *work) coupon(offer int32) (code string) {
	for _, c := range w.basket.Coupons {
		if (code == "" || c < code) && slices.Contains(w.set.index.coupons[c], offer) {
			code = c
		}
	}
	return code
}

func (w *work) lineResult(i, line int) LineResult {
	before, after := w.base[i], w.states[0].lines[i].amount
	return LineResult{Line: line, Before: w.money(before), Delta: w.money(after - before), After: w.money(after),
		Parts: w.sorted[w.partAt[i]:w.partAt[i+1]:w.partAt[i+1]]}
}

func (w *work) money(minor int64) tandem.Money {
	return tandem.MoneyFromMinor(minor, w.basket.Currency)
}

// sortParts puts the parts of each line together, in the order of application.
func (w *work) sortParts() {
	w.partAt = cleared(w.partAt, w.n+3)
	for i := range w.parts {
		w.partAt[w.parts[i].line+2]++
	}
	for i := 2; i < len(w.partAt); i++ {
		w.partAt[i] += w.partAt[i-1]
	}
	w.sorted = grow(w.sorted, len(w.parts))
	for i := range w.parts {
		p := &w.parts[i]
		o := &w.set.offers[p.offer]
		out := Part{Promotion: o.id, Lane: w.set.config.Lanes[o.lane].Name, Kind: o.kind, Basis: w.money(p.basis),
			Rate: tandem.RateFromNano(o.rate), Delta: w.money(-p.delta)}
		if w.basket.Trace {
			out.Rounding = w.money(p.exact - p.delta)
		}
		w.sorted[w.partAt[p.line+1]] = out
		w.partAt[p.line+1]++
	}
}
