package classify_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/integration/insight/policy/classify"
	"github.com/tandem-go/tandem/internal/float"
)

// By hand: 500, 200, 150, 100, 50 of 1,000 are 50, 70, 85, 95 and 100 %. 150 passes 80 %:
// with the upper boundary it is A, with the lower one B; 100 ends at 95 %, which is B
// by both.
func TestBoundaryOfValueClasses(t *testing.T) {
	values := []float64{50, 500, 0, 150, -20, 200, 100}
	r, err := classify.ABC(values, classify.ABCRule{})
	require.NoError(t, err)
	assert.Equal(t, []classify.Class{"C", "A", "C", "A", "C", "A", "B"}, r.Classes)
	assert.Equal(t, []int{5, 1, 6, 3, 7, 2, 4}, r.Ranks)
	assert.InDeltaSlice(t, []float64{1, 0.5, 1, 0.85, 1, 0.7, 0.95}, r.Shares, 1e-12)
	assert.Equal(t, [3]int{3, 1, 3}, r.Count)
	assert.Equal(t, classify.ABCRule{A: 0.8, B: 0.95, Boundary: classify.Upper}, r.Rule)

	r, err = classify.ABC(values, classify.ABCRule{Boundary: classify.Lower})
	require.NoError(t, err)
	assert.Equal(t, []classify.Class{"C", "A", "C", "B", "C", "A", "B"}, r.Classes)

	// One item that is all of the value: A, or by the lower boundary C.
	r, err = classify.ABC([]float64{7}, classify.ABCRule{})
	require.NoError(t, err)
	assert.Equal(t, []classify.Class{"A"}, r.Classes)
	r, err = classify.ABC([]float64{7}, classify.ABCRule{Boundary: classify.Lower})
	require.NoError(t, err)
	assert.Equal(t, []classify.Class{"C"}, r.Classes)
}

func TestValueClassesAreOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(-10, 1e6)).Draw(t, "values")
		r, err := classify.ABC(values, classify.ABCRule{Boundary: rapid.SampledFrom(classify.Boundaries()).Draw(t, "boundary")})
		require.NoError(t, err)
		require.Equal(t, len(values), r.Count[0]+r.Count[1]+r.Count[2])
		for i := range values {
			for j := range values {
				if values[i] > values[j] {
					require.LessOrEqual(t, r.Classes[i], r.Classes[j])
				}
			}
		}
	})
}

// By hand: 8, 10, 12 have mean 10 and deviation 2: 0.2. Errors of 9 and −12 are √112.5
// = 10.607, over 10: 1.061.
func TestPredictability(t *testing.T) {
	r, err := classify.XYZ([]float64{8, 10, 12}, nil, classify.XYZRule{})
	require.NoError(t, err)
	assert.Equal(t, classify.X, r.Class)
	assert.InDelta(t, 0.2, r.Variation, 1e-12)
	r, err = classify.XYZ([]float64{8, 10, 12}, []float64{9, -12}, classify.XYZRule{Basis: classify.OfError})
	require.NoError(t, err)
	assert.Equal(t, classify.Z, r.Class)
	assert.InDelta(t, 1.0607, r.Variation, 1e-4)
	r, err = classify.XYZ([]float64{8, 10, 12}, nil, classify.XYZRule{X: 0.1, Y: 0.2})
	require.NoError(t, err)
	assert.Equal(t, classify.Y, r.Class, "at the limit")
	for _, demand := range [][]float64{nil, {0, 0}, {5}, {-1, 1}, {1e-300, 1e15}} {
		r, err := classify.XYZ(demand, nil, classify.XYZRule{})
		require.NoError(t, err)
		assert.Equal(t, classify.Z, r.Class)
		assert.True(t, float.Finite(r.Variation))
		assert.NotEmpty(t, r.Reason)
	}
}

// Demand in two of three buckets: an interval of 1.5; sizes 1 and 3: mean 2, CV² = ¼.
func TestGridOfSyntetosAndBoylan(t *testing.T) {
	r, err := classify.Grid([]float64{1, 0, 3, 1, 0, 3}, classify.GridRule{})
	require.NoError(t, err)
	assert.Equal(t, classify.GridResult{
		Rule: classify.GridRule{Interval: 1.32, Variation: 0.49}, Pattern: intermittent.Intermittent,
		Interval: 1.5, Variation: 0.25, Method: intermittent.SBA,
	}, r)
	for pattern, demand := range map[intermittent.Class][]float64{
		intermittent.Smooth: {5, 6, 5}, intermittent.Erratic: {1, 20, 1, 1}, intermittent.Lumpy: {0, 1, 0, 40, 0, 1}, intermittent.NoDemand: {0, -3},
	} {
		r, err := classify.Grid(demand, classify.GridRule{})
		require.NoError(t, err)
		assert.Equal(t, pattern, r.Pattern)
	}
	r, err = classify.Grid([]float64{1, 0, 3, 1, 0, 3}, classify.GridRule{Interval: 2, Variation: 0.25})
	require.NoError(t, err)
	assert.Equal(t, intermittent.Erratic, r.Pattern, "a rule of one's own, at its limit")
	r, err = classify.Grid(nil, classify.GridRule{})
	require.NoError(t, err)
	assert.Equal(t, intermittent.NoDemand, r.Pattern)
}

func TestFaultsOfClassesAreAllNamed(t *testing.T) {
	_, err := classify.ABC([]float64{1, math.NaN()}, classify.ABCRule{A: 2, B: 0.1, Boundary: "middle"})
	for _, path := range []string{"values[1]", "rule.a", "rule.b", "rule.boundary"} {
		assert.ErrorContains(t, err, path)
	}
	_, err = classify.XYZ([]float64{math.Inf(1)}, nil, classify.XYZRule{X: -1, Y: -2, Basis: "guess"})
	for _, path := range []string{"demand[0]", "rule.x", "rule.y", "rule.basis"} {
		assert.ErrorContains(t, err, path)
	}
	_, err = classify.Grid(nil, classify.GridRule{Interval: 0.5, Variation: -1})
	for _, path := range []string{"rule.interval", "rule.variation"} {
		assert.ErrorContains(t, err, path)
	}
	var class classify.Class
	require.NoError(t, class.UnmarshalText([]byte("A")))
	assert.Error(t, class.UnmarshalText([]byte("a")))
}
