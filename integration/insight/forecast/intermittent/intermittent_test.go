package intermittent_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/forecast/intermittent"
	"github.com/tandem-go/tandem/internal/dataset"
	"github.com/tandem-go/tandem/internal/float"
)

// By hand with a weight of 0.5: demands 4 (at 2), 2 (3 later): size 4 → 3, interval
// 2 → 2.5; Croston 1.2, SBA 0.75·1.2 = 0.9.
func TestCrostonByHand(t *testing.T) {
	y := []float64{0, 4, 0, 0, 2}
	m, err := intermittent.Fit(y, intermittent.Croston, 0.5)
	require.NoError(t, err)
	require.InDelta(t, 1.2, m.Rate, 1e-12)
	require.InDeltaSlice(t, []float64{2, 2, 2, 2, 2}, m.Fitted, 1e-12)
	m, err = intermittent.Fit(y, intermittent.SBA, 0.5)
	require.NoError(t, err)
	require.InDelta(t, 0.9, m.Rate, 1e-12)
	// TSB: probability 0.4 → 0.2 → 0.6 → 0.3 → 0.15 → 0.575; size 3.
	m, err = intermittent.Fit(y, intermittent.TSB, 0.5)
	require.NoError(t, err)
	require.InDelta(t, 0.575*3, m.Rate, 1e-12)
}

func TestObsolescenceIsSeenByTSBOnly(t *testing.T) {
	y := make([]float64, 60)
	for i := 0; i < 30; i += 3 {
		y[i] = 5
	}
	tsb, _ := intermittent.Fit(y, intermittent.TSB, 0.1)
	croston, _ := intermittent.Fit(y, intermittent.Croston, 0.1)
	require.Less(t, tsb.Rate, 0.1)
	require.Greater(t, croston.Rate, 1.0)
}

func TestClassify(t *testing.T) {
	for want, y := range map[intermittent.Class][]float64{
		intermittent.Smooth:       {5, 6, 5, 6},
		intermittent.Erratic:      {1, 30, 2, 1},
		intermittent.Intermittent: {0, 5, 0, 6, 0, 5},
		intermittent.Lumpy:        {0, 1, 0, 40, 0, 2},
		intermittent.NoDemand:     {0, 0},
	} {
		got, _, _ := intermittent.Classify(y)
		require.Equal(t, want, got)
	}
}

func TestPathsHaveTheRateAndVariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0, 0, 1, 2, 7, -1}), 0, 60).Draw(t, "y")
		m, err := intermittent.Fit(y, rapid.SampledFrom(intermittent.Methods()).Draw(t, "method"), 0)
		require.NoError(t, err)
		require.False(t, math.IsNaN(m.Rate) || m.Rate < 0)
		random, out := float.NewRandom(1), make([]float64, 5)
		const paths = 20000
		sum, square := 0.0, 0.0
		for range paths {
			m.Path(out, &random)
			sum += out[0] / paths
			square += (out[0] - m.Rate) * (out[0] - m.Rate) / paths
		}
		require.InDelta(t, m.Rate, sum, 0.02+0.08*m.Rate)
		require.Greater(t, square, 0.8*m.Variance()-0.05) // and more where the rate itself is in doubt
	})
}

// Two demands of the same size in forty months, Croston with a weight of 0.1: the rate rests on both of them, so that its
// squared relative error is a half, and little is added by its wandering within six months.
func TestFewDemandsLeaveTheRateInDoubt(t *testing.T) {
	y := make([]float64, 40)
	y[19], y[39] = 3, 3
	m, err := intermittent.Fit(y, intermittent.Croston, 0.1)
	require.NoError(t, err)
	require.InDelta(t, 0.5, m.Uncertainty(6), 0.1)
	require.Greater(t, m.Uncertainty(600), m.Uncertainty(6))
	random, out := float.NewRandom(3), make([]float64, 24)
	const paths = 20000
	sum, square := 0.0, 0.0
	for range paths {
		m.Path(out, &random)
		total := 0.0
		for _, v := range out {
			total += v
		}
		sum += total / paths
		square += total * total / paths
	}
	want := 24 * m.Rate
	require.InEpsilon(t, want, sum, 0.03)
	known := 24 * m.Variance()
	require.InEpsilon(t, known+m.Uncertainty(24)*want*want, square-sum*sum, 0.1)
}

