package regression_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/trend/internal/regression"
)

// The first of Anscombe's quartet (Graphs in Statistical Analysis, 1973): intercept 3.0001
// ± 1.1247, slope 0.5001 ± 0.1179, R² 0.6665, deviation 1.237 on 9 degrees of freedom.
func TestAnscombe(t *testing.T) {
	x := []float64{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5}
	y := []float64{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68}
	one := make([]float64, len(x))
	for i := range one {
		one[i] = 1
	}
	f := regression.LeastSquares(y, [][]float64{one, x})
	require.InDeltaSlice(t, []float64{3.0001, 0.5001}, f.Coefficients, 0.00005)
	require.InDeltaSlice(t, []float64{1.1247, 0.1179}, f.Errors, 0.00005)
	require.InDelta(t, 0.6665, f.RSquared, 0.00005)
	require.InDelta(t, 1.237, f.Deviation, 0.0005)
	require.Equal(t, 9, f.Freedom)
	again := regression.LeastSquares(y, [][]float64{one, x, x})
	require.Equal(t, []int{2}, again.Dropped)
	require.Equal(t, f.Coefficients, again.Coefficients[:2])
}

// Tables of Student's t: 97.5 % and 95 % points.
func TestStudent(t *testing.T) {
	for k, q := range map[int]float64{1: 12.706, 2: 4.303, 5: 2.571, 10: 2.228, 30: 2.042, 100: 1.984} {
		require.InDelta(t, q, regression.StudentQuantile(0.975, k), 0.0006)
		require.InDelta(t, 0.025, regression.StudentTail(q, k), 0.0001)
		require.InDelta(t, 0.975, regression.StudentTail(-q, k), 0.0001)
	}
	require.InDelta(t, 1.812, regression.StudentQuantile(0.95, 10), 0.0005)
	require.InDelta(t, 0, regression.StudentQuantile(0.5, 3), 1e-9)
}

// What is left is at right angles to every column, and nothing is ever not a number.
func TestResidualsAreOrthogonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(0, 20).Draw(t, "n"), rapid.IntRange(0, 5).Draw(t, "k")
		draw := func() []float64 {
			out := make([]float64, n)
			for i := range out {
				out[i] = float64(rapid.IntRange(-3, 3).Draw(t, "v"))
			}
			return out
		}
		y, columns := draw(), make([][]float64, k)
		for i := range columns {
			columns[i] = draw()
		}
		f := regression.LeastSquares(y, columns)
		for i, c := range columns {
			sum := 0.0
			for j := range c {
				sum += c[j] * f.Residuals[j]
			}
			require.InDelta(t, 0, sum, 1e-9)
			require.False(t, math.IsNaN(f.Coefficients[i]+f.Errors[i]))
		}
		for j := range y {
			fitted := 0.0
			for i, c := range columns {
				fitted += f.Coefficients[i] * c[j]
			}
			require.InDelta(t, y[j], fitted+f.Residuals[j], 1e-9)
		}
	})
}
