package memory_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// A page that an Update reads is of one moment: of a commit it has all or nothing,
// and a record that moves in the index is found once.
func TestAPageInAnUpdateIsOfOneMoment(t *testing.T) {
	s := work.Retry(memory.Open(), work.RetryPolicy{Tries: 1000})
	ctx := context.Background()
	moving := tandem.DeriveID[catalog.CategoryID]("category", "moving")
	save := func(id catalog.CategoryID, code string) {
		require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			c, err := b.Categories().Get(ctx, id)
			if err != nil {
				c = catalog.Category{ID: id}
			}
			c.Code, c.Name = code, "name"
			return b.Categories().Save(ctx, c)
		}))
	}
	for n := range 100 { // between the places of the one that moves
		save(tandem.DeriveID[catalog.CategoryID]("category", strconv.Itoa(n)), "m"+strconv.Itoa(n))
	}
	save(moving, "a")
	outside := tandem.DeriveID[tandem.LocationID]("location", "outside")
	write := func(n int) {
		save(moving, []string{"a", "z"}[n%2])
		require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			var moves [2]inventory.Move
			for k := range moves {
				moves[k] = inventory.Move{ID: tandem.DeriveID[inventory.MoveID]("move", strconv.Itoa(2*n+k)), Company: company, Product: mug, From: shelf,
					To: outside, Quantity: tandem.QuantityFromMicro(1_000_000, tandem.Each), Effective: tandem.InstantOfUnixMicro(1),
					Recorded: tandem.InstantOfUnixMicro(1), Reason: inventory.ReasonTransfer}
			}
			return b.StockMoves().Append(ctx, moves[:]...)
		}))
	}
	var done atomic.Bool
	var wait sync.WaitGroup
	wait.Go(func() {
		defer done.Store(true)
		for n := range 200 {
			write(n)
		}
	})
	for !done.Load() {
		require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			found, moves := 0, 0
			for c, err := range b.Categories().Find(ctx, catalog.CategoryQuery{}) {
				if err != nil {
					return err
				}
				if c.ID == moving {
					found++
				}
			}
			for _, err := range b.StockMoves().Find(ctx, inventory.MoveQuery{Company: company, Product: mug, Page: tandem.Page{Limit: 255}}) {
				if err != nil {
					return err
				}
				moves++
			}
			require.Equal(t, 1, found)
			require.True(t, moves%2 == 0 || moves == 255, "%d moves", moves)
			return nil
		}))
	}
	wait.Wait()
}

// Two handles of one aggregate in one Update: the second, which knows nothing of
// what the first has changed, is not saved over it.
func TestASecondHandleIsNotSavedOverTheFirst(t *testing.T) {
	s, ctx := memory.Open(), context.Background()
	id := tandem.DeriveID[sales.OrderID]("order", "1")
	require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		o, err := sales.NewOrder(sales.OrderInput{ID: id, Company: company, Number: "SO-1", Customer: tandem.DeriveID[tandem.PartyID]("customer", "1"),
			Date: tandem.DateIn(tandem.InstantOfUnixMicro(1), nil), Currency: tandem.GBP, Lines: []sales.Item{{Line: 1, Product: mug,
				Ordered: tandem.QuantityFromMicro(1_000_000, tandem.Each), Factor: tandem.IntRatio(1), Quantity: tandem.QuantityFromMicro(1_000_000, tandem.Each),
				Price: price(t, "1.00 GBP/EA"), Net: tandem.MoneyFromMinor(100, tandem.GBP)}}}, tandem.InstantOfUnixMicro(1))
		if err != nil {
			return err
		}
		return b.SalesOrders().Save(ctx, o)
	}))
	load := func(ctx context.Context, b *store.Bundle) *sales.Order {
		o, err := b.SalesOrders().Get(ctx, company, id)
		require.NoError(t, err)
		return o
	}
	err := s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		first, second := load(ctx, b), load(ctx, b)
		require.NoError(t, first.Confirm(tandem.InstantOfUnixMicro(2)))
		require.NoError(t, b.SalesOrders().Save(ctx, first))
		require.NoError(t, b.SalesOrders().Save(ctx, first), "the same again")
		return b.SalesOrders().Save(ctx, second)
	})
	var handle *store.HandleError
	require.ErrorAs(t, err, &handle)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	err = s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		pending := load(ctx, b)
		require.NoError(t, b.SalesOrders().Save(ctx, pending))
		first, second := load(ctx, b), load(ctx, b) // both of what is pending
		require.NoError(t, first.Confirm(tandem.InstantOfUnixMicro(2)))
		require.NoError(t, b.SalesOrders().Save(ctx, first))
		return b.SalesOrders().Save(ctx, second)
	})
	require.ErrorAs(t, err, &handle)
	require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		first := load(ctx, b)
		require.NoError(t, first.Confirm(tandem.InstantOfUnixMicro(2)))
		require.NoError(t, b.SalesOrders().Save(ctx, first))
		second := load(ctx, b) // it knows of the first
		require.NoError(t, second.Hold("why", tandem.InstantOfUnixMicro(3)))
		return b.SalesOrders().Save(ctx, second)
	}))
	require.NoError(t, s.View(ctx, func(ctx context.Context, b *store.Bundle) error {
		o := load(ctx, b)
		require.Equal(t, []any{sales.OrderStatusConfirmed, "why", int64(2)}, []any{o.Status(), o.Held(), o.Revision()})
		return nil
	}))
}

func price(t testing.TB, text string) tandem.Price {
	t.Helper()
	p, err := tandem.ParsePrice(text)
	require.NoError(t, err)
	return p
}

// A host that restarts goes on where its dispatcher was, though command records are gone.
func TestADispatcherGoesOnWhereAnotherWas(t *testing.T) {
	s, ctx, effects := memory.Open(), context.Background(), 0
	tell := func(n int64) {
		require.NoError(t, s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
			return b.Outbox().Append(ctx, work.Event{Name: "x", Kind: "k", ID: [16]byte{1}, Company: company, Sequence: n, At: tandem.InstantOfUnixMicro(n), Payload: []byte("{}")})
		}))
	}
	consumer := work.Consumer[*store.Bundle]{Name: "c", Handlers: map[string]work.Handler[*store.Bundle]{
		"x": func(context.Context, *store.Bundle, *work.Event) error { effects++; return nil }}}
	tell(1)
	first, err := work.NewDispatcher(s, consumer)
	require.NoError(t, err)
	_, err = first.Deliver(ctx)
	require.NoError(t, err)
	require.NoError(t, s.ForgetCommands(ctx, tandem.InstantOfUnixMicro(1000)))
	tell(2)
	second, err := work.NewDispatcher(s, consumer)
	require.NoError(t, err)
	second.StartAfter(first.Position())
	_, err = second.Deliver(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, effects)
	require.EqualValues(t, 2, second.Position())
}
