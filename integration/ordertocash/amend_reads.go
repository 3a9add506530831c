package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/quotation"
)

// ahead reads what an amendment needs besides what every change of an order does: who
// the customer is, what is there of the lines that are added, the quotation.
func (a *amendment[R]) ahead(ctx context.Context, cmd *AmendOrder) error {
	n := a.s.reads(a.r)
	if !n.on {
		return nil
	}
	n.customer(a.order.Customer())
	for i := range cmd.Add {
		n.product(cmd.Add[i].Product)
		n.level(a.order.Warehouse(), cmd.Add[i].Product)
		n.taxCode(cmd.Add[i].TaxCode)
		n.backorder(a.order, a.order.State().LastLine+1+i)
	}
	if ref := a.order.State().Quotation; ref.Kind == quotation.Kind {
		n.quotation(tandem.IDFromBytes[quotation.ID](ref.ID.Bytes()))
	}
	return a.s.fetch(ctx, a.r, &n)
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
