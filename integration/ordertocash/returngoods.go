package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// CreditReturn credits the lines of an inspected return whose remedy is credit.
type CreditReturn struct {
	work.Header
	Return     returns.ID        `json:"return"`
	CreditNote billing.InvoiceID `json:"credit_note,omitzero"` // default: a new id
	Date       tandem.Date       `json:"date,omitzero"`        // default today
	// Allowances are credited with the goods, or kept of the credit: a difference
	// to the original price, a restocking fee. They need the approval. One that
	// names no invoice is for the only one that the goods are of; more cannot be
	// kept than is credited of the invoice and the tax code (`kept_exceeds_credit`):
	// what is beyond is invoiced.
	Allowances []CreditLine     `json:"allowances,omitempty"`
	Approval   billing.Approval `json:"approval,omitzero"`
}

// CommandName is stable.
func (CreditReturn) CommandName() string { return "ordertocash.credit_return" }

// Access is what the authoriser is asked.
func (c CreditReturn) Access() work.Access { return returnAccess(c.Return) }

// AppendJSON writes the business fields.
func (c CreditReturn) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "return", c.Return)
	jsonw.TextOmit(&o, "credit_note", c.CreditNote)
	jsonw.TextOmit(&o, "date", c.Date)
	appendAllowances(&o, c.Allowances, c.Approval)
	return o.Close()
}

func (c CreditReturn) reads(n *reads) { n.ret(c.Return) }

func appendAllowances(o *jsonw.Writer, lines []CreditLine, approval billing.Approval) {
	if len(lines) > 0 {
		appendLines(o, "allowances", lines, (*CreditLine).appendJSON)
	}
	if !approval.IsZero() {
		appendApproval(o, approval)
	}
}

// CreditReturn writes and posts the credit note of a return: each line at the
// price and the tax rate of its original invoice, of which it takes its part to
// the penny. What was allowed on the goods before ([Service.CreditAllowance]) is taken
// off their price: an allowance on their line in proportion to what has not come back
// of it, one on the invoice in proportion to all that the tax code has and that has not
// come back, services and charges included, each less what is allowed on its own line.
// So no goods are credited below nought, and what is credited of an invoice never
// exceeds it. The note is applied to what is open of those invoices; the rest is the
// customer's credit. What came back before its invoice is not credited but never
// invoiced. Refused: an invoice that is not posted, more tax than is left of it.
//
// Under the policy [Clawback] what the customer keeps of an order line is charged at the
// price of its own quantity, as the order's customer, channel and other lines and the date
// that priced the line have it: a line of the note, "price of the quantity kept", keeps
// what that is more than he paid for it. It needs no approval. As less is kept it is given
// back; never is more kept than the goods are credited, and what goes beyond is kept of the
// next that come back. Locked prices have no such line, see [Service.Ship].
func (s *Service[R]) CreditReturn(ctx context.Context, cmd CreditReturn) (Credited, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Credited, error) {
		t, err := s.returning(ctx, r, scope, cmd.Date, cmd.Return)
		if err != nil {
			return Credited{}, err
		}
		if err := t.in("credit", returns.StatusInspected, returns.StatusReplaced); err != nil {
			return Credited{}, err
		}
		if err := t.sources(ctx); err != nil {
			return Credited{}, err
		}
		c, err := t.crediting(ctx, cmd.CreditNote, t.ret.Customer(), cmd.Approval)
		if err != nil {
			return Credited{}, err
		}
		lines, notes, unbilled, err := t.settlements(ctx, func(i int) tandem.Quantity {
			if t.ret.Credits(i) {
				return t.ret.LineAt(i).Received
			}
			return tandem.Quantity{}
		})
		if err != nil {
			return Credited{}, err
		}
		t.creditBehind(c, cmd.Allowances)
		for _, l := range lines {
			ret := t.ret.LineAt(l.line)
			t.invoicesBehind(l.invoiced, ret.Invoice, ret.Order.Document)
		}
		if err := t.drawCredit(ctx, c, notes, unbilled, reopened(t.ret)); err != nil {
			return Credited{}, err
		}
		out, err := t.credit(ctx, c, lines, notes, cmd.Allowances)
		if err != nil {
			return Credited{}, err
		}
		return out, errors.Join(t.save(ctx), r.CreditAccounts().Save(ctx, c.account))
	})
}

func (t *returning[R]) crediting(ctx context.Context, note billing.InvoiceID, customer tandem.PartyID, approval billing.Approval) (*crediting[R], error) {
	s := t.w.s
	account, err := s.account(ctx, t.w.r, customer)
	return &crediting[R]{w: &t.w, account: account, draft: billing.InvoiceDraft{ID: note, Company: s.company(), Customer: customer,
		Currency: s.c.Books.Currency, Approval: approval, TaxPoint: t.w.date}}, err
}

// drawCredit draws the numbers of a credit note, of the entries and of other documents.
func (t *returning[R]) drawCredit(ctx context.Context, c *crediting[R], notes, unbilled bool, more int, others ...*drawn) error {
	if notes {
		more++
		others = append(others, c.begin())
	}
	if unbilled {
		more++
	}
	return t.w.draw(ctx, more, others...)
}

