package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/outbox"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

func TestEventsArePublishedOneOfAnAggregateAtATime(t *testing.T) {
	f := newFixture(t, nil)
	f.once(t)
	add(t, f.db, event(1, 1), event(1, 2), event(17, 1), event(2, 1), event(1, 3))
	var waves [][]string
	f.bus.sending = func(keys []string) { waves = append(waves, keys) }
	n, err := f.RunOnce(t.Context())
	require.NoError(t, err)
	require.Equal(t, 5, n)
	require.Equal(t, [][]string{{"1/1", "17/1", "2/1"}, {"1/2"}, {"1/3"}}, waves)
	f.bus.take()
	f.once(t)
	add(t, f.db, event(1, 4))
	f.once(t, "1/4")
}

func TestARefusedEventIsADeadLetterAfterAFewTriesAndOthersFlow(t *testing.T) {
	f := newFixture(t, nil)
	f.bus.answer = failing(fmt.Errorf("too large: %w", outbox.ErrRefused), "1/2")
	add(t, f.db, event(1, 1), event(1, 2), event(1, 3), event(17, 1), event(17, 2))
	n, err := f.RunOnce(t.Context())
	var failed *outbox.PublishError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, outbox.PublishError{Event: identity(1, 2), Name: "sales.order.confirmed", Position: 2, Tries: 1, Err: failed.Err}, *failed)
	require.ErrorIs(t, err, outbox.ErrRefused)
	require.NotErrorIs(t, err, outbox.ErrDead)
	require.Equal(t, 3, n)
	require.Equal(t, []string{"1/1", "17/1", "17/2"}, f.bus.take())
	f.once(t) // its pause is not over, and what the bus has is not sent again
	f.clock.pass(100 * time.Millisecond)
	_, err = f.RunOnce(t.Context())
	require.ErrorIs(t, err, outbox.ErrRefused)
	require.Empty(t, f.dead(t))
	f.clock.pass(time.Second)
	add(t, f.db, event(17, 3))
	_, err = f.RunOnce(t.Context())
	require.ErrorIs(t, err, outbox.ErrDead)
	require.Equal(t, []string{"17/3"}, f.bus.take())
	require.Equal(t, []string{"1/2 after 3: too large: outbox: the bus refuses the event"}, f.dead(t))
	add(t, f.db, event(1, 4), event(17, 4))
	f.once(t, "17/4")
	f.once(t)
}

func identity(aggregate byte, sequence int64) string {
	e := event(aggregate, sequence)
	return e.Identity()
}

func TestADeadLetterBehindAWaitingEventIsNotForgotten(t *testing.T) {
	f := newFixture(t, func(c *outbox.Config) { c.Retry.Refused = 1 })
	f.bus.answer = func(k string) (bool, error) {
		switch k {
		case "1/1":
			return false, errAway
		case "17/1":
			return false, outbox.ErrRefused
		}
		return true, nil
	}
	add(t, f.db, event(1, 1), event(17, 1), event(17, 2), event(33, 1))
	_, err := f.RunOnce(t.Context())
	require.ErrorIs(t, err, outbox.ErrDead)
	require.Empty(t, f.dead(t), "the lane stands before it")
	require.Equal(t, []string{"33/1"}, f.bus.take())
	calls := f.bus.calls
	f.once(t)
	require.Equal(t, calls, f.bus.calls, "nothing is tried before its time")
	f.bus.answer = nil
	f.clock.pass(time.Hour)
	f.once(t, "1/1")
	require.Len(t, f.dead(t), 1)
	n, err := f.Replay(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, []string{"17/1", "17/2"}, f.bus.take())
}

