package safetystock_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/policy/safetystock"
	"github.com/tandem-go/tandem/internal/float"
)

// Table B.1 of Silver, Pyke and Thomas: k, 1 − Φ(k), G(k).
func TestUnitNormalTable(t *testing.T) {
	for _, row := range [][3]float64{
		{0, 0.5, 0.3989}, {0.5, 0.3085, 0.1978}, {1, 0.1587, 0.0833}, {1.28, 0.1003, 0.0475}, {1.5, 0.0668, 0.0293},
		{2, 0.0228, 0.0085}, {2.33, 0.0099, 0.0034}, {3, 0.0013, 0.0004}, {-1, 0.8413, 1.0833}, {-2, 0.9772, 2.0085},
	} {
		assert.InDelta(t, row[1], safetystock.Above(row[0]), 0.00006, "above %g", row[0])
		assert.InDelta(t, row[2], safetystock.Loss(row[0]), 0.00006, "loss at %g", row[0])
	}
}

// G(k) = ∫ y·φ(k + y) dy over y > 0, by Simpson's rule.
func lossByIntegration(k float64) float64 {
	const n = 4000
	width := 12 / (1 + math.Abs(k)/4)
	step := width / n
	sum := new(big.Float).SetPrec(200)
	for i := range n + 1 {
		weight := 2.0
		switch {
		case i == 0 || i == n:
			weight = 1
		case i%2 == 1:
			weight = 4
		}
		y := float64(i) * step
		// ∫ y·φ(k + y) dy
		sum.Add(sum, big.NewFloat(weight*y*math.Exp(-(k+y)*(k+y)/2)))
	}
	v, _ := sum.Float64()
	return v * step / 3 / math.Sqrt(2*math.Pi)
}

func TestLossInTheFarTail(t *testing.T) {
	for _, k := range []float64{0.1, 1, 1.99, 2.01, 3, 5, 8, 12, 20, 30} {
		assert.InEpsilon(t, lossByIntegration(k), safetystock.Loss(k), 1e-9, "k = %g", k)
	}
	// Both sides of the change of method meet.
	assert.InEpsilon(t, safetystock.Loss(2), safetystock.Loss(math.Nextafter(2, 3)), 1e-13)
	assert.InEpsilon(t, safetystock.Above(2), safetystock.Above(math.Nextafter(2, 3)), 1e-13)
	assert.InEpsilon(t, safetystock.SecondLoss(2), safetystock.SecondLoss(math.Nextafter(2, 3)), 1e-11)
	assert.Zero(t, safetystock.Loss(math.Inf(1)))
	assert.Zero(t, safetystock.SecondLoss(math.Inf(1)))
	assert.InDelta(t, 1000, safetystock.Loss(-1000), 1e-9)
}

func TestInverseOfTheLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.Float64Range(-100, 36).Draw(t, "k")
		require.InDelta(t, k, safetystock.InverseLoss(safetystock.Loss(k)), 1e-9*(1+math.Abs(k)))
	})
	for _, g := range []float64{0, -1, 1e-310, math.Inf(1), 1e300} {
		assert.True(t, float.Finite(safetystock.InverseLoss(g)), "%g", g)
	}
}

// SecondLoss is the integral of Loss.
func TestSecondLossIsTheIntegralOfTheLoss(t *testing.T) {
	for _, k := range []float64{-3, -1, 0, 1, 1.9, 2.5, 4, 6} {
		const h = 1e-4
		slope := (safetystock.SecondLoss(k+h) - safetystock.SecondLoss(k-h)) / (2 * h)
		assert.InEpsilon(t, -safetystock.Loss(k), slope, 1e-4, "k = %g", k)
	}
	assert.InDelta(t, 0.25, safetystock.SecondLoss(0), 1e-15)
}

// By hand: Q = 200, σ = 100, β = 0.99 asks for G(k) = 0.02, k = 1.66 in the table
// (G(1.66) = 0.0201); the same numbers as a cycle service would be k = 2.33. A fill
// rate of 0.75 with Q = 200 asks for G = 0.5, a negative factor.
func TestFactorsOfFillRateAndCycleService(t *testing.T) {
	assert.InDelta(t, 1.66, safetystock.FillRateFactor(0.99, 200, 100), 0.005)
	assert.InDelta(t, 2.326, safetystock.CycleServiceFactor(0.99), 0.0005)
	assert.InDelta(t, -0.19, safetystock.FillRateFactor(0.75, 200, 100), 0.01)
	assert.Zero(t, safetystock.FillRateFactor(0.9, 10, 0))
	exact := safetystock.ExactFillRateFactor(0.9, 50, 100)
	assert.Less(t, exact, safetystock.FillRateFactor(0.9, 50, 100))
	assert.InDelta(t, 0.05, safetystock.Loss(exact)-safetystock.Loss(exact+0.5), 1e-12)
}

