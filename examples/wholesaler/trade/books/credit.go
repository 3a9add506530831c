package books

import (
	"context"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
)

// Cancel cancels pieces of an order line that have not left yet; what becomes free goes to those who wait.
func (b *Books) Cancel(ctx context.Context, key story.LineKey, n int64, at tandem.Instant) (int64, error) {
	b.at(at)
	doc := b.orders[key.Invoice]
	line := doc.line(key)
	if _, err := b.sales.CancelLines(ctx, ordertocash.CancelLines{Header: b.next("cancel"), Order: doc.id, Reason: "cancelled by the customer",
		Lines: []ordertocash.LineQuantity{{Line: line, Quantity: pieces(n)}}}); err != nil {
		return 0, err
	}
	b.ready[doc] = true // its carriage may be all that is left of it
	return n, b.share(ctx, doc.items[line-1])
}

// Credit credits goods that come back, at the price and tax of their invoices, and amounts without goods, by the rates of
// their days.
func (b *Books) Credit(ctx context.Context, c story.Credit) error {
	b.at(c.At)
	if err := b.bring(ctx); err != nil {
		return err
	}
	approval := billing.Approval{Actor: "sales manager", Reason: "credited in the shop's file"}
	b.buyer = b.buyerOf(c.Account, c.Country, c.Territory)
	if err := b.takeBack(ctx, &c); err != nil {
		return err
	}
	var given []story.Allowance
	for _, a := range c.Allowances {
		switch {
		case a.Amount.Sign() < 0:
			given = append(given, a)
		case a.Amount.Sign() > 0:
			if err := b.charge(ctx, &c, a); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(given, func(a, b story.Allowance) int { return a.TaxDay.Compare(b.TaxDay) })
	for start := 0; start < len(given); {
		end := start + 1
		for end < len(given) && given[end].TaxDay == given[start].TaxDay {
			end++
		}
		if err := b.allow(ctx, &c, approval, given[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// allow credits amounts without goods that are taxed by the rates of one day.
func (b *Books) allow(ctx context.Context, c *story.Credit, approval billing.Approval, amounts []story.Allowance) error {
	cmd := ordertocash.CreditAllowance{Header: b.next("allowance"), Customer: b.buyer.Party, RateDate: amounts[0].TaxDay, Reference: c.Invoice, Approval: approval}
	for _, a := range amounts {
		line, err := b.creditLine(ctx, c, a)
		if err != nil {
			return err
		}
		cmd.Lines = append(cmd.Lines, line)
	}
	_, err := b.sales.CreditAllowance(ctx, cmd)
	return err
}

func (b *Books) creditLine(ctx context.Context, c *story.Credit, a story.Allowance) (ordertocash.CreditLine, error) {
	kind := goodsKind
	if a.Kind == story.ServiceCredit {
		kind = serviceKind
	}
	p, err := b.product(ctx, a.Code, "", kind, tandem.Price{})
	if err != nil {
		return ordertocash.CreditLine{}, err
	}
	return ordertocash.CreditLine{Product: p.id, Text: string(a.Kind), Net: a.Amount.Neg(), TaxCode: taxCode(c.Territory)}, nil
}

// takeBack takes goods back and credits them. A delivery that is not invoiced yet is invoiced first.
func (b *Books) takeBack(ctx context.Context, c *story.Credit) error {
	if len(c.Returns) == 0 {
		return nil
	}
	buyer := b.buyer
	cmd := ordertocash.ReturnGoods{Header: header("return/%s", c.Invoice), Customer: buyer.Party, Reason: "returned, " + c.Invoice}
	var back []*product
	sent, err := b.sent(ctx, c)
	if err != nil {
		return err
	}
	for i := range c.Returns {
		back = append(back, b.products[c.Returns[i].Code])
		if err := b.returned(ctx, &c.Returns[i], sent[i], &cmd.Lines); err != nil {
			return err
		}
	}
	b.buyer = buyer
	if _, err := b.sales.Return(ctx, cmd); err != nil {
		return err
	}
	for _, p := range back {
		if err := b.share(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// sentLine is what left with a line of a delivery and has not come back.
type sentLine struct {
	Shipment int   `json:"shipment"` // of the order, from 0
	Line     int   `json:"line"`     // of the delivery
	Pieces   int64 `json:"pieces"`
}

// sent looks for what left of each sale of which something comes back, the first deliveries first.
func (b *Books) sent(ctx context.Context, c *story.Credit) ([][]sentLine, error) {
	return look(ctx, b, "sent/"+c.Invoice, func(ctx context.Context, r *store.Bundle) ([][]sentLine, error) {
		out := make([][]sentLine, len(c.Returns))
		for n := range c.Returns {
			doc := b.orders[c.Returns[n].Of.Invoice]
			line := doc.line(c.Returns[n].Of)
			for at, s := range doc.shipped {
				d, err := r.Deliveries().Get(ctx, company(), s.id)
				if err != nil {
					return nil, err
				}
				for i := range d.NumLines() {
					if l := d.LineAt(i); l.OrderLine == line {
						out[n] = append(out[n], sentLine{at, l.Line, whole(l.Quantity) - whole(l.Returned)})
					}
				}
			}
		}
		return out, nil
	})
}

// returned takes the pieces of a return from what was sent.
func (b *Books) returned(ctx context.Context, back *story.Return, sent []sentLine, lines *[]ordertocash.ReturnedLine) error {
	doc, left := b.orders[back.Of.Invoice], back.Pieces
	for _, l := range sent {
		s := doc.shipped[l.Shipment]
		n := min(left, l.Pieces-asked(*lines, s.id, l.Line))
		if n <= 0 {
			continue
		}
		left -= n
		if err := b.invoiceEarly(ctx, s); err != nil {
			return err
		}
		addReturn(lines, ordertocash.ReturnedLine{Delivery: s.id, Line: l.Line, Quantity: pieces(n), Invoice: s.invoice, Scrap: back.Scrap})
	}
	if left > 0 {
		return fmt.Errorf("%d pieces of %v come back that never left: %w", left, back.Of, tandem.ErrInvalid)
	}
	return nil
}

func asked(lines []ordertocash.ReturnedLine, from delivery.ID, line int) (n int64) {
	for i := range lines {
		if lines[i].Delivery == from && lines[i].Line == line {
			n += whole(lines[i].Quantity)
		}
	}
	return n
}

// addReturn adds a line, or its pieces to the line of the same delivery.
func addReturn(lines *[]ordertocash.ReturnedLine, add ordertocash.ReturnedLine) {
	for i := range *lines {
		if l := &(*lines)[i]; l.Delivery == add.Delivery && l.Line == add.Line && l.Scrap == add.Scrap {
			l.Quantity = pieces(whole(l.Quantity) + whole(add.Quantity))
			return
		}
	}
	*lines = append(*lines, add)
}

// invoiceEarly invoices a delivery of which something comes back before its invoice: a credit needs one.
func (b *Books) invoiceEarly(ctx context.Context, s *shipment) error {
	if !s.invoice.IsZero() {
		return nil
	}
	invoiced, err := b.invoice(ctx, s)
	if err != nil {
		return err
	}
	b.early = append(b.early, invoiced)
	b.unbilled = slices.DeleteFunc(b.unbilled, func(o *shipment) bool { return o == s })
	return nil
}
