package ordertocash

import (
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
)

// promise gives added lines their dates, and finds those of lines that grow beyond
// what is there: the day on which the line can be had as a whole, none where no known
// supply covers it. A line that names its promise, or whose promise is later, keeps it.
func (a *amendment[R]) promise(ctx context.Context, cmd *AmendOrder, added []sales.Item) (map[int]tandem.Date, error) {
	a.own()
	var items []sales.Item
	for i := range cmd.Change {
		more, err := a.growth(ctx, &cmd.Change[i])
		if err != nil {
			return nil, err
		}
		if more.Line != 0 {
			items = append(items, more)
		}
	}
	for _, line := range cmd.Remove {
		if l, found := a.order.Line(line); found {
			a.p.own[l.Product] -= openOf(&l)
		}
	}
	grown := len(items)
	if grown+len(added) == 0 {
		return nil, nil
	}
	stocked, waits := slices.Repeat([]bool{true}, grown), make([]bool, grown)
	if len(added) > 0 {
		stocked, waits = append(stocked, a.p.stocked[:len(added)]...), append(waits, a.p.waits[:len(added)]...)
	}
	a.p.desk = &desk{stocked: stocked, waits: waits}
	in := sales.OrderInput{ID: a.order.ID(), Company: a.order.Company(), Lines: append(items, added...)}
	plan, err := a.p.plan(ctx, &in)
	if err != nil {
		return nil, err
	}
	copy(added, in.Lines[grown:])
	out := make(map[int]tandem.Date)
	for i := range in.Lines[:grown] {
		l, _ := a.order.Line(in.Lines[i].Line)
		day := in.Lines[i].Promise
		if plan[i].backorder.Sign() > 0 && (day.IsZero() && !l.Promise.IsZero() || day.After(l.Promise)) {
			out[l.Line] = day
		}
	}
	return out, nil
}

// growth gives what a change wants more of a line in stock, without a promise; no
// line where it wants none, or names the promise. Whatever else a change of quantity
// does is counted into what the order has open.
func (a *amendment[R]) growth(ctx context.Context, c *LineChange) (sales.Item, error) {
	l, found := a.order.Line(c.Line)
	if !found || c.Quantity.IsNone() {
		return sales.Item{}, nil
	}
	next, err := c.Quantity.Convert(l.Quantity.Unit(), l.Factor, tandem.HalfAwayFromZero)
	if err != nil {
		return sales.Item{}, err
	}
	more := next.Micro() - l.Quantity.Micro()
	if more > 0 && c.Promise.IsZero() {
		product, err := a.s.product(ctx, a.r, l.Product)
		if err != nil {
			return sales.Item{}, err
		}
		if product.Stocked() {
			item := l.Item
			item.Quantity, item.Promise = tandem.QuantityFromMicro(more, l.Quantity.Unit()), tandem.Date{}
			return item, nil
		}
	}
	a.p.own[l.Product] += more
	return sales.Item{}, nil
}
