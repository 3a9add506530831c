package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/work"
)

// Decode reads the event of a message that a [Publisher] sent, and the source that
// it is of. The error matches [tandem.ErrInvalid].
func Decode(msg jetstream.Msg) (event work.Event, source string, err error) {
	if got := msg.Headers().Get("Content-Type"); got != outbox.CloudEventType {
		return work.Event{}, "", fmt.Errorf("nats: a message of type %q: %w", got, tandem.ErrInvalid)
	}
	return outbox.DecodeCloudEvent(msg.Data())
}

// redelivery is how long a message rests that could not be handled.
const redelivery = time.Second

// Handle runs the consumer's handler for the event of a message once, in an Update
// of its own, whatever is delivered again (see work.Once), and answers the message:
// acknowledged when the effect is committed or was there before; to be delivered
// again in a second when the handler or the store fails; ended for good when it is no
// event. ran tells whether the handler took effect now. An event without a handler
// is acknowledged. The error joins that of the answer: without it the message comes
// again.
func Handle[R work.Repos](ctx context.Context, store work.Store[R], consumer work.Consumer[R], msg jetstream.Msg) (ran bool, err error) {
	event, _, err := Decode(msg)
	if err != nil {
		return false, errors.Join(err, msg.TermWithReason("no CloudEvent of an outbox"))
	}
	handle, ok := consumer.Handlers[event.Name]
	if !ok {
		return false, msg.Ack()
	}
	ran, err = work.Once(ctx, store, consumer.Name, &event, func(ctx context.Context, r R) error { return handle(ctx, r, &event) })
	if err != nil {
		return false, errors.Join(&work.DeliveryError{Consumer: consumer.Name, Event: event.Identity(), Name: event.Name, Err: err}, msg.NakWithDelay(redelivery))
	}
	return ran, msg.Ack()
}
