package ordertocash

import (
	"context"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
)

// Texts of the lines of a credit note by which [Clawback] charges what is kept. They tell
// how much is charged already.
const (
	textKept    = "price of the quantity kept"
	textKeptCut = textKept + ", as far as the credit goes"
)

// keeping is what a customer keeps of an order line, and what it costs him.
type keeping struct {
	micro   int64    // of the base unit: neither cancelled nor credited nor withdrawn
	paid    int64    // for them, at the prices of their deliveries
	charged []charge // on top, by what was kept of earlier credits
}

// charge is what was kept of the credits of a line of an invoice.
type charge struct {
	origin tandem.LineRef
	minor  int64
}

// clawBack keeps of the goods that a note credits what the quantity that the customer
// keeps costs beyond what he paid for it and was charged on top before: where the policy
// is so, once for each order line. No goods are credited below nought by it: what goes
// beyond is kept of the next that come back. What was charged is given back as less is
// kept, so that of goods that all came back nothing is left.
func (t *returning[R]) clawBack(ctx context.Context, c *crediting[R]) error {
	if t.w.s.c.Breaks != Clawback {
		return nil
	}
	goods := len(c.draft.Lines)
	for i := range goods {
		sold := c.soldAs(i)
		if sold.Line == 0 || slices.ContainsFunc(c.draft.Lines[i+1:goods], func(l billing.InvoiceLine) bool {
			return c.soldAs(l.Line-1).Line == sold.Line && c.soldAs(l.Line-1).Document.Same(sold.Document)
		}) {
			continue // it is charged with the last line of the note that credits it
		}
		more, charged, err := t.dearer(ctx, c, sold)
		switch {
		case err != nil:
		case more > 0:
			err = c.charge(ctx, i, goods, more)
		case more < 0:
			err = c.giveBack(ctx, charged, goods, -more)
		}
		if err != nil {
			return err
		}
	}
	if len(c.draft.Lines) > goods && c.draft.Approval.IsZero() { // the company's policy is the approval
		c.draft.Approval, c.byPolicy = billing.Approval{Actor: t.w.scope.Actor.ID, Reason: textKept}, true
	}
	return nil
}

// charge keeps an amount of the goods that the i-th line credits, as far as they go.
func (c *crediting[R]) charge(ctx context.Context, i, goods int, more int64) error {
	text := textKept
	room, err := c.credits(c.of[i], c.draft.Lines[i].TaxCode, c.goodsPoint(i), goods)
	if err != nil {
		return err
	}
	if room = max(room, 0); room < more {
		more, text = room, textKeptCut
	}
	return c.addKept(ctx, c.draft.Lines[i].Origin, text, -more)
}

// giveBack credits an amount of what was charged, with the lines of the invoices that it
// was charged with, as far as they have it left.
func (c *crediting[R]) giveBack(ctx context.Context, charged []charge, goods int, less int64) error {
	for _, was := range charged {
		of, err := c.original(ctx, billing.InvoiceIDOf(was.origin.Document))
		if err != nil {
			return err
		}
		left, err := c.left(of, was.origin.Line, goods)
		if err != nil {
			return err
		}
		part := min(less, max(was.minor, 0), left)
		if err := c.addKept(ctx, was.origin, textKept, part); err != nil {
			return err
		}
		less -= part
	}
	return nil
}

func (c *crediting[R]) addKept(ctx context.Context, origin tandem.LineRef, text string, minor int64) error {
	if minor == 0 {
		return nil
	}
	return c.addWithoutGoods(ctx, &CreditLine{Invoice: billing.InvoiceIDOf(origin.Document), Line: origin.Line, Text: text,
		Net: tandem.MoneyFromMinor(minor, c.draft.Currency)})
}

// soldAs gives the order line of the goods that a line of the note credits.
func (c *crediting[R]) soldAs(i int) tandem.LineRef {
	return c.of[i].LineAt(c.draft.Lines[i].Origin.Line - 1).Order
}

// dearer gives what is to be charged for what is kept of an order line, negative for what
// is given back of what was charged. Locked prices stay, as [repricing] leaves them, and
// the prices of different days of delivery.
func (t *returning[R]) dearer(ctx context.Context, c *crediting[R], sold tandem.LineRef) (more int64, charged []charge, err error) {
	order, err := t.order(ctx, sold.Document)
	if err != nil {
		return 0, nil, err
	}
	l, found := order.Line(sold.Line)
	if !found || l.Repriced && order.Pricing().On == sales.PricedOnDelivery {
		return 0, nil, nil
	}
	a := t.w.s.repricing(t.w.r, t.w.scope, order)
	if locked, err := a.locked(ctx, &l); err != nil || locked {
		return 0, nil, err
	}
	k, err := t.keeping(ctx, c, order, &l)
	if err != nil {
		return 0, nil, err
	}
	for i := range k.charged {
		more -= k.charged[i].minor
	}
	if k.micro <= 0 {
		return more, k.charged, nil
	}
	a.kept = tandem.QuantityFromMicro(k.micro, l.Quantity.Unit())
	due, priced, err := a.due(ctx, &l)
	if err != nil || !priced {
		return 0, nil, err
	}
	return more + max(due.Minor()-k.paid, 0), k.charged, nil
}

// due gives the list's price of what is kept of a line, if there is one.
func (a *repricing[R]) due(ctx context.Context, l *sales.Line) (due tandem.Money, priced bool, err error) {
	if err := a.asks(ctx, []sales.Line{*l}); err != nil {
		return due, false, err
	}
	asked, err := a.priced(ctx, &a.p.books[0])
	if err != nil || asked == nil {
		return due, false, err
	}
	line := &a.p.result.Lines[0]
	return line.Extended, !consumes(&a.p.result, line.Line), nil
}

