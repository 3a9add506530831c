package ordertocash

import (
	"context"
	"errors"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
)

// owedRefund is a refund that a command settles, or of which it makes something owed.
type owedRefund struct {
	*payment.Payment
	owed bool // before the command
}

func owedBefore(refund *payment.Payment) owedRefund {
	return owedRefund{refund, refund.Status().Open()}
}

// refundsOwed gives the refunds that a payment may settle: those that are named, and with
// oldest all that were paid out until a day and are owed back; none is looked for where
// the account owes none.
func (s *Service[R]) refundsOwed(ctx context.Context, r R, named []payment.ID, oldest bool, account *credit.Account, until tandem.Date) ([]owedRefund, error) {
	if len(named) == 0 && !(oldest && account.OwesRefunds()) {
		return nil, nil
	}
	out := make([]owedRefund, 0, len(named)+1)
	for _, id := range named {
		refund, err := r.Payments().Get(ctx, s.company(), id)
		if err != nil {
			return nil, err
		}
		out = append(out, owedBefore(refund))
	}
	if !oldest || !account.OwesRefunds() {
		return out, nil
	}
	for p, err := range r.Payments().Find(ctx, payment.Query{Company: s.company(), Customer: account.Party(), Open: true,
		Dates: tandem.Validity{Until: until.AddDays(1)}}) {
		if err != nil {
			return nil, err
		}
		if p.Refund() && !until.Before(p.NotBefore()) && !slices.Contains(named, p.ID()) {
			out = append(out, owedBefore(p))
		}
	}
	return out, nil
}

// settleRefunds settles refunds that are owed back with a payment, until it is used up:
// before invoices, since they are due since they were paid out.
func settleRefunds(p *payment.Payment, refunds []owedRefund, date tandem.Date, at tandem.Instant, next func() billing.AllocationID) ([]billing.Allocation, error) {
	var facts []billing.Allocation
	for _, refund := range refunds {
		amount := min(p.Unapplied().Minor(), refund.Unapplied().Minor())
		if p.Unapplied().IsZero() {
			break
		}
		fact, err := payment.SettleRefund(p, refund.Payment, payment.Application{ID: next(), Date: date, At: at,
			Amount: tandem.MoneyFromMinor(amount, p.Amount().Currency())})
		if err != nil {
			return facts, err
		}
		facts = append(facts, fact)
	}
	return facts, nil
}

// saveRefunds saves refunds that were settled or are owed, and counts the latter.
func saveRefunds[R Repos](ctx context.Context, r R, scope *work.Scope, account *credit.Account, refunds []owedRefund) error {
	for _, refund := range refunds {
		recorded := refund.Drain()
		if len(recorded.Events) == 0 {
			continue
		}
		scope.Emit(recorded)
		by := 0
		switch now := refund.Status().Open(); {
		case now && !refund.owed:
			by = 1
		case !now && refund.owed:
			by = -1
		}
		if err := errors.Join(account.OweRefunds(by), r.Payments().Save(ctx, refund.Payment)); err != nil {
			return err
		}
	}
	return nil
}

// unsettle reverses what the payment settled of a refund.
func (a *allocating[R]) unsettle(ctx context.Context, fact billing.Allocation, u billing.Unapplication) (billing.Allocation, error) {
	for _, refund := range a.refunds {
		if refund.ID() == fact.Refund {
			return payment.UnsettleRefund(fact, a.payment, refund.Payment, u)
		}
	}
	refund, err := a.w.r.Payments().Get(ctx, a.w.s.company(), fact.Refund)
	if err != nil {
		return billing.Allocation{}, err
	}
	a.refunds = append(a.refunds, owedBefore(refund))
	return payment.UnsettleRefund(fact, a.payment, refund, u)
}

// takeBackOwed ends a refund that was owed and whose money came back.
func (a *allocating[R]) takeBackOwed(ctx context.Context, reason string) (Allocated, error) {
	refund, w := a.payment, &a.w
	a.refunds = []owedRefund{owedBefore(refund)}
	if err := payment.TakeBackOwed(refund, billing.Unapplication{Date: w.date, Reason: reason, At: w.scope.Now}); err != nil {
		return Allocated{}, err
	}
	if err := a.account.Settle(refund.Amount()); err != nil {
		return Allocated{}, err
	}
	zero := tandem.MoneyFromMinor(0, w.s.c.Books.Currency)
	if err := w.write(ctx, refund.Ref(), func(h posting.Header) (ledger.Entry, error) {
		return w.s.books.Refund(h, posting.Payment{Customer: refund.Customer(), Amount: refund.Amount().Neg(), Tax: zero})
	}); err != nil {
		return Allocated{}, err
	}
	return Allocated{Applied: refund.Amount().Neg(), Discount: zero, Unapplied: zero},
		errors.Join(saveRefunds(ctx, w.r, w.scope, a.account, a.refunds), w.r.CreditAccounts().Save(ctx, a.account))
}
