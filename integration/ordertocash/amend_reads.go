package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/quotation"
)

// more adds what an amendment needs besides what every change of an order does: who
// the customer is, what is there of the lines that grow or are added, the quotation.
func (c AmendOrder) more(n *reads, order *sales.Order) {
	n.customer(order.Customer())
	state := order.State()
	for i := range c.Add {
		n.product(c.Add[i].Product)
		n.level(order.Warehouse(), c.Add[i].Product)
		n.taxCode(c.Add[i].TaxCode)
		n.backorder(order, state.LastLine+1+i)
		n.reservation(order, state.LastLine+1+i, 0)
	}
	for i := range c.Change {
		if l, found := order.Line(c.Change[i].Line); found {
			n.product(l.Product)
			n.reservation(order, l.Line, 0)
			n.reservation(order, l.Line, 1) // that it has if it grows
		}
	}
	if ref := state.Quotation; ref.Kind == quotation.Kind {
		n.quotation(tandem.IDFromBytes[quotation.ID](ref.ID.Bytes()))
	}
}

// heldBefore reads the reservations that lines have had which get another one, the
// n-th of each at a time.
func (a *amendment[R]) heldBefore(ctx context.Context, items []sales.Item, plan []planned) error {
	n := a.s.reads(a.r)
	if !n.on {
		return nil
	}
	lines := make([]int, 0, len(items))
	for i := range items {
		if plan[i].granted.Sign() > 0 {
			lines = append(lines, items[i].Line)
		}
	}
	for nth := 0; len(lines) > 0; nth++ {
		for _, line := range lines {
			n.reservation(a.order, line, nth)
		}
		if err := a.s.fetch(ctx, a.r, &n); err != nil {
			return err
		}
		lines = slices.DeleteFunc(lines, func(line int) bool {
			_, err := a.r.Reservations().Get(ctx, a.order.Company(), reservationID(a.order.ID(), line, nth))
			return err != nil // it is the first that is free, or what is wrong is told where it is used
		})
	}
	return nil
}

// reservationsOf gives how many reservations a line has had.
func (a *amendment[R]) reservationsOf(ctx context.Context, line int) (n int, err error) {
	for ; ; n++ {
		_, err := a.r.Reservations().Get(ctx, a.order.Company(), reservationID(a.order.ID(), line, n))
		if errors.Is(err, tandem.ErrNotFound) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
