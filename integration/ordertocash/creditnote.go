package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// CreditLine is an amount that is credited without goods. Net is positive, or
// negative for what is kept of a credit (a restocking fee).
type CreditLine struct {
	Invoice  billing.InvoiceID `json:"invoice,omitzero"` // that it lowers, and whose tax it uses; none: unreferenced, with a return the invoice of the goods
	Line     int               `json:"line,omitempty"`   // of the invoice, that an allowance is on; none: on all goods of the tax code, in proportion
	Product  tandem.ProductID  `json:"product,omitzero"`
	Text     string            `json:"text,omitempty"`
	Quantity tandem.Quantity   `json:"quantity"` // none: one piece
	Net      tandem.Money      `json:"net"`
	TaxCode  tandem.TaxCode    `json:"tax_code,omitempty"` // default the only one of the invoice
}

func (l *CreditLine) appendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "invoice", l.Invoice)
	if l.Line != 0 {
		o.Int("line", int64(l.Line))
	}
	jsonw.TextOmit(&o, "product", l.Product)
	o.StringOmit("text", l.Text)
	jsonw.Text(&o, "quantity", l.Quantity)
	jsonw.Text(&o, "net", l.Net)
	o.StringOmit("tax_code", string(l.TaxCode))
	return o.Close()
}

// Credited is the result of a command that credits a customer.
type Credited struct {
	Return     string            `json:"return,omitempty"` // number of the return
	CreditNote billing.InvoiceID `json:"credit_note,omitzero"`
	Number     string            `json:"number,omitempty"`
	Net        tandem.Money      `json:"net"`
	Tax        tandem.Money      `json:"tax"`
	Gross      tandem.Money      `json:"gross"`
	Applied    tandem.Money      `json:"applied"`   // to open invoices
	Unapplied  tandem.Money      `json:"unapplied"` // the customer's credit
	Unbilled   tandem.Money      `json:"unbilled"`  // net of what will not be invoiced, since it came back before its invoice
}

// AppendJSON writes the result.
func (p Credited) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.StringOmit("return", p.Return)
	jsonw.TextOmit(&o, "credit_note", p.CreditNote)
	o.StringOmit("number", p.Number)
	jsonw.Text(&o, "net", p.Net)
	jsonw.Text(&o, "tax", p.Tax)
	jsonw.Text(&o, "gross", p.Gross)
	jsonw.Text(&o, "applied", p.Applied)
	jsonw.Text(&o, "unapplied", p.Unapplied)
	jsonw.Text(&o, "unbilled", p.Unbilled)
	return o.Close()
}

// crediting is the work of drafting, posting and applying one credit note.
type crediting[R Repos] struct {
	w         *writing[R]
	account   *credit.Account
	draft     billing.InvoiceDraft
	originals []*billing.Invoice
	of        []*billing.Invoice // by line of the draft: the invoice whose tax it uses
	liability []tandem.Money     // by line: what stands as refund liability
	rateDate  tandem.Date        // of lines that name no invoice
	limited   bool               // no line may credit more than was invoiced
	byPolicy  bool               // the approval is the company's policy: nobody is asked
	number    drawn
}

// original reads an invoice that is credited, once.
func (c *crediting[R]) original(ctx context.Context, id billing.InvoiceID) (*billing.Invoice, error) {
	for _, o := range c.originals {
		if o.ID() == id {
			return o, nil
		}
	}
	o, err := c.w.r.CustomerInvoices().Get(ctx, c.w.s.company(), id)
	if err != nil {
		return nil, err
	}
	if o.Customer() != c.draft.Customer {
		return nil, c.refuse("other_customer", "the invoice "+id.String()+" is another customer's")
	}
	if o.Type() != billing.CommercialInvoice || o.Number() == "" {
		return nil, c.refuse("not_posted", "the invoice "+id.String()+" is not posted")
	}
	if c.w.date.Before(o.Date()) {
		return nil, c.refuse("before_invoice", "the credit note of "+c.w.date.String()+" would precede the invoice of "+o.Date().String())
	}
	c.originals = append(c.originals, o)
	return o, nil
}

