// Watermill publishes the outbox through Watermill, here to Go channels, and takes the
// events from there: a host that has Watermill already needs publisher.go and no more.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"

	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run has two orders in the outbox, and lets them reach a consumer; twice, as by a
// second relay, so that one sees that the effect is there once.
func run(ctx context.Context, out io.Writer) error {
	db := memory.Open()
	order := func(n byte, sequence int64) work.Event {
		return work.Event{Name: "sales.order.confirmed", Kind: "sales_order", ID: [16]byte{15: n}, Sequence: sequence, Payload: []byte(`{"net":"78.00 GBP"}`)}
	}
	err := db.Update(ctx, func(ctx context.Context, b *store.Bundle) error { // a process does this beside its change
		return b.Outbox().Append(ctx, order(1, 1), order(1, 2), order(2, 1))
	})
	if err != nil {
		return err
	}
	bus := gochannel.NewGoChannel(gochannel.Config{BlockPublishUntilSubscriberAck: true}, watermill.NopLogger{})
	defer func() { _ = bus.Close() }()
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NopLogger{})
	if err != nil {
		return err
	}
	effects := 0
	router.AddConsumerHandler("crm", "erp.sales.order.confirmed", bus, handle(db, "crm", func(_ context.Context, _ *store.Bundle, e *work.Event) error {
		effects++
		_, err := fmt.Fprintln(out, "the CRM hears of", e.Identity())
		return err
	}))
	running := make(chan error, 1)
	go func() { running <- router.Run(ctx) }()
	<-router.Running()
	for _, name := range []string{"first", "second"} {
		relay, err := outbox.New(db, Publisher{To: bus, Prefix: "erp.", Source: "/tandem/acme"}, outbox.Config{Name: name, Owner: "process 1"})
		if err != nil {
			return err
		}
		n, err := relay.RunOnce(ctx) // a program calls Run
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, "the", name, "relay has published", n, "events;", effects, "effects"); err != nil {
			return err
		}
	}
	if err := router.Close(); err != nil {
		return err
	}
	return <-running
}
