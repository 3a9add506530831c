package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
)

// change is the work of changing an order that is placed: what it holds of the
// stock, what it waits for and what it takes of the credit follow the order.
type change[R Repos] struct {
	s       *Service[R]
	r       R
	scope   *work.Scope
	order   *sales.Order
	account *credit.Account
	before  tandem.Money // gross, confirmed and not delivered
	counted bool         // the credit account has it: an order that waits for its credit is not in it
	held    map[int][]*inventory.Reservation
	freed   []*inventory.Reservation // changed, and saved at the end
	limits  *limits[R]
}

// change reads an order, its credit account and what is held for its lines,
// before anything is written; with it what more says.
func (s *Service[R]) change(ctx context.Context, r R, scope *work.Scope, id sales.OrderID, more func(n *reads, order *sales.Order)) (*change[R], error) {
	order, err := r.SalesOrders().Get(ctx, s.company(), id)
	if err != nil {
		return nil, err
	}
	if err := s.changing(ctx, r, order, more); err != nil {
		return nil, err
	}
	c := &change[R]{s: s, r: r, scope: scope, order: order, counted: order.Held() != creditHold, held: make(map[int][]*inventory.Reservation)}
	if c.account, err = s.account(ctx, r, order.Customer()); err != nil {
		return nil, err
	}
	if c.before, err = c.open(ctx); err != nil {
		return nil, err
	}
	for i := range order.NumLines() {
		l := order.LineAt(i)
		if l.Reserved.Sign() == 0 {
			continue
		}
		if c.held[l.Line], err = s.reservations(ctx, r, order, l.Line, l.Reserved, nil); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// changing reads what a change of an order needs of its lines and its customer.
func (s *Service[R]) changing(ctx context.Context, r R, order *sales.Order, more func(n *reads, order *sales.Order)) error {
	n := s.reads(r)
	if !n.on {
		return nil
	}
	if more != nil {
		more(&n, order)
	}
	n.account(order.Customer())
	n.taxes(order)
	for i := range order.NumLines() {
		l := order.LineAt(i)
		n.backorder(order, l.Line)
		n.level(order.Warehouse(), l.Product)
		if l.Reserved.Sign() > 0 {
			n.reservation(order, l.Line, 0)
		}
		if id, _ := replacedBy(&l); i == 0 {
			n.ret(id)
		}
	}
	if err := s.fetch(ctx, r, &n); err != nil {
		return err
	}
	return s.heldAhead(ctx, r, order)
}

// open gives the gross amount of what is confirmed and not delivered now.
func (c *change[R]) open(ctx context.Context) (tandem.Money, error) {
	gross, err := c.s.grosser(ctx, c.r, c.order)
	if err != nil {
		return tandem.Money{}, err
	}
	return gross.open(c.order)
}

// release gives reservations of lines back to the stock.
func (c *change[R]) release(ctx context.Context, lines []sales.LineQuantity, reason string) error {
	var changes []inventory.LevelChange
	for _, l := range lines {
		left := l.Quantity
		for _, reservation := range c.held[l.Line] {
			part := reservation.Open()
			if part.Micro() > left.Micro() {
				part = left
			}
			if part.Sign() <= 0 {
				continue
			}
			given, err := reservation.Release(part, reason, c.scope.Now)
			if err != nil {
				return err
			}
			changes = append(changes, given)
			left = tandem.QuantityFromMicro(left.Micro()-part.Micro(), left.Unit())
			c.freed = append(c.freed, reservation)
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return c.r.StockLevels().Apply(ctx, changes...)
}

// settle makes backorders and credit follow the changed order, and saves it.
func (c *change[R]) settle(ctx context.Context) error {
	for i := range c.order.NumLines() {
		l := c.order.LineAt(i)
		if err := c.s.settleBackorder(ctx, c.r, c.order, &l); err != nil {
			return err
		}
	}
	if c.counted {
		after, err := c.open(ctx)
		if err != nil {
			return err
		}
		if err := confirmedChanged(c.account, c.before, after); err != nil {
			return err
		}
	}
	if c.limits == nil {
		c.limits = c.s.limits(c.r, c.scope)
	}
	if err := c.limits.settle(ctx, c.order); err != nil {
		return err
	}
	return errors.Join(c.limits.save(ctx), c.save(ctx))
}

func (c *change[R]) save(ctx context.Context) error {
	for _, reservation := range c.freed {
		c.scope.Emit(reservation.Drain())
		if err := c.r.Reservations().Save(ctx, reservation); err != nil {
			return err
		}
	}
	c.scope.Emit(c.order.Drain())
	c.scope.Emit(c.account.Drain())
	return errors.Join(c.r.SalesOrders().Save(ctx, c.order), c.r.CreditAccounts().Save(ctx, c.account))
}

// settleBackorder lowers what a line waits for to what is open of it and not
// reserved.
func (s *Service[R]) settleBackorder(ctx context.Context, r R, order *sales.Order, l *sales.Line) error {
	return s.lowerBackorder(ctx, r, order.Company(), order.LineRef(l.Line), l.Unreserved())
}

func (s *Service[R]) lowerBackorder(ctx context.Context, r R, company tandem.CompanyID, line tandem.LineRef, waits tandem.Quantity) error {
	b, err := r.Backorders().Get(ctx, company, line)
	switch {
	case errors.Is(err, tandem.ErrNotFound):
		return nil
	case err != nil:
		return err
	case b.Quantity.Micro() <= waits.Micro():
		return nil
	}
	b.Quantity = tandem.QuantityFromMicro(waits.Micro(), b.Quantity.Unit())
	return r.Backorders().Save(ctx, b)
}
