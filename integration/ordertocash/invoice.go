package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// InvoiceOrder drafts an invoice of what was delivered and is not invoiced: of
// the deliveries named, or of all of the order.
type InvoiceOrder struct {
	work.Header
	Order      sales.OrderID     `json:"order"`
	Deliveries []delivery.ID     `json:"deliveries,omitempty"`
	Invoice    billing.InvoiceID `json:"invoice,omitzero"` // default: a new id
	Date       tandem.Date       `json:"date,omitzero"`    // on which it is to be posted, for its tax point; default today
}

// CommandName is stable.
func (InvoiceOrder) CommandName() string { return "ordertocash.invoice_order" }

// Access is what the authoriser is asked.
func (c InvoiceOrder) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(sales.KindOrder, c.Order, "")}
}

// AppendJSON writes the business fields.
func (c InvoiceOrder) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "order", c.Order)
	if len(c.Deliveries) > 0 {
		o.BeginArray("deliveries")
		for _, id := range c.Deliveries {
			jsonw.TextItem(&o, id)
		}
		o.EndArray()
	}
	jsonw.TextOmit(&o, "invoice", c.Invoice)
	jsonw.TextOmit(&o, "date", c.Date)
	return o.Close()
}

func (c InvoiceOrder) reads(n *reads) {
	n.order(c.Order)
	for _, id := range c.Deliveries {
		n.delivery(id)
	}
	if len(c.Deliveries) == 0 {
		n.query(uninvoicedOf(n.company(), c.Order))
	}
}

// Invoiced is the result of drafting or posting an invoice or credit note.
type Invoiced struct {
	Invoice billing.InvoiceID `json:"invoice"`
	Number  string            `json:"number,omitempty"` // once posted
	Net     tandem.Money      `json:"net"`
	Tax     tandem.Money      `json:"tax"`
	Gross   tandem.Money      `json:"gross"`
	Due     tandem.Date       `json:"due,omitzero"` // of the last instalment, once posted
}

// AppendJSON writes the result.
func (p Invoiced) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "invoice", p.Invoice)
	o.StringOmit("number", p.Number)
	jsonw.Text(&o, "net", p.Net)
	jsonw.Text(&o, "tax", p.Tax)
	jsonw.Text(&o, "gross", p.Gross)
	jsonw.TextOmit(&o, "due", p.Due)
	return o.Close()
}

// Invoice drafts an invoice, with the taxes of the date on which it will be posted.
// Refused: nothing to invoice, deliveries of another order, a date before a
// delivery (`before_delivery`). Deliveries whose taxes are due on different days are
// taxed each at its own tax point, and at its rates. What was delivered when the tax
// union had other members than on the day of the order has the tax code of its delivery.
func (s *Service[R]) Invoice(ctx context.Context, cmd InvoiceOrder) (Invoiced, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Invoiced, error) {
		cmd := cmd // each run decides anew
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Invoiced{}, err
		}
		order, err := r.SalesOrders().Get(ctx, s.company(), cmd.Order)
		if err != nil {
			return Invoiced{}, err
		}
		deliveries, err := s.deliveries(ctx, r, order, cmd.Deliveries)
		if err != nil {
			return Invoiced{}, err
		}
		if err := s.invoicing(ctx, r, order, deliveries); err != nil {
			return Invoiced{}, err
		}
		if cmd.Invoice.IsZero() {
			cmd.Invoice = tandem.IDFromBytes[billing.InvoiceID](scope.NewUUID())
		}
		draft := billing.InvoiceDraft{ID: cmd.Invoice, Company: order.Company(), Customer: order.Customer(), Currency: order.Currency(),
			Reference: order.Reference(), Order: order.Ref(), ShipTo: order.ShipToCountry(), Terms: order.Terms(),
			Delivered: tandem.MoneyFromMinor(0, order.Currency())}
		terms, err := s.terms(ctx, r, order.Terms())
		if err != nil {
			return Invoiced{}, err
		}
		draft.Discount = terms.Discount
		if err := s.invoiceLines(ctx, r, &draft, order, deliveries, date); err != nil {
			return Invoiced{}, err
		}
		invoice, err := billing.DraftInvoice(draft, scope.Now)
		if err != nil {
			return Invoiced{}, err
		}
		if err := s.follow(ctx, s.limits(r, scope), order); err != nil {
			return Invoiced{}, err
		}
		scope.Emit(invoice.Drain())
		scope.Emit(order.Drain())
		for _, d := range deliveries {
			scope.Emit(d.Drain())
			if err := r.Deliveries().Save(ctx, d); err != nil {
				return Invoiced{}, err
			}
		}
		err = errors.Join(r.CustomerInvoices().Save(ctx, invoice), r.SalesOrders().Save(ctx, order))
		return Invoiced{Invoice: cmd.Invoice, Net: invoice.Net(), Tax: invoice.Tax(), Gross: invoice.Gross()}, err
	})
}

