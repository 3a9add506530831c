package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// LineChange changes a line of an order; what is left zero stays as it is. A new
// quantity alone leaves what was agreed: see [Service.Amend].
type LineChange struct {
	Line     int               `json:"line"`
	Quantity tandem.Quantity   `json:"quantity"`         // the whole new quantity, shipped and cancelled included, in the unit of the line
	Agreed   *pricing.Override `json:"agreed,omitempty"` // a new price, agreed by hand
	Promise  tandem.Date       `json:"promise,omitzero"` // the current promise; the first one stays. None: see [Service.Amend]
}

// AmendOrder changes an order that is placed: lines to add, to change and to
// remove, as a whole or not at all.
type AmendOrder struct {
	work.Header
	Order  sales.OrderID `json:"order"`
	Reason string        `json:"reason"`
	Date   tandem.Date   `json:"date,omitzero"` // that prices, unless the order says which does; default today
	Add    []OrderLine   `json:"add,omitempty"`
	Change []LineChange  `json:"change,omitempty"`
	Remove []int         `json:"remove,omitempty"`
	// Approval lets prices below a floor pass; the authoriser is asked about it.
	Approval billing.Approval `json:"approval,omitzero"`

	ApprovalTokens []string `json:"approval_tokens,omitempty"` // see PlaceOrder
}

// CommandName is stable.
func (AmendOrder) CommandName() string { return "ordertocash.amend_order" }

// Access is what the authoriser is asked.
func (c AmendOrder) Access() work.Access { return orderAccess(c.Order) }

// AppendJSON writes the business fields.
func (c AmendOrder) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

func (c AmendOrder) reads(n *reads) {
	n.order(c.Order)
	n.query(anyWaiting(n.company()))
	for i := range c.Add {
		n.product(c.Add[i].Product)
	}
}

// Amend changes an order. Added lines are priced by the lists of the date that the order
// says ([sales.PricedOn]), with its channel and its coupons, and by the customer's grade of
// the day unless a price is agreed, and have no share of the order's discounts; so are
// lines that the lists had priced and whose quantity changes before anything of them is
// shipped or cancelled. What the order has of a product, family or group counts with them
// for breaks. Every other line keeps
// its price, and its share of the order's discounts in proportion, whatever its
// quantity becomes: one whose price was agreed or quoted, one that has such a
// share, one that replaces what came back, one that is shipped in part.
// A line that grows beyond what is there is promised as a whole for the day on which
// it can be had, if that is later than its promise, and for none where no known supply
// covers it; the first promise stays. Reservations, backorders and credit
// follow: a bigger order is checked like a new one, and refused to a customer to whom
// nothing is sold, whose orders can be made smaller. Refused: what
// [sales.Order.Amend] refuses, prices below a floor without approval, credit that
// is exceeded under the policies block and, for an order that is on hold, hold.
func (s *Service[R]) Amend(ctx context.Context, cmd AmendOrder) (Changed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Changed, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Changed{}, err
		}
		c, err := s.change(ctx, r, scope, cmd.Order, cmd.more)
		if err != nil {
			return Changed{}, err
		}
		a := amendment[R]{change: c, p: placement[R]{s: s, r: r, scope: scope, subject: "amend order", date: date, warehouse: c.order.Warehouse(),
			on: c.order.Pricing().On, ordered: c.order.Date(), desk: new(desk)}}
		a.claiming()
		if err := a.asked(ctx, &cmd); err != nil {
			return Changed{}, err
		}
		diff, err := a.diff(ctx, &cmd)
		if err != nil {
			return Changed{}, err
		}
		waited, before := a.waits(), a.order.State().Lines
		released, err := a.apply(&cmd, diff)
		if err != nil {
			return Changed{}, err
		}
		if err := c.release(ctx, released, cmd.Reason); err != nil {
			return Changed{}, err
		}
		if err := a.reserve(ctx, waited); err != nil {
			return Changed{}, err
		}
		if err := a.dropBackorders(ctx, cmd.Remove); err != nil {
			return Changed{}, err
		}
		if err := s.belowBreak(ctx, r, scope, c.order, a.smaller(before)); err != nil {
			return Changed{}, err
		}
		if err := a.claim(ctx, before); err != nil {
			return Changed{}, err
		}
		if err := a.credit(ctx); err != nil {
			return Changed{}, err
		}
		return changed(c.order), c.settle(ctx)
	})
}

// amendment is the work of amending an order.
type amendment[R Repos] struct {
	*change[R]
	p       placement[R]
	waiting []bool        // by added line: it is not reserved at once
	claims  []sales.Claim // of limits, that come to those of the order
}

// own sums up what the order has open of each product.
func (a *amendment[R]) own() {
	a.p.own = make(map[tandem.ProductID]int64)
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		a.p.own[l.Product] += openOf(&l)
	}
}

