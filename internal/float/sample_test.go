package float_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/internal/float"
)

func TestSampleByHand(t *testing.T) {
	require.InDelta(t, 32.0/7, float.Variance([]float64{2, 4, 4, 4, 5, 5, 7, 9}), 1e-15)
	require.Zero(t, float.Variance([]float64{3}))
	require.Equal(t, 4.5, float.Median([]float64{9, 4, 5, 2}))
	require.Equal(t, 5.0, float.Median([]float64{9, 5, 2}))
	require.Zero(t, float.Median(nil))
}

// The worked example of Benjamini and Hochberg (1995), section 3.2: of fifteen tests
// their procedure at 0.05 finds four, the bound of the fourth being 4/15·0.05 = 0.013;
// a control of the family finds three.
func TestManyTestsAsPublished(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	found := func(adjusted []float64) (n int) {
		for _, v := range adjusted {
			if v <= 0.05 {
				n++
			}
		}
		return n
	}
	bh, holm := float.BenjaminiHochberg(p, len(p)), float.Holm(p)
	require.Equal(t, 4, found(bh))
	require.Equal(t, 3, found(holm))
	require.InDelta(t, 0.0095*15/4, bh[3], 1e-15)
	require.InDelta(t, 0.0019*13, holm[2], 1e-12)
	require.True(t, slices.IsSorted(bh))
	require.True(t, slices.IsSorted(holm))
	require.Equal(t, bh[:9], float.BenjaminiHochberg(p[:9], len(p)), "the largest need not be given")
	for _, adjusted := range [][]float64{float.BenjaminiHochberg([]float64{math.NaN(), -3}, 0), float.Holm([]float64{math.Inf(1), 2})} {
		require.Equal(t, []float64{1, 1}, adjusted)
	}
	require.Empty(t, float.BenjaminiHochberg(nil, 3))
	require.Empty(t, float.Holm(nil))
}
