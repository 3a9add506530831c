package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// creditHold is the reason of a hold by the credit check. The amount of an order
// that is held for it counts against the limit only once it is released.
const creditHold = "credit limit exceeded"

// HoldOrder forbids to ship an order until it is released.
type HoldOrder struct {
	work.Header
	Order  sales.OrderID `json:"order"`
	Reason string        `json:"reason"`
}

// CommandName is stable.
func (HoldOrder) CommandName() string { return "ordertocash.hold_order" }

// Access is what the authoriser is asked.
func (c HoldOrder) Access() work.Access { return orderAccess(c.Order) }

// AppendJSON writes the business fields.
func (c HoldOrder) AppendJSON(dst []byte) []byte { return appendReasoned(dst, c.Order, c.Reason) }

func (c HoldOrder) reads(n *reads) { n.order(c.Order) }

// Hold forbids to ship an order; what it reserved and its place in the credit
// stay. Refused: an order that is held already or has nothing open, and the
// reason of the credit check, which is its own.
func (s *Service[R]) Hold(ctx context.Context, cmd HoldOrder) (Changed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Changed, error) {
		order, err := r.SalesOrders().Get(ctx, s.company(), cmd.Order)
		if err != nil {
			return Changed{}, err
		}
		if cmd.Reason == creditHold {
			return Changed{}, refuse("hold", order, "reason_reserved", "is the reason of the credit check")
		}
		if err := order.Hold(cmd.Reason, scope.Now); err != nil {
			return Changed{}, err
		}
		scope.Emit(order.Drain())
		return changed(order), r.SalesOrders().Save(ctx, order)
	})
}

// ReleaseOrder allows to ship a held order. An order that waits for its credit
// counts against the limit from now on, whatever the limit says.
type ReleaseOrder struct {
	work.Header
	Order    sales.OrderID    `json:"order"`
	Approval billing.Approval `json:"approval"` // who allows it, and why
}

// CommandName is stable.
func (ReleaseOrder) CommandName() string { return "ordertocash.release_order" }

// Access is what the authoriser is asked.
func (c ReleaseOrder) Access() work.Access { return orderAccess(c.Order) }

// AppendJSON writes the business fields.
func (c ReleaseOrder) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", c.Order)
	appendApproval(&o, c.Approval)
	return o.Close()
}

func (c ReleaseOrder) reads(n *reads) { n.order(c.Order) }

func appendApproval(o *jsonw.Writer, a billing.Approval) {
	o.BeginObject("approval")
	o.String("actor", a.Actor)
	o.String("reason", a.Reason)
	o.EndObject()
}

// ReleaseHold releases a held order. The authoriser is asked about the amount
// (`ordertocash.approve_credit`) where it waited for its credit. Refused: no
// approval, an order that is not held.
func (s *Service[R]) ReleaseHold(ctx context.Context, cmd ReleaseOrder) (Changed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Changed, error) {
		c, err := s.change(ctx, r, scope, cmd.Order, nil)
		if err != nil {
			return Changed{}, err
		}
		if err := cmd.Approval.Validate(); err != nil {
			return Changed{}, err
		}
		if err := c.order.ReleaseHold(cmd.Approval.Reason, scope.Now); err != nil {
			return Changed{}, err
		}
		if !c.counted {
			if err := s.approve(scope, "ordertocash.approve_credit", c.order.Customer(), c.order.Ref(), c.before); err != nil {
				return Changed{}, err
			}
			if err := c.account.Release(c.order.Ref(), c.before, cmd.Approval, scope.Now); err != nil {
				return Changed{}, err
			}
		}
		return changed(c.order), c.save(ctx)
	})
}

// approve asks the authoriser about something that has an amount.
func (s *Service[R]) approve(scope *work.Scope, action string, customer tandem.PartyID, about tandem.DocumentRef, amount tandem.Money) error {
	return scope.Authorize(work.Access{Action: action, Party: customer, Resource: about, Amount: amount})
}

// apply amends the order. To a customer to whom nothing is sold nothing more is sold, but
// an order can be made smaller: no line grows, none is added, and its amount does not rise.
func (a *amendment[R]) apply(cmd *AmendOrder, diff sales.Amendment) ([]sales.LineQuantity, error) {
	refused, before := a.p.customer.mayOrder(), a.order.Net()
	if refused == nil {
		return a.order.Amend(diff, a.scope.Now)
	}
	if len(cmd.Add) > 0 {
		return nil, refused
	}
	for i := range cmd.Change {
		c := &cmd.Change[i]
		if l, found := a.order.Line(c.Line); found && !c.Quantity.IsNone() && c.Quantity.Micro() > l.Ordered.Micro() {
			return nil, refused
		}
	}
	released, err := a.order.Amend(diff, a.scope.Now)
	if err == nil && a.order.Net().Minor() > before.Minor() {
		err = refused
	}
	return released, err
}
