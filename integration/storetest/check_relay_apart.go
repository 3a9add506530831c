package storetest

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

func relayApart[R Repos](e *env[R]) {
	other := e.open("other")
	r, theirs := relayOf(e, e.store), relayOf(e, other)
	if r == nil || theirs == nil {
		return
	}
	for _, s := range []work.Store[R]{e.store, other} {
		e.must(s.Update(e.ctx, func(ctx context.Context, r R) error {
			return r.Outbox().Append(ctx, event(1, 1), event(1, 2))
		}), "appending")
	}
	lanes := e.wantClaim(r, claimAt("ada", at(0)), "at first", "1: 1/1 1/2")
	second := claimAt("ada", at(0))
	second.Relay = "second"
	e.wantClaim(r, second, "for another relay", "1: 1/1 1/2")
	s := settled("ada", lanes[0])
	s.Dead = []work.DeadLetter{dead(lanes[0].Events[0], 1)}
	e.must(r.SettleEvents(e.ctx, s), "settling with a dead letter")
	if a, b := len(e.letters(r, "second")), len(e.letters(theirs, "relay")); a+b > 0 {
		e.fail("another relay has %d dead letters, another tenant %d", a, b)
	}
	_, err := theirs.ClaimDeadLetter(e.ctx, claimAt("ada", at(0)), lanes[0].Events[0].Position)
	e.wants(err, "claiming the dead letter of another tenant", tandem.ErrNotFound)
	_, err = r.ClaimDeadLetter(e.ctx, second, lanes[0].Events[0].Position)
	e.wants(err, "claiming the dead letter of another relay", tandem.ErrNotFound)
	e.wantClaim(r, second, "for another relay, after the first has settled", "1: 1/1 1/2")
	e.wantClaim(theirs, claimAt("ben", at(0)), "of another tenant", "1: 1/1 1/2")
	wrong := settled("ben", lanes[0])
	e.wants(r.SettleEvents(e.ctx, wrong), "settling by the lease of another tenant", tandem.ErrConflict)
	wrong = settled("ben", lanes[0])
	wrong.Relay = "second"
	e.wants(theirs.SettleEvents(e.ctx, wrong), "settling by the lease of another relay", tandem.ErrConflict)
}

// interleave has two Updates open at once: the one that began first appends first,
// and commits last, unless the store makes the inner one wait. read runs between the
// two commits, or behind both where the store makes it wait, too.
func interleave[R Repos](e *env[R], outer, inner work.Event, read func()) {
	var waits []func()
	err := e.store.Update(e.ctx, func(ctx context.Context, r R) error {
		if err := r.Outbox().Append(ctx, outer); err != nil {
			return err
		}
		waits = append(waits, e.during(func() {
			err := work.Retry(e.store, work.RetryPolicy{}).Update(e.ctx, func(ctx context.Context, r R) error { return r.Outbox().Append(ctx, inner) })
			if err != nil {
				e.fail("appending inside: %v", err)
			}
		}), e.during(read))
		return nil
	})
	for _, wait := range waits {
		wait()
	}
	e.must(err, "appending")
}

// inOrder counts events of aggregates, which are to come in the order of their
// sequences.
type inOrder struct {
	next map[byte]int64
	had  int
}

func (o *inOrder) take(fail func(format string, args ...any), ev work.Event) {
	o.had++
	if o.next[ev.ID[15]]++; ev.Sequence != o.next[ev.ID[15]] {
		fail("aggregate %d gives event %d where %d was due", ev.ID[15], ev.Sequence, o.next[ev.ID[15]])
	}
}

const lateRounds = 2

// relayLate: aggregates 1 and 17 share a lane, so that settling the inner event
// would pass the outer one by.
func relayLate[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	if r == nil {
		return
	}
	order := inOrder{next: map[byte]int64{}}
	drain := func() error {
		for {
			lanes, err := r.ClaimEvents(e.ctx, claimAt("ada", at(0)))
			if err != nil || len(lanes) == 0 {
				return err
			}
			for _, lane := range lanes {
				if err := r.SettleEvents(e.ctx, settled("ada", lane)); err != nil {
					return err
				}
				for _, ev := range lane.Events {
					order.take(e.fail, ev)
				}
			}
		}
	}
	for n := range int64(lateRounds) {
		interleave(e, event(1, n+1), event(17, n+1), func() {
			if err := drain(); err != nil && !errors.Is(err, tandem.ErrConflict) { // the open Update is in its way
				e.fail("relaying: %v", err)
			}
		})
		e.must(drain(), "relaying")
	}
	if order.had != 2*lateRounds {
		e.fail("the relay had %d events of %d", order.had, 2*lateRounds)
	}
}