func (c *crediting[R]) refuse(code, reason string) error {
	return &tandem.RefusedError{Command: "credit", Subject: "customer " + c.draft.Customer.String(), Code: code, Reason: reason}
}

// add adds a line; of is the invoice whose tax it uses, nil for none.
func (c *crediting[R]) add(l billing.InvoiceLine, of *billing.Invoice, liability tandem.Money) {
	l.Line = len(c.draft.Lines) + 1
	c.draft.Lines = append(c.draft.Lines, l)
	c.of = append(c.of, of)
	c.liability = append(c.liability, liability)
}

// addWithoutGoods adds a line that credits no goods.
func (c *crediting[R]) addWithoutGoods(ctx context.Context, l *CreditLine) error {
	out := billing.InvoiceLine{Product: l.Product, Text: l.Text, Quantity: l.Quantity, Net: l.Net, TaxCode: l.TaxCode}
	var of *billing.Invoice
	if !l.Invoice.IsZero() {
		var err error
		if of, err = c.original(ctx, l.Invoice); err != nil {
			return err
		}
		out.Origin = tandem.LineRef{Document: of.Ref(), Line: l.Line}
		if err := c.onLine(of, l.Line, &out); err != nil {
			return err
		}
		if taxes := of.TaxLines(); out.TaxCode == "" && len(taxes) == 1 {
			out.TaxCode = taxes[0].Code
		}
	}
	if out.TaxCode == "" {
		return c.refuse("tax_code_missing", "the line has no tax code, and no invoice with one tax code alone")
	}
	if out.Quantity == (tandem.Quantity{}) {
		one, err := tandem.QuantityOf(1, tandem.Each)
		if err != nil {
			return err
		}
		out.Quantity = one
	}
	price, err := l.Net.PricePer(out.Quantity, 1, tandem.HalfAwayFromZero)
	if err != nil {
		return err
	}
	out.Price = price
	c.add(out, of, tandem.Money{})
	return nil
}

// onLine holds a line that credits no goods against the line of the invoice that it
// names, whose tax code it has.
func (c *crediting[R]) onLine(of *billing.Invoice, line int, out *billing.InvoiceLine) error {
	if line == 0 {
		return nil
	}
	if line > of.LineCount() {
		return c.refuse("unknown_line", "the invoice "+of.Number()+" has no such line")
	}
	code := of.LineAt(line - 1).TaxCode
	if out.TaxCode != "" && out.TaxCode != code {
		return c.refuse("other_tax_code", "the line of the invoice "+of.Number()+" has the tax code "+string(code))
	}
	out.TaxCode = code
	return nil
}

// begin gives the note's number to be drawn with the others.
func (c *crediting[R]) begin() *drawn {
	c.number = drawn{series: c.w.s.c.Series.InvoiceSeries(billing.CreditNote, c.w.date), date: c.w.date}
	return &c.number
}

// finish posts the note, books it, and applies it to what is open of the invoices
// that it credits; the rest stays the customer's credit.
func (c *crediting[R]) finish(ctx context.Context, country tandem.Country) (Credited, error) {
	w := c.w
	note, err := c.post(ctx)
	if err != nil {
		return Credited{}, err
	}
	if err := w.write(ctx, note.Ref(), func(h posting.Header) (ledger.Entry, error) { return w.s.books.Credit(h, c.posting(note)) }); err != nil {
		return Credited{}, err
	}
	customer, err := w.s.customer(ctx, w.r, note.Customer(), w.date)
	if err != nil {
		return Credited{}, err
	}
	if country == "" {
		country = customer.Country
	}
	if err := w.s.registerTax(ctx, w.r, w.scope, note, customer, country); err != nil {
		return Credited{}, err
	}
	if err := c.account.Settle(note.Gross()); err != nil {
		return Credited{}, err
	}
	facts, err := applyCredit(note, c.originals, c.applied(), w.scope)
	if err != nil {
		return Credited{}, err
	}
	if err := w.saveAllocations(ctx, note, c.originals, facts); err != nil {
		return Credited{}, err
	}
	applied, err := note.Gross().Sub(note.Open())
	return Credited{CreditNote: note.ID(), Number: note.Number(), Net: note.Net(), Tax: note.Tax(), Gross: note.Gross(),
		Applied: applied, Unapplied: note.Open(), Unbilled: tandem.MoneyFromMinor(0, note.Currency())}, err
}

