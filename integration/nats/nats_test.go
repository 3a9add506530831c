package nats_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	bus "github.com/tandem-go/tandem/integration/nats"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

func event(aggregate int, sequence int64) work.Event {
	id := tandem.DeriveID[tandem.CompanyID]("aggregate", fmt.Sprint(aggregate)).Bytes()
	return work.Event{Name: "sales.order.confirmed", Kind: "sales_order", ID: id, Sequence: sequence, At: tandem.InstantOfUnixMicro(1_795_000_000_000_000),
		Actor: "clerk", Cause: "c1", Payload: []byte(`{"order":"5f1e","net":"78.00 GBP","lines":[{"product":"mug","quantity":"12 EA"}]}`)}
}

// tally is what a stream holds, against what was committed.
type tally struct {
	messages, repeated, lost, disordered int
}

// judge counts the messages of the aggregates 0 to n−1, each with so many events.
func judge(t testing.TB, messages []jetstream.Msg, n int, each int64) (out tally) {
	next, seen := map[[16]byte]int64{}, map[string]bool{}
	for _, msg := range messages {
		e, source, err := bus.Decode(msg)
		require.NoError(t, err)
		require.Equal(t, "/tandem/acme", source)
		out.messages++
		if id := e.Identity(); seen[id] {
			out.repeated++
			continue
		} else {
			seen[id] = true
		}
		if next[e.ID]++; next[e.ID] != e.Sequence {
			out.disordered++
		}
	}
	out.lost = n*int(each) - len(seen)
	return out
}

func newPublisher(t testing.TB, c *cluster) *bus.Publisher {
	p, err := bus.New(c.js, bus.Config{Tenant: "acme", Stream: "EVENTS"})
	require.NoError(t, err)
	return p
}

// The leader of the stream is shut down in this process, as for an upgrade, and killed
// where it is a process of its own.
func TestEveryEventArrivesInOrderThoughTheLeaderIsKilled(t *testing.T) {
	for name, start := range map[string]func(testing.TB, nodeConfig) node{"shut down": inProcess, "killed": ownProcess} {
		t.Run(name, func(t *testing.T) { leaderGoes(t, newCluster(t, start)) })
	}
}

func leaderGoes(t *testing.T, c *cluster) {
	const aggregates, each, writers = 300, 40, 4
	stream := c.stream(t, jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{"tandem.>"}})
	db := memory.Open()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var mu sync.Mutex
	failures, last := 0, ""
	var relays sync.WaitGroup
	running, stop := context.WithCancel(ctx)
	defer stop()
	for n := range 2 {
		relay, err := outbox.New(db, newPublisher(t, c), outbox.Config{Name: "bus", Owner: fmt.Sprint("process ", n), Batch: 32, Lanes: 8,
			Timeout: 5 * time.Second, Poll: 5 * time.Millisecond, Report: func(err error) {
				mu.Lock()
				defer mu.Unlock()
				failures++
				last, _, _ = strings.Cut(err.Error(), "\n")
			}})
		require.NoError(t, err)
		relays.Go(func() { _ = relay.Run(running) })
	}
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range int64(each) {
				for a := w; a < aggregates; a += writers {
					if err := db.Update(ctx, func(ctx context.Context, b *store.Bundle) error { return b.Outbox().Append(ctx, event(a, i+1)) }); err != nil {
						t.Error(err)
						return
					}
				}
				time.Sleep(20 * time.Millisecond) // so that the leader falls among them
			}
		})
	}
	settled := func(position int64) bool {
		now := work.SystemClock{}.Now()
		lanes, err := db.ClaimEvents(ctx, work.EventClaim{Relay: "bus", Owner: "watcher", Now: now, Until: now.Add(time.Microsecond), Limit: 1})
		require.NoError(t, err)
		asking, cancel := context.WithTimeout(ctx, time.Second) // without a leader nobody answers
		defer cancel()
		info, err := stream.Info(asking)
		return len(lanes) == 0 && err == nil && int64(info.State.Msgs) >= position
	}
	require.Eventually(t, func() bool {
		asking, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		info, err := stream.Info(asking)
		return err == nil && info.State.Msgs > aggregates*each/4
	}, 2*time.Minute, time.Millisecond)
	leader := c.killLeader(t, stream)
	writing.Wait()
	require.Eventually(t, func() bool { return settled(aggregates * each) }, 2*time.Minute, 50*time.Millisecond)
	stop()
	relays.Wait()
	letters, err := db.DeadLetters(ctx, "bus", 0, 10)
	require.NoError(t, err)
	require.Empty(t, letters, "an outage gives no dead letters")
	got := judge(t, read(t, stream), aggregates, each)
	t.Logf("leader %s is gone; %d events committed, %d messages, %d repeated, %d lost, %d out of order; %d rounds failed, the last by: %s",
		leader, aggregates*each, got.messages, got.repeated, got.lost, got.disordered, failures, last)
	require.Equal(t, tally{messages: aggregates*each + got.repeated}, tally{got.messages, 0, got.lost, got.disordered})
	consumeAll(t, stream, aggregates*each)
}

// consumeAll takes every message twice, and counts effects.
func consumeAll(t *testing.T, stream jetstream.Stream, want int) {
	db := memory.Open()
	effects, calls := 0, 0
	consumer := work.Consumer[*store.Bundle]{Name: "counter", Handlers: map[string]work.Handler[*store.Bundle]{
		"sales.order.confirmed": func(context.Context, *store.Bundle, *work.Event) error { calls++; return nil }}}
	for range 2 {
		for _, msg := range read(t, stream) {
			ran, err := bus.Handle(t.Context(), db, consumer, msg)
			if err != nil && !errors.Is(err, jetstream.ErrMsgNoReply) && !errors.Is(err, jetstream.ErrMsgNotBound) { // ordered consumers take no answers
				require.NoError(t, err)
			}
			if ran {
				effects++
			}
		}
	}
	t.Logf("each message taken twice: %d effects", effects)
	require.Equal(t, []int{want, want}, []int{effects, calls})
}

