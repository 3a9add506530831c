package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func factChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"FACT-01", "0.1", "A fact is reversed once, however many try at the same time."}, reverseOnce[R]},
		{Check{"FACT-02", "0.1", "Facts keep the order of their appending, within a call and over Updates; appending none is nothing."}, appendOrder[R]},
	}
}

func reverseOnce[R Repos](e *env[R]) {
	move := moveStates(company(), 0)[1]
	e.update("appending", func(ctx context.Context, r R) error { return r.StockMoves().Append(ctx, move) })
	var won atomic.Int64
	var wait sync.WaitGroup
	for n := range 16 {
		wait.Go(func() {
			reversal, err := move.Reverse(moveID(1000+n), at(n+10))
			if err == nil {
				err = e.patient().Update(e.ctx, func(ctx context.Context, r R) error { return r.StockMoves().Append(ctx, reversal) })
			}
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, tandem.ErrDuplicate) {
				e.fail("a second reversal gave error %v, want ErrDuplicate", err)
			}
		})
	}
	wait.Wait()
	if won.Load() != 1 {
		e.fail("%d reversals of one move were taken, want 1", won.Load())
	}
}

func appendOrder[R Repos](e *env[R]) {
	var want []inventory.MoveID
	for n := range 5 {
		var moves []inventory.Move
		for i := range 7 {
			m := moveStates(company(), 100*((n*3)%5)+i)[1] // ids in no order
			moves, want = append(moves, m), append(want, m.ID)
		}
		e.update("appending", func(ctx context.Context, r R) error {
			return errors.Join(r.StockMoves().Append(ctx, moves[:3]...), r.StockMoves().Append(ctx), r.StockMoves().Append(ctx, moves[3:]...))
		})
	}
	var got []inventory.MoveID
	e.view("reading", func(ctx context.Context, r R) error {
		for m, err := range r.StockMoves().Find(ctx, inventory.MoveQuery{Company: company()}) {
			if err != nil {
				return err
			}
			got = append(got, m.ID)
		}
		return nil
	})
	if !slices.Equal(got, want) {
		e.fail("moves come as %v, were appended as %v", got, want)
	}
}
