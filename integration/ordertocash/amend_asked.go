package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

// asked judges the lines and quantities that an amendment names of the order, all
// at once. An order that cannot be amended refuses for itself.
func (a *amendment[R]) asked(ctx context.Context, cmd *AmendOrder) error {
	if status := a.order.Status(); !status.Open() && status != sales.OrderStatusShipped {
		return nil
	}
	all := asked[R]{s: a.s, r: a.r}
	for i := range cmd.Change {
		c := &cmd.Change[i]
		l, found := a.order.Line(c.Line)
		if !found {
			all.unknown(at("change", i, "line"), "the order has no such line")
			continue
		}
		if c.Quantity.IsNone() || c.Quantity == l.Ordered {
			continue
		}
		if err := a.askedOf(ctx, &all, at("change", i, "quantity"), c.Quantity, &l); err != nil {
			return err
		}
	}
	for i, line := range cmd.Remove {
		if _, found := a.order.Line(line); !found {
			all.unknown(tandem.Path("remove", i), "the order has no such line")
		}
	}
	return all.err("amend order", "amend", "sales order "+a.order.ID().String(), a.order.Status())
}

// askedOf judges the new quantity of a line, in the unit of the line.
func (a *amendment[R]) askedOf(ctx context.Context, all *asked[R], path string, q tandem.Quantity, l *sales.Line) error {
	if q.Unit() != l.Ordered.Unit() {
		all.faults.Add("unit", path, "is "+q.String()+", and must be in "+l.Ordered.Unit().String()+", the unit of the line")
		return nil
	}
	base, err := q.Convert(l.Quantity.Unit(), l.Factor, tandem.HalfAwayFromZero)
	if err != nil {
		return err
	}
	gone, err := l.Shipped.Add(l.Cancelled)
	switch {
	case err != nil:
		return err
	case base.Micro() < gone.Micro():
		all.refuse("shipped", path, "less than is shipped and cancelled", "is "+q.String()+", of which "+gone.String()+" are shipped or cancelled")
		return nil
	case base.Micro()%1_000_000 == 0 && l.Factor.Den() == 1:
		return nil
	}
	return all.whole(ctx, path, l.Product, q, l.Factor)
}
