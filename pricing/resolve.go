package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

// candidate is a price that could win.
type candidate struct {
	from  origin
	list  int32
	rank  uint64
	price tandem.Price // per unit; of tiers what they come to
	hit   *rows.Hit    // the row, or the row of the base that it derives from; none: from cost
	page  *rows.Page
	by    rule        // of a derived price: the row that states how, none for the list's own
	rate  tandem.Rate // of a derived price
	tiers *formula.Compiled
}

// origin says where a candidate comes from.
type origin uint8

const (
	fromNowhere origin = iota // there is no candidate
	fromRow
	fromList // the list derived it
)

// rule is a row by its place.
type rule struct {
	page *rows.Page
	row  uint32
	rank uint64
}

func (r rule) id() string { return r.page.ID(r.row) }

// rule names the row, or the list that derived the price.
func (s *Snapshot) rule(c *candidate) string {
	switch {
	case c.from == fromRow:
		return c.page.ID(c.hit.Index())
	case c.by.page != nil:
		return c.by.id()
	}
	return s.book.Lists[c.list].ID
}

// beats reports whether a wins against b under the book's policy.
func (s *Snapshot) beats(a, b *candidate) bool {
	switch {
	case a.from == fromNowhere:
		return false
	case b.from == fromNowhere:
		return true
	}
	if s.lowest {
		if order, err := a.price.Cmp(b.price); err == nil && order != 0 {
			return order < 0
		}
	}
	if s.firstHit && a.list != b.list {
		return a.list < b.list
	}
	if a.rank != b.rank {
		return a.rank > b.rank
	}
	return s.rule(a) < s.rule(b)
}

// better takes c instead of the best so far if it wins.
func (s *Snapshot) better(best, c *candidate) {
	if s.beats(c, best) {
		*best = *c
	}
}

// priceOf gives the price of a row.
func (s *Snapshot) priceOf(micro int64, n uint16, basis uint8) tandem.Price {
	f := &s.frames.all[n]
	p, _ := tandem.PriceFromMicro(micro, f.currency, pow10[basis], f.unit) // was a price
	return p
}

var pow10 = [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}

// found is a row that was hit.
type found struct {
	page *rows.Page
	d    *rows.Dated
	at   uint32
	rank uint64
}

// candidate gives the candidate of a row.
func (s *Snapshot) candidate(f found, a *ask, c *candidate) {
	h := &f.d.Hits[f.at]
	c.from, c.list, c.rank, c.hit, c.page, c.tiers = fromRow, h.List, f.rank, h, f.page, nil
	c.by.page, c.rate = nil, tandem.Rate{}
	if !h.Special() {
		c.price = s.priceOf(h.Value, f.d.Keys[f.at].Frame, h.Basis())
		return
	}
	c.price, c.tiers = s.priced(f.page, h.Index(), a.quantity())
	if c.price.IsNone() {
		*c = candidate{}
	}
}

// scan finds the first row that is for the line, from and to being a part of a bucket:
// its place in the form, or to.
func (a *ask) scan(page *rows.Page, d *rows.Dated, from, to uint32) uint32 {
	if a.wide != nil {
		return a.scanWide(page, d, from, to)
	}
	keys, labels, mask := d.Keys[from:to], a.labels, &a.mask
	for i := range keys {
		k := &keys[i]
		if k.From > labels[k.Frame] || mask[k.Class>>6&3]>>(k.Class&63)&1 == 0 {
			continue
		}
		at := from + uint32(i)
		if h := &d.Hits[at]; !h.Special() || a.holds(page, h.Index()) {
			return at
		}
	}
	return to
}

// scanWide is scan where there are more audiences than terms have in place.
func (a *ask) scanWide(page *rows.Page, d *rows.Dated, from, to uint32) uint32 {
	for at := from; at < to; at++ {
		k, h := &d.Keys[at], &d.Hits[at]
		if k.From <= a.labels[k.Frame] && a.has(k.Class) && (!h.Special() || a.holds(page, h.Index())) {
			return at
		}
	}
	return to
}

