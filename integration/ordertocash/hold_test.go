package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/credit"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/work"
)

// asked remembers what the authoriser was asked, and refuses one action.
type asked struct {
	actions map[string]tandem.Money
	no      string
}

func (a *asked) Authorize(_ context.Context, access work.Access) error {
	a.actions[access.Action] = access.Amount
	if access.Action == a.no {
		return &tandem.RefusedError{Command: access.Action, Subject: access.Actor.ID, Code: "not_authorised", Reason: "may not"}
	}
	return nil
}

func TestApprovalsAreAskedWithTheirAmounts(t *testing.T) {
	authorizer := &asked{actions: map[string]tandem.Money{}}
	w := newShop(t, func(c *ordertocash.Config) {
		c.Work.Authorizer = authorizer
		c.Credit = ordertocash.CreditTerms{Limit: money(1000), Policy: credit.Hold}
	})
	boss := billing.Approval{Actor: "boss", Reason: "fair"}
	placed := w.place("ann", want{"mug", 2})
	release := func() error {
		_, err := w.service.ReleaseHold(w.ctx, ordertocash.ReleaseOrder{Header: w.header(), Order: placed.Order, Approval: boss})
		return err
	}
	authorizer.no = "ordertocash.approve_credit"
	w.refused("not_authorised", release)
	authorizer.no = ""
	require.NoError(t, release())
	require.Equal(t, money(2400), authorizer.actions["ordertocash.approve_credit"])
	w.ship(placed.Order)
	invoice := w.invoice(placed.Order).Invoice
	allow := func() error {
		_, err := w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"), Approval: boss,
			Lines: []ordertocash.CreditLine{{Invoice: invoice, Net: money(500)}}})
		return err
	}
	authorizer.no = "ordertocash.approve_credit_note"
	w.refused("not_authorised", allow)
	authorizer.no = ""
	require.NoError(t, allow())
	w.check()
	require.Equal(t, money(600), authorizer.actions["ordertocash.approve_credit_note"])
}
