package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
)

// forfeiture is what falls of another payment, whose money stays applied.
type forfeiture struct {
	payment *payment.Payment
	facts   []billing.Allocation
	date    tandem.Date
}

// forfeit takes back the early discounts that rested on what was undone: an instalment
// that is no longer paid in full earned none. It reads only where the terms have any.
func (a *allocating[R]) forfeit(ctx context.Context, reason string) error {
	undone := a.facts
	for n := range undone {
		if undone[n].Invoice.IsZero() || seen(undone[:n], &undone[n]) {
			continue
		}
		invoice, err := a.invoice(ctx, undone[n].Invoice)
		if err != nil {
			return err
		}
		if invoice.EarlyDiscount().IsZero() {
			continue
		}
		standing, err := a.discounted(ctx, invoice.ID(), undone[n].Instalment)
		if err != nil {
			return err
		}
		for _, fact := range standing {
			if err := a.forfeitOf(ctx, fact, invoice, reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// seen reports whether an instalment is among those of facts before.
func seen(before []billing.Allocation, f *billing.Allocation) bool {
	for i := range before {
		if before[i].Invoice == f.Invoice && before[i].Instalment == f.Instalment {
			return true
		}
	}
	return false
}

// discounted gives the allocations to an instalment with a discount that stand, those
// that are being undone left out.
func (a *allocating[R]) discounted(ctx context.Context, invoice billing.InvoiceID, instalment int) ([]billing.Allocation, error) {
	var made []billing.Allocation
	reversed := make(map[billing.AllocationID]bool)
	for i := range a.facts {
		reversed[a.facts[i].Reverses] = true
	}
	for fact, err := range a.w.r.Allocations().Find(ctx, billing.AllocationQuery{Company: a.w.s.company(), Invoice: invoice}) {
		switch {
		case err != nil:
			return nil, err
		case !fact.Reverses.IsZero():
			reversed[fact.Reverses] = true
		case fact.Instalment == instalment && !(fact.DiscountNet.IsZero() && fact.DiscountTax.IsZero()):
			made = append(made, fact)
		}
	}
	return unreversed(made, reversed), nil
}

func unreversed(made []billing.Allocation, reversed map[billing.AllocationID]bool) []billing.Allocation {
	out := made[:0]
	for _, fact := range made {
		if !reversed[fact.ID] {
			out = append(out, fact)
		}
	}
	return out
}

// forfeitOf takes back the discount of one allocation, not before its day.
func (a *allocating[R]) forfeitOf(ctx context.Context, fact billing.Allocation, invoice *billing.Invoice, reason string) error {
	paid, date := a.other(fact.Payment, len(a.forfeited)), a.w.date
	if paid == nil {
		var err error
		if paid, err = a.w.r.Payments().Get(ctx, a.w.s.company(), fact.Payment); err != nil {
			return err
		}
	}
	if date.Before(fact.Date) {
		date = fact.Date
	}
	u := billing.Unapplication{ID: newAllocation(a.w.scope), Date: date, Reason: reason, At: a.w.scope.Now}
	facts, err := payment.ForfeitDiscount(fact, paid, invoice, u, newAllocation(a.w.scope))
	a.forfeited = append(a.forfeited, forfeiture{paid, facts[:], date})
	return err
}

// other gives a payment that is at hand, of the first n forfeitures.
func (a *allocating[R]) other(id payment.ID, n int) *payment.Payment {
	for i := range n {
		if a.forfeited[i].payment.ID() == id {
			return a.forfeited[i].payment
		}
	}
	return nil
}

// finishForfeits books what fell, under the payments that had taken it, and saves
// them. It gives the discount, which is negative.
func (a *allocating[R]) finishForfeits(ctx context.Context) (tandem.Money, error) {
	sum := tandem.MoneyFromMinor(0, a.w.s.c.Books.Currency)
	for i := range a.forfeited {
		f := &a.forfeited[i]
		discount, err := a.bookForfeit(ctx, f)
		if err == nil {
			sum, err = sum.Add(discount)
		}
		if err != nil {
			return sum, err
		}
	}
	for i := range a.forfeited {
		p := a.forfeited[i].payment
		if a.other(p.ID(), i) != nil {
			continue // saved
		}
		a.w.scope.Emit(p.Drain())
		if err := a.w.r.Payments().Save(ctx, p); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

func (a *allocating[R]) bookForfeit(ctx context.Context, f *forfeiture) (tandem.Money, error) {
	s, w := a.w.s, &a.w
	if f.date != w.date {
		later := s.writing(w.r, w.scope, f.date)
		w = &later
	}
	_, net, due, err := sumAllocations(f.facts, s.c.Books.Currency)
	if err != nil {
		return net, err
	}
	gross, err := net.Add(due)
	if err != nil {
		return net, err
	}
	if f.payment.Advance() {
		if _, err := s.releaseTax(ctx, w.r, w.scope, f.payment, f.facts); err != nil {
			return net, err
		}
	}
	if err := w.write(ctx, f.payment.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return s.books.Discount(h, posting.EarlyDiscount{Customer: a.account.Party(), Net: net, Tax: due})
	}); err != nil {
		return net, err
	}
	return gross, errors.Join(a.account.Settle(gross), s.registerDiscounts(ctx, w.r, w.scope, f.payment.Ref(), a.invoices, f.facts),
		w.r.Allocations().Append(ctx, f.facts...))
}
