package pricing

import (
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// query is what all lines of a request have in common.
type query struct {
	day       int32
	currency  tandem.Currency
	inclusive bool
	grades    []int32 // the grade lists that count
	contracts []int32
}

// ask is one line as the search sees it: the query, the quantity and the scopes
// of the product from the narrowest to everything.
type ask struct {
	*query
	micro int64
	unit  tandem.Unit
	chain [MaxCategoryDepth + 2]int32
	depth int
}

// scopesOf lists the scopes of the line: its product, its category and those above, everything.
func (s *Snapshot) scopesOf(a *ask, product tandem.ProductID, category string) {
	a.depth = 0
	if scope, known := s.scopes.products[product]; known {
		a.chain[0], a.depth = scope, 1
	}
	if category != "" && len(s.scopes.categories) > 0 {
		for path := category; path != "" && a.depth <= MaxCategoryDepth; {
			if scope, known := s.scopes.categories[path]; known {
				a.chain[a.depth] = scope
				a.depth++
			}
			path = path[:max(0, strings.LastIndexByte(path, '/'))]
		}
	}
	a.chain[a.depth] = 0
	a.depth++
}

// candidate is a price that could win.
type candidate struct {
	rank  rank
	price tandem.Price
	row   *row        // the row, or the row of the base that it derives from; nil: no candidate
	by    *row        // of a derived price: the row that states the rate, nil for the list's own
	rate  tandem.Rate // of a derived price
	list  int32
	scope int32 // of a default list's row
}

func (c *candidate) derived() bool { return c.row != nil && c.row.list != c.list }

// rule names the row, or the list that derived the price.
func (s *Snapshot) rule(c *candidate) string {
	switch {
	case !c.derived():
		return s.book.Rows[c.row.source].ID
	case c.by != nil:
		return s.book.Rows[c.by.source].ID
	}
	return s.book.Lists[c.list].ID
}

// beats reports whether a wins against b under the book's policy.
func (s *Snapshot) beats(a, b *candidate) bool {
	switch {
	case a.row == nil:
		return false
	case b.row == nil:
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

// live reports whether a row holds on the day, for the quantity and in the tax mode.
func (s *Snapshot) live(r *row, a *ask) bool {
	if a.day < r.start || a.day >= r.until || a.micro < r.from || s.lists[r.list].inclusive != a.inclusive {
		return false
	}
	if r.price.IsNone() {
		return r.from == 0 || s.book.Rows[r.source].From.Unit() == a.unit
	}
	return r.price.Currency() == a.currency && r.price.Unit() == a.unit
}

// bestBase finds the default price for the quantity.
func (s *Snapshot) bestBase(a *ask) candidate {
	var best candidate
	for _, scope := range a.chain[:a.depth] {
		rows := s.rowsOf(scope)
		for i := range rows {
			r := &rows[i]
			if !s.live(r, a) {
				continue
			}
			if c := (candidate{rank: r.rank, price: r.price, row: r, list: r.list, scope: scope}); s.beats(&c, &best) {
				best = c
			}
			if !s.lowest {
				break // the rows stand in the order in which they win
			}
		}
	}
	return best
}

// listPrice finds the row that the break of the winner is measured from: of the
// same list and scope, the one with the smallest quantity-from.
func (s *Snapshot) listPrice(a *ask, best *candidate) *row {
	winner := best.row
	if winner.from == 0 {
		return winner
	}
	first := winner
	rows := s.rowsOf(best.scope)
	for i := range rows {
		r := &rows[i]
		if r.list == winner.list && (r.from < first.from || r.from == first.from && r.rank > first.rank) && s.live(r, a) {
			first = r
		}
	}
	return first
}

// bestOf finds the best price of the grade lists or contracts that count.
func (s *Snapshot) bestOf(a *ask, lists []int32, base *candidate) candidate {
	var best candidate
	for _, li := range lists {
		if s.lists[li].inclusive != a.inclusive {
			continue
		}
		row, rate := s.fromList(a, li)
		if s.beats(&row, &best) {
			best = row
		}
		if derived := s.derive(a, li, base, rate); s.beats(&derived, &best) {
			best = derived
		}
	}
	return best
}

// fromList finds the best row of a list that states a price, and the best that
// states a rate.
func (s *Snapshot) fromList(a *ask, li int32) (best candidate, rate *row) {
	if s.lists[li].from == s.lists[li].to {
		return best, nil
	}
	for _, scope := range a.chain[:a.depth] {
		rows := s.overlayOf(li, scope)
		for i := range rows {
			r := &rows[i]
			if !s.live(r, a) {
				continue
			}
			if r.price.IsNone() {
				if rate == nil || r.rank > rate.rank {
					rate = r
				}
				continue
			}
			if c := (candidate{rank: r.rank, price: r.price, row: r, list: li}); s.beats(&c, &best) {
				best = c
			}
		}
	}
	return best, rate
}

// derive gives the price that a list derives from the row that won for the
// quantity: row by row, so that its breaks are the base's.
func (s *Snapshot) derive(a *ask, li int32, base *candidate, by *row) candidate {
	l := &s.lists[li]
	if l.base == none || base.row == nil || base.list != l.base || a.day < l.start || a.day >= l.until {
		return candidate{}
	}
	rate := s.rateOf(li, by)
	price, err := s.discounted(base.price, rate)
	if err != nil {
		return candidate{} // cannot be: a discount makes no amount larger
	}
	return candidate{rank: derivedRank(l.rank, base.row, by), price: price, row: base.row, by: by, rate: rate, list: li}
}

func (s *Snapshot) rateOf(li int32, by *row) tandem.Rate {
	if by != nil {
		return s.book.Rows[by.source].Discount
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
	units, ok := int128.QuoRound64(int128.Mul64(p.Micro(), one-rate.Nano()), one*step, s.mode)
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
	first    *row      // of the list price
	base     candidate // default lists, at the quantity
	contract candidate
	grade    candidate
	follows  candidate    // the grade's rate on the contract price, under GradeFollows
	winner   Source       // "" where nothing has a price
	price    tandem.Price // the engine's price
}

// resolve finds the engine's price: what is paid unless something else is agreed.
func (s *Snapshot) resolve(a *ask, r *resolution) {
	*r = resolution{}
	r.base = s.bestBase(a)
	if r.base.row != nil {
		r.first = s.listPrice(a, &r.base)
		r.winner = SourceDefault
	}
	best := r.base
	if len(a.grades) > 0 {
		if r.grade = s.bestOf(a, a.grades, &r.base); s.beats(&r.grade, &best) {
			best, r.winner = r.grade, SourceGrade
		}
	}
	if len(a.contracts) > 0 {
		if r.contract = s.bestOf(a, a.contracts, &r.base); r.contract.row != nil {
			paid := r.contract
			if s.book.Contract == GradeFollows && len(a.grades) > 0 {
				paid, r.follows = s.follow(a, paid)
			}
			if s.beats(&paid, &best) {
				best, r.winner = paid, SourceContract
			}
		}
	}
	r.price = best.price
}

// follow takes the rate of the customer's grade off a contract price. The second
// result says by which list and rate.
func (s *Snapshot) follow(a *ask, contract candidate) (paid, by candidate) {
	for _, li := range a.grades {
		l := &s.lists[li]
		if l.base == none || l.inclusive != a.inclusive || a.day < l.start || a.day >= l.until {
			continue
		}
		_, row := s.fromList(a, li)
		c := candidate{rank: l.rank, row: contract.row, by: row, rate: s.rateOf(li, row), list: li}
		price, err := s.discounted(contract.price, c.rate)
		if err != nil {
			continue // cannot be: a discount makes no amount larger
		}
		if c.price = price; by.row == nil || c.rank > by.rank {
			by = c
		}
	}
	if by.row == nil {
		return contract, by
	}
	contract.price = by.price
	return contract, by
}
