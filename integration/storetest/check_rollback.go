package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

func rollbackChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"ROLLBACK-01", "0.1", "An Update whose closure returns an error leaves nothing behind, and gives that error."}, rollbackOnError[R]},
		{Check{"ROLLBACK-02", "0.1", "An Update whose closure panics leaves nothing behind, passes the panic on, and the store works on."}, rollbackOnPanic[R]},
		{Check{"ROLLBACK-03", "0.1", "An Update whose context has ended leaves nothing behind and gives the context's error."}, rollbackOnCancel[R]},
		{Check{"ROLLBACK-04", "0.1", "A refused commit leaves nothing behind: one record that is refused takes all other writes with it."}, rollbackOnRefusal[R]},
		{Check{"ATOMIC-01", "0.1", "The writes of one Update become visible together."}, visibleTogether[R]},
	}
}

func stockLevel(n int) inventory.LevelKey {
	return inventory.LevelKey{Company: company(), Location: location(n), Product: product(n), Lot: lot(n)}
}

// writeAll writes something of everything that there is to write.
func (e *env[R]) writeAll(ctx context.Context, r R, n int) error {
	for _, k := range e.kinds {
		if err := k.put(ctx, r, k.states(company(), n)...); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
	}
	if err := r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(n), OnHand: 5, Reserved: 2}); err != nil {
		return err
	}
	if _, err := r.Numbers().Next(ctx, company(), "INV", day(n)); err != nil {
		return err
	}
	if err := r.Outbox().Append(ctx, event(n, 1)); err != nil {
		return err
	}
	return r.Commands().Record(ctx, command(n))
}

func event(n int, sequence int64) work.Event {
	return work.Event{Name: "test.counted", Kind: "test", ID: [16]byte{15: byte(n), 14: 1}, Company: company(), Sequence: sequence, At: at(n),
		Actor: text("actor", n), Cause: text("cause", n), Payload: fmt.Appendf(nil, `{"n":%d,"text":"Ü"}`, n)}
}

func command(n int) work.CommandRecord {
	return work.CommandRecord{Key: text("key", n), Name: "test.count", Digest: [32]byte{byte(n), 31: 7}, Result: fmt.Appendf(nil, `{"n":%d}`, n),
		Actor: text("actor", n), At: at(n)}
}

// traces tells what is left of writeAll(n), and whether the next number is another.
func (e *env[R]) traces(n int, number int64) string {
	left := e.visible(n)
	if got := e.nextNumber(e.store, "INV"); got.Value != number {
		left = append(left, fmt.Sprintf("number (%d is next, want %d)", got.Value, number))
	}
	return strings.Join(left, ", ")
}

// visible lists what a View sees of writeAll(n).
func (e *env[R]) visible(n int) (left []string) {
	store := e.store
	for _, k := range e.kinds {
		for _, s := range k.states(company(), n) {
			if e.stored(store, k, s) != nil {
				left = append(left, k.name)
				break
			}
		}
	}
	e.must(store.View(e.ctx, func(ctx context.Context, r R) error {
		levels, err := r.StockLevels().Get(ctx, stockLevel(n))
		if err == nil && (levels[0].OnHand != 0 || levels[0].Reserved != 0) {
			left = append(left, "stock level")
		}
		events, err2 := r.Outbox().Read(ctx, 0, 100)
		for _, ev := range events {
			if ev.ID == event(n, 1).ID {
				left = append(left, "event")
			}
		}
		_, found, err3 := r.Commands().Lookup(ctx, command(n).Key)
		if found {
			left = append(left, "command key")
		}
		return errors.Join(err, err2, err3)
	}), "looking for traces")
	return left
}

var errRollback = errors.New("storetest: rolled back on purpose")

// nextNumber tells the next number of a series without taking it.
func (e *env[R]) nextNumber(store work.Store[R], series string) (got work.Number) {
	err := store.Update(e.ctx, func(ctx context.Context, r R) (err error) {
		if got, err = r.Numbers().Next(ctx, company(), series, tandem.Date{}); err != nil {
			return err
		}
		return errRollback
	})
	if !errors.Is(err, errRollback) {
		e.fail("looking at the next number: got error %v, want the closure's own", err)
	}
	return got
}