// outboxLate is what becomes of a cursor over numbers that are given before the commit.
func outboxLate[R Repos](e *env[R]) {
	order, last := inOrder{next: map[byte]int64{}}, int64(0)
	read := func() {
		for {
			var page []work.Event
			err := e.store.View(e.ctx, func(ctx context.Context, r R) (err error) {
				page, err = r.Outbox().Read(ctx, last, 10)
				return err
			})
			if err != nil {
				e.fail("reading: %v", err)
			}
			if len(page) == 0 {
				return
			}
			for _, ev := range page {
				order.take(e.fail, ev)
				last = ev.Position
			}
		}
	}
	for n := range int64(lateRounds) {
		interleave(e, event(1, n+1), event(2, n+1), read)
		read()
	}
	if order.had != 2*lateRounds {
		e.fail("who read along met %d events of %d", order.had, 2*lateRounds)
	}
}

// relayForget applies to stores that forget events as well.
func relayForget[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	f, ok := e.store.(work.EventForgetter)
	if r == nil || !ok || errors.Is(f.ForgetEvents(e.ctx, 0), tandem.ErrUnsupported) {
		return
	}
	e.append(event(1, 1), event(17, 1), event(1, 2), event(17, 2), event(1, 3))
	lanes := e.wantClaim(r, claimAt("ada", at(0)), "at first", "1: 1/1 17/1 1/2 17/2 1/3")
	s := settled("ada", lanes[0])
	half := s
	half.Through, half.Until = lanes[0].Events[1].Position, at(0).Add(leased)
	e.must(r.SettleEvents(e.ctx, half), "settling some")
	e.must(f.ForgetEvents(e.ctx, s.Through), "forgetting more than is settled")
	if e.wantClaim(r, claimAt("ada", at(0)), "after events were forgotten that nobody had settled", "1: 1/2 17/2 1/3"); len(e.events(e.store)) != 3 {
		e.fail("of what was settled something was not forgotten")
	}
	s.Dead = []work.DeadLetter{dead(lanes[0].Events[2], 1)}
	e.must(r.SettleEvents(e.ctx, s), "settling with a dead letter")
	e.must(f.ForgetEvents(e.ctx, s.Through), "forgetting what is settled")
	for _, ev := range e.events(e.store) {
		if ev.Position < s.Dead[0].Event.Position {
			e.fail("event %s, before the dead letter, was not forgotten", ev.Identity())
		}
	}
	if letters := e.letters(r, "relay"); len(letters) != 1 || !same(letters[0], s.Dead[0]) {
		e.fail("after the forgetting the dead letters are %+v", letters)
		return
	}
	lane, err := r.ClaimDeadLetter(e.ctx, claimAt("ada", at(0)), s.Dead[0].Event.Position)
	e.must(err, "claiming the dead letter")
	if got := laneText(lane); got != "1: 1/2 1/3" {
		e.fail("after the forgetting the dead letter gives %q, want 1/2 and 1/3", got)
	}
	done := settled("ada", lane)
	done.Revived = []int64{s.Dead[0].Event.Position}
	e.must(r.SettleEvents(e.ctx, done), "finishing the dead letter")
	e.must(f.ForgetEvents(e.ctx, s.Through), "forgetting the rest")
	if all := e.events(e.store); len(all) > 0 {
		e.fail("without dead letters %d events were not forgotten", len(all))
	}
	e.append(event(1, 4))
	e.wantClaim(r, claimAt("ada", at(0)), "with a new one", "1: 1/4")
}

