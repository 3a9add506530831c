package books

import (
	"context"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// repeats is how long a command may be sent again.
const repeats = 7 * 24 * time.Hour

// courier hands out the events while the story goes on. What they say ends up the same, whenever it is said; who reads
// it lets the courier finish first.
type courier struct {
	events *work.Dispatcher[*store.Bundle]
	store  *store.Store
	back   chan error // of the round that is under way; nil: none is
}

// start begins a round, unless one is still under way.
func (c *courier) start(ctx context.Context, now tandem.Instant) error {
	if c.back != nil {
		select {
		case err := <-c.back:
			c.back = nil
			if err != nil {
				return err
			}
		default:
			return nil
		}
	}
	back := make(chan error, 1)
	c.back = back
	go func() { back <- c.round(ctx, now) }()
	return nil
}

func (c *courier) round(ctx context.Context, now tandem.Instant) error {
	if _, err := c.events.Deliver(ctx); err != nil {
		return err
	}
	if err := c.store.ForgetEvents(ctx, c.events.Position()); err != nil { // nobody else listens
		return err
	}
	return c.store.ForgetCommands(ctx, now.Add(-repeats))
}

// finish hands out all that there is.
func (c *courier) finish(ctx context.Context, now tandem.Instant) error {
	if c.back != nil {
		err := <-c.back
		c.back = nil
		if err != nil {
			return err
		}
	}
	return c.round(ctx, now)
}
