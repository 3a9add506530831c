// Package outbox publishes the events of a store's outbox to a message bus.
//
// Processes append their events to the outbox in the Update that makes the change
// (package work), so that there is an event for each change and none without one. A
// [Relay] reads the outbox of a tenant behind that, and hands it to a [Publisher]:
// the one of integration/nats for JetStream, or a few lines of a host's own. Any
// number of processes may run a relay of one name; they share the work by leases on
// the outbox's 16 lanes. Relays of different names are independent.
//
// # What is guaranteed
//
//   - At least once: every event that was committed is published, until the bus has
//     acknowledged it or it is a dead letter. None is published without its commit.
//   - In order for each aggregate: no relay sends an event before the bus has
//     acknowledged the one before it, so that the first copies of an aggregate's events
//     reach the bus in the order of their sequence, whichever process sent them, also
//     when one was stopped for longer than its lease and goes on.
//   - Repetitions: when a process dies, loses its lease or does not hear the answer,
//     events are published again, and a repetition may come late. A consumer has each
//     effect once by work.Once; the identity of the event, which is the id of the
//     message, serves buses that know repetitions themselves.
//   - An event that cannot be published blocks nobody but its aggregate: after a
//     bounded number of tries (see [Retry]) it is a dead letter, others flow, and what
//     follows it in its aggregate waits in the outbox until [Relay.Replay] or
//     [Relay.Skip]. While the bus takes nothing at all, tries do not count.
//
// # What is not
//
// There is no order among aggregates. A bus may change the order on its own way
// behind the acknowledgement: consumers that need it ask the bus for it (one
// unacknowledged message at a time, or one worker for each aggregate). Tries and
// pauses are kept in memory: after a restart they begin anew. A relay begins with
// the first event that the outbox still has; who forgets events makes sure that
// every relay has had them.
package outbox
