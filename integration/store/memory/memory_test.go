package memory_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

var (
	company = tandem.DeriveID[tandem.CompanyID]("company", "acme")
	shelf   = tandem.DeriveID[tandem.LocationID]("location", "shelf")
	mug     = tandem.DeriveID[tandem.ProductID]("product", "mug")
	levelOf = inventory.LevelKey{Company: company, Location: shelf, Product: mug}
)

func stock(t testing.TB, s work.Store[*store.Bundle], micro int64) {
	t.Helper()
	require.NoError(t, s.Update(context.Background(), func(ctx context.Context, b *store.Bundle) error {
		return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: levelOf, OnHand: micro})
	}))
}

func level(t testing.TB, s work.Store[*store.Bundle]) inventory.Level {
	t.Helper()
	var out inventory.Level
	require.NoError(t, s.View(context.Background(), func(ctx context.Context, b *store.Bundle) error {
		levels, err := b.StockLevels().Get(ctx, levelOf)
		out = levels[0]
		return err
	}))
	return out
}

func reserve(ctx context.Context, s work.Store[*store.Bundle], micro int64) error {
	return s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: levelOf, Reserved: micro})
	})
}

func TestManyReserveOneProductAndNoneIsLostOrExcess(t *testing.T) {
	s := work.Retry(memory.Open(), work.RetryPolicy{Tries: 1000})
	stock(t, s, 500)
	var won, refused atomic.Int64
	var wait sync.WaitGroup
	for range 64 {
		wait.Go(func() {
			for range 20 {
				switch err := reserve(context.Background(), s, 1); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, tandem.ErrInsufficient):
					refused.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 500, won.Load())
	require.EqualValues(t, 64*20-500, refused.Load())
	require.Equal(t, inventory.Level{Key: levelOf, OnHand: 500, Reserved: 500}, level(t, s))
}

func TestAViewIsOneSnapshotWhileOthersCommit(t *testing.T) {
	s := memory.Open()
	stock(t, s, 1000)
	ctx := context.Background()
	require.NoError(t, s.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		for i := range 10 {
			stock(t, s, 1)
			levels, err := b.StockLevels().Get(ctx, levelOf)
			require.NoError(t, err)
			require.EqualValues(t, 1000, levels[0].OnHand, "after %d commits", i+1)
		}
		return nil
	}))
	require.EqualValues(t, 1010, level(t, s).OnHand)
}

// A decision that was made on a level that has moved since is a lost race, in a small Update as in a large one.
func TestADecisionOnALevelThatMovedIsALostRace(t *testing.T) {
	for _, many := range []int{1, 40} {
		s := memory.Open()
		keys := make([]inventory.LevelKey, many)
		for i := range keys {
			keys[i] = inventory.LevelKey{Company: company, Location: shelf, Product: tandem.DeriveID[tandem.ProductID]("product", string(rune('a'+i)))}
			require.NoError(t, s.Update(context.Background(), func(ctx context.Context, b *store.Bundle) error {
				return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: keys[i], OnHand: 5})
			}))
		}
		for i, key := range keys {
			err := s.Update(context.Background(), func(ctx context.Context, b *store.Bundle) error {
				if _, err := b.StockLevels().Get(ctx, keys...); err != nil {
					return err
				}
				if i%2 == 0 {
					require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
						return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: key, OnHand: -1})
					}))
				}
				return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: key, Reserved: 6})
			})
			require.ErrorIs(t, err, tandem.ErrInsufficient)
			require.Equal(t, i%2 == 0, errors.Is(err, tandem.ErrConflict), "level %d of %d", i, many)
		}
	}
}

// Who has looked twice may have decided on the first look: that, too, is a lost race.
func TestADecisionOnAnOlderLookIsALostRace(t *testing.T) {
	for _, many := range []int{1, 40} {
		s := memory.Open()
		stock(t, s, 5)
		err := s.Update(context.Background(), func(ctx context.Context, b *store.Bundle) error {
			keys := []inventory.LevelKey{levelOf}
			for i := 1; i < many; i++ {
				keys = append(keys, inventory.LevelKey{Company: company, Location: shelf, Product: tandem.DeriveID[tandem.ProductID]("product", string(rune('a'+i)))})
			}
			seen, err := b.StockLevels().Get(ctx, keys...)
			require.NoError(t, err)
			stock(t, s, -4)
			_, err = b.StockLevels().Get(ctx, levelOf)
			require.NoError(t, err)
			return b.StockLevels().Apply(ctx, inventory.LevelChange{Key: levelOf, Reserved: seen[0].OnHand})
		})
		require.ErrorIs(t, err, tandem.ErrInsufficient)
		require.ErrorIs(t, err, tandem.ErrConflict, "%d levels", many)
	}
}
