package books

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// Five pieces come and two leave before June; while a reader of May still has its snapshot, three more leave, and the
// reader of June is faster. Whoever reads again finds each move once: 5 − 2 − 3 = 0 pieces, which is no balance.
func TestMovesAreReadOnce(t *testing.T) {
	ctx := context.Background()
	s := memory.Open()
	product := tandem.DeriveID[tandem.ProductID]("products", "x")
	move := func(n int64, from, to tandem.LocationID) {
		at := day(2011, time.June, 1).At(0, 0, time.UTC)
		require.NoError(t, s.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
			return r.StockMoves().Append(ctx, inventory.Move{ID: tandem.DeriveID[inventory.MoveID]("moves", string(rune('a'+n))), Company: company(), Product: product,
				From: from, To: to, Quantity: pieces(n), Effective: at, Recorded: at})
		}))
	}
	read := func(m *moved, r *store.Bundle, until tandem.Date) int64 {
		require.NoError(t, m.read(ctx, r, until))
		return m.sums[product] / 1_000_000
	}
	june, july := day(2011, time.June, 1), day(2011, time.July, 1)
	m := moved{sums: map[tandem.ProductID]int64{}}
	move(5, place("suppliers"), mainStore)
	require.NoError(t, s.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		assert.Equal(t, int64(5), read(&m, r, june))
		assert.Equal(t, int64(5), read(&m, r, june), "nothing new")
		return nil
	}))
	move(2, mainStore, place("customers"))
	require.NoError(t, s.View(ctx, func(ctx context.Context, may *store.Bundle) error {
		move(3, mainStore, place("customers"))
		err := s.View(ctx, func(ctx context.Context, r *store.Bundle) error {
			assert.Equal(t, int64(0), read(&m, r, july))
			return nil
		})
		assert.Equal(t, int64(0), read(&m, may, june), "the reader of July has read it")
		return err
	}))
	assert.Empty(t, m.sums)
}