func openOf(l *sales.Line) int64 { return l.Reserved.Micro() + l.Unreserved().Micro() }

// waits gives what each line waits for before the amendment.
func (a *amendment[R]) waits() map[int]int64 {
	out := make(map[int]int64, a.order.NumLines())
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		out[l.Line] = l.Unreserved().Micro()
	}
	return out
}

// dropBackorders ends the waiting of lines that are gone.
func (a *amendment[R]) dropBackorders(ctx context.Context, removed []int) error {
	for _, line := range removed {
		if err := a.s.lowerBackorder(ctx, a.r, a.order.Company(), a.order.LineRef(line), tandem.Quantity{}); err != nil {
			return err
		}
	}
	return nil
}

// reserve takes stock for what lines want more than before; what there is not waits.
func (a *amendment[R]) reserve(ctx context.Context, waited map[int]int64) error {
	in := sales.OrderInput{ID: a.order.ID(), Company: a.order.Company()}
	a.p.desk = new(desk)
	a.own()
	first := a.order.NumLines() - len(a.waiting)
	for i := range a.order.NumLines() {
		l := a.order.LineAt(i)
		more := l.Unreserved().Micro() - waited[l.Line]
		if more <= 0 {
			continue
		}
		product, err := a.s.product(ctx, a.r, l.Product)
		if err != nil {
			return err
		}
		if !product.Stocked() {
			continue
		}
		item := l.Item
		item.Quantity = tandem.QuantityFromMicro(more, l.Quantity.Unit())
		a.p.own[l.Product] -= more
		in.Lines = append(in.Lines, item)
		a.p.stocked, a.p.waits = append(a.p.stocked, true), append(a.p.waits, i >= first && a.waiting[i-first])
	}
	if len(in.Lines) == 0 {
		return nil
	}
	plan, err := a.p.plan(ctx, &in)
	if err != nil {
		return err
	}
	return a.hold(ctx, in.Lines, plan)
}

func (a *amendment[R]) hold(ctx context.Context, items []sales.Item, plan []planned) error {
	if err := a.heldBefore(ctx, items, plan); err != nil {
		return err
	}
	var changes []inventory.LevelChange
	var held []sales.LineQuantity
	for i := range items {
		l, _ := a.order.Line(items[i].Line)
		l.Promise = items[i].Promise
		if plan[i].granted.Sign() > 0 {
			n, err := a.reservationsOf(ctx, l.Line)
			if err != nil {
				return err
			}
			change, err := a.s.hold(ctx, a.r, a.scope, a.order, &l, plan[i].key, plan[i].granted, n)
			if err != nil {
				return err
			}
			changes = append(changes, change)
			held = append(held, sales.LineQuantity{Line: l.Line, Quantity: plan[i].granted})
		}
		if plan[i].backorder.Sign() > 0 {
			if err := a.wait(ctx, &l, plan[i]); err != nil {
				return err
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	return errors.Join(a.r.StockLevels().Apply(ctx, changes...), a.order.RecordReserved(held))
}

// wait adds to what a line waits for. It waits for all of it until the day for which
// the line is promised now; among those of one day who waited already keeps the place.
func (a *amendment[R]) wait(ctx context.Context, l *sales.Line, plan planned) error {
	b, err := a.r.Backorders().Get(ctx, a.order.Company(), a.order.LineRef(l.Line))
	switch {
	case errors.Is(err, tandem.ErrNotFound):
		b = inventory.Backorder{Company: a.order.Company(), Line: a.order.LineRef(l.Line), Product: l.Product, Location: plan.key.Location}
	case err != nil:
		return err
	}
	if b.Quantity.Sign() <= 0 {
		b.Asked = a.scope.Now
		b.Quantity = tandem.QuantityFromMicro(0, plan.backorder.Unit())
	}
	b.Promise = l.Promise
	if b.Quantity, err = b.Quantity.Add(plan.backorder); err != nil {
		return err
	}
	return a.r.Backorders().Save(ctx, b)
}

// credit checks an order that has become bigger like a new one: under the policy
// hold it waits for its credit as a whole.
func (a *amendment[R]) credit(ctx context.Context) error {
	after, err := a.open(ctx)
	if err != nil || !a.counted || after.Minor() <= a.before.Minor() {
		return err
	}
	if err := a.account.Amend(a.before.Neg()); err != nil {
		return err
	}
	decision, err := a.account.Place(a.order.Ref(), after, a.scope.Now)
	if err != nil {
		return err
	}
	a.before, a.counted = after, decision.Outcome != credit.Held
	if decision.Outcome != credit.Held {
		return nil
	}
	if a.order.Held() != "" {
		return &credit.ExceededError{Party: a.order.Customer(), Decision: decision}
	}
	return a.order.Hold(creditHold, a.scope.Now)
}
