package ordertocash

import (
	"context"
	"errors"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
)

// planned is what a line gets of the stock.
type planned struct {
	key       inventory.LevelKey
	granted   tandem.Quantity
	backorder tandem.Quantity
}

// plan decides what is reserved and what waits, and fills in the promises.
func (p *placement[R]) plan(ctx context.Context, in *sales.OrderInput) ([]planned, error) {
	s := p.s
	p.lay(len(in.Lines))
	keys, demands, plan := p.keys, p.demands, p.plans
	for i := range in.Lines {
		item := &in.Lines[i]
		key := inventory.LevelKey{Company: in.Company, Location: p.warehouse, Product: item.Product}
		none := tandem.QuantityFromMicro(0, item.Quantity.Unit())
		plan[i] = planned{key: key, granted: none, backorder: none}
		switch {
		case p.stocked[i] && p.waits[i]:
			plan[i].backorder = item.Quantity
		case p.stocked[i]:
			keys = appendKey(keys, key)
			demands = append(demands, inventory.Demand{Line: tandem.LineRef{Line: i}, Key: key, Quantity: item.Quantity, Promise: item.Promise, Asked: p.scope.Now})
		}
	}
	if len(demands) > 0 {
		levels, err := p.r.StockLevels().Get(ctx, keys...)
		if err != nil {
			return nil, err
		}
		if err := p.spares(ctx, levels, in.ID); err != nil {
			return nil, err
		}
		grants, err := inventory.Allocate(p.grants, s.c.Scarce, demands, levels)
		if err != nil {
			return nil, err
		}
		for _, g := range grants {
			plan[g.Line.Line].granted, plan[g.Line.Line].backorder = g.Granted, g.Backorder
		}
	}
	if err := p.promises(ctx, in, plan); err != nil {
		return nil, err
	}
	for i := range plan {
		if err := p.promise(ctx, in, i, plan); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

// spares is spare of all levels; mostly nobody waits for anything.
func (p *placement[R]) spares(ctx context.Context, levels []inventory.Level, order sales.OrderID) error {
	for _, err := range p.r.Backorders().Find(ctx, anyWaiting(p.s.company())) {
		if err != nil {
			return err
		}
		if err := p.waiters(ctx, levels, order); err != nil {
			return err
		}
		for i := range levels {
			if err := p.spare(ctx, &levels[i], order); err != nil {
				return err
			}
		}
	}
	return nil
}

// spare leaves of a level what nobody waits for who was promised a day: free stock
// that an earlier promise needs is not given to a later order. Where nobody waits,
// all that is free may be given.
func (p *placement[R]) spare(ctx context.Context, level *inventory.Level, order sales.OrderID) error {
	free := level.OnHand - level.Reserved
	if free <= 0 {
		return nil
	}
	asking := tandem.RefTo(sales.KindOrder, order, "")
	unit, err := p.s.waiting(ctx, p.r, level.Key, asking)
	if err != nil || unit == 0 {
		return err
	}
	projection, err := p.s.projection(ctx, p.r, level.Key, unit, asking, true)
	if err != nil {
		return fmt.Errorf("availability of product %s: %w", level.Key.Product, err)
	}
	level.OnHand = level.Reserved + max(0, min(free, projection.At(p.today()).Micro()))
	return nil
}

// today is the first day that can be promised: an order may be of an earlier day,
// but nothing of it leaves before it is entered.
func (p *placement[R]) today() tandem.Date { return tandem.DateIn(p.scope.Now, p.s.c.Zone) }

func appendKey(keys []inventory.LevelKey, key inventory.LevelKey) []inventory.LevelKey {
	for i := range keys {
		if keys[i] == key {
			return keys
		}
	}
	return append(keys, key)
}

// promise fills in the date of a line that names none: today for what there is
// (or is no stock), else the first day for which the whole line can be promised
// without robbing an earlier promise or another line of the order; none where no
// known supply covers it.
func (p *placement[R]) promise(ctx context.Context, in *sales.OrderInput, i int, plan []planned) error {
	item := &in.Lines[i]
	if !item.Promise.IsZero() {
		return nil
	}
	if plan[i].backorder.IsZero() {
		item.Promise = p.today()
		return nil
	}
	whole, err := p.among(in, i, plan)
	if err != nil {
		return err
	}
	projection, err := p.s.projection(ctx, p.r, plan[i].key, item.Quantity.Unit(), tandem.RefTo(sales.KindOrder, in.ID, ""), false)
	if err == nil {
		var day tandem.Date
		var ok bool
		if day, ok, err = projection.EarliestFor(whole, p.today()); ok {
			item.Promise = day
		}
	}
	if err != nil {
		return fmt.Errorf("%s: availability of product %s: %w", tandem.Path("lines", i), item.Product, err)
	}
	return nil
}

// among gives the quantity of a line with what the order's other lines of the
// product take before it: those above it, what is granted to those below, and what
// the order holds already. The projection leaves out the order as a whole.
func (p *placement[R]) among(in *sales.OrderInput, i int, plan []planned) (tandem.Quantity, error) {
	item := &in.Lines[i]
	sum, err := item.Quantity.Add(tandem.QuantityFromMicro(p.own[item.Product], item.Quantity.Unit()))
	for j := range in.Lines {
		if err != nil || j == i || in.Lines[j].Product != item.Product {
			continue
		}
		if j < i {
			sum, err = sum.Add(in.Lines[j].Quantity)
		} else {
			sum, err = sum.Add(plan[j].granted)
		}
	}
	return sum, err
}

// reserve makes the reservations and backorders of the plan.
func (p *placement[R]) reserve(ctx context.Context, order *sales.Order, plan []planned) error {
	changes, held := p.changes, p.held
	for i := range plan {
		l := order.LineAt(i)
		if plan[i].granted.Sign() > 0 {
			change, err := p.s.hold(ctx, p.r, p.scope, order, &l, plan[i].key, plan[i].granted, 0)
			if err != nil {
				return err
			}
			changes = append(changes, change)
			held = append(held, sales.LineQuantity{Line: l.Line, Quantity: plan[i].granted})
		}
		if plan[i].backorder.Sign() > 0 {
			err := p.r.Backorders().Save(ctx, inventory.Backorder{Company: order.Company(), Line: order.LineRef(l.Line), Product: l.Product,
				Location: plan[i].key.Location, Quantity: plan[i].backorder, Promise: l.Promise, Asked: p.scope.Now})
			if err != nil {
				return err
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	if err := p.r.StockLevels().Apply(ctx, changes...); err != nil {
		return err
	}
	return order.RecordReserved(held)
}

// reservationID is the id of the n-th reservation of a line of an order.
func reservationID(order sales.OrderID, line, n int) inventory.ReservationID {
	return tandem.IDFromBytes[inventory.ReservationID](work.ChildUUID(order.Bytes(), 'r', line, n))
}

// hold reserves for a line of an order: its n-th reservation.
func (s *Service[R]) hold(ctx context.Context, r R, scope *work.Scope, order *sales.Order, l *sales.Line,
	key inventory.LevelKey, q tandem.Quantity, n int) (inventory.LevelChange, error) {
	promise := l.Promise
	if promise.IsZero() {
		promise = tandem.DateIn(scope.Now, s.c.Zone)
	}
	id := reservationID(order.ID(), l.Line, n)
	reservation, change, err := inventory.NewReservation(inventory.Hold{ID: id, Line: order.LineRef(l.Line), Key: key, Quantity: q, Promise: promise}, scope.Now)
	if err != nil {
		return change, err
	}
	scope.Emit(reservation.Drain())
	return change, r.Reservations().Save(ctx, reservation)
}

// shipsFrom refuses a warehouse that is none: what is ordered from nowhere would
// wait for ever. The one of the config is not asked about.
func (p *placement[R]) shipsFrom(ctx context.Context) error {
	if p.warehouse == p.s.c.Places.Warehouse {
		return nil
	}
	var faults tandem.Check
	place, err := p.r.Locations().Get(ctx, p.s.company(), p.warehouse)
	switch {
	case errors.Is(err, tandem.ErrNotFound):
		faults.Add("not_found", "warehouse", err.Error())
	case err != nil:
		return err
	case place.Kind != inventory.Stock || place.Company != p.s.company():
		faults.Add("not_stock", "warehouse", "must be a stock location of the company")
	}
	return faults.Err("place order")
}
