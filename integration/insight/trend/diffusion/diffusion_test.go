package diffusion_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/trend/diffusion"
)

func fit(t require.TestingT, y []float64, c diffusion.Config) *diffusion.Bass {
	b, err := diffusion.FitBass(forecast.Series{Bucket: forecast.Year, Values: y}, c)
	require.NoError(t, err)
	return b
}

// Sales of video recorders in the United States, 1980 to 1989, thousands. R's nls of the
// rate of adoption prints m 6.80e4 ± 3.13e3, p 6.59e-3 ± 1.43e-3, q 0.638 ± 0.0414, residual
// standard error 727 on 7 degrees of freedom (Cheng-Jun Wang, Bass model,
// rpubs.com/chengjun/bass_model, 2012).
func TestVideoRecorders(t *testing.T) {
	y := []float64{840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890}
	b := fit(t, y, diffusion.Config{Density: true})
	require.InDelta(t, 6.80e4, b.Potential, 50)
	require.InDelta(t, 6.59e-3, b.Innovation, 0.5e-5)
	require.InDelta(t, 0.638, b.Imitation, 0.0005)
	require.InDelta(t, 3.13e3, b.PotentialError, 5)
	require.InDelta(t, 1.43e-3, b.InnovationError, 0.5e-5)
	require.InDelta(t, 0.0414, b.ImitationError, 0.00005)
	require.InDelta(t, 727, b.Deviation, 0.5)
	// By buckets the curve begins half a bucket earlier, and the potential is the same
	// but for the discretisation.
	b = fit(t, y, diffusion.Config{})
	require.InEpsilon(t, 6.80e4, b.Potential, 0.03)
	require.InDelta(t, 6.5, b.Peak, 1)
}

// Exact sales give their parameters back.
func TestRecoversParameters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := rapid.Float64Range(0.003, 0.05).Draw(t, "p"), rapid.Float64Range(0.2, 0.7).Draw(t, "q")
		m := rapid.Float64Range(100, 1e6).Draw(t, "m")
		y := make([]float64, 20)
		for i := range y {
			y[i] = m * (diffusion.Share(p, q, float64(i+1)) - diffusion.Share(p, q, float64(i)))
		}
		b := fit(t, y, diffusion.Config{Evaluations: 3000})
		require.InEpsilon(t, p, b.Innovation, 1e-3)
		require.InEpsilon(t, q, b.Imitation, 1e-3)
		require.InEpsilon(t, m, b.Potential, 1e-3)
		f, err := b.Forecast(60)
		require.NoError(t, err)
		require.InEpsilon(t, m, f.Cumulative[59], 2e-2)
		given := fit(t, y, diffusion.Config{Potential: m})
		require.InEpsilon(t, q, given.Imitation, 1e-3)
		require.Zero(t, given.PotentialError)
	})
}

// By hand: p 0.03, q 0.38, m 100: the peak is at log(0.38/0.03)/0.41 = 6.19 with
// 100·0.41²/(4·0.38) = 11.06.
func TestPeakByHand(t *testing.T) {
	y := make([]float64, 15)
	for i := range y {
		y[i] = 100 * (diffusion.Share(0.03, 0.38, float64(i+1)) - diffusion.Share(0.03, 0.38, float64(i)))
	}
	start, err := tandem.NewDate(2000, 1, 1)
	require.NoError(t, err)
	s := forecast.Series{Start: start, Bucket: forecast.Year, Values: append([]float64{0, 0}, y...)}
	b, err := diffusion.FitBass(s, diffusion.Config{})
	require.NoError(t, err)
	require.Equal(t, 2, b.Launch)
	require.InDelta(t, 6.19, b.Peak, 0.01)
	require.InDelta(t, 11.06, b.PeakSales, 0.01)
	require.Equal(t, "2008-01-01", b.PeakDate.String())
	early := fit(t, y[:5], diffusion.Config{})
	require.Equal(t, diffusion.BeforePeak, early.Warnings[0].Code)
}

