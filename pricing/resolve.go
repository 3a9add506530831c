package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// candidate is a price that could win.
type candidate struct {
	rank  uint64
	price tandem.Price
	page  *rows.Page // of the row, or of the row of the base that it derives from; nil: no candidate
	hit   *rows.Hit
	by    rule        // of a derived price: the row that states the rate, none for the list's own
	rate  tandem.Rate // of a derived price
	list  int32
}

// rule is a row by its place.
type rule struct {
	page *rows.Page
	row  uint32
	rank uint64
}

func (r rule) id() string { return r.page.ID(r.row) }

// derived reports whether a list derived the price.
func (c *candidate) derived() bool { return c.page != nil && c.hit.List != c.list }

// rule names the row, or the list that derived the price.
func (s *Snapshot) rule(c *candidate) string {
	switch {
	case !c.derived():
		return c.page.ID(c.hit.Index())
	case c.by.page != nil:
		return c.by.id()
	}
	return s.book.Lists[c.list].ID
}

// beats reports whether a wins against b under the book's policy.
func (s *Snapshot) beats(a, b *candidate) bool {
	switch {
	case a.page == nil:
		return false
	case b.page == nil:
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

// take makes c the candidate of a hit if that wins.
func (s *Snapshot) take(c *candidate, page *rows.Page, hit *rows.Hit) {
	if c.page != nil && !s.lowest && !s.firstHit && hit.Rank < c.rank {
		return
	}
	taken := candidate{rank: hit.Rank, price: s.priceOf(hit.Value, hit.Frame, hit.Basis), page: page, hit: hit, list: hit.List}
	if c.page == nil || s.beats(&taken, c) {
		*c = taken
	}
}

// priceOf gives the price of a row.
func (s *Snapshot) priceOf(micro int64, n uint16, basis uint8) tandem.Price {
	f := &s.frames.all[n]
	p, _ := tandem.PriceFromMicro(micro, f.currency, pow10[basis], f.unit) // was a price
	return p
}

var pow10 = [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}

// scan finds the first row that is for the line.
func (a *ask) scan(d *rows.Dated, from, to uint32) *rows.Hit {
	if a.wide != nil {
		return a.scanWide(d, from, to)
	}
	keys := d.Keys[from:to]
	for i := range keys {
		k := &keys[i]
		if k.From <= a.labels[k.Frame] && a.mask[k.Class>>6&3]>>(k.Class&63)&1 != 0 {
			return &d.Hits[int(from)+i]
		}
	}
	return nil
}

// scanWide is scan where there are more audiences than terms have in place.
func (a *ask) scanWide(d *rows.Dated, from, to uint32) *rows.Hit {
	for i := from; i < to; i++ {
		k := &d.Keys[i]
		if k.From <= a.labels[k.Frame] && a.has(k.Class) {
			return &d.Hits[i]
		}
	}
	return nil
}

// search finds the best price of the default lists, and that of the lists for
// some, for the quantity.
func (s *Snapshot) search(a *ask, base, some *candidate) {
	settled := false
	for _, scope := range a.chain[:a.depth] {
		page := s.pages[scope>>pageBits]
		d, bucket := page.On(a.day, &s.order), int(scope&pageMask)
		if !settled {
			from, to := d.Default(bucket)
			if hit := a.scan(d, from, to); hit != nil {
				s.take(base, page, hit)
				settled = s.evenDefaults && !s.lowest && !s.firstHit
			}
		}
		if from, to := d.Some(bucket); from < to {
			if hit := a.scan(d, from, to); hit != nil {
				s.take(some, page, hit)
			}
		}
	}
}

// searchList finds the best price of a customer's list.
func (s *Snapshot) searchList(a *ask, li int32, best *candidate) {
	page := s.books[li>>pageBits]
	if page == nil || s.lists[li].inclusive != a.inclusive {
		return
	}
	d := page.On(a.day, &s.order)
	for _, scope := range a.chain[:a.depth] {
		if bucket := page.Find(rows.BucketKey(li, scope)); bucket >= 0 {
			from, to := d.Some(bucket)
			if hit := a.scan(d, from, to); hit != nil {
				s.take(best, page, hit)
			}
		}
	}
}

// rateRow finds the row of a derived list that states the rate, none if the list's
// own counts.
func (s *Snapshot) rateRow(a *ask, li int32) (best rule) {
	if !s.rated {
		return best
	}
	for _, scope := range a.chain[:a.depth] {
		page, bucket := s.pageOf(li, scope)
		if page == nil {
			continue
		}
		d := page.On(a.day, &s.order)
		from, to := d.Rates(bucket)
		for i := from; i < to; i++ {
			h := &d.Hits[i]
			if h.List != li || best.page != nil && h.Rank <= best.rank {
				continue
			}
			if r := page.Record(h.Index()); r.From == 1 || s.frames.all[r.Frame].unit == a.unit && r.From <= s.order.Labels.Reached(a.micro) {
				best = rule{page, h.Index(), h.Rank}
			}
		}
	}
	return best
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

// derive gives the price that a list derives from the row that won for the
// quantity: row by row, so that its breaks are the base's.
func (s *Snapshot) derive(a *ask, li int32, base *candidate, by rule) candidate {
	l := &s.lists[li]
	if l.base == none || base.page == nil || base.list != l.base || !l.span.Contains(a.day) || l.inclusive != a.inclusive {
		return candidate{}
	}
	rate := s.rateOf(li, by)
	price, err := s.discounted(base.price, rate)
	if err != nil {
		return candidate{} // cannot be: a discount makes no amount larger
	}
	return candidate{rank: rows.DerivedRank(l.rank, base.rank, by.rank), price: price, page: base.page, hit: base.hit, by: by, rate: rate, list: li}
}

func (s *Snapshot) rateOf(li int32, by rule) tandem.Rate {
	if by.page != nil {
		return tandem.RateFromNano(by.page.Record(by.row).Value)
	}
	return s.lists[li].rate
}

// discounted gives price × (1 − rate), rounded once to the digits of a derived
// price, and never more than the price itself.
func (s *Snapshot) discounted(p tandem.Price, rate tandem.Rate) (tandem.Price, error) {
	if rate.IsZero() {
		return p, nil
	}
	digits := s.book.PriceDigits
	if digits == 0 {
		digits = max(p.Currency().Digits(), digitsOf(p))
	}
	step := int64(1)
	for ; digits < 6; digits++ {
		step *= 10
	}
	const one = 1_000_000_000
	units, ok := quotient(p.Micro(), one-rate.Nano(), one*step, s.mode)
	if !ok {
		return tandem.Price{}, tandem.ErrOverflow
	}
	micro, ok := int128.Mul64(units, step).Int64()
	if !ok {
		return tandem.Price{}, tandem.ErrOverflow
	}
	if micro > p.Micro() && rate.Sign() > 0 { // a cent is more than what the discount takes off
		return p, nil
	}
	return tandem.PriceFromMicro(micro, p.Currency(), p.Basis(), p.Unit())
}

// digitsOf counts the digits behind the point that a price has.
func digitsOf(p tandem.Price) int {
	digits := 6
	for micro := p.Micro(); digits > 0 && micro%10 == 0; micro /= 10 {
		digits--
	}
	return digits
}

// resolution is what the search found for one line.
type resolution struct {
	base    candidate // default lists, at the quantity
	some    candidate // the lists for some
	mine    candidate // the customer's lists
	follows candidate // the grade's rate on the contract price, under GradeFollows
	winner  Source    // "" where nothing has a price
	price   tandem.Price
}

// resolve finds the engine's price: what is paid unless something else is agreed.
func (s *Snapshot) resolve(a *ask, r *resolution) {
	*r = resolution{}
	s.search(a, &r.base, &r.some)
	for _, li := range a.derivers() {
		if c := s.derive(a, li, &r.base, s.rateRow(a, li)); s.beats(&c, &r.some) {
			r.some = c
		}
	}
	for _, li := range a.mine() {
		s.searchList(a, li, &r.mine)
		if s.lists[li].derives() {
			if c := s.derive(a, li, &r.base, s.rateRow(a, li)); s.beats(&c, &r.mine) {
				r.mine = c
			}
		}
	}
	best := &r.base
	if s.beats(&r.some, best) {
		best = &r.some
	}
	if r.mine.page == nil {
		s.won(r, best)
		return
	}
	paid := r.mine
	if s.book.Contract == GradeFollows && s.lists[r.mine.list].source == SourceContract {
		paid, r.follows = s.follow(a, paid)
	}
	if s.beats(&paid, best) {
		r.winner, r.price = s.lists[r.mine.list].source, paid.price
		return
	}
	r.follows = candidate{}
	s.won(r, best)
}

func (s *Snapshot) won(r *resolution, best *candidate) {
	if best.page != nil {
		r.winner, r.price = s.lists[best.list].source, best.price
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

// first gives the price that the break of the base is measured from: of the row of
// the same list and scope with the smallest quantity-from.
func (s *Snapshot) first(r *resolution) (by rule, price tandem.Price) {
	base := &r.base
	if base.page == nil {
		return rule{}, tandem.Price{}
	}
	by = rule{page: base.page, row: base.hit.First}
	if base.hit.First == base.hit.Index() {
		return by, base.price
	}
	record := base.page.Record(base.hit.First)
	return by, s.priceOf(record.Value, record.Frame, record.Basis())
}

// follow takes the rate of the customer's grade off a contract price. The second
// result says by which list and rate.
func (s *Snapshot) follow(a *ask, contract candidate) (paid, by candidate) {
	for _, li := range a.derivers() {
		l := &s.lists[li]
		if l.inclusive != a.inclusive || !l.span.Contains(a.day) {
			continue
		}
		row := s.rateRow(a, li)
		c := candidate{rank: l.rank, page: contract.page, hit: contract.hit, by: row, rate: s.rateOf(li, row), list: li}
		price, err := s.discounted(contract.price, c.rate)
		if err != nil {
			continue // cannot be: a discount makes no amount larger
		}
		if c.price = price; by.page == nil || c.rank > by.rank {
			by = c
		}
	}
	if by.page == nil {
		return contract, by
	}
	contract.price = by.price
	return contract, by
}
