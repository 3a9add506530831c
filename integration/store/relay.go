package store

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// relayer gives the driver if its outbox has relays.
func (s *Store) relayer() (EventRelayer, error) {
	r, ok := s.driver.(EventRelayer)
	if !ok {
		return nil, fmt.Errorf("store: the driver has no relays: %w", tandem.ErrUnsupported)
	}
	return r, nil
}

// ClaimEvents leases lanes of the outbox for a relay (see work.EventRelay). It and
// the other methods of relays are [tandem.ErrUnsupported] on a driver that is no
// [EventRelayer].
func (s *Store) ClaimEvents(ctx context.Context, claim work.EventClaim) ([]work.ClaimedLane, error) {
	r, err := s.relayer()
	if err != nil {
		return nil, err
	}
	if err := claim.Validate(); err != nil {
		return nil, err
	}
	return r.ClaimEvents(ctx, s.tenant, claim)
}

// SettleEvents writes how far a relay's owner is with a lane (see work.EventRelay).
func (s *Store) SettleEvents(ctx context.Context, settlement work.EventSettlement) error {
	r, err := s.relayer()
	if err != nil {
		return err
	}
	if err := settlement.Validate(); err != nil {
		return err
	}
	return r.SettleEvents(ctx, s.tenant, settlement)
}

// DeadLetters gives the dead letters of a relay (see work.EventRelay).
func (s *Store) DeadLetters(ctx context.Context, relay string, after int64, limit int) ([]work.DeadLetter, error) {
	r, err := s.relayer()
	if err != nil {
		return nil, err
	}
	var c tandem.Check
	c.Require(relay != "", "relay_name", "relay", "must be given")
	c.Require(limit >= 1 && limit <= tandem.MaxPage, "page_limit", "limit", "must be between 1 and 1,000")
	if err := c.Err("dead letters"); err != nil {
		return nil, err
	}
	return r.DeadLetters(ctx, s.tenant, relay, after, limit)
}

// ClaimDeadLetter leases the lane of a dead letter (see work.EventRelay).
func (s *Store) ClaimDeadLetter(ctx context.Context, claim work.EventClaim, position int64) (work.ClaimedLane, error) {
	r, err := s.relayer()
	if err != nil {
		return work.ClaimedLane{}, err
	}
	if err := claim.Validate(); err != nil {
		return work.ClaimedLane{}, err
	}
	return r.ClaimDeadLetter(ctx, s.tenant, claim, position)
}
