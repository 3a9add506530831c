package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing/credit"
)

// account gives a customer's credit account, a new one where there is none. Two
// commands that open the same account at once conflict, and one runs again.
func (s *Service[R]) account(ctx context.Context, r R, customer tandem.PartyID) (*credit.Account, error) {
	account, err := r.CreditAccounts().Get(ctx, s.company(), customer)
	if err == nil || !errors.Is(err, tandem.ErrNotFound) {
		return account, err
	}
	zero := tandem.MoneyFromMinor(0, s.c.Books.Currency)
	return credit.Restore(credit.State{Company: s.company(), Party: customer, Limit: s.c.Credit.Limit,
		NoLimit: s.c.Credit.NoLimit, Policy: s.c.Credit.Policy, Components: credit.Components{
			Receivables: zero, DeliveredNotInvoiced: zero, ConfirmedNotDelivered: zero, Advances: zero}})
}

// accountOfKnown gives a customer's credit account, and opens one only for a
// customer who is known: money and credit of a party that nobody knows is a slip
// of the pen ([tandem.ErrNotFound]). Who has an account was known once.
func (s *Service[R]) accountOfKnown(ctx context.Context, r R, customer tandem.PartyID, on tandem.Date) (*credit.Account, error) {
	account, err := s.account(ctx, r, customer)
	if err != nil || account.State().Revision > 0 {
		return account, err
	}
	if s.c.Customers == nil {
		_, err = r.Parties().Get(ctx, customer)
	} else {
		_, err = s.customer(ctx, r, customer, on)
	}
	return account, err
}

// confirmedChanged moves the credit account by the change of what is confirmed
// and not delivered.
func confirmedChanged(account *credit.Account, before, after tandem.Money) error {
	change, err := after.Sub(before)
	if err != nil || change.IsZero() {
		return err
	}
	return account.Amend(change)
}
