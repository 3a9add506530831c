package storetest

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/work"
)

func joinChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"JOIN-01", "0.1", "What a joined store writes commits with the outer Update, and not before."}, joinCommits[R]},
		{Check{"JOIN-02", "0.1", "An error inside a joined store dooms the outer Update, even if it is swallowed there."}, joinPoisons[R]},
		{Check{"JOIN-03", "0.1", "A panic inside a joined store dooms the outer Update, even if it is recovered there."}, joinPanics[R]},
		{Check{"JOIN-04", "0.1", "Retry never repeats inside a joined store; the outer Update decides."}, joinRetry[R]},
		{Check{"JOIN-05", "0.1", "Narrow hands a part of the bundle on, in the same unit of work, joined or not."}, narrowed[R]},
		{Check{"JOIN-06", "0.1", "Commands run in a joined store keep their keys, results and events apart, and commit together."}, joinCommands[R]},
		{Check{"JOIN-07", "0.1", "The View of a joined store takes no writes; behind it the unit of work goes on."}, joinView[R]},
	}
}

func joinCommits[R Repos](e *env[R]) {
	k := orderKind[R]()
	outer, inner := k.states(company(), 0)[0], k.states(company(), 1)[0]
	e.update("joining", func(ctx context.Context, r R) error {
		if err := k.put(ctx, r, outer); err != nil {
			return err
		}
		joined := work.Join(r)
		if err := joined.Update(ctx, func(ctx context.Context, r R) error {
			if _, err := k.load(ctx, r, outer); err != nil {
				return err
			}
			return k.put(ctx, r, inner)
		}); err != nil {
			return err
		}
		e.during(func() {
			if e.stored(e.store, k, inner) != nil {
				e.fail("what the joined store wrote is seen before the outer Update has committed")
			}
		})()
		return joined.View(ctx, func(ctx context.Context, r R) error {
			_, err := k.load(ctx, r, inner)
			return err
		})
	})
	for _, s := range []any{outer, inner} {
		if e.stored(e.store, k, s) == nil {
			e.fail("after the commit an order is missing")
		}
	}
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := work.Join(r).Update(ctx, func(ctx context.Context, r R) error { return e.writeAll(ctx, r, 2) }); err != nil {
			return err
		}
		return errRollback
	})
	e.wants(err, "an outer Update that fails after its joined part", errRollback)
	if left := e.traces(2, 1); left != "" {
		e.fail("the outer Update failed; its joined part left: %s", left)
	}
}

func joinPoisons[R Repos](e *env[R]) {
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := e.writeAll(ctx, r, 1); err != nil {
			return err
		}
		if err := work.Join(r).Update(ctx, func(context.Context, R) error { return errRollback }); !errors.Is(err, errRollback) {
			e.fail("the joined store gave error %v, want its closure's own", err)
		}
		return nil // swallowed
	})
	e.wants(err, "an outer Update whose joined part failed", errRollback)
	if left := e.traces(1, 1); left != "" {
		e.fail("the joined part failed; the outer Update left: %s", left)
	}
}

func joinPanics[R Repos](e *env[R]) {
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := e.writeAll(ctx, r, 1); err != nil {
			return err
		}
		func() {
			defer func() { _ = recover() }()
			_ = work.Join(r).Update(ctx, func(context.Context, R) error { panic("on purpose") })
		}()
		return nil
	})
	if err == nil {
		e.fail("a joined part panicked, and the outer Update committed")
	}
	if left := e.traces(1, 1); left != "" {
		e.fail("the joined part panicked; the outer Update left: %s", left)
	}
}

func joinView[R Repos](e *env[R]) {
	k := orderKind[R]()
	refused, written := k.states(company(), 0)[0], k.states(company(), 1)[0]
	e.update("joining to read", func(ctx context.Context, r R) error {
		err := work.Join(r).View(ctx, func(ctx context.Context, r R) error { return k.put(ctx, r, refused) })
		e.wants(err, "a write in the View of a joined store", tandem.ErrInvalid)
		return k.put(ctx, r, written)
	})
	if e.stored(e.store, k, refused) != nil || e.stored(e.store, k, written) == nil {
		e.fail("of two states, one written in a joined View and one behind it, the second alone should be stored")
	}
}

