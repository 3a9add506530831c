package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// allocating is the work of applying a payment or a credit note, or undoing that.
type allocating[R Repos] struct {
	w        writing[R]
	account  *credit.Account
	payment  *payment.Payment // this, or
	note     *billing.Invoice // this
	invoices []*billing.Invoice
	facts    []billing.Allocation
	bounced  bool // the payment's money goes back

	refunds   []owedRefund // that it settles, or that are owed
	forfeited []forfeiture // early discounts of other payments that fell
}

func (s *Service[R]) allocating(ctx context.Context, r R, scope *work.Scope, named tandem.Date, paid payment.ID, note billing.InvoiceID, purpose purpose) (*allocating[R], error) {
	date, err := s.day(named, scope.Now)
	if err != nil {
		return nil, err
	}
	a := &allocating[R]{w: s.writing(r, scope, date)}
	customer := tandem.PartyID{}
	if note.IsZero() {
		if a.payment, err = r.Payments().Get(ctx, s.company(), paid); err != nil {
			return nil, err
		}
		customer = a.payment.Customer()
	} else {
		if a.note, err = r.CustomerInvoices().Get(ctx, s.company(), note); err != nil {
			return nil, err
		}
		customer = a.note.Customer()
	}
	ahead := s.reads(r)
	ahead.account(customer)
	switch {
	case ahead.on && purpose == settleOldest:
		ahead.query(openInvoicesOf(s.company(), customer, date))
	case ahead.on && purpose == undo:
		if err := a.undone(ctx, &ahead); err != nil {
			return nil, err
		}
	}
	if err := s.fetch(ctx, r, &ahead); err != nil {
		return nil, err
	}
	a.account, err = s.account(ctx, r, customer)
	return a, err
}

func (a *allocating[R]) ref() tandem.DocumentRef {
	if a.note != nil {
		return a.note.Ref()
	}
	return a.payment.Ref()
}

func (a *allocating[R]) refuse(command, code, reason string) error {
	ref := a.ref()
	return &tandem.RefusedError{Command: command, Subject: string(ref.Kind) + " " + ref.ID.String(), Code: code, Reason: reason}
}

// undo reverses the allocations to an invoice, or all of them, and with them the early
// discounts of other payments that rested on them.
func (a *allocating[R]) undo(ctx context.Context, invoice billing.InvoiceID, reason string) error {
	standing, err := a.standing(ctx, invoice)
	if err != nil {
		return err
	}
	ahead := a.w.s.reads(a.w.r)
	for i := range standing {
		ahead.allocated(&standing[i])
	}
	if err := a.w.s.fetch(ctx, a.w.r, &ahead); err != nil {
		return err
	}
	for _, fact := range standing {
		reversal, err := a.reverse(ctx, fact, billing.Unapplication{ID: newAllocation(a.w.scope), Date: a.w.date, Reason: reason, At: a.w.scope.Now})
		if err != nil {
			return err
		}
		a.facts = append(a.facts, reversal)
	}
	return a.forfeit(ctx, reason)
}

// reverse undoes one allocation.
func (a *allocating[R]) reverse(ctx context.Context, fact billing.Allocation, u billing.Unapplication) (billing.Allocation, error) {
	if !fact.Refund.IsZero() {
		return a.unsettle(ctx, fact, u)
	}
	to, err := a.invoice(ctx, fact.Invoice)
	switch {
	case err != nil:
		return billing.Allocation{}, err
	case a.note != nil:
		return billing.UnapplyCredit(fact, a.note, to, u)
	}
	return payment.Unapply(fact, a.payment, to, u)
}

// standing gives the allocations that are not reversed, of all or to one invoice. What
// was paid back of a payment stands unless its money goes back.
func (a *allocating[R]) standing(ctx context.Context, invoice billing.InvoiceID) ([]billing.Allocation, error) {
	var made []billing.Allocation
	reversed := make(map[billing.AllocationID]bool)
	for fact, err := range a.w.r.Allocations().Find(ctx, allocationsOf(a.note, a.payment)) {
		switch {
		case err != nil:
			return nil, err
		case !fact.Reverses.IsZero():
			reversed[fact.Reverses] = true
		case !fact.Refund.IsZero() && !a.bounced && fact.ID == refundAllocation(fact.Refund.Bytes()):
		case invoice.IsZero() || fact.Invoice == invoice:
			made = append(made, fact)
		}
	}
	return unreversed(made, reversed), nil
}

func (a *allocating[R]) invoice(ctx context.Context, id billing.InvoiceID) (*billing.Invoice, error) {
	for _, i := range a.invoices {
		if i.ID() == id {
			return i, nil
		}
	}
	i, err := a.w.r.CustomerInvoices().Get(ctx, a.w.s.company(), id)
	if err == nil {
		a.invoices = append(a.invoices, i)
	}
	return i, err
}

