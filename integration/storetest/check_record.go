package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

func recordChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"ROUND-01", "0.1", "What was saved is loaded as it was, every field of every kind."}, roundTrip[R]},
		{Check{"ROUND-02", "0.1", "No field of a State or fact is dropped: every field that the library has comes back set."}, noFieldLost[R]},
		{Check{"ROUND-03", "0.1", "A saved change replaces the state whole and raises the revision by one."}, saveChange[R]},
		{Check{"NOTFOUND-01", "0.1", "Get of what does not exist is ErrNotFound."}, notFound[R]},
		{Check{"DUPLICATE-01", "0.1", "A key is taken once: a second new record or fact with it is ErrDuplicate, and the first stays."}, duplicateKey[R]},
		{Check{"DUPLICATE-02", "0.1", "Unique columns are taken once within a company, in one Update too, and free again when their owner changes."}, duplicateColumns[R]},
		{Check{"DUPLICATE-03", "0.1", "Of two Updates that take the same key or unique columns at once one commits; the other leaves nothing, and is ErrDuplicate when it is run again."}, raceForKeys[R]},
		{Check{"REVISION-01", "0.1", "A Save with an older revision than the stored one is ErrConflict and writes nothing."}, staleSave[R]},
		{Check{"REVISION-02", "0.1", "Of two Updates that read the same revision one commits; the other is ErrConflict, and right when it is run again."}, interleavedSave[R]},
		{Check{"REVISION-03", "0.1", "No update is lost, whatever the number of writers."}, manyWriters[R]},
		{Check{"REVISION-04", "0.1", "A Save with a revision of a record that does not exist is ErrConflict."}, saveOfNothing[R]},
	}
}

// put saves states as new records or facts within an open Update.
func (k kind[R]) put(ctx context.Context, r R, states ...any) error {
	for _, s := range states {
		h, err := k.handle(s)
		if err != nil {
			return err
		}
		if err := k.save(ctx, r, h); err != nil {
			return err
		}
	}
	return nil
}

// load gives the stored state with the key of s: by Get, or else by Find.
func (k kind[R]) load(ctx context.Context, r R, s any) (any, error) {
	if k.get != nil {
		h, err := k.get(ctx, r, s)
		if err != nil {
			return nil, err
		}
		return k.state(h), nil
	}
	for h, err := range k.find(ctx, r, k.queries([]any{s})[0]) {
		if err != nil {
			return nil, err
		}
		if got := k.state(h); k.key(got) == k.key(s) {
			return got, nil
		}
	}
	return nil, &tandem.NotFoundError{Kind: k.name}
}

// stored gives a stored state in a View of its own; nil if it is not there.
func (e *env[R]) stored(s work.Store[R], k kind[R], state any) (got any) {
	err := s.View(e.ctx, func(ctx context.Context, r R) (err error) {
		got, err = k.load(ctx, r, state)
		return err
	})
	if errors.Is(err, tandem.ErrNotFound) {
		return nil
	}
	e.must(err, "%s: loading", k.name)
	return got
}

// expected is a state as it must be loaded after one Save.
func (k kind[R]) expected(s any) any {
	if k.revision != nil {
		*k.revision(s)++
	}
	return s
}

// each runs fn for every kind.
func (e *env[R]) each(fn func(k kind[R])) {
	for _, k := range e.kinds {
		fn(k)
	}
}

// records runs fn for every kind with a revision.
func (e *env[R]) records(fn func(k kind[R])) {
	e.each(func(k kind[R]) {
		if !k.fact {
			fn(k)
		}
	})
}

func (e *env[R]) save(k kind[R], states ...any) {
	if k.insert != nil {
		e.must(k.insert(e.ctx, e.tenant, states), "%s: inserting", k.name)
		return
	}
	e.update(k.name+": saving", func(ctx context.Context, r R) error { return k.put(ctx, r, states...) })
}

func roundTrip[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		var states []any
		for n := range 3 {
			states = append(states, k.states(company(), n)...)
		}
		e.save(k, states...)
		for _, s := range states {
			want := k.expected(s)
			if got := e.stored(e.store, k, s); got == nil {
				e.fail("%s: was saved and is not there", k.name)
			} else if !k.compare(got, want) {
				e.fail("%s: what was saved is loaded with other fields:\n%s", k.name, difference(got, want))
			}
		}
	})
}

