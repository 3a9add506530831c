package pricingtest

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/formula"
)

// offer is one price that could win.
type offer struct {
	ok      bool
	own     bool // in the unit that was ordered
	list    int
	rule    string
	of      string       // the row that it derives from, or it is; empty: of cost
	row     *pricing.Row // none: derived
	price   tandem.Price // of tiers what they come to
	tiers   *formula.Compiled
	scope   int
	from    *big.Rat // in the unit of the line
	start   int
	derived bool
}

// asking is a line that is priced in a currency and a unit.
type asking struct {
	*reference
	line     *pricing.Line
	item     pricing.Item
	currency tandem.Currency
	unit     tandem.Unit
	without  []int  // lists whose cap is used up
	fault    string // of the line: nothing prices it, whatever else has a price
}

// scopes of rows, from the widest to the narrowest: a category has its parts plus one.
const (
	scopeNone = iota - 1
	scopeAll
	scopeBrand
	scopeProduct = 100
	scopeVariant = 101
)

// scopeOf says how narrow a row is for the line, [scopeNone] where it is not for it.
func (a *asking) scopeOf(row *pricing.Row) int {
	category := a.item.Category
	if a.line.Category != "" {
		category = a.line.Category
	}
	switch {
	case !row.Product.IsZero() && row.Product == a.line.Product:
		if !a.item.Parent.IsZero() {
			return scopeVariant
		}
		return scopeProduct
	case !row.Product.IsZero():
		if row.Product == a.item.Parent {
			return scopeProduct
		}
		return scopeNone
	case row.Category != "":
		if category == row.Category || strings.HasPrefix(category, row.Category+"/") {
			return scopeBrand + 1 + strings.Count(row.Category, "/")
		}
		return scopeNone
	case row.Brand != "":
		if row.Brand == a.item.Brand {
			return scopeBrand
		}
		return scopeNone
	}
	return scopeAll
}

// counted gives how much counts for the quantity-from of a list's rows, in the unit of
// the line: the line, or all lines in that unit that are counted with it.
func (a *asking) counted(l *pricing.List) *big.Rat {
	sum := new(big.Rat)
	with := func(other *pricing.Line) bool { return other == a.line }
	switch family := a.item.Family; {
	case l.Breaks == pricing.CountProduct:
		with = func(other *pricing.Line) bool { return other.Product == a.line.Product }
	case l.Breaks == pricing.CountFamily && family != "":
		with = func(other *pricing.Line) bool { return a.reference.item(other.Product).Family == family }
	case l.Breaks == pricing.CountGroup && a.line.Group != "":
		with = func(other *pricing.Line) bool { return other.Group == a.line.Group }
	}
	for i := range a.req.Lines {
		if other := &a.req.Lines[i]; with(other) && other.Quantity.Unit() == a.line.Quantity.Unit() {
			sum.Add(sum, rational(other.Quantity.Micro(), 1))
		}
	}
	return sum
}

// factor gives how many of one unit another is, by the conversions of the line.
func factor(line *pricing.Line, from, to tandem.Unit) (*big.Rat, bool) {
	if from == to {
		return rational(1, 1), true
	}
	for _, c := range line.Conversions {
		switch {
		case c.From == from && c.To == to:
			return rational(c.Factor.Num(), c.Factor.Den()), true
		case c.From == to && c.To == from:
			return rational(c.Factor.Den(), c.Factor.Num()), true
		}
	}
	return nil, false
}

// reached reports whether the line reaches a row's quantity-from, and gives that in
// the unit of the line.
func (a *asking) reached(row *pricing.Row, l *pricing.List) (*big.Rat, bool) {
	if row.From.IsZero() {
		return new(big.Rat), true
	}
	f, ok := factor(a.line, row.From.Unit(), a.line.Quantity.Unit())
	if !ok {
		return nil, false
	}
	from := new(big.Rat).Mul(rational(row.From.Micro(), 1), f)
	return from, a.counted(l).Cmp(from) >= 0
}

// offer gives the offer of a row, without its price; not ok where it does not hold.
func (a *asking) offer(row *pricing.Row, li int) (o offer) {
	l := &a.book.Lists[li]
	if l.Inclusive != a.req.Inclusive || !l.Valid.Contains(a.req.Date) || !row.Valid.Contains(a.req.Date) {
		return offer{}
	}
	if o.scope = a.scopeOf(row); o.scope == scopeNone {
		return offer{}
	}
	var ok bool
	if o.from, ok = a.reached(row, l); !ok {
		return offer{}
	}
	if row.At != nil {
		if a.req.At.IsZero() {
			a.blame("at")
			return offer{}
		}
		if !row.At.Contains(a.req.At) {
			return offer{}
		}
	}
	if row.Price.IsNone() && row.Tiers == nil && row.From.Unit() != a.unit {
		o.from = new(big.Rat) // of a rate in another unit than the price's: it must be reached, no more
	}
	o.own = a.unit == a.line.Quantity.Unit()
	o.ok, o.list, o.rule, o.of, o.row = true, li, row.ID, row.ID, row
	o.start = max(row.Valid.From.DayNumber(), l.Valid.From.DayNumber())
	if row.At != nil && !row.At.From.IsZero() { // what begins within a day comes before what began with it
		at := row.At.From.Time().UTC()
		begun := tandem.DateIn(row.At.From, time.UTC).DayNumber()
		if !at.Equal(at.Truncate(24 * time.Hour)) {
			begun++
		}
		o.start = max(o.start, begun)
	}
	return o
}

