package changepoint_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/changepoint"
	"github.com/tandem-go/tandem/integration/insight/trend/kendall"
	"github.com/tandem-go/tandem/internal/dataset"
	"github.com/tandem-go/tandem/internal/float"
)

func find(t require.TestingT, y []float64, c changepoint.Config) changepoint.Result {
	r, err := changepoint.Find(forecast.Series{Bucket: forecast.Year, Values: y}, c)
	require.NoError(t, err)
	return r
}

// The flow of the Nile fell in 1899, after 28 observations (Cobb, The problem of the
// Nile, Biometrika 65, 1978: 1898 is the last year of the old level, 1098 before and
// 850 after).
func TestNile(t *testing.T) {
	var y []float64
	for i, line := range strings.Split(strings.TrimSpace(string(dataset.Read(t, "classic-series", "Nile.csv"))), "\n") {
		if i > 0 {
			_, value, _ := strings.Cut(line, ",")
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			require.NoError(t, err)
			y = append(y, v)
		}
	}
	start, err := tandem.NewDate(1871, 1, 1)
	require.NoError(t, err)
	for _, m := range []changepoint.Model{changepoint.Mean, changepoint.MeanVariance} {
		for _, p := range []changepoint.Penalty{changepoint.MBIC, changepoint.BIC} {
			s := forecast.Series{Start: start, Bucket: forecast.Year, Values: y}
			r, err := changepoint.Find(s, changepoint.Config{Model: m, Penalty: p})
			require.NoError(t, err)
			require.Len(t, r.Changes, 1)
			require.Equal(t, 28, r.Changes[0].Position)
			require.Equal(t, "1899-01-01", r.Changes[0].Date.String())
			require.InDelta(t, 1097.75, r.Changes[0].Before, 1e-9)
			require.InDelta(t, 849.97, r.Changes[0].After, 0.005)
		}
	}
}

// By hand: 0 0 0 0 0 1 1 1 1 1 with deviation ½: one segment costs 10·¼/¼ = 10; two cost 0
// and a price of 2·(1 + 1) with AIC.
func TestCostByHand(t *testing.T) {
	y := []float64{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}
	r := find(t, y, changepoint.Config{Penalty: changepoint.AIC, Deviation: 0.5})
	require.Len(t, r.Changes, 1)
	require.Equal(t, 5, r.Changes[0].Position)
	require.InDelta(t, 4, r.Cost, 1e-9)
	r = find(t, y, changepoint.Config{Penalty: changepoint.AIC, Deviation: 1})
	require.Empty(t, r.Changes)
	require.InDelta(t, 2.5, r.Cost, 1e-9)
}

// A walk without a drift has no change of level; without the correction it has many.
func TestWalk(t *testing.T) {
	random := float.NewRandom(7)
	y := make([]float64, 300)
	for i := 1; i < len(y); i++ {
		y[i] = y[i-1] + random.Normal()
	}
	plain := find(t, y, changepoint.Config{})
	require.Equal(t, kendall.Autocorrelated, plain.Warnings[0].Code)
	require.Less(t, 4*len(find(t, y, changepoint.Config{Correct: true}).Changes), len(plain.Changes))
}

func TestLine(t *testing.T) {
	y := make([]float64, 40)
	for i := range y {
		y[i] = 10 + 2*float64(i) + []float64{0.5, -0.5, -0.25, 0.25}[i%4]
		if i >= 24 {
			y[i] = 58 - 3*float64(i-24) + []float64{0.5, -0.5, -0.25, 0.25}[i%4]
		}
	}
	r := find(t, y, changepoint.Config{Model: changepoint.Line, Deviation: 0.5})
	require.Len(t, r.Changes, 1)
	require.InDelta(t, 24, r.Changes[0].Position, 1)
	require.InDelta(t, 2, r.Segments[0].Slope, 0.05)
	require.InDelta(t, -3, r.Segments[1].Slope, 0.05)
}

// segmentCost is the cost by its definition, without sums.
func segmentCost(y []float64, n int, c changepoint.Config, deviation, scale float64) float64 {
	mean, left := float.Mean(y), 0.0
	for _, v := range y {
		left += (v - mean) * (v - mean)
	}
	size := float64(len(y))
	cost := left / deviation / deviation
	switch c.Model {
	case changepoint.MeanVariance:
		v := max(left/size/scale/scale, 1e-8)
		cost = size*math.Log(2*math.Pi*v) + left/scale/scale/v
	case changepoint.Line:
		_, slope := float.Line(y)
		cost = 0
		for i, v := range y {
			e := v - mean - slope*(float64(i)-(size-1)/2)
			cost += e * e / deviation / deviation
		}
	}
	if c.Penalty == changepoint.MBIC {
		cost += math.Log(size / float64(n))
	}
	return cost
}

