package storetest_test

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// Commit works on a copy, which replaces the shelves if all goes well.
func (t *plainTx) Commit(ctx context.Context, batch *store.Batch) error {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.p.faults.eventsFirst {
		first := t.s().clone()
		first.addEvents(batch.Events, 0)
		t.p.tenants[t.tenant], batch.Events = first, nil
	}
	next := t.s().clone()
	for _, step := range []func(next *shelves, batch *store.Batch) error{t.puts, t.facts, t.rest, t.levels} {
		if err := step(next, batch); err != nil {
			return err
		}
	}
	t.p.tenants[t.tenant] = next
	return nil
}

func (t *plainTx) puts(next *shelves, batch *store.Batch) error {
	for i := range batch.Puts {
		p := &batch.Puts[i]
		switch found := t.compared(t.s()).rows[p.Kind.Name][p.Key].record.Revision; {
		case found == p.Expect, t.p.faults.noRevision:
		case p.Expect == 0:
			return &tandem.DuplicateError{Kind: p.Kind.Name, Index: "key", Key: p.Key.String(), Raced: true}
		default:
			return &tandem.ConflictError{Kind: p.Kind.Name, Key: p.Key.String(), Want: p.Expect, Got: found}
		}
		data, err := p.Kind.Encode(p.Value)
		if err != nil {
			return err
		}
		value, err := p.Kind.Decode(t.p.faults.dropField(p.Kind, data))
		if err != nil {
			return err
		}
		row := plainRow{record: store.Record{Key: p.Key, Revision: p.Expect + 1, Value: value}}
		next.rows.put(p.Kind.Name, p.Key, row)
		for _, other := range t.p.tenants {
			if _, there := other.rows[p.Kind.Name][p.Key]; there && p.Kind.Name == t.p.faults.rowsOfAll {
				other.rows.put(p.Kind.Name, p.Key, row)
			}
		}
	}
	written := map[*store.Kind]bool{}
	for i := range batch.Puts {
		written[batch.Puts[i].Kind] = true
	}
	return t.checkUnique(next, written)
}

func (t *plainTx) facts(next *shelves, batch *store.Batch) error {
	written := map[*store.Kind]bool{}
	for i := range batch.Facts {
		f := &batch.Facts[i]
		_, there := t.s().rows[f.Kind.Name][f.Key]
		_, twice := next.rows[f.Kind.Name][f.Key]
		if _, taken := t.compared(t.s()).rows[f.Kind.Name][f.Key]; taken || twice && !there {
			return &tandem.DuplicateError{Kind: f.Kind.Name, Index: "key", Key: f.Key.String(), Raced: true}
		}
		next.appended++
		values, err := store.DecodeValues(nil, store.AppendValues(nil, t.p.faults.dropColumn(f.Kind, f.Values)))
		if err != nil {
			return err
		}
		next.rows.put(f.Kind.Name, f.Key, plainRow{record: store.Record{Key: f.Key, Values: values}, place: next.appended})
		written[f.Kind] = true
	}
	return t.checkUnique(next, written)
}

// compared gives what a commit is compared with: what is there then.
func (t *plainTx) compared(now *shelves) *shelves {
	if t.p.faults.checksEarly {
		return t.began
	}
	return now
}

// checkUnique looks for two records with the same unique columns.
func (t *plainTx) checkUnique(next *shelves, kinds map[*store.Kind]bool) error {
	if t.p.faults.checksEarly {
		next = t.foreseen(next)
	}
	for kind := range kinds {
		for ordinal, index := range kind.Indexes {
			if !index.Unique {
				continue
			}
			taken := map[string]bool{}
			for _, e := range next.entries(kind, ordinal) {
				columns := string(kind.AppendIndexKey(nil, ordinal, t.p.faults.uniqueColumns(kind, ordinal, e.columns)))
				if taken[columns] {
					return &tandem.DuplicateError{Kind: kind.Name, Index: index.Name, Key: e.record.Key.String(), Raced: true}
				}
				taken[columns] = true
			}
		}
	}
	return nil
}

// rest writes commands, events and numbers.
func (t *plainTx) rest(next *shelves, batch *store.Batch) error {
	for _, c := range batch.Commands {
		if _, taken := t.p.faults.command(t, t.compared(next), c.Key); taken {
			return &tandem.DuplicateError{Kind: "command", Index: "key", Key: c.Key, Raced: true}
		}
		if c.Result = bytes.Clone(c.Result); !t.p.faults.noKeys {
			next.commands[strings.Clone(c.Key)] = c
		}
	}
	if t.p.faults.eventsReversed {
		slices.Reverse(batch.Events)
	}
	if t.p.faults.serialIDs {
		next.addEvents(batch.Events, t.serial)
	} else {
		next.addEvents(batch.Events, 0)
	}
	for key, n := range t.drawn {
		if t.series(t.compared(t.s()))[key] != t.found[key] {
			return &tandem.ConflictError{Kind: "number_series", Key: key.series}
		}
		t.series(next)[key] = n
	}
	return nil
}

// aSerial is how many events a serial id has room for: more than a check appends at once.
const aSerial = 1024

// addEvents gives the events the next positions, or those of a serial id.
func (s *shelves) addEvents(events []work.Event, serial int64) {
	for i, e := range events {
		e.Payload = bytes.Clone(e.Payload)
		if e.Position = int64(len(s.events)) + 1; serial > 0 {
			e.Position = (serial-1)*aSerial + int64(i) + 1
		}
		s.events = append(s.events, e)
	}
	if serial > 0 {
		s.events = slices.Clone(s.events)
		slices.SortFunc(s.events, func(a, b work.Event) int { return cmp.Compare(a.Position, b.Position) })
	}
}

func (t *plainTx) levels(next *shelves, batch *store.Batch) error {
	for _, change := range batch.Levels {
		level := next.levels[change.Key]
		if t.p.faults.lostUpdate {
			level = t.seen[change.Key]
		}
		after, err := level.Apply(change)
		if t.p.faults.checksEarly { // and then adds, whatever is there by now
			if _, err = t.began.levels[change.Key].Apply(change); err == nil {
				after = inventory.Level{Key: change.Key, OnHand: level.OnHand + change.OnHand, Reserved: level.Reserved + change.Reserved}
			}
		}
		if insufficient, ok := err.(*inventory.InsufficientError); ok {
			insufficient.Raced = true
			if t.p.faults.noBounds {
				after, err = inventory.Level{Key: change.Key, OnHand: level.OnHand + change.OnHand, Reserved: level.Reserved + change.Reserved}, nil
			}
		}
		if err != nil {
			return err
		}
		next.levels[change.Key] = after
	}
	return nil
}