func TestAnOutageGivesNoDeadLetters(t *testing.T) {
	f := newFixture(t, func(c *outbox.Config) { c.Retry.Failed = 3 })
	away := true
	f.bus.answer = func(string) (bool, error) {
		if away {
			return false, errAway
		}
		return true, nil
	}
	var want []string
	for n := range byte(40) {
		add(t, f.db, event(n, 1), event(n, 2))
		want = append(want, fmt.Sprintf("%d/1", n), fmt.Sprintf("%d/2", n))
	}
	for range 500 {
		_, err := f.RunOnce(t.Context())
		require.ErrorIs(t, err, errAway)
		f.clock.pass(time.Minute)
	}
	require.Empty(t, f.dead(t))
	away = false
	n, err := f.RunOnce(t.Context())
	require.NoError(t, err)
	require.Equal(t, 80, n)
	require.ElementsMatch(t, want, f.bus.take())
}

func TestAnEventThatFailsAloneIsADeadLetter(t *testing.T) {
	for _, c := range []struct {
		name   string
		retry  outbox.Retry
		others bool // the bus takes others meanwhile
		tries  int
	}{
		{"while others go", outbox.Retry{Failed: 7}, true, 7},
		{"when nothing goes for too long", outbox.Retry{Failed: 7, Outage: 90 * time.Minute}, false, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, func(config *outbox.Config) { config.Retry = c.retry })
			f.bus.answer = failing(errAway, "1/1")
			add(t, f.db, event(1, 1))
			for n := 1; ; n++ {
				if c.others {
					add(t, f.db, event(2, int64(n)))
				}
				_, err := f.RunOnce(t.Context())
				if n < c.tries {
					require.NotErrorIs(t, err, outbox.ErrDead)
					f.clock.pass(10 * time.Minute)
					continue
				}
				require.ErrorIs(t, err, outbox.ErrDead)
				break
			}
			require.Equal(t, []string{fmt.Sprintf("1/1 after %d: the bus is away", c.tries)}, f.dead(t))
		})
	}
}

func TestReplayAndSkipKeepTheOrder(t *testing.T) {
	prepare := func(t *testing.T) fixture {
		f := newFixture(t, func(c *outbox.Config) { c.Retry.Refused, c.Batch = 1, 2 })
		f.bus.answer = failing(outbox.ErrRefused, "1/1")
		for n := range int64(7) {
			add(t, f.db, event(1, n+1))
		}
		for range 5 {
			_, _ = f.RunOnce(t.Context())
		}
		require.Len(t, f.dead(t), 1)
		require.Empty(t, f.bus.take())
		return f
	}
	t.Run("a replay", func(t *testing.T) {
		f := prepare(t)
		f.bus.answer = nil
		n, err := f.Replay(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, 7, n)
		require.Equal(t, []string{"1/1", "1/2", "1/3", "1/4", "1/5", "1/6", "1/7"}, f.bus.take())
		require.Empty(t, f.dead(t))
		add(t, f.db, event(1, 8))
		f.once(t, "1/8")
		_, err = f.Replay(t.Context(), 1)
		require.ErrorIs(t, err, tandem.ErrNotFound)
	})
	t.Run("a replay that fails again", func(t *testing.T) {
		f := prepare(t)
		n, err := f.Replay(t.Context(), 1)
		require.ErrorIs(t, err, outbox.ErrRefused)
		require.Zero(t, n)
		require.Equal(t, []string{"1/1 after 2: outbox: the bus refuses the event"}, f.dead(t))
	})
	t.Run("a replay that fails further on", func(t *testing.T) {
		f := prepare(t)
		f.bus.answer = failing(errAway, "1/4")
		n, err := f.Replay(t.Context(), 1)
		require.ErrorIs(t, err, errAway)
		require.Equal(t, 3, n)
		require.Equal(t, []string{"1/4 after 2: the bus is away"}, f.dead(t))
		add(t, f.db, event(1, 8))
		_, _ = f.RunOnce(t.Context())
		f.bus.answer = nil
		_, err = f.Replay(t.Context(), 4)
		require.NoError(t, err)
		require.Equal(t, []string{"1/1", "1/2", "1/3", "1/4", "1/5", "1/6", "1/7", "1/8"}, f.bus.take())
	})
	t.Run("a skip", func(t *testing.T) {
		f := prepare(t)
		n, err := f.Skip(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, 6, n)
		require.Equal(t, []string{"1/2", "1/3", "1/4", "1/5", "1/6", "1/7"}, f.bus.take())
		require.Empty(t, f.dead(t))
	})
	t.Run("a skip of the last", func(t *testing.T) {
		f := newFixture(t, func(c *outbox.Config) { c.Retry.Refused = 1 })
		f.bus.answer = failing(outbox.ErrRefused, "1/1")
		add(t, f.db, event(1, 1))
		_, _ = f.RunOnce(t.Context())
		n, err := f.Skip(t.Context(), 1)
		require.NoError(t, err)
		require.Zero(t, n)
		require.Empty(t, f.dead(t))
	})
}

