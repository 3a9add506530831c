package ordertocash_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// rival loses its first commit to somebody else, and changes the customer meanwhile.
type rival struct {
	work.Store[*store.Bundle]
	calls int
	terms tandem.TermsCode
}

func (f *rival) Update(ctx context.Context, fn func(context.Context, *store.Bundle) error) error {
	if f.calls++; f.calls > 1 {
		return f.Store.Update(ctx, fn)
	}
	err := f.Store.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		if err := fn(ctx, b); err != nil {
			return err
		}
		return &tandem.ConflictError{Kind: "party"}
	})
	f.terms = ""
	return err
}

func (f *rival) Customer(_ context.Context, _ tandem.CompanyID, id tandem.PartyID, _ tandem.Date) (ordertocash.Customer, error) {
	return ordertocash.Customer{Party: id, Country: "GB", Business: true, Terms: f.terms}, nil
}

func TestASecondRunDecidesAnew(t *testing.T) {
	w := newShop(t)
	f := &rival{Store: w.store, terms: "net30"}
	cfg := w.config
	cfg.Customers = f
	svc, err := ordertocash.New(work.Store[*store.Bundle](f), cfg)
	require.NoError(t, err)
	placed, err := svc.Place(w.ctx, ordertocash.PlaceOrder{Header: w.header(), Customer: customer("ann"), Lines: lines(want{"mug", 1})})
	require.NoError(t, err)
	require.Equal(t, 2, f.calls)
	require.NoError(t, w.store.View(w.ctx, func(ctx context.Context, b *store.Bundle) error {
		o, err := b.SalesOrders().Get(ctx, company, placed.Order)
		require.NoError(t, err)
		require.EqualValues(t, "", o.Terms(), "the customer's terms of the run that was lost")
		return nil
	}))
}
