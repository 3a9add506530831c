package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// committer gathers the batches of a tenant that are ready at the same time into one
// commit. It decides about each in the order of their coming, on what it has locked: what
// one is refused for touches no other. Where the engine refuses the whole, for a unique
// index say, each is committed by itself. While the commit of a tenant is under way its
// next batches wait for it, and those of other tenants do not.
type committer struct {
	db     *DB
	most   int
	alone  time.Duration // for a row that a batch waits for which is committed by itself
	queue  chan *member
	ready  atomic.Int64 // batches that wait for their commit to begin
	idle   chan string  // tenants whose commit is done
	once   sync.Once
	closed chan struct{}
	done   chan struct{}
}

// member is a batch that waits for its commit.
type member struct {
	claim
	ctx    context.Context
	t      *tx
	batch  *store.Batch
	answer chan error
}

func newCommitter(db *DB, most int) *committer {
	c := &committer{db: db, most: most, alone: aloneLock, queue: make(chan *member, most), idle: make(chan string, tenantsAtOnce),
		closed: make(chan struct{}), done: make(chan struct{})}
	go c.run()
	return c
}

// close ends the committer, when it is done with what it has.
func (c *committer) close() {
	c.once.Do(func() { close(c.closed) })
	<-c.done
}

// commit hands a batch in and waits. When its context ends it withdraws the batch, or,
// where its commit is under way, waits for the outcome.
func (c *committer) commit(ctx context.Context, t *tx, batch *store.Batch) error {
	m := &member{ctx: ctx, t: t, batch: batch, answer: make(chan error, 1)}
	select {
	case c.queue <- m:
	case <-c.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-m.answer:
		return err
	case <-ctx.Done():
		if m.take() {
			return ctx.Err()
		}
	case <-c.done:
		if m.take() {
			return ErrClosed
		}
	}
	return <-m.answer
}

const (
	tenantsAtOnce = 16              // commits under way
	aloneAtOnce   = 2               // of the batches of a group that failed
	groupTime     = time.Minute     // for a transaction that is nobody's own, and for a group and its batches alone
	groupLock     = time.Second     // for a row that a group waits for, before each goes alone
	aloneLock     = 5 * time.Second // for a row that one alone waits for
)

// run gives each tenant its commits, one after the other.
func (c *committer) run() {
	defer close(c.done)
	waiting := map[string][]*member{}
	busy := map[string]bool{}
	var turns []string // tenants that wait and are not busy
	closed := c.closed
	add := func(m *member) {
		of := m.t.tenant
		if len(waiting[of]) == 0 && !busy[of] {
			turns = append(turns, of)
		}
		if n := len(waiting[of]); n > 0 && n%c.most == 0 {
			waiting[of] = slices.DeleteFunc(waiting[of], func(m *member) bool { return m.taken.Load() }) // withdrawn
			c.ready.Add(int64(len(waiting[of]) - n))
		}
		waiting[of] = append(waiting[of], m)
		c.ready.Add(1)
	}
	for {
		select {
		case m := <-c.queue:
			add(m)
		case of := <-c.idle:
			delete(busy, of)
			if len(waiting[of]) > 0 {
				turns = append(turns, of)
			}
		case <-closed:
			closed = nil
		}
		for more := true; more; { // who is ready at the same time
			select {
			case m := <-c.queue:
				add(m)
			default:
				more = false
			}
		}
		if closed == nil { // who waits is told when the last commit is done
			if len(busy) == 0 {
				return
			}
			continue
		}
		for len(turns) > 0 && len(busy) < tenantsAtOnce {
			of := turns[0]
			turns = turns[1:]
			n := min(len(waiting[of]), c.most)
			part := slices.Clone(waiting[of][:n])
			if waiting[of] = slices.Delete(waiting[of], 0, n); len(waiting[of]) == 0 {
				delete(waiting, of)
			}
			busy[of] = true
			c.ready.Add(int64(-n))
			go func() {
				c.flush(part)
				c.idle <- of
			}()
		}
	}
}

// flush commits what a tenant has ready.
func (c *committer) flush(part []*member) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTime)
	defer cancel()
	if len(part) == 1 {
		if part[0].take() {
			c.single(ctx, part[0])
		}
		return
	}
	c.together(ctx, part)
}

var errHeld = errors.New("a row that another transaction holds was not free in time")

