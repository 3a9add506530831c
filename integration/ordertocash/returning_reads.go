package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
)

// sources reads what the lines of the return come from, which it names, and what
// moves with them.
func (t *returning[R]) sources(ctx context.Context) error {
	n := t.w.s.reads(t.w.r)
	if !n.on {
		return nil
	}
	for i := range t.ret.NumLines() {
		l := t.ret.LineAt(i)
		n.delivery(tandem.IDFromBytes[delivery.ID](l.Delivery.Document.ID.Bytes()))
		n.order(tandem.IDFromBytes[sales.OrderID](l.Order.Document.ID.Bytes()))
		n.product(l.Product)
		n.pool(l.Product)
	}
	n.account(t.ret.Customer())
	if err := t.w.s.fetch(ctx, t.w.r, &n); err != nil {
		return err
	}
	for i := range t.ret.NumLines() {
		t.replacements(ctx, &n, t.ret.LineAt(i).Order.Document)
	}
	return t.w.s.fetch(ctx, t.w.r, &n)
}

// replacements adds the returns that lines of an order replace. What it reads of the
// order is not what the steps change and save.
func (t *returning[R]) replacements(ctx context.Context, n *reads, ref tandem.DocumentRef) {
	order, err := t.w.r.SalesOrders().Get(ctx, t.w.s.company(), tandem.IDFromBytes[sales.OrderID](ref.ID.Bytes()))
	for i := 0; err == nil && i < order.NumLines(); i++ {
		l := order.LineAt(i)
		id, _ := replacedBy(&l)
		n.ret(id)
	}
}

// comeFrom reads what is asked of goods that come back: the products of parts of a
// piece, and where they are credited at once, their orders.
func (t *returning[R]) comeFrom(ctx context.Context, lines []ReturnedLine) error {
	n := t.w.s.reads(t.w.r)
	if !n.on {
		return nil
	}
	for i := range lines {
		d, err := t.w.r.Deliveries().Get(ctx, t.w.s.company(), lines[i].Delivery)
		if err != nil {
			continue // told where it is used
		}
		if t.atOnce {
			n.order(tandem.IDFromBytes[sales.OrderID](d.Order().ID.Bytes()))
		}
		if at := lines[i].Line; at >= 1 && at <= d.NumLines() && lines[i].Quantity.Micro()%1_000_000 != 0 {
			n.product(d.LineAt(at - 1).Product)
		}
	}
	if err := t.w.s.fetch(ctx, t.w.r, &n); err != nil || !t.atOnce {
		return err
	}
	for i := range lines {
		if d, err := t.w.r.Deliveries().Get(ctx, t.w.s.company(), lines[i].Delivery); err == nil {
			t.replacements(ctx, &n, d.Order())
		}
	}
	return t.w.s.fetch(ctx, t.w.r, &n)
}

// goodsBehind adds what is read behind the numbers of goods that come back.
func (t *returning[R]) goodsBehind(order *sales.Order, l *delivery.Line, scrap bool) {
	n := &t.w.behind
	if !n.on {
		return
	}
	n.pool(l.Product)
	n.level(t.waiting(order), l.Product)
	if !scrap {
		n.level(order.Warehouse(), l.Product)
	}
}

// invoicesBehind adds the invoice that a line is credited of, or where it is looked for.
func (t *returning[R]) invoicesBehind(invoiced bool, named, order tandem.DocumentRef) {
	switch n := &t.w.behind; {
	case !invoiced || !n.on:
	case billing.InvoiceIDOf(named).IsZero():
		n.query(invoicesOfOrder(t.w.s.company(), order))
	default:
		n.invoice(billing.InvoiceIDOf(named))
	}
}

// movesBehind adds what is read of the moves behind the numbers that are drawn next.
func (t *returning[R]) movesBehind() {
	if len(t.w.numbers) == 0 {
		t.moving(&t.w.behind)
	}
}

func (t *returning[R]) moving(n *reads) {
	n.levels(t.changes)
	for i := range t.changes {
		n.late(t.changes[i].Key, t.w.s.moved(t.w.date, t.w.scope.Now), t.w.scope.Now)
	}
}

// creditBehind adds what is read of a credit behind its numbers.
func (t *returning[R]) creditBehind(c *crediting[R], allowances []CreditLine) {
	n := &t.w.behind
	if !n.on {
		return
	}
	n.customer(c.draft.Customer)
	for i := range allowances {
		n.invoice(allowances[i].Invoice)
	}
	for _, o := range t.orders {
		n.taxes(o)
	}
}

// invoicesOfOrder is the query of the invoices of an order.
func invoicesOfOrder(company tandem.CompanyID, order tandem.DocumentRef) billing.InvoiceQuery {
	return billing.InvoiceQuery{Company: company, Type: billing.CommercialInvoice, Order: order}
}
