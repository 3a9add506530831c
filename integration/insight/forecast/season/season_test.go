package season_test

import (
	"math"
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

// Of up, down and their reverse in turn, the autocorrelation a cycle away is negative: a
// season by the two-sided test, but nothing that repeats.
func TestRepeatsIsOneSided(t *testing.T) {
	up, down := []float64{1, 2, 3, 9}, []float64{9, 8, 7, 1}
	turns, same := []float64{}, []float64{}
	for i := range 10 {
		same = append(same, up...)
		if i%2 == 0 {
			turns = append(turns, up...)
		} else {
			turns = append(turns, down...)
		}
	}
	require.True(t, season.Significant(turns, 4))
	require.False(t, season.Repeats(turns, 4))
	require.True(t, season.Repeats(turns, 8))
	require.True(t, season.Repeats(same, 4))
	require.False(t, season.Repeats(same[:11], 4), "fewer than three cycles")
	require.False(t, season.Repeats(make([]float64, 40), 4))
}

// Any length of values and cycle has an answer.
func TestShortValuesAndCycles(t *testing.T) {
	for m := -2; m < 9; m++ {
		for n := range 20 {
			y := make([]float64, n)
			for i := range y {
				y[i] = 5 + float64(i*i%7)
			}
			season.Significant(y, m)
			for _, positive := range []bool{false, true} {
				f, ok := season.Classical(y, m, positive)
				require.Equal(t, m >= 1 && n >= m && n-m/2*2 >= m, ok, "%d values, cycle of %d", n, m)
				require.Len(t, f.Remove(y), n)
			}
			s := season.Smooth(y, m)
			require.Len(t, s, n)
			for _, v := range s {
				require.False(t, math.IsNaN(v) || math.IsInf(v, 0))
			}
		}
	}
	require.Equal(t, make([]float64, 5), season.Smooth([]float64{1, 2, 3, 4, 5}, 6))
	require.Equal(t, []float64{1, 2}, season.Figure{}.Remove([]float64{1, 2}))
	_, ok := season.Classical([]float64{1, 2, 3}, 1<<60, true)
	require.False(t, ok)
}
