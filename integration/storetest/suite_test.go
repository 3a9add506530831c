package storetest_test

import (
	"errors"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/storetest"
	"github.com/tandem-go/tandem/integration/work"
)

func TestChecksHaveStableIDsAndSentences(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range storetest.Checks() {
		require.Regexp(t, regexp.MustCompile(`^[A-Z]+-\d\d$`), c.ID)
		require.False(t, seen[c.ID], "%s twice", c.ID)
		seen[c.ID] = true
		require.NotEmpty(t, c.Since)
		require.Regexp(t, `^[A-Z].*\.$`, c.Explanation, "%s is a sentence", c.ID)
	}
	require.GreaterOrEqual(t, len(seen), 60)
}

func TestReportOfMemoryIsEmpty(t *testing.T) {
	require.NoError(t, storetest.Report(t.Context(), func() (storetest.Harness[*store.Bundle], error) { return over(memory.New()), nil }))
}

func TestAHarnessIsChecked(t *testing.T) {
	report := func(change func(h *storetest.Harness[*store.Bundle])) error {
		return storetest.Report(t.Context(), func() (storetest.Harness[*store.Bundle], error) {
			h := over(memory.New())
			change(&h)
			return h, nil
		})
	}
	type harness = storetest.Harness[*store.Bundle]
	require.ErrorContains(t, report(func(h *harness) { h.Open = nil }), "Open must be given")
	require.ErrorContains(t, report(func(h *harness) { h.Skip = map[string]string{"LEVEL-01": ""} }), "gives no reason")
	require.ErrorContains(t, report(func(h *harness) { h.Skip = map[string]string{"LEVEL-99": "x"} }), "is no check")
	offline := errors.New("offline")
	require.ErrorIs(t, report(func(h *harness) {
		h.Open = func(string) (work.Store[*store.Bundle], error) { return nil, offline }
	}), offline)
}

func TestSimulateFindsNothingOverManySeeds(t *testing.T) {
	for seed := range uint64(20) {
		storetest.Simulate(t, func(*testing.T) storetest.Harness[*store.Bundle] { return over(newPlain(faults{})) }, seed, 150)
	}
}
