package storetest_test

import (
	"context"
	"maps"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

type relayKey struct{ tenant, relay string }

// plainRelay is what one relay of a tenant knows.
type plainRelay struct {
	lanes [work.EventLanes]plainLane
	dead  map[int64]work.DeadLetter // by position
	turn  int                       // where the next claim begins
}

type plainLane struct {
	settled int64
	owner   string
	until   tandem.Instant
}

func (p *plain) relay(tenant, relay string) *plainRelay {
	if p.faults.relayless {
		tenant = ""
	}
	key := relayKey{tenant, relay}
	if p.relays[key] == nil {
		p.relays[key] = &plainRelay{dead: map[int64]work.DeadLetter{}}
	}
	return p.relays[key]
}

// outbox gives a tenant's events behind a position.
func (p *plain) outbox(tenant string, after int64) []work.Event {
	if s := p.tenants[tenant]; s != nil {
		return s.behind(after)
	}
	return nil
}

// spared gives the position up to which no relay has anything to settle, and no dead
// letter needs anything.
func (p *plain) spared(tenant string, upTo int64) int64 {
	for key, relay := range p.relays {
		for _, e := range p.outbox(tenant, 0) {
			if key.tenant == tenant && relay.turn > 0 && e.Position > relay.lanes[e.Lane()].settled && !p.faults.forgetsUnsettled {
				upTo = min(upTo, e.Position-1)
			}
		}
		for position := range relay.dead {
			if key.tenant == tenant {
				upTo = min(upTo, position-1)
			}
		}
	}
	return upTo
}

func (r *plainRelay) held(n int, claim work.EventClaim) bool {
	l := r.lanes[n]
	return l.owner != "" && l.owner != claim.Owner && l.until.After(claim.Now)
}

func (r *plainRelay) blocks(e work.Event) bool {
	for _, d := range r.dead {
		if d.Event.Aggregate() == e.Aggregate() {
			return true
		}
	}
	return false
}

// ClaimEvents begins with another lane each time.
func (p *plain) ClaimEvents(_ context.Context, tenant string, claim work.EventClaim) (out []work.ClaimedLane, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.relay(tenant, claim.Relay)
	r.turn++
	for i := range work.EventLanes {
		n := (r.turn + i) % work.EventLanes
		if r.held(n, claim) && !p.faults.noLease || claim.Lanes > 0 && len(out) == claim.Lanes {
			continue
		}
		lane := work.ClaimedLane{Lane: n, Settled: r.lanes[n].settled, Through: r.lanes[n].settled}
		for _, e := range p.outbox(tenant, lane.Settled) {
			if e.Lane() != n {
				continue
			}
			if len(lane.Events) == claim.Limit {
				break
			}
			if lane.Through = e.Position; !r.blocks(e) || p.faults.noBlock {
				lane.Events = append(lane.Events, e)
			}
		}
		if lane.Through > lane.Settled {
			r.lanes[n].owner, r.lanes[n].until = claim.Owner, claim.Until
			out = append(out, lane)
		}
	}
	return out, nil
}

// SettleEvents moves a lane on.
func (p *plain) SettleEvents(_ context.Context, tenant string, s work.EventSettlement) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.relay(tenant, s.Relay)
	lane := &r.lanes[s.Lane]
	if lane.owner != s.Owner && !p.faults.noFence {
		return &tandem.ConflictError{Kind: "outbox_lane", Key: s.Relay}
	}
	for _, position := range s.Revived {
		delete(r.dead, position)
	}
	for _, d := range s.Dead {
		r.dead[d.Event.Position] = d
	}
	lane.settled, lane.until = max(lane.settled, s.Through), s.Until
	if s.Until.IsZero() {
		lane.owner = ""
	}
	return nil
}

// DeadLetters gives the dead letters of a relay.
func (p *plain) DeadLetters(_ context.Context, tenant, relay string, after int64, limit int) (out []work.DeadLetter, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.relay(tenant, relay)
	for _, position := range slices.Sorted(maps.Keys(r.dead)) {
		if position > after && len(out) < limit {
			out = append(out, r.dead[position])
		}
	}
	return out, nil
}

// ClaimDeadLetter gives what is behind a dead letter.
func (p *plain) ClaimDeadLetter(_ context.Context, tenant string, claim work.EventClaim, position int64) (work.ClaimedLane, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.relay(tenant, claim.Relay)
	d, ok := r.dead[position]
	if !ok {
		return work.ClaimedLane{}, &tandem.NotFoundError{Kind: "dead_letter", Key: claim.Relay}
	}
	n := d.Event.Lane()
	if r.held(n, claim) && !p.faults.noLease {
		return work.ClaimedLane{}, &tandem.ConflictError{Kind: "outbox_lane", Key: claim.Relay}
	}
	r.lanes[n].owner, r.lanes[n].until = claim.Owner, claim.Until
	lane := work.ClaimedLane{Lane: n, Settled: r.lanes[n].settled}
	for _, e := range p.outbox(tenant, position-1) {
		if e.Aggregate() == d.Event.Aggregate() && e.Position <= lane.Settled {
			lane.Events = append(lane.Events, e)
		}
	}
	if lane.Through = lane.Settled; len(lane.Events) > claim.Limit {
		lane.Events = lane.Events[:claim.Limit]
		lane.Through = lane.Events[claim.Limit-1].Position
	}
	return lane, nil
}
