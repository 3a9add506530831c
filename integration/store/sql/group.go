package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
)

// committer gathers the batches that are ready at the same time into one commit. It
// decides about each in the order of their coming, on what it has locked: what one is
// refused for touches no other. Where the engine refuses the whole, for a unique index
// say, each is committed by itself.
type committer struct {
	db     *DB
	most   int
	queue  chan *member
	once   sync.Once
	closed chan struct{}
	done   chan struct{}
}

// member is a batch that waits for its commit.
type member struct {
	ctx    context.Context
	t      *tx
	batch  *store.Batch
	answer chan error
}

func newCommitter(db *DB, most int) *committer {
	c := &committer{db: db, most: most, queue: make(chan *member, most), closed: make(chan struct{}), done: make(chan struct{})}
	go c.run()
	return c
}

// close ends the committer, when it is done with what it has.
func (c *committer) close() {
	c.once.Do(func() { close(c.closed) })
	<-c.done
}

var errClosed = errors.New("sqlstore: the database is closed")

// commit hands a batch in and waits. Slices of the batch are the caller's again only
// when the committer has answered, so that it waits for the answer however long its
// context lasts: a member whose context has ended by then is left out.
func (c *committer) commit(ctx context.Context, t *tx, batch *store.Batch) error {
	m := &member{ctx, t, batch, make(chan error, 1)}
	select {
	case c.queue <- m:
	case <-c.closed:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-m.answer:
		return err
	case <-c.done:
		select {
		case err := <-m.answer:
			return err
		default:
			return errClosed
		}
	}
}

func (c *committer) run() {
	defer close(c.done)
	group := make([]*member, 0, c.most)
	for {
		group = group[:0]
		select {
		case m := <-c.queue:
			group = append(group, m)
		case <-c.closed:
			return
		}
		for more := true; more && len(group) < c.most; {
			select {
			case m := <-c.queue:
				group = append(group, m)
			default:
				more = false
			}
		}
		c.flush(group)
	}
}

const groupTime = time.Minute // for the transaction of a group, which is nobody's own

func (c *committer) flush(group []*member) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTime)
	defer cancel()
	for _, part := range byTenant(group) { // row-level security knows one tenant a transaction
		if len(part) == 1 {
			c.single(part[0])
			continue
		}
		c.together(ctx, part)
	}
}

func byTenant(group []*member) (parts [][]*member) {
	at := map[string]int{}
	for _, m := range group {
		i, ok := at[m.t.tenant]
		if !ok {
			i = len(parts)
			at[m.t.tenant], parts = i, append(parts, nil)
		}
		parts[i] = append(parts[i], m)
	}
	return parts
}

// single commits a batch by itself.
func (c *committer) single(m *member) {
	if err := m.ctx.Err(); err != nil {
		m.answer <- err
		return
	}
	m.answer <- m.t.commitAlone(m.ctx, m.batch)
}

// together commits what is accepted of several batches of a tenant.
func (c *committer) together(ctx context.Context, group []*member) {
	t := &tx{db: c.db, tenant: group[0].t.tenant}
	defer t.Rollback()
	d, err := decide(ctx, t, group)
	if err != nil {
		c.each(group)
		return
	}
	accepted, refusals := make([]*member, 0, len(group)), make([]error, len(group))
	for i, m := range group {
		if refusals[i] = d.judge(m); refusals[i] == nil {
			accepted = append(accepted, m)
		}
	}
	list, err := d.writes(t, accepted)
	if err == nil && len(accepted) > 0 {
		err = t.finish(ctx, list)
	}
	if err != nil && !errors.Is(err, tandem.ErrUnknown) { // nothing happened: who is to blame is found out by each alone
		t.Rollback()
		c.each(group)
		return
	}
	for i, m := range group { // a refusal, too, is true only when those before it are committed
		m.answer <- cmp.Or(refusals[i], err)
	}
}

func (c *committer) each(group []*member) {
	for _, m := range group {
		c.single(m)
	}
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
	var list []statement
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
func (d *decision) writes(t *tx, accepted []*member) ([]statement, error) {
	w := newBulk(t)
	for _, m := range accepted {
		if err := w.batch(m.batch); err != nil {
			return nil, err
		}
	}
	list := w.statements()
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
