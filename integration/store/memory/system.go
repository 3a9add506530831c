package memory

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/arena"
	"github.com/tandem-go/tandem/internal/probe"
	"github.com/tandem-go/tandem/internal/slab"
)

type seriesKey struct {
	company tandem.CompanyID
	series  string
}

// counter is a number series. Whoever draws a number holds it until the end of
// the transaction, as a database holds the row: numbers have no gap and nobody
// draws one twice. The series is the last thing that a closure reads, so it is
// held for little more than the commit.
type counter struct {
	held    atomic.Bool   // by one transaction
	waiting atomic.Int32  // who have given up spinning
	freed   chan struct{} // has room for one: told to one of those that wait
	last    int64
	date    tandem.Date // the latest that a number was drawn for
}

func (c *counter) take() bool { return !c.held.Load() && c.held.CompareAndSwap(false, true) }

func (c *counter) release() {
	c.held.Store(false)
	if c.waiting.Load() > 0 {
		select {
		case c.freed <- struct{}{}:
		default:
		}
	}
}

func (s *space) counter(key seriesKey) *counter {
	s.seriesMu.RLock()
	c := s.series[key]
	s.seriesMu.RUnlock()
	if c != nil {
		return c
	}
	s.seriesMu.Lock()
	defer s.seriesMu.Unlock()
	if c = s.series[key]; c == nil {
		c = &counter{freed: make(chan struct{}, 1)}
		s.series[key] = c
	}
	return c
}

// hold takes a series for a transaction, which waits if the series comes after
// all that it holds already: who takes series in their order never waits in a
// circle. Out of order it does not wait long: that is a conflict. So is a wait
// beyond patience: whoever holds the series may be the caller's own outer Update.
func (c *counter) hold(ctx context.Context, key seriesKey, waits bool) error {
	if spin(c.take) {
		return nil
	}
	busy := &tandem.ConflictError{Kind: "number_series", Key: key.series}
	if !waits {
		return busy
	}
	patient := time.NewTimer(patience)
	defer patient.Stop()
	c.waiting.Add(1)
	defer c.waiting.Add(-1)
	for !c.take() { // after it is counted as waiting, so that no release goes by untold
		select {
		case <-c.freed:
		case <-ctx.Done():
			return ctx.Err()
		case <-patient.C:
			return busy
		}
	}
	return nil
}

const patience = 5 * time.Second

func (k seriesKey) after(o seriesKey) bool {
	if c := k.company.Compare(o.company); c != 0 {
		return c > 0
	}
	return k.series > o.series
}

// log keeps command records and events, encoded in slabs.
type log struct {
	seed     maphash.Seed
	records  slab.Slab // of commands
	commands arena.Arena[entry]
	byKey    atomic.Pointer[probe.Table] // commands by hash of the key
	lost     atomic.Int64                // how many of the oldest commands are gone
	swept    int64                       // how many of these byKey has no more
	payloads slab.Slab                   // of events
	events   arena.Arena[entry]

	forgetting latch // of events: readers of the outbox against forget
	forgotten  int64 // position up to which events are gone
}

// find gives the place of a command and its record behind the key, whoever may see it.
func (l *log) find(key string) (*entry, reader) {
	for c := l.byKey.Load().Seek(maphash.String(l.seed, key)); ; {
		n, ok := c.Next()
		if !ok {
			return nil, reader{}
		}
		e := l.commands.Find(n)
		if e == nil || int64(n) < l.lost.Load() {
			continue
		}
		r := reader{data: l.records.Get(e.ref)}
		if string(r.bytes()) == key && !r.failed {
			return e, r
		}
	}
}

func (l *log) command(key string, seen uint64) (work.CommandRecord, bool, error) {
	e, r := l.find(key)
	if e == nil || e.seq > seen {
		return work.CommandRecord{}, false, nil
	}
	record := work.CommandRecord{Key: key}
	if err := r.command(&record); err != nil {
		return work.CommandRecord{}, false, err
	}
	record.Result = append([]byte(nil), r.data...)
	return record, true, nil
}

// command reads what stands between the key of a command and its result.
func (r *reader) command(record *work.CommandRecord) error {
	record.Name = r.text()
	copy(record.Digest[:], r.take(len(record.Digest)))
	record.Actor = r.text()
	record.At = tandem.InstantOfUnixMicro(r.int())
	if r.failed {
		return fmt.Errorf("memory: damaged command record: %w", tandem.ErrInvalid)
	}
	return nil
}