// applied gives the day on which the note settles what it credits: its own, or the last
// on which a settlement of that was undone.
func (c *crediting[R]) applied() tandem.Date {
	on := c.w.date
	for _, o := range c.originals {
		if day := o.NotBefore(); day.After(on) {
			on = day
		}
	}
	return on
}

// post makes the note of the draft, with its taxes and number.
func (c *crediting[R]) post(ctx context.Context) (*billing.Invoice, error) {
	if err := c.taxes(ctx); err != nil {
		return nil, err
	}
	if c.draft.ID.IsZero() {
		c.draft.ID = tandem.IDFromBytes[billing.InvoiceID](c.w.scope.NewUUID())
	}
	if len(c.originals) == 1 {
		c.draft.Original = c.originals[0].Ref()
	}
	note, err := billing.DraftCreditNote(c.draft, c.w.scope.Now, c.originals...)
	if err != nil {
		return nil, err
	}
	if !c.draft.Approval.IsZero() && !c.byPolicy {
		if err := c.w.s.approve(c.w.scope, "ordertocash.approve_credit_note", note.Customer(), note.Ref(), note.Gross()); err != nil {
			return nil, err
		}
	}
	return note, note.Post(billing.PostInvoice{Series: c.number.series, Number: c.w.s.c.Series.Number(c.number.series, c.number.Value), Date: c.w.date,
		LastDate: c.number.LastDate, At: c.w.scope.Now})
}

func (c *crediting[R]) posting(note *billing.Invoice) posting.CreditNote {
	lines := make([]posting.Credited, note.LineCount())
	for i := range lines {
		l := note.LineAt(i)
		lines[i] = posting.Credited{Product: l.Product, Net: l.Net, Liability: c.liability[i],
			Allowance: l.Delivery.IsZero() && !l.Discount, Discount: l.Discount}
	}
	return posting.CreditNote{Customer: note.Customer(), Lines: lines, Taxes: note.TaxLines()}
}

// applyCredit applies a credit note to what is open of invoices, in their order.
func applyCredit(note *billing.Invoice, invoices []*billing.Invoice, date tandem.Date, scope *work.Scope) ([]billing.Allocation, error) {
	return billing.ApplyCreditInOrder(note, invoices, date, scope.Now, func() billing.AllocationID { return newAllocation(scope) })
}

func newAllocation(scope *work.Scope) billing.AllocationID {
	return tandem.IDFromBytes[billing.AllocationID](scope.NewUUID())
}

// saveAllocations saves a credit note and the invoices that it credits, with what
// was applied.
func (w *writing[R]) saveAllocations(ctx context.Context, note *billing.Invoice, invoices []*billing.Invoice, facts []billing.Allocation) error {
	w.scope.Emit(note.Drain())
	if err := errors.Join(w.r.CustomerInvoices().Save(ctx, note), w.saveInvoices(ctx, invoices)); err != nil || len(facts) == 0 {
		return err
	}
	return w.r.Allocations().Append(ctx, facts...)
}

func (w *writing[R]) saveInvoices(ctx context.Context, invoices []*billing.Invoice) error {
	for _, invoice := range invoices {
		w.scope.Emit(invoice.Drain())
		if err := w.r.CustomerInvoices().Save(ctx, invoice); err != nil {
			return err
		}
	}
	return nil
}
