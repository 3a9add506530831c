package outbox_test

import (
	"context"
	"fmt"

	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// A relay publishes what is in the outbox. The bus refuses one event: it becomes a
// dead letter, what follows it in its order waits, and other orders go on.
func Example() {
	ctx, db := context.Background(), memory.Open()
	order := func(n byte, sequence int64, name string) work.Event {
		return work.Event{Name: name, Kind: "sales_order", ID: [16]byte{15: n}, Sequence: sequence}
	}
	err := db.Update(ctx, func(ctx context.Context, b *store.Bundle) error { // as processes do, beside the change
		return b.Outbox().Append(ctx, order(1, 1, "sales.order.placed"), order(1, 2, "sales.order.confirmed"), order(2, 1, "sales.order.placed"))
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	strict := true
	bus := outbox.PublisherFunc(func(_ context.Context, events []work.Event) []error {
		errs := make([]error, len(events))
		for i, e := range events {
			if strict && e.ID[15] == 1 {
				errs[i] = fmt.Errorf("no schema for %s: %w", e.Name, outbox.ErrRefused)
				continue
			}
			fmt.Println("  published", e.Name, "of order", e.ID[15])
		}
		return errs
	})
	relay, err := outbox.New(db, bus, outbox.Config{Name: "bus", Owner: "process 1", Retry: outbox.Retry{Refused: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := relay.RunOnce(ctx) // a program calls Run, which goes on until ctx ends
	fmt.Println(n, "published:", err)
	letters, err := relay.DeadLetters(ctx, 0, 10)
	if err != nil || len(letters) != 1 {
		fmt.Println(letters, err)
		return
	}
	fmt.Println("dead letter at position", letters[0].Event.Position, "since", letters[0].Reason)
	strict = false
	n, err = relay.Replay(ctx, letters[0].Event.Position)
	fmt.Println(n, "published:", err)
	// Output:
	//   published sales.order.placed of order 2
	// 1 published: outbox: the event is a dead letter now: outbox: event sales_order/00000000-0000-0000-0000-000000000001/1 (sales.order.placed) at position 1, try 1: no schema for sales.order.placed: outbox: the bus refuses the event
	// dead letter at position 1 since no schema for sales.order.placed: outbox: the bus refuses the event
	//   published sales.order.placed of order 1
	//   published sales.order.confirmed of order 1
	// 2 published: <nil>
}
