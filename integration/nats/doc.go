// Package nats publishes the outbox to NATS JetStream, and takes events from there.
//
// [Publisher] is an outbox.Publisher. An event goes to the subject
// prefix.tenant.name (`tandem.acme.sales.order.confirmed`) as a CloudEvent in the
// structured mode of the NATS protocol binding: the whole event is the message's
// JSON, so that it can be kept, forwarded and read without its headers. The
// message id, Nats-Msg-Id, is the event's identity, with the tenant before it:
// within the stream's duplicate window JetStream keeps one copy of what is sent
// again. Beyond the window, and where a message is delivered again, [Handle] has the
// effect once by work.Once.
//
// The stream is the host's: it should have three replicas, file storage, the
// subjects prefix.>, and a duplicate window that is longer than a relay is likely to
// be away (the default is two minutes). The relay sends the events of an aggregate
// one after the other, each when JetStream has acknowledged the one before it, and
// those of different aggregates all at once, so that the stream has them in order.
// A consumer that needs them in order takes one message at a time (MaxAckPending 1).
//
// Source: CloudEvents 1.0.2 and its NATS protocol binding.
package nats
