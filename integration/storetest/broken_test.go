package storetest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
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
		if h.Skip == nil {
			h.Skip = map[string]string{"EXTREME-02": "slow, and proved elsewhere", "EXTREME-03": "slow", "EXTREME-05": "slow"}
		}
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

// othersThan skips all checks but those whose ids begin so.
func othersThan(prefixes ...string) map[string]string {
	others := map[string]string{}
	for _, c := range storetest.Checks() {
		if !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(c.ID, p) }) {
			others[c.ID] = "it is not about what is broken"
		}
	}
	return others
}

func TestBrokenStoresFailTheirChecks(t *testing.T) {
	broken := func(f faults) func() storetest.Harness[*store.Bundle] {
		return func() storetest.Harness[*store.Bundle] { return over(newPlain(f)).Alone() }
	}
	leaking := func(f faults, about ...string) func() storetest.Harness[*store.Bundle] { // into the neighbours
		return func() storetest.Harness[*store.Bundle] {
			h := over(newPlain(f))
			h.Skip = othersThan(append(about, "COMPANY-", "TENANT-")...) // whose skipping says that there are no neighbours
			return h
		}
	}
	wrapping := func(update func(work.Store[*store.Bundle], context.Context, func(context.Context, *store.Bundle) error) error) func() storetest.Harness[*store.Bundle] {
		return func() storetest.Harness[*store.Bundle] {
			h := over(newPlain(faults{})).Alone()
			open := h.Open
			h.Open = func(tenant string) (work.Store[*store.Bundle], error) {
				s, err := open(tenant)
				return wrapped{s, update}, err
			}
			return h
		}
	}
	for _, c := range []struct {
		name   string
		open   func() storetest.Harness[*store.Bundle]
		ids    []string // always
		chance []string // if goroutines meet, or a script comes across it
	}{
		{"a whole one", broken(faults{}), nil, nil},
		{"an update is lost", broken(faults{lostUpdate: true}),
			[]string{"LEVEL-03", "LEVEL-05", "PREFETCH-08"}, []string{"COMMAND-07", "LEVEL-06", "LINEAR-01"}},
		{"the revision is ignored", broken(faults{noRevision: true}),
			[]string{"DUPLICATE-01", "DUPLICATE-03", "PREFETCH-08", "REVISION-01", "REVISION-02", "REVISION-04", "ROLLBACK-04"}, []string{"MODEL-01", "OUTBOX-02", "OUTBOX-06", "REVISION-03"}},
		{"rollback is missing on error", wrapping(commitsOnError),
			[]string{"COMMAND-04", "JOIN-01", "JOIN-05", "NUMBER-02", "NUMBER-03", "NUMBER-04", "OUTBOX-02", "OUTBOX-06", "PREFETCH-07", "ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-04", "UNIT-05"}, []string{"MODEL-01"}},
		{"rollback is missing on panic", wrapping(commitsOnPanic),
			[]string{"ROLLBACK-02"}, []string{"MODEL-01"}},
		{"a bound is not kept", broken(faults{noBounds: true}),
			[]string{"LEVEL-03", "PREFETCH-08"}, []string{"LEVEL-06", "LINEAR-01"}},
		{"the key is not saved", broken(faults{noKeys: true}),
			[]string{"ATOMIC-01", "COMMAND-01", "COMMAND-02", "COMMAND-03", "COMMAND-05", "COMMAND-06", "COMMAND-07", "ISOLATION-03", "JOIN-06", "OUTBOX-02", "OUTBOX-06", "ROLLBACK-04"}, []string{"MODEL-01"}},
		{"events without their change", broken(faults{eventsFirst: true}),
			[]string{"COMMAND-07", "OUTBOX-02", "ROLLBACK-04"}, []string{"COMMAND-02", "MODEL-01"}},
		{"events in the wrong order", broken(faults{eventsReversed: true}),
			[]string{"JOIN-06", "OUTBOX-01", "OUTBOX-03", "OUTBOX-04", "OUTBOX-06",
				"RELAY-01", "RELAY-02", "RELAY-03", "RELAY-04", "RELAY-05", "RELAY-06", "RELAY-08", "RELAY-09", "RELAY-10"}, []string{"MODEL-01"}},
		{"one too many is forgotten", broken(faults{forgetsOneMore: true}), []string{"COMMAND-06", "OUTBOX-07"}, nil},
		{"results in the wrong order", broken(faults{noDescending: true}),
			[]string{"QUERY-01", "QUERY-02"}, []string{"MODEL-01"}},
		{"a field of a state is dropped", broken(faults{field: "sales_order.reference"}),
			[]string{"COMPANY-01", "DUPLICATE-01", "DUPLICATE-03", "ISOLATION-01", "ISOLATION-02", "QUERY-01", "QUERY-02", "QUERY-03", "REOPEN-01", "ROUND-01", "ROUND-02", "TENANT-03"}, []string{"MODEL-01"}},
		{"a column of a fact is dropped", broken(faults{column: "stock_move.reason"}),
			[]string{"COMPANY-01", "DUPLICATE-01", "DUPLICATE-03", "EXTREME-01", "EXTREME-04", "ISOLATION-01", "ISOLATION-02", "QUERY-01", "QUERY-02", "QUERY-03", "REOPEN-01", "ROUND-01", "ROUND-02", "TENANT-03"}, []string{"MODEL-01"}},
		{"the tenant is forgotten in one index", leaking(faults{tenantless: "sales_order.customer"}, "PREFETCH-", "QUERY-"),
			[]string{"COMPANY-01", "PREFETCH-06", "QUERY-01", "QUERY-02", "QUERY-08", "TENANT-03"}, nil},
		{"a view is no snapshot", broken(faults{noSnapshot: true}),
			[]string{"PREFETCH-04", "UNIT-06"}, []string{"LINEAR-01", "OUTBOX-04"}},
		{"an update reads what was there when it began", broken(faults{staleReads: true}),
			[]string{"NUMBER-07", "PREFETCH-05"}, []string{"MODEL-01"}},
		{"records read ahead are mixed up", broken(faults{prefetch: prefetchShuffled}), []string{"PREFETCH-01", "PREFETCH-02"}, nil},
		{"what is absent is read ahead as another", broken(faults{prefetch: prefetchLeftover}), []string{"PREFETCH-02"}, nil},
		{"a View reads ahead what is there now", broken(faults{prefetch: prefetchNow}), []string{"PREFETCH-04"}, nil},
		{"an Update reads ahead what was there when it began", broken(faults{prefetch: prefetchBegan}), []string{"PREFETCH-05"}, nil},
		{"what is read ahead forgets the tenant", broken(faults{prefetch: prefetchTenantless}), []string{"PREFETCH-06"}, nil},
		{"numbers that are drawn together are one", broken(faults{prefetch: prefetchDrawsOnce}), []string{"PREFETCH-07"}, nil},
		{"what is compared was read when the update began", broken(faults{checksEarly: true}),
			[]string{"COMMAND-07", "DUPLICATE-03", "LEVEL-03", "NUMBER-08", "PREFETCH-08", "REVISION-02"},
			[]string{"COMMAND-02", "FACT-01", "LEVEL-06", "LINEAR-01", "NUMBER-04", "NUMBER-06", "OUTBOX-02", "OUTBOX-06", "REVISION-03"}},
		{"the tenant is forgotten in command keys", leaking(faults{keysOfAll: true}, "COMMAND-", "OUTBOX-", "PREFETCH-"),
			[]string{"COMMAND-01", "COMMAND-02", "COMMAND-03", "COMMAND-04", "COMMAND-05", "COMMAND-06", "COMMAND-07", "OUTBOX-02", "OUTBOX-06", "PREFETCH-01", "PREFETCH-02", "PREFETCH-03", "PREFETCH-06", "TENANT-01", "TENANT-02"}, nil},
		{"the tenant is forgotten in number series", leaking(faults{seriesOfAll: true}, "NUMBER-", "PREFETCH-", "ROLLBACK-"),
			[]string{"COMPANY-01", "NUMBER-01", "NUMBER-02", "NUMBER-03", "NUMBER-04", "NUMBER-05", "NUMBER-06", "NUMBER-07", "NUMBER-08", "PREFETCH-01", "PREFETCH-02", "PREFETCH-05", "PREFETCH-06", "PREFETCH-07", "ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-03", "ROLLBACK-04", "TENANT-01", "TENANT-02"}, nil},
		{"the company is forgotten in number series", leaking(faults{seriesOfTenant: true}, "NUMBER-", "PREFETCH-", "ROLLBACK-"),
			[]string{"COMPANY-01", "NUMBER-01", "NUMBER-02", "NUMBER-03", "NUMBER-04", "NUMBER-05", "NUMBER-06", "NUMBER-07", "NUMBER-08", "PREFETCH-01", "PREFETCH-02", "PREFETCH-05", "PREFETCH-06", "PREFETCH-07", "ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-03", "ROLLBACK-04", "TENANT-01", "TENANT-02"}, nil},
		{"the company is forgotten in a unique index", leaking(faults{companyless: "location.code"}, "DUPLICATE-", "PREFETCH-", "REVISION-", "ROUND-"),
			[]string{"COMPANY-01", "DUPLICATE-01", "DUPLICATE-02", "DUPLICATE-03", "PREFETCH-01", "PREFETCH-02", "PREFETCH-06", "REVISION-01", "REVISION-02", "ROUND-01", "ROUND-03", "TENANT-01", "TENANT-02", "TENANT-03"}, nil},
		{"a number is taken in a transaction of its own", broken(faults{numbersAtOnce: true}),
			[]string{"JOIN-01", "JOIN-02", "JOIN-03", "NUMBER-02", "NUMBER-03", "NUMBER-04", "PREFETCH-07", "ROLLBACK-01", "ROLLBACK-02", "ROLLBACK-03", "ROLLBACK-04", "UNIT-05"}, []string{"MODEL-01", "NUMBER-06"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := failed(t, c.open)
			sure := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return slices.Contains(c.chance, id) })
			require.Equal(t, c.ids, sure)
		})
	}
}

