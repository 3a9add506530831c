package storetest

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/work"
)

func levelChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"LEVEL-01", "0.1", "Apply refuses at once what the visible level forbids: 0 ≤ reserved ≤ on hand. The error is ErrInsufficient, and no conflict."}, levelBounds[R]},
		{Check{"LEVEL-02", "0.1", "Changes of equal keys are merged, in one call and over several; Get shows them."}, levelMerge[R]},
		{Check{"LEVEL-03", "0.1", "A bound lost in a race is kept at the commit: ErrConflict and ErrInsufficient, and nothing is written."}, levelRace[R]},
		{Check{"LEVEL-04", "0.1", "A refused Apply changes nothing, none of its keys, and the Update may go on."}, levelRefusal[R]},
		{Check{"LEVEL-05", "0.1", "Changes are increments: two Updates that read the same level both count."}, levelIncrements[R]},
		{Check{"LEVEL-06", "0.1", "However many reserve one product at once, no unit is lost and none promised twice."}, levelHot[R]},
		{Check{"LEVEL-07", "0.1", "A location that allows negative stock may issue and reserve more than it has."}, levelNegative[R]},
		{Check{"LEVEL-08", "0.1", "Levels are found by every field, in the order of their keys, page by page."}, levelQueries[R]},
		{Check{"LEVEL-09", "0.1", "A level that would not fit 64 bits is refused, and nothing wraps around."}, levelOverflow[R]},
	}
}

func apply[R Repos](ctx context.Context, r R, onHand, reserved int64) error {
	return r.StockLevels().Apply(ctx, inventory.LevelChange{Key: stockLevel(0), OnHand: onHand, Reserved: reserved})
}

func applying[R Repos](e *env[R], store work.Store[R], onHand, reserved int64) error {
	return store.Update(e.ctx, func(ctx context.Context, r R) error { return apply(ctx, r, onHand, reserved) })
}

// level gives a stored level.
func (e *env[R]) level(key inventory.LevelKey) (out inventory.Level) {
	e.view("reading a level", func(ctx context.Context, r R) error {
		levels, err := r.StockLevels().Get(ctx, key)
		if err == nil {
			out = levels[0]
		}
		return err
	})
	return out
}

func (e *env[R]) wantLevel(what string, key inventory.LevelKey, onHand, reserved int64) {
	if got, want := e.level(key), (inventory.Level{Key: key, OnHand: onHand, Reserved: reserved}); got != want {
		e.fail("%s: level %d on hand, %d reserved; want %d and %d", what, got.OnHand, got.Reserved, onHand, reserved)
	}
}

func levelBounds[R Repos](e *env[R]) {
	e.must(applying(e, e.store, 10, 4), "stocking 10, reserving 4")
	for what, c := range map[string][2]int64{
		"reserving 7 of 6": {0, 7}, "releasing 5 of 4": {0, -5}, "issuing 7 of 6 free": {-7, 0}, "issuing 11 of 10 with 4 reserved": {-11, -4},
	} {
		err := applying(e, e.store, c[0], c[1])
		e.wants(err, what, tandem.ErrInsufficient)
		if errors.Is(err, tandem.ErrConflict) {
			e.fail("%s: the refusal also matches ErrConflict, so that it would be run again", what)
		}
		e.wantLevel("after "+what, stockLevel(0), 10, 4)
	}
	e.must(applying(e, e.store, 0, 6), "reserving the rest")
	e.must(applying(e, e.store, -10, -10), "issuing what is reserved")
	e.wantLevel("all issued", stockLevel(0), 0, 0)
}

func levelMerge[R Repos](e *env[R]) {
	key, other := stockLevel(0), stockLevel(1)
	e.update("merging", func(ctx context.Context, r R) error {
		levels := r.StockLevels()
		err := levels.Apply(ctx, inventory.LevelChange{Key: key, Reserved: 3}, inventory.LevelChange{Key: other, OnHand: 1},
			inventory.LevelChange{Key: key, OnHand: 5}, inventory.LevelChange{Key: key, OnHand: 2}) // each alone, in this order, would be refused
		if err != nil {
			return err
		}
		if err := levels.Apply(ctx, inventory.LevelChange{Key: key, Reserved: 4}); err != nil { // all that is free by now
			return err
		}
		e.wants(levels.Apply(ctx, inventory.LevelChange{Key: key, Reserved: 1}), "one more than is free by own changes", tandem.ErrInsufficient)
		got, err := levels.Get(ctx, other, key, key)
		want := []inventory.Level{{Key: other, OnHand: 1}, {Key: key, OnHand: 7, Reserved: 7}, {Key: key, OnHand: 7, Reserved: 7}}
		if err == nil && !slices.Equal(got, want) {
			e.fail("Get inside the Update gives %+v, want %+v", got, want)
		}
		return errors.Join(err, levels.Apply(ctx, inventory.LevelChange{Key: key, Reserved: -7}), levels.Apply(ctx))
	})
	e.wantLevel("merged", key, 7, 0)
	e.wantLevel("the other key", other, 1, 0)
}

