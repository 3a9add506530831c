package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/tandem-go/tandem/integration/work"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// the CRM hears of sales_order/00000000-0000-0000-0000-000000000001/1
	// the CRM hears of sales_order/00000000-0000-0000-0000-000000000002/1
	// the CRM hears of sales_order/00000000-0000-0000-0000-000000000001/2
	// the first relay has published 3 events; 3 effects
	// the second relay has published 3 events; 3 effects
}

var errFull = errors.New("full")

// full takes no second message.
type full struct{ taken int }

func (f *full) Publish(_ string, messages ...*message.Message) error {
	if f.taken += len(messages); f.taken > 1 {
		return errFull
	}
	return nil
}

func (f *full) Close() error { return nil }

func TestWhatWatermillDoesNotTakeIsAnErrorOfThatEvent(t *testing.T) {
	p := Publisher{To: &full{}, Source: "/tandem/acme"}
	events := []work.Event{{Name: "a", ID: [16]byte{1}, Sequence: 1}, {Name: "b", ID: [16]byte{2}, Sequence: 1}}
	errs := p.Publish(t.Context(), events)
	if errs[0] != nil || !errors.Is(errs[1], errFull) {
		t.Error(errs)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if errs := p.Publish(ended, events); !errors.Is(errs[0], context.Canceled) {
		t.Error(errs)
	}
}
