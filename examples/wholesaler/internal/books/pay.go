package books

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/examples/wholesaler/internal/story"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// advance is money that came before anything was owed.
type advance struct{ id billing.PaymentID }

// Pay receives an advance on an order, or what is open on an invoice.
func (b *Books) Pay(ctx context.Context, p story.Payment) (tandem.Money, error) {
	b.at(p.At)
	cmd := ordertocash.ReceivePayment{Customer: b.accounts[p.Account], Amount: p.Amount, Method: billing.BankTransfer, Reference: p.Order + p.Invoice}
	if p.Invoice == "" {
		doc := b.orders[p.Order]
		cmd.Header, cmd.Advance = header("advance/%s", p.Order), true
		if doc.cash {
			cmd.Method = billing.Cash
		}
		received, err := b.sales.Receive(ctx, cmd)
		doc.prepaid = true
		doc.advance = append(doc.advance, advance{received.Payment})
		return p.Amount, err
	}
	id := b.byInvoice[p.Invoice]
	if err := b.store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		i, err := r.CustomerInvoices().Get(ctx, company(), id)
		if err == nil {
			cmd.Amount = i.Open()
		}
		return err
	}); err != nil || cmd.Amount.IsZero() { // credited meanwhile
		return cmd.Amount, err
	}
	if !p.RoundUp.IsZero() {
		var err error
		if cmd.Amount, err = cmd.Amount.RoundTo(p.RoundUp, tandem.RoundUp); err != nil {
			return cmd.Amount, err
		}
	}
	cmd.Header, cmd.Invoices = header("payment/%s", p.Invoice), []billing.InvoiceID{id}
	_, err := b.sales.Receive(ctx, cmd)
	return cmd.Amount, err
}

// applyAdvances applies what was paid in advance to an invoice of the order.
func (b *Books) applyAdvances(ctx context.Context, doc *order, invoice billing.InvoiceID) error {
	for _, a := range doc.advance {
		_, err := work.Do(ctx, b.own, own{Header: b.next("apply"), Name: "wholesaler.apply_advance", Of: invoice.String()},
			func(ctx context.Context, r *store.Bundle, scope *work.Scope) (done, error) {
				return done{}, b.applyAdvance(ctx, r, scope, a.id, invoice)
			})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Books) applyAdvance(ctx context.Context, r *store.Bundle, scope *work.Scope, from billing.PaymentID, to billing.InvoiceID) error {
	payment, err := r.Payments().Get(ctx, company(), from)
	if err != nil {
		return err
	}
	invoice, err := r.CustomerInvoices().Get(ctx, company(), to)
	if err != nil {
		return err
	}
	amount := payment.Unapplied()
	if invoice.Open().Minor() < amount.Minor() {
		amount = invoice.Open()
	}
	if amount.Sign() <= 0 {
		return nil
	}
	account, err := r.CreditAccounts().Get(ctx, company(), payment.Customer())
	if err != nil {
		return err
	}
	fact, err := billing.ApplyPayment(payment, invoice, billing.Application{ID: tandem.IDFromBytes[billing.AllocationID](scope.NewUUID()),
		Instalment: 1, Amount: amount, Date: b.today(), At: scope.Now})
	if err != nil {
		return err
	}
	if err := account.ApplyAdvance(amount); err != nil {
		return err
	}
	err = b.journal(ctx, r, scope, invoice.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return b.posting.ApplyAdvance(h, payment.Customer(), amount, posting.Exchange{})
	})
	scope.Emit(payment.Drain())
	scope.Emit(invoice.Drain())
	return errors.Join(err, r.Payments().Save(ctx, payment), r.CustomerInvoices().Save(ctx, invoice), r.CreditAccounts().Save(ctx, account),
		r.Allocations().Append(ctx, fact))
}

// journal appends the entry of a command of the house.
func (b *Books) journal(ctx context.Context, r *store.Bundle, scope *work.Scope, source tandem.DocumentRef, build func(posting.Header) (ledger.Entry, error)) error {
	var period *ledger.Period
	for p, err := range r.Periods().Find(ctx, ledger.PeriodQuery{Company: company(), Contains: b.today(), Page: tandem.Page{Limit: 1}}) {
		if err != nil {
			return err
		}
		period = p
	}
	number, err := r.Numbers().Next(ctx, company(), "JE", tandem.Date{})
	if err != nil {
		return err
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
	_, err := work.Do(ctx, b.own, own{Header: header("expense/%s/%d", e.Key.Invoice, e.Key.Line), Name: "wholesaler.expense", Of: e.Code + " " + e.Amount.String()},
		func(ctx context.Context, r *store.Bundle, scope *work.Scope) (done, error) {
			return done{}, b.journal(ctx, r, scope, tandem.DocumentRef{}, func(h posting.Header) (ledger.Entry, error) {
				h.Text = e.Code
				return b.posting.Spend(h, posting.Expense{Costs: []posting.Cost{{Net: e.Amount}}})
			})
		})
	return err
}
