package sensing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
)

func compareDeals(a, b Peg) int { return signal.CompareDocuments(a.Opportunity, b.Opportunity) }

// document names an opportunity.
type document struct {
	kind tandem.DocumentKind
	id   tandem.ID[any]
}

func documentOf(r tandem.DocumentRef) document { return document{r.Kind, r.ID} }

// deal names an opportunity and a product.
type deal struct {
	document
	product tandem.ProductID
}

// buyer names a party and a product, with which lines of theirs are meant: those of an
// open quantity, or those of a rank.
type buyer struct {
	party   tandem.PartyID
	product tandem.ProductID
	open    int64
	rank    rank
}

// rank says when a line has its turn in guessing.
type rank int

const (
	counted  rank = iota // in a bucket
	later                // beyond the horizon
	leftOut              // overdue, where such are left out
	allRanks             // their number
)

func (p Peg) rank() rank {
	switch {
	case p.Bucket >= 0:
		return counted
	case slices.Contains(p.Notes, ClosePassed):
		return leftOut
	}
	return later
}

// consume takes from the opportunities what has been ordered: first by reference, so that
// no guess takes what a reference claims; then, where the policy says so, what fits
// exactly, so that no other guess breaks it; then what is nearest.
func (s *sensor) consume() error {
	if err := s.named(); err != nil {
		return err
	}
	var list []pending
	for _, o := range s.orders {
		if o.Opportunity.IsZero() {
			list = append(list, pending{o, o.Quantity})
		}
	}
	if err := s.exactly(list); err != nil {
		return err
	}
	if err := s.nearby(list); err != nil {
		return err
	}
	for _, o := range list {
		switch {
		case o.rest.Sign() <= 0:
		case o.rest == o.Quantity:
			s.remark(o.Ref, o.Line, o.Product, o.rest, WithoutOpportunity)
		default:
			s.remark(o.Ref, o.Line, o.Product, o.rest, MoreThanExpected)
		}
	}
	return nil
}

// named consumes what orders name.
func (s *sensor) named() error {
	deals, known, closed := shelves[deal]{s, map[deal][]int{}, map[deal]*shelf{}}, map[document]bool{}, map[document]bool{}
	for i, o := range s.lines {
		deals.add(deal{documentOf(o.Ref), o.Product}, i)
		known[documentOf(o.Ref)] = true
	}
	for _, r := range s.config.Closed {
		closed[documentOf(r)] = true
	}
	for _, o := range s.orders {
		if o.Opportunity.IsZero() {
			continue
		}
		named := documentOf(o.Opportunity)
		h := deals.at(deal{named, o.Product})
		switch {
		case h == nil && closed[named]:
			continue
		case h == nil && known[named]:
			s.remark(o.Ref, o.Line, o.Product, o.Quantity, OtherProduct)
			continue
		case h == nil:
			s.remark(o.Ref, o.Line, o.Product, o.Quantity, UnknownOpportunity)
			continue
		}
		p := pending{o, o.Quantity}
		if err := s.draw(&p, h, always, false); err != nil {
			return err
		}
		if p.rest.Sign() > 0 {
			s.remark(o.Ref, o.Line, o.Product, p.rest, MoreThanExpected)
		}
	}
	return nil
}

// pending is an order with what of it has taken nothing yet.
type pending struct {
	Order
	rest tandem.Quantity
}

// mayGuess says whether an order that names nothing may be matched at all: one for a day
// that has passed is not of what is still expected.
func (s *sensor) mayGuess(o pending) bool {
	return s.config.Matching == ByPartyAndProduct && !o.Party.IsZero() && !o.Need.IsZero() && !o.Need.Before(s.config.At) && o.rest.Sign() > 0
}

// guesses gives the lines that may be guessed at, by a key of theirs: those with a buyer,
// a day of need and a probability, of which something is open.
func (s *sensor) guesses(key func(Peg, buyer) (buyer, bool)) shelves[buyer] {
	out := shelves[buyer]{s, map[buyer][]int{}, map[buyer]*shelf{}}
	for i, p := range s.pegs {
		if p.Party.IsZero() || p.Need.IsZero() || p.Probability.Sign() <= 0 || p.Open.Sign() <= 0 {
			continue
		}
		if k, ok := key(p, buyer{party: p.Party, product: s.lines[i].Product}); ok {
			out.add(k, i)
		}
	}
	return out
}

