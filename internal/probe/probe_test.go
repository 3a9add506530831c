package probe

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func all(t *Table, hash uint64) (out []int) {
	for c := t.Seek(hash); ; {
		n, ok := c.Next()
		if !ok {
			return out
		}
		out = append(out, n)
	}
}

func TestAnEmptyTableHasNothing(t *testing.T) {
	require.Empty(t, all(new(Table), 0))
	require.Empty(t, all(new(Table), 1<<63))
}

// A few hashes, so that records share them and run into one another; the model is a map.
func TestATableFindsWhatWasAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOf(rapid.SampledFrom([]uint64{0, 1, 15, 16, 17, 31, 1 << 20, 1<<32 - 1})).Draw(t, "hashes")
		var table Table
		model := map[uint64][]int{}
		for n, hash := range hashes {
			table.Add(hash, n)
			model[hash] = append(model[hash], n)
		}
		for _, hash := range []uint64{0, 1, 2, 15, 16, 17, 31, 1 << 20, 1<<32 - 1} {
			require.ElementsMatch(t, model[hash], all(&table, hash))
		}
	})
}

func TestReadersFindWhatIsPublishedWhileAWriterAdds(t *testing.T) {
	var table Table
	var published atomic.Int64
	var wait sync.WaitGroup
	const many = 50_000
	for range 3 {
		wait.Go(func() {
			for seen := int64(0); seen < many; {
				if seen = published.Load(); seen == 0 {
					continue
				}
				if got := all(&table, uint64(seen-1)*0x9E3779B97F4A7C15); len(got) != 1 || got[0] != int(seen-1) {
					t.Errorf("record %d: %v", seen-1, got)
					return
				}
			}
		})
	}
	for n := range many {
		table.Add(uint64(n)*0x9E3779B97F4A7C15, n)
		published.Store(int64(n) + 1)
	}
	wait.Wait()
}
