package contract_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/contract"
)

// Survivors of a thousand, years 0 to 12 (Fader and Hardie 2007).
func regular() []float64 {
	return []float64{1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173}
}

func highEnd() []float64 {
	return []float64{1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394}
}

// The published fit of the first seven years and the years that follow. The paper
// gives the log-likelihood of High End, -1611.2; that of Regular is the formula's at
// the published parameters.
func TestFaderHardie2007(t *testing.T) {
	for name, c := range map[string]struct {
		active              []float64
		alpha, beta, logL   float64
		mostPointsYear8To12 float64
	}{
		"regular":  {regular(), 0.704, 1.182, -1680.3, 0.5},
		"high end": {highEnd(), 0.668, 3.806, -1611.2, 1.65},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := contract.Fit([]contract.Cohort{{Active: c.active[:8]}}, contract.Config{})
			require.NoError(t, err)
			require.InDelta(t, c.alpha, m.Alpha, 5e-4)
			require.InDelta(t, c.beta, m.Beta, 5e-4)
			require.InDelta(t, c.logL, m.LogLikelihood, 0.05)
			require.Empty(t, m.Warnings)
			for _, y := range m.Project(12)[7:] {
				require.InDelta(t, c.active[y.Renewal]/10, 100*y.Survival, c.mostPointsYear8To12)
			}
		})
	}
	// The fit of High End projects 0.460, 0.436, 0.414, 0.395, 0.378, and the survivors
	// after seven renewals have a DERL of 7.530 at 10 % (both as computed by J. Maturen's
	// shifted_beta_geometric).
	m, err := contract.Fit([]contract.Cohort{{Active: highEnd()[:8]}}, contract.Config{})
	require.NoError(t, err)
	for k, want := range []float64{0.460, 0.436, 0.414, 0.395, 0.378} {
		require.InDelta(t, want, m.Survival(8+k), 5e-4)
	}
	require.InDelta(t, 7.530, m.Discounted(7, 0.1), 5e-4)
}

// By hand, α = 1 and β = 2: retention 2/3, 3/4, 4/5; survival 2/(t+2).
func TestModelByHand(t *testing.T) {
	m := contract.Model{Alpha: 1, Beta: 2}
	require.InDelta(t, 3.0/4, m.Retention(2), 1e-15)
	for k := range 20 {
		require.InDelta(t, 2/float64(k+2), m.Survival(k), 1e-12)
	}
	require.InDelta(t, 1.0/2-2.0/5, m.Leaving(3), 1e-12)
	require.InDelta(t, (2.0/6)/(2.0/4), m.SurvivalFrom(2, 2), 1e-12)
	require.False(t, m.ResidualLifetime(0).Finite, "the harmonic sum has no end")
	// α = 3, β = 2: survival 2·3·4/((t+2)(t+3)(t+4)), whose sum from 1 on is 1 = β/(α-1).
	m = contract.Model{Alpha: 3, Beta: 2}
	require.Equal(t, contract.Lifetime{Periods: 1, Finite: true}, m.ResidualLifetime(0))
	require.InDelta(t, 1, m.WithinHorizon(0, 10_000), 1e-6)
	require.InDelta(t, 4.0/2, m.ResidualLifetime(2).Periods, 1e-12)
	// One period of 100 now and, with a chance of 2/5 and 1/5, after one year and two at
	// 25 %.
	v, err := m.Value(0, contract.Terms{Margin: 100, Discount: 0.25, Horizon: 2})
	require.NoError(t, err)
	require.InDelta(t, 100*(1+0.4/1.25+0.2/1.5625), v.New, 1e-9)
	require.InDelta(t, 100*(0.4+0.2/1.25), v.Residual, 1e-9)
}