// search finds the best price of the default lists, and that of the lists for
// some, for the quantity.
func (s *Snapshot) search(a *ask, base, some *candidate) {
	if s.lowest || s.firstHit {
		s.searchAll(a, base, some)
		return
	}
	var all, few found
	for _, scope := range a.chain[:a.depth] {
		page := s.pages[scope>>pageBits]
		d, bucket := page.On(a.day, &s.order), int(scope&pageMask)
		if all.d == nil || !s.evenDefaults {
			if from, to := d.Default(bucket); from < to {
				if at := a.scan(page, d, from, to); at < to {
					s.higher(&all, found{page: page, d: d, at: at}, scope)
				}
			}
		}
		if from, to := d.Some(bucket); from < to && d.Meets(bucket, &a.mask) {
			if at := a.scan(page, d, from, to); at < to {
				s.higher(&few, found{page: page, d: d, at: at}, scope)
			}
		}
	}
	if all.d != nil {
		s.candidate(all, a, base)
	}
	if few.d != nil {
		s.candidate(few, a, some)
	}
}

// higher takes the row that was hit if it ranks higher. Rows of different scopes are
// never equal.
func (s *Snapshot) higher(best *found, f found, scope int32) {
	f.rank = f.d.Rank(f.at, s.scopes.subjects[scope].depth, &s.order)
	if best.d == nil || f.rank > best.rank {
		*best = f
	}
}

// searchAll is search where not the rank alone decides.
func (s *Snapshot) searchAll(a *ask, base, some *candidate) {
	for _, scope := range a.chain[:a.depth] {
		page := s.pages[scope>>pageBits]
		d, bucket := page.On(a.day, &s.order), int(scope&pageMask)
		from, to := d.Default(bucket)
		s.among(a, found{page: page, d: d, at: from}, to, scope, base)
		from, to = d.Some(bucket)
		s.among(a, found{page: page, d: d, at: from}, to, scope, some)
	}
}

// among finds the best of a part of a bucket: the first row that is for the line or,
// where tiers or several ways of counting stand among prices, the best of all that are.
func (s *Snapshot) among(a *ask, f found, to uint32, scope int32, best *candidate) {
	for f.at < to {
		if f.at = a.scan(f.page, f.d, f.at, to); f.at == to {
			return
		}
		s.consider(a, f, scope, best)
		if !s.lowest || !f.d.Unsaid && !s.frames.counting {
			return
		}
		f.at++
	}
}

// consider takes a row instead of the best so far if it wins.
func (s *Snapshot) consider(a *ask, f found, scope int32, best *candidate) {
	var c candidate
	f.rank = f.d.Rank(f.at, s.scopes.subjects[scope].depth, &s.order)
	s.candidate(f, a, &c)
	s.better(best, &c)
}

// searchList finds the best price that rows of a list state, whoever the list is for.
func (s *Snapshot) searchList(a *ask, li int32, best *candidate) {
	if s.lists[li].inclusive != a.inclusive {
		return
	}
	for _, scope := range a.chain[:a.depth] {
		page, bucket := s.pageOf(li, scope)
		if page == nil {
			continue
		}
		d := page.On(a.day, &s.order)
		from, to := d.Some(bucket)
		if s.lists[li].source == SourceDefault {
			from, to = d.Default(bucket)
		}
		for i := from; i < to; i++ {
			k, h := &d.Keys[i], &d.Hits[i]
			if h.List == li && k.From <= a.labels[k.Frame] && (!h.Special() || a.holds(page, h.Index())) {
				s.consider(a, found{page: page, d: d, at: i}, scope, best)
				if !s.lowest || !d.Unsaid && !s.frames.counting {
					break
				}
			}
		}
	}
}

// pageOf gives the page and bucket in which the rows of a list for a scope are.
func (s *Snapshot) pageOf(li, scope int32) (*rows.Page, int) {
	if !s.lists[li].source.personal() {
		return s.pages[scope>>pageBits], int(scope & pageMask)
	}
	if page := s.books[li>>pageBits]; page != nil {
		if bucket := page.Find(rows.BucketKey(li, scope)); bucket >= 0 {
			return page, bucket
		}
	}
	return nil, 0
}