func levelRace[R Repos](e *env[R]) {
	e.must(applying(e, e.store, 10, 0), "stocking 10")
	k := orderKind[R]()
	var wait func()
	var inner error
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := apply(ctx, r, 0, 6); err != nil {
			return err
		}
		if wait == nil {
			wait = e.during(func() { inner = applying(e, e.patient(), 0, 6) })
		}
		return k.put(ctx, r, k.states(company(), 0)[0])
	})
	wait()
	if (err == nil) == (inner == nil) {
		e.fail("two Updates reserved 6 of 10 each; the errors are %v and %v, want exactly one", err, inner)
	}
	if err != nil {
		e.wants(err, "the one that lost the race", tandem.ErrConflict, tandem.ErrInsufficient)
		if e.stored(e.store, k, k.states(company(), 0)[0]) != nil {
			e.fail("the Update lost the race, and yet left a record")
		}
	}
	e.wantLevel("after the race", stockLevel(0), 10, 6)
	retried := applying(e, e.patient(), 0, 6)
	e.wants(retried, "run again, the decision is made anew", tandem.ErrInsufficient)
}

func levelRefusal[R Repos](e *env[R]) {
	e.must(applying(e, e.store, 10, 0), "stocking 10")
	first, last := stockLevel(1), stockLevel(2)
	e.update("going on after a refusal", func(ctx context.Context, r R) error {
		err := r.StockLevels().Apply(ctx, inventory.LevelChange{Key: first, OnHand: 5}, inventory.LevelChange{Key: stockLevel(0), Reserved: 11},
			inventory.LevelChange{Key: last, OnHand: 5})
		e.wants(err, "one key of three is short", tandem.ErrInsufficient)
		var short *inventory.InsufficientError
		if !errors.As(err, &short) || short.Key != stockLevel(0) || short.Wanted != 11 || short.Available != 10 || short.Raced {
			e.fail("the refusal says %+v, want key %s, 11 wanted, 10 available", short, stockLevel(0))
		}
		got, err := r.StockLevels().Get(ctx, first, stockLevel(0), last)
		if err == nil && (got[0].OnHand != 0 || got[1].Reserved != 0 || got[2].OnHand != 0) {
			e.fail("after the refusal the Update sees %+v", got)
		}
		return errors.Join(err, r.StockLevels().Apply(ctx, inventory.LevelChange{Key: last, OnHand: 1}))
	})
	e.wantLevel("before the short key", first, 0, 0)
	e.wantLevel("the short key", stockLevel(0), 10, 0)
	e.wantLevel("what came after the refusal", last, 1, 0)
}

func levelIncrements[R Repos](e *env[R]) {
	e.must(applying(e, e.store, 100, 0), "stocking 100")
	var wait func()
	var inner error
	e.update("reserving", func(ctx context.Context, r R) error {
		if _, err := r.StockLevels().Get(ctx, stockLevel(0)); err != nil {
			return err
		}
		if err := apply(ctx, r, 0, 5); err != nil {
			return err
		}
		if wait == nil {
			wait = e.during(func() { inner = applying(e, e.patient(), 7, 3) })
		}
		return nil
	})
	wait()
	e.must(inner, "reserving in between")
	e.wantLevel("two increments", stockLevel(0), 107, 8)
}

func levelHot[R Repos](e *env[R]) {
	const stock, workers, each = 100, 32, 8
	e.must(applying(e, e.store, stock, 0), "stocking")
	store := e.patient()
	var won, refused atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for range each {
				switch err := applying(e, store, 0, 1); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, tandem.ErrInsufficient):
					refused.Add(1)
				default:
					e.fail("reserving: %v", err)
				}
			}
		})
	}
	wait.Wait()
	if won.Load() != stock || refused.Load() != workers*each-stock {
		e.fail("of %d asked for of %d, %d were promised and %d refused", workers*each, stock, won.Load(), refused.Load())
	}
	e.wantLevel("all promised", stockLevel(0), stock, stock)
}

