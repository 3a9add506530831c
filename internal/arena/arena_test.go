package arena

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValuesStayWhereTheyWerePut(t *testing.T) {
	var a Arena[int]
	require.Zero(t, a.Len())
	places := make([]*int, 3*chunk+1)
	for i := range places {
		require.Equal(t, i, a.Append(func(v *int) { *v = i * i }))
		places[i] = a.At(i)
	}
	require.Equal(t, len(places), a.Len())
	for i, p := range places {
		require.Same(t, p, a.At(i))
		require.Equal(t, i*i, *p)
	}
}

func TestReadersSeeCompleteValuesWhileAWriterAppends(t *testing.T) {
	var a Arena[[2]int]
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			for n := 0; n < 20_000; {
				n = a.Len()
				if n > 0 && *a.At(n - 1) != [2]int{n, -n} {
					t.Errorf("value %d is %v", n-1, *a.At(n - 1))
					return
				}
			}
		})
	}
	for n := range 20_000 {
		a.Append(func(v *[2]int) { *v = [2]int{n + 1, -n - 1} })
	}
	wait.Wait()
}

func TestDroppedChunksAreLetGo(t *testing.T) {
	var a Arena[int]
	a.Drop(5)
	for i := range 5 * chunk {
		a.Append(func(v *int) { *v = i })
	}
	for _, n := range []int{0, chunk - 1, chunk, 3*chunk + 1, 2 * chunk} {
		a.Drop(n)
		for i := max(n, 3*chunk); i < a.Len(); i++ {
			require.Equal(t, i, *a.At(i))
		}
	}
	require.Nil(t, (*a.chunks.Load())[2])
	require.NotNil(t, (*a.chunks.Load())[3])
	a.Drop(10 * chunk)
	require.Equal(t, 5*chunk, a.Append(func(v *int) { *v = 7 }))
	require.Equal(t, 7, *a.At(5 * chunk))
}
