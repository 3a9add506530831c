package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// The checks of relays apply to stores that are a work.EventRelay on an engine that
// has relays.
func relayChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"RELAY-01", "0.1", "A lane that is leased goes to no other owner before the lease runs out, and to whoever asks at that instant; the owner may claim it again."}, relayClaims[R]},
		{Check{"RELAY-02", "0.1", "Several owners have every event once, those of an aggregate in order, while others commit."}, relayOwners[R]},
		{Check{"RELAY-03", "0.1", "Who settles a lane that it does not hold any more gets ErrConflict and changes nothing; a lease that ran out is good until another claims the lane."}, relayLost[R]},
		{Check{"RELAY-04", "0.1", "A dead letter blocks its aggregate and no other; what it blocks is passed by, also by later claims."}, relayBlocks[R]},
		{Check{"RELAY-05", "0.1", "A dead letter gives the events of its aggregate from its own up to the settled position, in order; once it is done with, the aggregate goes on behind them."}, relayRevives[R]},
		{Check{"RELAY-06", "0.1", "Relays of other names and of other tenants are not touched by claims, settlements and dead letters."}, relayApart[R]},
		{Check{"RELAY-07", "0.1", "No event appears behind a settled position, though the Update that appended it began before others that have committed."}, relayLate[R]},
		{Check{"RELAY-08", "0.1", "Events that a dead letter needs, or that a relay has yet to settle, are not forgotten."}, relayForget[R]},
		{Check{"RELAY-09", "0.1", "A faulty claim or settlement is ErrInvalid and changes nothing; a settled position never goes back."}, relayFaulty[R]},
		{Check{"RELAY-10", "0.1", "Positions, leases and dead letters are there after the engine was closed and opened again."}, relayReopen[R]},
	}
}

// relayOf gives the store's relays, nil if it has none.
func relayOf[R Repos](e *env[R], store work.Store[R]) work.EventRelay {
	r, ok := store.(work.EventRelay)
	if !ok {
		return nil
	}
	if _, err := r.DeadLetters(e.ctx, "relay", 0, 1); errors.Is(err, tandem.ErrUnsupported) {
		return nil
	}
	return r
}

const leased = time.Minute

// claim is one of all lanes at a moment, leased for a minute.
func claimAt(owner string, now tandem.Instant) work.EventClaim {
	return work.EventClaim{Relay: "relay", Owner: owner, Now: now, Until: now.Add(leased), Limit: 100}
}

func (e *env[R]) append(events ...work.Event) {
	e.update("appending", func(ctx context.Context, r R) error { return r.Outbox().Append(ctx, events...) })
}

// claimed gives what a claim has, as texts `3: 5/1 5/2` of lane, aggregate and
// sequence, in the order of lanes.
func (e *env[R]) claimed(r work.EventRelay, claim work.EventClaim) (lanes []work.ClaimedLane, texts []string) {
	lanes, err := r.ClaimEvents(e.ctx, claim)
	e.must(err, "claiming for %s", claim.Owner)
	slices.SortFunc(lanes, func(a, b work.ClaimedLane) int { return a.Lane - b.Lane })
	for _, lane := range lanes {
		texts = append(texts, laneText(lane))
		for i, ev := range lane.Events {
			if ev.Lane() != lane.Lane || ev.Position <= lane.Settled || ev.Position > lane.Through || i > 0 && ev.Position <= lane.Events[i-1].Position {
				e.fail("lane %d, settled %d, through %d, has event %s at position %d", lane.Lane, lane.Settled, lane.Through, ev.Identity(), ev.Position)
			}
		}
	}
	return lanes, texts
}

func laneText(lane work.ClaimedLane) string {
	text := fmt.Sprintf("%d:", lane.Lane)
	for _, ev := range lane.Events {
		text += fmt.Sprintf(" %d/%d", ev.ID[15], ev.Sequence)
	}
	return text
}

// wantClaim holds a claim against what it should have.
func (e *env[R]) wantClaim(r work.EventRelay, claim work.EventClaim, what string, want ...string) []work.ClaimedLane {
	lanes, got := e.claimed(r, claim)
	if !slices.Equal(got, want) {
		e.fail("%s, %s claims %q, want %q", what, claim.Owner, got, want)
	}
	return lanes
}

