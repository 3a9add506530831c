package books_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// database outlives the processes that use it, and knows the key of whatever any of them wanted to write.
type database struct {
	db      *memory.DB
	forgets bool // events, as the host asks
	begins  atomic.Int64
	commits atomic.Int64
	late    sync.WaitGroup // commits that are on their way
	landed  atomic.Int64   // of them, those that the database took

	mu       sync.Mutex
	records  map[recordKey]bool
	levels   map[inventory.LevelKey]bool
	commands map[string]bool
	series   map[seriesKey]bool
}

type recordKey struct {
	kind *store.Kind
	key  store.Key
}

type seriesKey struct {
	company tandem.CompanyID
	name    string
}

func newDatabase(forgets bool) *database {
	return &database{db: memory.New(), forgets: forgets, records: map[recordKey]bool{}, levels: map[inventory.LevelKey]bool{},
		commands: map[string]bool{}, series: map[seriesKey]bool{}}
}

var errKilled = errors.New("the process was killed")

// death is when a process ends: at a transaction that it begins, or at a commit, before it or after it with the reply
// lost, or with the commit on its way, which the database sees late, when the next process is at work; all are counted
// from 1, nought is never. A process with a poor connection gets no reply to one commit of so many, and lives.
type death struct {
	begin, commit int64
	loses         bool
	late          time.Duration
	poor          int64
}

// process is one process's connection. Once it has ended nothing of it reaches the database.
type process struct {
	*database
	death  death
	begun  atomic.Int64
	closed atomic.Int64
	dead   atomic.Bool
}

func (d *database) process(death death) store.Driver {
	p := &process{database: d, death: death}
	if d.forgets {
		return forgetting{p}
	}
	return p
}

// Begin opens a transaction, if the process lives.
func (p *process) Begin(ctx context.Context, tenant string, readOnly bool) (store.Tx, error) {
	p.begins.Add(1)
	if p.begun.Add(1) == p.death.begin {
		p.dead.Store(true)
	}
	if p.dead.Load() {
		return nil, errKilled
	}
	tx, err := p.db.Begin(ctx, tenant, readOnly)
	return &transaction{tx, p}, err
}

// forgetting is a process on a database that lets go of events.
type forgetting struct{ *process }

func (f forgetting) ForgetEvents(ctx context.Context, tenant string, upTo int64) error {
	if f.dead.Load() {
		return errKilled
	}
	return f.db.ForgetEvents(ctx, tenant, upTo)
}

// ForgetCommands is never asked for: what was answered is what a story goes on by.
func (forgetting) ForgetCommands(context.Context, string, tandem.Instant) error {
	return errors.New("a story that may go on forgets a command")
}

type transaction struct {
	store.Tx
	process *process
}

func (t *transaction) Next(ctx context.Context, company tandem.CompanyID, series string, date tandem.Date) (work.Number, error) {
	t.process.mu.Lock()
	t.process.series[seriesKey{company, series}] = true
	t.process.mu.Unlock()
	return t.Tx.Next(ctx, company, series, date)
}

// Commit is where processes die.
func (t *transaction) Commit(ctx context.Context, batch *store.Batch) error {
	p := t.process
	n := p.closed.Add(1)
	last := n == p.death.commit
	if last && p.death.late > 0 && p.dead.CompareAndSwap(false, true) {
		p.note(batch)
		kept := own(batch)
		p.late.Go(func() {
			time.Sleep(p.death.late)
			if t.Tx.Commit(context.WithoutCancel(ctx), kept) == nil {
				p.landed.Add(1)
			}
		})
		return errKilled
	}
	if p.dead.Load() || last && !p.death.loses {
		p.dead.Store(true)
		t.Rollback()
		return errKilled
	}
	p.note(batch)
	err := t.Tx.Commit(ctx, batch)
	if err == nil {
		p.commits.Add(1)
	}
	if last {
		p.dead.Store(true)
		return fmt.Errorf("%w: %w", errKilled, tandem.ErrUnknown)
	}
	if err == nil && p.death.poor > 0 && n%p.death.poor == 0 {
		return fmt.Errorf("no reply: %w", tandem.ErrUnknown)
	}
	return err
}

