package work_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

// prefetching is a fake whose bundles tell what they are to read ahead.
type prefetching struct {
	*fake
	off  bool // it saves no round trips
	told []string
}

func (f *prefetching) View(ctx context.Context, fn func(context.Context, *prefetchingBundle) error) error {
	return f.fake.View(ctx, func(ctx context.Context, b *fakeBundle) error { return fn(ctx, &prefetchingBundle{b, f}) })
}

func (f *prefetching) Update(ctx context.Context, fn func(context.Context, *prefetchingBundle) error) error {
	return f.fake.Update(ctx, func(ctx context.Context, b *fakeBundle) error { return fn(ctx, &prefetchingBundle{b, f}) })
}

type prefetchingBundle struct {
	*fakeBundle
	f *prefetching
}

func (b *prefetchingBundle) Prefetches() bool { return !b.f.off }
func (b *prefetchingBundle) Forget()          { b.f.told = append(b.f.told, "forget") }
func (b *prefetchingBundle) Prefetch(_ context.Context, refs []work.Ref) error {
	for _, ref := range refs {
		b.f.told = append(b.f.told, string(ref.Of)+" "+ref.Key.(string))
	}
	return nil
}

func (b *prefetchingBundle) Numbers() work.Numbers { return b }

func (b *prefetchingBundle) Next(_ context.Context, _ tandem.CompanyID, series string, _ tandem.Date) (work.Number, error) {
	b.f.told = append(b.f.told, "next "+series)
	return work.Number{Value: int64(len(b.f.told))}, nil
}

// The lookup of a command's key travels with what the command is known to read, in
// each run; a store that saves no trips by it is told nothing.
func TestACommandReadsAheadWithItsKey(t *testing.T) {
	for name, off := range map[string]bool{"saves trips": false, "saves none": true} {
		t.Run(name, func(t *testing.T) {
			f := &prefetching{fake: newFake(), off: off}
			f.fails = []error{&tandem.ConflictError{Kind: "x"}}
			runner, err := work.NewRunner[*prefetchingBundle](f, work.Config{Authorizer: work.AllowAll{}, Clock: clock{noon}})
			require.NoError(t, err)
			runner = runner.Ahead(func(refs []work.Ref, cmd work.Command, now tandem.Instant) []work.Ref {
				require.Equal(t, noon, now)
				return append(refs, work.Ref{Of: work.OfSalesOrders, Key: cmd.CommandName()})
			})
			cmd := hello("k", "Ann")
			_, err = work.Do(t.Context(), runner, cmd, func(context.Context, *prefetchingBundle, *work.Scope) (greeting, error) {
				return greeting{}, nil
			})
			require.NoError(t, err)
			want := []string{"Commands k", "SalesOrders " + cmd.CommandName()}
			if off {
				require.Empty(t, f.told)
			} else {
				require.Equal(t, append(want, want...), f.told)
			}
		})
	}
}

// Numbers that cannot be drawn together are drawn one by one; then what was read ahead is
// forgotten, and what follows is read.
func TestNumbersAreDrawnOneByOne(t *testing.T) {
	f := &prefetching{fake: newFake()}
	require.NoError(t, f.Update(t.Context(), func(ctx context.Context, b *prefetchingBundle) error {
		draws := []work.Draw{{Series: "A"}, {Series: "B"}}
		err := work.DrawNumbers(ctx, b, tandem.CompanyID{}, draws, work.Ref{Of: work.OfPeriods, Key: "p"})
		require.Equal(t, []int64{1, 2}, []int64{draws[0].Number.Value, draws[1].Number.Value})
		return err
	}))
	require.Equal(t, []string{"next A", "next B", "forget", "Periods p"}, f.told)
}

// A bundle that is no prefetcher is left alone.
func TestABundleThatCannotPrefetchIsNotAsked(t *testing.T) {
	f := newFake()
	require.NoError(t, f.Update(t.Context(), func(ctx context.Context, b *fakeBundle) error {
		require.False(t, work.Prefetches(b))
		require.NoError(t, work.Prefetch(ctx, b, work.Ref{Of: work.OfCommands, Key: "k"}))
		draws := []work.Draw{{Series: "A"}, {Series: "A"}}
		require.NoError(t, work.DrawNumbers(ctx, b, tandem.CompanyID{}, draws))
		require.Equal(t, int64(2), draws[1].Number.Value)
		return nil
	}))
}
