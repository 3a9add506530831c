package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/pricing"
)

// The customer is a party of the store: a Swiss delivery address makes an export,
// the grade is that of the day, inherited from the group where it says so.
func TestCustomersOfTheStore(t *testing.T) {
	w := newShop(t, func(c *ordertocash.Config) { c.Customers, c.DefaultTerms = nil, "net30" })
	change := func(fn func(ctx context.Context, b *store.Bundle) error) {
		t.Helper()
		require.NoError(t, w.store.Update(w.ctx, fn))
	}
	group, err := party.NewParty(customer("group"), party.Organisation, "Group", party.Customer, w.date("2010-01-01"), w.clock.at)
	require.NoError(t, err)
	ann, err := party.NewParty(customer("ann"), party.Organisation, "Ann Ltd", party.Customer, w.date("2010-01-01"), w.clock.at)
	require.NoError(t, err)
	require.NoError(t, ann.SetLocation(party.Location{Code: "seat", Kind: party.Registered, Address: tandem.Address{Country: "GB"}}, w.clock.at))
	require.NoError(t, ann.SetParent(party.Parent{Party: customer("group"), Inherits: []party.Attribute{party.InheritGrade}}, w.clock.at))
	change(func(ctx context.Context, b *store.Bundle) error {
		require.NoError(t, b.Parties().Save(ctx, group))
		return b.Parties().Save(ctx, ann)
	})
	w.fails(tandem.ErrNotFound, func() error {
		_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("nobody"), Lines: lines(want{"mug", 1})})
		return err
	})
	first := w.place("ann", want{"mug", 1})
	require.Equal(t, [2]tandem.Money{money(1000), money(1200)}, [2]tandem.Money{first.Net, first.Gross})
	require.Equal(t, tandem.TermsCode("net30"), w.orderState(first.Order).Terms)

	change(func(ctx context.Context, b *store.Bundle) error { // the group is Gold from now on
		a, err := grading.NewGradeAssignment(company, customer("group"))
		require.NoError(t, err)
		require.NoError(t, a.Pin(grading.PinRequest{Grade: "gold", From: w.date("2011-06-01"), Until: w.date("2012-01-01"), Reason: "framework contract", By: "boss"}, w.clock.at))
		return b.GradeAssignments().Save(ctx, a)
	})
	require.Equal(t, money(950), w.place("ann", want{"mug", 1}).Net)

	bigger := w.place("ann", want{"mug", 12})
	change(func(ctx context.Context, b *store.Bundle) error {
		p, err := b.Parties().Get(ctx, customer("ann"))
		require.NoError(t, err)
		require.NoError(t, p.SetLocation(party.Location{Code: "shop", Kind: party.Delivery, Address: tandem.Address{Country: "CH"}}, w.clock.at))
		return b.Parties().Save(ctx, p)
	})
	export := w.place("ann", want{"mug", 1})
	require.Equal(t, export.Net, export.Gross)

	change(func(ctx context.Context, b *store.Bundle) error {
		p, err := b.Parties().Get(ctx, customer("ann"))
		require.NoError(t, err)
		require.NoError(t, p.Block("does not pay", w.clock.at))
		return b.Parties().Save(ctx, p)
	})
	w.refused("customer_refused", func() error {
		_, err := w.service.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines(want{"mug", 1})})
		return err
	})
	amend := func(cmd ordertocash.AmendOrder) error {
		cmd.Header, cmd.Order, cmd.Reason = w.header(), bigger.Order, "the customer called"
		_, err := w.service.Amend(w.ctx, cmd)
		return err
	}
	quantity := func(n int64) ordertocash.AmendOrder {
		return ordertocash.AmendOrder{Change: []ordertocash.LineChange{{Line: 1, Quantity: pieces(n)}}}
	}
	for name, more := range map[string]ordertocash.AmendOrder{"a line more": {Add: lines(want{"card", 1})}, "a piece more": quantity(13),
		"a higher price": {Change: []ordertocash.LineChange{{Line: 1, Agreed: &pricing.Override{Price: price(t, 20_000_000), Reason: "dearer"}}}}} {
		t.Run(name, func(*testing.T) { w.refused("customer_refused", func() error { return amend(more) }) })
	}
	require.NoError(t, amend(quantity(3)), "an order can be made smaller")
	w.check()
	require.Equal(t, money(2850), w.orderState(bigger.Order).Lines[0].Net)
	w.ship(first.Order) // what was ordered goes its way
	w.invoice(first.Order)
}
