package storetest

import (
	"math/rand/v2"
	"testing"
)

func modelChecks[R Repos]() []check[R] {
	return []check[R]{
		{Check{"MODEL-01", "0.1", "Random work leaves the same states, query results, levels, numbers and events as the memory store."}, modelRun[R]},
		{Check{"LINEAR-01", "0.1", "A concurrent history of reserving, releasing and reading of several products, lost replies included, is one that shelves with one clerk could have had."}, linear[R]},
	}
}

const modelUnits = 300

func modelRun[R Repos](e *env[R]) { e.simulate(e.seed(), modelUnits) }

// Simulate plays random units of work against the store and the memory store and
// compares their outcomes and, again and again, all that is stored. The same seed
// and number of units give the same script. A failure tells the seed and the
// shortest script that was found to fail.
func Simulate[R Repos](t *testing.T, open func(t *testing.T) Harness[R], seed uint64, units int) {
	t.Helper()
	h := open(t)
	if err := h.validate(); err != nil {
		t.Fatal(err)
	}
	simulation := check[R]{Check{"MODEL-01", "0.1", "Random work leaves the same as the memory store."},
		func(e *env[R]) { e.simulate(seed, units) }}
	if err := simulation.run(t.Context(), h); err != nil {
		t.Error(err)
	}
}

// seed gives the harness's seed, or another one each time.
func (e *env[R]) seed() uint64 {
	if e.h.Seed != 0 {
		return e.h.Seed
	}
	return rand.Uint64()
}
