package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/erptest"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	sqlstore "github.com/tandem-go/tandem/integration/store/sql"
)

// Random changes of a level that is spread come out as those of one row.
func TestASpreadLevelDecidesAsOneRowDoes(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{Stock: sqlstore.Stock{Buckets: 8}})
	tenant := db.Tenant("acme")
	key := erptest.Level("pen")
	want := inventory.Level{Key: key}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 400 {
		c := inventory.LevelChange{Key: key, OnHand: r.Int64N(41) - 20, Reserved: r.Int64N(31) - 15, AllowNegative: r.IntN(8) == 0}
		after, refusal := want.Apply(c)
		err := tenant.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error { return b.StockLevels().Apply(ctx, c) })
		if refusal != nil {
			require.ErrorIs(t, err, tandem.ErrInsufficient, "%+v of %+v", c, want)
		} else {
			require.NoError(t, err, "%+v of %+v", c, want)
			want = after
		}
		require.Equal(t, want, levelOf(t, tenant, key))
	}
	_, err := sqlstore.OpenPostgres(t.Context(), pool, sqlstore.Config{})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorContains(t, err, "MergeBuckets")
	require.NoError(t, sqlstore.MergeBuckets(t.Context(), pool, ""))
	plain, err := sqlstore.OpenPostgres(t.Context(), pool, sqlstore.Config{})
	require.NoError(t, err)
	require.Equal(t, want, levelOf(t, plain.Tenant("acme"), key), "gathered, it is the same")
}

// What one bucket has free is not to be had while another lacks more.
func TestABucketGivesNothingWhileTheLevelLacks(t *testing.T) {
	db, pool := openPostgres(t, sqlstore.Config{Stock: sqlstore.Stock{Buckets: 8}})
	tenant := db.Tenant("acme")
	require.NoError(t, tenant.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: erptest.Level("pen"), Reserved: 40, AllowNegative: true})
	}))
	change := func(reserved, bucket int) error {
		_, err := pool.Exec(t.Context(), fmt.Sprintf(`SELECT tandem.change_level(tenant, company, location, product, lot, 0, %d, false, %d, 8)
			FROM tandem.stock_level WHERE bucket = 0`, reserved, bucket))
		return err
	}
	require.NoError(t, change(-5, 2))
	require.ErrorContains(t, change(5, 2), "the level does not allow it")
	require.Equal(t, int64(35), levelOf(t, tenant, erptest.Level("pen")).Reserved)
}

func levelOf(t *testing.T, tenant *sqlstore.Tenant, key inventory.LevelKey) (level inventory.Level) {
	t.Helper()
	require.NoError(t, tenant.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
		levels, err := b.StockLevels().Get(ctx, key)
		if err == nil {
			level = levels[0]
		}
		return err
	}))
	return level
}

// Who wants nearly all gets it, though no bucket alone has so much, and a refusal has
// tried them all.
func TestARefusalHasTriedEveryBucket(t *testing.T) {
	db, _ := openPostgres(t, sqlstore.Config{Stock: sqlstore.Stock{Buckets: 16}})
	tenant, key := db.Tenant("acme"), erptest.Level("pen")
	change := func(onHand, reserved int64) error {
		return tenant.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: key, OnHand: onHand, Reserved: reserved})
		})
	}
	require.NoError(t, change(160, 0))
	require.NoError(t, change(0, 159))
	require.NoError(t, change(0, 1), "the last one, wherever it is")
	err := change(0, 1)
	require.ErrorIs(t, err, tandem.ErrInsufficient)
	require.False(t, errors.Is(err, tandem.ErrConflict))
	require.NoError(t, change(-160, -160))
	require.Equal(t, inventory.Level{Key: key}, levelOf(t, tenant, key))
}

// As many as there are pieces take one each at once, from buckets that run dry one after
// the other: nobody hears that all is sold before it is, and nobody waits in a circle.
func TestNobodyIsRefusedBeforeAllIsTaken(t *testing.T) {
	db, _ := openPostgres(t, sqlstore.Config{Stock: sqlstore.Stock{Buckets: 16}})
	tenant, key := db.Tenant("acme"), erptest.Level("pen")
	change := func(onHand, reserved int64) error {
		return tenant.Update(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: key, OnHand: onHand, Reserved: reserved})
		})
	}
	const pieces = 100
	require.NoError(t, change(pieces, 0))
	var wait sync.WaitGroup
	var refused, deadlocks atomic.Int64
	take := func() error {
		for {
			err := change(0, 1)
			var pg *pgconn.PgError
			if errors.As(err, &pg) && pg.Code == "40P01" {
				deadlocks.Add(1)
			}
			if !errors.Is(err, tandem.ErrConflict) {
				return err
			}
		}
	}
	for range pieces + 20 {
		wait.Go(func() {
			switch err := take(); {
			case errors.Is(err, tandem.ErrInsufficient):
				refused.Add(1)
			case err != nil:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	require.Equal(t, int64(20), refused.Load())
	require.Zero(t, deadlocks.Load())
	require.Equal(t, inventory.Level{Key: key, OnHand: pieces, Reserved: pieces}, levelOf(t, tenant, key))
}