func levelNegative[R Repos](e *env[R]) {
	key := stockLevel(0)
	change := func(onHand, reserved int64, allow bool) error {
		return e.store.Update(e.ctx, func(ctx context.Context, r R) error {
			return r.StockLevels().Apply(ctx, inventory.LevelChange{Key: key, OnHand: onHand, Reserved: reserved, AllowNegative: allow})
		})
	}
	e.must(change(-5, 2, true), "issuing 5 and reserving 2 of nothing, allowed")
	e.wantLevel("below nought", key, -5, 2)
	e.wants(change(0, 1, false), "reserving without the permission", tandem.ErrInsufficient)
	e.wants(change(0, -3, true), "releasing 3 of 2", tandem.ErrInsufficient)
	e.must(change(4, 0, false), "filling up, still below nought, without the permission")
	e.wantLevel("filled up", key, -1, 2)
}

func levelQueries[R Repos](e *env[R]) {
	var all []inventory.Level
	e.update("stocking", func(ctx context.Context, r R) error {
		for n := range 24 {
			key := inventory.LevelKey{Company: company(), Location: location(n % 3), Product: product(n % 4)}
			if n%2 == 0 {
				key.Lot = lot(n)
			}
			if n >= 12 {
				key.Product = product(n)
			}
			if err := r.StockLevels().Apply(ctx, inventory.LevelChange{Key: key, OnHand: int64(n), Reserved: int64(n / 2)}); err != nil {
				return err
			}
		}
		other := stockLevel(1)
		other.Company = companyNamed("other")
		return r.StockLevels().Apply(ctx, inventory.LevelChange{Key: other, OnHand: 99})
	})
	queries := []inventory.LevelQuery{{Company: company(), NonZero: true}, {Company: company(), Location: location(1)}, {Company: company(), Product: product(1)},
		{Company: company(), Lot: lot(4)}, {Company: company(), Location: location(2), Product: product(2), NonZero: true}, {Company: companyNamed("none")}}
	all, err := e.levels(inventory.LevelQuery{Company: company()})
	e.must(err, "all levels")
	if !slices.IsSortedFunc(all, func(a, b inventory.Level) int { return a.Key.Compare(b.Key) }) || len(all) < 20 {
		e.fail("all levels of the company: %d, not in the order of their keys", len(all))
	}
	for _, q := range queries {
		for limit := range 4 {
			e.levelPages(q, all, limit)
		}
	}
	var cursor tandem.Cursor
	_, err = e.levels(inventory.LevelQuery{Company: company(), Page: tandem.Page{Limit: 2, Next: &cursor}})
	e.must(err, "a page of levels")
	for what, q := range map[string]inventory.LevelQuery{
		"tampered with":      {Company: company(), Page: tandem.Page{After: "A" + cursor[1:] + "A"}},
		"of another query":   {Company: company(), NonZero: true, Page: tandem.Page{After: cursor}},
		"of another company": {Company: companyNamed("other"), Page: tandem.Page{After: cursor}},
	} {
		_, err := e.levels(q)
		e.wants(err, "levels behind a cursor "+what, tandem.ErrInvalid)
	}
	_, err = e.levels(inventory.LevelQuery{})
	e.wants(err, "levels of no company", tandem.ErrInvalid)
}

func (e *env[R]) levels(q inventory.LevelQuery) (got []inventory.Level, err error) {
	err = e.store.View(e.ctx, func(ctx context.Context, r R) error {
		for l, err := range r.StockLevels().Find(ctx, q) {
			if err != nil {
				return err
			}
			got = append(got, l)
		}
		return nil
	})
	return got, err
}

// levelPages compares a query, whole or in pages, with a filter over all levels.
func (e *env[R]) levelPages(q inventory.LevelQuery, all []inventory.Level, limit int) {
	var want, got []inventory.Level
	for _, l := range all {
		if q.Matches(l) {
			want = append(want, l)
		}
	}
	if q.Page.Descending = limit%2 == 1; q.Page.Descending {
		slices.Reverse(want)
	}
	for range len(want) + 2 {
		var next tandem.Cursor
		q.Page.Limit, q.Page.Next = limit, &next
		part, err := e.levels(q)
		e.must(err, "levels: %+v", q)
		got = append(got, part...)
		if limit == 0 || len(part) < limit {
			break
		}
		q.Page.After = next
	}
	if !slices.Equal(got, want) {
		e.fail("levels: query %+v in pages of %d gave\n%+v\nwant\n%+v", q, limit, got, want)
	}
}

func levelOverflow[R Repos](e *env[R]) {
	e.must(applying(e, e.store, math.MaxInt64, math.MaxInt64), "the largest level")
	e.wantLevel("the largest level", stockLevel(0), math.MaxInt64, math.MaxInt64)
	e.wants(applying(e, e.store, 1, 0), "one more", tandem.ErrInvalid)
	e.wantLevel("after one more", stockLevel(0), math.MaxInt64, math.MaxInt64)
}
