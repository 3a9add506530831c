package storetest

import (
	"cmp"
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

// What these checks look for is check-then-act: a store that compares with what it
// has read before, and then writes. They bring it about, and wait for no luck: the
// one Update commits inside the closure of the other.

// raced runs two Updates, the second inside the closure of the first, of which
// exactly one may succeed. It reports whether the outer one did; each names what its
// loser must be left with by the caller.
func (e *env[R]) raced(what string, outer, inner func(ctx context.Context, r R) error) (outerWon bool) {
	var wait func()
	var within error
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := outer(ctx, r); err != nil {
			return err
		}
		if wait == nil {
			wait = e.during(func() { within = e.patient().Update(e.ctx, inner) })
		}
		return nil
	})
	if wait == nil {
		e.must(err, "%s: the first", what)
		return false
	}
	wait()
	if (err == nil) == (within == nil) {
		e.fail("%s: the errors are %v and %v, want exactly one", what, err, within)
		panic(stop{})
	}
	if lost := cmp.Or(err, within); !errors.Is(lost, tandem.ErrDuplicate) && !errors.Is(lost, tandem.ErrConflict) {
		e.fail("%s: the one that lost got error %v, want ErrDuplicate or ErrConflict", what, lost)
	}
	return err == nil
}

// raceForKeys has two Updates save new records of one key, and then of two keys with
// the same unique columns.
func raceForKeys[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		first, second := k.states(company(), 0)[0], k.states(company(), 0)[0]
		if k.count != nil {
			k.setCount(first, 11)
			k.setCount(second, 12)
		}
		e.raceForOne(k, k.name+": two Updates save a new one with the same key", first, second)
		if k.clash == nil {
			return
		}
		first, second = k.states(company(), 4)[0], k.states(company(), 5)[0]
		k.clash(second, first)
		e.raceForOne(k, k.name+": two Updates save new ones with the same unique columns", first, second)
	})
}

func (e *env[R]) raceForOne(k kind[R], what string, first, second any) {
	put := func(s any) func(context.Context, R) error {
		return func(ctx context.Context, r R) error { return k.put(ctx, r, s) }
	}
	won, lost := second, first
	if e.raced(what, put(first), put(second)) {
		won, lost = first, second
	}
	e.wants(e.patient().Update(e.ctx, put(lost)), what+": the one that lost, run again", tandem.ErrDuplicate)
	want := k.expected(k.copyOf(won))
	if got := e.stored(e.store, k, won); got == nil || !k.compare(got, want) {
		e.fail("%s: there is %+v, want that of the Update that succeeded: %s", what, got, sprint(want))
	}
	if k.key(lost) != k.key(won) && e.stored(e.store, k, lost) != nil {
		e.fail("%s: the Update that lost has left its record", what)
	}
}

// raceForCommand has two Updates record one command key, each with an effect.
func raceForCommand[R Repos](e *env[R]) {
	e.must(applying(e, e.store, 10, 0), "stocking 10")
	take := func(n int64, sequence int64) func(context.Context, R) error {
		return func(ctx context.Context, r R) error {
			mine := command(1)
			mine.Result = []byte{byte('0' + n)}
			return errors.Join(r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(0), Reserved: n}),
				r.Outbox().Append(ctx, event(1, sequence)), r.Commands().Record(ctx, mine))
		}
	}
	n := int64(3)
	if e.raced("two Updates record the same command key", take(2, 2), take(3, 3)) {
		n = 2
	}
	e.wants(e.patient().Update(e.ctx, take(5, 5)), "the key again", tandem.ErrDuplicate)
	e.wantLevel("with the effect of one of them", stockLevel(0), 10, n)
	if events := e.events(e.store); len(events) != 1 || events[0].Sequence != n {
		e.fail("there are %d events, want that of the Update that succeeded", len(events))
	}
	e.view("looking the key up", func(ctx context.Context, r R) error {
		got, found, err := r.Commands().Lookup(ctx, command(1).Key)
		if !found || string(got.Result) != string(rune('0'+n)) {
			e.fail("the key has the result %q (found: %t), want that of the Update that succeeded, %d", got.Result, found, n)
		}
		return err
	})
}

// raceForNumber has two Updates draw of one series: each gets a number of its own,
// or has a conflict and none.
func raceForNumber[R Repos](e *env[R]) {
	e.draw(company(), "INV", day(0))
	var wait func()
	var outer, inner work.Number
	var within error
	draw := func(into *work.Number) func(context.Context, R) error {
		return func(ctx context.Context, r R) (err error) {
			*into, err = r.Numbers().Next(ctx, company(), "INV", day(0))
			return err
		}
	}
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := draw(&outer)(ctx, r); err != nil {
			return err
		}
		if wait == nil {
			wait = e.during(func() { within = e.patient().Update(e.ctx, draw(&inner)) })
		}
		return nil
	})
	if wait == nil {
		e.must(err, "drawing a number")
		return
	}
	wait()
	e.must(within, "drawing in between")
	next := int64(3)
	if err == nil {
		next++
		if outer.Value+inner.Value != 5 || outer.Value == inner.Value {
			e.fail("two Updates drew %d and %d behind 1, want 2 and 3", outer.Value, inner.Value)
		}
	} else if e.wants(err, "the one that lost", tandem.ErrConflict); inner.Value != 2 {
		e.fail("one Update had a conflict, and the other drew %d behind 1", inner.Value)
	}
	if got := e.nextNumber(e.store, "INV"); got.Value != next {
		e.fail("then %d is next, want %d", got.Value, next)
	}
}