// deliveries gives the deliveries to be invoiced.
func (s *Service[R]) deliveries(ctx context.Context, r R, order *sales.Order, named []delivery.ID) ([]*delivery.Delivery, error) {
	out := make([]*delivery.Delivery, 0, max(1, len(named)))
	for _, id := range named {
		d, err := r.Deliveries().Get(ctx, order.Company(), id)
		if err != nil {
			return nil, err
		}
		if !d.Order().Same(order.Ref()) {
			return nil, refuse("invoice", order, "other_order", "the delivery is of another order")
		}
		out = append(out, d)
	}
	if len(named) > 0 {
		return out, nil
	}
	return s.uninvoiced(ctx, r, order)
}

// uninvoiced finds the deliveries of an order of which something is not invoiced.
func (s *Service[R]) uninvoiced(ctx context.Context, r R, order *sales.Order) ([]*delivery.Delivery, error) {
	var out []*delivery.Delivery
	for d, err := range r.Deliveries().Find(ctx, uninvoicedOf(order.Company(), order.ID())) {
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	if len(out) == 0 {
		return nil, refuse("invoice", order, "nothing_to_invoice", "everything delivered is invoiced")
	}
	return out, nil
}

func refuse(command string, order *sales.Order, code, reason string) error {
	return &tandem.RefusedError{Command: command, Subject: "sales order " + order.ID().String(), State: string(order.Status()), Code: code, Reason: reason}
}

// invoiceLines takes all that is not invoiced of the deliveries, and its tax by
// the rates of its tax points.
func (s *Service[R]) invoiceLines(ctx context.Context, r R, draft *billing.InvoiceDraft, order *sales.Order,
	deliveries []*delivery.Delivery, date tandem.Date) error {
	draft.Lines = make([]billing.InvoiceLine, 0, order.NumLines())
	bases := make([]tandem.TaxBase, 0, order.NumLines())
	gross, err := s.grosser(ctx, r, order)
	if err != nil {
		return err
	}
	var points taxPoints
	pointing := pointing[R]{s: s, points: &points, date: date}
	for _, d := range deliveries {
		parts, err := d.InvoiceAll()
		if err != nil {
			return err
		}
		delivered, err := gross.billed(order, parts)
		if err != nil {
			return err
		}
		if draft.Delivered, err = draft.Delivered.Add(delivered); err != nil {
			return err
		}
		if err := order.RecordInvoiced(parts); err != nil {
			return err
		}
		treated, err := s.treated(ctx, r, order, d)
		if err != nil {
			return err
		}
		for _, part := range parts {
			l, _ := order.Line(part.Line)
			code, err := s.codeOf(ctx, r, &gross.codes, treated.code(&l))
			if err != nil {
				return err
			}
			at, err := pointing.at(d, code.Category)
			if err != nil {
				return err
			}
			price := l.Price
			if l.Repriced { // deliveries of the line have prices of their own
				if price, err = part.Net.PricePer(part.Quantity, 1, tandem.HalfAwayFromZero); err != nil {
					return err
				}
			}
			n := len(draft.Lines) + 1
			draft.Lines = append(draft.Lines, billing.InvoiceLine{Line: n, Order: order.LineRef(part.Line), Delivery: d.LineRef(part.DeliveryLine),
				Product: part.Product, Text: l.Text, Quantity: part.Quantity, Price: price, Net: part.Net, TaxCode: code.ID, Point: at})
			bases = append(bases, tandem.TaxBase{Line: n, Code: code.ID, Amount: part.Net})
		}
	}
	return s.taxDraft(ctx, r, draft, bases, &points)
}

// PostInvoice makes a draft final: it gets its number and date, is booked, and
// becomes due.
type PostInvoice struct {
	work.Header
	Invoice billing.InvoiceID `json:"invoice"`
	Date    tandem.Date       `json:"date,omitzero"` // default today
}

// CommandName is stable.
func (PostInvoice) CommandName() string { return "ordertocash.post_invoice" }

// Access is what the authoriser is asked.
func (c PostInvoice) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(billing.InvoiceKind, c.Invoice, "")}
}

// AppendJSON writes the business fields.
func (c PostInvoice) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "invoice", c.Invoice)
	jsonw.TextOmit(&o, "date", c.Date)
	return o.Close()
}

func (c PostInvoice) reads(n *reads) { n.invoice(c.Invoice) }

