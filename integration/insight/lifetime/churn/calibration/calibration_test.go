package calibration_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/tandem-go/tandem/integration/insight"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
)

// Readings of 109 CT images by a radiologist, definitely normal to definitely
// abnormal (Hanley and McNeil, Radiology 143, 1982, table I): area 0.893.
func TestHanleyMcNeil(t *testing.T) {
	normal, abnormal := []int{33, 6, 6, 11, 2}, []int{3, 2, 2, 11, 33}
	var p []float64
	var y []bool
	for rating := range 5 {
		for k := range normal[rating] + abnormal[rating] {
			p, y = append(p, float64(rating)/4), append(y, k >= normal[rating])
		}
	}
	f, err := calibration.Measure(p, y, 0)
	require.NoError(t, err)
	require.InDelta(t, 0.893, f.AUC, 5e-4)
	require.InDelta(t, 0.032, f.AUCError, 2e-3) // their formula's; this one is DeLong's
	require.Less(t, f.AUCLower, f.AUC)
	require.Greater(t, f.AUCUpper, f.AUC)
	require.InDelta(t, f.AUCError, slowDeLong(p, y), 1e-12)
}

// slowDeLong is the definition, pair by pair.
func slowDeLong(p []float64, y []bool) float64 {
	var parts [2][]float64
	for i := range p {
		mine, n := 0.0, 0.0
		for k := range p {
			if y[i] == y[k] {
				continue
			}
			n++
			if p[i] == p[k] {
				mine += 0.5
			} else if (p[i] > p[k]) == y[i] {
				mine++
			}
		}
		kind := 0
		if y[i] {
			kind = 1
		}
		parts[kind] = append(parts[kind], mine/n)
	}
	variance := 0.0
	for _, part := range parts {
		mean, squares, n := 0.0, 0.0, float64(len(part))
		for _, v := range part {
			mean += v / n
		}
		for _, v := range part {
			squares += (v - mean) * (v - mean)
		}
		variance += squares / (n - 1) / n
	}
	return math.Sqrt(variance)
}

// By hand: 0.9 and 0.7 came true, 0.3 did, 0.1 did not.
func TestFiguresByHand(t *testing.T) {
	f, err := calibration.Measure([]float64{0.9, 0.7, 0.3, 0.1}, []bool{true, true, true, false}, 2)
	require.NoError(t, err)
	require.InDelta(t, (0.01+0.09+0.49+0.01)/4, f.Brier, 1e-12)
	require.InDelta(t, -(math.Log(0.9)+math.Log(0.7)+math.Log(0.3)+math.Log(0.9))/4, f.LogLoss, 1e-12)
	require.InDelta(t, 1-0.15/(0.75*0.25), f.BrierSkill, 1e-12)
	require.Equal(t, 1.0, f.AUC)
	require.True(t, insight.Warned(f.Warnings, calibration.PerfectRank))
	require.InDelta(t, 0.025, f.AUCLower, 1e-12) // one row without the event
	require.Len(t, f.Reliability, 2)
	require.Equal(t, calibration.Bin{Lower: 0.1, Upper: 0.3, Rows: 2, Mean: 0.2, Observed: 0.5}, f.Reliability[0])
	require.InDelta(t, (0.3+0.2)/2, f.CalibrationError, 1e-12)
}

// By hand: 1 3 2 4 3½ 5 → 1, 2½ 2½, 3¾ 3¾, 5; and weights count.
func TestPoolAdjacentViolators(t *testing.T) {
	level, start := calibration.PoolAdjacentViolators([]float64{1, 3, 2, 4, 3.5, 5}, []float64{1, 1, 1, 1, 1, 1})
	require.Equal(t, []float64{1, 2.5, 3.75, 5}, level)
	require.Equal(t, []int{0, 1, 3, 5}, start)
	level, start = calibration.PoolAdjacentViolators([]float64{4, 1}, []float64{1, 2})
	require.Equal(t, []float64{2}, level)
	require.Equal(t, []int{0}, start)
	// A long fall pools into one block.
	level, _ = calibration.PoolAdjacentViolators([]float64{5, 4, 3, 2, 1}, []float64{1, 1, 1, 1, 1})
	require.Equal(t, []float64{3}, level)
}

