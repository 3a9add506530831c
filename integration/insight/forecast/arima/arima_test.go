package arima_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast/arima"
	"github.com/tandem-go/tandem/internal/float"
)

func TestFitFindsTheCoefficientsOfASimulatedSeries(t *testing.T) {
	random := float.NewRandom(3)
	y := make([]float64, 4000)
	before := 0.0
	for i := 1; i < len(y); i++ {
		e := random.Normal()
		y[i] = 0.7*y[i-1] + e + 0.4*before
		before = e
	}
	m, err := arima.Fit(y, arima.Order{P: 1, Q: 1, Period: 1, Constant: true}, arima.Config{})
	require.NoError(t, err)
	require.InDelta(t, 0.7, m.AR[0], 0.04)
	require.InDelta(t, 0.4, m.MA[0], 0.05)
	require.InDelta(t, 1, m.Variance, 0.06)
}

// A random walk's variance grows by the step (Box and Jenkins, chapter 5); a
// seasonal one's by the cycle.
func TestVariancesOfRandomWalks(t *testing.T) {
	y := []float64{1, 3, 2, 5, 4, 7, 6, 9, 8, 12, 11, 13}
	m, err := arima.Fit(y, arima.Order{D: 1, Period: 1}, arima.Config{})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{m.Variance, 2 * m.Variance, 3 * m.Variance}, m.Variances(3), 1e-9)
	require.Equal(t, []float64{13, 13}, m.Points(2))
	m, err = arima.Fit(y, arima.Order{SD: 1, Period: 4}, arima.Config{})
	require.NoError(t, err)
	require.InDelta(t, 2*m.Variance, m.Variances(5)[4], 1e-9)
	require.Equal(t, []float64{8, 12, 11, 13, 8}, m.Points(5))
	require.Equal(t, "ARIMA(0,0,0)(0,1,0)[4]", m.Order.String())
}

func TestAutoIsFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 0, 40).Draw(t, "y")
		if rapid.Bool().Draw(t, "constant") {
			for i := range y {
				y[i] = y[0]
			}
		}
		m, err := arima.Auto(y, rapid.SampledFrom([]int{1, 4, 7}).Draw(t, "period"), arima.Config{})
		if err != nil {
			return
		}
		for _, v := range append(m.Points(12), m.Variances(12)...) {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0), "%v", m.Order)
		}
	})
}

func TestOrderRefusesWhatIsOutOfRange(t *testing.T) {
	require.Error(t, arima.Order{P: 6, Period: 1}.Validate())
	require.Error(t, arima.Order{SP: 1, Period: 1}.Validate())
	require.Error(t, arima.Order{D: 2, Period: 1, Constant: true}.Validate())
}
