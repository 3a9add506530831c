package storetest_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

// failed runs the suite and gives the ids of the checks that failed.
func failed[R storetest.Repos](t *testing.T, open func() storetest.Harness[R]) (ids []string) {
	t.Helper()
	err := storetest.Report(t.Context(), func() (storetest.Harness[R], error) {
		h := open()
		h.Seed = 7
		h.Skip = map[string]string{"EXTREME-02": "slow, and proved elsewhere", "EXTREME-03": "slow", "EXTREME-05": "slow"}
		return h, nil
	})
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "Report joins its failures: %v", err)
	for _, err := range joined.Unwrap() {
		var failure *storetest.Failure
		require.ErrorAs(t, err, &failure)
		require.NotEmpty(t, failure.Check.Explanation)
		require.Contains(t, err.Error(), failure.Check.Explanation, "the message names the sentence")
		ids = append(ids, failure.Check.ID)
	}
	slices.Sort(ids)
	return ids
}

// wrapped breaks what lies above the driver: the unit of work and repositories.
type wrapped struct {
	work.Store[*store.Bundle]
	update func(s work.Store[*store.Bundle], ctx context.Context, fn func(context.Context, *store.Bundle) error) error
}

func (w wrapped) Update(ctx context.Context, fn func(context.Context, *store.Bundle) error) error {
	return w.update(w.Store, ctx, fn)
}

func commitsOnError(s work.Store[*store.Bundle], ctx context.Context, fn func(context.Context, *store.Bundle) error) error {
	var own error
	err := s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		own = fn(ctx, b)
		return nil
	})
	return errors.Join(own, err)
}

func commitsOnPanic(s work.Store[*store.Bundle], ctx context.Context, fn func(context.Context, *store.Bundle) error) error {
	var caught any
	err := s.Update(ctx, func(ctx context.Context, b *store.Bundle) error {
		defer func() { caught = recover() }()
		return fn(ctx, b)
	})
	if caught != nil {
		panic(caught)
	}
	return err
}

func TestBrokenStoresFailTheirChecks(t *testing.T) {
	broken := func(f faults) func() storetest.Harness[*store.Bundle] {
		return func() storetest.Harness[*store.Bundle] { return over(newPlain(f)) }
	}
	wrapping := func(update func(work.Store[*store.Bundle], context.Context, func(context.Context, *store.Bundle) error) error) func() storetest.Harness[*store.Bundle] {
		return func() storetest.Harness[*store.Bundle] {
			h := over(newPlain(faults{}))
			open := h.Open
			h.Open = func(tenant string) (work.Store[*store.Bundle], error) {
				s, err := open(tenant)
				return wrapped{s, update}, err
			}
			return h
		}
	}
	for _, c := range []struct {
		name string
		open func() storetest.Harness[*store.Bundle]
		ids  []string // always
		race []string // if the goroutines meet
	}{
		{"a whole one", broken(faults{}), nil, nil},
		{"an update is lost", broken(faults{lostUpdate: true}), nil, nil},
		{"the revision is ignored", broken(faults{noRevision: true}), nil, nil},
		{"rollback is missing on error", wrapping(commitsOnError), nil, nil},
		{"rollback is missing on panic", wrapping(commitsOnPanic), nil, nil},
		{"a bound is not kept", broken(faults{noBounds: true}), nil, nil},
		{"the key is not saved", broken(faults{noKeys: true}), nil, nil},
		{"events without their change", broken(faults{eventsFirst: true}), nil, nil},
		{"events in the wrong order", broken(faults{eventsReversed: true}), nil, nil},
		{"results in the wrong order", broken(faults{noDescending: true}), nil, nil},
		{"a field of a state is dropped", broken(faults{field: "sales_order.reference"}), nil, nil},
		{"a column of a fact is dropped", broken(faults{column: "stock_move.reason"}), nil, nil},
		{"the tenant is forgotten in one index", broken(faults{tenantless: "sales_order.customer"}), nil, nil},
		{"a view is no snapshot", broken(faults{noSnapshot: true}), nil, nil},
		{"numbers have gaps", broken(faults{numbersAtOnce: true}), nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := failed(t, c.open)
			sure := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return slices.Contains(c.race, id) })
			require.Equal(t, c.ids, sure)
		})
	}
}