func joinRetry[R Repos](e *env[R]) {
	inner, outer := 0, 0
	conflict := &tandem.ConflictError{Kind: "test", Key: "made up"}
	err := work.Retry(e.store, work.RetryPolicy{Tries: 3}).Update(e.ctx, func(ctx context.Context, r R) error {
		outer++
		part := work.Retry(work.Narrow(work.Join(r), func(r R) R { return r }), work.RetryPolicy{Tries: 5})
		return part.Update(ctx, func(context.Context, R) error {
			inner++
			return conflict
		})
	})
	e.wants(err, "a conflict inside a joined store", tandem.ErrConflict)
	if inner != 3 || outer != 3 {
		e.fail("with 3 tries the outer closure ran %d times and the joined one %d, want 3 and 3", outer, inner)
	}
}

// ordersOnly is the bundle of a part that needs orders alone.
type ordersOnly interface{ SalesOrders() sales.OrderRepository }

func narrowed[R Repos](e *env[R]) {
	k := orderKind[R]()
	save := func(store work.Store[ordersOnly], n int) error {
		return store.Update(e.ctx, func(ctx context.Context, r ordersOnly) error {
			o, err := sales.RestoreOrder(orderStates(company(), n)[0])
			if err != nil {
				return err
			}
			return r.SalesOrders().Save(ctx, o)
		})
	}
	narrow := func(r R) ordersOnly { return r }
	e.must(save(work.Narrow(e.store, narrow), 0), "saving in a narrowed store")
	e.update("joining a narrowed store", func(ctx context.Context, r R) error { return save(work.Narrow(work.Join(r), narrow), 1) })
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		return errors.Join(save(work.Narrow(work.Join(r), narrow), 2), errRollback)
	})
	e.wants(err, "rolling a narrowed part back", errRollback)
	for n, want := range []bool{true, true, false} {
		if got := e.stored(e.store, k, k.states(company(), n)[0]) != nil; got != want {
			e.fail("order %d, saved by a narrowed store: there is one: %t, want %t", n, got, want)
		}
	}
}

func joinCommands[R Repos](e *env[R]) {
	c := newCounter(e, e.store)
	beta := c.runner.On(e.open("beta"))
	var wait func()
	var elsewhere error
	e.update("two commands in one Update", func(ctx context.Context, r R) error {
		joined := c.runner.On(work.Join(r))
		for i, key := range []string{"k1", "k2", "k1"} {
			got, err := c.do(joined, newCount(key, 1), nil)
			if err != nil {
				return err
			}
			if want := []int64{1, 2, 1}[i]; got.Now != want {
				e.fail("command %d of the Update gave %d, want %d", i+1, got.Now, want)
			}
		}
		wait = e.during(func() { _, elsewhere = c.do(beta, newCount("k9", 1), nil) }) // uses the same buffers in between
		return nil
	})
	wait()
	e.wants(elsewhere, "a command in another tenant", tandem.ErrNotFound)
	c.want("two commands in one Update", 2, 2)
	for i, ev := range e.events(e.store) {
		if want := (wasCounted{int64(i + 1)}); string(ev.Payload) != string(want.AppendJSON(nil)) || ev.Cause != []string{"k1", "k2"}[i] {
			e.fail("event %d is %s, caused by %s", i+1, ev.Payload, ev.Cause)
		}
	}
	for key, want := range map[string]int64{"k1": 1, "k2": 2} {
		if got, err := c.do(c.runner, newCount(key, 1), nil); err != nil || got.Now != want {
			e.fail("command %s again gives %+v, %v; want %d", key, got, err, want)
		}
	}
}