// settled is a settlement that gives a lane back, with all that was looked through.
func settled(owner string, lane work.ClaimedLane) work.EventSettlement {
	return work.EventSettlement{Relay: "relay", Owner: owner, Lane: lane.Lane, Through: lane.Through}
}

func dead(ev work.Event, tries int) work.DeadLetter {
	return work.DeadLetter{Relay: "relay", Event: ev, Reason: "too – large", Tries: tries, At: at(tries)}
}

func relayClaims[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	if r == nil {
		return
	}
	e.wantClaim(r, claimAt("ada", at(0)), "with nothing there")
	e.append(event(1, 1), event(2, 1), event(1, 2), event(17, 1))
	first := claimAt("ada", at(0))
	first.Limit = 2
	e.wantClaim(r, first, "at first", "1: 1/1 1/2", "2: 2/1")
	for _, now := range []tandem.Instant{at(0), first.Until.Add(-time.Microsecond)} {
		e.wantClaim(r, claimAt("ben", now), "before the lease runs out")
	}
	e.append(event(3, 1))
	e.wantClaim(r, claimAt("ben", at(1)), "with a lane more", "3: 3/1")
	e.wantClaim(r, claimAt("ada", at(2)), "again", "1: 1/1 1/2 17/1", "2: 2/1")
	until := at(2).Add(leased)
	e.wantClaim(r, claimAt("ben", first.Until), "when the first lease would have run out", "3: 3/1")
	lanes := e.wantClaim(r, claimAt("cid", until), "when the lease runs out", "1: 1/1 1/2 17/1", "2: 2/1")
	e.wantClaim(r, claimAt("ada", until), "after another has claimed")
	e.must(r.SettleEvents(e.ctx, settled("cid", lanes[0])), "settling")
	e.append(event(17, 2))
	e.wantClaim(r, claimAt("ada", until), "with one lane given back", "1: 17/2")
	one := claimAt("dan", until.Add(10*leased))
	one.Lanes = 1
	seen := map[int]bool{}
	for range 40 * work.EventLanes { // by turns, or by chance
		if lanes, _ := e.claimed(r, one); len(lanes) == 1 {
			seen[lanes[0].Lane] = true
		}
		one.Now = one.Until
		one.Until = one.Now.Add(leased)
	}
	if len(seen) != 3 {
		e.fail("claiming one lane at a time, an owner has had %d lanes of 3", len(seen))
	}
}

// relayOwners has owners claim, a few lanes at a time, while others append.
func relayOwners[R Repos](e *env[R]) {
	if relayOf(e, e.store) == nil {
		return
	}
	const writers, each, owners = 20, 12, 4
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				if err := work.Retry(e.store, work.RetryPolicy{}).Update(e.ctx, func(ctx context.Context, r R) error {
					return r.Outbox().Append(ctx, event(w, int64(2*i+1)), event(w, int64(2*i+2)))
				}); err != nil {
					e.fail("appending: %v", err)
				}
			}
		})
	}
	var mu sync.Mutex
	var written atomic.Bool
	next, had := map[byte]int64{}, 0
	for n := range owners {
		reading.Go(func() {
			r := relayOf(e, e.store)
			claim := claimAt(fmt.Sprintf("owner %d", n), at(0))
			claim.Limit, claim.Lanes = 5, 3
			for e.ctx.Err() == nil {
				last := written.Load() // then what a claim leaves out is held by others
				lanes, err := r.ClaimEvents(e.ctx, claim)
				if err != nil && !errors.Is(err, tandem.ErrConflict) {
					e.fail("claiming: %v", err)
					return
				}
				for _, lane := range lanes {
					mu.Lock()
					for _, ev := range lane.Events {
						if next[ev.ID[15]]++; ev.Sequence != next[ev.ID[15]] {
							e.fail("aggregate %d gives event %d where %d was due", ev.ID[15], ev.Sequence, next[ev.ID[15]])
						}
					}
					had += len(lane.Events)
					mu.Unlock()
					err := tandem.ErrConflict
					for try := 0; try < 20 && errors.Is(err, tandem.ErrConflict); try++ { // the store may be busy
						err = r.SettleEvents(e.ctx, settled(claim.Owner, lane))
					}
					if err != nil {
						e.fail("settling: %v", err)
						return
					}
				}
				if last && err == nil && len(lanes) == 0 {
					return
				}
			}
		})
	}
	writing.Wait()
	written.Store(true)
	reading.Wait()
	e.wantClaim(relayOf(e, e.store), claimAt("last", at(0)), "after all were had")
	if had != 2*writers*each {
		e.fail("%d events were had of %d", had, 2*writers*each)
	}
}

