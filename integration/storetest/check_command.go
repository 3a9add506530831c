package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

func commandChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"COMMAND-01", "0.1", "A command record comes back as it was kept; a key is recorded once."}, commandRecord[R]},
		{Check{"COMMAND-02", "0.1", "The same command sent by many at once takes effect once, and all get the first result."}, commandOnce[R]},
		{Check{"COMMAND-03", "0.1", "A key that was used with another payload is a KeyConflictError, and nothing happens."}, commandKeyConflict[R]},
		{Check{"COMMAND-04", "0.1", "A refusal keeps neither the key nor anything else: the same command may succeed later."}, commandRefusal[R]},
		{Check{"COMMAND-05", "0.1", "After a lost reply the same command gives the first result without a second effect."}, commandLostReply[R]},
		{Check{"COMMAND-06", "0.1", "A store that can forget commands finds none from before the instant, and all others; what is forgotten may be recorded again."}, commandForget[R]},
		{Check{"COMMAND-07", "0.1", "Of two Updates that record the same command key at once one commits; of the other there is neither effect nor event."}, raceForCommand[R]},
	}
}

// countUp is a command that counts an order up and records an event.
type countUp struct {
	work.Header
	By int64
}

func (c countUp) CommandName() string { return "test.count" }

func (c countUp) Access() work.Access { return work.Access{Company: company()} }

func (c countUp) AppendJSON(dst []byte) []byte { return fmt.Appendf(dst, `{"by":%d}`, c.By) }

type counted struct {
	Now int64 `json:"now"`
}

func (c counted) AppendJSON(dst []byte) []byte {
	b, _ := json.Marshal(c)
	return append(dst, b...)
}

// wasCounted is the command's event.
type wasCounted struct{ now int64 }

func (wasCounted) EventName() string { return "test.counted" }

func (w wasCounted) AppendJSON(dst []byte) []byte { return fmt.Appendf(dst, `{"now":%d}`, w.now) }

func newCount(key string, by int64) countUp {
	return countUp{Header: work.Header{Key: key, Actor: work.Actor{ID: "tester"}}, By: by}
}

// counter runs count commands on one order.
type counter[R Repos] struct {
	e      *env[R]
	k      kind[R]
	order  any
	runner *work.Runner[R]
}

func newCounter[R Repos](e *env[R], store work.Store[R]) *counter[R] {
	k := orderKind[R]()
	c := &counter[R]{e: e, k: k, order: k.states(company(), 0)[0]}
	k.setCount(c.order, 0)
	e.save(k, c.order)
	var err error
	c.runner, err = work.NewRunner(store, work.Config{Authorizer: work.AllowAll{}, IDs: work.SequentialUUIDs(1), Retry: work.RetryPolicy{Tries: 1000}})
	e.must(err, "making a runner")
	return c
}

func (c *counter[R]) do(runner *work.Runner[R], cmd countUp, refusal error) (counted, error) {
	return work.Do(c.e.ctx, runner, cmd, func(ctx context.Context, r R, s *work.Scope) (counted, error) {
		got, err := c.k.load(ctx, r, c.order)
		if err != nil {
			return counted{}, err
		}
		now := c.k.count(got) + cmd.By
		c.k.setCount(got, now)
		if err := c.k.put(ctx, r, got); err != nil {
			return counted{}, err
		}
		s.Emit(tandem.Recorded{Kind: "counter", Company: company(), Last: *c.k.revision(got) + 1, Events: []tandem.Event{wasCounted{now}}})
		return counted{now}, refusal
	})
}

// want compares the order and the number of events with what the commands did.
func (c *counter[R]) want(what string, now int64, events int) {
	got := c.e.stored(c.e.store, c.k, c.order)
	if got == nil || c.k.count(got) != now {
		c.e.fail("%s: the order reads %+v, want %d", what, got, now)
	}
	if all := c.e.events(c.e.store); len(all) != events {
		c.e.fail("%s: %d events, want %d", what, len(all), events)
	}
}

// events gives all events of a store.
func (e *env[R]) events(store work.Store[R]) (all []work.Event) {
	e.must(store.View(e.ctx, func(ctx context.Context, r R) error {
		all = nil
		for after := int64(0); ; {
			page, err := r.Outbox().Read(ctx, after, 100)
			if err != nil || len(page) == 0 {
				return err
			}
			all = append(all, page...)
			after = page[len(page)-1].Position
		}
	}), "reading the outbox")
	return all
}

