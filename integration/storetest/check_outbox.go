package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

func outboxChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"OUTBOX-01", "0.1", "An event comes back as it was appended, with a position from 1 that ascends; Read continues behind any of them."}, outboxRead[R]},
		{Check{"OUTBOX-02", "0.1", "Every committed change has exactly its events, and no event is there without its change."}, outboxExact[R]},
		{Check{"OUTBOX-03", "0.1", "Events come in the order of the commits, those of one Update in the order of their appending."}, outboxOrder[R]},
		{Check{"OUTBOX-04", "0.1", "Who reads on behind the last position while others commit meets every event once: none appears behind a later one."}, outboxTail[R]},
		{Check{"OUTBOX-05", "0.1", "A limit below 1 or above MaxPage is ErrInvalid."}, outboxLimits[R]},
		{Check{"OUTBOX-06", "0.1", "Every consumer has the effect of every event once, in order, also with several dispatchers and failing handlers."}, outboxDispatch[R]},
		{Check{"OUTBOX-07", "0.1", "A store that can forget events gives none up to the position, and all others at their positions; it never forgets more than it has."}, outboxForget[R]},
		{Check{"OUTBOX-08", "0.1", "An Update that began before others and commits behind them has its events behind theirs: who reads in between loses none."}, outboxLate[R]},
	}
}

func outboxRead[R Repos](e *env[R]) {
	want := []work.Event{event(1, 1), event(1, 2), {Name: "bare", Kind: "k", ID: [16]byte{1}, Sequence: 1, At: at(0)}, event(2, 1)}
	want[1].Payload = nil
	e.update("appending", func(ctx context.Context, r R) error {
		return errors.Join(r.Outbox().Append(ctx, want[:2]...), r.Outbox().Append(ctx, want[2]), r.Outbox().Append(ctx))
	})
	e.update("appending", func(ctx context.Context, r R) error { return r.Outbox().Append(ctx, want[3]) })
	all := e.events(e.store)
	if len(all) != len(want) {
		e.fail("%d events come back, want %d", len(all), len(want))
		return
	}
	last := int64(0)
	for i, got := range all {
		if got.Position <= last || i == 0 && got.Position != 1 {
			e.fail("event %d has position %d behind %d", i, got.Position, last)
		}
		last = got.Position
		got.Position = 0
		if !same(got, want[i]) {
			e.fail("event %d comes back as\n%+v\nwant\n%+v", i, got, want[i])
		}
	}
	e.view("reading on", func(ctx context.Context, r R) error {
		for i := range all {
			got, err := r.Outbox().Read(ctx, all[i].Position, 2)
			if err != nil {
				return err
			}
			if want := all[i+1 : min(i+3, len(all))]; !slices.EqualFunc(got, want, func(a, b work.Event) bool { return same(a, b) }) {
				e.fail("behind position %d there are %d events, want %d", all[i].Position, len(got), len(want))
			}
		}
		got, err := r.Outbox().Read(ctx, last+1000, 2)
		if len(got) > 0 {
			e.fail("far behind the end there are %d events", len(got))
		}
		return err
	})
}

// outboxExact counts up from many goroutines; some commands are refused, some
// conflict, some lose their reply. Then the events must tell the whole story.
func outboxExact[R Repos](e *env[R]) {
	losses := &atomic.Int64{}
	c := newCounter(e, forgetful[R]{e.store, losses})
	losses.Store(5)
	var wait sync.WaitGroup
	for w := range 8 {
		wait.Go(func() {
			for i := range 6 {
				var refusal error
				if i%3 == 2 {
					refusal = tandem.ErrNotAllowed
				}
				cmd := newCount(fmt.Sprintf("k%d-%d", w, i), 1)
				_, err := c.do(c.runner, cmd, refusal)
				for errors.Is(err, tandem.ErrUnknown) {
					_, err = c.do(c.runner, cmd, refusal)
				}
				if !errors.Is(err, refusal) {
					e.fail("counting: %v", err)
				}
			}
		})
	}
	wait.Wait()
	const effects = 8 * 4
	c.want("all commands", effects, effects)
	for i, ev := range e.events(e.store) {
		if want := fmt.Sprintf(`{"now":%d}`, i+1); string(ev.Payload) != want || ev.Sequence != int64(i+2) {
			e.fail("event %d is %s with sequence %d, want %s with %d", i+1, ev.Payload, ev.Sequence, want, i+2)
		}
	}
	refused := event(1, 1)
	_ = e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		stale := c.k.copyOf(c.order)
		return errors.Join(r.Outbox().Append(ctx, refused), c.k.put(ctx, r, stale)) // is refused at the commit
	})
	c.want("after an Update that was refused at its commit", effects, effects)
}

