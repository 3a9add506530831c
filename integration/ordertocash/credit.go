package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// account gives a customer's credit account, a new one where there is none. Two
// commands that open the same account at once conflict, and one runs again.
func (s *Service[R]) account(ctx context.Context, r R, customer tandem.PartyID) (*billing.CreditAccount, error) {
	if customer.IsZero() {
		var c tandem.Check
		c.Add("required", "customer", "must be given")
		return nil, c.Err("command")
	}
	account, err := r.CreditAccounts().Get(ctx, s.company(), customer)
	if err == nil || !errors.Is(err, tandem.ErrNotFound) {
		return account, err
	}
	zero := tandem.MoneyFromMinor(0, s.c.Books.Currency)
	return billing.RestoreCreditAccount(billing.CreditState{Company: s.company(), Party: customer, Limit: s.c.Credit.Limit,
		NoLimit: s.c.Credit.NoLimit, Policy: s.c.Credit.Policy, CreditComponents: billing.CreditComponents{
			Receivables: zero, DeliveredNotInvoiced: zero, ConfirmedNotDelivered: zero, Advances: zero}})
}

// confirmedChanged moves the credit account by the change of what is confirmed
// and not delivered.
func confirmedChanged(account *billing.CreditAccount, before, after tandem.Money) error {
	change, err := after.Sub(before)
	if err != nil || change.IsZero() {
		return err
	}
	return account.Amend(change)
}