// ReturnGoods authorises, receives, inspects and credits a return at once: the
// goods are at the counter. Lines may name several deliveries and invoices of one
// customer, at different tax rates.
type ReturnGoods struct {
	work.Header
	Return     returns.ID        `json:"return,omitzero"`      // default: a new id
	CreditNote billing.InvoiceID `json:"credit_note,omitzero"` // default: a new id
	Customer   tandem.PartyID    `json:"customer"`
	Date       tandem.Date       `json:"date,omitzero"` // default today
	Reason     string            `json:"reason,omitempty"`
	Lines      []ReturnedLine    `json:"lines"`
	Allowances []CreditLine      `json:"allowances,omitempty"` // see CreditReturn
	Approval   billing.Approval  `json:"approval,omitzero"`
}

// CommandName is stable.
func (ReturnGoods) CommandName() string { return "ordertocash.return_goods" }

// Access is what the authoriser is asked.
func (c ReturnGoods) Access() work.Access { return work.Access{Party: c.Customer} }

// AppendJSON writes the business fields.
func (c ReturnGoods) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "return", c.Return)
	jsonw.TextOmit(&o, "credit_note", c.CreditNote)
	jsonw.Text(&o, "customer", c.Customer)
	jsonw.TextOmit(&o, "date", c.Date)
	o.StringOmit("reason", c.Reason)
	appendLines(&o, "lines", c.Lines, (*ReturnedLine).appendJSON)
	appendAllowances(&o, c.Allowances, c.Approval)
	return o.Close()
}

func (c ReturnGoods) reads(n *reads) {
	n.returned(c.Lines)
	n.account(c.Customer)
}

// Return takes goods back and credits them in one command; see AuthoriseReturn,
// ReceiveReturn, InspectReturn and CreditReturn for what each step does and refuses.
func (s *Service[R]) Return(ctx context.Context, cmd ReturnGoods) (Credited, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Credited, error) {
		t, err := s.returning(ctx, r, scope, cmd.Date, returns.ID{})
		if err != nil {
			return Credited{}, err
		}
		c, err := t.crediting(ctx, cmd.CreditNote, cmd.Customer, cmd.Approval)
		if err != nil {
			return Credited{}, err
		}
		t.atOnce = true
		var lines []settlement
		var notes bool
		if err := t.authorise(ctx, s.returnInput(scope, cmd.Return, cmd.Customer, t.w.date, cmd.Reason), cmd.Lines, func() (number string, err error) {
			own := drawn{series: seriesReturn}
			lines, notes, err = t.drawReturn(ctx, c, &cmd, &own)
			return own.text(), err
		}); err != nil {
			return Credited{}, err
		}
		if err := t.receive(ctx, t.ask(nil)); err != nil {
			return Credited{}, err
		}
		if err := t.inspect(ctx, t.verdicts(cmd.Lines)); err != nil {
			return Credited{}, err
		}
		out, err := t.credit(ctx, c, lines, notes, cmd.Allowances)
		if err != nil {
			return Credited{}, err
		}
		return out, errors.Join(t.save(ctx), r.CreditAccounts().Save(ctx, c.account))
	})
}

// drawReturn draws the numbers of a whole return, its own among them.
func (t *returning[R]) drawReturn(ctx context.Context, c *crediting[R], cmd *ReturnGoods, own *drawn) (lines []settlement, notes bool, err error) {
	asked, more, unbilled := cmd.Lines, 1, false
	for i := range asked {
		d, err := t.delivery(ctx, asked[i].Delivery)
		if err != nil {
			return nil, false, err
		}
		shipped := d.LineAt(asked[i].Line - 1)
		if asked[i].Scrap && shipped.Cost.Currency() != 0 {
			more = 2
		}
		of, err := t.sold(ctx, d, shipped.Line)
		if err != nil {
			return nil, false, err
		}
		one, err := t.settlement(i, asked[i].Quantity, &of.line)
		if err != nil {
			return nil, false, err
		}
		lines = append(lines, one)
		notes, unbilled = notes || one.invoiced, unbilled || !one.invoiced
		named := of.invoice
		if !asked[i].Invoice.IsZero() {
			named = tandem.RefTo(billing.InvoiceKind, asked[i].Invoice, "")
		}
		t.invoicesBehind(one.invoiced, named, of.delivery.Order())
		t.goodsBehind(of.order, &shipped, asked[i].Scrap)
	}
	t.creditBehind(c, cmd.Allowances)
	return lines, notes, t.drawCredit(ctx, c, notes, unbilled, more, own)
}

// verdicts restocks or scraps all that was received, to be credited.
func (t *returning[R]) verdicts(lines []ReturnedLine) []returns.Inspection {
	out := make([]returns.Inspection, len(lines))
	for i := range lines {
		out[i] = returns.Inspection{Line: i + 1, Restock: lines[i].Quantity, Remedy: returns.RemedyCredit}
		if lines[i].Scrap {
			out[i].Restock, out[i].Scrap = tandem.Quantity{}, lines[i].Quantity
		}
	}
	return out
}