func commandRecord[R Repos](e *env[R]) {
	want := command(1)
	bare := work.CommandRecord{Key: "bare", Name: "n", Actor: "a"}
	e.update("recording", func(ctx context.Context, r R) error {
		if err := errors.Join(r.Commands().Record(ctx, want), r.Commands().Record(ctx, bare)); err != nil {
			return err
		}
		e.wants(r.Commands().Record(ctx, want), "recording a key twice in one Update", tandem.ErrDuplicate)
		got, found, err := r.Commands().Lookup(ctx, want.Key)
		if err == nil && (!found || !same(got, want)) {
			e.fail("inside the Update the key reads %+v, want %+v", got, want)
		}
		return err
	})
	e.view("looking keys up", func(ctx context.Context, r R) error {
		for _, want := range []work.CommandRecord{want, bare} {
			got, found, err := r.Commands().Lookup(ctx, want.Key)
			if err != nil {
				return err
			}
			if !found || !same(got, want) {
				e.fail("the key reads %+v (found: %t), want %+v", got, found, want)
			}
		}
		_, found, err := r.Commands().Lookup(ctx, "unknown")
		if found {
			e.fail("a key that nobody used was found")
		}
		return err
	})
	e.wants(e.store.Update(e.ctx, func(ctx context.Context, r R) error { return r.Commands().Record(ctx, want) }),
		"recording a key again", tandem.ErrDuplicate)
	e.wants(e.store.Update(e.ctx, func(ctx context.Context, r R) error { return r.Commands().Record(ctx, work.CommandRecord{}) }),
		"recording no key", tandem.ErrInvalid)
}

func commandOnce[R Repos](e *env[R]) {
	c := newCounter(e, e.store)
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			got, err := c.do(c.runner, newCount("k1", 7), nil)
			if err != nil || got.Now != 7 {
				e.fail("one of 32 that sent the same command got %+v, %v; want 7", got, err)
			}
		})
	}
	wait.Wait()
	c.want("the same command 32 times", 7, 1)
	_, err := c.do(c.runner, newCount("k2", 1), nil)
	e.must(err, "another command")
	c.want("another command", 8, 2)
}

func commandKeyConflict[R Repos](e *env[R]) {
	c := newCounter(e, e.store)
	_, err := c.do(c.runner, newCount("k1", 7), nil)
	e.must(err, "the first command")
	_, err = c.do(c.runner, newCount("k1", 8), nil)
	var conflict *work.KeyConflictError
	if !errors.As(err, &conflict) || conflict.Key != "k1" || conflict.Name != "test.count" {
		e.fail("the key with another payload gave error %v, want a KeyConflictError of k1", err)
	}
	e.wants(err, "the key with another payload", tandem.ErrDuplicate)
	c.want("after the key conflict", 7, 1)
}

func commandRefusal[R Repos](e *env[R]) {
	c := newCounter(e, e.store)
	refusal := &tandem.RefusedError{Command: "count", Subject: "order", Code: "no", Reason: "not today"}
	_, err := c.do(c.runner, newCount("k1", 7), refusal)
	e.wants(err, "a refused command", tandem.ErrNotAllowed)
	c.want("after a refusal", 0, 0)
	e.view("looking the refused key up", func(ctx context.Context, r R) error {
		_, found, err := r.Commands().Lookup(ctx, "k1")
		if found {
			e.fail("the key of a refused command was kept")
		}
		return err
	})
	got, err := c.do(c.runner, newCount("k1", 7), nil)
	if err != nil || got.Now != 7 {
		e.fail("the same command later gave %+v, %v; want 7", got, err)
	}
	c.want("the same command later", 7, 1)
}

// forgetful loses the reply to a commit as often as it is told to.
type forgetful[R any] struct {
	work.Store[R]
	losses *atomic.Int64
}

var errReplyLost = fmt.Errorf("storetest: the reply was lost: %w", tandem.ErrUnknown)

func (f forgetful[R]) Update(ctx context.Context, fn func(ctx context.Context, r R) error) error {
	err := f.Store.Update(ctx, fn)
	if err == nil && f.losses.Add(-1) >= 0 {
		return errReplyLost
	}
	return err
}

func commandLostReply[R Repos](e *env[R]) {
	losses := &atomic.Int64{}
	c := newCounter(e, forgetful[R]{e.store, losses})
	losses.Store(1)
	_, err := c.do(c.runner, newCount("k1", 7), nil)
	e.wants(err, "a command whose reply was lost", tandem.ErrUnknown)
	c.want("after the lost reply", 7, 1)
	got, err := c.do(c.runner, newCount("k1", 7), nil)
	if err != nil || got.Now != 7 {
		e.fail("the same command again gave %+v, %v; want the first result, 7", got, err)
	}
	c.want("the same command again", 7, 1)
}
