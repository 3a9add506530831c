package storetest_test

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
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
	series  map[seriesKey]work.Number // of all tenants: a fault
	relays  map[relayKey]*plainRelay
	serials map[string]int64 // for the fault of serial ids
	faults  faults
}

func newPlain(f faults) *plain {
	return &plain{tenants: map[string]*shelves{}, series: map[seriesKey]work.Number{}, relays: map[relayKey]*plainRelay{}, serials: map[string]int64{},
		faults: f}
}

// shelves is what a tenant has. They are never changed, only replaced.
type shelves struct {
	rows     plainRows
	appended int // facts so far
	commands map[string]work.CommandRecord
	events   []work.Event
	gone     int64 // position up to which events are forgotten
	levels   map[inventory.LevelKey]inventory.Level
	series   map[seriesKey]work.Number // the last number, and the latest date
}

// plainRows are rows by kind and key.
type plainRows map[string]map[store.Key]plainRow

func (r plainRows) clone() plainRows {
	out := make(plainRows, len(r))
	for kind, rows := range r {
		out[kind] = maps.Clone(rows)
	}
	return out
}

func (r plainRows) put(kind string, key store.Key, row plainRow) {
	if r[kind] == nil {
		r[kind] = map[store.Key]plainRow{}
	}
	r[kind][key] = row
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
	return &shelves{rows: s.rows.clone(), appended: s.appended, commands: maps.Clone(s.commands), events: slices.Clip(s.events), gone: s.gone,
		levels: maps.Clone(s.levels), series: maps.Clone(s.series)}
}

func (p *plain) Begin(_ context.Context, tenant string, readOnly bool) (store.Tx, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.tenants[tenant]
	if s == nil {
		s = &shelves{rows: plainRows{}, commands: map[string]work.CommandRecord{}, levels: map[inventory.LevelKey]inventory.Level{},
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
		if row, ok := s.rows[kind.Name][key]; ok {
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
	for key, row := range s.rows[kind.Name] {
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
			e.place = append(e.place, key[:]...)
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
	key := t.p.faults.seriesKey(company, series)
	last, again := t.drawn[key]
	if !again || t.p.faults.numbersAtOnce {
		last = t.series(t.s())[key]
		t.found[key] = last
	}
	n := work.Number{Value: last.Value + 1, LastDate: last.LastDate}
	next := n
	if date.After(next.LastDate) {
		next.LastDate = date
	}
	if t.drawn[key] = next; t.p.faults.numbersAtOnce {
		t.series(t.s())[key] = next
		delete(t.drawn, key)
	}
	return n, nil
}

// series gives the series that the shelves have.
func (t *plainTx) series(s *shelves) map[seriesKey]work.Number {
	if t.p.faults.seriesOfAll {
		return t.p.series
	}
	return s.series
}

func (t *plainTx) Command(_ context.Context, key string) (work.CommandRecord, bool, error) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	record, ok := t.p.faults.command(t, t.s(), key)
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
