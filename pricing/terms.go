package pricing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/formula"
	"github.com/tandem-go/tandem/pricing/internal/rows"
	"github.com/tandem-go/tandem/pricing/taxmode"
)

// terms is what all lines of a request have in common. It is small and has nearly
// all in place, since every line of another customer looks at another.
type terms struct {
	day       int32
	at        tandem.Instant
	currency  tandem.Currency
	inclusive bool
	deriving  int32     // how many of the lists derive and are not the customer's
	lists     int32     // how many lists there are: those that derive, then the customer's
	mask      [4]uint64 // the audiences of the request; where there are more, modulo 256
	few       [6]int32  // the lists
	wide      []uint64  // the audiences, where there are more
	many      []int32   // the lists, where there are more
	frames    []uint16  // in the currency and tax mode
}

// ask is one line as the search sees it: the terms, the quantity and the scopes of
// the product from the narrowest to everything.
type ask struct {
	*terms
	cost    tandem.Price // per unit; none: not known
	code    string       // what is wrong with the line, "" if nothing is
	culprit string       // the list that it is wrong with
	border  taxmode.Border
	without []int32         // customer lists that do not count: their caps are used up
	other   *ask            // the same in another currency
	plain   formula.Formula // of a list that converts at a rate
	micro   int64
	unit    tandem.Unit
	// own is the unit of micro where another one is asked for by the conversions.
	own         tandem.Unit
	conversions []tandem.UnitConversion
	counts      [3]int64 // what is counted with other lines, by the way of counting; nought: the line alone
	place       int32    // of the product among the scopes, or none
	depth       int
	chain       [rows.MaxDepth + 4]int32
	labels      []uint32 // by frame: the quantity-from that is reached; 0: the row is not for the line
}

// derivers gives the lists that derive prices and are not the customer's.
func (t *terms) derivers() []int32 {
	if t.many != nil {
		return t.many[:t.deriving]
	}
	return t.few[:t.deriving]
}

// mine gives the customer's lists.
func (t *terms) mine() []int32 {
	if t.many != nil {
		return t.many[t.deriving:]
	}
	return t.few[t.deriving:t.lists]
}

// has reports whether the request is of an audience.
func (t *terms) has(class uint16) bool {
	if t.wide != nil {
		return t.wide[class>>6]>>(class&63)&1 != 0
	}
	return t.mask[class>>6&3]>>(class&63)&1 != 0
}

// join makes the request one of an audience.
func (t *terms) join(class uint16) {
	t.mask[class>>6&3] |= 1 << (class & 63)
	if t.wide != nil {
		t.wide[class>>6] |= 1 << (class & 63)
	}
}

// finding is what finding terms writes on.
type finding struct {
	set, spare []uint64
	lists      []int32
	facts      *condition.Facts // for conditions that are not looked up
	schema     *condition.Schema
}

// termsOf finds what the lines of a request have in common.
func (s *Snapshot) termsOf(req *Request, t *terms, f *finding) {
	*t = terms{day: int32(req.Date.DayNumber()), at: req.At, currency: req.Currency, inclusive: req.Inclusive,
		frames: s.frames.in[market{req.Currency, req.Inclusive}]}
	s.audiences.find(req, f)
	if len(f.set) > len(t.mask) {
		t.wide = slices.Clone(f.set)
		for i, word := range f.set {
			t.mask[i&3] |= word
		}
	} else {
		copy(t.mask[:], f.set)
	}
	f.lists = s.audiences.appendLists(f.lists[:0], t)
	f.lists = slices.DeleteFunc(f.lists, func(li int32) bool { return !s.lists[li].derives() || s.lists[li].source.personal() })
	deriving := len(f.lists)
	if len(s.customers) > 0 && !req.Customer.IsZero() {
		for _, li := range s.customers[req.Customer] {
			if t.has(s.lists[li].class) {
				f.lists = append(f.lists, li)
			}
		}
	}
	if t.deriving, t.lists = int32(deriving), int32(len(f.lists)); len(f.lists) > len(t.few) {
		t.many = slices.Clone(f.lists)
		return
	}
	copy(t.few[:], f.lists)
}

// about makes the ask of a line.
func (s *Snapshot) about(a *ask, line *Line) {
	a.micro, a.unit, a.code, a.without = line.Quantity.Micro(), line.Quantity.Unit(), "", a.without[:0]
	a.own, a.conversions, a.counts = 0, nil, [3]int64{}
	a.cost = s.unitCost(line, a.unit)
	s.reach(a)
	s.placeOf(a, line.Product, line.Category)
}

