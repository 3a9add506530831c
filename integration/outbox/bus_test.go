package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

var errAway = errors.New("the bus is away")

// bus is a publisher that keeps what it is given, and fails as it is told.
type bus struct {
	mu      sync.Mutex
	got     []string // `aggregate/sequence`, each copy
	calls   int
	mixed   bool                                       // a call had two events of one aggregate
	answer  func(key string) (arrived bool, err error) // nil: all is taken
	sending func(keys []string)                        // called before anything is taken
}

func key(e *work.Event) string { return fmt.Sprintf("%d/%d", e.ID[15], e.Sequence) }

func (b *bus) Publish(ctx context.Context, events []work.Event) []error {
	var keys []string
	for i := range events {
		keys = append(keys, key(&events[i]))
	}
	if b.sending != nil {
		b.sending(keys)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	errs, seen := make([]error, len(events)), map[[16]byte]bool{}
	for i := range events {
		b.mixed = b.mixed || seen[events[i].ID]
		seen[events[i].ID] = true
		arrived, err := true, error(nil)
		if b.answer != nil {
			arrived, err = b.answer(keys[i])
		}
		if arrived {
			b.got = append(b.got, keys[i])
		}
		errs[i] = err
	}
	return errs
}

func (b *bus) take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	got := b.got
	b.got = nil
	return got
}

// failing gives an answer that fails for some events.
func failing(err error, keys ...string) func(string) (bool, error) {
	return func(k string) (bool, error) {
		for _, f := range keys {
			if f == k {
				return false, err
			}
		}
		return true, nil
	}
}

type clock struct {
	mu  sync.Mutex
	now tandem.Instant
}

func newClock() *clock {
	return &clock{now: tandem.InstantOf(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))}
}

func (c *clock) Now() tandem.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// event is number sequence of an aggregate, which is in lane aggregate % 16.
func event(aggregate byte, sequence int64) work.Event {
	return work.Event{Name: "sales.order.confirmed", Kind: "sales_order", ID: [16]byte{0: 1, 15: aggregate}, Sequence: sequence,
		At: newClock().now, Actor: "clerk", Cause: "c1", Payload: []byte(`{"n":1}`)}
}

func add(t require.TestingT, db *store.Store, events ...work.Event) {
	require.NoError(t, db.Update(context.Background(), func(ctx context.Context, b *store.Bundle) error {
		return b.Outbox().Append(ctx, events...)
	}))
}

// fixture is a store with a relay, a bus and a clock.
type fixture struct {
	*outbox.Relay
	db    *store.Store
	bus   *bus
	clock *clock
}

func newFixture(t *testing.T, change func(c *outbox.Config)) fixture {
	t.Helper()
	f := fixture{db: memory.Open(), bus: &bus{}, clock: newClock()}
	f.Relay = f.relay(t, "ada", change)
	return f
}

// relay gives one more owner of the same relay.
func (f fixture) relay(t require.TestingT, owner string, change func(c *outbox.Config)) *outbox.Relay {
	config := outbox.Config{Name: "bus", Owner: owner, Clock: f.clock, Random: func() float64 { return 0.5 }}
	if change != nil {
		change(&config)
	}
	relay, err := outbox.New(f.db, f.bus, config)
	require.NoError(t, err)
	return relay
}

func (f fixture) once(t *testing.T, want ...string) {
	t.Helper()
	n, err := f.RunOnce(t.Context())
	require.NoError(t, err)
	require.Equal(t, len(want), n)
	require.Equal(t, want, f.bus.take())
}

func (f fixture) dead(t *testing.T) (keys []string) {
	t.Helper()
	letters, err := f.DeadLetters(t.Context(), 0, 100)
	require.NoError(t, err)
	for i := range letters {
		keys = append(keys, fmt.Sprintf("%s after %d: %s", key(&letters[i].Event), letters[i].Tries, letters[i].Reason))
	}
	return keys
}
