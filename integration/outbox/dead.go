package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// DeadLetters gives the relay's dead letters behind a position, in the order of
// positions, at most limit: 1 to 1,000.
func (r *Relay) DeadLetters(ctx context.Context, after int64, limit int) ([]work.DeadLetter, error) {
	return r.store.DeadLetters(ctx, r.config.Name, after, limit)
}

// Replay publishes the dead letter at a position, and behind it all that was passed
// by of its aggregate, in order, each event once, without another try. The aggregate
// goes on then. If an event fails, the dead letter is that event from then on, and
// the error is a [*PublishError]. It is [tandem.ErrNotFound] where there is no such
// dead letter, and [tandem.ErrConflict] if another process keeps its lane for longer
// than a lease: then do it again.
func (r *Relay) Replay(ctx context.Context, position int64) (published int, err error) {
	return r.revive(ctx, position, false)
}

// Skip gives the dead letter at a position up: its event is not published, and stays
// in the outbox. What was passed by behind it is published as by [Relay.Replay].
func (r *Relay) Skip(ctx context.Context, position int64) (published int, err error) {
	return r.revive(ctx, position, true)
}

func (r *Relay) revive(ctx context.Context, position int64, skip bool) (published int, err error) {
	for {
		n, next, err := r.revivePage(ctx, position, skip)
		if published += n; err != nil || next == 0 {
			return published, err
		}
		position, skip = next, false
	}
}

// letterAt gives the dead letter at a position.
func (r *Relay) letterAt(ctx context.Context, position int64) (work.DeadLetter, error) {
	letters, err := r.store.DeadLetters(ctx, r.config.Name, position-1, 1)
	if err == nil && (len(letters) == 0 || letters[0].Event.Position != position) {
		err = &tandem.NotFoundError{Kind: "dead_letter", Key: r.config.Name}
	}
	if err != nil {
		return work.DeadLetter{}, err
	}
	return letters[0], nil
}

// lockLetter leases the lane of a dead letter, and gives it with the relay locked.
func (r *Relay) lockLetter(ctx context.Context, position int64) (*round, error) {
	for patient := r.config.Clock.Now().Add(r.config.Lease + r.config.Poll); ; {
		r.mu.Lock()
		claim := r.claim(r.config.Batch)
		lane, err := r.store.ClaimDeadLetter(ctx, claim, position)
		if err == nil {
			round := newRound(r, claim.Until)
			round.lanes = []*laneRound{{ClaimedLane: lane, states: make([]state, len(lane.Events)), until: claim.Until}}
			return round, nil
		}
		r.mu.Unlock()
		if !errors.Is(err, tandem.ErrConflict) || !patient.After(claim.Now) {
			return nil, err
		}
		timer := time.NewTimer(r.config.pause(1))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// revivePage publishes a batch of what a dead letter holds back. next is where the
// dead letter is then, 0 for nowhere.
func (r *Relay) revivePage(ctx context.Context, position int64, skip bool) (published int, next int64, err error) {
	round, err := r.lockLetter(ctx, position)
	if err != nil {
		return 0, 0, err
	}
	defer r.mu.Unlock()
	lane := round.lanes[0]
	s := work.EventSettlement{Relay: r.config.Name, Owner: r.config.Owner, Lane: lane.Lane}
	if letter, failed := r.letterAt(ctx, position); failed != nil {
		err = failed
	} else {
		published, err = r.sendPage(ctx, round, &letter, skip)
		s.Revived = []int64{position}
		if letter.Event.Position != 0 {
			s.Dead, next = []work.DeadLetter{letter}, letter.Event.Position
		}
	}
	settling, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.config.Timeout)
	defer cancel()
	if failed := r.store.SettleEvents(settling, s); failed != nil {
		err = errors.Join(err, failed)
	}
	return published, next, err
}

// sendPage publishes the events that are given with a dead letter, one after the
// other, and leaves in the letter where it is then: no event if nowhere.
func (r *Relay) sendPage(ctx context.Context, round *round, letter *work.DeadLetter, skip bool) (published int, err error) {
	lane := round.lanes[0]
	todo := lane.Events
	if lane.Through < lane.Settled {
		todo = todo[:len(todo)-1] // the last one of the page is where the dead letter moves to
	}
	defer round.keepLeases(ctx)()
	done := 0
	if skip {
		done = 1
	}
	for ; done < len(todo) && err == nil; done++ {
		if err = r.one(ctx, round, letter, &todo[done]); err != nil {
			break
		}
		published++
	}
	letter.Event = work.Event{}
	if done < len(lane.Events) {
		letter.Event = lane.Events[done]
	}
	return published, err
}

// one publishes one event, and writes into the letter why it failed.
func (r *Relay) one(ctx context.Context, round *round, letter *work.DeadLetter, event *work.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	round.mu.Lock()
	lost := round.lanes[0].lost || !round.lanes[0].until.After(r.config.Clock.Now())
	round.mu.Unlock()
	if lost {
		return &tandem.ConflictError{Kind: "outbox_lane", Key: r.config.Name}
	}
	cause := r.call(ctx, []work.Event{*event})[0]
	if cause == nil {
		return nil
	}
	if ctx.Err() == nil {
		letter.Tries, letter.At, letter.Reason = letter.Tries+1, r.config.Clock.Now(), cut(cause.Error(), work.MaxReason)
	}
	return &PublishError{event.Identity(), event.Name, event.Position, letter.Tries, cause}
}
