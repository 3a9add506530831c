package books

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// advance is money that was paid on an order, and what of it is not applied yet.
type advance struct {
	id   payment.ID
	left tandem.Money
}

// Pay receives an advance on an order, or what is open on an invoice.
func (b *Books) Pay(ctx context.Context, p story.Payment) (tandem.Money, error) {
	b.at(p.At)
	cmd := ordertocash.ReceivePayment{Customer: b.accounts[p.Account], Amount: p.Amount, Method: payment.BankTransfer, Reference: p.Order + p.Invoice}
	if p.Invoice == "" {
		doc := b.orders[p.Order]
		cmd.Header, cmd.Advance = header("advance/%s", p.Order), true
		if doc.cash {
			cmd.Method = payment.Cash
		}
		received, err := b.sales.Receive(ctx, cmd)
		doc.prepaid = true
		doc.advance = append(doc.advance, advance{received.Payment, p.Amount})
		return p.Amount, err
	}
	id := b.byInvoice[p.Invoice]
	var err error
	if cmd.Amount, err = look(ctx, b, "open/"+p.Invoice, func(ctx context.Context, r *store.Bundle) (open tandem.Money, err error) {
		i, err := r.CustomerInvoices().Get(ctx, company(), id)
		if err == nil {
			open = i.Open()
		}
		return open, err
	}); err != nil || cmd.Amount.IsZero() { // credited meanwhile
		return cmd.Amount, err
	}
	if !p.RoundUp.IsZero() {
		if cmd.Amount, err = cmd.Amount.RoundTo(p.RoundUp, tandem.RoundUp); err != nil {
			return cmd.Amount, err
		}
	}
	cmd.Header, cmd.Invoices = header("payment/%s", p.Invoice), []billing.InvoiceID{id}
	_, err = b.sales.Receive(ctx, cmd)
	return cmd.Amount, err
}

// applyAdvances applies what was paid in advance to an invoice of the order, and gives what is open of it then. It knows
// itself where nothing would be applied: a refusal is not kept, so that nothing may follow from one.
func (b *Books) applyAdvances(ctx context.Context, doc *order, invoice ordertocash.Invoiced) (tandem.Money, error) {
	open := invoice.Gross
	for i := range doc.advance {
		a := &doc.advance[i]
		if a.left.IsZero() || open.IsZero() {
			continue
		}
		allocated, err := b.sales.ApplyPayment(ctx, ordertocash.ApplyPayment{Header: b.next("apply"), Payment: a.id, Invoices: []billing.InvoiceID{invoice.Invoice}})
		if err != nil {
			return open, err
		}
		a.left = allocated.Unapplied
		if open, err = open.Sub(allocated.Applied); err != nil {
			return open, err
		}
	}
	return open, nil
}

// journal appends the entry of a command of the house.
func (b *Books) journal(ctx context.Context, r *store.Bundle, scope *work.Scope, source tandem.DocumentRef, build func(posting.Header) (ledger.Entry, error)) error {
	number, err := r.Numbers().Next(ctx, company(), posting.JournalSeries, tandem.Date{})
	if err != nil {
		return err
	}
	var period *ledger.Period
	for p, err := range r.Periods().Find(ctx, ledger.PeriodQuery{Company: company(), Contains: b.today(), Page: tandem.Page{Limit: 1}}) {
		if err != nil {
			return err
		}
		period = p
	}
	entry, err := build(posting.Header{ID: tandem.IDFromBytes[ledger.EntryID](scope.NewUUID()), Number: billing.SeriesPolicy{}.Number("JE", number.Value),
		Date: b.today(), Recorded: scope.Now, Source: source, Period: period})
	if err != nil || entry.IsZero() {
		return err
	}
	return r.JournalEntries().Append(ctx, entry)
}

// Expense books what the shop pays, or gets back.
func (b *Books) Expense(ctx context.Context, e story.Expense) error {
	b.at(e.At)
	_, err := b.sales.Spend(ctx, ordertocash.WriteExpense{Header: header("expense/%s/%d", e.Key.Invoice, e.Key.Line), Text: e.Code,
		Expense: posting.Expense{Costs: []posting.Cost{{Net: e.Amount}}}})
	return err
}
