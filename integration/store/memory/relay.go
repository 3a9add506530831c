package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// relays is what the relays of a tenant's outbox know. Its lock is taken within the
// commit section and before that of the log.
type relays struct {
	mu      sync.Mutex
	byName  map[string]*relay
	lanes   [work.EventLanes][]int64 // positions of the events of each lane that were looked at
	indexed int64                    // position up to which lanes has the events
}

// relay is one of them.
type relay struct {
	lanes   [work.EventLanes]lane
	claims  int64                    // so far
	letters map[int64]letter         // by position
	blocked map[work.Aggregate]int64 // position of the dead letter
}

type lane struct {
	settled int64
	owner   string // "" for none
	until   tandem.Instant
	claimed int64 // number of the claim that took it last
}

// letter is a dead letter without its event, which stays in the log.
type letter struct {
	aggregate work.Aggregate
	reason    string
	tries     int
	at        tandem.Instant
}

func (l *lane) heldByAnother(claim *work.EventClaim) bool {
	return l.owner != "" && l.owner != claim.Owner && l.until.After(claim.Now)
}

func (r *relay) lease(n int, claim *work.EventClaim) {
	l := &r.lanes[n]
	l.owner, l.until, l.claimed = claim.Owner, claim.Until, r.claims
}

func (r *relays) relay(name string) *relay {
	if r.byName == nil {
		r.byName = map[string]*relay{}
	}
	found := r.byName[name]
	if found == nil {
		found = &relay{letters: map[int64]letter{}, blocked: map[work.Aggregate]int64{}}
		r.byName[name] = found
	}
	return found
}

// index brings the lanes up to what is published, and lets go of what is forgotten.
// The caller holds the lock of the log.
func (r *relays) index(l *log, published uint64) {
	if r.indexed < l.forgotten {
		r.indexed = l.forgotten
	}
	for end := int64(l.events.Len()); r.indexed < end && l.events.At(int(r.indexed)).seq <= published; {
		r.indexed++
		n := (&work.Event{ID: l.aggregate(r.indexed).ID}).Lane()
		r.lanes[n] = append(r.lanes[n], r.indexed)
	}
	for n, positions := range r.lanes {
		if gone := behind(positions, l.forgotten); gone > 0 {
			r.lanes[n] = slices.Delete(positions, 0, gone)
		}
	}
}

// behind gives the place of the first position behind another.
func behind(positions []int64, position int64) int {
	n, _ := slices.BinarySearch(positions, position+1)
	return n
}

// spared gives the position up to which no relay has anything to settle, and nothing is
// needed by a dead letter.
func (r *relays) spared(upTo int64) int64 {
	for _, relay := range r.byName {
		for n, positions := range r.lanes {
			if relay.claims == 0 { // somebody has only asked for its letters
				break
			}
			if next := behind(positions, relay.lanes[n].settled); next < len(positions) {
				upTo = min(upTo, positions[next]-1)
			}
		}
		for position := range relay.letters {
			upTo = min(upTo, position-1)
		}
	}
	return upTo
}

// relaying runs fn with the relays of a tenant, brought up to what is published.
func (db *DB) relaying(ctx context.Context, tenant string, fn func(r *relays, l *log) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := db.space(tenant)
	if err != nil {
		return err
	}
	s.relays.mu.Lock()
	defer s.relays.mu.Unlock()
	s.log.forgetting.RLock()
	defer s.log.forgetting.RUnlock()
	s.relays.index(&s.log, s.published.Load())
	return fn(&s.relays, &s.log)
}

