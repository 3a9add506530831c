package storetest_test

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// plain is a driver as plain as can be: a mutex and maps. States go through their
// codec, facts through the binary form of their columns. A transaction
// that reads only keeps the maps of its beginning; a writing one compares at the end.
// faults make it break the contract in one way each.
type plain struct {
	mu      sync.Mutex
	tenants map[string]*shelves
	relays  map[relayKey]*plainRelay
	serials map[string]int64 // for the fault of serial ids
	faults  faults
}

func newPlain(f faults) *plain {
	return &plain{tenants: map[string]*shelves{}, relays: map[relayKey]*plainRelay{}, serials: map[string]int64{}, faults: f}
}

// shelves is what a tenant has. They are never changed, only replaced.
type shelves struct {
	rows     map[rowKey]plainRow
	appended int // facts so far
	commands map[string]work.CommandRecord
	events   []work.Event
	gone     int64 // position up to which events are forgotten
	levels   map[inventory.LevelKey]inventory.Level
	series   map[seriesKey]work.Number // the last number, and the latest date
}

type rowKey struct {
	kind string
	key  store.Key
}

// plainRow is a row, taken apart once: nobody changes what is handed out.
type plainRow struct {
	record store.Record
	place  int // of a fact, in the order of appending
}

type seriesKey struct {
	company tandem.CompanyID
	series  string
}

func (s *shelves) clone() *shelves {
	return &shelves{rows: maps.Clone(s.rows), appended: s.appended, commands: maps.Clone(s.commands), events: slices.Clip(s.events), gone: s.gone,
		levels: maps.Clone(s.levels), series: maps.Clone(s.series)}
}

func (p *plain) Begin(_ context.Context, tenant string, readOnly bool) (store.Tx, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.tenants[tenant]
	if s == nil {
		s = &shelves{rows: map[rowKey]plainRow{}, commands: map[string]work.CommandRecord{}, levels: map[inventory.LevelKey]inventory.Level{},
			series: map[seriesKey]work.Number{}}
		p.tenants[tenant] = s
	}
	began := s
	if !readOnly {
		p.serials[tenant]++
	}
	if !readOnly || p.faults.noSnapshot {
		s = nil // what is there at each read
	}
	return &plainTx{p: p, began: began, serial: p.serials[tenant], tenant: tenant, snapshot: s, drawn: map[seriesKey]work.Number{}, found: map[seriesKey]work.Number{}, seen: map[inventory.LevelKey]inventory.Level{}}, nil
}

// ForgetEvents hides the events up to a position.
func (p *plain) ForgetEvents(ctx context.Context, tenant string, upTo int64) error {
	if _, err := p.Begin(ctx, tenant, false); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.tenants[tenant].clone()
	if p.faults.forgetsOneMore {
		upTo++
	}
	if !p.faults.forgetsDead {
		upTo = p.spared(tenant, upTo)
	}
	if n := len(next.events); n > 0 {
		next.gone = max(next.gone, min(upTo, next.events[n-1].Position))
	}
	p.tenants[tenant] = next
	return nil
}

// ForgetCommands removes the records of commands before an instant.
func (p *plain) ForgetCommands(ctx context.Context, tenant string, before tandem.Instant) error {
	if _, err := p.Begin(ctx, tenant, false); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.tenants[tenant].clone()
	maps.DeleteFunc(next.commands, func(_ string, c work.CommandRecord) bool {
		return c.At.Before(before) || p.faults.forgetsOneMore && c.At == before
	})
	p.tenants[tenant] = next
	return nil
}

type plainTx struct {
	p            *plain
	tenant       string
	snapshot     *shelves // of a View
	began        *shelves // for the fault of stale reads
	serial       int64    // for the fault of serial ids: drawn at the beginning
	found, drawn map[seriesKey]work.Number
	seen         map[inventory.LevelKey]inventory.Level // for the fault of the lost update
}

func (t *plainTx) Rollback() {}

// s gives the shelves that the transaction reads.
func (t *plainTx) s() *shelves {
	if t.snapshot != nil {
		return t.snapshot
	}
	return t.p.tenants[t.tenant]
}

