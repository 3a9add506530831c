package sensing

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/signal"
)

func compareDeals(a, b Peg) int { return signal.CompareDocuments(a.Opportunity, b.Opportunity) }

// deal names an opportunity and a product.
type deal struct {
	kind    tandem.DocumentKind
	id      tandem.ID[any]
	product tandem.ProductID
}

// buyer names a party and a product.
type buyer struct {
	party   tandem.PartyID
	product tandem.ProductID
}

// queue is the lines that an order may consume, by day of need.
type queue struct{ lines []int }

// consume takes from the opportunities what has been ordered: first by reference,
// then, where the policy says so, by party, product and window, so that no guess
// takes what a reference claims.
func (s *sensor) consume() error {
	deals, buyers := s.queues()
	for _, o := range s.orders {
		if o.Opportunity.IsZero() {
			continue
		}
		q, open := deals[deal{o.Opportunity.Kind, o.Opportunity.ID, o.Product}]
		if !open {
			note := UnknownOpportunity
			if _, known := deals[deal{o.Opportunity.Kind, o.Opportunity.ID, tandem.ProductID{}}]; known {
				note = OtherProduct
			}
			s.remark(o.Ref, o.Line, o.Product, o.Quantity, note)
			continue
		}
		rest, err := s.draw(o, q, nil)
		if err != nil {
			return err
		}
		if rest.Sign() > 0 {
			s.remark(o.Ref, o.Line, o.Product, rest, MoreThanExpected)
		}
	}
	for _, o := range s.orders {
		if !o.Opportunity.IsZero() {
			continue
		}
		rest, q := o.Quantity, buyers[buyer{o.Party, o.Product}]
		if q != nil && !o.Need.IsZero() {
			var err error
			if rest, err = s.draw(o, q, &window{s.config.Backward, s.config.Forward}); err != nil {
				return err
			}
		}
		if rest.Sign() > 0 {
			s.remark(o.Ref, o.Line, o.Product, rest, WithoutOpportunity)
		}
	}
	return nil
}

// queues gives the lines by deal and, where orders are matched, by buyer; a line
// without a day of need matches none.
func (s *sensor) queues() (map[deal]*queue, map[buyer]*queue) {
	byNeed := make([]int, len(s.lines))
	for i := range byNeed {
		byNeed[i] = i
	}
	slices.SortStableFunc(byNeed, func(a, b int) int { return s.pegs[a].Need.Compare(s.pegs[b].Need) })
	deals, buyers := make(map[deal]*queue), make(map[buyer]*queue)
	for _, i := range byNeed {
		o := s.lines[i]
		enter(deals, deal{o.Ref.Kind, o.Ref.ID, o.Product}, i)
		enter(deals, deal{o.Ref.Kind, o.Ref.ID, tandem.ProductID{}}, i) // to know it by; nothing is drawn from this one
		if s.config.Matching == ByPartyAndProduct && !o.Party.IsZero() && !s.pegs[i].Need.IsZero() {
			enter(buyers, buyer{o.Party, o.Product}, i)
		}
	}
	return deals, buyers
}

func enter[K comparable](queues map[K]*queue, key K, line int) {
	q := queues[key]
	if q == nil {
		q = &queue{}
		queues[key] = q
	}
	q.lines = append(q.lines, line)
}

// window bounds matching, in days around the order's need.
type window struct{ backward, forward int }

// draw consumes backward from the order's need, the latest line first, then forward,
// the earliest first, and gives what is left of the order. Lines with nothing open
// leave the queue, so that no order looks at them again.
func (s *sensor) draw(o Order, q *queue, w *window) (tandem.Quantity, error) {
	rest := o.Quantity
	at, _ := slices.BinarySearchFunc(q.lines, o.Need.AddDays(1), func(i int, d tandem.Date) int { return s.pegs[i].Need.Compare(d) })
	try := func(i int, ahead bool) (bool, error) {
		line := q.lines[i]
		days := s.pegs[line].Need.DaysSince(o.Need)
		if w != nil && (ahead && days > w.forward || !ahead && days < -w.backward) {
			return false, nil
		}
		var err error
		rest, err = s.take(o, line, rest, w != nil)
		if s.pegs[line].Open.Sign() == 0 {
			q.lines = slices.Delete(q.lines, i, i+1)
		}
		return err == nil && rest.Sign() > 0, err
	}
	for i := at - 1; i >= 0; i-- {
		before := len(q.lines)
		if more, err := try(i, false); err != nil || rest.Sign() <= 0 {
			return rest, err
		} else if !more {
			break
		}
		at -= before - len(q.lines)
	}
	for at < len(q.lines) {
		before := len(q.lines)
		if more, err := try(at, true); err != nil || !more {
			return rest, err
		}
		if before == len(q.lines) {
			at++
		}
	}
	return rest, nil
}

// take moves as much of the order as the line has open.
func (s *sensor) take(o Order, line int, rest tandem.Quantity, matched bool) (tandem.Quantity, error) {
	p := &s.pegs[line]
	q := tandem.QuantityFromMicro(min(rest.Micro(), p.Open.Micro()), rest.Unit())
	if q.Sign() <= 0 {
		return rest, nil
	}
	var err error
	if rest, err = rest.Sub(q); err != nil {
		return rest, overflow(err)
	}
	if p.Open, err = p.Open.Sub(q); err != nil {
		return rest, overflow(err)
	}
	if p.Consumed, err = p.Consumed.Add(q); err != nil {
		return rest, overflow(err)
	}
	s.out.Consumptions = append(s.out.Consumptions, Consumption{
		Order: o.Ref, OrderLine: o.Line, Opportunity: p.Opportunity, Line: p.Line, Product: o.Product, Quantity: q, Matched: matched,
	})
	return rest, nil
}