func relayLost[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	if r == nil {
		return
	}
	e.append(event(1, 1), event(1, 2), event(2, 1))
	lanes := e.wantClaim(r, claimAt("ada", at(0)), "at first", "1: 1/1 1/2", "2: 2/1")
	never := settled("eve", lanes[0])
	e.wants(r.SettleEvents(e.ctx, never), "settling a lane that another holds", tandem.ErrConflict)
	late := at(0).Add(leased)
	e.wantClaim(r, claimAt("ben", late), "when the lease has run out", "1: 1/1 1/2", "2: 2/1")
	lost := settled("ada", lanes[0])
	lost.Until, lost.Dead = late.Add(9*leased), []work.DeadLetter{dead(lanes[0].Events[0], 1)}
	e.wants(r.SettleEvents(e.ctx, lost), "settling after another has claimed", tandem.ErrConflict)
	if letters := e.letters(r, "relay"); len(letters) > 0 {
		e.fail("a lost settlement left %d dead letters", len(letters))
	}
	e.wantClaim(r, claimAt("cid", late.Add(time.Second)), "while the second has its lease")
	e.wantClaim(r, claimAt("ben", late.Add(time.Second)), "again", "1: 1/1 1/2", "2: 2/1")
	late = late.Add(time.Hour)
	e.must(r.SettleEvents(e.ctx, settled("ben", lanes[0])), "settling after the lease has run out, while nobody else has claimed")
	e.wants(r.SettleEvents(e.ctx, settled("ben", lanes[0])), "settling what was given back", tandem.ErrConflict)
	kept := settled("ben", lanes[1])
	kept.Through, kept.Until = 0, late.Add(leased)
	e.must(r.SettleEvents(e.ctx, kept), "making the lease longer")
	e.wantClaim(r, claimAt("cid", kept.Until.Add(-time.Microsecond)), "before the longer lease runs out")
	e.wantClaim(r, claimAt("cid", kept.Until), "when it runs out", "2: 2/1")
}

func (e *env[R]) letters(r work.EventRelay, relay string) []work.DeadLetter {
	letters, err := r.DeadLetters(e.ctx, relay, 0, tandem.MaxPage)
	e.must(err, "reading dead letters")
	return letters
}

func relayBlocks[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	if r == nil {
		return
	}
	other, abroad := event(1, 7), event(1, 8)
	other.Kind = "test2"
	abroad.Company = companyNamed("another company, which has an aggregate of the same id")
	e.append(event(1, 1), event(17, 1), event(1, 2), event(1, 3), event(17, 2), other, abroad)
	lanes := e.wantClaim(r, claimAt("ada", at(0)), "at first", "1: 1/1 17/1 1/2 1/3 17/2 1/7 1/8")
	s := settled("ada", lanes[0])
	s.Through, s.Dead, s.Until = lanes[0].Events[2].Position, []work.DeadLetter{dead(lanes[0].Events[2], 3)}, at(9)
	e.must(r.SettleEvents(e.ctx, s), "settling with a dead letter")
	if got, want := e.letters(r, "relay"), s.Dead; len(got) != 1 || !same(got[0], want[0]) {
		e.fail("dead letters are\n%+v\nwant\n%+v", got, want)
	}
	lanes = e.wantClaim(r, claimAt("ada", at(0)), "with a dead letter", "1: 17/2 1/7 1/8")
	e.must(r.SettleEvents(e.ctx, settled("ada", lanes[0])), "settling")
	e.append(event(1, 4), event(1, 5))
	lanes = e.wantClaim(r, claimAt("ada", at(0)), "with blocked events only", "1:")
	e.must(r.SettleEvents(e.ctx, settled("ada", lanes[0])), "passing by what is blocked")
	e.wantClaim(r, claimAt("ada", at(0)), "with all passed by")
	e.append(event(1, 6), event(17, 3))
	e.wantClaim(r, claimAt("ada", at(0)), "with another one behind it", "1: 17/3")
	if all := e.events(e.store); len(all) != 11 {
		e.fail("the outbox has %d events, want 11", len(all))
	}
}