func TestAlwaysAnAnswer(t *testing.T) {
	line := make([]float64, 30)
	for i := range line {
		line[i] = float64(i + 1)
	}
	for name, y := range map[string][]float64{
		"nothing": nil, "one": {5}, "zeros": {0, 0, 0, 0, 0, 0}, "constant": {7, 7, 7, 7, 7, 7, 7}, "line": line,
		"falling": {100, 10, 1, 0.1, 0, 0}, "one sale": {0, 0, 1, 0, 0, 0, 0, 0, 0}, "huge": {1e15, 1e15, 1e15, 1e15, 1e15},
		"returns": {5, -3, 4, -2, 1, -9},
	} {
		for _, c := range []diffusion.Config{{}, {Potential: 50}, {Density: true}} {
			b := fit(t, y, c)
			f, err := b.Forecast(20)
			require.NoError(t, err)
			for i := range f.Points {
				for _, v := range []float64{
					f.Points[i], f.Cumulative[i], f.Interval.Lower[i], f.Interval.Upper[i], f.Total.Lower[i], f.Total.Upper[i],
				} {
					require.False(t, math.IsNaN(v) || math.IsInf(v, 0), name)
				}
			}
			for _, v := range []float64{
				b.Peak, b.PeakSales, b.Penetration, b.PotentialError, b.InnovationError, b.ImitationError, b.RSquared,
			} {
				require.False(t, math.IsNaN(v) || math.IsInf(v, 0), name)
			}
		}
	}
	_, err := diffusion.FitBass(forecast.Series{}, diffusion.Config{Potential: -1, Level: 3})
	require.ErrorContains(t, err, "series.bucket")
	require.ErrorContains(t, err, "config.potential")
	require.ErrorContains(t, err, "config.level")
}

// By hand: three products whose first half-years are 10 20 30, 20 40 60 and 30 30 0.
func TestAnaloguesByHand(t *testing.T) {
	list := []diffusion.Analogue{
		{Name: "a", Band: "low", Values: []float64{10, 20, 30}},
		{Name: "b", Band: "low", Values: []float64{20, 40, 60, 9}},
		{Name: "c", Band: "high", Values: []float64{30, 30, 0}},
		{Name: "short", Values: []float64{1}}, {Name: "none", Values: []float64{0, 0, 0}},
	}
	p, err := diffusion.Analogues([]float64{6}, list, diffusion.AnalogueConfig{Buckets: 3})
	require.NoError(t, err)
	require.Equal(t, diffusion.ByObservations, p.Scale)
	require.Equal(t, []int{3, 4}, p.Skipped)
	require.Equal(t, []insight.LeftOut{{Reason: diffusion.NothingSold, Count: 1}, {Reason: diffusion.TooShort, Count: 1}}, p.LeftOut)
	require.True(t, insight.Warned(p.Warnings, insight.RowsLeftOut))
	require.InDeltaSlice(t, []float64{1.0 / 6, 1.0 / 3, 0.5}, p.Share, 1e-12)
	// Paths: 12 18, 12 18, 6 0.
	require.InDeltaSlice(t, []float64{12, 18}, p.Points, 1e-12)
	require.InDelta(t, 36, p.Total, 1e-12)
	require.InDelta(t, 7.2, p.Interval.Lower[0], 1e-12)
	p, err = diffusion.Analogues(nil, list, diffusion.AnalogueConfig{Buckets: 3, Size: 600})
	require.NoError(t, err)
	require.Equal(t, diffusion.BySize, p.Scale)
	require.InDeltaSlice(t, []float64{100, 200, 300}, p.Points, 1e-9)
	p, err = diffusion.Analogues(nil, list, diffusion.AnalogueConfig{Buckets: 3, Band: "low", Minimum: 2})
	require.NoError(t, err)
	require.Equal(t, diffusion.ByBand, p.Scale)
	require.InDeltaSlice(t, []float64{15, 30, 45}, p.Points, 1e-12)
	p, err = diffusion.Analogues([]float64{4}, nil, diffusion.AnalogueConfig{Buckets: 3})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{4, 4}, p.Points, 1e-12)
	_, err = diffusion.Analogues([]float64{math.NaN()}, list, diffusion.AnalogueConfig{})
	require.ErrorContains(t, err, "sold")
	require.ErrorContains(t, err, "config.buckets")
}

func TestAnaloguesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		buckets := rapid.IntRange(1, 12).Draw(t, "buckets")
		draw := rapid.SliceOfN(rapid.Float64Range(-1, 100), 0, 15)
		var list []diffusion.Analogue
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			band := rapid.SampledFrom([]string{"", "x"}).Draw(t, "band")
			list = append(list, diffusion.Analogue{Values: draw.Draw(t, "values"), Band: band})
		}
		sold := draw.Draw(t, "sold")
		p, err := diffusion.Analogues(sold, list, diffusion.AnalogueConfig{Buckets: buckets, Band: "x"})
		require.NoError(t, err)
		require.Len(t, p.Points, max(0, buckets-len(sold)))
		total := 0.0
		for j := range p.Share {
			total += p.Share[j]
		}
		require.InDelta(t, 1, total, 1e-9)
		for j := range p.Points {
			require.LessOrEqual(t, p.Interval.Lower[j], p.Points[j])
			require.GreaterOrEqual(t, p.Interval.Upper[j], p.Points[j])
		}
	})
}

func finite(t require.TestingT, lists ...[]float64) {
	for _, list := range lists {
		for _, v := range list {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0))
		}
	}
}

// A start too small to scale by counts as none.
func TestAnaloguesOfTinyNumbers(t *testing.T) {
	for _, sold := range [][]float64{nil, {1}, {5e-324}, {1e15}, {0, 1e-13}} {
		for _, values := range [][]float64{{5e-324, 0, 1}, {5e-324, 0, 0}, {1e-12, 0, 1e15}, {1e-300, 1e-300, 1e-300}} {
			for _, size := range []float64{0, 5e-324, 1e15} {
				p, err := diffusion.Analogues(sold, []diffusion.Analogue{{Values: values}}, diffusion.AnalogueConfig{Buckets: 3, Size: size})
				require.NoError(t, err)
				finite(t, p.Share, p.Lower, p.Upper, p.Points, p.Interval.Lower, p.Interval.Upper, []float64{p.Total, p.TotalLower, p.TotalUpper})
			}
		}
	}
}

// A model that was written and read again forecasts the same.
func TestBassAsJSON(t *testing.T) {
	start, err := tandem.NewDate(2000, 1, 1)
	require.NoError(t, err)
	y := []float64{0, 840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890}
	for _, values := range [][]float64{nil, y[:3], y} {
		for _, c := range []diffusion.Config{{}, {Potential: 70_000}, {Density: true, Level: 0.7}} {
			b, err := diffusion.FitBass(forecast.Series{Start: start, Bucket: forecast.Year, Values: values}, c)
			require.NoError(t, err)
			text, err := json.Marshal(b)
			require.NoError(t, err)
			var again diffusion.Bass
			require.NoError(t, json.Unmarshal(text, &again))
			want, err := b.Forecast(5)
			require.NoError(t, err)
			got, err := again.Forecast(5)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
	_, err = new(diffusion.Bass).Forecast(2)
	require.ErrorIs(t, err, tandem.ErrInvalid)
	for _, path := range []string{"innovation", "imitation", "level", "bucket"} {
		require.ErrorContains(t, err, path)
	}
	b := fit(t, y, diffusion.Config{})
	b.Covariance = b.Covariance[:2]
	_, err = b.Forecast(2)
	require.ErrorContains(t, err, "covariance")
}
