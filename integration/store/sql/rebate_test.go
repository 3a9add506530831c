package sqlstore_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing/rebate"
)

// Many clients record sales and returns on one agreement, each sent twice as after a lost
// reply: the refund liability is that of what was sold and not returned, to the penny.
func TestARebateIsExactUnderManyClients(t *testing.T) {
	t.Run("PostgreSQL", func(t *testing.T) {
		db, _ := openPostgres(t, sqlstore.Config{})
		rebateUnderManyClients(t, db)
	})
	t.Run("SQLite", func(t *testing.T) {
		db, _ := openShopFile(t)
		rebateUnderManyClients(t, db)
	})
}

func rebateUnderManyClients(t *testing.T, db *sqlstore.DB) {
	const clients, sales = 4, 6
	tenant, err := db.Tenant("acme").Store()
	require.NoError(t, err)
	s := work.Retry(tenant, work.RetryPolicy{Tries: 1000})
	from, err := tandem.NewDate(2026, time.January, 1)
	require.NoError(t, err)
	now := tandem.InstantOfUnixMicro(1_780_000_000_000_000)
	of := func(minor int64) rebate.Volume {
		return rebate.Volume{Value: tandem.MoneyFromMinor(minor, tandem.GBP)}
	}
	percent := func(from, n int64) rebate.Tier {
		return rebate.Tier{FromValue: of(from).Value, Reward: rebate.Reward{Rate: tandem.Percent(n)}}
	}
	a, err := rebate.NewAgreement(tandem.DeriveID[rebate.AgreementID]("test", "rebate"), tandem.DeriveID[tandem.CompanyID]("test", "company"),
		tandem.DeriveID[tandem.PartyID]("test", "customer"), rebate.Terms{Period: tandem.Validity{From: from, Until: from.AddDays(365)}, Currency: tandem.GBP,
			Measure: rebate.ByValue, Scale: rebate.BackToFirstUnit, Returns: rebate.NetVolume, Rounding: tandem.HalfAwayFromZero,
			Tiers: []rebate.Tier{percent(0, 3), percent(1_500_00, 5)}})
	require.NoError(t, err)
	require.NoError(t, s.Update(t.Context(), func(ctx context.Context, r *store.Bundle) error { return r.RebateAgreements().Save(ctx, a) }))

	record := func(m rebate.Movement) error {
		return s.Update(t.Context(), func(ctx context.Context, r *store.Bundle) error {
			a, err := r.RebateAgreements().Get(ctx, a.Company(), a.ID())
			if err != nil {
				return err
			}
			if _, err := a.Record(m); err != nil {
				return err
			}
			return r.RebateAgreements().Save(ctx, a)
		})
	}
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := range sales {
				key := fmt.Sprint("client ", c, " sale ", i)
				sold := rebate.Movement{Key: key, Kind: rebate.Sale, Counts: true, Volume: of(100_00), Effective: from.AddDays(i), Recorded: now}
				back := rebate.Movement{Key: key + " back", Kind: rebate.Return, Of: key, Volume: of(30_01), Effective: from.AddDays(i), Recorded: now}
				for _, m := range []rebate.Movement{sold, sold, back, back} {
					if err := record(m); err != nil {
						t.Errorf("%s: %v", m.Key, err)
					}
				}
			}
		})
	}
	wg.Wait()
	// 24 × 69.99 = 1,679.76 are above the second tier: 5 % are 83.99.
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, r *store.Bundle) error {
		for a, err := range r.RebateAgreements().Find(ctx, rebate.Query{Company: a.Company(), Customer: a.Customer(), Status: rebate.StatusOpen, On: from}) {
			require.NoError(t, err)
			owed, err := a.Liability()
			require.NoError(t, err)
			require.Equal(t, of(83_99).Value, owed)
			require.Equal(t, of(1_679_76), a.Net())
			require.Len(t, a.State().Movements, 2*clients*sales)
			return nil
		}
		return fmt.Errorf("no agreement: %w", tandem.ErrNotFound)
	}))
}
