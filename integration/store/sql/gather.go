package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// gatherer sends the reads that are wanted at the same time in one round trip, where
// Updates read without a transaction of their own: each statement sees what is
// committed when it runs, whoever else's stand beside it.
type gatherer struct {
	db     *DB
	queue  chan *reading
	once   sync.Once
	closed chan struct{}
	done   sync.WaitGroup
}

// reading is the reads of one Update, which waits for them.
type reading struct {
	claim
	ctx    context.Context
	list   []statement
	answer chan error
}

// claim is taken once: by who does what is asked for, which then answers, or by who
// asked and does not want it any more.
type claim struct{ taken atomic.Bool }

func (c *claim) take() bool { return c.taken.CompareAndSwap(false, true) }

const (
	gatherers      = 2   // round trips under way at once
	readsGathered  = 512 // statements of one round trip
	readingsQueued = 1024
)

func newGatherer(db *DB) *gatherer {
	g := &gatherer{db: db, queue: make(chan *reading, readingsQueued), closed: make(chan struct{})}
	for range gatherers {
		g.done.Go(g.run)
	}
	return g
}

func (g *gatherer) close() {
	g.once.Do(func() { close(g.closed) })
	g.done.Wait()
}

// read waits for its statements, which fill what is the caller's: when its context ends
// it withdraws them, or, where they are under way, waits for their end.
func (g *gatherer) read(ctx context.Context, list []statement) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &reading{ctx: ctx, list: list, answer: make(chan error, 1)}
	select {
	case g.queue <- r:
	case <-g.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-r.answer:
		return err
	case <-g.closed:
		if r.take() {
			return ErrClosed
		}
	case <-ctx.Done():
		if r.take() {
			return ctx.Err()
		}
	}
	err := <-r.answer
	if ended := ctx.Err(); err != nil && ended != nil {
		return ended
	}
	return err
}

func (g *gatherer) run() {
	var group []*reading
	for {
		group = group[:0]
		select {
		case r := <-g.queue:
			group = append(group, r)
		case <-g.closed:
			return
		}
		for n := len(group[0].list); n < readsGathered; {
			select {
			case r := <-g.queue:
				group, n = append(group, r), n+len(r.list)
				continue
			default:
			}
			break
		}
		g.flush(group)
	}
}

// flush reads for a group, as soon as there is a connection. Behind a statement that
// fails none is run: its reading has the error, and those behind it are read again.
func (g *gatherer) flush(group []*reading) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTime)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			answer(group, fmt.Errorf("sqlstore: reading panicked: %v", cause))
		}
	}()
	w, err := g.db.engine.acquire(ctx, false)
	if err != nil {
		answer(group, g.db.engine.fault(err, false))
		return
	}
	defer w.release()
	group = slices.DeleteFunc(group, func(r *reading) bool { return !r.take() })
	defer whenAllEnd(group, cancel)()
	for len(group) > 0 {
		var all []statement
		for _, r := range group {
			all = append(all, r.list...)
		}
		err := w.roundTrip(ctx, all)
		var f *failure
		if !errors.As(err, &f) {
			answer(group, g.db.engine.fault(err, false))
			return
		}
		at := 0
		for i, r := range group {
			if at += len(r.list); f.at < at {
				answer(group[:i], nil)
				answer(group[i:i+1], g.db.engine.fault(f.err, false))
				group = group[i+1:]
				break
			}
		}
	}
}

// whenAllEnd cancels the reads of a group when nobody waits for them any more.
func whenAllEnd(group []*reading, cancel func()) (stop func()) {
	var left atomic.Int64
	left.Store(int64(len(group)))
	stops := make([]func() bool, len(group))
	for i, r := range group {
		stops[i] = context.AfterFunc(r.ctx, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		})
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// answer tells each what came of it, once.
func answer(group []*reading, err error) {
	for _, r := range group {
		select {
		case r.answer <- err:
		default: // it has been told
		}
	}
}