func (t *plainTx) Get(_ context.Context, kind *store.Kind, keys []store.Key, out []store.Record) error {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	for i, key := range keys {
		out[i] = store.Record{Key: key}
		s := t.s()
		if t.p.faults.staleReads {
			s = t.began
		}
		if row, ok := s.rows[rowKey{kind.Name, key}]; ok {
			out[i] = row.record
		}
	}
	return nil
}

// entry is a record with its columns, and its place in an index: the ordered
// columns, then the key or the order of appending.
type entry struct {
	record  store.Record
	columns []store.Value
	place   []byte
}

func (t *plainTx) Scan(_ context.Context, scan *store.Scan, out []store.Record) ([]store.Record, error) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	entries := t.p.faults.entries(t, scan)
	columns := scan.Kind.IndexColumns(scan.Index)
	entries = slices.DeleteFunc(entries, func(e entry) bool { return !within(scan, columns, e) })
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare(a.place, b.place) })
	if scan.Descending && !t.p.faults.noDescending {
		slices.Reverse(entries)
	}
	spare := out[len(out):cap(out)]
	overwriteRecords(spare)
	for _, e := range entries {
		if len(out) == scan.Limit {
			break
		}
		r := e.record
		r.Values, r.Place = slices.Clone(e.record.Values), e.place
		if len(spare) > 0 { // the memory of earlier pages, as a driver may use it
			if r.Values != nil {
				r.Values = append(spare[0].Values[:0], e.record.Values...)
			}
			r.Place, spare = append(spare[0].Place[:0], e.place...), spare[1:]
		}
		out = append(out, r)
	}
	return out, nil
}

// overwriteRecords does what a driver may do to pages that nobody reads any more.
func overwriteRecords(records []store.Record) {
	for _, r := range records {
		overwrite := r.Place[:cap(r.Place)]
		for i := range overwrite {
			overwrite[i] = '#'
		}
		values := r.Values[:cap(r.Values)]
		for i := range values {
			values[i] = store.Value{Type: store.TypeText, Text: "overwritten"}
		}
	}
}

func within(scan *store.Scan, columns []int, e entry) bool {
	for i, v := range scan.Prefix {
		if e.columns[columns[i]] != v {
			return false
		}
	}
	if scan.Low != nil || scan.High != nil {
		v := store.AppendOrdered(nil, e.columns[columns[len(scan.Prefix)]])
		if scan.Low != nil && bytes.Compare(v, store.AppendOrdered(nil, *scan.Low)) < 0 ||
			scan.High != nil && bytes.Compare(v, store.AppendOrdered(nil, *scan.High)) >= 0 {
			return false
		}
	}
	if scan.After == nil {
		return true
	}
	behind := bytes.Compare(e.place, scan.After)
	return behind > 0 && !scan.Descending || behind < 0 && scan.Descending
}

// entries lists the records of an index.
func (s *shelves) entries(kind *store.Kind, index int) (out []entry) {
	for key, row := range s.rows {
		if key.kind != kind.Name {
			continue
		}
		e := entry{record: row.record}
		if e.columns = e.record.Values; !kind.Fact {
			e.columns = kind.Values(nil, e.record.Value)
		}
		if !kind.Indexed(index, e.columns) {
			continue
		}
		e.place = kind.AppendIndexKey(nil, index, e.columns)
		if kind.Fact {
			e.place = store.AppendOrdered(e.place, store.Value{Type: store.TypeInt, Int: int64(row.place)})
		} else {
			e.place = append(e.place, key.key[:]...)
		}
		out = append(out, e)
	}
	return out
}

func (t *plainTx) Levels(_ context.Context, keys []inventory.LevelKey, out []inventory.Level) error {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	for i, key := range keys {
		out[i] = t.s().levels[key]
		out[i].Key = key
		if _, again := t.seen[key]; !again {
			t.seen[key] = out[i]
		}
	}
	return nil
}

