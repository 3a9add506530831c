package storetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

func TestAPrefetchingDriverKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Harness[*store.Bundle] { return over(storetest.CountTrips(memory.New())) })
}

func TestAHostOnAPrefetchingDriverKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Harness[*hostBundle] {
		return hostHarnessOver(storetest.CountTrips(memory.New()), false)
	})
}

// A bundle that keeps what it prefetched fails the sentences about own writes and numbers.
func TestABundleThatHoardsFailsItsChecks(t *testing.T) {
	require.Equal(t, []string{"PREFETCH-03", "PREFETCH-05"}, failed(t, func() storetest.Harness[*hoarder] {
		inner := over(storetest.CountTrips(memory.New()))
		return storetest.Harness[*hoarder]{Open: func(tenant string) (work.Store[*hoarder], error) {
			s, err := inner.Open(tenant)
			if err != nil {
				return nil, err
			}
			return work.Narrow(s, func(b *store.Bundle) *hoarder {
				return &hoarder{b, map[tandem.TermsCode]billing.Terms{}, map[ledger.PeriodID]ledger.PeriodState{}}
			}), nil
		}}.Alone()
	}))
}

// ownNumbers is a host that numbers its documents itself.
type ownNumbers struct {
	*store.Bundle
	last *int64
}

func (o *ownNumbers) Numbers() work.Numbers { return o }

func (o *ownNumbers) Next(context.Context, tandem.CompanyID, string, tandem.Date) (work.Number, error) {
	*o.last++
	return work.Number{Value: *o.last}, nil
}

// What was read ahead is forgotten behind a number, whoever gives it.
func TestNumbersOfAHostForgetToo(t *testing.T) {
	trips := storetest.CountTrips(memory.New())
	db, err := store.Open(trips, "acme", store.Options{})
	require.NoError(t, err)
	last := int64(40)
	s := work.Narrow[*store.Bundle](db, func(b *store.Bundle) *ownNumbers { return &ownNumbers{b, &last} })
	company := tandem.DeriveID[tandem.CompanyID]("company", "acme")
	save := func(name string) error {
		return db.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			terms, _ := b.PaymentTerms().PaymentTerms(ctx, company, "net30")
			terms.Company, terms.Code, terms.Name = company, "net30", name
			terms.Instalments = []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}
			return b.PaymentTerms().Save(ctx, terms)
		})
	}
	require.NoError(t, save("first"))
	require.NoError(t, s.Update(t.Context(), func(ctx context.Context, r *ownNumbers) error {
		ref := work.Ref{Of: work.OfPaymentTerms, Company: company, Key: tandem.TermsCode("net30")}
		require.True(t, work.Prefetches(r))
		require.NoError(t, work.Prefetch(ctx, r, ref))
		require.NoError(t, save("second"))
		trips.Take()
		name := func() string {
			terms, err := r.PaymentTerms().PaymentTerms(ctx, company, "net30")
			require.NoError(t, err)
			return terms.Name
		}
		require.Equal(t, "first", name())
		require.Empty(t, trips.Take(), "it is served")
		draws := []work.Draw{{Series: "A"}, {Series: "B"}}
		require.NoError(t, work.DrawNumbers(ctx, r, company, draws, ref))
		require.Equal(t, []int64{41, 42}, []int64{draws[0].Number.Value, draws[1].Number.Value})
		require.Equal(t, "second", name())
		require.Equal(t, []string{"prefetch"}, trips.Take())
		require.NoError(t, work.Prefetch(ctx, r, ref), "what is there is not read again")
		require.Empty(t, trips.Take())
		return nil
	}))
}

func TestABundleIsClosedToPrefetchesBehindItsClosure(t *testing.T) {
	db, err := store.Open(storetest.CountTrips(memory.New()), "acme", store.Options{})
	require.NoError(t, err)
	var kept *store.Bundle
	require.NoError(t, db.View(t.Context(), func(_ context.Context, b *store.Bundle) error {
		kept = b
		return nil
	}))
	require.False(t, work.Prefetches(kept))
	require.ErrorIs(t, work.Prefetch(t.Context(), kept, work.Ref{Of: work.OfCommands, Key: "k"}), store.ErrClosed)
	kept.Forget()
}

// A ref of another type than the repository's, of no repository and of a query that
// cannot be asked reads nothing, and is no error.
func TestRefsOfNobodyAreWasted(t *testing.T) {
	trips := storetest.CountTrips(memory.New())
	db, err := store.Open(trips, "acme", store.Options{})
	require.NoError(t, err)
	company := tandem.DeriveID[tandem.CompanyID]("company", "acme")
	require.NoError(t, db.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		require.NoError(t, work.Prefetch(ctx, b, work.Ref{Of: work.OfSalesOrders, Company: company, Key: "text"}, work.Ref{Of: "Nothing"},
			work.Ref{Key: 7}, work.Ref{Key: billing.InvoiceQuery{}}, work.Ref{Of: work.OfCommands, Key: ""}))
		require.Empty(t, trips.Take())
		return nil
	}))
}
