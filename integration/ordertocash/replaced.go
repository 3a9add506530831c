package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/posting"
)

// replacedBy gives the return and its line that a line of an order replaces; none of a
// line that is no replacement.
func replacedBy(l *sales.Line) (id returns.ID, line int) {
	if l.PriceRef.Rule != ruleReplacement {
		return id, 0
	}
	id, err := tandem.ParseID[returns.ID](l.PriceRef.Book)
	if err != nil { // it was ordered before the return was kept with it
		return returns.ID{}, 0
	}
	return id, int(l.PriceRef.Version)
}

// reopen opens the return again whose replacement is an order that was cancelled.
func (c *change[R]) reopen(ctx context.Context) error {
	if c.order.Status() != sales.OrderStatusCancelled {
		return nil
	}
	first := c.order.LineAt(0)
	id, _ := replacedBy(&first)
	if id.IsZero() {
		return nil
	}
	ret, err := c.r.SalesReturns().Get(ctx, c.order.Company(), id)
	if err != nil {
		return err
	}
	if err := ret.Reopen(c.order.Ref(), c.scope.Now); err != nil {
		return err
	}
	c.scope.Emit(ret.Drain())
	return c.r.SalesReturns().Save(ctx, ret)
}

// soldLine is a delivered line for which the customer pays.
type soldLine struct {
	order    *sales.Order
	delivery *delivery.Delivery
	line     delivery.Line
	invoice  tandem.DocumentRef // that a return named
	replaced bool               // something else was delivered in its place
}

// sold gives what was sold with a delivered line: itself, or what it replaces, if need
// be over several exchanges. An exchange is no sale (IFRS 15.B26).
func (t *returning[R]) sold(ctx context.Context, d *delivery.Delivery, line int) (soldLine, error) {
	out := soldLine{delivery: d, line: d.LineAt(line - 1)}
	for {
		var err error
		if out.order, err = t.order(ctx, out.delivery.Order()); err != nil {
			return out, err
		}
		l, _ := out.order.Line(out.line.OrderLine)
		before, _, err := t.replacedLine(ctx, &l)
		if err != nil || before.Line == 0 {
			return out, err
		}
		if out.delivery, err = t.delivery(ctx, tandem.IDFromBytes[delivery.ID](before.Delivery.Document.ID.Bytes())); err != nil {
			return out, err
		}
		out.line, out.invoice, out.replaced = out.delivery.LineAt(before.Delivery.Line-1), before.Invoice, true
	}
}

// replacedLine gives the line of the return that a line of an order replaces.
func (t *returning[R]) replacedLine(ctx context.Context, l *sales.Line) (line returns.Line, found bool, err error) {
	id, n := replacedBy(l)
	if id.IsZero() {
		return line, false, nil
	}
	ret, err := t.w.r.SalesReturns().Get(ctx, t.w.s.company(), id)
	if err != nil || n < 1 || n > ret.NumLines() {
		return line, false, err
	}
	return ret.LineAt(n - 1), true, nil
}

// paid gives what was paid for a quantity of a line that comes back, which the delivery
// says of what was sold; of a replacement it is the part of what was paid for the goods
// that it replaces, so that all of it takes all.
func (t *returning[R]) paid(ctx context.Context, l *sales.Line, back *delivery.ReturnedLine) error {
	before, found, err := t.replacedLine(ctx, l)
	if err != nil || !found {
		return err
	}
	whole := before.Received.Micro()
	until := func(micro int64) (tandem.Money, error) {
		micro = min(micro, whole)
		return tandem.Part(before.Net, micro, whole-micro)
	}
	was, err := until(l.Returned.Micro())
	if err != nil {
		return err
	}
	now, err := until(l.Returned.Micro() + back.Quantity.Micro())
	if err != nil {
		return err
	}
	back.Net, err = now.Sub(was)
	return err
}

// withdrawReplacement takes of a replacement that came back what is not invoiced yet, at
// no charge, out of what is to be invoiced.
func (t *returning[R]) withdrawReplacement(order *sales.Order, d *delivery.Delivery, shipped *delivery.Line, q tandem.Quantity) error {
	open := min(shipped.Quantity.Micro()-shipped.Invoiced.Micro(), q.Micro())
	if open <= 0 {
		return nil
	}
	parts, err := d.Withdraw([]sales.LineQuantity{{Line: shipped.Line, Quantity: tandem.QuantityFromMicro(open, q.Unit())}}, t.w.date)
	if err != nil {
		return err
	}
	return order.RecordInvoiced(parts)
}

// reopened gives the number of entries by which [returning.oweAgain] books.
func reopened(ret *returns.Return) int {
	for i := range ret.NumLines() {
		if l := ret.LineAt(i); ret.Credits(i) && l.Remedy == returns.RemedyReplace && !l.Net.IsZero() {
			return 1
		}
	}
	return 0
}

// oweAgain makes a refund liability of what was to be replaced and is credited instead:
// the inspection had ended it.
func (t *returning[R]) oweAgain(ctx context.Context) error {
	owed := t.zero()
	for i := range t.ret.NumLines() {
		if l := t.ret.LineAt(i); t.ret.Credits(i) && l.Remedy == returns.RemedyReplace {
			var err error
			if owed, err = owed.Add(l.Net); err != nil {
				return err
			}
		}
	}
	if owed.IsZero() {
		return nil
	}
	return t.w.write(ctx, t.ret.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return t.w.s.books.TakeBack(h, posting.ReturnedGoods{Customer: t.ret.Customer(), Refund: owed})
	})
}