func (t *plainTx) ScanLevels(_ context.Context, scan *store.LevelScan, out []inventory.Level) ([]inventory.Level, error) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	keys := slices.SortedFunc(maps.Keys(t.s().levels), inventory.LevelKey.Compare)
	if scan.Descending {
		slices.Reverse(keys)
	}
	for _, key := range keys {
		if scan.After != nil {
			if c := key.Compare(*scan.After); c == 0 || c < 0 != scan.Descending {
				continue
			}
		}
		if key.Company == scan.Company && len(out) < scan.Limit {
			out = append(out, t.s().levels[key])
		}
	}
	return out, nil
}

func (t *plainTx) Next(_ context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	key := seriesKey{company, series}
	last, again := t.drawn[key]
	if !again {
		last = t.s().series[key]
		t.found[key] = last
	}
	n := work.Number{Value: last.Value + 1, LastDate: last.LastDate}
	next := n
	if date.After(next.LastDate) {
		next.LastDate = date
	}
	t.drawn[key] = next
	if t.p.faults.numbersAtOnce {
		t.s().series[key], t.found[key] = next, next
	}
	return n, nil
}

func (t *plainTx) Command(_ context.Context, key string) (work.CommandRecord, bool, error) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	record, ok := t.s().commands[key]
	record.Result = bytes.Clone(record.Result)
	return record, ok, nil
}

func (t *plainTx) Events(_ context.Context, after int64, limit int) ([]work.Event, error) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	events := t.s().behind(after)
	events = slices.Clone(events[:min(limit, len(events))])
	for i := range events {
		events[i].Payload = bytes.Clone(events[i].Payload)
	}
	return events, nil
}

// behind gives the events behind a position.
func (s *shelves) behind(after int64) []work.Event {
	n, _ := slices.BinarySearchFunc(s.events, max(after, s.gone)+1, func(e work.Event, p int64) int { return cmp.Compare(e.Position, p) })
	return s.events[n:]
}

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
		key := rowKey{p.Kind.Name, p.Key}
		switch found := t.s().rows[key].record.Revision; {
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
		next.rows[key] = plainRow{record: store.Record{Key: p.Key, Revision: p.Expect + 1, Value: value}}
	}
	written := map[*store.Kind]bool{}
	for i := range batch.Puts {
		written[batch.Puts[i].Kind] = true
	}
	return next.checkUnique(written)
}

func (t *plainTx) facts(next *shelves, batch *store.Batch) error {
	written := map[*store.Kind]bool{}
	for i := range batch.Facts {
		f := &batch.Facts[i]
		key := rowKey{f.Kind.Name, f.Key}
		if _, taken := next.rows[key]; taken {
			return &tandem.DuplicateError{Kind: f.Kind.Name, Index: "key", Key: f.Key.String(), Raced: true}
		}
		next.appended++
		values, err := store.DecodeValues(nil, store.AppendValues(nil, t.p.faults.dropColumn(f.Kind, f.Values)))
		if err != nil {
			return err
		}
		next.rows[key] = plainRow{record: store.Record{Key: f.Key, Values: values}, place: next.appended}
		written[f.Kind] = true
	}
	return next.checkUnique(written)
}

// checkUnique looks for two records with the same unique columns.
func (s *shelves) checkUnique(kinds map[*store.Kind]bool) error {
	for kind := range kinds {
		for ordinal, index := range kind.Indexes {
			if !index.Unique {
				continue
			}
			taken := map[string]bool{}
			for _, e := range s.entries(kind, ordinal) {
				columns := string(kind.AppendIndexKey(nil, ordinal, e.columns))
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
		if _, taken := next.commands[c.Key]; taken {
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
		if t.s().series[key] != t.found[key] {
			return &tandem.ConflictError{Kind: "number_series", Key: key.series}
		}
		next.series[key] = n
	}
	return nil
}

// addEvents gives the events the next positions, or those of a serial id.
func (s *shelves) addEvents(events []work.Event, serial int64) {
	for i, e := range events {
		e.Payload = bytes.Clone(e.Payload)
		if e.Position = int64(len(s.events)) + 1; serial > 0 {
			e.Position = (serial-1)*64 + int64(i) + 1
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
