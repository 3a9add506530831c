package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// Relay publishes the events of a tenant's outbox. It is safe for concurrent use;
// rounds, replays and skips of one Relay wait for one another.
type Relay struct {
	store     work.EventRelay
	publisher Publisher
	config    Config

	mu    sync.Mutex // one round at a time
	known [work.EventLanes]known
}

// known is what is known of the events of a lane behind the settled position.
type known struct {
	attempts map[int64]attempt // of events that failed, by position
	taken    map[int64]bool    // positions of those that the bus has, behind one that it has not
}

// forget lets go of what is settled.
func (k *known) forget(settled int64) {
	behind := func(position int64) bool { return position <= settled }
	maps.DeleteFunc(k.attempts, func(position int64, _ attempt) bool { return behind(position) })
	maps.DeleteFunc(k.taken, func(position int64, _ bool) bool { return behind(position) })
}

// attempt is what is known of an event that failed.
type attempt struct {
	tries   int
	refused int            // of these, refusals
	alone   int            // of these, while the bus took others
	first   tandem.Instant // of the failures
	next    tandem.Instant // not to be tried before
	dead    bool           // given up; to be settled as a dead letter
	err     error
}

// PublishError says which event could not be published. It unwraps to the
// publisher's error.
type PublishError struct {
	Event    string // identity
	Name     string
	Position int64
	Tries    int
	Err      error
}

func (e *PublishError) Error() string {
	return fmt.Sprintf("outbox: event %s (%s) at position %d, try %d: %v", e.Event, e.Name, e.Position, e.Tries, e.Err)
}

// Unwrap gives the publisher's error.
func (e *PublishError) Unwrap() error { return e.Err }

// ErrDead is matched by the error of an event that became a dead letter.
var ErrDead = errors.New("outbox: the event is a dead letter now")

// New gives a relay of a store's outbox. The store must be a work.EventRelay on a
// driver that has relays; [tandem.ErrUnsupported] otherwise comes at the first round.
func New(store work.EventRelay, publisher Publisher, config Config) (*Relay, error) {
	var c tandem.Check
	c.Require(store != nil, "store_missing", "store", "must be given")
	c.Require(publisher != nil, "publisher_missing", "publisher", "must be given")
	c.Nested("config", config.Validate())
	if err := c.Err("relay"); err != nil {
		return nil, err
	}
	r := &Relay{store: store, publisher: publisher, config: config.withDefaults()}
	for n := range r.known {
		r.known[n] = known{map[int64]attempt{}, map[int64]bool{}}
	}
	return r, nil
}

// Run publishes until ctx ends, and gives its error. What fails is reported (see
// [Config]), and tried again after a pause.
func (r *Relay) Run(ctx context.Context) error {
	failures := 0
	for {
		_, more, err := r.round(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		pause := r.config.Poll
		if err != nil {
			r.config.Report(err)
		}
		switch offline := (*claimError)(nil); {
		case errors.As(err, &offline):
			failures++
			pause = max(pause, r.config.pause(failures))
		case more:
			failures = 0
			continue
		default:
			failures = 0
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// claimError says that the store gave no lanes.
type claimError struct{ error }

func (e *claimError) Unwrap() error { return e.error }

// RunOnce publishes one batch of each lane that it gets, and gives the number of
// events that the bus has acknowledged. An event that fails is tried once, and not
// before its pause is over. The error joins those of the store and, as
// [*PublishError], of the events; an event that became a dead letter has one that
// matches [ErrDead] as well.
func (r *Relay) RunOnce(ctx context.Context) (published int, err error) {
	published, _, err = r.round(ctx)
	return published, err
}

func (r *Relay) claim(limit int) work.EventClaim {
	now := r.config.Clock.Now()
	return work.EventClaim{Relay: r.config.Name, Owner: r.config.Owner, Now: now, Until: now.Add(r.config.Lease),
		Lanes: r.config.Lanes, Limit: limit}
}

// round is one claim with all that follows. more: it is worth while to claim again
// at once.
func (r *Relay) round(ctx context.Context) (published int, more bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	claim := r.claim(r.config.Batch)
	lanes, err := r.store.ClaimEvents(ctx, claim)
	if err != nil {
		return 0, false, &claimError{err}
	}
	if len(lanes) == 0 {
		return 0, false, nil
	}
	round := newRound(r, claim.Until)
	for _, lane := range lanes {
		round.add(lane)
	}
	stop := round.keepLeases(ctx)
	round.publish(ctx)
	stop()
	moved := round.settle(ctx)
	return round.published, moved, errors.Join(round.errs...)
}

// failed notes the failure of an event. took: the bus took others meanwhile.
func (r *Relay) failed(event *work.Event, err error, took bool) attempt {
	now := r.config.Clock.Now()
	attempts := r.known[event.Lane()].attempts
	a := attempts[event.Position]
	if a.tries++; a.tries == 1 {
		a.first = now
	}
	switch {
	case errors.Is(err, ErrRefused):
		a.refused++
	case took:
		a.alone++
	}
	retry := &r.config.Retry
	a.next, a.err = now.Add(r.config.pause(a.tries)), err
	a.dead = a.refused >= retry.Refused || a.alone >= retry.Failed || now.Sub(a.first) >= retry.Outage
	attempts[event.Position] = a
	return a
}

func (r *Relay) letter(event *work.Event, a attempt) work.DeadLetter {
	reason := a.err.Error()
	return work.DeadLetter{Relay: r.config.Name, Event: *event, Reason: cut(reason, work.MaxReason), Tries: a.tries, At: r.config.Clock.Now()}
}
