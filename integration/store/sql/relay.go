package sqlstore

import (
	"context"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

var _ store.EventRelayer = (*DB)(nil)

// lease is a lane as it is kept.
type lease struct {
	lane, settled int64
	owner         string
	until         tandem.Instant
}

// ClaimEvents leases lanes: on PostgreSQL those that nobody else is just claiming (SKIP
// LOCKED), elsewhere inside the one writing transaction.
func (db *DB) ClaimEvents(ctx context.Context, tenant string, claim work.EventClaim) ([]work.ClaimedLane, error) {
	if err := db.position(ctx, tenant); err != nil {
		return nil, err
	}
	t := &tx{db: db, tenant: tenant}
	defer t.Rollback()
	lanes, err := t.freeLanes(ctx, &claim)
	if err != nil || len(lanes) == 0 {
		return nil, err
	}
	out := make([]work.ClaimedLane, len(lanes))
	var list []statement
	blocked := map[work.Aggregate]bool{}
	for i, l := range lanes {
		out[i] = work.ClaimedLane{Lane: int(l.lane), Settled: l.settled, Through: l.settled}
		list = append(list, t.take(&claim, l.lane), statement{text: db.texts.laneEvents, args: []any{tenant, l.lane, l.settled, int64(claim.Limit)},
			row: func(r row) error {
				e, err := readEvent(r)
				out[i].Events, out[i].Through = append(out[i].Events, e), e.Position
				return err
			}})
	}
	list = append(list, statement{text: db.texts.blocked, args: []any{tenant, claim.Relay}, row: func(r row) error {
		a, err := readAggregate(r, 0)
		blocked[a] = true
		return err
	}})
	if err := t.finish(ctx, list); err != nil {
		return nil, err
	}
	for i := range out {
		free := out[i].Events[:0]
		for _, e := range out[i].Events {
			if !blocked[e.Aggregate()] {
				free = append(free, e)
			}
		}
		out[i].Events = free
	}
	return out, nil
}

// readAggregate reads company, kind and id.
func readAggregate(r row, column int) (a work.Aggregate, err error) {
	company, err := r.value(column, store.TypeID)
	if err != nil {
		return a, err
	}
	kind, err := readText(r, column+1)
	if err != nil {
		return a, err
	}
	id, err := r.value(column+2, store.TypeID)
	return work.Aggregate{Company: tandem.IDFromBytes[tandem.CompanyID](company.ID), Kind: tandem.DocumentKind(kind), ID: id.ID}, err
}

// freeLanes locks the lanes that may be claimed and have events, those that were
// claimed longest ago first.
func (t *tx) freeLanes(ctx context.Context, claim *work.EventClaim) (out []lease, err error) {
	most := claim.Lanes
	if most == 0 {
		most = work.EventLanes
	}
	there := false
	now := t.of(instantValue(claim.Now))
	list := []statement{
		{text: t.db.texts.laneThere, args: []any{t.tenant, claim.Relay}, row: func(row) error { there = true; return nil }},
		{text: t.db.texts.lanesFree, args: []any{t.tenant, claim.Relay, claim.Owner, now, int64(most)}, row: func(r row) error {
			l, err := readLease(r)
			out = append(out, l)
			return err
		}},
	}
	if err := t.do(ctx, true, list...); err != nil || there {
		return out, err
	}
	for lane := range work.EventLanes {
		args := []any{t.tenant, claim.Relay, int64(lane), int64(0), "", t.of(none), int64(0)}
		list = append(list, statement{text: t.db.texts.laneMake, args: args})
	}
	out = nil
	return out, t.do(ctx, true, append(list[2:], list[:2]...)...)
}

func readLease(r row) (l lease, err error) {
	if l.lane, err = readInt(r, 0); err != nil {
		return l, err
	}
	if l.settled, err = readInt(r, 1); err != nil {
		return l, err
	}
	if l.owner, err = readText(r, 2); err != nil {
		return l, err
	}
	l.until, err = readInstant(r, 3)
	return l, err
}

// take leases a lane that is locked.
func (t *tx) take(claim *work.EventClaim, lane int64) statement {
	return statement{text: t.db.texts.laneTake, one: true,
		args: []any{claim.Owner, t.of(instantValue(claim.Until)), t.tenant, claim.Relay, lane}}
}

// SettleEvents writes how far an owner is with a lane.
func (db *DB) SettleEvents(ctx context.Context, tenant string, s work.EventSettlement) error {
	t := &tx{db: db, tenant: tenant}
	defer t.Rollback()
	owner := s.Owner
	if s.Until.IsZero() {
		owner = ""
	}
	lost := func(cause error) error {
		if !db.engine.missed(cause) {
			return nil
		}
		return &tandem.ConflictError{Kind: "outbox_lane", Key: s.Relay, Got: -1}
	}
	list := []statement{{text: db.texts.laneSettle, one: true, refused: lost,
		args: []any{s.Through, tenant, owner, t.of(instantValue(s.Until)), tenant, s.Relay, int64(s.Lane), s.Owner}}}
	for _, position := range s.Revived {
		list = append(list, statement{text: db.texts.letterDrop, args: []any{tenant, s.Relay, position}})
	}
	for i := range s.Dead {
		list = append(list, t.bury(&s, &s.Dead[i]))
	}
	return t.finish(ctx, list)
}

// bury keeps a dead letter of an event that is there, up to what is settled.
func (t *tx) bury(s *work.EventSettlement, d *work.DeadLetter) statement {
	e := &d.Event
	return statement{text: t.db.texts.letterMake, one: true,
		args: []any{s.Relay, d.Reason, int64(d.Tries), t.of(instantValue(d.At)), t.tenant, e.Position, t.id(e.Company.Bytes()), string(e.Kind), t.id(e.ID), s.Relay},
		refused: func(cause error) error {
			if t.db.engine.missed(cause) {
				return &tandem.NotFoundError{Kind: "event", Key: e.Identity()}
			}
			if _, taken := t.db.engine.taken(cause, nil); taken {
				return &tandem.DuplicateError{Kind: "dead_letter", Index: "aggregate", Key: e.Identity()}
			}
			return nil
		}}
}

// DeadLetters gives the dead letters of a relay in the order of their positions.
func (db *DB) DeadLetters(ctx context.Context, tenant, relay string, after int64, limit int) (out []work.DeadLetter, err error) {
	t := &tx{db: db, tenant: tenant, view: true}
	defer t.Rollback()
	err = t.do(ctx, false, statement{text: db.texts.letters, args: []any{tenant, relay, after, int64(limit)}, row: func(r row) error {
		d := work.DeadLetter{Relay: relay}
		var err error
		if d.Event, err = readEvent(r); err != nil {
			return err
		}
		n := len(eventColumns)
		if d.Reason, err = readText(r, n); err != nil {
			return err
		}
		tries, err := readInt(r, n+1)
		if err != nil {
			return err
		}
		d.Tries = int(tries)
		d.At, err = readInstant(r, n+2)
		out = append(out, d)
		return err
	}})
	return out, err
}

// ClaimDeadLetter leases the lane of a dead letter.
func (db *DB) ClaimDeadLetter(ctx context.Context, tenant string, claim work.EventClaim, position int64) (out work.ClaimedLane, err error) {
	t := &tx{db: db, tenant: tenant}
	defer t.Rollback()
	var of work.Aggregate
	var l lease
	found := false
	if err := t.do(ctx, true, statement{text: db.texts.letterLane, args: []any{tenant, claim.Relay, position}, row: func(r row) (err error) {
		found = true
		if l, err = readLease(r); err == nil {
			of, err = readAggregate(r, 4)
		}
		return err
	}}); err != nil {
		return out, err
	}
	switch {
	case !found:
		return out, &tandem.NotFoundError{Kind: "dead_letter", Key: claim.Relay}
	case l.owner != "" && l.owner != claim.Owner && l.until.After(claim.Now):
		return out, &tandem.ConflictError{Kind: "outbox_lane", Key: claim.Relay, Got: -1}
	}
	out = work.ClaimedLane{Lane: int(l.lane), Settled: l.settled, Through: l.settled}
	var events []work.Event
	err = t.finish(ctx, []statement{t.take(&claim, l.lane), {text: db.texts.laneBehind,
		args: []any{tenant, l.lane, position, l.settled, t.id(of.Company.Bytes()), string(of.Kind), t.id(of.ID), int64(claim.Limit) + 1}, row: func(r row) error {
			e, err := readEvent(r)
			events = append(events, e)
			return err
		}}})
	if len(events) > claim.Limit {
		events = events[:claim.Limit]
		out.Through = events[claim.Limit-1].Position
	}
	out.Events = events
	return out, err
}

// relays are the texts of the lanes and dead letters.
func (s *statements) relays(d *dialect) {
	lane, letter, event, outbox := d.table("relay_lane"), d.table("relay_dead_letter"), d.table("event"), d.table("outbox")
	write := func(fn func(t *text)) string {
		t := &text{d: d}
		fn(t)
		return t.String()
	}
	columns := strings.Join(eventColumns, ", ")
	s.laneThere = write(func(t *text) { t.add("SELECT 1 FROM ", lane, " WHERE ").equal("tenant", "relay").add(" LIMIT 1") })
	s.laneMake = write(func(t *text) {
		t.add("INSERT INTO ", lane, " (tenant, relay, lane, settled, owner, until, claimed) VALUES (").args(7).add(") ON CONFLICT DO NOTHING")
	})
	s.lanesFree = write(func(t *text) {
		t.add("SELECT l.lane, l.settled, l.owner, l.until FROM ", lane, " l WHERE ").equal("l.tenant", "l.relay").
			add(" AND (l.owner = '' OR l.owner = ").arg().add(" OR l.until <= ").arg().
			add(") AND EXISTS (SELECT 1 FROM ", event, " e WHERE e.tenant = l.tenant AND e.lane = l.lane AND e.position > l.settled)",
				" ORDER BY l.claimed, l.lane LIMIT ").arg().add(strings.Replace(d.skip, "UPDATE", "UPDATE OF l", 1))
	})
	s.laneTake = d.guard(write(func(t *text) {
		t.add("UPDATE ", lane, " SET owner = ").arg().add(", until = ").arg().
			add(", claimed = (SELECT max(m.claimed) + 1 FROM ", lane, " m WHERE m.tenant = ", lane, ".tenant AND m.relay = ", lane, ".relay) WHERE ").
			equal("tenant", "relay", "lane")
	}))
	s.laneEvents = write(func(t *text) {
		t.add("SELECT ", columns, " FROM ", event, " WHERE ").equal("tenant", "lane").add(" AND position > ").arg().add(" ORDER BY position LIMIT ").arg()
	})
	s.blocked = write(func(t *text) {
		t.add("SELECT company, kind, aggregate FROM ", letter, " WHERE ").equal("tenant", "relay")
	})
	greatest, least := "greatest", "least"
	if !d.guarded {
		greatest, least = "max", "min"
	}
	s.laneSettle = d.guard(write(func(t *text) {
		t.add("UPDATE ", lane, " SET settled = ", greatest, "(settled, ", least, "(").arg().
			add(", coalesce((SELECT o.last_position FROM ", outbox, " o WHERE o.tenant = ").arg().add("), 0))), owner = ").arg().
			add(", until = ").arg().add(" WHERE ").equal("tenant", "relay", "lane", "owner")
	}))
	s.letterDrop = write(func(t *text) { t.add("DELETE FROM ", letter, " WHERE ").equal("tenant", "relay", "position") })
	s.letterMake = d.guard(write(func(t *text) {
		t.add("INSERT INTO ", letter, " (tenant, relay, position, lane, company, kind, aggregate, reason, tries, at) SELECT e.tenant, ").arg().
			add(", e.position, e.lane, e.company, e.kind, e.aggregate, ").arg().add(", ").arg().add(", ").arg().add(" FROM ", event, " e WHERE ").
			equal("e.tenant", "e.position", "e.company", "e.kind", "e.aggregate").
			add(" AND EXISTS (SELECT 1 FROM ", lane, " l WHERE l.tenant = e.tenant AND l.lane = e.lane AND l.settled >= e.position AND l.relay = ").arg().add(")")
	}))
	s.letters = write(func(t *text) {
		t.add("SELECT e.", strings.ReplaceAll(columns, ", ", ", e."), ", d.reason, d.tries, d.at FROM ", letter, " d JOIN ", event,
			" e ON e.tenant = d.tenant AND e.position = d.position WHERE ").equal("d.tenant", "d.relay").add(" AND d.position > ").arg().
			add(" ORDER BY d.position LIMIT ").arg()
	})
	s.letterLane = write(func(t *text) {
		t.add("SELECT l.lane, l.settled, l.owner, l.until, d.company, d.kind, d.aggregate FROM ", letter, " d JOIN ", lane,
			" l ON l.tenant = d.tenant AND l.relay = d.relay AND l.lane = d.lane WHERE ").equal("d.tenant", "d.relay", "d.position").add(d.lock)
	})
	s.laneBehind = write(func(t *text) {
		t.add("SELECT ", columns, " FROM ", event, " WHERE ").equal("tenant", "lane").add(" AND position >= ").arg().add(" AND position <= ").arg().
			add(" AND company = ").arg().add(" AND kind = ").arg().add(" AND aggregate = ").arg().add(" ORDER BY position LIMIT ").arg()
	})
	s.forgetEvents = write(func(t *text) {
		t.add("DELETE FROM ", event, " WHERE ").equal("tenant").add(" AND position <= ").arg().
			add(" AND NOT EXISTS (SELECT 1 FROM ", letter, " d WHERE d.tenant = ", event, ".tenant AND d.company = ", event, ".company AND d.kind = ", event, ".kind AND d.aggregate = ", event,
				".aggregate AND d.position <= ", event, ".position) AND NOT EXISTS (SELECT 1 FROM ", lane, " l WHERE l.tenant = ", event,
				".tenant AND l.lane = ", event, ".lane AND l.settled < ", event, ".position)")
	})
}