// While the first relay sends, its lease runs out and another one takes the lane.
func TestARelayThatLostItsLeaseStops(t *testing.T) {
	f := newFixture(t, nil)
	ben := f.relay(t, "ben", nil)
	add(t, f.db, event(1, 1), event(1, 2), event(1, 3), event(2, 1))
	first := true
	f.bus.sending = func([]string) {
		if !first {
			return
		}
		first = false
		f.clock.pass(time.Minute)
		n, err := ben.RunOnce(t.Context())
		require.NoError(t, err)
		require.Equal(t, 4, n)
		f.bus.take()
	}
	n, err := f.RunOnce(t.Context())
	require.ErrorIs(t, err, tandem.ErrConflict)
	require.Equal(t, 2, n)
	require.Equal(t, []string{"1/1", "2/1"}, f.bus.take(), "repetitions of the first wave, and no second")
	f.once(t)
}

// The bus needs ten minutes for an answer; the lanes stay with who waits for it.
func TestLeasesAreKeptWhilePublishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, slow := memory.Open(), &bus{}
		slow.sending = func([]string) { time.Sleep(10 * time.Minute) }
		other := &bus{}
		add(t, db, event(1, 1), event(1, 2), event(2, 1))
		config := outbox.Config{Name: "bus", Owner: "ada", Timeout: time.Hour}
		ada, err := outbox.New(db, slow, config)
		require.NoError(t, err)
		config.Owner = "ben"
		ben, err := outbox.New(db, other, config)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		go func() { ended <- ada.Run(ctx) }()
		synctest.Wait()
		go func() { ended <- ben.Run(ctx) }()
		time.Sleep(19 * time.Minute)
		require.Empty(t, other.take())
		time.Sleep(2 * time.Minute)
		add(t, db, event(3, 1))
		time.Sleep(15 * time.Minute)
		require.Equal(t, []string{"1/1", "2/1", "1/2"}, slow.take()[:3])
		cancel()
		for range 2 {
			require.ErrorIs(t, <-ended, context.Canceled)
		}
		free, err := db.ClaimEvents(t.Context(), work.EventClaim{Relay: "bus", Owner: "cid", Now: work.SystemClock{}.Now(),
			Until: work.SystemClock{}.Now().Add(time.Second), Limit: 1})
		require.NoError(t, err)
		require.Empty(t, free, "all is settled")
	})
}

// While the first relay sends, another one, whose clock is ahead, takes its lanes: the
// renewal finds out, and the first sends no more.
func TestARelayThatCannotRenewItsLeaseStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, slow := memory.Open(), &bus{}
		slow.sending = func([]string) { time.Sleep(15 * time.Second) }
		add(t, db, event(1, 1), event(1, 2), event(2, 1), event(2, 2))
		ada, err := outbox.New(db, slow, outbox.Config{Name: "bus", Owner: "ada"})
		require.NoError(t, err)
		ended := make(chan error, 1)
		go func() {
			_, err := ada.RunOnce(t.Context())
			ended <- err
		}()
		synctest.Wait()
		ahead := work.SystemClock{}.Now().Add(time.Hour)
		lanes, err := db.ClaimEvents(t.Context(), work.EventClaim{Relay: "bus", Owner: "ben", Now: ahead, Until: ahead.Add(time.Hour), Limit: 10})
		require.NoError(t, err)
		require.Len(t, lanes, 2)
		require.ErrorIs(t, <-ended, tandem.ErrConflict)
		require.Equal(t, []string{"1/1", "2/1"}, slow.take())
	})
}