// finish books what the allocations change beside the documents: early discounts,
// and advances that become payments of invoices.
func (a *allocating[R]) finish(ctx context.Context) (Allocated, error) {
	applied, net, tax, err := sumAllocations(a.facts, a.w.s.c.Books.Currency)
	if err != nil {
		return Allocated{}, err
	}
	discount, err := net.Add(tax)
	if err != nil {
		return Allocated{}, err
	}
	if err := a.book(ctx, applied, posting.EarlyDiscount{Customer: a.account.Party(), Net: net, Tax: tax}); err != nil {
		return Allocated{}, err
	}
	if err := a.account.Settle(discount); err != nil {
		return Allocated{}, err
	}
	if a.bounced {
		if err := a.giveBack(ctx); err != nil {
			return Allocated{}, err
		}
	}
	touched := a.invoices[:0:0]
	for _, i := range a.invoices {
		if touches(a.facts, i.ID()) {
			touched = append(touched, i)
		}
	}
	if err := a.w.s.registerDiscounts(ctx, a.w.r, a.w.scope, a.ref(), touched, a.facts); err != nil {
		return Allocated{}, err
	}
	fallen, err := a.finishForfeits(ctx)
	if err != nil {
		return Allocated{}, err
	}
	if discount, err = discount.Add(fallen); err != nil {
		return Allocated{}, err
	}
	out := Allocated{Applied: applied, Discount: discount}
	if a.note != nil {
		out.Unapplied = a.note.Open()
		err = a.w.saveAllocations(ctx, a.note, touched, a.facts)
	} else {
		out.Unapplied = a.payment.Unapplied()
		a.w.scope.Emit(a.payment.Drain())
		err = errors.Join(a.w.r.Payments().Save(ctx, a.payment), a.w.saveInvoices(ctx, touched), saveRefunds(ctx, a.w.r, a.w.scope, a.account, a.refunds))
		if err == nil && len(a.facts) > 0 {
			err = a.w.r.Allocations().Append(ctx, a.facts...)
		}
	}
	return out, errors.Join(err, a.w.r.CreditAccounts().Save(ctx, a.account))
}

func sumAllocations(facts []billing.Allocation, c tandem.Currency) (applied, net, tax tandem.Money, err error) {
	sums := [3]tandem.Total{tandem.NewTotal(c), tandem.NewTotal(c), tandem.NewTotal(c)}
	for i := range facts {
		sums[0].Add(facts[i].Amount)
		sums[1].Add(facts[i].DiscountNet)
		sums[2].Add(facts[i].DiscountTax)
	}
	var out [3]tandem.Money
	for i := range sums {
		if out[i], err = sums[i].Money(tandem.HalfAwayFromZero); err != nil {
			return out[0], out[1], out[2], err
		}
	}
	return out[0], out[1], out[2], nil
}

func (a *allocating[R]) book(ctx context.Context, applied tandem.Money, discount posting.EarlyDiscount) error {
	books, customer := a.w.s.books, a.account.Party()
	if a.payment != nil && a.payment.Advance() {
		released, err := a.w.s.releaseTax(ctx, a.w.r, a.w.scope, a.payment, a.facts)
		if err != nil {
			return err
		}
		if err := a.account.ApplyAdvance(applied); err != nil {
			return err
		}
		if err := a.w.write(ctx, a.ref(), func(h posting.Header) (ledger.Entry, error) {
			return books.ApplyAdvance(h, customer, applied, released, posting.Exchange{})
		}); err != nil {
			return err
		}
	}
	if discount.Net.IsZero() && discount.Tax.IsZero() {
		return nil
	}
	return a.w.write(ctx, a.ref(), func(h posting.Header) (ledger.Entry, error) { return books.Discount(h, discount) })
}

// giveBack takes the money of a payment out of the bank again, once nothing of it
// is applied.
func (a *allocating[R]) giveBack(ctx context.Context) error {
	back, err := a.payment.Amount().Neg(), error(nil)
	if a.payment.Advance() {
		err = a.account.Advance(back)
	} else {
		err = a.account.Settle(back)
	}
	if err != nil {
		return err
	}
	due, err := a.w.s.returnTax(ctx, a.w.r, a.w.scope, a.payment, a.w.date)
	if err != nil {
		return err
	}
	return a.w.write(ctx, a.payment.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return a.w.s.books.Pay(h, posting.Payment{Customer: a.payment.Customer(), Amount: back, Advance: a.payment.Advance(), Tax: due.Neg()})
	})
}
