package nats_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/tandem-go/tandem"
	bus "github.com/tandem-go/tandem/integration/nats"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// startServer starts a JetStream server for the example; yours runs elsewhere.
func startServer() (url string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "jetstream")
	if err != nil {
		return "", nil, err
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true})
	if err != nil {
		return "", nil, err
	}
	s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		return "", nil, fmt.Errorf("the server is not ready: %w", tandem.ErrUnsupported)
	}
	return s.ClientURL(), func() { s.Shutdown(); s.WaitForShutdown(); _ = os.RemoveAll(dir) }, nil
}

// Events go from the outbox to a stream, and from there, once, to the CRM of another
// process.
func Example() {
	if err := example(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 2 events published
	// the CRM hears of sales_order/00000000-0000-0000-0000-000000000001/1 on tandem.acme.sales.order.placed: true
	// the CRM hears of sales_order/00000000-0000-0000-0000-000000000001/2 on tandem.acme.sales.order.confirmed: true
}

func example(ctx context.Context) error {
	url, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()
	conn, err := nats.Connect(url)
	if err != nil {
		return err
	}
	defer conn.Close()
	js, err := jetstream.New(conn, jetstream.WithPublishAsyncTimeout(5*time.Second))
	if err != nil {
		return err
	}
	stream, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{"tandem.>"}}) // in earnest: Replicas: 3
	if err != nil {
		return err
	}

	db := memory.Open()
	order := [16]byte{15: 1}
	err = db.Update(ctx, func(ctx context.Context, b *store.Bundle) error { // as processes do, beside the change
		return b.Outbox().Append(ctx, work.Event{Name: "sales.order.placed", Kind: "sales_order", ID: order, Sequence: 1},
			work.Event{Name: "sales.order.confirmed", Kind: "sales_order", ID: order, Sequence: 2})
	})
	if err != nil {
		return err
	}
	publisher, err := bus.New(js, bus.Config{Tenant: "acme", Stream: "EVENTS"})
	if err != nil {
		return err
	}
	relay, err := outbox.New(db, publisher, outbox.Config{Name: "jetstream", Owner: "process 1"})
	if err != nil {
		return err
	}
	n, err := relay.RunOnce(ctx) // a program calls Run, which goes on until ctx ends
	if err != nil {
		return err
	}
	fmt.Println(n, "events published")

	consumer, err := stream.CreateConsumer(ctx, jetstream.ConsumerConfig{Durable: "crm", MaxAckPending: 1})
	if err != nil {
		return err
	}
	hear := func(_ context.Context, _ *store.Bundle, e *work.Event) error { return nil }
	crm := work.Consumer[*store.Bundle]{Name: "crm", Handlers: map[string]work.Handler[*store.Bundle]{
		"sales.order.placed": hear, "sales.order.confirmed": hear}}
	for range n {
		msg, err := consumer.Next()
		if err != nil {
			return err
		}
		event, _, err := bus.Decode(msg)
		if err != nil {
			return err
		}
		ran, err := bus.Handle(ctx, db, crm, msg)
		if err != nil {
			return err
		}
		fmt.Printf("the CRM hears of %s on %s: %t\n", event.Identity(), msg.Subject(), ran)
	}
	return nil
}