// Half the rows of each score with the odds tripled: Platt finds intercept log 3.
func TestPlattFindsAShift(t *testing.T) {
	var scores []float64
	var y []bool
	for k := range 4000 {
		s := float64(k%41)/10 - 2
		p := calibration.Probability(math.Log(3) + 2*s)
		scores, y = append(scores, s), append(y, math.Mod(float64(k)*0.6180339887498949, 1) < p)
	}
	m, err := calibration.Platt.Fit(scores, y)
	require.NoError(t, err)
	require.InDelta(t, math.Log(3), m.Intercept, 0.1)
	require.InDelta(t, 2, m.Slope, 0.1)
	stairs, err := calibration.Isotonic.Fit(scores, y)
	require.NoError(t, err)
	for _, s := range []float64{-1.5, 0, 1} {
		require.InDelta(t, calibration.Probability(math.Log(3)+2*s), stairs.Probability(s), 0.05)
	}
}

func TestAlwaysAnAnswer(t *testing.T) {
	for _, m := range calibration.Methods() {
		for name, c := range map[string]struct {
			scores []float64
			y      []bool
		}{
			"nothing":    {},
			"one":        {[]float64{3}, []bool{true}},
			"all":        {[]float64{3, 2, 1}, []bool{true, true, true}},
			"none":       {[]float64{3, 2, 1}, []bool{false, false, false}},
			"constant":   {[]float64{1, 1, 1}, []bool{false, true, false}},
			"reversed":   {[]float64{3, 2, 1, 0}, []bool{false, false, true, true}},
			"separated":  {[]float64{0, 1, 2, 3}, []bool{false, false, true, true}},
			"no numbers": {[]float64{math.NaN(), math.Inf(1), math.Inf(-1)}, []bool{true, false, true}},
			"far away":   {[]float64{-1e300, 1e300, 5}, []bool{false, true, true}},
		} {
			fitted, err := m.Fit(c.scores, c.y)
			require.NoError(t, err, "%s %s", m, name)
			for _, s := range append(c.scores, -1e9, 0, 1e9, 0.5) {
				p := fitted.Probability(s)
				require.True(t, p >= 0 && p <= 1, "%s %s %v: %v", m, name, s, p)
			}
			_, err = json.Marshal(fitted)
			require.NoError(t, err)
			p, err := m.CrossFit(c.scores, c.y, 0, 1)
			require.NoError(t, err)
			f, err := calibration.Measure(p, c.y, 0)
			require.NoError(t, err)
			_, err = json.Marshal(f)
			require.NoError(t, err)
		}
	}
	f, err := calibration.Measure([]float64{math.NaN(), 7}, []bool{false, true}, 0)
	require.NoError(t, err)
	require.True(t, insight.Warned(f.Warnings, calibration.OutOfRange))
	_, err = calibration.Measure([]float64{1}, nil, -1)
	require.ErrorContains(t, err, "outcomes")
	require.ErrorContains(t, err, "bins")
	var unknown calibration.Method
	require.Error(t, unknown.UnmarshalText([]byte("beta")))
	require.NoError(t, unknown.UnmarshalText([]byte("platt")))
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "n")
		scores := rapid.SliceOfN(rapid.Map(rapid.IntRange(-5, 5), func(i int) float64 { return float64(i) / 2 }), n, n).Draw(t, "scores")
		y := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "y")
		stairs, err := calibration.Isotonic.Fit(scores, y)
		require.NoError(t, err)
		last := 0.0
		for s := -4.0; s <= 4; s += 0.25 {
			p := stairs.Probability(s)
			require.GreaterOrEqual(t, p, last)
			last = p
		}
		p := make([]float64, n)
		for i, s := range scores {
			p[i] = calibration.Probability(s)
		}
		f, err := calibration.Measure(p, y, 3)
		require.NoError(t, err)
		rows := 0
		for _, b := range f.Reliability {
			rows += b.Rows
			require.True(t, b.Lower <= b.Mean+1e-12 && b.Mean <= b.Upper+1e-12)
		}
		require.Equal(t, n, rows)
		if f.Events > 1 && f.Events < n-1 {
			require.InDelta(t, slowDeLong(p, y), f.AUCError, 1e-9)
		}
		fold := calibration.Folds(y, 3, 7)
		count := [3]int{}
		for i, k := range fold {
			if y[i] {
				count[k]++
			}
		}
		require.LessOrEqual(t, max(count[0], count[1], count[2])-min(count[0], count[1], count[2]), 1)
	})
}
