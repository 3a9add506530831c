package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// CancelOrder cancels a whole order of which nothing is shipped.
type CancelOrder struct {
	work.Header
	Order  sales.OrderID `json:"order"`
	Reason string        `json:"reason"`
}

// CommandName is stable.
func (CancelOrder) CommandName() string { return "ordertocash.cancel_order" }

// Access is what the authoriser is asked.
func (c CancelOrder) Access() work.Access { return orderAccess(c.Order) }

// AppendJSON writes the business fields.
func (c CancelOrder) AppendJSON(dst []byte) []byte { return appendReasoned(dst, c.Order, c.Reason) }

func (c CancelOrder) reads(n *reads) { n.order(c.Order) }

func orderAccess(id sales.OrderID) work.Access {
	return work.Access{Resource: tandem.RefTo(sales.KindOrder, id, "")}
}

func appendReasoned(dst []byte, order sales.OrderID, reason string) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", order)
	o.String("reason", reason)
	return o.Close()
}

// LineQuantity is a quantity of a line, in the product's base unit.
type LineQuantity struct {
	Line     int             `json:"line"`
	Quantity tandem.Quantity `json:"quantity"`
}

func appendLineQuantities(o *jsonw.Writer, lines []LineQuantity) {
	if lines == nil {
		o.Null("lines")
		return
	}
	o.BeginArray("lines")
	for i := range lines {
		l := &lines[i]
		o.Item().BeginObject()
		o.Int("line", int64(l.Line))
		jsonw.Text(o, "quantity", l.Quantity)
		o.EndObject()
	}
	o.EndArray()
}

// CancelLines cancels quantities of an order that are not shipped.
type CancelLines struct {
	work.Header
	Order  sales.OrderID  `json:"order"`
	Lines  []LineQuantity `json:"lines"`
	Reason string         `json:"reason"`
}

// CommandName is stable.
func (CancelLines) CommandName() string { return "ordertocash.cancel_lines" }

// Access is what the authoriser is asked.
func (c CancelLines) Access() work.Access { return orderAccess(c.Order) }

func (c CancelLines) reads(n *reads) { n.order(c.Order) }

// parts adds the products of which parts of a piece are named.
func (c CancelLines) parts(n *reads, order *sales.Order) {
	for _, q := range c.Lines {
		if l, found := order.Line(q.Line); found && q.Quantity.Micro()%1_000_000 != 0 {
			n.product(l.Product)
		}
	}
}

// AppendJSON writes the business fields.
func (c CancelLines) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", c.Order)
	appendLineQuantities(&o, c.Lines)
	o.String("reason", c.Reason)
	return o.Close()
}

func (c CancelLines) numbers() []int {
	out := make([]int, len(c.Lines))
	for i := range c.Lines {
		out[i] = c.Lines[i].Line
	}
	return out
}

// ShortCloseOrder gives up what is still open of an order that was shipped in part.
type ShortCloseOrder struct {
	work.Header
	Order  sales.OrderID `json:"order"`
	Reason string        `json:"reason"`
}

// CommandName is stable.
func (ShortCloseOrder) CommandName() string { return "ordertocash.short_close_order" }

// Access is what the authoriser is asked.
func (c ShortCloseOrder) Access() work.Access { return orderAccess(c.Order) }

func (c ShortCloseOrder) reads(n *reads) { n.order(c.Order) }

// AppendJSON writes the business fields.
func (c ShortCloseOrder) AppendJSON(dst []byte) []byte { return appendReasoned(dst, c.Order, c.Reason) }

// Changed is the result of a command that changed an order.
type Changed struct {
	Order   sales.OrderID     `json:"order"`
	Status  sales.OrderStatus `json:"status"`
	Hold    string            `json:"hold,omitempty"` // why it must not be shipped
	Version int               `json:"version"`
	Net     tandem.Money      `json:"net"` // without what is cancelled
}

// AppendJSON writes the result.
func (p Changed) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", p.Order)
	o.String("status", string(p.Status))
	o.StringOmit("hold", p.Hold)
	o.Int("version", int64(p.Version))
	jsonw.Text(&o, "net", p.Net)
	return o.Close()
}

func changed(order *sales.Order) Changed {
	return Changed{Order: order.ID(), Status: order.Status(), Hold: order.Held(), Version: order.Version(), Net: order.Net()}
}

// Cancel cancels an order before dispatch: its reservations go back to the stock,
// nothing of it waits any more, and the customer's credit is free of it. Of a
// replacement the return is open again: it is replaced anew or credited. Refused:
// an order of which something is shipped (cancel lines, or short-close it), no reason.
func (s *Service[R]) Cancel(ctx context.Context, cmd CancelOrder) (Changed, error) {
	return s.cancel(ctx, cmd, cmd.Order, cmd.Reason, nil, func(_ context.Context, _ R, order *sales.Order, at tandem.Instant) ([]sales.LineQuantity, error) {
		return order.Cancel(cmd.Reason, at)
	})
}

// CancelLines cancels quantities before dispatch; what is reserved beyond what is
// then open goes back to the stock. When nothing is left the order is cancelled. Under the
// policies reprice_open and clawback what is left of a line below a break is priced at its
// own quantity.
func (s *Service[R]) CancelLines(ctx context.Context, cmd CancelLines) (Changed, error) {
	return s.cancel(ctx, cmd, cmd.Order, cmd.Reason, cmd.parts, func(ctx context.Context, r R, order *sales.Order, at tandem.Instant) ([]sales.LineQuantity, error) {
		if err := s.askedOf(ctx, r, order, len(cmd.Lines), func(i int) (int, tandem.Quantity) { return cmd.Lines[i].Line, cmd.Lines[i].Quantity },
			"cancel lines", "cancel_lines", "over_cancel"); err != nil {
			return nil, err
		}
		lines := make([]sales.LineQuantity, len(cmd.Lines))
		for i, l := range cmd.Lines {
			lines[i] = sales.LineQuantity{Line: l.Line, Quantity: l.Quantity}
		}
		return order.CancelLines(lines, cmd.Reason, at)
	})
}

// ShortClose ends an order that was shipped in part: the rest will not be
// delivered. Refused: an order of which nothing is shipped (cancel it), or nothing
// is open.
func (s *Service[R]) ShortClose(ctx context.Context, cmd ShortCloseOrder) (Changed, error) {
	return s.cancel(ctx, cmd, cmd.Order, cmd.Reason, nil, func(_ context.Context, _ R, order *sales.Order, at tandem.Instant) ([]sales.LineQuantity, error) {
		return order.ShortClose(cmd.Reason, at)
	})
}

func (s *Service[R]) cancel(ctx context.Context, cmd command, id sales.OrderID, reason string, more func(*reads, *sales.Order),
	apply func(context.Context, R, *sales.Order, tandem.Instant) ([]sales.LineQuantity, error)) (Changed, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Changed, error) {
		c, err := s.change(ctx, r, scope, id, more)
		if err != nil {
			return Changed{}, err
		}
		released, err := apply(ctx, r, c.order, scope.Now)
		if err != nil {
			return Changed{}, err
		}
		if err := c.release(ctx, released, reason); err != nil {
			return Changed{}, err
		}
		if cut, ok := cmd.(CancelLines); ok {
			if err := s.belowBreak(ctx, r, scope, c.order, cut.numbers()); err != nil {
				return Changed{}, err
			}
		}
		if err := c.reopen(ctx); err != nil {
			return Changed{}, err
		}
		return changed(c.order), c.settle(ctx)
	})
}
