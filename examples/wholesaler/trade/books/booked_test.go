package books

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// slow is a store whose first reader has its snapshot and then waits.
type slow struct {
	*store.Store
	first   atomic.Bool
	has     chan struct{} // closed when it has its snapshot
	proceed chan struct{}
}

func (s *slow) View(ctx context.Context, fn func(ctx context.Context, r *store.Bundle) error) error {
	return s.Store.View(ctx, func(ctx context.Context, r *store.Bundle) error {
		if s.first.CompareAndSwap(false, true) {
			close(s.has)
			<-s.proceed
		}
		return fn(ctx, r)
	})
}

// Five pieces come, and the reader of May has its snapshot; two leave, and the reader of June would be faster. Whoever
// reads again finds each move once: 5 − 2 − 3 = 0 pieces, which is no balance.
func TestMovesAreReadOnce(t *testing.T) {
	ctx := context.Background()
	s := &slow{Store: memory.Open(), has: make(chan struct{}), proceed: make(chan struct{})}
	product := tandem.DeriveID[tandem.ProductID]("products", "x")
	move := func(n int64, from, to tandem.LocationID) {
		at := day(2011, time.June, 1).At(0, 0, time.UTC)
		require.NoError(t, s.Update(ctx, func(ctx context.Context, r *store.Bundle) error {
			return r.StockMoves().Append(ctx, inventory.Move{ID: tandem.DeriveID[inventory.MoveID]("moves", strconv.FormatInt(n, 10)), Company: company(), Product: product,
				From: from, To: to, Quantity: pieces(n), Effective: at, Recorded: at})
		}))
	}
	m := moved{sums: map[tandem.ProductID]int64{}}
	var readers sync.WaitGroup
	read := func() { readers.Go(func() { assert.NoError(t, m.read(ctx, s)) }) }
	move(5, place("suppliers"), mainStore)
	read()
	<-s.has
	move(2, mainStore, place("customers"))
	june := make(chan struct{})
	go func() {
		defer close(june)
		assert.NoError(t, m.read(ctx, s))
	}()
	select {
	case <-june: // it did not wait for the reader of May
	case <-time.After(50 * time.Millisecond):
	}
	close(s.proceed)
	readers.Wait()
	<-june
	assert.Equal(t, int64(3_000_000), m.sums[product])
	read()
	readers.Wait()
	assert.Equal(t, int64(3_000_000), m.sums[product], "nothing new")
	move(3, mainStore, place("customers"))
	assert.NoError(t, m.read(ctx, s))
	assert.Empty(t, m.sums)
}
