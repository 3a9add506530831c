package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
)

// months are the accounting periods of two months: May is closed, June is open.
type months [2]*ledger.Period

func (m months) Period(_ context.Context, _ tandem.CompanyID, date tandem.Date) (*ledger.Period, error) {
	for _, p := range m {
		if p.Dates().Contains(date) {
			return p, nil
		}
	}
	return nil, tandem.ErrNotFound
}

func mayIsClosed(t *testing.T, c *ordertocash.Config) {
	var m months
	for i, first := range []string{"2011-05-01", "2011-06-01"} {
		from := date(t, first)
		p, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("period", first), company, first[:7],
			tandem.Validity{From: from, Until: from.EndOfMonth().AddDays(1)}, mustInstant(t, "2011-05-01T00:00:00Z"))
		require.NoError(t, err)
		m[i] = p
	}
	require.NoError(t, m[0].Close("accountant", mustInstant(t, "2011-06-03T00:00:00Z")))
	c.Periods = m
}

// No document of May gets into the books once May is closed, one of nought neither:
// each command is refused whole, and the same of June goes through.
func TestNothingGetsIntoAClosedPeriod(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { mayIsClosed(t, c) })
	may, june := w.date("2011-05-31"), w.date("2011-06-10")
	w.day("2011-05-30")
	by := billing.Approval{Actor: "boss", Reason: "late"}
	orders := map[string]ordertocash.Placed{"sold": w.place("ann", want{"mug", 3}), "of nought": w.placeLines("ann", priced(t, "carriage", 1, 0))}
	w.day("2011-06-10")
	for name, order := range orders {
		var delivery ordertocash.Shipped
		ship := func(on tandem.Date) (err error) {
			delivery, err = w.service.Ship(w.ctx, ordertocash.ShipOrder{Header: w.header(), Order: order.Order, Date: on})
			return err
		}
		w.refused("period_closed", func() error { return ship(may) })
		require.NoError(t, ship(june), name)
		draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: order.Order})
		require.NoError(t, err)
		_, err = w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
		require.NoError(t, err)
		w.check()
		require.NotEmpty(t, delivery.Number)
	}
	commands := map[string]func(on tandem.Date) error{
		"payment": func(on tandem.Date) error {
			_, err := w.service.Receive(w.ctx, ordertocash.ReceivePayment{Header: w.header(), Customer: customer("ann"), Amount: money(100), Date: on, Method: payment.Cash})
			return err
		},
		"allowance": func(on tandem.Date) error {
			_, err := w.service.CreditAllowance(w.ctx, ordertocash.CreditAllowance{Header: w.header(), Customer: customer("ann"), Date: on, Approval: by,
				Lines: []ordertocash.CreditLine{{Net: money(100), TaxCode: "GB-S"}}})
			return err
		},
		"expense": func(on tandem.Date) error {
			_, err := w.service.Spend(w.ctx, ordertocash.WriteExpense{Header: w.header(), Date: on, Expense: posting.Expense{Costs: []posting.Cost{{Net: money(100)}}}})
			return err
		},
	}
	for name, command := range commands {
		w.refused("period_closed", func() error { return command(may) })
		require.NoError(t, command(june), name)
		w.check()
	}
}

// What was delivered in May and is not invoiced when May is closed is invoiced in
// June; an invoice of May is refused.
func TestAnInvoiceIntoAClosedPeriod(t *testing.T) {
	var periods ordertocash.Config
	mayIsClosed(t, &periods)
	open := periods.Periods.(months)
	require.NoError(t, open[0].Reopen("accountant", "late delivery note", mustInstant(t, "2011-06-03T00:00:00Z")))
	w := newShop(t, func(c *ordertocash.Config) { c.Periods = open })
	w.day("2011-05-30")
	placed := w.place("ann", want{"mug", 1})
	w.ship(placed.Order)
	w.day("2011-06-04")
	draft, err := w.service.Invoice(w.ctx, ordertocash.InvoiceOrder{Header: w.header(), Order: placed.Order})
	require.NoError(t, err)
	require.NoError(t, open[0].Close("accountant", mustInstant(t, "2011-06-04T00:00:00Z")))
	w.refused("period_closed", func() error {
		_, err := w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice, Date: w.date("2011-05-31")})
		return err
	})
	_, err = w.service.Post(w.ctx, ordertocash.PostInvoice{Header: w.header(), Invoice: draft.Invoice})
	require.NoError(t, err)
	w.check()
}