// single commits a batch by itself, if its group has time left.
func (c *committer) single(group context.Context, m *member) {
	if group.Err() != nil {
		m.answer <- &RaceError{errHeld}
		return
	}
	ctx, cancel := context.WithTimeout(m.ctx, groupTime)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			m.t.Rollback()
			m.answer <- panicked(m.batch, cause)
		}
	}()
	err := m.ctx.Err()
	if err == nil {
		err = m.t.commitAlone(ctx, m.batch, waitsFor(c.alone))
	}
	m.answer <- err
}

// waitsFor bounds how long a transaction waits for a row that another one holds.
func waitsFor(most time.Duration) statement {
	return statement{text: "SET LOCAL lock_timeout = " + strconv.FormatInt(most.Milliseconds(), 10)}
}

// panicked names the kind whose Encode panics.
func panicked(batch *store.Batch, cause any) error {
	of := "batch"
	for i := range batch.Puts {
		p := &batch.Puts[i]
		func() {
			defer func() {
				if again := recover(); again != nil {
					of = p.Kind.Name
				}
			}()
			_, _ = p.Kind.Encode(p.Value)
			_ = p.Kind.Values(nil, p.Value)
		}()
	}
	return fmt.Errorf("sqlstore: encoding a %s panicked: %v", of, cause)
}

// together commits what is accepted of several batches of a tenant.
func (c *committer) together(ctx context.Context, group []*member) {
	t := &tx{db: c.db, tenant: group[0].t.tenant}
	defer t.Rollback()
	err := t.connect(ctx, true)
	group = slices.DeleteFunc(group, func(m *member) bool { return !m.take() })
	if err != nil {
		for _, m := range group {
			m.answer <- err
		}
		return
	}
	if len(group) == 0 {
		return
	}
	refusals, err := c.decided(ctx, t, group)
	if err != nil && !errors.Is(err, tandem.ErrUnknown) { // nothing happened: who is to blame is found out by each alone
		t.Rollback()
		c.each(ctx, group)
		return
	}
	for i, m := range group { // a refusal, too, is true only when those before it are committed
		m.answer <- cmp.Or(refusals[i], err)
	}
}

// decided decides about a group and commits what it accepts.
func (c *committer) decided(ctx context.Context, t *tx, group []*member) (refusals []error, err error) {
	accepted, refusals := make([]*member, 0, len(group)), make([]error, len(group))
	d, err := decide(ctx, t, group)
	if err != nil {
		return refusals, err
	}
	for i, m := range group {
		if refusals[i] = d.judge(m); refusals[i] == nil {
			accepted = append(accepted, m)
		}
	}
	list, err := d.writes(t, accepted)
	if err == nil && len(accepted) > 0 {
		err = t.finish(ctx, list)
	}
	return refusals, err
}

// each commits the batches of a group by themselves. One that waits for a row holds up
// few of the others.
func (c *committer) each(ctx context.Context, group []*member) {
	var wait sync.WaitGroup
	next := make(chan *member)
	for range min(aloneAtOnce, len(group)) {
		wait.Go(func() {
			for m := range next {
				c.single(ctx, m)
			}
		})
	}
	for _, m := range group {
		next <- m
	}
	close(next)
	wait.Wait()
}

// decision is what the group is judged on: locked, and changed by each that is accepted.
type decision struct {
	levels    map[inventory.LevelKey]inventory.Level
	touched   map[inventory.LevelKey]bool
	made      map[inventory.LevelKey]bool // rows that were not there
	revisions map[recordKey]int64
	commands  map[string]bool
}

type recordKey struct {
	kind int
	key  store.Key
}

