package forecast_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

// Moved down by 11 only 25 of 36 is left, of five a mean of 5; by 2.5, 33.5 and 1.5, a mean of 7.
func TestLoweredSamplesHaveTheMean(t *testing.T) {
	for mean, want := range map[float64][]float64{5: {0, 0, 0, 0, 25}, 7: {0, 0, 0, 1.5, 33.5}} {
		d := forecast.Distribution{Samples: []float64{-30, -10, 0, 4, 36}}
		d.Lower(mean)
		require.InDeltaSlice(t, want, d.Samples, 1e-12)
	}
}

// Of any width the mean is kept, no sample is below zero or above the greatest future, and a little more width is a
// little more or less demand. Up to twice the mean the deviation is nearly that of the futures.
func TestRaisedDemandByWidth(t *testing.T) {
	const n = 1000
	before := map[float64]float64{}
	for relative := 0.35; relative < 12; relative += 0.01 {
		d := forecast.Distribution{Samples: make([]float64, n)}
		for i := range d.Samples {
			d.Samples[i] = 10 * (1 + relative*float.NormalQuantile((float64(i)+0.5)/n))
		}
		most := d.Samples[n-1]
		d.Raise(10)
		require.True(t, slices.IsSorted(d.Samples))
		require.InDelta(t, 10, d.Mean(), 1e-6, relative)
		require.GreaterOrEqual(t, d.Samples[0], 0.0)
		require.LessOrEqual(t, d.Samples[n-1], most*(1+1e-12), relative)
		if relative <= 2 {
			require.InEpsilon(t, 10*relative, d.Deviation(), 0.15, relative)
		}
		for _, p := range []float64{0.5, 0.9, 0.95, 0.99, 0.999} {
			q := d.Quantile(p)
			if old, ok := before[p]; ok {
				require.Less(t, math.Abs(q-old), 3.0, "%v at %v", p, relative)
			}
			before[p] = q
		}
	}
}

// A year of 20 to 39 a week and six weeks of nothing, and the two values 100 and 10: about points near zero the futures
// are wide, and the gamma distribution of their variance ordered three times what any of them had.
func TestNoDemandIsAboveTheFutures(t *testing.T) {
	ended := make([]float64, 58)
	for i := range 52 {
		ended[i] = 20 + float64(i*7%20)
	}
	for _, values := range [][]float64{ended, {100, 10}} {
		s := forecast.Series{Bucket: forecast.Week, Values: values}
		for _, m := range []forecast.Method{forecast.SES, forecast.ETS, forecast.Combination, forecast.Auto, forecast.Naive} {
			for _, n := range []int{1, 4, 9} {
				fit, err := m.Fit(s, forecast.Config{})
				require.NoError(t, err)
				futures, err := fit.Demand(forecast.FixedLeadTime(n))
				require.NoError(t, err)
				declared, err := m.Fit(s, forecast.Config{NonNegative: true})
				require.NoError(t, err)
				d, err := declared.Demand(forecast.FixedLeadTime(n))
				require.NoError(t, err)
				up := 0.0 // where points are raised, all futures are
				for i, p := range declared.Expected(n) {
					up += p - fit.Expected(n)[i]
				}
				require.LessOrEqual(t, d.Samples[999], (futures.Samples[999]+up)*(1+1e-9), "%s %d", m, n)
				require.LessOrEqual(t, d.Quantile(0.95), futures.Quantile(0.99)+up, "%s %d", m, n)
			}
		}
	}
}