// ClaimEvents leases lanes for a relay; those that were claimed longest ago first.
func (db *DB) ClaimEvents(ctx context.Context, tenant string, claim work.EventClaim) (out []work.ClaimedLane, err error) {
	err = db.relaying(ctx, tenant, func(r *relays, l *log) error {
		relay := r.relay(claim.Relay)
		var free []int
		for n := range relay.lanes {
			lane := &relay.lanes[n]
			if !lane.heldByAnother(&claim) && behind(r.lanes[n], lane.settled) < len(r.lanes[n]) {
				free = append(free, n)
			}
		}
		slices.SortStableFunc(free, func(a, b int) int { return cmp.Compare(relay.lanes[a].claimed, relay.lanes[b].claimed) })
		if claim.Lanes > 0 && len(free) > claim.Lanes {
			free = free[:claim.Lanes]
		}
		for _, n := range free {
			claimed, err := r.pending(relay, l, n, claim.Limit)
			if err != nil {
				return err
			}
			out = append(out, claimed)
		}
		relay.claims++
		for _, n := range free {
			relay.lease(n, &claim)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// pending looks through the next events of a lane, at most limit.
func (r *relays) pending(relay *relay, l *log, n, limit int) (work.ClaimedLane, error) {
	settled := relay.lanes[n].settled
	positions := r.lanes[n][behind(r.lanes[n], settled):]
	claimed := work.ClaimedLane{Lane: n, Settled: settled, Through: settled}
	for _, position := range positions[:min(limit, len(positions))] {
		claimed.Through = position
		if _, blocked := relay.blocked[l.aggregate(position)]; blocked {
			continue
		}
		event, err := l.event(position)
		if err != nil {
			return claimed, err
		}
		claimed.Events = append(claimed.Events, event)
	}
	return claimed, nil
}

// SettleEvents writes how far an owner is with a lane.
func (db *DB) SettleEvents(ctx context.Context, tenant string, s work.EventSettlement) error {
	return db.relaying(ctx, tenant, func(r *relays, l *log) error {
		relay := r.relay(s.Relay)
		lane := &relay.lanes[s.Lane]
		if lane.owner != s.Owner {
			return &tandem.ConflictError{Kind: "outbox_lane", Key: s.Relay}
		}
		settled := max(lane.settled, min(s.Through, r.indexed))
		letters, blocked := relay.letters, relay.blocked
		if len(s.Revived)+len(s.Dead) > 0 { // a copy, that is not kept if something is wrong
			letters, blocked = maps.Clone(letters), maps.Clone(blocked)
		}
		for _, position := range s.Revived {
			if letter, ok := letters[position]; ok {
				delete(letters, position)
				delete(blocked, letter.aggregate)
			}
		}
		for i := range s.Dead {
			d := &s.Dead[i]
			position, of := d.Event.Position, d.Event.Aggregate()
			if position > settled || position <= l.forgotten || l.aggregate(position) != of {
				return &tandem.NotFoundError{Kind: "event", Key: d.Event.Identity()}
			}
			if _, taken := blocked[of]; taken {
				return &tandem.DuplicateError{Kind: "dead_letter", Index: "aggregate", Key: d.Event.Identity()}
			}
			letters[position], blocked[of] = letter{of, d.Reason, d.Tries, d.At}, position
		}
		relay.letters, relay.blocked, lane.settled, lane.until = letters, blocked, settled, s.Until
		if s.Until.IsZero() {
			lane.owner = ""
		}
		return nil
	})
}

// DeadLetters gives the dead letters of a relay in the order of their positions.
func (db *DB) DeadLetters(ctx context.Context, tenant, name string, after int64, limit int) (out []work.DeadLetter, err error) {
	err = db.relaying(ctx, tenant, func(r *relays, l *log) error {
		relay := r.relay(name)
		positions := slices.Sorted(maps.Keys(relay.letters))
		positions = positions[behind(positions, after):]
		for _, position := range positions[:min(limit, len(positions))] {
			event, err := l.event(position)
			if err != nil {
				return err
			}
			d := relay.letters[position]
			out = append(out, work.DeadLetter{Relay: name, Event: event, Reason: d.reason, Tries: d.tries, At: d.at})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ClaimDeadLetter leases the lane of a dead letter.
func (db *DB) ClaimDeadLetter(ctx context.Context, tenant string, claim work.EventClaim, position int64) (out work.ClaimedLane, err error) {
	err = db.relaying(ctx, tenant, func(r *relays, l *log) error {
		relay := r.relay(claim.Relay)
		dead, ok := relay.letters[position]
		if !ok {
			return &tandem.NotFoundError{Kind: "dead_letter", Key: claim.Relay}
		}
		n := (&work.Event{ID: dead.aggregate.ID}).Lane()
		lane := &relay.lanes[n]
		if lane.heldByAnother(&claim) {
			return &tandem.ConflictError{Kind: "outbox_lane", Key: claim.Relay}
		}
		claimed := work.ClaimedLane{Lane: n, Settled: lane.settled, Through: lane.settled}
		for _, p := range r.lanes[n][behind(r.lanes[n], position-1):behind(r.lanes[n], lane.settled)] {
			if l.aggregate(p) != dead.aggregate {
				continue
			}
			if len(claimed.Events) == claim.Limit {
				claimed.Through = claimed.Events[claim.Limit-1].Position
				break
			}
			event, err := l.event(p)
			if err != nil {
				return err
			}
			claimed.Events = append(claimed.Events, event)
		}
		relay.claims++
		relay.lease(n, &claim)
		out = claimed
		return nil
	})
	return out, err
}