func relayFaulty[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	if r == nil {
		return
	}
	e.append(event(1, 1), event(1, 2))
	for what, change := range map[string]func(c *work.EventClaim){
		"no relay":             func(c *work.EventClaim) { c.Relay = "" },
		"no owner":             func(c *work.EventClaim) { c.Owner = "" },
		"no time":              func(c *work.EventClaim) { c.Now = tandem.Instant{} },
		"a lease that is over": func(c *work.EventClaim) { c.Until = c.Now },
		"too many lanes":       func(c *work.EventClaim) { c.Lanes = work.EventLanes + 1 },
		"no limit":             func(c *work.EventClaim) { c.Limit = 0 },
		"a limit too large":    func(c *work.EventClaim) { c.Limit = tandem.MaxPage + 1 },
	} {
		c := claimAt("ada", at(0))
		change(&c)
		_, err := r.ClaimEvents(e.ctx, c)
		e.wants(err, "a claim with "+what, tandem.ErrInvalid)
		if what != "too many lanes" {
			_, err = r.ClaimDeadLetter(e.ctx, c, 1)
			e.wants(err, "a claim of a dead letter with "+what, tandem.ErrInvalid)
		}
	}
	lanes := e.wantClaim(r, claimAt("ada", at(0)), "at first", "1: 1/1 1/2")
	for what, change := range map[string]func(s *work.EventSettlement){
		"no relay":                           func(s *work.EventSettlement) { s.Relay = "" },
		"no owner":                           func(s *work.EventSettlement) { s.Owner = "" },
		"a lane that is none":                func(s *work.EventSettlement) { s.Lane = work.EventLanes },
		"a position below 0":                 func(s *work.EventSettlement) { s.Through = -1 },
		"a dead letter of another lane":      func(s *work.EventSettlement) { s.Dead = []work.DeadLetter{dead(event(2, 1), 1)} },
		"a dead letter of another relay":     func(s *work.EventSettlement) { s.Dead[0].Relay = "second" },
		"a dead letter that was not tried":   func(s *work.EventSettlement) { s.Dead[0].Tries = 0 },
		"a dead letter without a time":       func(s *work.EventSettlement) { s.Dead[0].At = tandem.Instant{} },
		"a dead letter with a long reason":   func(s *work.EventSettlement) { s.Dead[0].Reason = text("", 1) + string(make([]byte, work.MaxReason+1)) },
		"a dead letter that has no position": func(s *work.EventSettlement) { s.Dead[0].Event.Position = 0 },
	} {
		s := settled("ada", lanes[0])
		s.Dead = []work.DeadLetter{dead(lanes[0].Events[0], 1)}
		change(&s)
		e.wants(r.SettleEvents(e.ctx, s), "a settlement with "+what, tandem.ErrInvalid)
	}
	e.wantClaim(r, claimAt("ada", at(0)), "after faulty settlements", "1: 1/1 1/2")
	s := settled("ada", lanes[0])
	s.Until = at(9)
	e.must(r.SettleEvents(e.ctx, s), "settling")
	s.Through = lanes[0].Events[0].Position
	e.must(r.SettleEvents(e.ctx, s), "settling less than before")
	e.wantClaim(r, claimAt("ada", at(0)), "after settling less than before")
	for _, limit := range []int{-1, 0, tandem.MaxPage + 1} {
		_, err := r.DeadLetters(e.ctx, "relay", 0, limit)
		e.wants(err, "a limit out of range", tandem.ErrInvalid)
	}
}

func relayReopen[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	if r == nil || e.h.Reopen == nil {
		return
	}
	e.append(event(1, 1), event(17, 1), event(1, 2), event(2, 1))
	lanes := e.wantClaim(r, claimAt("ada", at(0)), "at first", "1: 1/1 17/1 1/2", "2: 2/1")
	s := settled("ada", lanes[0])
	s.Through, s.Dead, s.Until = lanes[0].Events[0].Position, []work.DeadLetter{dead(lanes[0].Events[0], 2)}, at(0).Add(leased)
	e.must(r.SettleEvents(e.ctx, s), "settling with a dead letter")
	e.reopened = true
	store, err := e.h.Reopen(e.tenant)
	e.must(err, "opening again")
	if r = relayOf(e, store); r == nil {
		e.fail("the store has relays no more")
		return
	}
	if letters := e.letters(r, "relay"); len(letters) != 1 || !same(letters[0], s.Dead[0]) {
		e.fail("after opening again the dead letters are %+v", letters)
	}
	e.wantClaim(r, claimAt("ben", at(1)), "before the leases run out")
	e.wantClaim(r, claimAt("ben", at(0).Add(leased)), "when the leases have run out", "1: 17/1", "2: 2/1")
}
