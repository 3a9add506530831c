package sqlstore_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/work"
)

// together runs f in n goroutines that begin at the same time, and gives their errors.
func together(n int, f func(i int) error) []error {
	var all sync.WaitGroup
	errs, start := make([]error, n), make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

func TestFaultOneKeyManyTimesAtOnce(t *testing.T) {
	policies(t, func(t *testing.T, s *shop) {
		const at, rounds = 32, 2
		for round := range rounds {
			key := fmt.Sprintf("order %d", round)
			placed := make([]ordertocash.Placed, at)
			for _, err := range together(at, func(i int) (err error) {
				placed[i], err = s.place(t.Context(), key, round, "85123A", "22423")
				return err
			}) {
				require.NoError(t, err)
			}
			key = fmt.Sprintf("hold %d", round)
			results := make([]held, at)
			for _, err := range together(at, func(i int) (err error) {
				results[i], err = s.hold(t.Context(), t, s.runner, holding(key, "85123A"), nil)
				return err
			}) {
				require.NoError(t, err)
			}
			for i := range at {
				require.Equal(t, placed[0], placed[i])
				require.Equal(t, results[0], results[i])
			}
		}
		orders, holds := s.assertWhole(t)
		require.Len(t, orders, rounds)
		require.Len(t, holds, rounds)
		t.Logf("%d commands of %d keys: %d effects, the results of each key equal", 2*at*rounds, 2*rounds, len(orders)+len(holds))
	})
}

func TestFaultOneKeyWithTwoPayloads(t *testing.T) {
	policies(t, func(t *testing.T, s *shop) {
		const at = 32
		products := []string{"85123A", "22423"}
		results := make([]held, at)
		errs := together(at, func(i int) (err error) {
			cmd := holding("hold", products[i%2])
			results[i], err = s.hold(t.Context(), t, s.runner, cmd, nil)
			return err
		})
		conflicts, first := 0, -1
		for i, err := range errs {
			if err == nil {
				if first < 0 {
					first = i
				}
				require.Equal(t, first%2, i%2, "one payload is first")
				require.Equal(t, results[first], results[i])
				continue
			}
			var conflict *work.KeyConflictError
			require.ErrorAs(t, err, &conflict)
			require.Equal(t, "hold", conflict.Key)
			require.Equal(t, "test.hold", conflict.Name)
			require.ErrorIs(t, err, tandem.ErrDuplicate)
			conflicts++
		}
		require.Equal(t, at/2, conflicts, "every command with the other payload")
		_, err := s.place(t.Context(), "hold", 1, "85123A")
		var conflict *work.KeyConflictError
		require.ErrorAs(t, err, &conflict, "nor may another command use the key")
		orders, holds := s.assertWhole(t)
		require.Empty(t, orders)
		require.Len(t, holds, 1)
		t.Logf("%d commands of one key and two payloads: 1 effect, %d equal results, %d key conflicts", at, at-conflicts, conflicts)
	})
}
