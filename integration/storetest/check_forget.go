package storetest

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// commandForget applies to stores that are a work.CommandForgetter on an engine
// that can forget. Commands are recorded in the order of their times.
func commandForget[R Repos](e *env[R]) {
	f, ok := e.store.(work.CommandForgetter)
	if !ok || errors.Is(f.ForgetCommands(e.ctx, tandem.Instant{}), tandem.ErrUnsupported) {
		return
	}
	const many, atOnce = 600, 60
	other := e.open("other")
	for _, s := range []work.Store[R]{e.store, other} {
		for first := 0; first < many; first += atOnce {
			e.must(s.Update(e.ctx, func(ctx context.Context, r R) error {
				for n := first; n < first+atOnce; n++ {
					if err := r.Commands().Record(ctx, command(n)); err != nil {
						return err
					}
				}
				return nil
			}), "recording")
		}
	}
	gone := 0
	for _, n := range []int{0, 1, 300, 299, 511, many} { // what is gone stays gone
		e.must(f.ForgetCommands(e.ctx, at(n)), "forgetting %d commands", n)
		gone = max(gone, n)
		e.view("looking commands up", func(ctx context.Context, r R) error {
			for n := range many {
				switch record, found, err := r.Commands().Lookup(ctx, command(n).Key); {
				case err != nil:
					return err
				case found != (n >= gone), found && !same(record, command(n)):
					e.fail("with %d forgotten, command %d is found: %t, as %+v", gone, n, found, record)
					return nil
				}
			}
			return nil
		})
	}
	e.update("recording a forgotten key again", func(ctx context.Context, r R) error { return r.Commands().Record(ctx, command(7)) })
	if n := e.kept(e.store, many); n != 1 {
		e.fail("%d commands are found, want the one that was recorded again", n)
	}
	if n := e.kept(other, many); n != many {
		e.fail("another tenant has %d commands left, want %d", n, many)
	}
}

// kept counts the commands below n that are found.
func (e *env[R]) kept(s work.Store[R], n int) (found int) {
	e.must(s.View(e.ctx, func(ctx context.Context, r R) error {
		for n := range n {
			_, ok, err := r.Commands().Lookup(ctx, command(n).Key)
			if err != nil {
				return err
			}
			if ok {
				found++
			}
		}
		return nil
	}), "looking commands up")
	return found
}
