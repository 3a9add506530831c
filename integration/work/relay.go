package work

import (
	"context"

	"github.com/tandem-go/tandem"
)

// EventLanes is how many lanes an outbox has for its relays. All events of an
// aggregate are in one lane, so that whoever has a lane alone keeps their order,
// and as many relays may work at once.
const EventLanes = 16

// Lane gives the event's lane, from 0 to EventLanes−1: the last four bits of the
// aggregate's id.
func (e *Event) Lane() int { return int(e.ID[15] & (EventLanes - 1)) }

// Aggregate names what an event is of: ids are unique in a company only.
type Aggregate struct {
	Company tandem.CompanyID
	Kind    tandem.DocumentKind
	ID      [16]byte
}

// Aggregate gives what the event is of.
func (e *Event) Aggregate() Aggregate { return Aggregate{e.Company, e.Kind, e.ID} }

// EventRelay is what a store may be besides: one whose outbox relays read to
// publish it. A relay has a name; relays of different names know nothing of one
// another, and each is to have every event. Processes that share a name share the
// work, each under an owner's name of its own.
//
// For each relay and lane a store keeps the position that is settled and a lease:
// who has the lane and until when. It also keeps dead letters: events that could
// not be published. The aggregate of a dead letter is blocked: later events of it
// are passed by when its lane goes on, and are published behind the dead letter
// when that is replayed. An aggregate has at most one dead letter of a relay, and
// events that it needs are not forgotten (see [EventForgetter]).
//
// The positions that events have (see [Event]) are in the order of commits: an
// event never appears behind a settled position. A number that is given when an
// event is appended, as a serial column gives it, is no such position.
type EventRelay interface {
	// ClaimEvents leases lanes that nobody else holds at claim.Now and that have
	// events behind their settled position, and gives the first of these events in
	// the order of positions. A lane that the owner holds already is leased anew. Of
	// more than claim.Lanes lanes it takes others the next time, so that none starves.
	ClaimEvents(ctx context.Context, claim EventClaim) ([]ClaimedLane, error)
	// SettleEvents writes how far the owner is with a lane, all of it or nothing. It
	// is [tandem.ErrConflict], and changes nothing, if the owner does not hold the
	// lane any more: if another has claimed it since, or it was given back. A lease
	// that ran out while nobody else claimed the lane is still the owner's.
	SettleEvents(ctx context.Context, s EventSettlement) error
	// DeadLetters gives the dead letters of a relay behind a position, in the order
	// of positions, at most limit: 1 to [tandem.MaxPage].
	DeadLetters(ctx context.Context, relay string, after int64, limit int) ([]DeadLetter, error)
	// ClaimDeadLetter leases the lane of the dead letter at a position, and gives the
	// events of its aggregate from that position up to the settled one, at most
	// claim.Limit. It is [tandem.ErrNotFound] where there is no such dead letter, and
	// [tandem.ErrConflict] while another owner holds the lane.
	ClaimDeadLetter(ctx context.Context, claim EventClaim, position int64) (ClaimedLane, error)
}

// EventClaim says who wants lanes, and for how long.
type EventClaim struct {
	Relay string // name of the relay
	Owner string // of the lease; no two that run at once have the same
	Now   tandem.Instant
	Until tandem.Instant // when the lease runs out: at this instant another may have the lane
	Lanes int            // at most; 0 = all. ClaimDeadLetter takes the one lane that it needs
	Limit int            // of events in each lane, 1 to [tandem.MaxPage]
}

// Validate reports everything that is missing or out of range.
func (e EventClaim) Validate() error {
	var c tandem.Check
	checkRelay(&c, e.Relay, e.Owner)
	c.Require(!e.Now.IsZero(), "claim_now", "now", "must be given")
	c.Require(e.Until.After(e.Now), "claim_until", "until", "must lie behind now")
	c.Require(e.Lanes >= 0 && e.Lanes <= EventLanes, "claim_lanes", "lanes", "must be between 0 and 16")
	c.Require(e.Limit >= 1 && e.Limit <= tandem.MaxPage, "claim_limit", "limit", "must be between 1 and 1,000")
	return c.Err("claim of events")
}

func checkRelay(c *tandem.Check, relay, owner string) {
	c.Require(cleanName(relay) && len(relay) <= 64, "relay_name", "relay", "must be 1 to 64 bytes of UTF-8 without control characters")
	c.Require(cleanName(owner), "relay_owner", "owner", "must be 1 to 256 bytes of UTF-8 without control characters")
}

// ClaimedLane is a lane that was leased, with what is to be published.
type ClaimedLane struct {
	Lane    int
	Settled int64   // the position up to which the lane is settled
	Events  []Event // without those of blocked aggregates; there may be none
	// Through is the position up to which the lane was looked through: that of the
	// last event, or behind it where events of blocked aggregates were passed by. Of a
	// dead letter it is that of the last event, and the settled position where no
	// event of the aggregate is left behind.
	Through int64
}

// DeadLetter is an event that a relay could not publish, and what blocks its
// aggregate.
type DeadLetter struct {
	Relay  string
	Event  Event
	Reason string         // of the last failure, at most [MaxReason] bytes
	Tries  int            // failures so far, those of replays included
	At     tandem.Instant // of the last failure
}

// MaxReason is how many bytes the reason of a dead letter has at most.
const MaxReason = 1024

// EventSettlement says how far an owner is with a lane.
type EventSettlement struct {
	Relay, Owner string
	Lane         int
	// Through is the new settled position: that of an event that was given, or what
	// [ClaimedLane] said. A settled position never goes back: 0 leaves it.
	Through int64
	Until   tandem.Instant // a longer lease; none: the lane is given back
	Revived []int64        // positions of dead letters that are done with. They go first
	Dead    []DeadLetter   // new ones, of events of this lane up to the settled position
}

// Validate reports everything that is missing or out of range.
func (s EventSettlement) Validate() error {
	var c tandem.Check
	checkRelay(&c, s.Relay, s.Owner)
	c.Require(s.Lane >= 0 && s.Lane < EventLanes, "settlement_lane", "lane", "must be between 0 and 15")
	c.Require(s.Through >= 0, "settlement_through", "through", "must not be negative")
	for i := range s.Dead {
		d, path := &s.Dead[i], tandem.Path("dead", i)
		c.Require(d.Relay == s.Relay, "dead_relay", path+".relay", "must be that of the settlement")
		c.Require(d.Event.Lane() == s.Lane, "dead_lane", path+".event", "must be an event of the lane")
		c.Require(d.Event.Position > 0, "dead_position", path+".event.position", "must be given")
		c.Require(len(d.Reason) <= MaxReason, "dead_reason", path+".reason", "must have at most 1,024 bytes")
		c.Require(d.Tries >= 1, "dead_tries", path+".tries", "must be at least 1")
		c.Require(!d.At.IsZero(), "dead_at", path+".at", "must be given")
	}
	return c.Err("settlement of events")
}
