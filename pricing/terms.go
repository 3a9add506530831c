package pricing

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/condition"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// terms is what all lines of a request have in common.
type terms struct {
	day       int32
	currency  tandem.Currency
	inclusive bool
	mask      []uint64 // the audiences of the request
	spare     []uint64
	facts     *condition.Facts // for conditions that are not looked up
	schema    *condition.Schema
	some      []int32  // the lists for some that count
	deriving  []int32  // those of them that derive
	mine      []int32  // the customer's lists
	frames    []uint16 // in the currency and tax mode
	labels    []uint32 // by frame, for the line: the quantity-from that is reached; 0: the row is not for it
}

// ask is one line as the search sees it: the terms, the quantity and the scopes of
// the product from the narrowest to everything.
type ask struct {
	*terms
	micro int64
	unit  tandem.Unit
	chain [rows.MaxDepth + 4]int32
	depth int
}

// termsOf finds what the lines of a request have in common.
func (s *Snapshot) termsOf(req *Request, t *terms) {
	t.day, t.currency, t.inclusive = int32(req.Date.DayNumber()), req.Currency, req.Inclusive
	s.audiences.set(req, t)
	t.deriving, t.mine, t.frames = t.deriving[:0], t.mine[:0], t.frames[:0]
	for _, li := range t.some {
		if l := &s.lists[li]; l.derives() && !l.source.personal() {
			t.deriving = append(t.deriving, li)
		}
	}
	if len(s.customers) > 0 && !req.Customer.IsZero() {
		for _, li := range s.customers[req.Customer] {
			if class := s.lists[li].class; t.mask[class>>6]>>(class&63)&1 != 0 {
				t.mine = append(t.mine, li)
			}
		}
	}
	for n := range s.frames.all {
		if f := &s.frames.all[n]; f.currency == req.Currency && f.inclusive == req.Inclusive {
			t.frames = append(t.frames, uint16(n))
		}
	}
	if len(t.labels) < len(s.frames.all) {
		t.labels = make([]uint32, len(s.frames.all))
	}
	clear(t.labels)
}

// about makes the ask of a line.
func (s *Snapshot) about(a *ask, line *Line) {
	a.micro, a.unit = line.Quantity.Micro(), line.Quantity.Unit()
	s.reach(a)
	s.placeOf(a, line.Product, line.Category)
}

// reach labels the frames with the quantity-from that the line reaches in them.
func (s *Snapshot) reach(a *ask) {
	label := uint32(0)
	for _, n := range a.frames {
		f := &s.frames.all[n]
		if f.unit != a.unit {
			a.labels[n] = 0
			continue
		}
		if label == 0 {
			label = s.order.Labels.Reached(a.micro)
		}
		a.labels[n] = label
	}
}

// placeOf lists the scopes of the line: its product, what that is a variant of, its
// category and those above, its brand, everything.
func (s *Snapshot) placeOf(a *ask, product tandem.ProductID, category string) {
	a.depth = 0
	tail := none
	if n := s.scopes.places.Find(product.Bytes()); n != none {
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
	case tail != none:
		a.depth += copy(a.chain[a.depth:], s.scopes.tails[tail])
		return
	}
	a.chain[a.depth] = 0
	a.depth++
}

// quotient gives a × b / d, rounded.
func quotient(a, b, d int64, mode int128.Mode) (int64, bool) {
	return int128.QuoRound64(int128.Mul64(a, b), d, mode)
}
