package books

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/integration/store"
)

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
	return slices.Index(report.FlowDocuments(), document)
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

// posting tells an entry: its accounts with their amounts, debits first.
func (f *flow) posting(e ledger.Entry, before string) string {
	var accounts []ledger.AccountCode
	sums := map[ledger.AccountCode]int64{}
	for i := range e.Lines {
		l := &e.Lines[i]
		if _, known := sums[l.Account]; !known {
			accounts = append(accounts, l.Account)
		}
		sums[l.Account] += l.Amount.Minor()
	}
	var debits, credits []string
	for _, code := range accounts {
		side, sum := &debits, tandem.MoneyFromMinor(sums[code], tandem.GBP)
		if sum.Sign() < 0 {
			side, sum = &credits, sum.Neg()
		}
		name := strings.ReplaceAll(strings.ToLower(f.names[code]), "_", " ")
		*side = append(*side, name+" "+strings.TrimSuffix(sum.String(), " GBP"))
	}
	text := "Dr " + strings.Join(debits, ", ") + " / Cr " + strings.Join(credits, ", ")
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
	ordered, promises := int64(0), map[int]tandem.Date{}
	for i := range o.NumLines() {
		l := o.LineAt(i)
		ordered += whole(l.Quantity)
		promises[l.Line] = l.FirstPromise
	}
	text := "invoice " + o.Reference() + " of the file: " + count(int64(o.NumLines()), "line") + ", " + count(ordered, "piece")
	if err := f.add(o.Date(), report.FlowOrder, o.Number(), text, o.Net(), o.Ref()); err != nil {
		return err
	}
	for d, err := range f.r.Deliveries().Find(f.ctx, delivery.Query{Company: company(), Order: id}) {
		if err != nil {
			return err
		}
		if err := f.add(d.Date(), report.FlowDelivery, d.Number(), sent(d, promises), d.Net(), d.Ref()); err != nil {
			return err
		}
	}
	return f.invoices(o)
}

// sent tells what a delivery brought, and whether its lines came by their first promises.
func sent(d *delivery.Delivery, promises map[int]tandem.Date) string {
	var quantity int64
	var last tandem.Date
	late := 0
	for i := range d.NumLines() {
		l := d.LineAt(i)
		quantity += whole(l.Quantity)
		if p := promises[l.OrderLine]; !p.IsZero() {
			late = max(late, d.Date().DaysSince(p))
			if p.After(last) {
				last = p
			}
		}
	}
	text := count(int64(d.NumLines()), "line") + ", " + count(quantity, "piece")
	switch {
	case late > 0:
		return text + ", " + count(int64(late), "day") + " later than promised"
	case !last.IsZero():
		return text + ", kept what was promised by " + report.Day(last)
	}
	return text
}

// invoices finds what was invoiced of an order, paid, and given back.
func (f *flow) invoices(o *sales.Order) error {
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
		text := report.Pounds(i.Net()) + " and VAT " + report.Pounds(i.Tax()) + ", due on " + report.Day(due(i))
		if err := f.add(i.Date(), report.FlowInvoice, i.Number(), text, i.Gross(), i.Ref()); err != nil {
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

func due(i *billing.Invoice) (last tandem.Date) {
	for _, n := range i.Instalments() {
		if n.Due.After(last) {
			last = n.Due
		}
	}
	return last
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
			if err := f.add(s.Received, report.FlowReturn, s.Number, "goods came back", tandem.Money{}, back.Ref()); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func count(n int64, what string) string {
	text := strconv.FormatInt(n, 10) + " " + what
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
		text := "applied to " + i.Number() + ", on the due date"
		if late := a.Date.DaysSince(due(i)); late > 0 {
			text = "applied to " + i.Number() + ", " + count(int64(late), "day") + " late"
		} else if late < 0 {
			text = "applied to " + i.Number() + ", before it was due"
		}
		if err := f.add(a.Date, report.FlowPayment, p.Ref().Number, text, a.Amount, p.Ref()); err != nil {
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
			if err := f.add(note.Date(), report.FlowCreditNote, note.Number(), "at the prices and the VAT of the invoices", note.Gross().Neg(), note.Ref()); err != nil {
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