// unitCost gives the cost of one unit, that of the line or one that it converts to, to a
// millionth, for formulas.
func (s *Snapshot) unitCost(line *Line, unit tandem.Unit) tandem.Price {
	if !s.costed || line.Cost.Currency() == 0 || line.Quantity.Micro() <= 0 {
		return tandem.Price{}
	}
	factor, ok := factorOf(line.Conversions, line.Quantity.Unit(), unit)
	if !ok {
		return tandem.Price{}
	}
	scale := pow10[6-line.Cost.Currency().Digits()] * pow10[6]
	cost, ok := int128.MulInt64(int128.Mul64(line.Cost.Minor(), scale), factor.Den())
	if !ok {
		return tandem.Price{}
	}
	quotient, ok := int128.QuoRoundInt(cost, int128.Mul64(line.Quantity.Micro(), factor.Num()), int128.HalfAway)
	micro, fits := quotient.Int64()
	if !ok || !fits {
		return tandem.Price{}
	}
	p, _ := tandem.PriceFromMicro(micro, line.Cost.Currency(), 1, unit) // both are valid
	return p
}

// reach labels the frames with the quantity-from that the line reaches in them.
func (s *Snapshot) reach(a *ask) {
	if len(a.labels) < len(s.frames.all) {
		a.labels = make([]uint32, len(s.frames.all))
	}
	label := uint32(0)
	for _, n := range a.frames {
		f := &s.frames.all[n]
		if f.unit != a.unit {
			a.labels[n] = 0
			continue
		}
		if f.count != CountLine {
			a.labels[n] = s.reached(a, f)
			continue
		}
		if label == 0 {
			label = s.reached(a, f)
		}
		a.labels[n] = label
	}
}

// reached gives the label of the quantity-from that is reached in a frame, 0 where the
// line is not in its unit: the quantity is converted exactly.
func (s *Snapshot) reached(a *ask, f *frame) uint32 {
	micro := a.micro
	if n := f.count.together(); n >= 0 && a.counts[n] > 0 {
		micro = a.counts[n]
	}
	own := a.own
	if own == 0 {
		own = a.unit
	}
	if own == f.unit {
		return s.order.Labels.Reached(micro)
	}
	factor, ok := factorOf(a.conversions, own, f.unit)
	if !ok || factor.Sign() <= 0 {
		return 0
	}
	return s.order.Labels.ReachedBy(int128.Mul64(micro, factor.Num()), factor.Den())
}

// quantity gives that of the line in the unit that is asked for, for tiers to a millionth.
func (a *ask) quantity() tandem.Quantity {
	if a.own == 0 || a.own == a.unit {
		return tandem.QuantityFromMicro(a.micro, a.unit)
	}
	q := tandem.QuantityFromMicro(a.micro, a.own)
	factor, _ := factorOf(a.conversions, a.own, a.unit)       // was found before
	q, _ = q.Convert(a.unit, factor, tandem.HalfAwayFromZero) // none has no price
	return q
}

// unreach forgets the labels, for an ask of other terms.
func (a *ask) unreach() {
	for _, n := range a.frames {
		a.labels[n] = 0
	}
}

// placeOf lists the scopes of the line: its product, what that is a variant of, its
// category and those above, its brand, everything.
func (s *Snapshot) placeOf(a *ask, product tandem.ProductID, category string) {
	a.depth = 0
	tail := none
	if a.place = s.scopes.places.Find(product.Bytes()); a.place != none {
		n := a.place
		p := s.scopes.places.At(n)
		if p.Scope != none {
			a.chain[0], a.depth = p.Scope, 1
		}
		if p.Parent != none {
			a.chain[a.depth] = p.Parent
			a.depth++
		}
		tail = p.Tail
	}
	switch {
	case category != "" && len(s.scopes.categories) > 0:
		a.depth += len(s.scopes.appendCategories(a.chain[a.depth:a.depth], category))
		if brand := s.scopes.brandOf(tail); brand != none {
			a.chain[a.depth] = brand
			a.depth++
		}
	case tail != none:
		a.depth += copy(a.chain[a.depth:], s.scopes.chain(tail))
		return
	}
	a.chain[a.depth] = 0
	a.depth++
}
