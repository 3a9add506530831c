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

// Prepay receives an advance on an order.
func (b *Books) Prepay(ctx context.Context, a story.Advance) error {
	b.at(a.At)
	doc, method := b.orders[a.Order], payment.BankTransfer
	if doc.cash {
		method = payment.Cash
	}
	received, err := b.sales.Receive(ctx, ordertocash.ReceivePayment{Header: header("advance/%s", a.Order), Customer: b.accounts[a.Account],
		Amount: a.Amount, Method: method, Reference: a.Order, Advance: true})
	doc.prepaid = true
	doc.advance = append(doc.advance, advance{received.Payment, a.Amount})
	return err
}

// Pay receives what is open on invoices: nothing where all of one was credited meanwhile.
func (b *Books) Pay(ctx context.Context, due []story.Payment, at tandem.Instant) error {
	b.at(at)
	open, err := b.open(ctx, due)
	if err != nil {
		return err
	}
	for i, p := range due {
		if open[i].IsZero() {
			continue
		}
		if !p.RoundUp.IsZero() {
			if open[i], err = open[i].RoundTo(p.RoundUp, tandem.RoundUp); err != nil {
				return err
			}
		}
		if _, err := b.sales.Receive(ctx, ordertocash.ReceivePayment{Header: header("payment/%s", p.Invoice), Customer: b.accounts[p.Account], Amount: open[i],
			Method: payment.BankTransfer, Reference: p.Invoice, Invoices: []billing.InvoiceID{b.byInvoice[p.Invoice]}}); err != nil {
			return err
		}
	}
	return nil
}

// open looks what is open on invoices. To pay one changes nothing of the others.
func (b *Books) open(ctx context.Context, due []story.Payment) ([]tandem.Money, error) {
	return look(ctx, b, "open/"+b.today().String(), func(ctx context.Context, r *store.Bundle) ([]tandem.Money, error) {
		open := make([]tandem.Money, len(due))
		for n, p := range due {
			i, err := r.CustomerInvoices().Get(ctx, company(), b.byInvoice[p.Invoice])
			if err != nil {
				return nil, err
			}
			open[n] = i.Open()
		}
		return open, nil
	})
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