// decide locks and reads what the batches change, the contended levels last. A level
// that has no row gets one first: what is not there cannot be locked. The levels come
// one after the other in the order of their keys, so that no two groups wait for each other.
func decide(ctx context.Context, t *tx, group []*member) (*decision, error) {
	d := &decision{levels: map[inventory.LevelKey]inventory.Level{}, touched: map[inventory.LevelKey]bool{},
		made: map[inventory.LevelKey]bool{}, revisions: map[recordKey]int64{}, commands: map[string]bool{}}
	for _, m := range group {
		for i := range m.batch.Levels {
			d.levels[m.batch.Levels[i].Key] = inventory.Level{Key: m.batch.Levels[i].Key}
		}
		for i := range m.batch.Puts {
			if p := &m.batch.Puts[i]; p.Expect > 0 {
				d.revisions[recordKey{p.Kind.Ordinal, p.Key}] = 0
			}
		}
		for i := range m.batch.Commands {
			d.commands[m.batch.Commands[i].Key] = false
		}
	}
	list := []statement{waitsFor(groupLock)}
	for _, of := range slices.SortedFunc(maps.Keys(d.revisions), func(a, b recordKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), slices.Compare(a.key[:], b.key[:]))
	}) {
		s := t.db.shelves[of.kind]
		list = append(list, statement{text: s.hold, args: t.keyArgs([]any{t.tenant}, s, &of.key), row: func(r row) (err error) {
			d.revisions[of], err = readInt(r, 0)
			return err
		}})
	}
	list = append(list, statement{text: t.db.texts.commandsTaken, args: []any{t.tenant, slices.Collect(maps.Keys(d.commands))}, row: func(r row) error {
		key, err := readText(r, 0)
		d.commands[key] = true
		return err
	}})
	for _, key := range slices.SortedFunc(maps.Keys(d.levels), inventory.LevelKey.Compare) {
		list = append(list, statement{text: t.db.texts.levelMake, args: t.levelArgs(&key), row: func(row) error {
			d.made[key] = true
			return nil
		}}, statement{text: t.db.texts.levelHold, args: t.levelArgs(&key), row: func(r row) (err error) {
			level := inventory.Level{Key: key}
			if level.OnHand, err = readInt(r, 0); err == nil {
				level.Reserved, err = readInt(r, 1)
			}
			d.levels[key] = level
			return err
		}})
	}
	return d, t.do(ctx, true, list...)
}

// judge accepts a batch and counts it in, or tells why not and changes nothing.
func (d *decision) judge(m *member) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	b := m.batch
	for i := range b.Commands {
		if d.commands[b.Commands[i].Key] {
			return &tandem.DuplicateError{Kind: "command", Index: "key", Key: b.Commands[i].Key, Raced: true}
		}
	}
	for i := range b.Puts {
		p := &b.Puts[i]
		if found := d.revisions[recordKey{p.Kind.Ordinal, p.Key}]; p.Expect > 0 && found != p.Expect {
			return &tandem.ConflictError{Kind: p.Kind.Name, Key: p.Key.String(), Want: p.Expect, Got: found}
		} else if p.Expect == 0 && found > 0 {
			return &tandem.DuplicateError{Kind: p.Kind.Name, Index: "key", Key: p.Key.String(), Raced: true}
		}
	}
	after := make([]inventory.Level, len(b.Levels)) // one for each key
	for i := range b.Levels {
		var err error
		if after[i], err = d.levels[b.Levels[i].Key].Apply(b.Levels[i]); err != nil {
			if insufficient, ok := err.(*inventory.InsufficientError); ok {
				insufficient.Raced = true
			}
			return err
		}
	}
	for i := range b.Commands {
		d.commands[b.Commands[i].Key] = true
	}
	for i := range b.Puts {
		d.revisions[recordKey{b.Puts[i].Kind.Ordinal, b.Puts[i].Key}] = b.Puts[i].Expect + 1
	}
	for i := range after {
		d.levels[after[i].Key], d.touched[after[i].Key] = after[i], true
	}
	return nil
}

// writes gives the statements of all that are accepted: new rows by the table, the
// levels as they are in the end. Of a level whose changes were all refused no row is left.
func (d *decision) writes(t *tx, accepted []*member) (list []statement, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("sqlstore: encoding panicked: %v", cause)
		}
	}()
	w := newBulk(t)
	for _, m := range accepted {
		if err := w.batch(m.batch); err != nil {
			return nil, err
		}
	}
	list = w.statements()
	for _, key := range slices.SortedFunc(maps.Keys(d.levels), inventory.LevelKey.Compare) {
		level := d.levels[key]
		switch {
		case d.touched[key]:
			list = append(list, statement{text: t.db.texts.levelIs, one: true, args: append(t.levelArgs(&key), level.OnHand, level.Reserved)})
		case d.made[key]:
			list = append(list, statement{text: t.db.texts.levelDrop, args: t.levelArgs(&key)})
		}
	}
	return list, nil
}