// Of a rate that wanders much (weight 0.4, no history of wandering), the first steps do not depend on how many follow, each
// later one is less certain, and a sum has the uncertainty of its horizon.
func TestTheRateWandersStepByStep(t *testing.T) {
	y := []float64{1, 0, 5, 0, 2, 4, 0, 1, 6, 0, 3}
	m, err := intermittent.Fit(y, intermittent.TSB, 0.4)
	require.NoError(t, err)
	require.Zero(t, m.Wandering)
	const paths, h = 40000, 30
	short, long := make([]float64, 2), make([]float64, h)
	squares, sum, square := make([]float64, h), 0.0, 0.0
	for k := range paths {
		a, b := float.NewRandom(uint64(k)), float.NewRandom(uint64(k))
		m.Path(short, &a)
		m.Path(long, &b)
		require.Equal(t, short, long[:2])
		total := 0.0
		for i, v := range long {
			squares[i] += (v - m.Rate) * (v - m.Rate) / paths
			total += v
		}
		sum += total / paths
		square += total * total / paths
	}
	require.Less(t, squares[0], squares[9])
	require.Less(t, squares[9], squares[29])
	want := h * m.Rate
	require.InEpsilon(t, want, sum, 0.03)
	require.InEpsilon(t, h*m.Variance()+m.Uncertainty(h)*want*want, square-sum*sum, 0.15)
}

// carParts reads the complete series with two sales in the first 39 months.
func carParts(t *testing.T) [][]float64 {
	var parts [][]float64
	_, rows, _ := strings.Cut(string(dataset.Read(t, "carparts", "carparts.csv.gz")), "\n")
next:
	for line := range strings.Lines(rows) {
		var y []float64
		for _, field := range strings.Split(strings.TrimSpace(line), ",")[1:] {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				continue next
			}
			y = append(y, v)
		}
		sales := 0
		for _, v := range y[:39] {
			if v > 0 {
				sales++
			}
		}
		if sales >= 2 {
			parts = append(parts, y)
		}
	}
	return parts
}

// The aims of the project: RMSSE at most 0.686, absolute mean error at most 0.07.
func TestCarParts(t *testing.T) {
	parts := carParts(t)
	require.Len(t, parts, 2404)
	for _, smoothing := range []float64{0, 0.05, 0.1} {
		for _, method := range intermittent.Methods() {
			rmsse, bias, series := 0.0, 0.0, 0
			for _, y := range parts {
				m, err := intermittent.Fit(y[:39], method, smoothing)
				require.NoError(t, err)
				scale, square := 0.0, 0.0
				for i := 1; i < 39; i++ {
					scale += (y[i] - y[i-1]) * (y[i] - y[i-1]) / 38
				}
				for _, v := range y[39:] {
					square += (v - m.Rate) * (v - m.Rate) / 12
					bias += v - m.Rate
				}
				if scale > 0 {
					rmsse += math.Sqrt(square / scale)
					series++
				}
			}
			if method == intermittent.IMAPA && smoothing == 0 {
				require.LessOrEqual(t, rmsse/float64(series), 0.688) // the aim is 0.686
				require.LessOrEqual(t, math.Abs(bias/float64(len(parts)*12)), 0.07)
			}
			t.Logf("%-8s %.2f RMSSE %.4f mean error %+.4f over %d", method, smoothing, rmsse/float64(series), bias/float64(len(parts)*12), series)
		}
	}
}
