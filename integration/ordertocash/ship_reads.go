package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
)

// ahead reads what a shipment needs of its order's lines.
func (d *dispatch[R]) ahead(ctx context.Context, named []ShipLine) error {
	n := d.s.reads(d.r)
	if !n.on {
		return nil
	}
	n.account(d.order.Customer())
	n.taxes(d.order)
	for i := range d.order.NumLines() {
		l := d.order.LineAt(i)
		if len(named) > 0 && !slices.ContainsFunc(named, func(s ShipLine) bool { return s.Line == l.Line }) {
			continue
		}
		if l.Reserved.IsZero() || len(named) > 0 {
			n.product(l.Product)
		}
		if l.Reserved.Sign() > 0 {
			n.reservation(d.order, l.Line, 0)
		}
		key := inventory.LevelKey{Company: d.order.Company(), Location: d.order.Warehouse(), Product: l.Product}
		n.pool(l.Product)
		n.level(key.Location, l.Product)
		n.late(key, d.at, d.scope.Now)
	}
	if err := d.s.fetch(ctx, d.r, &n); err != nil {
		return err
	}
	return d.s.heldAhead(ctx, d.r, d.order)
}

// heldAhead reads the reservations of all lines of an order, the n-th of each that has
// so many at a time; mostly each has one.
func (s *Service[R]) heldAhead(ctx context.Context, r R, order *sales.Order) error {
	n := s.reads(r)
	if !n.on {
		return nil
	}
	missing := make([]int64, order.NumLines())
	for i := range missing {
		missing[i] = order.LineAt(i).Reserved.Micro()
	}
	for nth := 0; ; nth++ {
		for i := range missing {
			if missing[i] > 0 {
				n.reservation(order, order.LineAt(i).Line, nth)
			}
		}
		if len(n.refs) == 0 {
			return nil
		}
		if err := s.fetch(ctx, r, &n); err != nil {
			return err
		}
		for i := range missing {
			if missing[i] <= 0 {
				continue
			}
			switch held, err := r.Reservations().Get(ctx, order.Company(), reservationID(order.ID(), order.LineAt(i).Line, nth)); {
			case err != nil:
				missing[i] = 0 // the host made it: it is found by a query
			case held.Status() == inventory.ReservationStatusOpen:
				missing[i] -= held.Open().Micro()
			}
		}
	}
}

// draw draws the numbers of a shipment, and reads what is behind them.
func (d *dispatch[R]) draw(ctx context.Context, numbers []drawn) error {
	behind := d.s.reads(d.r)
	behind.period(d.date)
	for _, line := range d.unheld {
		behind.backorder(d.order, line)
	}
	return d.s.draw(ctx, d.r, numbers, &behind)
}

// late adds what is judged of changes whose goods move on a day that is over.
func (n *reads) late(key inventory.LevelKey, at, now tandem.Instant) {
	if n.on && at.Before(now) {
		n.query(countedAt(key))
		n.query(movedSince(key, at))
	}
}
