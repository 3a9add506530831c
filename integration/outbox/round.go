package outbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// state is what became of an event in a round.
type state uint8

const (
	waiting state = iota
	taken         // the bus has it
	dead          // it is given up
	passed        // it is behind a dead one of its aggregate
)

// laneRound is a lane in a round.
type laneRound struct {
	work.ClaimedLane
	states []state // of its events
	until  tandem.Instant
	lost   bool // somebody else has it, or may have
}

// queue is the events of one aggregate in a lane, by their place in it. One of them
// is sent at a time: the next when the bus has the one before it.
type queue struct {
	lane  *laneRound
	items []int
	stuck bool // its first event is not to be tried any more in this round
}

func (q *queue) head() *work.Event { return &q.lane.Events[q.items[0]] }

// round is what a relay does with the lanes of one claim.
type round struct {
	relay     *Relay
	until     tandem.Instant
	queues    []*queue
	published int
	errs      []error

	mu    sync.Mutex // guards until and lost of the lanes against the renewal
	lanes []*laneRound
}

func newRound(r *Relay, until tandem.Instant) *round { return &round{relay: r, until: until} }

// add takes a lane in. What earlier rounds know of its events is kept.
func (r *round) add(claimed work.ClaimedLane) {
	lane := &laneRound{ClaimedLane: claimed, states: make([]state, len(claimed.Events)), until: r.until}
	r.lanes = append(r.lanes, lane)
	known := &r.relay.known[claimed.Lane]
	known.forget(claimed.Settled)
	queues, blocked := map[work.Aggregate]*queue{}, map[work.Aggregate]bool{}
	for i := range claimed.Events {
		event := &claimed.Events[i]
		of := event.Aggregate()
		switch {
		case blocked[of]:
			lane.states[i] = passed
		case known.taken[event.Position]:
			lane.states[i] = taken
		case known.attempts[event.Position].dead:
			lane.states[i], blocked[of] = dead, true
		default:
			q := queues[of]
			if q == nil {
				q = &queue{lane: lane}
				queues[of] = q
				r.queues = append(r.queues, q)
			}
			q.items = append(q.items, i)
		}
	}
}

// publish sends wave after wave, each with at most one event of an aggregate, until
// nothing is left that may be sent now.
func (r *round) publish(ctx context.Context) {
	for ctx.Err() == nil {
		sent, events := r.wave()
		if len(sent) == 0 {
			return
		}
		errs := r.relay.call(ctx, events)
		took := r.published > 0
		for _, err := range errs {
			took = took || err == nil
		}
		for i, q := range sent {
			if errs[i] == nil {
				q.lane.states[q.items[0]] = taken
				q.items = q.items[1:]
				delete(r.relay.known[q.lane.Lane].attempts, events[i].Position)
				r.published++
				continue
			}
			if q.stuck = true; ctx.Err() == nil { // a relay that is stopped has tried nothing
				r.fail(q, errs[i], took)
			}
		}
	}
}

// wave gives the first event of each aggregate that may be sent now.
func (r *round) wave() (sent []*queue, events []work.Event) {
	now := r.relay.config.Clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	left := r.queues[:0]
	for _, q := range r.queues {
		if len(q.items) == 0 || q.stuck || q.lane.lost {
			continue
		}
		if !q.lane.until.After(now) { // the renewal has failed for too long
			q.lane.lost = true
			continue
		}
		if r.relay.known[q.lane.Lane].attempts[q.head().Position].next.After(now) {
			continue
		}
		left = append(left, q)
		sent, events = append(sent, q), append(events, *q.head())
	}
	r.queues = left
	return sent, events
}

// fail notes that an event was not taken. If it is given up, its aggregate is passed by.
func (r *round) fail(q *queue, cause error, took bool) {
	event := q.head()
	a := r.relay.failed(event, cause, took)
	var err error = &PublishError{event.Identity(), event.Name, event.Position, a.tries, cause}
	if a.dead {
		err = fmt.Errorf("%w: %w", ErrDead, err)
		q.lane.states[q.items[0]] = dead
		for _, i := range q.items[1:] {
			q.lane.states[i] = passed
		}
	}
	r.note(err)
}

// mostErrors of one round are told; an outage has thousands that say the same.
const mostErrors = 16

func (r *round) note(err error) {
	if len(r.errs) < mostErrors {
		r.errs = append(r.errs, err)
	}
}

// call hands events to the publisher and holds it to its contract.
func (r *Relay) call(ctx context.Context, events []work.Event) []error {
	ctx, cancel := context.WithTimeout(ctx, r.config.Timeout)
	defer cancel()
	errs := r.publisher.Publish(ctx, events)
	if errs == nil {
		return make([]error, len(events))
	}
	if len(errs) != len(events) {
		err := fmt.Errorf("outbox: the publisher gave %d errors for %d events: %w", len(errs), len(events), tandem.ErrInvalid)
		errs = make([]error, len(events))
		for i := range errs {
			errs[i] = err
		}
	}
	return errs
}

// keepLeases makes the leases of the round's lanes longer, time and again, until it
// is stopped. A lane that somebody else has claimed is lost.
func (r *round) keepLeases(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(r.relay.config.Lease / 3)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				r.renew(ctx)
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (r *round) renew(ctx context.Context) {
	c := &r.relay.config
	for _, lane := range r.lanes {
		r.mu.Lock()
		lost := lane.lost
		r.mu.Unlock()
		if lost {
			continue
		}
		until := c.Clock.Now().Add(c.Lease)
		err := r.relay.store.SettleEvents(ctx, work.EventSettlement{Relay: c.Name, Owner: c.Owner, Lane: lane.Lane, Until: until})
		r.mu.Lock()
		switch {
		case err == nil:
			lane.until = until
		case errors.Is(err, tandem.ErrConflict):
			lane.lost = true
		}
		r.mu.Unlock()
	}
}

// settle writes how far each lane is and gives it back, also when the relay is being
// stopped. moved: a lane went on.
func (r *round) settle(ctx context.Context) (moved bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.relay.config.Timeout)
	defer cancel()
	for _, lane := range r.lanes {
		if lane.lost {
			r.note(fmt.Errorf("outbox: lane %d: the lease is lost: %w", lane.Lane, tandem.ErrConflict))
			continue
		}
		s := r.settlement(lane)
		if err := r.relay.store.SettleEvents(ctx, s); err != nil {
			r.note(fmt.Errorf("outbox: settling lane %d: %w", lane.Lane, err))
			continue
		}
		moved = moved || s.Through > lane.Settled
		r.relay.known[lane.Lane].forget(s.Through)
	}
	return moved
}

// settlement goes up to the first event that is waiting. What the bus has behind it
// is remembered, so that it is not sent again.
func (r *round) settlement(lane *laneRound) work.EventSettlement {
	c, known := &r.relay.config, &r.relay.known[lane.Lane]
	s := work.EventSettlement{Relay: c.Name, Owner: c.Owner, Lane: lane.Lane, Through: lane.Through}
	whole := true
	for i := range lane.Events {
		event := &lane.Events[i]
		switch st := lane.states[i]; {
		case st == waiting && whole:
			whole, s.Through = false, lane.Settled
			if i > 0 {
				s.Through = lane.Events[i-1].Position
			}
		case st == taken:
			known.taken[event.Position] = true
		case st == dead && whole:
			s.Dead = append(s.Dead, r.relay.letter(event, known.attempts[event.Position]))
		}
	}
	return s
}

// cut gives at most n bytes of a text, in whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