func appendText[T ~string](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// write writes the command records and events of a batch, which lie encoded in
// data up to their marks.
func (l *log) write(batch *store.Batch, data []byte, marks []int, seq uint64) {
	for i := range batch.Commands {
		n := l.commands.Append(func(e *entry) { *e = entry{seq, l.records.Append(data[marks[i]:marks[i+1]])} })
		l.byKey.Load().Add(maphash.String(l.seed, batch.Commands[i].Key), n)
	}
	marks = marks[len(batch.Commands):]
	for i := range batch.Events {
		l.events.Append(func(e *entry) { *e = entry{seq, l.payloads.Append(data[marks[i]:marks[i+1]])} })
	}
}

func appendCommand(b []byte, c *work.CommandRecord) []byte {
	b = appendText(b, c.Key)
	b = appendText(b, c.Name)
	b = append(b, c.Digest[:]...)
	b = appendText(b, c.Actor)
	b = binary.AppendVarint(b, c.At.UnixMicro())
	return append(b, c.Result...)
}

func appendEvent(b []byte, e *work.Event) []byte {
	company := e.Company.Bytes()
	b = appendText(b, e.Name)
	b = appendText(b, e.Kind)
	b = append(b, e.ID[:]...)
	b = append(b, company[:]...)
	b = binary.AppendVarint(b, e.Sequence)
	b = binary.AppendVarint(b, e.At.UnixMicro())
	b = appendText(b, e.Actor)
	b = appendText(b, e.Cause)
	return append(b, e.Payload...)
}

// page gives a page of the outbox. Commits append in their order, so that what a
// snapshot sees is a prefix.
func (l *log) page(after int64, limit int, seen uint64) ([]work.Event, error) {
	l.forgetting.RLock()
	defer l.forgetting.RUnlock()
	after = max(after, l.forgotten)
	var out []work.Event
	for n, end := after, int64(l.events.Len()); n < end && len(out) < limit; n++ {
		if l.events.At(int(n)).seq > seen {
			break
		}
		event, err := l.event(n + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, event)
	}
	return out, nil
}

// event gives the event at a position, which is not forgotten. The caller holds
// forgetting.
func (l *log) event(position int64) (work.Event, error) {
	r := reader{data: l.payloads.Get(l.events.At(int(position) - 1).ref)}
	event := work.Event{Name: r.text(), Kind: tandem.DocumentKind(r.text()), ID: r.uuid(),
		Company: tandem.IDFromBytes[tandem.CompanyID](r.uuid()), Sequence: r.int()}
	event.At = tandem.InstantOfUnixMicro(r.int())
	event.Actor, event.Cause = r.text(), r.text()
	event.Payload = append([]byte(nil), r.data...)
	event.Position = position
	if r.failed {
		return work.Event{}, fmt.Errorf("memory: damaged event %d: %w", position, tandem.ErrInvalid)
	}
	return event, nil
}

// aggregate gives what the event at a position is of, without the rest of it.
func (l *log) aggregate(position int64) (of work.Aggregate) {
	r := reader{data: l.payloads.Get(l.events.At(int(position) - 1).ref)}
	r.bytes()
	of.Kind, of.ID = tandem.DocumentKind(r.text()), r.uuid()
	of.Company = tandem.IDFromBytes[tandem.CompanyID](r.uuid())
	return of
}

// forget lets go of the events up to a position. It runs in the commit section.
func (l *log) forget(upTo int64) {
	l.forgetting.Lock()
	defer l.forgetting.Unlock()
	l.forgotten = max(l.forgotten, min(upTo, int64(l.events.Len())))
	if l.forgotten == 0 {
		return
	}
	l.payloads.Drop(l.events.At(int(l.forgotten) - 1).ref)
	l.events.Drop(int(l.forgotten) - 1)
}

// forgetCommands lets go of the oldest records, up to the first that is not before
// an instant. It runs in the commit section.
func (l *log) forgetCommands(before tandem.Instant) error {
	first, end := l.lost.Load(), int64(l.commands.Len())
	lost := first
	for ; lost < end; lost++ {
		r, record := reader{data: l.records.Get(l.commands.At(int(lost)).ref)}, work.CommandRecord{}
		r.bytes()
		if err := r.command(&record); err != nil {
			return err
		}
		if !record.At.Before(before) {
			break
		}
	}
	if lost == first {
		return nil
	}
	l.lost.Store(lost)
	l.records.Drop(l.commands.At(int(lost) - 1).ref)
	l.commands.Drop(int(lost) - 1)
	if lost-l.swept > end-lost {
		l.sweepKeys(int(lost), int(end))
	}
	return nil
}

// sweepKeys builds byKey anew, without the commands that are gone. Who reads the
// old one meanwhile finds the same.
func (l *log) sweepKeys(lost, end int) {
	keys := new(probe.Table)
	for n := lost; n < end; n++ {
		r := reader{data: l.records.Get(l.commands.At(n).ref)}
		keys.Add(maphash.Bytes(l.seed, r.bytes()), n)
	}
	l.byKey.Store(keys)
	l.swept = int64(lost)
}

// reader takes the fields of a record apart in the order of their writing.
type reader struct {
	data   []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if r.failed || n < 0 || n > len(r.data) {
		r.failed = true
		return nil
	}
	part := r.data[:n]
	r.data = r.data[n:]
	return part
}

func (r *reader) text() string { return string(r.bytes()) }

func (r *reader) bytes() []byte {
	n, size := binary.Uvarint(r.data)
	if size <= 0 || n > uint64(len(r.data)) {
		r.failed = true
		return nil
	}
	r.take(size)
	return r.take(int(n))
}

func (r *reader) int() int64 {
	n, size := binary.Varint(r.data)
	if size <= 0 {
		r.failed = true
		return 0
	}
	r.take(size)
	return n
}

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(r.data)
	if size <= 0 {
		r.failed = true
		return 0
	}
	r.data = r.data[size:]
	return n
}

func (r *reader) uuid() (id [16]byte) {
	copy(id[:], r.take(16))
	return id
}
