package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

func modelChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"MODEL-01", "0.1", "Random work leaves the same states, query results, levels, numbers and events as the memory store."}, modelRun[R]},
		{Check{"LINEAR-01", "0.1", "A concurrent history of reserving, releasing and reading, lost replies included, is one that a single shelf could have had."}, linear[R]},
	}
}

const modelUnits = 300

func modelRun[R Repos](e *env[R]) { e.simulate(e.seed(), modelUnits) }

// Simulate plays random units of work against the store and the memory store and
// compares their outcomes and, again and again, all that is stored. The same seed
// and number of units give the same script. A failure tells the seed and the
// shortest script that was found to fail.
func Simulate[R Repos](t *testing.T, open func(t *testing.T) Harness[R], seed uint64, units int) {
	t.Helper()
	h := open(t)
	if err := h.validate(); err != nil {
		t.Fatal(err)
	}
	simulation := check[R]{Check{"MODEL-01", "0.1", "Random work leaves the same as the memory store."},
		func(e *env[R]) { e.simulate(seed, units) }}
	if err := simulation.run(t.Context(), h); err != nil {
		t.Error(err)
	}
}

// seed gives the harness's seed, or another one each time.
func (e *env[R]) seed() uint64 {
	if e.h.Seed != 0 {
		return e.h.Seed
	}
	return rand.Uint64()
}

// shelf is one operation of a history on a level with ten units.
type shelf struct {
	reserve int64 // negative: release; 0: read
}

type shelfAnswer struct {
	took, unknown bool
	read          int64
}

const shelfStock = 10

func shelfModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return int64(0) },
		Step: func(state, input, output any) (bool, any) {
			reserved, in, out := state.(int64), input.(shelf), output.(shelfAnswer)
			next := reserved + in.reserve
			fits := next >= 0 && next <= shelfStock
			switch {
			case in.reserve == 0:
				return out.read == reserved, reserved
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

func linear[R Repos](e *env[R]) {
	const clients, each = 8, 12
	seed := e.seed()
	e.must(applying(e, e.store, shelfStock, 0), "stocking")
	start := time.Now()
	now := func() int64 { return time.Since(start).Nanoseconds() }
	var mu sync.Mutex
	var history []porcupine.Operation
	var wait sync.WaitGroup
	for client := range clients {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(client)))
			for range each {
				in := shelf{r.Int64N(13) - 5}
				call := now()
				out, err := e.shelve(in, fickle[R]{e.store, r.IntN(12) == 0, r.IntN(8) == 0})
				if err != nil {
					e.fail("seed %d: %v", seed, err)
				}
				op := porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: now()}
				if out.unknown {
					op.Return = 1 << 62 // it never returned
				}
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	for i := range history { // a client that got no answer goes on as another one
		if history[i].Return == 1<<62 {
			history[i].ClientId = clients + i
		}
	}
	switch porcupine.CheckOperationsTimeout(shelfModel(), history, 30*time.Second) {
	case porcupine.Illegal:
		e.fail("seed %d: no order of these operations explains their answers:\n%+v", seed, history)
	case porcupine.Unknown:
		e.fail("seed %d: the history could not be judged in time", seed)
	}
}

// shelve runs one operation and gives its answer.
func (e *env[R]) shelve(in shelf, store work.Store[R]) (out shelfAnswer, err error) {
	if in.reserve == 0 {
		err = e.store.View(e.ctx, func(ctx context.Context, r R) error {
			levels, err := r.StockLevels().Get(ctx, stockLevel(0))
			if err == nil {
				out.read = levels[0].Reserved
			}
			return err
		})
		return out, err
	}
	switch err := applying(e, work.Retry(store, work.RetryPolicy{Tries: 1000}), 0, in.reserve); {
	case err == nil:
		return shelfAnswer{took: true}, nil
	case errors.Is(err, tandem.ErrUnknown):
		return shelfAnswer{unknown: true}, nil
	case errors.Is(err, tandem.ErrInsufficient):
		return shelfAnswer{}, nil
	default:
		return shelfAnswer{}, fmt.Errorf("changing the level by %d: %w", in.reserve, err)
	}
}