func deref(p any) any { return reflect.ValueOf(p).Elem().Interface() }

func sprint(p any) string { return fmt.Sprintf("%+v", deref(p)) }

func noFieldLost[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		states := k.states(company(), 7)
		e.save(k, states...)
		seen, kept := map[string]bool{}, map[string]bool{}
		for _, s := range states {
			fields(kept, "", reflect.ValueOf(k.expected(s)).Elem())
			if got := e.stored(e.store, k, s); got != nil {
				fields(seen, "", reflect.ValueOf(got).Elem())
			}
		}
		var lost []string
		for path, set := range seen {
			if !set && (kept[path] || e.h.table == nil) {
				lost = append(lost, strings.TrimPrefix(path, "."))
			}
		}
		slices.Sort(lost)
		if len(lost) > 0 || len(seen) == 0 {
			e.fail("%s: these fields were saved and come back empty: %s", k.name, strings.Join(lost, ", "))
		}
	})
}

func saveChange[R Repos](e *env[R]) {
	e.records(func(k kind[R]) {
		s := k.states(company(), 0)[0]
		e.save(k, s)
		got := e.stored(e.store, k, s)
		if got == nil {
			e.fail("%s: was saved and is not there", k.name)
			return
		}
		k.setCount(got, 4711)
		e.save(k, got)
		want := k.expected(got)
		if again := e.stored(e.store, k, s); again == nil {
			e.fail("%s: was changed and is not there", k.name)
		} else if !k.compare(again, want) {
			e.fail("%s: what was changed is loaded with other fields:\n%s", k.name, difference(again, want))
		}
		if *k.revision(want) != 2 {
			e.fail("%s: revision %d after the second Save, want 2", k.name, *k.revision(want))
		}
	})
}

func notFound[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		if k.get == nil {
			return
		}
		s := k.states(company(), 3)[0]
		for name, run := range map[string]func(context.Context, func(context.Context, R) error) error{"View": e.store.View, "Update": e.store.Update} {
			e.wants(run(e.ctx, func(ctx context.Context, r R) error {
				_, err := k.get(ctx, r, s)
				return err
			}), k.name+": Get of nothing in "+name, tandem.ErrNotFound)
		}
	})
}

func duplicateKey[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		s := k.states(company(), 0)[0]
		e.save(k, s)
		second := k.states(company(), 0)[0]
		if k.count != nil {
			k.setCount(second, 99)
		}
		e.wants(e.store.Update(e.ctx, func(ctx context.Context, r R) error { return k.put(ctx, r, second) }),
			k.name+": a second new one with the same key", tandem.ErrDuplicate)
		if got := e.stored(e.store, k, s); got == nil || !k.compare(got, k.expected(s)) {
			e.fail("%s: the first one changed to %+v", k.name, got)
		}
		if k.fact {
			twice := k.states(company(), 1)[0]
			e.wants(e.store.Update(e.ctx, func(ctx context.Context, r R) error { return k.put(ctx, r, twice, twice) }),
				k.name+": twice in one Update", tandem.ErrDuplicate)
			if e.stored(e.store, k, twice) != nil {
				e.fail("%s: refused as a duplicate, and yet stored", k.name)
			}
		}
	})
}

func duplicateColumns[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		if k.clash == nil {
			return
		}
		first, second := k.states(company(), 0)[0], k.states(company(), 1)[0]
		k.clash(second, first)
		put := func(states ...any) error {
			return e.store.Update(e.ctx, func(ctx context.Context, r R) error { return k.put(ctx, r, states...) })
		}
		e.wants(put(first, second), k.name+": two with the same unique columns in one Update", tandem.ErrDuplicate)
		if e.stored(e.store, k, first) != nil {
			e.fail("%s: the Update was refused, and yet left a record", k.name)
		}
		e.must(put(first), "%s: saving the first", k.name)
		e.wants(put(second), k.name+": unique columns that another one has", tandem.ErrDuplicate)
		if e.stored(e.store, k, second) != nil {
			e.fail("%s: refused as a duplicate, and yet stored", k.name)
		}
		if k.fact || k.given {
			return
		}
		moved := e.stored(e.store, k, first) // gives its columns up in the same Update in which the second takes them
		if moved == nil {
			e.fail("%s: was saved and is not there", k.name)
			return
		}
		k.clash(moved, k.states(company(), 2)[0])
		e.must(put(moved, second), "%s: handing unique columns on", k.name)
	})
}