// exactly gives each order a line in a bucket of which just as much is open, within
// [ExactDays] and the window.
func (s *sensor) exactly(list []pending) error {
	lines := s.guesses(func(p Peg, b buyer) (buyer, bool) {
		b.open = p.Open.Micro()
		return b, p.rank() == counted
	})
	w := window{min(s.config.Backward, ExactDays), min(s.config.Forward, ExactDays)}
	for i := range list {
		o := &list[i]
		if !s.mayGuess(*o) {
			continue
		}
		if err := s.draw(o, lines.at(buyer{party: o.Party, product: o.Product, open: o.rest.Micro()}), w, true); err != nil {
			return err
		}
	}
	return nil
}

// nearby gives each order the nearest lines within the window, rank by rank.
func (s *sensor) nearby(list []pending) error {
	lines := s.guesses(func(p Peg, b buyer) (buyer, bool) {
		b.rank = p.rank()
		return b, true
	})
	w := window{s.config.Backward, s.config.Forward}
	for i := range list {
		o := &list[i]
		for r := counted; r < allRanks && s.mayGuess(*o); r++ {
			if err := s.draw(o, lines.at(buyer{party: o.Party, product: o.Product, rank: r}), w, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// draw consumes the nearest lines of a shelf, one after the other. Lines with nothing
// open leave it, so that no order looks at them again. A guess takes no line that was
// created after the order was placed.
func (s *sensor) draw(o *pending, h *shelf, w window, guess bool) error {
	by := gone - 1
	if guess && !o.Placed.IsZero() {
		by = o.Placed.DayNumber()
	}
	for h != nil && o.rest.Sign() > 0 {
		i := h.nearest(o.Need, by, w)
		if i < 0 {
			break
		}
		line := h.lines[i]
		if err := s.take(o, line, guess); err != nil {
			return err
		}
		if s.pegs[line].Open.Sign() <= 0 {
			h.close(i)
		}
	}
	return nil
}

// take moves as much of the order as the line has open.
func (s *sensor) take(o *pending, line int, guess bool) error {
	p := &s.pegs[line]
	q := tandem.QuantityFromMicro(min(o.rest.Micro(), p.Open.Micro()), o.rest.Unit())
	var err error
	if o.rest, err = o.rest.Sub(q); err != nil {
		return overflow(err)
	}
	if p.Open, err = p.Open.Sub(q); err != nil {
		return overflow(err)
	}
	if p.Consumed, err = p.Consumed.Add(q); err != nil {
		return overflow(err)
	}
	if guess {
		if p.Guessed, err = p.Guessed.Add(q); err != nil {
			return overflow(err)
		}
		if !slices.Contains(p.Notes, Guessed) {
			p.Notes = append(p.Notes, Guessed)
		}
	}
	s.out.Consumptions = append(s.out.Consumptions, Consumption{
		Order: o.Ref, OrderLine: o.Line, Opportunity: p.Opportunity, Line: p.Line, Product: o.Product, Quantity: q, Matched: guess,
	})
	return nil
}

// tell warns of all that was guessed, in one sentence.
func (s *sensor) tell() {
	orders, deals := map[lineKey]bool{}, map[document]bool{}
	for _, c := range s.out.Consumptions {
		if c.Matched {
			orders[lineKey{c.Order.Kind, c.Order.ID, c.OrderLine, c.Product}] = true
			deals[documentOf(c.Opportunity)] = true
		}
	}
	if len(orders) == 0 {
		return
	}
	sums := map[string]float64{}
	for _, d := range s.out.Demands {
		if d.Guessed.Sign() > 0 {
			sums[d.Guessed.Unit().String()] += row.Units(d.Guessed)
		}
	}
	var parts []string
	for _, unit := range slices.Sorted(maps.Keys(sums)) {
		parts = append(parts, fmt.Sprintf("%.6g %s", sums[unit], unit))
	}
	s.out.Warnings = append(s.out.Warnings, insight.Warn(TakenByGuess,
		"%s were taken from %s by guess, for %s that name none: what was not ordered of them is expected no longer; name the opportunity in its orders",
		strings.Join(parts, " and "), many(len(deals), "opportunity", "opportunities"), many(len(orders), "order line", "order lines")))
}

func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
