package books

import (
	"context"
	"errors"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// courier hands out the events while the story goes on. What they say ends up the same, whenever it is said; who reads
// it lets the courier finish first. It begins anew with every process: what was had and is still there is passed over,
// since [work.Once] keeps a record of it.
type courier struct {
	events  *work.Dispatcher[*store.Bundle]
	store   work.Store[*store.Bundle]
	repeats time.Duration
	back    chan error // of the round that is under way; nil: none is
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
	if err := c.deliver(ctx); err != nil {
		return err
	}
	if f, ok := c.store.(work.EventForgetter); ok { // nobody else listens
		if err := f.ForgetEvents(ctx, c.events.Position()); err != nil && !errors.Is(err, tandem.ErrUnsupported) {
			return err
		}
	}
	f, ok := c.store.(work.CommandForgetter)
	if !ok || c.repeats == 0 {
		return nil
	}
	if err := f.ForgetCommands(ctx, now.Add(-c.repeats)); err != nil && !errors.Is(err, tandem.ErrUnsupported) {
		return err
	}
	return nil
}

// deliver hands out all that there is. What got no reply is handed out again, as resend does: [work.Once] knows it.
func (c *courier) deliver(ctx context.Context) error {
	for n := 1; ; n++ {
		before := c.events.Position()
		_, err := c.events.Deliver(ctx)
		if c.events.Position() > before {
			n = 1
		}
		if n == sends || !errors.Is(err, tandem.ErrUnknown) {
			return err
		}
	}
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

// Leave waits until nothing that the books have begun on their own is under way: then the store may be closed. It is
// needed where a telling has ended with an error.
func (b *Books) Leave() {
	if b.courier.back != nil {
		<-b.courier.back
		b.courier.back = nil
	}
	b.months.reading.Wait()
}