func relayRevives[R Repos](e *env[R]) {
	r := relayOf(e, e.store)
	if r == nil {
		return
	}
	e.append(event(1, 1), event(17, 1), event(1, 2), event(1, 3), event(17, 2), event(1, 4))
	lanes := e.wantClaim(r, claimAt("ada", at(0)), "at first", "1: 1/1 17/1 1/2 1/3 17/2 1/4")
	s := settled("ada", lanes[0])
	s.Dead = []work.DeadLetter{dead(lanes[0].Events[2], 3), dead(lanes[0].Events[4], 1)}
	e.must(r.SettleEvents(e.ctx, s), "settling with dead letters")
	e.append(event(1, 5), event(17, 3))
	letters := e.letters(r, "relay")
	if len(letters) != 2 || letters[0].Event.Sequence != 2 || letters[1].Event.Sequence != 2 || letters[0].Event.ID[15] != 1 {
		e.fail("dead letters are %+v", letters)
		return
	}
	page, err := r.DeadLetters(e.ctx, "relay", letters[0].Event.Position, 1)
	if err != nil || len(page) != 1 || page[0].Event.Position != letters[1].Event.Position {
		e.fail("behind the first dead letter there are %+v, %v", page, err)
	}
	claim, first := claimAt("ben", at(0)), letters[0].Event.Position
	_, err = r.ClaimDeadLetter(e.ctx, claim, first-1)
	e.wants(err, "claiming a dead letter that is none", tandem.ErrNotFound)
	lane, err := r.ClaimDeadLetter(e.ctx, claim, first)
	e.must(err, "claiming a dead letter")
	if got := laneText(lane); got != "1: 1/2 1/3 1/4" || lane.Through != lane.Settled || lane.Settled != s.Through {
		e.fail("a dead letter gives %q, settled %d, through %d, want 1/2 to 1/4 and twice %d", got, lane.Settled, lane.Through, s.Through)
	}
	claim.Limit = 2
	lane, err = r.ClaimDeadLetter(e.ctx, claim, first)
	e.must(err, "claiming two events of a dead letter")
	if got := laneText(lane); got != "1: 1/2 1/3" || lane.Through != lane.Events[len(lane.Events)-1].Position {
		e.fail("two events of a dead letter are %q, through %d", got, lane.Through)
		return
	}
	e.wantClaim(r, claimAt("ada", at(1)), "while another replays")
	_, err = r.ClaimDeadLetter(e.ctx, claimAt("ada", at(1)), first)
	e.wants(err, "claiming a dead letter whose lane another holds", tandem.ErrConflict)
	moved := settled("ben", lane) // 1/2 went, 1/3 did not
	moved.Through, moved.Revived, moved.Dead = 0, []int64{first}, []work.DeadLetter{dead(lane.Events[1], 4)}
	e.must(r.SettleEvents(e.ctx, moved), "moving a dead letter")
	_, err = r.ClaimDeadLetter(e.ctx, claim, first)
	e.wants(err, "claiming a dead letter that has moved", tandem.ErrNotFound)
	lane, err = r.ClaimDeadLetter(e.ctx, claim, lane.Events[1].Position)
	e.must(err, "claiming the dead letter where it is now")
	if got := laneText(lane); got != "1: 1/3 1/4" || lane.Through != lane.Settled {
		e.fail("the dead letter that has moved gives %q, settled %d, through %d", got, lane.Settled, lane.Through)
		return
	}
	done := settled("ben", lane)
	done.Revived = []int64{lane.Events[0].Position}
	e.must(r.SettleEvents(e.ctx, done), "finishing a dead letter")
	e.wantClaim(r, claimAt("ada", at(1)), "after the replay", "1: 1/5")
	if letters := e.letters(r, "relay"); len(letters) != 1 || letters[0].Event.ID[15] != 17 {
		e.fail("after the replay the dead letters are %+v", letters)
	}
}