// A check that finds nothing wrong for itself may still have touched a neighbour; then
// the message says which one, and what of it.
func TestAFailureNamesTheNeighbourThatWasTouched(t *testing.T) {
	all := storetest.Checks()
	only := func(id string, f faults) string {
		err := storetest.Report(t.Context(), func() (storetest.Harness[*store.Bundle], error) {
			h := over(newPlain(f))
			h.Skip = map[string]string{}
			for _, c := range all {
				if c.ID != id && c.ID != "COMPANY-01" && c.ID[:7] != "TENANT-" { // whose skipping says that there are no neighbours
					h.Skip[c.ID] = "another one is looked at"
				}
			}
			return h, nil
		})
		require.Error(t, err)
		return err.Error()
	}
	require.Contains(t, only("NUMBER-01", faults{seriesOfAll: true}),
		`the check did not touch the other tenant "neighbour", and yet there: series INV has 11 with the last date 2011-03-12 as its next, want 5 with 2011-03-12`)
	require.Contains(t, only("NUMBER-01", faults{seriesOfTenant: true}),
		`the check did not touch the other company of tenant "alpha", and yet there: series INV has 11`)
	require.Contains(t, only("ROUND-03", faults{rowsOfAll: "sales_order"}), `the check did not touch the other tenant "neighbour", and yet there:`+"\n"+`    order `)
}
