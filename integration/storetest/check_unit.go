package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
)

func unitChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"UNIT-01", "0.1", "Get shows what the same Update has saved, and nobody else's unfinished work."}, ownWrites[R]},
		{Check{"UNIT-02", "0.1", "Saving twice in one Update is one write: the last one counts, and the revision rises by one."}, saveTwice[R]},
		{Check{"UNIT-03", "0.1", "Find after Save of the same kind in one Update is ErrInvalid; of other kinds it is not."}, findAfterSave[R]},
		{Check{"UNIT-04", "0.1", "A bundle, its repositories and its queries are ErrInvalid after their closure."}, useAfterClosure[R]},
		{Check{"UNIT-05", "0.1", "A write inside View is ErrInvalid and writes nothing."}, writeInView[R]},
		{Check{"UNIT-06", "0.1", "A View is one snapshot, whatever is committed while it lasts."}, oneSnapshot[R]},
	}
}

func ownWrites[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		if k.get == nil {
			return
		}
		s := k.states(company(), 0)[0]
		want := k.expected(k.copyOf(s))
		e.update(k.name+": reading own writes", func(ctx context.Context, r R) error {
			if err := k.put(ctx, r, s); err != nil {
				return err
			}
			got, err := k.load(ctx, r, s)
			if err != nil {
				return err
			}
			if !k.compare(got, want) {
				e.fail("%s: own write reads as\n%+v\nwant\n%+v", k.name, deref(got), deref(want))
			}
			e.during(func() {
				if e.stored(e.store, k, s) != nil {
					e.fail("%s: an unfinished write is seen by others", k.name)
				}
			})()
			if k.fact {
				return nil
			}
			k.setCount(got, 31) // and what was read of it may be saved again
			return k.put(ctx, r, got)
		})
		if got := e.stored(e.store, k, s); got == nil || !k.fact && (k.count(got) != 31 || *k.revision(got) != 1) {
			e.fail("%s: saved, read, saved again; now %+v, want 31 at revision 1", k.name, got)
		}
	})
}

func saveTwice[R Repos](e *env[R]) {
	e.records(func(k kind[R]) {
		s := k.states(company(), 0)[0]
		h, err := k.handle(s)
		e.must(err, "%s: restoring", k.name)
		e.update(k.name+": saving one value twice", func(ctx context.Context, r R) error {
			return errors.Join(k.save(ctx, r, h), k.save(ctx, r, h))
		})
		got := e.stored(e.store, k, s)
		if got == nil {
			e.fail("%s: was saved and is not there", k.name)
			return
		}
		e.update(k.name+": saving twice", func(ctx context.Context, r R) error {
			k.setCount(got, 1)
			first := k.put(ctx, r, got)
			k.setCount(got, 2)
			*k.revision(got) = 2 // it knows of the first
			return errors.Join(first, k.put(ctx, r, got))
		})
		if got := e.stored(e.store, k, s); got == nil || k.count(got) != 2 || *k.revision(got) != 2 {
			e.fail("%s: saved 1 and 2 in one Update; now %+v, want 2 at revision 2", k.name, got)
		}
	})
}

func findAfterSave[R Repos](e *env[R]) {
	all := e.kinds
	first := func(ctx context.Context, r R, k kind[R], s any) error {
		for _, err := range k.find(ctx, r, k.queries([]any{s})[0]) {
			return err
		}
		return nil
	}
	for i, k := range all {
		if k.find == nil {
			continue
		}
		s := k.states(company(), 0)[0]
		e.update(k.name+": Find after Save", func(ctx context.Context, r R) error {
			if err := k.put(ctx, r, s); err != nil {
				return err
			}
			e.wants(first(ctx, r, k, s), k.name+": Find after Save", tandem.ErrInvalid)
			if other := all[(i+1)%len(all)]; other.find != nil && other.name != k.name {
				return first(ctx, r, other, other.states(company(), 0)[0])
			}
			return nil
		})
		e.view(k.name+": Find in the next", func(ctx context.Context, r R) error { return first(ctx, r, k, s) })
	}
	e.update("levels", func(ctx context.Context, r R) error {
		if err := r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(1), OnHand: 1}); err != nil {
			return err
		}
		for _, err := range r.StockLevels().Find(ctx, inventory.LevelQuery{Company: company()}) {
			e.wants(err, "levels: Find after Apply", tandem.ErrInvalid)
			return nil
		}
		e.fail("levels: Find after Apply gave nothing, not even an error")
		return nil
	})
}

// uses lists everything that can be done with a bundle, by name.
func (e *env[R]) uses(r R) map[string]func(ctx context.Context) error {
	all := map[string]func(ctx context.Context) error{
		"StockLevels.Get": func(ctx context.Context) error { _, err := r.StockLevels().Get(ctx, stockLevel(1)); return err },
		"StockLevels.Find": func(ctx context.Context) error {
			return firstError(r.StockLevels().Find(ctx, inventory.LevelQuery{Company: company()}))
		},
		"Outbox.Read":     func(ctx context.Context) error { _, err := r.Outbox().Read(ctx, 0, 1); return err },
		"Commands.Lookup": func(ctx context.Context) error { _, _, err := r.Commands().Lookup(ctx, "k"); return err },
	}
	for _, k := range e.kinds {
		s := k.states(company(), 0)[0]
		if k.get != nil {
			all[k.name+".Get"] = func(ctx context.Context) error { _, err := k.get(ctx, r, s); return err }
		}
		if k.find != nil {
			all[k.name+".Find"] = func(ctx context.Context) error {
				return firstError(k.find(ctx, r, k.queries([]any{s})[0]))
			}
		}
	}
	for name, write := range e.writes(r) {
		all[name] = write
	}
	return all
}

