package books

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/report"
	"github.com/tandem-go/tandem/integration/store"
)

// Ageing ages the receivables at the end of a day.
func (b *Books) Ageing(ctx context.Context, on tandem.Date) (out report.Ageing, err error) {
	var aged billing.Ageing
	err = b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		aged, err = billing.Age(billing.AgeingQuery{Currency: tandem.GBP, AsOf: on, Limits: []int{30, 60, 90}},
			r.CustomerInvoices().Find(ctx, billing.InvoiceQuery{Company: company()}),
			r.Payments().Find(ctx, billing.PaymentQuery{Company: company()}),
			r.Allocations().Find(ctx, billing.AllocationQuery{Company: company()}))
		return err
	})
	if err != nil {
		return out, err
	}
	out = report.Ageing{Day: on, Credit: aged.Total.Unapplied.Neg(), Total: aged.Total.Total}
	for i, name := range [...]string{"not due", "1–30 days", "31–60 days", "61–90 days", "over 90 days"} {
		out.Buckets = append(out.Buckets, report.Bucket{Name: name, Open: aged.Total.Buckets[i]})
	}
	b.aged = append(b.aged, out)
	return out, nil
}

// flow gathers the documents of one order.
type flow struct {
	ctx   context.Context
	r     *store.Bundle
	names map[ledger.AccountCode]string
	steps []report.FlowStep
}

// Flow finds the documents of an order, and how each was booked.
func (b *Books) Flow(ctx context.Context, invoice string) ([]report.FlowStep, error) {
	doc := b.orders[invoice]
	if doc == nil {
		return nil, nil
	}
	f := flow{ctx: ctx, names: map[ledger.AccountCode]string{}}
	for _, a := range chart().Accounts(company()) {
		f.names[a.Code] = a.Name
	}
	err := b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		f.r = r
		return f.order(doc.id)
	})
	slices.SortStableFunc(f.steps, func(a, b report.FlowStep) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(stage(a.Document), stage(b.Document)))
	})
	return f.steps, err
}

func stage(document string) int {
	return slices.Index([]string{"order", "advance", "delivery", "invoice", "return", "credit note", "payment"}, document)
}

func (f *flow) add(day tandem.Date, document, number, text string, amount tandem.Money, source tandem.DocumentRef) error {
	posting := ""
	for e, err := range f.r.JournalEntries().Find(f.ctx, ledger.EntryQuery{Company: company(), Source: source}) {
		if err != nil {
			return err
		}
		posting = f.posting(e, posting)
	}
	f.steps = append(f.steps, report.FlowStep{Day: day, Document: document, Number: number, Text: text, Amount: amount, Posting: posting})
	return nil
}

// posting tells an entry: its accounts, debits first.
func (f *flow) posting(e ledger.Entry, before string) string {
	var sides [2][]string
	for i := range e.Lines {
		side := 0
		if e.Lines[i].Amount.Sign() < 0 {
			side = 1
		}
		if name := strings.ReplaceAll(strings.ToLower(f.names[e.Lines[i].Account]), "_", " "); !slices.Contains(sides[side], name) {
			sides[side] = append(sides[side], name)
		}
	}
	text := "Dr " + strings.Join(sides[0], ", ") + " / Cr " + strings.Join(sides[1], ", ")
	if before != "" {
		return before + "; " + text
	}
	return text
}

func (f *flow) order(id sales.OrderID) error {
	o, err := f.r.SalesOrders().Get(f.ctx, company(), id)
	if err != nil {
		return err
	}
	if err := f.add(o.Date(), "order", o.Number(), "reference "+o.Reference()+", "+count(o.NumLines(), "line"), o.Net(), o.Ref()); err != nil {
		return err
	}
	for d, err := range f.r.Deliveries().Find(f.ctx, delivery.Query{Company: company(), Order: id}) {
		if err != nil {
			return err
		}
		if err := f.add(d.Date(), "delivery", d.Number(), count(d.NumLines(), "line")+" left the warehouse", d.Net(), d.Ref()); err != nil {
			return err
		}
	}
	var invoices []*billing.Invoice
	for i, err := range f.r.CustomerInvoices().Find(f.ctx, billing.InvoiceQuery{Company: company(), Order: o.Ref()}) {
		if err != nil {
			return err
		}
		if i.Type() == billing.CommercialInvoice {
			invoices = append(invoices, i)
		}
	}
	for _, i := range invoices {
		if err := f.add(i.Date(), "invoice", i.Number(), "net "+i.Net().String()+" and VAT "+i.Tax().String(), i.Gross(), i.Ref()); err != nil {
			return err
		}
		if err := f.payments(i); err != nil {
			return err
		}
	}
	if err := f.returns(o); err != nil {
		return err
	}
	return f.credits(o, invoices)
}

// returns finds the goods that came back of the order.
func (f *flow) returns(o *sales.Order) error {
	for back, err := range f.r.SalesReturns().Find(f.ctx, returns.Query{Company: company(), Customer: o.Customer()}) {
		if err != nil {
			return err
		}
		for i := range back.NumLines() {
			if !back.LineAt(i).Order.Document.Same(o.Ref()) {
				continue
			}
			s := back.State()
			if err := f.add(s.Received, "return", s.Number, "goods came back", tandem.Money{}, back.Ref()); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func count(n int, what string) string {
	text := tandem.QuantityFromMicro(int64(n)*1_000_000, tandem.Each).String()
	text = strings.TrimSuffix(text, " EA") + " " + what
	if n != 1 {
		text += "s"
	}
	return text
}

// payments finds the money that was applied to an invoice.
func (f *flow) payments(i *billing.Invoice) error {
	for a, err := range f.r.Allocations().Find(f.ctx, billing.AllocationQuery{Company: company(), Invoice: i.ID()}) {
		if err != nil {
			return err
		}
		if a.Payment.IsZero() {
			continue
		}
		p, err := f.r.Payments().Get(f.ctx, company(), a.Payment)
		if err != nil {
			return err
		}
		if err := f.add(a.Date, "payment", p.Ref().Number, "applied to "+i.Number(), a.Amount, p.Ref()); err != nil {
			return err
		}
	}
	return nil
}

// credits finds the credit notes of the invoices.
func (f *flow) credits(o *sales.Order, invoices []*billing.Invoice) error {
	for note, err := range f.r.CustomerInvoices().Find(f.ctx, billing.InvoiceQuery{Company: company(), Customer: o.Customer(), Type: billing.CreditNote}) {
		if err != nil {
			return err
		}
		if names(note, invoices) {
			if err := f.add(note.Date(), "credit note", note.Number(), "at the prices and the VAT of the invoices", note.Gross().Neg(), note.Ref()); err != nil {
				return err
			}
		}
	}
	return nil
}

func names(note *billing.Invoice, invoices []*billing.Invoice) bool {
	for n := range note.LineCount() {
		origin := note.LineAt(n).Origin.Document
		if slices.ContainsFunc(invoices, func(i *billing.Invoice) bool { return i.Ref().Same(origin) }) {
			return true
		}
	}
	return false
}

// passing lets every item be seen on its way.
func passing[T any](seq iter.Seq2[T, error], see func(*T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range seq {
			if err == nil {
				see(&item)
			}
			if !yield(item, err) {
				return
			}
		}
	}
}