// resolution is what the search found for one line.
type resolution struct {
	base      candidate // default lists, at the quantity
	some      candidate // the lists for some
	mine      candidate // the customer's lists
	follows   candidate // the grade's rate on the contract price, under GradeFollows
	winner    Source    // "" where nothing has a price
	price     tandem.Price
	tiers     *formula.Compiled
	convert   *exchange // the prices are in another currency than the request
	from      rule      // that the break of the base is measured from, where more than the day decides
	border    taxmode.Border
	inclusive bool
}

// resolve finds the engine's price: what is paid unless something else is agreed.
func (s *Snapshot) resolve(a *ask, r *resolution) {
	r.base.from, r.some.from, r.mine.from, r.follows.from = fromNowhere, fromNowhere, fromNowhere, fromNowhere
	r.winner, r.price, r.tiers, r.convert, r.from = "", tandem.Price{}, nil, nil, rule{}
	s.search(a, &r.base, &r.some)
	for _, li := range s.deriving {
		s.deriveInto(a, li, &r.base, &r.base)
	}
	for _, li := range a.derivers() {
		if s.lists[li].plain && !s.rated && !s.lowest && !s.firstHit {
			s.discountInto(a, li, &r.base, &r.some)
		} else {
			s.deriveInto(a, li, &r.base, &r.some)
		}
	}
	mine := a.mine()
	for _, li := range mine {
		if slices.Contains(a.without, li) {
			continue
		}
		s.searchList(a, li, &r.mine)
		if s.lists[li].derives() {
			s.deriveInto(a, li, &r.base, &r.mine)
		}
	}
	best := &r.base
	if s.beats(&r.some, best) {
		best = &r.some
	}
	if r.mine.from == fromNowhere {
		s.won(r, best)
		return
	}
	paid := r.mine
	if s.book.Contract == GradeFollows && s.lists[r.mine.list].source == SourceContract {
		paid, r.follows = s.follow(a, paid)
	}
	if s.beats(&paid, best) {
		s.won(r, &paid)
		return
	}
	r.follows = candidate{}
	s.won(r, best)
}

func (s *Snapshot) won(r *resolution, best *candidate) {
	if best.from != fromNowhere {
		r.winner, r.price, r.tiers = s.lists[best.list].source, best.price, best.tiers
	}
}

// final gives the candidate whose price the engine took.
func (r *resolution) final() *candidate {
	switch {
	case r.winner.personal():
		return &r.mine
	case r.winner == SourceDefault:
		return &r.base
	}
	return &r.some
}

// first gives the row that the break of the base is measured from: of the same list
// and scope, the one with the smallest quantity-from.
func (r *resolution) first() (by rule, same bool) {
	base := &r.base
	if base.from != fromRow {
		return rule{}, true
	}
	if r.from.page != nil {
		return r.from, r.from.row == base.hit.Index()
	}
	return rule{page: base.page, row: base.hit.First}, base.hit.First == base.hit.Index()
}

// measure finds the row that the break of the base is measured from, where rows of its
// scope hold between instants or state tiers: only the line knows then which one it is.
func (s *Snapshot) measure(a *ask, r *resolution) {
	if r.base.from != fromRow {
		return
	}
	page, best := r.base.page, r.base
	d := page.On(a.day, &s.order)
	if !d.Unsaid {
		return
	}
	unit, frame := a.unit, page.Record(best.hit.Index()).Frame
	a.unit = s.frames.all[frame].unit
	least := page.Record(best.hit.Index()).From
	bucket := page.BucketOf(best.hit.Index())
	from, to := d.Default(bucket)
	for i := from; i < to; i++ {
		k, h := &d.Keys[i], &d.Hits[i]
		if h.List != best.list || k.Frame != frame || k.From > least || a.at.IsZero() && page.Record(h.Index()).Timed() ||
			h.Special() && !a.holds(page, h.Index()) {
			continue
		}
		var c candidate
		f := found{page: page, d: d, at: i, rank: d.Rank(i, page.Depth(bucket), &s.order)}
		if s.candidate(f, a, &c); c.from != fromNowhere && (k.From < least || s.beats(&c, &best)) {
			best, least = c, k.From
		}
	}
	a.unit = unit
	r.from = rule{page: page, row: best.hit.Index()}
}