func outboxOrder[R Repos](e *env[R]) {
	var want []int64
	for n := range 5 {
		e.update("appending", func(ctx context.Context, r R) error {
			for i := range 4 {
				sequence := int64(100 - n*10 + i)
				if n%2 == 0 {
					sequence = int64(n*10 - i)
				}
				want = append(want, sequence)
				if err := r.Outbox().Append(ctx, event(1, sequence)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var got []int64
	for _, ev := range e.events(e.store) {
		got = append(got, ev.Sequence)
	}
	if !slices.Equal(got, want) {
		e.fail("events come as %v, were committed as %v", got, want)
	}
}

func outboxTail[R Repos](e *env[R]) {
	const writers, each = 8, 25
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				if err := e.patient().Update(e.ctx, func(ctx context.Context, r R) error {
					return r.Outbox().Append(ctx, event(w, int64(2*i+1)), event(w, int64(2*i+2)))
				}); err != nil {
					e.fail("appending: %v", err)
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() { writing.Wait(); close(finished) }()
	var tail []work.Event
	for last, done := int64(0), false; ; {
		var page []work.Event
		e.view("reading the tail", func(ctx context.Context, r R) (err error) {
			page, err = r.Outbox().Read(ctx, last, 7)
			return err
		})
		if tail = append(tail, page...); len(page) > 0 {
			last = page[len(page)-1].Position
			continue
		}
		if done {
			break
		}
		select {
		case <-finished:
			done = true // once more, for what was committed just before
		default:
		}
	}
	all := e.events(e.store)
	if len(all) != 2*writers*each || !slices.EqualFunc(tail, all, func(a, b work.Event) bool { return same(a, b) }) {
		e.fail("who read along met %d events, there are %d, appended were %d", len(tail), len(all), 2*writers*each)
	}
	next := map[[16]byte]int64{}
	for _, ev := range all {
		if next[ev.ID]++; ev.Sequence != next[ev.ID] {
			e.fail("event %s comes where number %d of its aggregate was due", ev.Identity(), next[ev.ID])
			return
		}
	}
}

func outboxLimits[R Repos](e *env[R]) {
	e.view("reading", func(ctx context.Context, r R) error {
		for _, limit := range []int{-1, 0, tandem.MaxPage + 1} {
			_, err := r.Outbox().Read(ctx, 0, limit)
			e.wants(err, fmt.Sprintf("a limit of %d", limit), tandem.ErrInvalid)
		}
		_, err := r.Outbox().Read(ctx, 0, tandem.MaxPage)
		return err
	})
}

func outboxDispatch[R Repos](e *env[R]) {
	for n := range 10 {
		e.update("appending", func(ctx context.Context, r R) error {
			return r.Outbox().Append(ctx, event(1, int64(2*n+1)), event(1, int64(2*n+2)))
		})
	}
	k := orderKind[R]()
	s := k.states(company(), 0)[0]
	k.setCount(s, 0)
	e.save(k, s)
	var failures atomic.Int64
	handle := func(ctx context.Context, r R, ev *work.Event) error {
		got, err := k.load(ctx, r, s)
		if err != nil {
			return err
		}
		if now := k.count(got); now != ev.Sequence-1 {
			return &tandem.ConflictError{Kind: "order", Want: ev.Sequence - 1, Got: now} // another one was faster, or skipped one
		}
		k.setCount(got, ev.Sequence)
		if err := k.put(ctx, r, got); err != nil {
			return err
		}
		if failures.Add(1)%4 == 0 {
			return errRollback
		}
		return nil
	}
	var effects atomic.Int64
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			d, err := work.NewDispatcher(e.store, work.Consumer[R]{Name: "counter", Handlers: map[string]work.Handler[R]{"test.counted": handle}})
			for err == nil || errors.Is(err, errRollback) {
				var n int
				n, err = d.Deliver(e.ctx)
				if effects.Add(int64(n)); err == nil {
					return
				}
			}
			e.fail("dispatching: %v", err)
		})
	}
	wait.Wait()
	if got := e.stored(e.store, k, s); effects.Load() != 20 || got == nil || k.count(got) != 20 || *k.revision(got) != 21 {
		e.fail("20 events had %d effects; the order reads %+v", effects.Load(), got)
	}
}

// outboxForget applies to stores that are a work.EventForgetter on an engine that can forget.
func outboxForget[R Repos](e *env[R]) {
	f, ok := e.store.(work.EventForgetter)
	if !ok || errors.Is(f.ForgetEvents(e.ctx, 0), tandem.ErrUnsupported) {
		return
	}
	other := e.open("other")
	const many, atOnce = 700, 70
	for _, s := range []work.Store[R]{e.store, other} {
		for first := 0; first < many; first += atOnce {
			e.must(s.Update(e.ctx, func(ctx context.Context, r R) error {
				for n := first; n < first+atOnce; n++ {
					if err := r.Outbox().Append(ctx, event(n+1, 1)); err != nil {
						return err
					}
				}
				return nil
			}), "appending")
		}
	}
	all := e.events(e.store)
	if len(all) != many {
		e.fail("%d events come back, want %d", len(all), many)
		return
	}
	e.must(f.ForgetEvents(e.ctx, -1), "forgetting none")
	check := func(what string, want []work.Event) {
		if got := e.events(e.store); !slices.EqualFunc(got, want, func(a, b work.Event) bool { return same(a, b) }) {
			e.fail("%s, %d events come back, want %d", what, len(got), len(want))
		}
	}
	gone := 0
	for _, n := range []int{1, 255, 300, 299, 511} { // what is gone stays gone
		e.must(f.ForgetEvents(e.ctx, all[n-1].Position), "forgetting %d events", n)
		gone = max(gone, n)
		check(fmt.Sprintf("with %d forgotten", gone), all[gone:])
	}
	e.must(f.ForgetEvents(e.ctx, all[many-1].Position+1000), "forgetting more than there is")
	check("with all forgotten", nil)
	e.update("appending", func(ctx context.Context, r R) error { return r.Outbox().Append(ctx, event(9, 9)) })
	if got := e.events(e.store); len(got) != 1 || got[0].Position <= all[many-1].Position {
		e.fail("behind what was forgotten there are %d events, want the one that was appended, at a new position", len(got))
	}
	if got := e.events(other); len(got) != many {
		e.fail("another tenant has %d events left, want %d", len(got), many)
	}
}
