package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tandem-go/tandem"
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
