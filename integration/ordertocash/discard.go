package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// DiscardInvoice gives up the draft of an invoice. A draft has no number, so that
// nothing is missing in the series.
type DiscardInvoice struct {
	work.Header
	Invoice billing.InvoiceID `json:"invoice"`
	Reason  string            `json:"reason"` // required; who did it is the actor of the command
}

// CommandName is stable.
func (DiscardInvoice) CommandName() string { return "ordertocash.discard_invoice" }

// Access is what the authoriser is asked.
func (c DiscardInvoice) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(billing.InvoiceKind, c.Invoice, "")}
}

// AppendJSON writes the business fields.
func (c DiscardInvoice) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "invoice", c.Invoice)
	o.String("reason", c.Reason)
	return o.Close()
}

// Discard gives up a draft: what its deliveries and its order counted as invoiced
// is to be invoiced again, or can come back uninvoiced. Nothing is booked, since a
// draft is not; the credit exposure stays, since what is delivered is. Refused: an
// invoice that is posted or discarded (`invoice_state`), no reason.
func (s *Service[R]) Discard(ctx context.Context, cmd DiscardInvoice) (Invoiced, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Invoiced, error) {
		invoice, err := r.CustomerInvoices().Get(ctx, s.company(), cmd.Invoice)
		if err != nil {
			return Invoiced{}, err
		}
		if err := invoice.Discard(cmd.Reason, scope.Now); err != nil {
			return Invoiced{}, err
		}
		if err := s.giveBack(ctx, r, scope, invoice); err != nil {
			return Invoiced{}, err
		}
		scope.Emit(invoice.Drain())
		return Invoiced{Invoice: cmd.Invoice, Net: invoice.Net(), Tax: invoice.Tax(), Gross: invoice.Gross()}, r.CustomerInvoices().Save(ctx, invoice)
	})
}

func (c DiscardInvoice) reads(n *reads) { n.invoice(c.Invoice) }

// drafted is what a draft took of one document.
type drafted struct {
	id    tandem.ID[any]
	parts []sales.BilledLine
}

// giveBack takes what a draft took of deliveries and orders out of what they
// count as invoiced.
func (s *Service[R]) giveBack(ctx context.Context, r R, scope *work.Scope, invoice *billing.Invoice) error {
	var deliveries, orders []drafted
	for i := range invoice.LineCount() {
		l := invoice.LineAt(i)
		if l.Delivery.IsZero() {
			continue
		}
		part := sales.BilledLine{Line: l.Order.Line, DeliveryLine: l.Delivery.Line, Product: l.Product, Quantity: l.Quantity, Net: l.Net}
		deliveries, orders = collect(deliveries, l.Delivery.Document.ID, part), collect(orders, l.Order.Document.ID, part)
	}
	ahead := s.reads(r)
	ahead.delivered(invoice)
	for i := range orders {
		ahead.order(tandem.IDFromBytes[sales.OrderID](orders[i].id.Bytes()))
	}
	if err := s.fetch(ctx, r, &ahead); err != nil {
		return err
	}
	for i := range deliveries {
		if err := s.uninvoiceDelivery(ctx, r, scope, &deliveries[i]); err != nil {
			return err
		}
	}
	for i := range orders {
		if err := s.uninvoiceOrder(ctx, r, scope, &orders[i]); err != nil {
			return err
		}
	}
	return nil
}

func collect(of []drafted, id tandem.ID[any], part sales.BilledLine) []drafted {
	for i := range of {
		if of[i].id == id {
			of[i].parts = append(of[i].parts, part)
			return of
		}
	}
	return append(of, drafted{id, []sales.BilledLine{part}})
}

func (s *Service[R]) uninvoiceDelivery(ctx context.Context, r R, scope *work.Scope, of *drafted) error {
	d, err := r.Deliveries().Get(ctx, s.company(), tandem.IDFromBytes[delivery.ID](of.id.Bytes()))
	if err != nil {
		return err
	}
	if err := d.Uninvoice(of.parts); err != nil {
		return err
	}
	scope.Emit(d.Drain())
	return r.Deliveries().Save(ctx, d)
}

func (s *Service[R]) uninvoiceOrder(ctx context.Context, r R, scope *work.Scope, of *drafted) error {
	o, err := r.SalesOrders().Get(ctx, s.company(), tandem.IDFromBytes[sales.OrderID](of.id.Bytes()))
	if err != nil {
		return err
	}
	if err := o.RecordUninvoiced(of.parts); err != nil {
		return err
	}
	scope.Emit(o.Drain())
	return r.SalesOrders().Save(ctx, o)
}