// Post posts an invoice draft. What was paid in advance for its order is applied to
// it: the VAT that was due on the prepayment, at its rate, is that of the invoice to
// its extent, and is registered once. Posted on another day than it was drafted for, it
// gets the tax point of that day, and its rates. Refused: a date before that of
// the series' last number (`date_before_last`) or before a delivery
// (`before_delivery`), a closed period, a treatment that needs the buyer's VAT number.
func (s *Service[R]) Post(ctx context.Context, cmd PostInvoice) (Invoiced, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Invoiced, error) {
		date, err := s.day(cmd.Date, scope.Now)
		if err != nil {
			return Invoiced{}, err
		}
		invoice, err := r.CustomerInvoices().Get(ctx, s.company(), cmd.Invoice)
		if err != nil {
			return Invoiced{}, err
		}
		if invoice.Type() != billing.CommercialInvoice {
			return Invoiced{}, &tandem.RefusedError{Command: "post", Subject: "customer_invoice " + cmd.Invoice.String(), Code: "credit_note", Reason: "a credit note is posted by its own command"}
		}
		if err := s.posting(ctx, r, invoice, date); err != nil {
			return Invoiced{}, err
		}
		if err := s.redate(ctx, r, invoice, date); err != nil {
			return Invoiced{}, err
		}
		account, err := s.account(ctx, r, invoice.Customer())
		if err != nil {
			return Invoiced{}, err
		}
		prepaid, err := s.prepayments(ctx, r, invoice, account, date)
		if err != nil {
			return Invoiced{}, err
		}
		terms, err := s.terms(ctx, r, invoice.TermsCode())
		if err != nil {
			return Invoiced{}, err
		}
		customer, err := s.customer(ctx, r, invoice.Customer(), date)
		if err != nil {
			return Invoiced{}, err
		}
		if err := tax.CheckBuyer(invoice.TaxLines(), customer.VATNumber); err != nil {
			return Invoiced{}, err
		}
		if err := s.postInvoice(ctx, r, scope, invoice, terms, date); err != nil {
			return Invoiced{}, err
		}
		if err := account.Invoice(invoice.Delivered(), invoice.Gross()); err != nil {
			return Invoiced{}, err
		}
		if err := s.registerTax(ctx, r, scope, invoice, customer, invoice.ShipTo()); err != nil {
			return Invoiced{}, err
		}
		if err := s.applyPrepayments(ctx, r, scope, prepaid, invoice, account, date); err != nil {
			return Invoiced{}, err
		}
		scope.Emit(invoice.Drain())
		err = errors.Join(r.CustomerInvoices().Save(ctx, invoice), r.CreditAccounts().Save(ctx, account))
		return Invoiced{Invoice: cmd.Invoice, Number: invoice.Number(), Net: invoice.Net(), Tax: invoice.Tax(), Gross: invoice.Gross(), Due: lastDue(invoice, date)}, err
	})
}

func lastDue(invoice *billing.Invoice, date tandem.Date) (due tandem.Date) {
	due = date
	for _, p := range invoice.Payables(date) {
		if p.Due.After(due) {
			due = p.Due
		}
	}
	return due
}

// postInvoice draws the numbers, posts the document and books it.
func (s *Service[R]) postInvoice(ctx context.Context, r R, scope *work.Scope, invoice *billing.Invoice, terms billing.Terms, date tandem.Date) error {
	numbers := [...]drawn{{series: s.c.Series.InvoiceSeries(invoice.Type(), date), date: date}, {series: seriesJournal}}
	behind := s.reads(r)
	behind.period(date)
	if err := s.draw(ctx, r, numbers[:], &behind); err != nil {
		return err
	}
	number, journal := &numbers[0], &numbers[1]
	err := invoice.Post(billing.PostInvoice{Series: number.series, Number: s.c.Series.Number(number.series, number.Value), Date: date,
		LastDate: number.LastDate, Terms: terms, At: scope.Now})
	if err != nil {
		return err
	}
	period, err := s.openPeriod(ctx, r, date)
	if err != nil {
		return err
	}
	sold := make([]posting.InvoicedSale, invoice.LineCount())
	for i := range sold {
		l := invoice.LineAt(i)
		sold[i] = posting.InvoicedSale{Product: l.Product, Net: l.Net}
		if !l.Delivery.IsZero() {
			sold[i].Delivered = l.Net
		}
	}
	entry, err := s.books.Invoice(s.header(invoice.ID().Bytes(), journal.text(), date, scope, invoice.Ref(), period),
		posting.Invoice{Customer: invoice.Customer(), Sales: sold, Taxes: invoice.TaxLines()})
	if err != nil {
		return err
	}
	return s.journal(ctx, r, entry)
}

// header is that of the entry that books a document; its id follows from the document's.
func (s *Service[R]) header(document [16]byte, number string, date tandem.Date, scope *work.Scope, source tandem.DocumentRef, period *ledger.Period) posting.Header {
	return posting.Header{ID: tandem.IDFromBytes[ledger.EntryID](work.ChildUUID(document, 'e', 0, 0)), Number: number, Date: date,
		Recorded: scope.Now, Source: source, Period: period}
}

// registerTax writes the tax lines of a posted document into the tax register.
func (s *Service[R]) registerTax(ctx context.Context, r R, scope *work.Scope, invoice *billing.Invoice, customer Customer, country tandem.Country) error {
	id := invoice.ID().Bytes()
	entries, err := tax.Register{Company: invoice.Company(), Document: invoice.Ref(), Direction: tax.Output,
		TaxPoint: invoice.TaxPoint(), Recorded: scope.Now, Party: invoice.Customer(), Country: country, VATNumber: tandem.Personal(customer.VATNumber),
		Credit: invoice.Type() == billing.CreditNote}.Entries(invoice.TaxLines(), func(line int) tax.EntryID {
		return tandem.IDFromBytes[tax.EntryID](work.ChildUUID(id, 't', line, 0))
	})
	if err != nil {
		return err
	}
	for i := range entries {
		entries[i].TaxPoint = invoice.TaxPointOf(i)
	}
	return r.TaxEntries().Append(ctx, entries...)
}
