package books

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// Pieces come and leave while readers of several months are under way, which begin and end in any order. Whatever each of
// them sees, every move is counted once.
func TestMovesAreReadOnce(t *testing.T) {
	ctx := context.Background()
	s := memory.Open()
	product := tandem.DeriveID[tandem.ProductID]("products", "x")
	at := day(2011, time.June, 1).At(0, 0, time.UTC)
	move := func(id int, n int64, from, to tandem.LocationID) {
		require.NoError(t, s.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
			return r.StockMoves().Append(ctx, inventory.Move{ID: tandem.DeriveID[inventory.MoveID]("moves", strconv.Itoa(id)), Company: company(), Product: product,
				From: from, To: to, Quantity: pieces(n), Effective: at, Recorded: at})
		}))
	}
	m := moved{sums: map[tandem.ProductID]int64{}}
	sum := func() int64 {
		require.NoError(t, m.read(ctx, s))
		return m.sums[product] / 1_000_000
	}
	move(0, 5, place("suppliers"), mainStore)
	assert.Equal(t, int64(5), sum())
	assert.Equal(t, int64(5), sum(), "nothing new")
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 50 {
				assert.NoError(t, m.read(ctx, s))
			}
		})
	}
	for id := 1; id <= 400; id++ {
		move(id, 3, place("suppliers"), mainStore)
		move(-id, 2, mainStore, place("customers"))
	}
	readers.Wait()
	assert.Equal(t, int64(5+400), sum())
	move(1000, 405, mainStore, place("customers"))
	assert.Zero(t, sum())
	assert.Empty(t, m.sums, "nought is no balance")
}