// Cohorts of different ages: what is fitted is the renewals, so that a cohort cut in
// two has the same fit as the whole.
func TestCohortsOfDifferentAges(t *testing.T) {
	whole, err := contract.Fit([]contract.Cohort{{Active: highEnd()}}, contract.Config{})
	require.NoError(t, err)
	parts, err := contract.Fit([]contract.Cohort{{Active: highEnd()[:5]}, {Age: 4, Active: highEnd()[4:]}}, contract.Config{})
	require.NoError(t, err)
	require.Equal(t, whole, parts)
	late, err := contract.Fit([]contract.Cohort{{Age: 3, Active: highEnd()[3:]}}, contract.Config{})
	require.NoError(t, err)
	require.True(t, insight.Warned(late.Warnings, contract.UnseenStart))
	years := []contract.Cohort{{Name: "2024", Active: regular()[:4]}, {Name: "2025", Active: regular()[:3]}}
	two, err := contract.Fit(years, contract.Config{})
	require.NoError(t, err)
	require.Equal(t, 2000.0, two.Renewals[0].Before)
	require.Equal(t, 468.0, two.Renewals[2].Before)
}

// Survivors of exactly known parameters give these back.
func TestParametersAreFound(t *testing.T) {
	for _, p := range [][2]float64{{0.3, 0.6}, {1, 2}, {3, 15}, {0.067, 0.267}, {20, 60}} {
		m := contract.Model{Alpha: p[0], Beta: p[1]}
		active := []float64{1e6}
		for k := 1; k <= 12; k++ {
			active = append(active, 1e6*m.Survival(k))
		}
		got, err := contract.Fit([]contract.Cohort{{Active: active}}, contract.Config{})
		require.NoError(t, err)
		require.InEpsilon(t, p[0], got.Alpha, 1e-3)
		require.InEpsilon(t, p[1], got.Beta, 1e-3)
		require.Empty(t, got.Warnings)
	}
}

// The reasons in their order, whatever that of the cohorts.
func TestRenewalsThatAreLeftOutAreCounted(t *testing.T) {
	cohorts := []contract.Cohort{{Active: []float64{10, math.NaN(), 5, 4}}, {Active: []float64{9, 8}}, {Active: []float64{3, 4, 2}}}
	for range 2 {
		m, err := contract.Fit(cohorts, contract.Config{})
		require.NoError(t, err)
		require.Equal(t, []insight.LeftOut{{Reason: contract.Increases, Count: 1}, {Reason: contract.Unknown, Count: 2}}, m.LeftOut)
		require.Equal(t, 2, insight.Left(m.LeftOut, contract.Unknown))
		require.Contains(t, m.Warnings, insight.Warn(insight.RowsLeftOut, "3 renewals have no usable counts"))
		slices.Reverse(cohorts)
	}
	sound, err := contract.Fit(cohorts[1:2], contract.Config{})
	require.NoError(t, err)
	require.Empty(t, sound.LeftOut)
	require.False(t, insight.Warned(sound.Warnings, insight.RowsLeftOut))
}

func TestAlwaysAnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		cohorts []contract.Cohort
		warning insight.WarningCode
		first   float64 // retention
	}{
		"nothing":          {nil, contract.NoRenewals, 0.5},
		"one count":        {[]contract.Cohort{{Active: []float64{7}}}, contract.NoRenewals, 0.5},
		"nobody left":      {[]contract.Cohort{{Active: []float64{10, 10, 10}}}, contract.NobodyLeft, 20.5 / 21},
		"all left at once": {[]contract.Cohort{{Active: []float64{10, 0, 0}}}, contract.AllLeft, 0.5 / 11},
		"one customer":     {[]contract.Cohort{{Active: []float64{1, 1, 0}}}, contract.FewLosses, -1},
		"one age":          {[]contract.Cohort{{Active: []float64{100, 60}}, {Active: []float64{100, 80}}}, contract.OneAge, 0.7},
		"alike":            {[]contract.Cohort{{Active: []float64{1000, 800, 640, 512}}}, contract.Homogeneous, 0.8},
		"worse with age":   {[]contract.Cohort{{Active: []float64{1000, 900, 600, 200}}}, contract.Homogeneous, 0.68},
		"at once or never": {[]contract.Cohort{{Active: []float64{1000, 500, 500, 500}}}, contract.Polarised, 0.5},
		"zeros":            {[]contract.Cohort{{Active: []float64{0, 0}}}, contract.NoRenewals, 0.5},
		"no numbers":       {[]contract.Cohort{{Active: []float64{10, math.NaN(), 5, -1, math.Inf(1), 3, 4}}}, insight.RowsLeftOut, 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := contract.Fit(c.cohorts, contract.Config{})
			require.NoError(t, err)
			require.True(t, insight.Warned(m.Warnings, c.warning), "%+v", m)
			_, err = json.Marshal(m)
			require.NoError(t, err)
			if c.first >= 0 {
				require.InDelta(t, c.first, m.Retention(1), 0.012)
			}
			for _, age := range []int{0, 5, 10_000} {
				v, err := m.Value(age, contract.Terms{Margin: 10, Discount: contract.MinDiscount})
				require.NoError(t, err)
				_, err = json.Marshal(v)
				require.NoError(t, err)
			}
		})
	}
	_, err := contract.Fit([]contract.Cohort{{Age: -1}, {Age: 9999, Active: make([]float64, 9)}}, contract.Config{Iterations: -1})
	require.ErrorContains(t, err, "cohorts[0].age")
	require.ErrorContains(t, err, "cohorts[1].active")
	require.ErrorContains(t, err, "config.iterations")
	_, err = contract.Model{Alpha: 1, Beta: 1}.Value(-1, contract.Terms{Margin: math.NaN()})
	require.ErrorContains(t, err, "age")
	require.ErrorContains(t, err, "terms.margin")
	require.ErrorContains(t, err, "terms.discount")
}

// The closed form is the sum; older customers are worth more; no fit loses to a
// neighbour of its own.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := contract.Model{Alpha: rapid.Float64Range(0.05, 5).Draw(t, "alpha"), Beta: rapid.Float64Range(0.05, 20).Draw(t, "beta")}
		age := rapid.IntRange(0, 20).Draw(t, "age")
		d := rapid.Float64Range(0.05, 1).Draw(t, "discount")
		sum, factor := 0.0, 1.0
		for k := 1; k <= 600; k++ {
			sum += m.SurvivalFrom(age, k) * factor
			factor /= 1 + d
		}
		require.InEpsilon(t, sum, m.Discounted(age, d), 1e-8)
		require.Greater(t, m.Discounted(age+1, d), m.Discounted(age, d))
		whole := 0.0
		for k := 1; k <= 30; k++ {
			whole += m.Leaving(k)
		}
		require.InDelta(t, 1-m.Survival(30), whole, 1e-9)

		active := []float64{float64(rapid.IntRange(0, 500).Draw(t, "start"))}
		for range rapid.IntRange(1, 6).Draw(t, "periods") {
			active = append(active, math.Floor(active[len(active)-1]*rapid.Float64Range(0, 1).Draw(t, "kept")))
		}
		fit, err := contract.Fit([]contract.Cohort{{Active: active}}, contract.Config{})
		require.NoError(t, err)
		for _, y := range fit.Project(12) {
			require.True(t, y.Retention > 0 && y.Retention < 1 && y.Survival >= 0)
		}
	})
}

// A model that was kept without its parameters is a fault where there is an error to say
// so, and never answers with what is no number.
func TestModelThatIsNone(t *testing.T) {
	for _, m := range []contract.Model{{}, {Alpha: math.NaN(), Beta: 2}, {Alpha: 1, Beta: math.Inf(1)}, {Alpha: -1, Beta: 5e-324}} {
		require.ErrorContains(t, m.Validate(), "must be positive")
		_, err := m.Value(1, contract.Terms{Margin: 1, Discount: 0.1})
		require.ErrorContains(t, err, "model")
		for _, v := range []float64{
			m.Retention(1), m.Survival(3), m.Leaving(2), m.WithinHorizon(0, 5), m.Discounted(0, 0.1), m.ResidualLifetime(2).Periods,
		} {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0))
		}
	}
	require.NoError(t, contract.Model{Alpha: 1, Beta: 2}.Validate())
}
