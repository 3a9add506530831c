package ordertocash

import (
	"context"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/posting"
)

// settlement says how a returned line is credited: with a credit note for its
// invoice line, or, where it came back before its invoice, by not invoicing it.
type settlement struct {
	line     int // of the return, from nought
	invoiced bool
}

// settlements sorts the lines that are to be credited. quantity gives what is
// credited of a line, nought for nothing.
func (t *returning[R]) settlements(ctx context.Context, quantity func(i int) tandem.Quantity) (out []settlement, notes, unbilled bool, err error) {
	for i := range t.ret.NumLines() {
		q := quantity(i)
		if q.Sign() <= 0 {
			continue
		}
		_, d, shipped, err := t.source(ctx, i)
		if err != nil {
			return nil, false, false, err
		}
		of, err := t.sold(ctx, d, shipped.Line)
		if err != nil {
			return nil, false, false, err
		}
		one, err := t.settlement(i, q, &of.line)
		if err != nil {
			return nil, false, false, err
		}
		out = append(out, one)
		notes, unbilled = notes || one.invoiced, unbilled || !one.invoiced
	}
	return out, notes, unbilled, nil
}

// settlement tells how a quantity of a delivered line is credited.
func (t *returning[R]) settlement(i int, q tandem.Quantity, shipped *delivery.Line) (settlement, error) {
	open := shipped.Quantity.Micro() - shipped.Invoiced.Micro()
	if open > 0 && q.Micro() > open {
		return settlement{}, &tandem.RefusedError{Command: "credit", Subject: "delivery line " + strconv.Itoa(shipped.Line), Code: "partly_invoiced",
			Reason: "a part of the delivered line is invoiced: return what is and what is not apart"}
	}
	return settlement{i, open == 0}, nil
}

// credit settles the lines whose remedy is credit; notes says that the number of a
// credit note is drawn, since one of them is invoiced.
func (t *returning[R]) credit(ctx context.Context, c *crediting[R], lines []settlement, notes bool, allowances []CreditLine) (Credited, error) {
	zero := t.zero()
	out := Credited{Net: zero, Tax: zero, Gross: zero, Applied: zero, Unapplied: zero, Unbilled: zero}
	err := t.oweAgain(ctx)
	if err != nil {
		return out, err
	}
	if out.Unbilled, err = t.unbill(ctx, c.account, lines); err != nil {
		return out, err
	}
	if !notes && len(allowances) > 0 {
		return out, refuseReturn("credit", t.ret.ID(), "not_invoiced", "nothing of it is invoiced: there is no credit note for an allowance")
	}
	document := t.ret.LineAt(0).Order.Document
	if notes {
		for _, s := range lines {
			if s.invoiced {
				if err := t.creditLine(ctx, c, s.line); err != nil {
					return out, err
				}
			}
		}
		if err := t.clawBack(ctx, c); err != nil {
			return out, err
		}
		for _, l := range allowances {
			if l.Invoice.IsZero() { // it changes the price of what came back
				if len(c.originals) != 1 {
					return out, refuseReturn("credit", t.ret.ID(), "invoice_missing", "several invoices are credited: an allowance must name the one that it is for")
				}
				l.Invoice = c.originals[0].ID()
			}
			if err := c.addWithoutGoods(ctx, &l); err != nil {
				return out, err
			}
		}
		c.draft.Basis = billing.CreditGoods
		unbilled := out.Unbilled
		if out, err = c.finish(ctx, t.country()); err != nil {
			return out, err
		}
		out.Unbilled = unbilled
		document = tandem.RefTo(billing.InvoiceKind, out.CreditNote, out.Number)
	}
	if err := t.ret.Credit(document, t.w.date, t.w.scope.Now); err != nil {
		return out, err
	}
	out.Return = t.ret.Ref().Number
	return out, t.close()
}

// country gives that of the delivery address, if the orders agree.
func (t *returning[R]) country() (country tandem.Country) {
	for i, o := range t.orders {
		if i > 0 && o.ShipToCountry() != country {
			return ""
		}
		country = o.ShipToCountry()
	}
	return country
}

// creditLine adds a line to the credit note: what was received, at the price of
// its invoice line.
func (t *returning[R]) creditLine(ctx context.Context, c *crediting[R], i int) error {
	l := t.ret.LineAt(i)
	invoice, origin, err := t.invoiceLine(ctx, c, &l)
	if err != nil {
		return err
	}
	c.add(billing.InvoiceLine{Order: l.Order, Delivery: t.ret.LineRef(l.Line), Origin: tandem.LineRef{Document: invoice.Ref(), Line: origin.Line},
		Product: l.Product, Text: origin.Text, Quantity: l.Received, Price: origin.Price, Net: l.Net, TaxCode: origin.TaxCode}, invoice, l.Net)
	return nil
}

