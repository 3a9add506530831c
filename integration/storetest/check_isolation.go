package storetest

import (
	"bytes"
	"context"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/tandem-go/tandem/integration/work"
)

func isolationChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"ISOLATION-01", "0.1", "Save takes a snapshot at the call: what is done to the value afterwards is not written."}, mutateSaved[R]},
		{Check{"ISOLATION-02", "0.1", "What Get and Find hand out belongs to the caller: changing it changes nothing stored and nothing handed to others."}, mutateLoaded[R]},
		{Check{"CONCURRENT-01", "0.1", "A store may be used by any number of goroutines at once (run it with -race)."}, manyAtOnce[R]},
		{Check{"ISOLATION-03", "0.1", "Payloads, results and keys given to the outbox and the command log may be reused after the call, before the commit too."}, reuseBuffers[R]},
	}
}

// manyAtOnce reads and writes from several goroutines: what is not locked is
// seen by -race, or panics.
func manyAtOnce[R Repos](e *env[R]) {
	const readers, writers, rounds = 8, 4, 4
	e.each(func(k kind[R]) {
		old := slices.Concat(k.states(company(), 0), k.states(company(), 1))
		e.save(k, old...)
		var wait sync.WaitGroup
		begin := make(chan struct{})
		start := func(what string, do func() error) {
			wait.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						e.fail("%s: %s beside others panicked: %v\n%s", k.name, what, p, debug.Stack())
					}
				}()
				<-begin
				if err := do(); err != nil {
					e.fail("%s: %s beside others: %w", k.name, what, err)
				}
			})
		}
		for range readers {
			start("reading", func() error { return e.readThrough(k, old, rounds) })
		}
		for n := range writers {
			start("writing", func() error { return e.putNew(k, k.states(company(), 20+n)) })
		}
		close(begin)
		wait.Wait()
		for n := range writers {
			for _, s := range k.states(company(), 20+n) {
				if e.stored(e.store, k, s) == nil {
					e.fail("%s: was saved beside others and is not there", k.name)
				}
			}
		}
	})
}

// readThrough loads states, and queries, a few times over.
func (e *env[R]) readThrough(k kind[R], states []any, rounds int) error {
	for range rounds {
		err := e.store.View(e.ctx, func(ctx context.Context, r R) error {
			for _, s := range states {
				if _, err := k.load(ctx, r, s); err != nil {
					return err
				}
			}
			if k.find == nil {
				return nil
			}
			for _, err := range k.find(ctx, r, k.queries(states)[0]) {
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// putNew saves new states; for goroutines of a check's own.
func (e *env[R]) putNew(k kind[R], states []any) error {
	if k.insert != nil {
		return k.insert(e.ctx, e.tenant, states)
	}
	return e.patient().Update(e.ctx, func(ctx context.Context, r R) error { return k.put(ctx, r, states...) })
}

func mutateSaved[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		for _, s := range k.states(company(), 0) {
			h, err := k.handle(k.copyOf(s))
			e.must(err, "%s: restoring", k.name)
			e.update(k.name+": saving", func(ctx context.Context, r R) error {
				if err := k.save(ctx, r, h); err != nil {
					return err
				}
				scribble(h)
				return nil
			})
			e.unchanged(k, s, "saved value was changed before the commit")
			h, err = k.handle(k.copyOf(s))
			e.must(err, "%s: restoring", k.name)
			scribble(h)
			e.unchanged(k, s, "saved value was changed after the commit")
		}
	})
}

// unchanged compares what is stored with s as saved once.
func (e *env[R]) unchanged(k kind[R], s any, after string) {
	want := k.copyOf(s)
	if k.revision != nil {
		*k.revision(want) = 1
	}
	if got := e.stored(e.store, k, s); got == nil {
		e.fail("%s: after the %s it is not there", k.name, after)
	} else if !k.compare(got, want) {
		e.fail("%s: after the %s there are stored other fields:\n%s", k.name, after, difference(got, want))
	}
}

// copyOf gives a deep copy of a state.
func (k kind[R]) copyOf(s any) any { return deepCopy(s) }

func mutateLoaded[R Repos](e *env[R]) {
	e.each(func(k kind[R]) {
		states := k.states(company(), 0)
		e.save(k, states...)
		for _, s := range states {
			e.view(k.name+": loading", func(ctx context.Context, r R) error {
				if k.get != nil {
					h, err := k.get(ctx, r, s)
					if err != nil {
						return err
					}
					other, err := k.get(ctx, r, s)
					if err != nil {
						return err
					}
					want := k.copyOf(k.state(other))
					scribble(h)
					if !k.compare(k.state(other), want) {
						e.fail("%s: two Gets share memory", k.name)
					}
				}
				if k.find == nil {
					return nil
				}
				for h, err := range k.find(ctx, r, k.queries([]any{s})[0]) {
					if err != nil {
						return err
					}
					scribble(h)
				}
				return nil
			})
			e.unchanged(k, s, "loaded value was changed")
		}
	})
}

func reuseBuffers[R Repos](e *env[R]) {
	want, record := event(1, 1), command(1)
	e.update("writing", func(ctx context.Context, r R) error {
		payload, result := bytes.Clone(want.Payload), bytes.Clone(record.Result)
		events := []work.Event{want}
		events[0].Payload = payload
		if err := r.Outbox().Append(ctx, events...); err != nil {
			return err
		}
		mine := record
		mine.Result = result
		if err := r.Commands().Record(ctx, mine); err != nil {
			return err
		}
		overwrite(payload)
		overwrite(result)
		events[0] = work.Event{}
		seen, found, err := r.Commands().Lookup(ctx, record.Key)
		if err == nil && found {
			overwrite(seen.Result)
		}
		return err
	})
	for range 2 { // the second reading sees what the first one did to its copy
		e.view("reading", func(ctx context.Context, r R) error {
			events, err := r.Outbox().Read(ctx, 0, 10)
			if err != nil {
				return err
			}
			if len(events) != 1 || string(events[0].Payload) != string(want.Payload) {
				e.fail("the outbox has %+v, want the payload %s", events, want.Payload)
			}
			for i := range events {
				overwrite(events[i].Payload)
			}
			got, found, err := r.Commands().Lookup(ctx, record.Key)
			if !found || string(got.Result) != string(record.Result) {
				e.fail("the command log has %+v (found: %t), want the result %s", got, found, record.Result)
			}
			overwrite(got.Result)
			return err
		})
	}
}

func overwrite(b []byte) {
	for i := range b {
		b[i] = '#'
	}
}
