package work

import (
	"context"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
)

// Once runs fn in an Update of its own unless this consumer has had this event
// before, and records that it has in the same Update: at-least-once delivery
// becomes exactly-once effect. ran is false for a repetition.
func Once[R Repos](ctx context.Context, store Store[R], consumer string, event *Event,
	fn func(ctx context.Context, r R) error) (ran bool, err error) {
	key := onceKey(consumer, event)
	err = store.Update(ctx, func(ctx context.Context, r R) error {
		ran = false
		_, found, err := r.Commands().Lookup(ctx, key)
		if err != nil || found {
			return err
		}
		if err := fn(ctx, r); err != nil {
			return err
		}
		ran = true
		return r.Commands().Record(ctx, CommandRecord{Key: key, Name: "once", Actor: consumer, At: event.At})
	})
	return ran && err == nil, err
}

// onceKey begins with a character that no command key has, so that no client can
// use a consumer's key up.
func onceKey(consumer string, event *Event) string {
	return "\x1fonce/" + consumer + "/" + event.Identity()
}

// Handler is a consumer's reaction to one event, inside the consumer's own
// unit of work.
type Handler[R Repos] func(ctx context.Context, r R, event *Event) error

// Consumer is a named listener. Handlers has the event names that it wants;
// other events pass it by.
type Consumer[R Repos] struct {
	Name     string
	Handlers map[string]Handler[R]
}

// Dispatcher delivers a tenant's events to consumers in process, without a bus:
// in the order of commits, to the consumers in the order in which they were
// given, each through [Once] in a transaction of its own. It is for one
// goroutine; several dispatchers on one store are safe, since Once decides.
type Dispatcher[R Repos] struct {
	store     Store[R]
	consumers []Consumer[R]
	position  int64
}

// NewDispatcher checks the consumers and wraps the store in [Retry].
func NewDispatcher[R Repos](store Store[R], consumers ...Consumer[R]) (*Dispatcher[R], error) {
	var c tandem.Check
	c.Require(store != nil, "store_missing", "store", "must be given")
	seen := map[string]bool{}
	for i, consumer := range consumers {
		path := tandem.Path("consumers", i)
		c.Require(consumer.Name != "" && len(consumer.Name) <= 64, "consumer_name", path+".name", "must be 1 to 64 bytes")
		c.Require(!seen[consumer.Name], "consumer_duplicate", path+".name", "names must differ")
		c.Require(len(consumer.Handlers) > 0, "consumer_empty", path+".handlers", "must handle something")
		for name, handler := range consumer.Handlers {
			c.Require(handler != nil, "handler_missing", path+".handlers["+name+"]", "must be given")
		}
		seen[consumer.Name] = true
	}
	if err := c.Err("dispatcher"); err != nil {
		return nil, err
	}
	return &Dispatcher[R]{store: Retry(store, RetryPolicy{}), consumers: slices.Clone(consumers)}, nil
}

// DeliveryError says which consumer failed at which event. It unwraps to the
// consumer's error.
type DeliveryError struct {
	Consumer string
	Event    string // identity
	Name     string
	Err      error
}

func (e *DeliveryError) Error() string {
	return fmt.Sprintf("consumer %s, event %s (%s): %v", e.Consumer, e.Event, e.Name, e.Err)
}

// Unwrap gives the consumer's error.
func (e *DeliveryError) Unwrap() error { return e.Err }

const dispatchPage = 256

// Position gives the position of the last event that was delivered, 0 for none.
func (d *Dispatcher[R]) Position() int64 { return d.position }

// StartAfter makes the next [Dispatcher.Deliver] begin behind a position, as an
// earlier dispatcher of the same consumers gave it. Without it a dispatcher begins
// with the first event that is kept, and [Once] passes over those that were had:
// where command records are forgotten ([CommandForgetter]), keep the position.
func (d *Dispatcher[R]) StartAfter(position int64) { d.position = max(position, 0) }

// Deliver hands every committed event that this dispatcher has not delivered
// yet to the consumers, events that the consumers themselves record included,
// and gives the number of effects. It stops at the first error; the next call
// begins with the same event.
func (d *Dispatcher[R]) Deliver(ctx context.Context) (effects int, err error) {
	for {
		var page []Event
		err := d.store.View(ctx, func(ctx context.Context, r R) error {
			var err error
			page, err = r.Outbox().Read(ctx, d.position, dispatchPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return effects, err
		}
		for i := range page {
			n, err := d.deliver(ctx, &page[i])
			effects += n
			if err != nil {
				return effects, err
			}
			d.position = page[i].Position
		}
	}
}

func (d *Dispatcher[R]) deliver(ctx context.Context, event *Event) (effects int, err error) {
	for _, consumer := range d.consumers {
		handle, ok := consumer.Handlers[event.Name]
		if !ok {
			continue
		}
		ran, err := Once(ctx, d.store, consumer.Name, event, func(ctx context.Context, r R) error {
			return handle(ctx, r, event)
		})
		if err != nil {
			return effects, &DeliveryError{consumer.Name, event.Identity(), event.Name, err}
		}
		if ran {
			effects++
		}
	}
	return effects, nil
}
