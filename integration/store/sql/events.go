package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// Events are inserted by transactions that overlap, so that their serial number is no
// cursor: a later one may be seen before an earlier one is committed. A position is
// given afterwards, by one transaction at a time, to what is committed by then; what
// is committed later gets a later position. Within one step the order of the inserts
// counts, and within an aggregate its own sequence.

// Events gives committed events behind a position, to which positions are given
// first, in a transaction of its own. An Update that holds SQLite's only writer sees
// those that have positions already; so does every store that is bound to a transaction of it,
// and whoever holds a connection when there is no second one for that transaction. The
// others then come behind, when they have positions.
func (t *tx) Events(ctx context.Context, after int64, limit int) ([]work.Event, error) {
	if !t.db.d.eager && (t.host != nil && !t.reader || t.begun && !t.view) {
		out, _, err := t.events(ctx, after, limit)
		return out, err
	}
	db, holds := t.db, t.wire != nil || t.host != nil
	if holds {
		db = db.beside()
	}
	err := db.position(ctx, t.tenant)
	if err == nil && t.view && holds {
		out, err := t.eventsOfSnapshot(ctx, db, after, limit)
		if !errors.Is(err, errNoSecond) {
			return out, err
		}
	}
	if err != nil && !errors.Is(err, errNoSecond) {
		return nil, err
	}
	out, _, err := t.events(ctx, after, limit)
	return out, err
}

const secondTime = time.Second // for a connection beside one that is held

var errNoSecond = errors.New("sqlstore: there is no second connection")

// beside is the database for who holds a connection: all may hold one and wait for a
// second, so that none waits for long.
func (db *DB) beside() *DB {
	second := *db
	second.engine, second.gatherer = impatient{db.engine}, nil
	return &second
}

type impatient struct{ engine }

func (e impatient) acquire(ctx context.Context, writes bool) (wire, error) {
	short, cancel := context.WithTimeout(ctx, secondTime)
	defer cancel()
	w, err := e.engine.acquire(short, writes)
	if err != nil && ctx.Err() == nil && short.Err() != nil {
		return nil, errNoSecond
	}
	return w, err
}

func (t *tx) events(ctx context.Context, after int64, limit int) (out []work.Event, recorded []int64, err error) {
	err = t.do(ctx, false, statement{text: t.db.texts.events, args: []any{t.tenant, after, int64(limit)}, row: func(r row) error {
		e, err := readEvent(r)
		if err != nil {
			return err
		}
		n, err := readInt(r, len(eventColumns)-1)
		out, recorded = append(out, e), append(recorded, n)
		return err
	}})
	return out, recorded, err
}

// eventsOfSnapshot gives the events of a View that has begun: the snapshot may have
// events whose positions are younger than itself. It ends before the first that is not
// of the snapshot, so that none appears behind a later one.
func (t *tx) eventsOfSnapshot(ctx context.Context, db *DB, after int64, limit int) ([]work.Event, error) {
	outside := &tx{db: db, tenant: t.tenant, view: true}
	defer outside.Rollback()
	out, recorded, err := outside.events(ctx, after, limit)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	there := make(map[int64]bool, len(out))
	err = t.do(ctx, false, statement{text: t.db.texts.visible, args: []any{t.tenant, slices.Min(recorded), slices.Max(recorded)}, row: func(r row) error {
		n, err := readInt(r, 0)
		there[n] = true
		return err
	}})
	for i := range out {
		if !there[recorded[i]] {
			return out[:i], err
		}
	}
	return out, err
}

func readEvent(r row) (e work.Event, err error) {
	read := func(column int, t store.ColumnType) (v store.Value) {
		if err == nil {
			v, err = r.value(column, t)
		}
		return v
	}
	e.Position = read(0, store.TypeInt).Int
	e.Name = read(1, store.TypeText).Text
	e.Kind = tandem.DocumentKind(read(2, store.TypeText).Text)
	e.ID = read(3, store.TypeID).ID
	e.Company = tandem.IDFromBytes[tandem.CompanyID](read(4, store.TypeID).ID)
	e.Sequence = read(5, store.TypeInt).Int
	if err == nil {
		e.At, err = readInstant(r, 6)
	}
	e.Actor, e.Cause = read(7, store.TypeText).Text, read(8, store.TypeText).Text
	if err != nil {
		return e, err
	}
	payload, err := r.bytes(9)
	e.Payload = slices.Clone(payload)
	return e, err
}

