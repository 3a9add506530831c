package work_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

func emit(t *testing.T, f *fake, name string, sequences ...int64) {
	t.Helper()
	require.NoError(t, f.Update(t.Context(), func(ctx context.Context, b *fakeBundle) error {
		for _, n := range sequences {
			if err := b.Append(ctx, work.Event{Name: name, Kind: "test", Sequence: n}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestOnceHasItsEffectOncePerConsumerAndEvent(t *testing.T) {
	f := newFake()
	event := &work.Event{Name: "e", Kind: "test", Sequence: 1}
	effects := 0
	once := func(consumer string, err error) (bool, error) {
		return work.Once(t.Context(), f, consumer, event, func(context.Context, *fakeBundle) error { effects++; return err })
	}
	ran, err := once("a", errRefused)
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.False(t, ran)
	for i, want := range []bool{true, false, false} {
		ran, err = once("a", nil)
		require.NoError(t, err)
		require.Equal(t, want, ran, "call %d", i)
	}
	ran, err = once("b", nil)
	require.NoError(t, err)
	require.True(t, ran)
	require.Equal(t, 3, effects, "one that failed, and one for each consumer")
	event.Company = tandem.DeriveID[tandem.CompanyID]("test", "another company that has an aggregate of this id")
	ran, err = once("a", nil)
	require.NoError(t, err)
	require.True(t, ran)
}

func TestDispatcherDeliversInOrderAndResumes(t *testing.T) {
	f := newFake()
	emit(t, f, "a", 1, 2)
	emit(t, f, "b", 3)
	var log []string
	fail := true
	note := func(consumer string) work.Handler[*fakeBundle] {
		return func(ctx context.Context, b *fakeBundle, e *work.Event) error {
			if consumer == "second" && e.Sequence == 2 && fail {
				return errRefused
			}
			log = append(log, consumer+" "+e.Name+string(rune('0'+e.Sequence)))
			if e.Name == "b" && consumer == "first" { // an event that a consumer records is delivered, too
				return b.Append(ctx, work.Event{Name: "a", Kind: "test", Sequence: 4})
			}
			return nil
		}
	}
	d, err := work.NewDispatcher(f,
		work.Consumer[*fakeBundle]{Name: "first", Handlers: map[string]work.Handler[*fakeBundle]{"a": note("first"), "b": note("first")}},
		work.Consumer[*fakeBundle]{Name: "second", Handlers: map[string]work.Handler[*fakeBundle]{"a": note("second")}})
	require.NoError(t, err)
	effects, err := d.Deliver(t.Context())
	var delivery *work.DeliveryError
	require.ErrorAs(t, err, &delivery)
	require.Equal(t, "second", delivery.Consumer)
	require.Equal(t, "a", delivery.Name)
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.Equal(t, 3, effects)
	fail = false
	effects, err = d.Deliver(t.Context())
	require.NoError(t, err)
	require.Equal(t, 4, effects)
	require.Equal(t, []string{"first a1", "second a1", "first a2", "second a2", "first b3", "first a4", "second a4"}, log)
	effects, err = d.Deliver(t.Context())
	require.NoError(t, err)
	require.Zero(t, effects)
}

func TestDispatcherWorksThroughManyPages(t *testing.T) {
	f := newFake()
	for n := range int64(1000) {
		emit(t, f, "a", n+1)
	}
	last := int64(0)
	d, err := work.NewDispatcher(f, work.Consumer[*fakeBundle]{Name: "c", Handlers: map[string]work.Handler[*fakeBundle]{
		"a": func(_ context.Context, _ *fakeBundle, e *work.Event) error {
			if e.Sequence != last+1 {
				return errors.New("out of order")
			}
			last = e.Sequence
			return nil
		}}})
	require.NoError(t, err)
	effects, err := d.Deliver(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1000, effects)
}

func TestDispatcherNeedsNamedConsumersThatHandleSomething(t *testing.T) {
	_, err := work.NewDispatcher[*fakeBundle](nil, work.Consumer[*fakeBundle]{}, work.Consumer[*fakeBundle]{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.GreaterOrEqual(t, len(invalid.Faults), 5)
}
