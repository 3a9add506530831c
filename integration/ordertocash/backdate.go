package ordertocash

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/inventory/count"
)

// moved gives the instant at which the goods of a command of a day move: now, or
// the last instant of a day that is over.
func (s *Service[R]) moved(date tandem.Date, now tandem.Instant) tandem.Instant {
	if date == tandem.DateIn(now, s.c.Zone) {
		return now
	}
	return date.AddDays(1).At(0, 0, s.c.Zone).Add(-time.Microsecond)
}

// backdated judges changes of levels that are applied already, and whose goods move
// on a day that is over. What was counted since then was seen: a late move would
// make it untrue (`counted`), or what an open count expects (`count_open`). And
// goods do not leave before they came, nor while others needed them (`not_there`):
// on no day since then is less than nothing there. Only who states an earlier day
// pays for these reads; moves that the same unit of work has written before cannot
// be read back.
type backdated[R Repos] struct {
	s       *Service[R]
	r       R
	date    tandem.Date
	at      tandem.Instant
	refuse  func(code, reason string) error
	changes []inventory.LevelChange
}

func (b *backdated[R]) check(ctx context.Context) error {
	for _, c := range b.net() {
		if err := b.counted(ctx, c.Key); err != nil {
			return err
		}
		if c.OnHand < 0 {
			if err := b.there(ctx, c.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

// countedAt is the query of the counts that may have seen a level.
func countedAt(key inventory.LevelKey) count.Query {
	return count.Query{Company: key.Company, Location: key.Location}
}

// movedSince is the query of what moved at a level after an instant.
func movedSince(key inventory.LevelKey, at tandem.Instant) inventory.MoveQuery {
	return inventory.MoveQuery{Company: key.Company, Product: key.Product, Location: key.Location, EffectiveFrom: at.Add(time.Microsecond)}
}

// net gives what the goods of each level change by as a whole, in the order of the keys.
func (b *backdated[R]) net() []inventory.LevelChange {
	var out []inventory.LevelChange
	for _, c := range b.changes {
		i, found := slices.BinarySearchFunc(out, c.Key, func(o inventory.LevelChange, k inventory.LevelKey) int { return o.Key.Compare(k) })
		if !found {
			out = slices.Insert(out, i, inventory.LevelChange{Key: c.Key})
		}
		out[i].OnHand += c.OnHand
	}
	return slices.DeleteFunc(out, func(c inventory.LevelChange) bool { return c.OnHand == 0 })
}

func (b *backdated[R]) counted(ctx context.Context, key inventory.LevelKey) error {
	for c, err := range b.r.StockCounts().Find(ctx, countedAt(key)) {
		if err != nil {
			return err
		}
		s := c.State()
		if s.Status == count.StatusCancelled || b.at.After(s.At) {
			continue
		}
		for i := range s.Lines {
			l := &s.Lines[i]
			switch {
			case l.Product != key.Product || l.Lot != key.Lot:
			case s.Status == count.StatusOpen:
				return b.refuse("count_open", "product "+key.Product.String()+" is in count "+s.ID.String()+" of "+b.s.dayOf(s.At)+
					", which expects what was there before: post or cancel it first")
			case l.Done || s.Uncounted != count.KeepUncounted:
				return b.refuse("counted", "product "+key.Product.String()+" was counted on "+b.s.dayOf(s.At)+" by count "+s.ID.String()+
					", after "+b.date.String()+": name a day after the count, and adjust what it booked as a difference")
			}
		}
	}
	return nil
}

func (s *Service[R]) dayOf(at tandem.Instant) string { return tandem.DateIn(at, s.c.Zone).String() }

// there asks that never since then more has left than was there.
func (b *backdated[R]) there(ctx context.Context, key inventory.LevelKey) error {
	type step struct {
		at    tandem.Instant
		micro int64
	}
	levels, err := b.r.StockLevels().Get(ctx, key)
	if err != nil {
		return err
	}
	onHand := levels[0].OnHand
	var later []step
	for m, err := range b.r.StockMoves().Find(ctx, movedSince(key, b.at)) {
		switch {
		case err != nil:
			return err
		case m.Lot != key.Lot || m.From == m.To:
			continue
		case m.From == key.Location:
			later = append(later, step{m.Effective, -m.Quantity.Micro()})
		default:
			later = append(later, step{m.Effective, m.Quantity.Micro()})
		}
		onHand -= later[len(later)-1].micro
	}
	slices.SortStableFunc(later, func(a, c step) int { // what comes and goes at once is there
		return cmp.Or(a.at.Compare(c.at), cmp.Compare(c.micro, a.micro))
	})
	day := b.date
	for i := 0; onHand >= 0; i++ {
		if i == len(later) {
			return nil
		}
		onHand += later[i].micro
		day = tandem.DateIn(later[i].at, b.s.c.Zone)
	}
	return b.refuse("not_there", "on "+day.String()+" there was too little of product "+key.Product.String()+" for it to have left on "+b.date.String())
}