// A relay that is stopped in the middle settles what the bus has, gives its lanes
// back, and counts no try.
func TestAStoppedRelayGivesItsLanesBack(t *testing.T) {
	f := newFixture(t, func(c *outbox.Config) { c.Retry.Refused = 1 })
	ctx, cancel := context.WithCancel(t.Context())
	f.bus.answer = func(k string) (bool, error) {
		if k == "1/2" {
			cancel()
			return false, outbox.ErrRefused
		}
		return true, nil
	}
	add(t, f.db, event(1, 1), event(1, 2), event(1, 3))
	_, _ = f.RunOnce(ctx)
	f.bus.take()
	f.bus.answer = nil
	ben := f.relay(t, "ben", nil)
	n, err := ben.RunOnce(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, []string{"1/2", "1/3"}, f.bus.take())
	require.Empty(t, f.dead(t))
}

// offline is a store that cannot be reached for a while.
type offline struct {
	work.EventRelay
	until int
	asked int
}

func (o *offline) ClaimEvents(ctx context.Context, claim work.EventClaim) ([]work.ClaimedLane, error) {
	if o.asked++; o.asked <= o.until {
		return nil, errAway
	}
	return o.EventRelay.ClaimEvents(ctx, claim)
}

func TestRunGoesOnAfterErrorsAndReportsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, b := memory.Open(), &bus{answer: failing(outbox.ErrRefused, "2/1")}
		gone := &offline{EventRelay: db, until: 5}
		var reported []error
		r, err := outbox.New(gone, b, outbox.Config{Name: "bus", Owner: "ada", Report: func(err error) { reported = append(reported, err) }})
		require.NoError(t, err)
		add(t, db, event(1, 1), event(2, 1))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		require.ErrorIs(t, r.Run(ctx), context.DeadlineExceeded)
		require.Equal(t, []string{"1/1"}, b.take())
		require.Len(t, reported, 5+3)
		require.ErrorIs(t, reported[0], errAway)
		require.ErrorIs(t, reported[7], outbox.ErrDead)
		letters, err := r.DeadLetters(t.Context(), 0, 10)
		require.NoError(t, err)
		require.Len(t, letters, 1)
	})
}

func TestAPublisherIsHeldToItsContract(t *testing.T) {
	f := newFixture(t, nil)
	add(t, f.db, event(1, 1))
	short, err := outbox.New(f.db, outbox.PublisherFunc(func(context.Context, []work.Event) []error { return []error{} }),
		outbox.Config{Name: "bus", Owner: "ben", Clock: f.clock})
	require.NoError(t, err)
	n, err := short.RunOnce(t.Context())
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.Zero(t, n)
	fine, err := outbox.New(f.db, outbox.PublisherFunc(func(context.Context, []work.Event) []error { return nil }),
		outbox.Config{Name: "bus", Owner: "cid", Clock: f.clock})
	require.NoError(t, err)
	n, err = fine.RunOnce(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func TestReasonsAreCutToWholeCharacters(t *testing.T) {
	f := newFixture(t, func(c *outbox.Config) { c.Retry.Refused = 1 })
	f.bus.answer = func(string) (bool, error) {
		return false, errors.Join(outbox.ErrRefused, errors.New(strings.Repeat("ü", 1000)))
	}
	add(t, f.db, event(1, 1))
	_, _ = f.RunOnce(t.Context())
	letters, err := f.DeadLetters(t.Context(), 0, 1)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.LessOrEqual(t, len(letters[0].Reason), work.MaxReason)
	require.True(t, strings.HasSuffix(letters[0].Reason, "ü"))
}

func TestAConfigIsChecked(t *testing.T) {
	_, err := outbox.New(nil, nil, outbox.Config{Batch: 1, Lanes: 17, Lease: 1, Timeout: -1, Poll: -1,
		Retry: outbox.Retry{Refused: -1, Failed: -1, Outage: -1, Pause: -1, MaxPause: -1}})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 14)
}