// writes lists every write, by name.
func (e *env[R]) writes(r R) map[string]func(ctx context.Context) error {
	all := map[string]func(ctx context.Context) error{
		"StockLevels.Apply": func(ctx context.Context) error {
			return r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(1), OnHand: 1})
		},
		"Outbox.Append":   func(ctx context.Context) error { return r.Outbox().Append(ctx, event(1, 1)) },
		"Commands.Record": func(ctx context.Context) error { return r.Commands().Record(ctx, command(1)) },
		"Numbers.Next":    func(ctx context.Context) error { _, err := r.Numbers().Next(ctx, company(), "INV", day(0)); return err },
	}
	for _, k := range e.kinds {
		all[k.name+".Save"] = func(ctx context.Context) error { return k.put(ctx, r, k.states(company(), 0)[0]) }
	}
	return all
}

func firstError[T any](seq iter.Seq2[T, error]) error {
	for _, err := range seq {
		return err
	}
	return nil
}

func useAfterClosure[R Repos](e *env[R]) {
	for name, run := range map[string]func(context.Context, func(context.Context, R) error) error{"View": e.store.View, "Update": e.store.Update} {
		var leaked R
		var repository inventory.Levels
		e.must(run(e.ctx, func(_ context.Context, r R) error {
			leaked, repository = r, r.StockLevels()
			return nil
		}), "leaking a bundle")
		for use, fn := range e.uses(leaked) {
			e.wants(fn(e.ctx), fmt.Sprintf("%s after its %s", use, name), tandem.ErrInvalid)
		}
		_, err := repository.Get(e.ctx, stockLevel(1))
		e.wants(err, "a repository after its "+name, tandem.ErrInvalid)
	}
	if left := e.traces(0, 1); left != "" {
		e.fail("writes after the closure left: %s", left)
	}
	k := accountKind[R]()
	if e.h.table != nil {
		k = *e.h.table
	}
	if k.find == nil {
		return
	}
	e.save(k, k.states(company(), 0)[0], k.states(company(), 1)[0])
	var next func() (any, error, bool)
	var end func()
	e.view("leaking a query", func(ctx context.Context, r R) error {
		next, end = iter.Pull2(k.find(ctx, r, k.queries(k.states(company(), 0))[0]))
		_, err, _ := next()
		return err
	})
	_, err, more := next()
	end()
	if more {
		e.wants(err, "a query that goes on after its closure", tandem.ErrInvalid)
	}
}

func writeInView[R Repos](e *env[R]) {
	e.view("writing inside a View", func(ctx context.Context, r R) error {
		for name, write := range e.writes(r) {
			e.wants(write(ctx), name+" inside a View", tandem.ErrInvalid)
		}
		return nil
	})
	if left := e.traces(0, 1); left != "" {
		e.fail("writes inside a View left: %s", left)
	}
	if left := e.traces(1, 1); left != "" {
		e.fail("writes inside a View left: %s", left)
	}
}

func oneSnapshot[R Repos](e *env[R]) {
	order := orderKind[R]()
	s := order.states(company(), 50)[0]
	order.setCount(s, 1)
	e.save(order, s)
	e.update("stocking", func(ctx context.Context, r R) error {
		return r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(50), OnHand: 10})
	})
	var waits []func()
	e.view("a snapshot", func(ctx context.Context, r R) error {
		for n := range 6 {
			if err := e.snapshot(ctx, r, order, s); err != nil {
				return fmt.Errorf("after %d commits: %w", n, err)
			}
			waits = append(waits, e.during(func() {
				if err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
					return errors.Join(e.writeAll(ctx, r, n+1), order.add(ctx, r, s, 1),
						r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(50), OnHand: 1}))
				}); err != nil {
					e.fail("a commit during a View: %v", err)
				}
			}))
		}
		return nil
	})
	for _, wait := range waits {
		wait()
	}
	if got := e.stored(e.store, order, s); got == nil || order.count(got) != 7 {
		e.fail("after the View the order reads %+v, want 7", got)
	}
}

// snapshot compares what a View sees with how it was when the View began.
func (e *env[R]) snapshot(ctx context.Context, r R, order kind[R], s any) error {
	got, err := order.load(ctx, r, s)
	if err != nil {
		return err
	}
	if order.count(got) != 1 {
		e.fail("Get inside the View: %d, want 1", order.count(got))
	}
	for _, k := range e.kinds {
		if k.find == nil {
			continue
		}
		n := 0
		for _, err := range k.find(ctx, r, k.queries(k.states(company(), 0))[0]) {
			if err != nil {
				return err
			}
			n++
		}
		if want := map[bool]int{true: 1}[k.name == order.name]; n != want {
			e.fail("%s: Find inside the View gives %d, want %d", k.name, n, want)
		}
	}
	levels, err := r.StockLevels().Get(ctx, stockLevel(50), stockLevel(1))
	if err == nil && (levels[0].OnHand != 10 || levels[1].OnHand != 0) {
		e.fail("levels inside the View: %+v, want 10 and 0", levels)
	}
	rows := 0
	for _, err2 := range r.StockLevels().Find(ctx, inventory.LevelQuery{Company: company(), NonZero: true}) {
		err = errors.Join(err, err2)
		rows++
	}
	events, err2 := r.Outbox().Read(ctx, 0, 100)
	_, found, err3 := r.Commands().Lookup(ctx, command(1).Key)
	if rows != 1 || len(events) > 0 || found {
		e.fail("inside the View there are %d levels, %d events, command key: %t; want 1, 0, false", rows, len(events), found)
	}
	return errors.Join(err, err2, err3)
}