func staleSave[R Repos](e *env[R]) {
	e.records(func(k kind[R]) {
		s := k.states(company(), 0)[0]
		e.save(k, s)
		stale, fresh := e.stored(e.store, k, s), e.stored(e.store, k, s)
		if stale == nil {
			e.fail("%s: was saved and is not there", k.name)
			return
		}
		k.setCount(fresh, 5)
		e.save(k, fresh)
		k.setCount(stale, 6)
		e.wants(e.store.Update(e.ctx, func(ctx context.Context, r R) error { return k.put(ctx, r, stale) }), k.name+": a stale Save", tandem.ErrConflict)
		if got := e.stored(e.store, k, s); got == nil || k.count(got) != 5 || *k.revision(got) != 2 {
			e.fail("%s: after the refused Save %+v, want the state before it", k.name, got)
		}
	})
}

// add loads the state and counts it up by n within an open Update.
func (k kind[R]) add(ctx context.Context, r R, s any, n int64) error {
	got, err := k.load(ctx, r, s)
	if err != nil {
		return err
	}
	k.setCount(got, k.count(got)+n)
	return k.put(ctx, r, got)
}

func interleavedSave[R Repos](e *env[R]) {
	e.records(func(k kind[R]) {
		s := k.states(company(), 0)[0]
		k.setCount(s, 100)
		e.save(k, s)
		add := func(store work.Store[R], n int64) error {
			return store.Update(e.ctx, func(ctx context.Context, r R) error { return k.add(ctx, r, s, n) })
		}
		runs := 0
		var wait func()
		var inner error
		err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
			if err := k.add(ctx, r, s, 1); err != nil {
				return err
			}
			if runs++; runs == 1 {
				wait = e.during(func() { inner = add(e.patient(), 10) })
			}
			return nil
		})
		if wait == nil {
			e.must(err, "%s: counting up", k.name)
			return
		}
		wait()
		e.must(inner, "%s: the Update in between", k.name)
		want := int64(111)
		if err != nil {
			e.wants(err, k.name+": the Update that lost", tandem.ErrConflict)
			e.must(add(e.store, 1), "%s: running it again", k.name)
		}
		if got := e.stored(e.store, k, s); got == nil || k.count(got) != want || *k.revision(got) != 3 {
			e.fail("%s: two Updates added 10 and 1 to 100 (the outer one's error: %v); now %+v, want %d at revision 3", k.name, err, got, want)
		}
	})
}

func manyWriters[R Repos](e *env[R]) {
	const writers, rounds = 16, 5
	store := e.patient()
	e.records(func(k kind[R]) {
		if e.h.table == nil && k.name != "order" && k.name != "product" {
			return
		}
		s := k.states(company(), 0)[0]
		k.setCount(s, 0)
		e.save(k, s)
		var wait sync.WaitGroup
		for range writers {
			wait.Go(func() {
				for range rounds {
					err := store.Update(e.ctx, func(ctx context.Context, r R) error { return k.add(ctx, r, s, 1) })
					if err != nil {
						e.fail("%s: a writer gave up: %v", k.name, err)
					}
				}
			})
		}
		wait.Wait()
		got := e.stored(e.store, k, s)
		if got == nil || k.count(got) != writers*rounds || *k.revision(got) != 1+writers*rounds {
			e.fail("%s: %d writers counted up %d times; now %+v", k.name, writers, writers*rounds, got)
		}
	})
}

func saveOfNothing[R Repos](e *env[R]) {
	e.records(func(k kind[R]) {
		s := k.states(company(), 0)[0]
		*k.revision(s) = 5
		e.wants(e.store.Update(e.ctx, func(ctx context.Context, r R) error { return k.put(ctx, r, s) }), k.name+": a Save at revision 5 of nothing", tandem.ErrConflict)
		if e.stored(e.store, k, s) != nil {
			e.fail("%s: the refused Save left a record", k.name)
		}
	})
}