func TestTheBusAndItsObjections(t *testing.T) {
	c := newCluster(t, inProcess)
	stream := c.stream(t, jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{"tandem.>"}, MaxMsgSize: 2000})
	p := newPublisher(t, c)
	t.Run("what is sent again is kept once", func(t *testing.T) {
		for range 3 {
			publish(t, p, event(1, 1), event(2, 1))
		}
		other, err := bus.New(c.js, bus.Config{Tenant: "other"})
		require.NoError(t, err)
		publish(t, other, event(1, 1)) // of another tenant, with the same identity
		all := read(t, stream)
		require.Len(t, all, 3)
		require.Equal(t, "tandem.acme.sales.order.confirmed", all[0].Subject())
		require.Equal(t, "tandem.other.sales.order.confirmed", all[2].Subject())
	})
	t.Run("what is too large or no subject is refused, and others go", func(t *testing.T) {
		large, name, huge := event(3, 1), event(4, 1), event(5, 1)
		large.Payload = make([]byte, 2000)
		name.Name = "sales order"
		huge.Payload = make([]byte, 2<<20) // more than the server takes
		var errs []error
		patiently(t, func(ctx context.Context) error {
			errs = p.Publish(ctx, []work.Event{large, name, huge, event(6, 1)})
			return errs[3]
		})
		for _, err := range errs[:3] {
			require.ErrorIs(t, err, outbox.ErrRefused)
		}
	})
	t.Run("no stream and no time are no refusals", func(t *testing.T) {
		nobody, err := bus.New(c.js, bus.Config{Prefix: "elsewhere"})
		require.NoError(t, err)
		errs := nobody.Publish(t.Context(), []work.Event{event(1, 1)})
		require.Error(t, errs[0])
		require.NotErrorIs(t, errs[0], outbox.ErrRefused)
		wrong, err := bus.New(c.js, bus.Config{Stream: "ORDERS"})
		require.NoError(t, err)
		require.Error(t, wrong.Publish(t.Context(), []work.Event{event(9, 1)})[0])
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, p.Publish(ended, []work.Event{event(1, 2)})[0], context.Canceled)
	})
	t.Run("a consumer answers its messages", func(t *testing.T) { answers(t, c, stream) })
}

// publish sends events until the cluster has taken all of them: what it took before is
// kept once.
func publish(t *testing.T, p *bus.Publisher, events ...work.Event) {
	t.Helper()
	patiently(t, func(ctx context.Context) error { return errors.Join(p.Publish(ctx, events)...) })
}

// answers handles messages by a consumer that takes one at a time.
func answers(t *testing.T, c *cluster, stream jetstream.Stream) {
	patiently(t, func(ctx context.Context) error { return stream.Purge(ctx) })
	p := newPublisher(t, c)
	ordered := event(20, 1)
	ordered.Name = "sales.order.placed"
	for _, e := range []work.Event{ordered, event(20, 2), event(20, 3)} {
		publish(t, p, e)
	}
	patiently(t, func(ctx context.Context) error {
		_, err := c.js.Publish(ctx, "tandem.acme.noise", []byte("noise"), jetstream.WithMsgID("noise"))
		return err
	})
	var consumer jetstream.Consumer
	patiently(t, func(ctx context.Context) (err error) {
		consumer, err = stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{Durable: "crm", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1})
		return err
	})
	db, fails := memory.Open(), 1
	var got []int64
	crm := work.Consumer[*store.Bundle]{Name: "crm", Handlers: map[string]work.Handler[*store.Bundle]{
		"sales.order.confirmed": func(_ context.Context, _ *store.Bundle, e *work.Event) error {
			if fails--; fails == 0 {
				return tandem.ErrInsufficient
			}
			got = append(got, e.Sequence)
			return nil
		}}}
	var errs []error
	for range 5 { // one passes by, one fails and comes again, one is no event
		var msg jetstream.Msg
		patiently(t, func(context.Context) (err error) { // nobody responds while the consumer has no leader
			msg, err = consumer.Next(jetstream.FetchMaxWait(20 * time.Second))
			return err
		})
		if _, err := bus.Handle(t.Context(), db, crm, msg); err != nil {
			errs = append(errs, err)
		}
	}
	require.Equal(t, []int64{2, 3}, got)
	require.Len(t, errs, 2)
	var failed *work.DeliveryError
	require.ErrorAs(t, errs[0], &failed)
	require.Equal(t, "crm", failed.Consumer)
	require.ErrorIs(t, errs[1], tandem.ErrInvalid)
	require.Eventually(t, func() bool {
		info, err := consumer.Info(t.Context())
		return err == nil && info.NumPending == 0 && info.NumAckPending == 0
	}, 20*time.Second, 10*time.Millisecond)
}

func TestAPublisherIsChecked(t *testing.T) {
	_, err := bus.New(nil, bus.Config{Prefix: "a..b", Tenant: "a.b", Window: -1})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 4)
	for _, prefix := range []string{".", "a.", "a b", "a*", "a.>", "ü", "a\n"} {
		_, err := bus.New(nil, bus.Config{Prefix: prefix})
		require.ErrorContains(t, err, "subject_prefix", "%q", prefix)
	}
}