// own copies a batch, whose memory is used again once its process has gone on.
func own(b *store.Batch) *store.Batch {
	out := &store.Batch{Puts: slices.Clone(b.Puts), Facts: slices.Clone(b.Facts), Commands: slices.Clone(b.Commands),
		Events: slices.Clone(b.Events), Levels: slices.Clone(b.Levels)}
	for i := range out.Facts {
		out.Facts[i].Values = slices.Clone(out.Facts[i].Values)
	}
	for i := range out.Commands {
		out.Commands[i].Result = slices.Clone(out.Commands[i].Result)
	}
	for i := range out.Events {
		out.Events[i].Payload = slices.Clone(out.Events[i].Payload)
	}
	return out
}

func (d *database) note(batch *store.Batch) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range batch.Puts {
		d.records[recordKey{batch.Puts[i].Kind, batch.Puts[i].Key}] = true
	}
	for i := range batch.Facts {
		d.records[recordKey{batch.Facts[i].Kind, batch.Facts[i].Key}] = true
	}
	for i := range batch.Levels {
		d.levels[batch.Levels[i].Key] = true
	}
	for i := range batch.Commands {
		d.commands[batch.Commands[i].Key] = true
	}
}

// content gives all that the database has: records with their revisions, facts, levels, what commands were answered,
// events in their order, and the next number of each series.
func (d *database) content(t *testing.T) map[string]string {
	t.Helper()
	d.late.Wait()
	ctx, out := context.Background(), map[string]string{}
	tx, err := d.db.Begin(ctx, "wholesaler", false)
	require.NoError(t, err)
	defer tx.Rollback()
	for k := range d.records {
		found := make([]store.Record, 1)
		require.NoError(t, tx.Get(ctx, k.kind, []store.Key{k.key}, found))
		if text, ok := recordText(t, k.kind, &found[0]); ok {
			out["record "+k.kind.Name+" "+k.key.String()] = text
		}
	}
	for k := range d.levels {
		found := make([]inventory.Level, 1)
		require.NoError(t, tx.Levels(ctx, []inventory.LevelKey{k}, found))
		out[fmt.Sprint("level ", k)] = fmt.Sprint(found[0].OnHand, " ", found[0].Reserved)
	}
	for k := range d.commands {
		if c, found, err := tx.Command(ctx, k); found {
			require.NoError(t, err)
			out["command "+k] = fmt.Sprintf("%s %x %s %s %s", c.Name, c.Digest, c.Result, c.Actor, c.At)
		}
	}
	for after := int64(0); ; {
		events, err := tx.Events(ctx, after, 500)
		require.NoError(t, err)
		if len(events) == 0 {
			break
		}
		for i := range events {
			e := &events[i]
			out[fmt.Sprintf("event %06d", e.Position)] = fmt.Sprint(e.Identity(), " ", e.Name, " ", e.At, " ", e.Actor, " ", e.Cause, " ", string(e.Payload))
			after = e.Position
		}
	}
	for k := range d.series {
		n, err := tx.Next(ctx, k.company, k.name, tandem.Date{})
		require.NoError(t, err)
		out["number "+k.name] = fmt.Sprint(n.Value, " ", n.LastDate)
	}
	return out
}

func recordText(t *testing.T, kind *store.Kind, r *store.Record) (string, bool) {
	t.Helper()
	if kind.Fact {
		return fmt.Sprint(r.Values), len(r.Values) > 0
	}
	if r.Value == nil {
		return "", false
	}
	data, err := kind.Encode(r.Value)
	require.NoError(t, err)
	return fmt.Sprint(r.Revision, " ", string(data)), true
}