// invoiceLine finds the invoice line of a returned line, or of what it replaces: in the
// invoice that the return names, or in those of the order.
func (t *returning[R]) invoiceLine(ctx context.Context, c *crediting[R], l *returns.Line) (*billing.Invoice, billing.InvoiceLine, error) {
	d, err := t.delivery(ctx, tandem.IDFromBytes[delivery.ID](l.Delivery.Document.ID.Bytes()))
	if err != nil {
		return nil, billing.InvoiceLine{}, err
	}
	of, err := t.sold(ctx, d, l.Delivery.Line)
	if err != nil {
		return nil, billing.InvoiceLine{}, err
	}
	sold := of.delivery.LineRef(of.line.Line)
	named := l.Invoice
	if named.IsZero() {
		named = of.invoice
	}
	var candidates []*billing.Invoice
	if id := billing.InvoiceIDOf(named); !id.IsZero() {
		invoice, err := c.original(ctx, id)
		if err != nil {
			return nil, billing.InvoiceLine{}, err
		}
		candidates = append(candidates, invoice)
	} else {
		if candidates, err = t.invoicesOf(ctx, of.delivery.Order()); err != nil {
			return nil, billing.InvoiceLine{}, err
		}
	}
	for _, candidate := range candidates {
		for n := range candidate.LineCount() {
			line := candidate.LineAt(n)
			if line.Delivery.Line == sold.Line && line.Delivery.Document.Same(sold.Document) && candidate.Type() == billing.CommercialInvoice {
				invoice, err := c.original(ctx, candidate.ID())
				return invoice, line, err
			}
		}
	}
	return nil, billing.InvoiceLine{}, refuseReturn("credit", t.ret.ID(), "no_invoice", "no invoice has the delivered line")
}

// invoicesOf gives the invoices of an order.
func (t *returning[R]) invoicesOf(ctx context.Context, order tandem.DocumentRef) ([]*billing.Invoice, error) {
	id := tandem.IDFromBytes[sales.OrderID](order.ID.Bytes())
	for _, done := range t.searched {
		if done == id {
			return t.invoices, nil
		}
	}
	t.searched = append(t.searched, id)
	for invoice, err := range t.w.r.CustomerInvoices().Find(ctx, invoicesOfOrder(t.w.s.company(), order)) {
		if err != nil {
			return nil, err
		}
		t.invoices = append(t.invoices, invoice)
	}
	return t.invoices, nil
}

// unbill takes goods that came back before their invoice out of what is to be
// invoiced: they count as invoiced, and the customer owes them no more.
func (t *returning[R]) unbill(ctx context.Context, account *credit.Account, lines []settlement) (tandem.Money, error) {
	sum, liability := t.zero(), t.zero()
	for _, s := range lines {
		l := t.ret.LineAt(s.line)
		order, d, shipped, err := t.source(ctx, s.line)
		if err != nil {
			return sum, err
		}
		of, err := t.sold(ctx, d, shipped.Line)
		if err != nil {
			return sum, err
		}
		if of.replaced {
			if err := t.withdrawReplacement(order, d, &shipped, l.Received); err != nil {
				return sum, err
			}
		}
		if s.invoiced {
			continue
		}
		parts, err := of.delivery.Withdraw([]sales.LineQuantity{{Line: of.line.Line, Quantity: l.Received}}, t.w.date)
		if err != nil {
			return sum, err
		}
		if err := of.order.RecordInvoiced(parts); err != nil {
			return sum, err
		}
		if err := t.takeBack(ctx, account, of.order, &of.line, parts[0].Net); err != nil {
			return sum, err
		}
		if sum, err = sum.Add(parts[0].Net); err != nil {
			return sum, err
		}
		if liability, err = liability.Add(l.Net); err != nil {
			return sum, err
		}
	}
	if sum.IsZero() && liability.IsZero() {
		return sum, nil
	}
	return sum, t.w.write(ctx, t.ret.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return t.w.s.books.TakeBack(h, posting.ReturnedGoods{Customer: t.ret.Customer(), Refund: liability.Neg(), Unbilled: sum})
	})
}

// takeBack lowers the credit by what is not invoiced any more of a delivered line:
// by the difference of the gross of what was and is left, so that the invoice of
// the rest takes away the rest to the penny.
func (t *returning[R]) takeBack(ctx context.Context, account *credit.Account, order *sales.Order, shipped *delivery.Line, net tandem.Money) error {
	gross, err := t.w.s.grosser(ctx, t.w.r, order)
	if err != nil {
		return err
	}
	open, err := shipped.Net.Sub(shipped.NetInvoiced)
	if err != nil {
		return err
	}
	rest, err := open.Sub(net)
	if err != nil {
		return err
	}
	l, _ := order.Line(shipped.OrderLine)
	before, err := gross.gross(open, l.TaxCode)
	if err != nil {
		return err
	}
	after, err := gross.gross(rest, l.TaxCode)
	if err != nil {
		return err
	}
	less, err := before.Sub(after)
	if err != nil {
		return err
	}
	return account.TakeBack(less)
}
