package outbox

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem/integration/work"
)

// Publisher hands events to a bus.
type Publisher interface {
	// Publish sends events and waits until the bus has each of them for good, or does
	// not: it gives one error for each event, in their order, nil where the bus has
	// acknowledged it. A nil slice says that all are acknowledged. No two events of
	// one call are of the same aggregate, so that a publisher may send them in any
	// order and all at once; the next event of an aggregate is given when the one
	// before it was acknowledged. An error that matches [ErrRefused] says that the bus
	// will never take this event; any other, that it may.
	//
	// When ctx ends, Publish returns soon, with an error for every event of which it
	// does not know.
	Publish(ctx context.Context, events []work.Event) []error
}

// PublisherFunc is a function that is a [Publisher].
type PublisherFunc func(ctx context.Context, events []work.Event) []error

// Publish calls the function.
func (f PublisherFunc) Publish(ctx context.Context, events []work.Event) []error {
	return f(ctx, events)
}

// ErrRefused is what a publisher's error matches when the bus has an objection to
// the event itself: it is too large, its name is no subject, its schema is not
// accepted. A bus that is away, full or slow does not refuse.
var ErrRefused = errors.New("outbox: the bus refuses the event")
