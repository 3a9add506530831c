package main

import (
	"context"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/work"
)

// Publisher is an outbox.Publisher to whatever Watermill publishes to: Kafka, AMQP,
// SQL, Go channels. The topic is the event's name behind a prefix, the message its
// CloudEvent, the message's UUID the event's identity. Watermill's Publish returns
// when the bus has the message, as far as the bus behind it promises that; a consumer
// has each effect once by work.Once.
type Publisher struct {
	To     message.Publisher
	Prefix string // of topics
	Source string // of the CloudEvents
}

var _ outbox.Publisher = Publisher{}

// Publish sends one event after the other.
func (p Publisher) Publish(ctx context.Context, events []work.Event) []error {
	errs := make([]error, len(events))
	for i := range events {
		if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i] = p.To.Publish(p.Prefix+events[i].Name, p.message(ctx, &events[i]))
		}
	}
	return errs
}

func (p Publisher) message(ctx context.Context, event *work.Event) *message.Message {
	m := message.NewMessage(event.Identity(), outbox.CloudEvent(event, p.Source))
	m.Metadata.Set("content-type", outbox.CloudEventType)
	m.Metadata.Set("partitionkey", string(event.Kind)+"/"+string(tandem.AppendUUID(nil, event.ID))) // for brokers that keep the order of a key
	m.SetContext(ctx)
	return m
}

// handle gives a Watermill handler that has the effect of each event once.
func handle[R work.Repos](store work.Store[R], consumer string, fn work.Handler[R]) message.NoPublishHandlerFunc {
	return func(m *message.Message) error {
		event, _, err := outbox.DecodeCloudEvent(m.Payload)
		if err != nil {
			return err
		}
		_, err = work.Once(m.Context(), store, consumer, &event, func(ctx context.Context, r R) error { return fn(ctx, r, &event) })
		return err
	}
}