// blame notes what is wrong with the line.
func (a *asking) blame(fault string) {
	if a.fault == "" {
		a.fault = fault
	}
}

// priced gives the offers of the rows of a list that state prices.
func (a *asking) priced(li int) (offers []offer) {
	for i := range a.book.Rows {
		row := &a.book.Rows[i]
		if row.List != a.book.Lists[li].ID {
			continue
		}
		switch {
		case !row.Price.IsNone():
			if row.Price.Currency() != a.currency || row.Price.Unit() != a.unit {
				continue
			}
			if o := a.offer(row, li); o.ok {
				o.price = row.Price
				offers = append(offers, o)
			}
		case row.Tiers != nil:
			if row.Tiers.Currency != a.currency || row.Tiers.Unit != a.unit {
				continue
			}
			if o := a.offer(row, li); o.ok {
				o.tiers = a.tiers[row.ID]
				o.price = must(o.tiers.Effective(a.quantity(), a.book.Rounding))
				offers = append(offers, o)
			}
		}
	}
	return offers
}

// quantity gives that of the line in the unit that is asked for.
func (a *asking) quantity() tandem.Quantity { return converted(a.line, a.line.Quantity, a.unit) }

// converted gives a quantity of a line in another unit, to a millionth.
func converted(line *pricing.Line, q tandem.Quantity, unit tandem.Unit) tandem.Quantity {
	f, _ := factor(line, q.Unit(), unit)
	micro := rounded(f.Mul(f, rational(q.Micro(), 1)), tandem.HalfAwayFromZero)
	return tandem.QuantityFromMicro(micro, unit)
}

// best picks the offer that wins under the book's policy.
func (r *reference) best(offers []offer) (best offer) {
	for _, o := range offers {
		if o.ok && (!best.ok || r.wins(&o, &best)) {
			best = o
		}
	}
	return best
}

func (r *reference) wins(o, than *offer) bool {
	switch r.book.Policy {
	case pricing.Lowest:
		if c := perUnit(o.price).Cmp(perUnit(than.price)); c != 0 {
			return c < 0
		}
	case pricing.FirstHit:
		if o.list != than.list {
			return o.list < than.list
		}
	}
	return r.compare(o, than) > 0
}

// compare compares by specificity, ids last.
func (r *reference) compare(o, than *offer) int {
	a, b := &r.book.Lists[o.list], &r.book.Lists[than.list]
	sources := pricing.Sources()
	for _, c := range []int{a.Priority - b.Priority, slices.Index(sources, a.Source) - slices.Index(sources, b.Source), o.scope - than.scope,
		o.from.Cmp(than.from), truth(than.derived) - truth(o.derived), o.start - than.start} {
		if c != 0 {
			return c
		}
	}
	if c := truth(o.own) - truth(than.own); c != 0 {
		return c // the unit that was ordered
	}
	if c := strings.Compare(than.rule, o.rule); c != 0 {
		return c
	}
	if c := truth(o.of != "") - truth(than.of != ""); c != 0 {
		return c // a row before what is made of cost
	}
	return strings.Compare(than.of, o.of) // one list derives as its base decides
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func perUnit(p tandem.Price) *big.Rat { return rational(p.Micro(), p.Basis()) }

func rational(num, den int64) *big.Rat { return big.NewRat(num, den) }

// rounded rounds a fraction to a whole number.
func rounded(x *big.Rat, mode tandem.Rounding) int64 {
	negative := x.Sign() < 0
	whole, rest := new(big.Int).QuoRem(new(big.Int).Abs(x.Num()), x.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(x.Denom())
	up := false
	switch mode {
	case tandem.HalfEven:
		up = half > 0 || half == 0 && whole.Bit(0) == 1
	case tandem.RoundUp:
		up = rest.Sign() > 0
	case tandem.RoundDown:
	case tandem.RoundCeiling:
		up = rest.Sign() > 0 && !negative
	case tandem.RoundFloor:
		up = rest.Sign() > 0 && negative
	default:
		up = half >= 0
	}
	if up {
		whole.Add(whole, big.NewInt(1))
	}
	if negative {
		whole.Neg(whole)
	}
	if !whole.IsInt64() {
		panic(errRange)
	}
	return whole.Int64()
}

func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