// PELT gives the least cost over all ways to cut (optimal partitioning, Jackson et al.,
// 2005).
func TestAgainstOptimalPartitioning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 45).Draw(t, "n")
		y := make([]float64, n)
		level := 0.0
		for i := range y {
			if rapid.IntRange(0, 9).Draw(t, "jump") == 0 {
				level = float64(rapid.IntRange(-9, 9).Draw(t, "level"))
			}
			y[i] = level + float64(rapid.IntRange(-20, 20).Draw(t, "noise"))/10
		}
		c := changepoint.Config{
			Model:   rapid.SampledFrom(changepoint.Models()).Draw(t, "model"),
			Penalty: rapid.SampledFrom(changepoint.Penalties()).Draw(t, "penalty"), Minimum: rapid.IntRange(3, 6).Draw(t, "minimum"),
		}
		r := find(t, y, c)
		if n < 2*c.Minimum || r.Cost == 0 {
			return
		}
		mean, scale := float.Mean(y), 0.0
		for _, v := range y {
			scale += (v - mean) * (v - mean)
		}
		scale = math.Sqrt(scale / float64(n))
		best := make([]float64, n+1)
		best[0] = -r.Price
		for end := 1; end <= n; end++ {
			best[end] = math.Inf(1)
			for s := 0; s+c.Minimum <= end; s++ {
				best[end] = min(best[end], best[s]+segmentCost(y[s:end], n, c, r.Deviation, scale)+r.Price)
			}
		}
		require.InDelta(t, best[n], r.Cost, 1e-6*(1+math.Abs(best[n])))
		for _, g := range r.Segments {
			require.GreaterOrEqual(t, g.Values, c.Minimum)
		}
	})
}

func TestAlwaysAnAnswer(t *testing.T) {
	long := make([]float64, 3000)
	for i := range long {
		long[i] = float64(i * 7919 % 101)
	}
	for name, y := range map[string][]float64{
		"nothing": nil, "one": {5}, "constant": {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, "zeros": make([]float64, 30),
		"huge": {1e15, -1e15, 1e15, -1e15, 1e15, -1e15, 0, 0, 1, 1, 1, 1}, "jump": {0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 5}, "long": long,
	} {
		for _, m := range changepoint.Models() {
			r := find(t, y, changepoint.Config{Model: m, Candidates: 200})
			require.False(t, math.IsNaN(r.Cost) || math.IsInf(r.Cost, 0), name)
			for _, g := range r.Segments {
				require.False(t, math.IsNaN(g.Mean+g.Deviation+g.Slope), name)
			}
			if name == "jump" {
				require.Len(t, r.Changes, 1)
			}
			if name == "constant" {
				require.Empty(t, r.Changes)
			}
		}
	}
	r := find(t, long, changepoint.Config{Candidates: 200})
	require.Empty(t, r.Changes)
	require.Equal(t, changepoint.Approximate, r.Warnings[0].Code)
	_, err := changepoint.Find(forecast.Series{Bucket: forecast.Day}, changepoint.Config{Model: "x", Penalty: "y", Minimum: 1})
	require.ErrorContains(t, err, "config.model")
	require.ErrorContains(t, err, "config.penalty")
	require.ErrorContains(t, err, "config.minimum")
}

func BenchmarkFind(b *testing.B) {
	y := make([]float64, 100_000)
	for i := range y {
		y[i] = float64(i * 7919 % 10007)
	}
	for range b.N {
		find(b, y, changepoint.Config{})
	}
	b.ReportMetric(float64(len(y)*b.N)/b.Elapsed().Seconds(), "values/s")
}

// Tiny values and deviations give finite answers: those of the same values enlarged.
func TestTinyNumbers(t *testing.T) {
	one, zeros := make([]float64, 31), make([]float64, 31)
	one[30] = 1
	step := make([]float64, 30)
	for i := range step {
		step[i] = float64(i/15) + 0.01*float64(i%3)
	}
	for _, y := range [][]float64{one, zeros, step} {
		for _, m := range changepoint.Models() {
			for _, p := range changepoint.Penalties() {
				want := find(t, y, changepoint.Config{Model: m, Penalty: p})
				for _, scale := range []float64{0x1p-1074, 0x1p-700, 0x1p-400} {
					tiny := make([]float64, len(y))
					for i, v := range y {
						tiny[i] = v * scale
					}
					for _, deviation := range []float64{0, 1e-300, 1, 1e15} {
						got := find(t, tiny, changepoint.Config{Model: m, Penalty: p, Deviation: deviation})
						_, err := json.Marshal(got)
						require.NoError(t, err)
						if deviation == 0 && scale > 0x1p-1000 {
							require.Equal(t, want.Cost, got.Cost)
							require.Len(t, got.Changes, len(want.Changes))
						}
					}
				}
				_, err := json.Marshal(find(t, y, changepoint.Config{Model: m, Penalty: p, Deviation: 1e-300}))
				require.NoError(t, err)
			}
		}
	}
}