// μ = 100, σ = 30, a lead time of 4 ± 1: 400 and √(4·900 + 10,000·1) = 116.62.
func TestLeadTimeThatVaries(t *testing.T) {
	mean, deviation := safetystock.LeadTimeDemand(100, 900, 4, 1)
	assert.InDelta(t, 400, mean, 1e-9)
	assert.InDelta(t, 116.619, deviation, 0.001)
}

// Errors of 1, 1, −1, −1 by step come together over two buckets: 2, 0, −2 are √(8/3) =
// 1.633, the root of time says √2 · 1 = 1.414.
func TestErrorsComeTogether(t *testing.T) {
	e := safetystock.Errors{
		Actual:    []float64{11, 11, 9, 9},
		Forecasts: [][]float64{{10, 10}, {10, 10}, {10, 10}, {10}},
	}
	d, err := e.Deviation(safetystock.Cumulative, 2)
	require.NoError(t, err)
	assert.InDelta(t, math.Sqrt(8.0/3), d.Deviation, 1e-12)
	assert.Equal(t, 3, d.Count)
	assert.Zero(t, d.Bias)
	d, err = e.Deviation(safetystock.RootOfTime, 2)
	require.NoError(t, err)
	assert.InDelta(t, math.Sqrt2, d.Deviation, 1e-12)
	assert.Equal(t, 4, d.Count)

	d, err = safetystock.Errors{}.Deviation(safetystock.Cumulative, 3)
	require.NoError(t, err)
	assert.Zero(t, d.Deviation)
	_, err = safetystock.Errors{Actual: []float64{math.NaN()}}.Deviation("guess", 0)
	for _, path := range []string{"basis", "buckets", "actual"} {
		assert.ErrorContains(t, err, path)
	}
}

func shortage(penalty safetystock.Penalty, cost float64) safetystock.Shortage {
	return safetystock.Shortage{
		Rate: 200, Mean: 50, Deviation: 21, OrderCost: 20, HoldingCost: 0.5, Penalty: penalty, Cost: cost, Lowest: -3,
	}
}

// By hand for Q = 129 given. B1 = 30: D·B1/(√2π·Q·h·σ) = 6000/(2.5066·129·0.5·21) =
// 1.7672, k = √(2·ln 1.7672) = 1.0672. B2 = 2: Q·h/(D·B2) = 64.5/400 = 0.16125, k =
// 0.989. B3 = 4.5: G(k) = 0.5·129/(5·21) = 0.6143, k = −0.375
// (G(0.375) = 0.2392, G(−k) = G(k) + k).
func TestDecisionRules(t *testing.T) {
	for _, c := range []struct {
		penalty safetystock.Penalty
		cost, k float64
	}{{safetystock.PerOccasion, 30, 1.0672}, {safetystock.PerUnit, 2, 0.9892}, {safetystock.PerUnitTime, 4.5, -0.375}} {
		s := shortage(c.penalty, c.cost)
		s.Quantity = 129
		p, err := s.Point()
		require.NoError(t, err)
		assert.InDelta(t, c.k, p.Factor, 0.002, c.penalty)
		assert.InDelta(t, 50+21*p.Factor, p.ReorderPoint, 1e-9)
	}
	s := shortage(safetystock.PerOccasion, 0.001)
	p, err := s.Point()
	require.NoError(t, err)
	assert.True(t, p.AtLowest)
	assert.Equal(t, -3.0, p.Factor)
	s.Deviation = 0
	p, err = s.Point()
	require.NoError(t, err)
	assert.Equal(t, 1.0, p.FillRate)
	_, err = safetystock.Shortage{Rate: -1}.Point()
	for _, path := range []string{"rate", "order_cost", "holding_cost", "penalty", "cost"} {
		assert.ErrorContains(t, err, path)
	}
}

// No quantity or factor nearby is cheaper than the pair found.
func TestPairOfFactorAndQuantityIsTheCheapest(t *testing.T) {
	for _, penalty := range safetystock.Penalties() {
		for _, cost := range []float64{5, 50, 500} {
			s := shortage(penalty, cost)
			best, err := s.Point()
			require.NoError(t, err)
			assert.Less(t, best.Iterations, 100)
			for _, q := range []float64{0.9, 0.99, 1.01, 1.1} {
				for _, k := range []float64{-0.1, 0, 0.1} {
					if best.AtLowest && k < 0 {
						continue // not allowed
					}
					near := s
					near.Quantity = best.Quantity * q
					near.Lowest = best.Factor + k // a factor of one's own: the best one there is below it
					p, err := near.Point()
					require.NoError(t, err)
					assert.GreaterOrEqual(t, p.Cost, best.Cost*(1-1e-9), "%s %g: %g, %g", penalty, cost, q, k)
				}
			}
		}
	}
}
