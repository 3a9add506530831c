package ets_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight/forecast/ets"
)

// By hand, α = 0.5, β = 0.3, φ = 0.8, σ = 1: an error of one raises the next value by c₁ = 0.5 + 0.3·0.8 = 0.74 and the
// one after by c₂ = 0.5 + 0.3·(0.8 + 0.64) = 0.932; the variances are 1, 1 + c₁² and 1 + c₁² + c₂², that of the sum of
// three is 1 + (1 + c₁)² + (1 + c₁ + c₂)². By the formula of Hyndman and Athanasopoulos
// (Forecasting: principles and practice, section 8.7) it is 1 + 1.75 + 48·0.44 - 13.8705·0.94373 = 10.780 at step 8.
func TestVariancesOfADampedTrendByHand(t *testing.T) {
	m := ets.Model{Kind: kind("ETS(A,Ad,N)"), Period: 1, Alpha: 0.5, Beta: 0.3, Phi: 0.8, Variance: 1}
	v := m.Variances(8)
	require.InDeltaSlice(t, []float64{1, 1.5476, 2.416224}, v[:3], 1e-12)
	require.InDelta(t, 10.780, v[7], 0.0005)
	total, ok := m.TotalVariance(3)
	require.True(t, ok)
	require.InDelta(t, 1+1.74*1.74+2.672*2.672, total, 1e-12)
}
