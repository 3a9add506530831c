package sqlstore

import (
	"context"
	"errors"
	"sync"
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
	list   []statement
	answer chan error
}

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

// read waits until its statements have run, also where its context ends meanwhile:
// they fill what is the caller's.
func (g *gatherer) read(ctx context.Context, list []statement) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &reading{list, make(chan error, 1)}
	select {
	case g.queue <- r:
	case <-g.closed:
		return errClosed
	}
	select {
	case err := <-r.answer:
		return err
	case <-g.closed:
		g.done.Wait()
		select {
		case err := <-r.answer:
			return err
		default:
			return errClosed
		}
	}
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

// flush reads for a group. Behind a statement that fails none is run: its reading has
// the error, and those behind it are read again.
func (g *gatherer) flush(group []*reading) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTime)
	defer cancel()
	w, err := g.db.engine.acquire(ctx, false)
	if err != nil {
		answer(group, g.db.engine.fault(err, false))
		return
	}
	defer w.release()
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

func answer(group []*reading, err error) {
	for _, r := range group {
		r.answer <- err
	}
}