// fresh is an event that has no position yet.
type fresh struct {
	recorded, sequence int64
	kind               string
	aggregate          [16]byte
}

const positionsAtOnce = 5000 // so that no step takes long

// position gives positions to what was committed since the last time.
func (db *DB) position(ctx context.Context, tenant string) error {
	for {
		n, err := db.positionSome(ctx, tenant)
		if err != nil || n < positionsAtOnce {
			return err
		}
	}
}

func (db *DB) positionSome(ctx context.Context, tenant string) (n int, err error) {
	look := &tx{db: db, tenant: tenant}
	defer look.Rollback()
	waiting := false
	some := statement{text: db.texts.someNew, args: []any{tenant}, row: func(row) error { waiting = true; return nil }}
	if err := look.do(ctx, false, some); err != nil || !waiting {
		return 0, err
	}
	look.Rollback()
	t := &tx{db: db, tenant: tenant}
	defer t.Rollback()
	last, found := int64(0), false
	hold := statement{text: db.texts.outbox, args: []any{tenant}, row: func(r row) (err error) {
		found = true
		last, err = readInt(r, 0)
		return err
	}}
	if err := t.do(ctx, true, hold); err != nil {
		return 0, err
	}
	if !found {
		if err := t.do(ctx, true, statement{text: db.texts.outboxMake, args: []any{tenant}}, hold); err != nil {
			return 0, err
		}
	}
	var list []fresh
	if err := t.do(ctx, true, statement{text: db.texts.news, args: []any{tenant, int64(positionsAtOnce)}, row: func(r row) error {
		f, err := readFresh(r)
		list = append(list, f)
		return err
	}}); err != nil || len(list) == 0 {
		return 0, err
	}
	if db.loose {
		inOrder(list)
	}
	writes := make([]statement, 0, len(list)+2)
	for i := range list {
		last++
		writes = append(writes, statement{text: db.texts.positioned, args: []any{last, list[i].recorded}, one: true})
	}
	writes = append(writes, statement{text: db.texts.outboxTake, args: []any{last, tenant}, one: true})
	return len(list), t.finish(ctx, writes)
}

// finish sends the last statements of a transaction of the driver's own, and COMMIT.
func (t *tx) finish(ctx context.Context, list []statement) error {
	if err := t.connect(ctx, true); err != nil {
		return err
	}
	all := append(append(t.opening(true), list...), statement{text: "COMMIT"})
	if err := t.wire.roundTrip(ctx, all); err != nil {
		t.begun = true
		return t.meaning(err, all)
	}
	t.begun = false
	t.disconnect()
	return nil
}

func readFresh(r row) (f fresh, err error) {
	if f.recorded, err = readInt(r, 0); err != nil {
		return f, err
	}
	if f.kind, err = readText(r, 1); err != nil {
		return f, err
	}
	id, err := r.value(2, store.TypeID)
	if err != nil {
		return f, err
	}
	f.aggregate = id.ID
	f.sequence, err = readInt(r, 3)
	return f, err
}

// inOrder puts the events of each aggregate, at the places that they have together,
// into the order of their sequence: an engine whose serial numbers are only nearly in
// the order of the inserts keeps the order that matters.
func inOrder(list []fresh) {
	type aggregate struct {
		kind string
		id   [16]byte
	}
	places := map[aggregate][]int{}
	for i := range list {
		of := aggregate{list[i].kind, list[i].aggregate}
		places[of] = append(places[of], i)
	}
	for _, at := range places {
		if len(at) < 2 {
			continue
		}
		own := make([]fresh, len(at))
		for n, i := range at {
			own[n] = list[i]
		}
		slices.SortStableFunc(own, func(a, b fresh) int { return cmp.Compare(a.sequence, b.sequence) })
		for n, i := range at {
			list[i] = own[n]
		}
	}
}
