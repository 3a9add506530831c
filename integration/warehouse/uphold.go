package warehouse

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
)

// uphold keeps posted counts true against moves of the command that speak of a
// time before them: what was seen stays, and the moves that undo the late ones
// are booked as differences of the count. A count that is still open would be
// taken from a wrong expectation, so that it refuses such moves.
func (t *task[R]) uphold(ctx context.Context) error {
	late := false
	for i := range t.moves {
		late = late || t.moves[i].Effective.Before(t.scope.Now)
	}
	if !late {
		return nil
	}
	counts, err := t.countsOf(ctx)
	if err != nil {
		return err
	}
	for _, c := range counts {
		if t.doc.Same(tandem.RefTo(count.Kind, c.ID(), "")) {
			continue // it is this one that is posted
		}
		if c.Status() == count.StatusOpen {
			if err := t.refuseDuring(c); err != nil {
				return err
			}
			continue
		}
		if err := t.upholdOne(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// countsOf gives the counts of the places that the moves touch, by location in
// the order of their instants: an earlier one is upheld first, and what that
// takes is seen by the later ones.
func (t *task[R]) countsOf(ctx context.Context) ([]*count.Count, error) {
	var out []*count.Count
	seen := map[tandem.LocationID]bool{}
	for i := range t.moves {
		for _, id := range [...]tandem.LocationID{t.moves[i].From, t.moves[i].To} {
			l, err := t.location(ctx, id)
			if err != nil {
				return nil, err
			}
			if seen[id] || l.Kind != inventory.Stock {
				continue
			}
			seen[id] = true
			for c, err := range t.r.StockCounts().Find(ctx, count.Query{Company: t.s.company(), Location: id}) {
				if err != nil {
					return nil, err
				}
				if c.Status() != count.StatusCancelled {
					out = append(out, c)
				}
			}
		}
	}
	return out, nil
}

func (t *task[R]) refuseDuring(c *count.Count) error {
	s := c.State()
	for i := range t.moves {
		m := &t.moves[i]
		if m.From != s.Location && m.To != s.Location || m.Effective.After(s.At) {
			continue
		}
		for _, l := range s.Lines {
			if l.Product == m.Product && l.Lot == m.Lot {
				return refused("move", "product "+m.Product.String(), "count_open",
					"count "+s.ID.String()+" of a later time is open: post or cancel it first")
			}
		}
	}
	return nil
}

func (t *task[R]) upholdOne(ctx context.Context, c *count.Count) error {
	ids := make([]inventory.MoveID, len(c.State().Lines))
	for i := range ids {
		ids[i] = tandem.IDFromBytes[inventory.MoveID](t.scope.NewUUID())
	}
	adjustment := t.s.c.Places.Adjustment
	undo, err := c.Uphold(t.moves, adjustment, ids, t.scope.Now)
	if err != nil || len(undo) == 0 {
		return err
	}
	var goods values
	for i := range undo {
		m := &undo[i]
		p, err := t.product(ctx, m.Product)
		if err != nil {
			return err
		}
		var v tandem.Money
		if m.From == adjustment {
			v, err = t.found(ctx, &p, m.Quantity, tandem.Money{})
		} else {
			v, err = t.lost(ctx, &p, m.Quantity)
			v = v.Neg()
		}
		if err != nil {
			return err
		}
		goods.add(m.Product, v)
	}
	t.moves = append(t.moves, undo...)
	t.book(tandem.RefTo(count.Kind, c.ID(), ""), "count upheld", goods, t.s.books.Count)
	return nil
}
