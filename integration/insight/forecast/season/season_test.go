package season_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast/season"
)

// Five years of quarters on a rising line: added 3, -1, -4, 2, or multiplied.
func TestFiguresByHand(t *testing.T) {
	added, times := []float64{3, -1, -4, 2}, []float64{1.2, 0.9, 0.7, 1.2}
	a, b, c := make([]float64, 20), make([]float64, 20), make([]float64, 20)
	for i := range a {
		a[i] = 50 + float64(i) + added[i%4]
		b[i] = 50 * times[i%4]
		c[i] = 50 + float64(i)
	}
	require.True(t, season.Significant(b, 4))
	require.False(t, season.Significant(c[:11], 4), "fewer than three cycles")
	require.False(t, season.Significant([]float64{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, 4))
	f, ok := season.Classical(a, 4, false)
	require.True(t, ok)
	require.InDeltaSlice(t, added, f.Values, 1e-9)
	require.InDeltaSlice(t, c, f.Remove(a), 1e-9)
	f, ok = season.Classical(b, 4, true)
	require.True(t, ok)
	require.InDeltaSlice(t, times, f.Values, 1e-9)
	s := season.Smooth(b, 4)
	require.InDelta(t, 10, s[8], 1e-9)
	require.InDelta(t, -15, s[10], 1e-9)
}
