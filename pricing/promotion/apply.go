package promotion

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
	"github.com/tandem-go/tandem/pricing/promotion/internal/index"
	"github.com/tandem-go/tandem/pricing/promotion/internal/stacking"
)

// work is what Apply needs beside the result: room that is used again.
type work struct {
	set    *Set
	basket *Basket
	run    stacking.Run
	order  []int32  // the basket's index of each line, by line number
	live   []uint64 // pools of promotions that hold
	row    []uint64
	partAt []int32
	sorted []Part
	faulty error

	facts     *condition.Facts
	factsOf   *condition.Schema
	factsRead bool
	doubts    []Unanswered
}

// Apply applies the set to a basket. It neither keeps nor changes the basket, and
// allocates nothing once the result has grown to size, unless a trace is asked
// for. A basket that is not well formed is a [tandem.InvalidError]; so is one
// without the net or gross amounts that a threshold counts, and one with facts that
// the set does not know, where a promotion that holds asks for them.
func (s *Set) Apply(b *Basket, r *Result) error {
	w := &r.work
	w.set, w.basket, w.faulty = s, b, nil
	w.factsRead, w.doubts = false, w.doubts[:0]
	defer func() { w.set, w.basket = nil, nil }()
	if err := w.readLines(); err != nil {
		return err
	}
	w.findCandidates()
	if w.faulty == nil {
		w.run.Do()
		w.faulty = w.run.Err
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
	b, run := w.basket, &w.run
	good := b.ok()
	n := 0
	if good {
		n = len(b.Lines)
	}
	w.order = bitset.Grow(w.order, n)
	sorted := true
	for i := range n {
		w.order[i] = int32(i)
		sorted = sorted && (i == 0 || b.Lines[i-1].Line <= b.Lines[i].Line)
	}
	if !sorted {
		slices.SortFunc(w.order, func(x, y int32) int { return cmp.Compare(b.Lines[x].Line, b.Lines[y].Line) })
	}
	run.Size(&w.set.rules, n, w.set.pools)
	run.Currency, run.Trace = b.Currency, b.Trace
	last := 0
	for i, at := range w.order {
		l := &b.Lines[at]
		good = good && l.ok(b.Currency, last)
		last = l.Line
		run.Lines[i] = stacking.Line{Amount: l.Amount.Minor(), Net: b.counted(l, CountNet).Minor(), Gross: b.counted(l, CountGross).Minor(),
			Quantity: l.Quantity.Micro(), Units: l.Quantity.Micro() / micro, Unit: l.Quantity.Unit()}
		if w.set.config.Fraction == FractionRefuse && !l.Quantity.IsWhole() {
			run.Lines[i].Units = 0
		}
		if !l.Blocked {
			bitset.Set(run.Open, i)
		}
	}
	run.Lines[n] = stacking.Line{Amount: b.Shipping.Minor()}
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

// findCandidates finds the promotions that hold and the lines of each of their scopes.
func (w *work) findCandidates() {
	s, b, run := w.set, w.basket, &w.run
	width := s.index.Width()
	w.live, w.row = bitset.Cleared(w.live, width), bitset.Cleared(w.row, width)
	facts := w.indexed()
	s.index.Live(&facts, w.live)
	bitset.Truncate(w.live, len(s.offers))
	for word, holding := range w.live[:bitset.Words(len(s.offers))] {
		for holding != 0 {
			var i int
			i, holding = bitset.Lowest(holding)
			w.consider(word<<6 + i)
		}
	}
	bitset.Join(w.live, w.row) // with the pools beside the scopes
	for i, at := range w.order {
		l := &b.Lines[at]
		s.index.Pools(l.Product, l.Category, l.Brand, w.row)
		for word, pools := range w.row {
			for pools &= w.live[word]; pools != 0; {
				var pool int
				pool, pools = bitset.Lowest(pools)
				bitset.Set(run.Pool(word<<6+pool), i)
			}
		}
	}
	kept := run.Candidates[:0]
	for _, i := range run.Candidates {
		if w.within(int(i)) {
			kept = append(kept, i)
		}
	}
	run.Candidates = kept
}

func (w *work) indexed() index.Facts {
	b := w.basket
	return index.Facts{Date: b.Date, Grade: b.Grade, Segments: b.Segments, Channel: b.Channel, Region: b.Region, Coupons: b.Coupons}
}

// consider makes a candidate of an offer that holds, and notes its other pools in the row.
func (w *work) consider(i int) {
	o, n := &w.set.offers[i], &w.set.rules.Offers[i]
	if o.currency.Valid() && o.currency != w.basket.Currency || !o.holdsAt(w.basket.At) || slices.Contains(w.basket.Without, o.id) {
		bitset.Clear(w.live, i)
		return
	}
	w.run.Candidates = append(w.run.Candidates, int32(i))
	if n.GetPool >= 0 {
		bitset.Set(w.row, n.GetPool)
	}
	for _, c := range n.Components {
		if c.Pool >= 0 {
			bitset.Set(w.row, c.Pool)
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

// within reports whether an offer has a line, holds by its condition and reaches its
// threshold.
func (w *work) within(i int) bool {
	run, o, n := &w.run, &w.set.offers[i], &w.set.rules.Offers[i]
	own := run.Pool(i)
	if !w.hasLine(n, own) {
		return false
	}
	if o.never || o.when.program != nil && (!w.holds(o, i) || !w.hasLine(n, own)) {
		run.Why[i] = stacking.LostCondition
		return false
	}
	for _, c := range n.Components { // within the scope of the bundle
		if c.Pool >= 0 {
			bitset.Meet(run.Pool(c.Pool), own)
		}
	}
	if n.Threshold == nil {
		return true
	}
	w.checkCounted(n.Threshold, own)
	// What counts the amounts before all promotions is judged once.
	if !n.Threshold.Reduced && !run.Reached(i) {
		run.Why[i] = stacking.LostThreshold
		return false
	}
	return true
}

func (w *work) hasLine(n *stacking.Offer, own []uint64) bool {
	if n.Shipping {
		return w.basket.Shipping.Sign() > 0 && bitset.Any(own)
	}
	return bitset.Overlap(own, w.run.Open)
}

// checkCounted finds out whether the basket has the amounts that a threshold counts.
func (w *work) checkCounted(t *stacking.Threshold, own []uint64) {
	if t.Spend == 0 || t.Counted == stacking.CountPriced || w.faulty != nil {
		return
	}
	for i, at := range w.order {
		if !t.Order && !bitset.Has(own, i) || !t.Blocked && !bitset.Has(w.run.Open, i) {
			continue
		}
		name := CountNet
		if t.Counted == stacking.CountGross {
			name = CountGross
		}
		if w.basket.counted(&w.basket.Lines[at], name).IsNone() {
			var c tandem.Check
			c.Add("required", tandem.Path("lines", int(at))+"."+string(name), "a threshold counts it")
			w.faulty = c.Err("basket")
			return
		}
	}
}

// fill tells the result what the run came to.
func (r *Result) fill() {
	w := &r.work
	run := &w.run
	r.Currency, r.Search = w.basket.Currency, SearchNone
	switch {
	case run.Greedy:
		r.Search = SearchGreedy
	case run.Parted:
		r.Search = SearchComponents
	case run.Searched:
		r.Search = SearchExact
	}
	r.Losers, r.Unanswered = r.Losers[:0], append(r.Unanswered[:0], w.doubts...)
	w.sortParts()
	r.Lines = bitset.Grow(r.Lines, len(w.order))
	for i, at := range w.order {
		r.Lines[at] = w.lineResult(i, w.basket.Lines[at].Line)
	}
	r.Shipping = w.lineResult(len(w.order), 0)
	r.Saving = w.money(run.Saved)
	r.Applied, r.Gifts, r.Coupons = r.Applied[:0], r.Gifts[:0], r.Coupons[:0]
	for _, i := range run.Candidates {
		o := &w.set.offers[i]
		if run.Totals[i] == 0 && run.Gifts[i] == 0 {
			continue
		}
		r.Applied = append(r.Applied, Applied{Promotion: o.id, Lane: o.lane, Kind: o.kind, Saving: w.money(run.Totals[i])})
		if run.Gifts[i] > 0 {
			quantity := tandem.QuantityFromMicro(o.quantity.Micro()*run.Gifts[i], o.quantity.Unit())
			r.Gifts = append(r.Gifts, Gift{Promotion: o.id, Product: o.product, Quantity: quantity})
		}
		if o.coupons {
			r.Coupons = append(r.Coupons, CouponUse{Promotion: o.id, Coupon: w.coupon(int(i))})
		}
	}
}

// coupon gives the least of the basket's codes that open an offer, so that their order says nothing.
func (w *work) coupon(offer int) (code string) {
	for _, c := range w.basket.Coupons {
		if (code == "" || c < code) && w.set.index.Opens(c, offer) {
			code = c
		}
	}
	return code
}

func (w *work) lineResult(i, line int) LineResult {
	before, after := w.run.Lines[i].Amount, w.run.Amount(i)
	return LineResult{Line: line, Before: w.money(before), Delta: w.money(after - before), After: w.money(after),
		Parts: w.sorted[w.partAt[i]:w.partAt[i+1]:w.partAt[i+1]]}
}

func (w *work) money(minor int64) tandem.Money {
	return tandem.MoneyFromMinor(minor, w.basket.Currency)
}

// sortParts puts the parts of each line together, in the order of application.
func (w *work) sortParts() {
	parts := w.run.Parts
	w.partAt = bitset.Cleared(w.partAt, len(w.order)+3)
	for i := range parts {
		w.partAt[parts[i].Line+2]++
	}
	for i := 2; i < len(w.partAt); i++ {
		w.partAt[i] += w.partAt[i-1]
	}
	w.sorted = bitset.Grow(w.sorted, len(parts))
	for i := range parts {
		p := &parts[i]
		o := &w.set.offers[p.Offer]
		out := &w.sorted[w.partAt[p.Line+1]]
		w.partAt[p.Line+1]++
		*out = Part{Promotion: o.id, Lane: o.lane, Kind: o.kind, Basis: w.money(p.Basis), Rate: o.rate, Delta: w.money(-p.Delta)}
		if w.basket.Trace {
			out.Rounding = w.money(p.Exact - p.Delta)
		}
	}
}
