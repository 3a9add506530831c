package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// A budget of 100 is drawn upon by many clients, each claim sent twice as after a lost
// reply: every claim of 7 that was granted is used once, and no more than fits.
func TestABudgetIsNeverExceeded(t *testing.T) {
	t.Run("PostgreSQL", func(t *testing.T) {
		db, _ := openPostgres(t, sqlstore.Config{})
		budgetUnderManyClients(t, db)
	})
	t.Run("SQLite", func(t *testing.T) {
		db, _ := openShopFile(t)
		budgetUnderManyClients(t, db)
	})
}

func budgetUnderManyClients(t *testing.T, db *sqlstore.DB) {
	const clients, claims, budget, amount = 4, 8, 100, 7
	tenant, err := db.Tenant("acme").Store()
	require.NoError(t, err)
	s := work.Retry(tenant, work.RetryPolicy{Tries: 1000})
	company := tandem.DeriveID[tandem.CompanyID]("test", "company")
	now := tandem.InstantOfUnixMicro(1_780_000_000_000_000)
	of := func(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }
	l, err := redemption.Open(company, redemption.Subject{Kind: redemption.ForCampaign, Name: "summer"}, redemption.Terms{Value: of(budget)}, now)
	require.NoError(t, err)
	require.NoError(t, s.Update(t.Context(), func(ctx context.Context, r *store.Bundle) error { return r.RedemptionLimits().Save(ctx, l) }))

	use := func(key string) error {
		return s.Update(t.Context(), func(ctx context.Context, r *store.Bundle) error {
			l, err := r.RedemptionLimits().Get(ctx, company, l.ID())
			if err != nil {
				return err
			}
			if _, err := l.Reserve(key, redemption.Claim{Usage: redemption.Usage{Value: of(amount)}}, now); err != nil {
				return err
			}
			if err := l.Commit(key, now); err != nil {
				return err
			}
			return r.RedemptionLimits().Save(ctx, l)
		})
	}
	var granted, failed atomic.Int64
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := range claims {
				key := fmt.Sprint("client ", c, " claim ", i)
				first, again := use(key), use(key)
				switch {
				case first == nil && again == nil:
					granted.Add(1)
				case !errors.Is(first, tandem.ErrInsufficient) || !errors.Is(again, tandem.ErrInsufficient):
					failed.Add(1)
					t.Errorf("%s: %v, then %v", key, first, again)
				}
			}
		})
	}
	wg.Wait()
	require.Zero(t, failed.Load())
	require.Equal(t, int64(budget/amount), granted.Load())
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, r *store.Bundle) error {
		l, err := r.RedemptionLimits().Get(ctx, company, l.ID())
		if err == nil {
			require.Equal(t, of(budget/amount*amount), l.Committed().Value)
			require.Equal(t, budget/amount, l.Keys())
		}
		return err
	}))
}