func rollbackOnError[R Repos](e *env[R]) {
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := e.writeAll(ctx, r, 1); err != nil {
			return err
		}
		return errRollback
	})
	e.wants(err, "an Update whose closure returned an error", errRollback)
	if left := e.traces(1, 1); left != "" {
		e.fail("after an error there is left: %s", left)
	}
}

func rollbackOnPanic[R Repos](e *env[R]) {
	for range 3 { // what a panic leaves in a pool is met by the next one
		func() {
			defer func() {
				if p := recover(); p != any("on purpose") {
					e.fail("the Update passed %v on, want the closure's panic", p)
				}
			}()
			err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
				if err := e.writeAll(ctx, r, 1); err != nil {
					return err
				}
				panic("on purpose")
			})
			e.fail("the Update returned %v, though its closure panicked", err)
		}()
	}
	if left := e.traces(1, 1); left != "" {
		e.fail("after a panic there is left: %s", left)
	}
	e.update("writing after a panic", func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 2) })
	if left := e.traces(1, 2); left != "" {
		e.fail("after a panic and another Update there is left: %s", left)
	}
}

func rollbackOnCancel[R Repos](e *env[R]) {
	ended, cancel := context.WithCancel(e.ctx)
	cancel()
	ran := false
	for name, run := range map[string]func(context.Context, func(context.Context, R) error) error{"View": e.store.View, "Update": e.store.Update} {
		err := run(ended, func(context.Context, R) error { ran = true; return nil })
		e.wants(err, name+" with an ended context", context.Canceled)
	}
	if ran {
		e.fail("a closure ran, though the context had ended before")
	}
	ctx, cancel := context.WithCancel(e.ctx)
	err := e.store.Update(ctx, func(ctx context.Context, r R) error {
		err := e.writeAll(ctx, r, 1)
		cancel()
		return err
	})
	e.wants(err, "an Update whose context ended inside", context.Canceled)
	if left := e.traces(1, 1); left != "" {
		e.fail("after the context had ended there is left: %s", left)
	}
}

func rollbackOnRefusal[R Repos](e *env[R]) {
	order, move := orderKind[R](), moveKind[R]()
	e.update("writing", func(ctx context.Context, r R) error {
		if err := e.writeAll(ctx, r, 2); err != nil || e.h.table == nil || e.h.table.name == move.name {
			return err
		}
		return move.put(ctx, r, move.states(company(), 2)...)
	})
	stale := order.states(company(), 3)[0]
	*order.revision(stale) = 9
	for name, refused := range map[string]func(ctx context.Context, r R) error{
		"a stale revision":            func(ctx context.Context, r R) error { return order.put(ctx, r, stale) },
		"a command key that is taken": func(ctx context.Context, r R) error { return r.Commands().Record(ctx, command(2)) },
		"a fact that is there": func(ctx context.Context, r R) error {
			return move.put(ctx, r, move.states(company(), 2)[0])
		},
	} {
		e.refused(name, refused)
	}
}

// refused runs an Update that writes everything, and something that is refused.
func (e *env[R]) refused(what string, refusal func(ctx context.Context, r R) error) {
	before := e.nextNumber(e.store, "INV").Value
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := e.writeAll(ctx, r, 1); err != nil {
			return err
		}
		return refusal(ctx, r)
	})
	if err == nil {
		e.fail("an Update with %s was not refused", what)
	}
	if left := e.traces(1, before); left != "" {
		e.fail("after an Update refused for %s there is left: %s", what, left)
	}
}

func visibleTogether[R Repos](e *env[R]) {
	e.update("writing", func(ctx context.Context, r R) error {
		if err := e.writeAll(ctx, r, 1); err != nil {
			return err
		}
		e.during(func() { // read committed: nobody else sees any of it yet
			if left := e.visible(1); len(left) > 0 {
				e.fail("before the Update has committed others see: %s", left)
			}
		})()
		return nil
	})
	all := []string{"stock level", "event", "command key"}
	for _, k := range e.kinds {
		all = append(all, k.name)
	}
	for _, want := range all {
		if left := e.visible(1); !slices.Contains(left, want) {
			e.fail("after the commit others do not see the %s", want)
		}
	}
}
