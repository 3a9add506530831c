package memory

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// digest is the first half of a SHA-256: a key of a map without pointers.
type digest [16]byte

func digestOf(key string) digest {
	var buf [64]byte
	sum := sha256.Sum256(append(buf[:0], key...))
	return digest(sum[:16])
}

// digestOf remembers the last key: a command's is looked up first, and checked
// and written in the commit section.
func (t *tx) digestOf(key string) digest {
	if key != t.key || key == "" {
		t.key, t.keyDigest = key, digestOf(key)
	}
	return t.keyDigest
}

type seriesKey struct {
	company tandem.CompanyID
	series  string
}

// counter is a number series. Whoever draws a number holds it until the end of
// the transaction, as a database holds the row: numbers have no gap and nobody
// draws one twice. The series is the last thing that a closure reads, so it is
// held for little more than the commit.
type counter struct {
	held chan struct{} // full while a transaction holds the series; a waiting one can be called off
	last int64
	date tandem.Date // the latest that a number was drawn for
}

func (s *space) counter(key seriesKey) *counter {
	s.systemMu.RLock()
	c := s.series[key]
	s.systemMu.RUnlock()
	if c != nil {
		return c
	}
	s.systemMu.Lock()
	defer s.systemMu.Unlock()
	if c = s.series[key]; c == nil {
		c = &counter{held: make(chan struct{}, 1)}
		s.series[key] = c
	}
	return c
}

// hold takes a series for a transaction, which waits if the series comes after
// all that it holds already: who takes series in their order never waits in a
// circle. Out of order it does not wait long: that is a conflict. So is a wait
// beyond patience: whoever holds the series may be the caller's own outer Update.
func (c *counter) hold(ctx context.Context, key seriesKey, waits bool) error {
	taken := spin(func() bool {
		select {
		case c.held <- struct{}{}:
			return true
		default:
			return false
		}
	})
	switch {
	case taken:
		return nil
	case !waits:
		return &tandem.ConflictError{Kind: "number_series", Key: key.series}
	}
	patient := time.NewTimer(patience)
	defer patient.Stop()
	select {
	case c.held <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-patient.C:
		return &tandem.ConflictError{Kind: "number_series", Key: key.series}
	}
}

const patience = 5 * time.Second

func (k seriesKey) after(o seriesKey) bool {
	if c := k.company.Compare(o.company); c != 0 {
		return c > 0
	}
	return k.series > o.series
}

func (s *space) hasCommand(key digest) bool {
	s.systemMu.RLock()
	defer s.systemMu.RUnlock()
	_, ok := s.commands[key]
	return ok
}

func (s *space) command(key string, at digest, seen uint64) (work.CommandRecord, bool, error) {
	s.systemMu.RLock()
	e, ok := s.commands[at]
	s.systemMu.RUnlock()
	if !ok || e.seq > seen {
		return work.CommandRecord{}, false, nil
	}
	r := reader{data: s.records.Get(e.ref)}
	record := work.CommandRecord{Key: r.text(), Name: r.text()}
	copy(record.Digest[:], r.take(len(record.Digest)))
	record.Actor = r.text()
	record.At = tandem.InstantOfUnixMicro(r.int())
	record.Result = append([]byte(nil), r.data...)
	if r.failed || record.Key != key {
		return work.CommandRecord{}, false, fmt.Errorf("memory: damaged command record: %w", tandem.ErrInvalid)
	}
	return record, true, nil
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// writeSystem writes command records and events.
func (s *space) writeSystem(t *tx, batch *store.Batch, seq uint64) {
	if len(batch.Commands)+len(batch.Events) == 0 {
		return
	}
	s.systemMu.Lock()
	defer s.systemMu.Unlock()
	for i := range batch.Commands {
		c := &batch.Commands[i]
		b := appendText(t.scratch[:0], c.Key)
		b = appendText(b, c.Name)
		b = append(b, c.Digest[:]...)
		b = appendText(b, c.Actor)
		b = binary.AppendVarint(b, c.At.UnixMicro())
		t.scratch = append(b, c.Result...)
		s.commands[t.digestOf(c.Key)] = entry{seq, s.records.Append(t.scratch)}
	}
	for i := range batch.Events {
		e := &batch.Events[i]
		company := e.Company.Bytes()
		b := appendText(t.scratch[:0], e.Name)
		b = appendText(b, string(e.Kind))
		b = append(b, e.ID[:]...)
		b = append(b, company[:]...)
		b = binary.AppendVarint(b, e.Sequence)
		b = binary.AppendVarint(b, e.At.UnixMicro())
		b = appendText(b, e.Actor)
		b = appendText(b, e.Cause)
		t.scratch = append(b, e.Payload...)
		s.outbox = append(s.outbox, entry{seq, s.records.Append(t.scratch)})
	}
}

// events gives a page of the outbox. Commits append in their order, so that what
// a snapshot sees is a prefix.
func (s *space) events(after int64, limit int, seen uint64) ([]work.Event, error) {
	after = max(after, 0)
	s.systemMu.RLock()
	entries := s.outbox[min(after, int64(len(s.outbox))):]
	entries = entries[:min(limit, len(entries))]
	s.systemMu.RUnlock()
	var out []work.Event
	for i, e := range entries {
		if e.seq > seen {
			break
		}
		r := reader{data: s.records.Get(e.ref)}
		event := work.Event{Name: r.text(), Kind: tandem.DocumentKind(r.text()), ID: r.uuid(),
			Company: tandem.IDFromBytes[tandem.CompanyID](r.uuid()), Sequence: r.int()}
		event.At = tandem.InstantOfUnixMicro(r.int())
		event.Actor, event.Cause = r.text(), r.text()
		event.Payload = append([]byte(nil), r.data...)
		event.Position = after + int64(i) + 1
		if r.failed {
			return nil, fmt.Errorf("memory: damaged event %d: %w", event.Position, tandem.ErrInvalid)
		}
		out = append(out, event)
	}
	return out, nil
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

func (r *reader) text() string {
	n, size := binary.Uvarint(r.data)
	if size <= 0 || n > uint64(len(r.data)) {
		r.failed = true
		return ""
	}
	r.take(size)
	return string(r.take(int(n)))
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

func (r *reader) uuid() (id [16]byte) {
	copy(id[:], r.take(16))
	return id
}
