package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

// The shelves of a history: few enough that its operations meet.
const (
	shelves    = 3
	shelfStock = 10
)

// shelfChange is one operation of a history: reserving on the shelf, or releasing
// where it is negative, and as much on the next shelf in the same Update if both is
// set. With nought it reads the shelf, or both.
type shelfChange struct {
	shelf   int
	both    bool
	reserve int64
}

func (c shelfChange) of() []int {
	if c.both {
		return []int{c.shelf, (c.shelf + 1) % shelves}
	}
	return []int{c.shelf}
}

// shelfAnswer is what a client was told.
type shelfAnswer struct {
	took, unknown bool
	read          [shelves]int64
}

// shelfModel says what shelves do that are changed by one operation after another.
func shelfModel(start [shelves]int64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			reserved, in, out := state.([shelves]int64), input.(shelfChange), output.(shelfAnswer)
			next, fits, seen := reserved, true, true
			for _, n := range in.of() {
				next[n] += in.reserve
				fits = fits && next[n] >= 0 && next[n] <= shelfStock
				seen = seen && out.read[n] == reserved[n]
			}
			switch {
			case in.reserve == 0:
				return seen, reserved
			case out.unknown && fits, out.took && fits:
				return true, next
			case out.unknown, !out.took && !fits:
				return true, reserved
			}
			return false, reserved
		},
	}
}

// fickle loses replies: before the commit, so that nothing happens, or after it.
type fickle[R any] struct {
	work.Store[R]
	before, after bool
}

func (f fickle[R]) Update(ctx context.Context, fn func(ctx context.Context, r R) error) error {
	if f.before {
		return errReplyLost
	}
	if err := f.Store.Update(ctx, fn); err != nil || !f.after {
		return err
	}
	return errReplyLost
}

// Moments of a round: that of the reads at its end, and that at which an operation
// returned whose reply was lost: it may have its effect at any time of the round after
// its call, or, behind the reads, none that counts.
const (
	afterwards = 1 << 61
	never      = 1 << 62
)

// linear judges rounds one by one: between two nothing is under way, so that what the
// shelves hold then ends the one and begins the other. One long history of as many lost
// replies could not be judged in any time: each doubles what may have happened.
func linear[R Repos](e *env[R]) {
	const rounds = 4
	seed := e.seed()
	e.update("stocking", func(ctx context.Context, r R) error {
		for n := range shelves {
			if err := r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(n), OnHand: shelfStock}); err != nil {
				return err
			}
		}
		return nil
	})
	var held [shelves]int64
	var all []porcupine.Operation
	for round := range uint64(rounds) {
		history := e.history(seed, round)
		start := held
		held = e.held()
		for n := range shelves {
			answer := shelfAnswer{read: held}
			history = append(history, porcupine.Operation{ClientId: never, Input: shelfChange{shelf: n}, Output: answer, Call: afterwards, Return: afterwards})
		}
		all = append(all, history...)
		switch porcupine.CheckOperationsTimeout(shelfModel(start), history, time.Minute) {
		case porcupine.Illegal:
			e.fail("seed %d, round %d: no order of these operations explains their answers:\n%+v", seed, round, history)
			return
		case porcupine.Unknown:
			e.fail("seed %d, round %d: the history could not be judged in time", seed, round)
			return
		}
	}
	e.h.log("LINEAR-01: seed %d, %s", seed, countHistory(all))
}

// history lets clients change shelves at once.
func (e *env[R]) history(seed, round uint64) (history []porcupine.Operation) {
	const clients, each = 8, 4
	start := time.Now()
	now := func() int64 { return time.Since(start).Nanoseconds() }
	var mu sync.Mutex
	var wait sync.WaitGroup
	for client := range clients {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(seed, round*clients+uint64(client)))
			for range each {
				in := shelfChange{r.IntN(shelves), r.IntN(4) == 0, r.Int64N(13) - 5}
				call := now()
				out, err := e.shelve(in, fickle[R]{e.store, r.IntN(16) == 0, r.IntN(10) == 0})
				if err != nil {
					e.fail("seed %d: %v", seed, err)
				}
				op := porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: now()}
				if out.unknown {
					op.Return = never
				}
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	for i := range history { // a client that got no answer goes on as another one
		if history[i].Return == never {
			history[i].ClientId = clients + i
		}
	}
	return history
}

// held reads all shelves.
func (e *env[R]) held() (held [shelves]int64) {
	for n := range shelves {
		out, err := e.shelve(shelfChange{shelf: n}, e.store)
		if err != nil {
			e.fail("reading the shelves: %v", err)
		}
		held[n] = out.read[n]
	}
	return held
}

// countHistory says what a history is made of.
func countHistory(history []porcupine.Operation) string {
	var reads, took, refused, unknown int
	for i := range history {
		switch out := history[i].Output.(shelfAnswer); {
		case out.unknown:
			unknown++
		case history[i].Input.(shelfChange).reserve == 0:
			reads++
		case out.took:
			took++
		default:
			refused++
		}
	}
	return fmt.Sprintf("%d operations on %d products: %d done, %d refused, %d read, %d without a reply", len(history), shelves, took, refused, reads, unknown)
}

// shelve runs one operation and gives its answer.
func (e *env[R]) shelve(in shelfChange, store work.Store[R]) (out shelfAnswer, err error) {
	if in.reserve == 0 {
		err = e.store.View(e.ctx, func(ctx context.Context, r R) error {
			for _, n := range in.of() {
				levels, err := r.StockLevels().Get(ctx, stockLevel(n))
				if err != nil {
					return err
				}
				out.read[n] = levels[0].Reserved
			}
			return nil
		})
		return out, err
	}
	err = work.Retry(store, work.RetryPolicy{Tries: 1000}).Update(e.ctx, func(ctx context.Context, r R) error {
		var changes []inventory.LevelChange
		for _, n := range in.of() {
			changes = append(changes, inventory.LevelChange{Key: stockLevel(n), Reserved: in.reserve})
		}
		return r.StockLevels().Apply(ctx, changes...)
	})
	switch {
	case err == nil:
		return shelfAnswer{took: true}, nil
	case errors.Is(err, tandem.ErrUnknown):
		return shelfAnswer{unknown: true}, nil
	case errors.Is(err, tandem.ErrInsufficient):
		return shelfAnswer{}, nil
	default:
		return shelfAnswer{}, fmt.Errorf("changing %+v: %w", in, err)
	}
}
