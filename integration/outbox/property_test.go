package outbox_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store/memory"
)

// Whatever the bus answers, whoever is stopped and whenever leases run out: once the
// bus is well and dead letters are replayed, every event has arrived, and the first
// copies of an aggregate's events in their order.
func TestEveryEventArrivesInOrderWhateverFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := fixture{db: memory.Open(), bus: &bus{}, clock: newClock()}
		var relays []*outbox.Relay
		config := func(c *outbox.Config) {
			c.Batch, c.Lanes, c.Retry = rapid.IntRange(2, 5).Draw(t, "batch"), rapid.IntRange(0, 3).Draw(t, "lanes"), outbox.Retry{Refused: 2, Failed: 3}
		}
		for n := range rapid.IntRange(1, 3).Draw(t, "relays") {
			relays = append(relays, f.relay(t, fmt.Sprintf("owner %d", n), config))
		}
		answers := rapid.SampledFrom([]string{"taken", "taken", "taken", "lost", "away", "refused"})
		f.bus.answer = func(string) (bool, error) {
			switch answers.Draw(t, "answer") {
			case "lost": // it arrived, and nobody heard of it
				return true, errAway
			case "away":
				return false, errAway
			case "refused":
				return false, outbox.ErrRefused
			}
			return true, nil
		}
		depth := 0 // another relay runs while one sends, after its lease, or before
		f.bus.sending = func([]string) {
			if depth == 0 && rapid.IntRange(0, 3).Draw(t, "meanwhile") == 0 {
				depth++
				f.clock.pass(rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "pause"))
				other := relays[rapid.IntRange(1, len(relays)).Draw(t, "other")-1]
				if other != relays[0] { // a relay waits for its own round
					_, _ = other.RunOnce(t.Context())
				}
				depth--
			}
		}
		next, total := map[byte]int64{}, 0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			for range rapid.IntRange(0, 4).Draw(t, "events") {
				n := rapid.SampledFrom([]byte{1, 2, 17, 33}).Draw(t, "aggregate")
				next[n]++
				total++
				add(t, f.db, event(n, next[n]))
			}
			f.clock.pass(rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute}).Draw(t, "time"))
			_, _ = relays[0].RunOnce(t.Context())
			if rapid.IntRange(0, 4).Draw(t, "replay") == 0 {
				letters, err := relays[0].DeadLetters(t.Context(), 0, 100)
				require.NoError(t, err)
				for _, l := range letters {
					_, _ = relays[0].Replay(t.Context(), l.Event.Position)
				}
			}
		}
		f.bus.answer, f.bus.sending = nil, nil
		for range 200 {
			f.clock.pass(time.Minute)
			for _, r := range relays {
				_, err := r.RunOnce(t.Context())
				require.NoError(t, err)
			}
		}
		letters, err := relays[0].DeadLetters(t.Context(), 0, 100)
		require.NoError(t, err)
		for _, l := range letters {
			_, err := relays[0].Replay(t.Context(), l.Event.Position)
			require.NoError(t, err)
		}
		require.False(t, f.bus.mixed, "two events of one aggregate in one call")
		first := map[string]bool{}
		due := map[byte]int64{}
		for _, k := range f.bus.take() {
			if first[k] {
				continue
			}
			first[k] = true
			var aggregate byte
			var sequence int64
			_, err := fmt.Sscanf(k, "%d/%d", &aggregate, &sequence)
			require.NoError(t, err)
			due[aggregate]++
			require.Equal(t, due[aggregate], sequence, "aggregate %d", aggregate)
		}
		require.Len(t, first, total)
	})
}