// keeping gives what is kept of an order line after the note: of all that was ordered and
// not cancelled what no note credited and what did not come back before its invoice.
func (t *returning[R]) keeping(ctx context.Context, c *crediting[R], order *sales.Order, l *sales.Line) (keeping, error) {
	k := keeping{micro: l.Quantity.Micro() - l.Cancelled.Micro(), paid: l.Net.Minor() - l.NetCancelled.Minor()}
	if err := t.withdrawn(ctx, order, l.Line, &k); err != nil {
		return k, err
	}
	invoices, err := t.invoicesOf(ctx, order.Ref())
	if err != nil {
		return k, err
	}
	of := func(origin tandem.LineRef) bool {
		for _, i := range invoices {
			if i.Ref().Same(origin.Document) && origin.Line >= 1 && origin.Line <= i.LineCount() {
				sold := i.LineAt(origin.Line - 1).Order
				return sold.Line == l.Line && sold.Document.Same(order.Ref())
			}
		}
		return false
	}
	for i := range c.draft.Lines {
		k.add(&c.draft.Lines[i], of)
	}
	notes := billing.InvoiceQuery{Company: order.Company(), Customer: order.Customer(), Type: billing.CreditNote, Dates: tandem.Validity{From: order.Date()}}
	for note, err := range t.w.r.CustomerInvoices().Find(ctx, notes) {
		if err != nil {
			return k, err
		}
		for i := range note.LineCount() {
			line := note.LineAt(i)
			k.add(&line, of)
		}
	}
	return k, nil
}

// add adds a line of a credit note, if it is of the order line.
func (k *keeping) add(l *billing.InvoiceLine, of func(tandem.LineRef) bool) {
	switch {
	case !l.Delivery.IsZero():
		if of(l.Origin) {
			k.micro, k.paid = k.micro-l.Quantity.Micro(), k.paid-l.Net.Minor()
		}
	case !l.Discount && !l.Allowance && strings.HasPrefix(l.Text, textKept):
		if of(l.Origin) {
			k.charge(l.Origin, -l.Net.Minor())
		}
	}
}

func (k *keeping) charge(origin tandem.LineRef, minor int64) {
	for i := range k.charged {
		if was := &k.charged[i]; was.origin.Line == origin.Line && was.origin.Document.Same(origin.Document) {
			was.minor += minor
			return
		}
	}
	k.charged = append(k.charged, charge{origin, minor})
}

// withdrawn takes off what came back of an order line before its invoice; what this
// command withdraws is not saved yet.
func (t *returning[R]) withdrawn(ctx context.Context, order *sales.Order, line int, k *keeping) error {
	take := func(d *delivery.Delivery) {
		for _, w := range d.Withdrawn() {
			if d.LineAt(w.Line-1).OrderLine == line {
				k.micro, k.paid = k.micro-w.Quantity.Micro(), k.paid-w.Net.Minor()
			}
		}
	}
	for _, d := range t.deliveries {
		if d.Order().Same(order.Ref()) {
			take(d)
		}
	}
	for d, err := range t.w.r.Deliveries().Find(ctx, delivery.Query{Company: order.Company(), Order: order.ID(), Withdrawn: true}) {
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(t.deliveries, func(o *delivery.Delivery) bool { return o.ID() == d.ID() }) {
			take(d)
		}
	}
	return nil
}

// credits gives what the note credits so far of an invoice's tax code and tax point: the
// goods, which are its first lines, less the early discount and the allowances that are
// given up with them, and what is kept of them or given back.
func (c *crediting[R]) credits(of *billing.Invoice, code tandem.TaxCode, point, goods int) (int64, error) {
	credited, named, kept := int64(0), int64(0), int64(0)
	for n := range c.draft.Lines {
		l := &c.draft.Lines[n]
		if c.of[n] != of || l.TaxCode != code || c.goodsPoint(n) != point {
			continue
		}
		if n >= goods {
			kept += l.Net.Minor()
			continue
		}
		allowed, err := of.AllowanceOn(l.Origin.Line, l.Net)
		if err != nil {
			return 0, err
		}
		credited, named = credited+l.Net.Minor(), named+allowed.Minor()
	}
	var buffer [4]int
	if at := of.TaxLinesOf(buffer[:0], code, point); len(at) > 0 {
		discount, allowance, err := of.GivenUp(at[0], tandem.MoneyFromMinor(credited, c.draft.Currency), tandem.MoneyFromMinor(named, c.draft.Currency))
		if err != nil {
			return 0, err
		}
		credited -= discount.Minor() + allowance.Minor()
	}
	return credited + kept, nil
}

// left gives what the note can still credit of the tax code and tax point of an invoice's
// line: what was allowed on a charge meanwhile is not given back.
func (c *crediting[R]) left(of *billing.Invoice, line, goods int) (int64, error) {
	if line > of.LineCount() {
		return 0, nil
	}
	l := of.LineAt(line - 1)
	credited, err := c.credits(of, l.TaxCode, l.Point, goods)
	if err != nil {
		return 0, err
	}
	var buffer [4]int
	for _, at := range of.TaxLinesOf(buffer[:0], l.TaxCode, l.Point) {
		rest, _ := of.CreditableOf(at)
		credited -= rest.Net.Minor()
	}
	return max(-credited, 0), nil
}
