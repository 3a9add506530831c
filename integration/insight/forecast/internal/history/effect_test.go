package history_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast/internal/history"
	"github.com/tandem-go/tandem/internal/float"
)

// promoted gives two years of weeks of N(100, 10) with a promotion of +100 every sixth week, and the promoted weeks.
func promoted(seed uint64) (raw history.Raw, weeks []int) {
	r := float.NewRandom(seed)
	past := make([]float64, 104)
	for i := range past {
		raw.Values = append(raw.Values, 100+10*r.Normal())
		if i%6 == 3 {
			past[i] = 1
			raw.Values[i] += 100
			weeks = append(weeks, i)
		}
	}
	raw.Regressors = []history.Regressor{{Name: "promotion", Past: past}}
	return raw, weeks
}

func effect(p history.Prepared) float64 { return p.Effects.Parameters()[0].Value }

// What is not known of every second promoted week, or only that it was 150 or more, does
// not make the effect smaller: of 17 weeks 8 tell it, with a standard error of 3.7.
func TestEffectsAreEstimatedFromWhatIsKnown(t *testing.T) {
	const seeds = 20
	mean := map[string]float64{}
	for seed := range uint64(seeds) {
		whole, weeks := promoted(seed)
		half := []int{}
		for i := 0; i < len(weeks); i += 2 {
			half = append(half, weeks[i])
		}
		missing, closed, out, season := whole, whole, whole, whole
		missing.Missing, closed.Closed, out.Censored = half, half, half
		out.Values = slices.Clone(whole.Values)
		for _, i := range half {
			out.Values[i] = min(out.Values[i], 150)
		}
		season = out
		season.Season, season.Missing = 13, []int{3, 16, 29, 42, 55, 68, 81, 94} // a place of which nothing is known
		for name, raw := range map[string]history.Raw{"whole": whole, "missing": missing, "closed": closed, "out of stock": out, "season": season} {
			p := raw.Prepare()
			mean[name] += effect(p) / seeds
			if seed == 1 && name != "season" {
				require.InDelta(t, 100, effect(p), 6, name)
			}
			for i, v := range p.Values { // what is filled or raised is the demand without the promotion
				require.InDelta(t, 100, v, 60, "%s %d", name, i)
			}
		}
	}
	for name, v := range mean {
		require.InDelta(t, 100, v, 2.5, name)
	}
}

// Where stock was out in all promoted weeks the effect is 50 or more, and it is said.
func TestAnEffectBehindStockOutsIsALeast(t *testing.T) {
	raw, weeks := promoted(1)
	raw.Censored = weeks
	for _, i := range weeks {
		raw.Values[i] = 150
	}
	p := raw.Prepare()
	require.InDelta(t, 50, effect(p), 3)
	require.Equal(t, "stock was out whenever promotion changed: its effect may be larger than the sales tell", p.Warnings[1].Text)
}

// Lumpy demand of 8 in 30 of 100 weeks, and in 60 where there is a promotion: the usual
// rate is 2.4, the effect as large, and the history stays intermittent demand. A new price
// of which nothing is asked any more takes nothing below nought either.
func TestRegressorsHideNoIntermittentDemand(t *testing.T) {
	rate, coefficient, r := 0.0, 0.0, float.NewRandom(5)
	for range 40 {
		raw := history.Raw{}
		past := make([]float64, 156)
		for i := range past {
			chance := 0.3
			if i%6 == 3 {
				past[i], chance = 1, 0.6
			}
			v := 0.0
			if r.Uniform() < chance {
				v = 8
			}
			raw.Values = append(raw.Values, v)
		}
		raw.Regressors = []history.Regressor{{Name: "promotion", Past: past, Future: []float64{1}}}
		p := raw.Prepare()
		require.True(t, p.Demand && p.Sparse())
		for i, v := range p.Values {
			require.Equal(t, raw.Values[i] > 0, v > 0, "%v", v)
		}
		rate += float.Mean(p.Values) / 40
		coefficient += effect(p) / 40
	}
	require.InDelta(t, 2.4, rate, 0.15)
	require.InDelta(t, 2.4, coefficient, 0.25)
	dear := history.Raw{Values: make([]float64, 60), Regressors: []history.Regressor{{Name: "price", Past: make([]float64, 60)}}}
	for i := range dear.Values {
		if i%7 == 6 {
			dear.Regressors[0].Past[i] = 5
		} else if i%2 == 0 {
			dear.Values[i] = 6
		}
	}
	p := dear.Prepare()
	require.True(t, p.Sparse())
	require.Less(t, effect(p), 0.0)
}

// Sales in promoted weeks alone are all effect: nothing is left, and the promotion ahead has them.
func TestDemandOfPromotionsAlone(t *testing.T) {
	raw, weeks := promoted(2)
	for i := range raw.Values {
		if !slices.Contains(weeks, i) {
			raw.Values[i] = 0
		}
	}
	raw.Regressors[0].Future = []float64{0, 1}
	p := raw.Prepare()
	require.True(t, p.Sparse())
	require.InDelta(t, 0, float.Mean(p.Values), 0.01)
	points := []float64{0, 0}
	p.Effects.Add(points)
	require.InDelta(t, 200, points[1]-points[0], 6)
}

// What is high where it was low a year before does not repeat, a promotion of every June
// is explained by its regressor, and a cut of a back-test does not say it again.
func TestASeasonIsSaidWhereItIsOne(t *testing.T) {
	june := history.Raw{Usual: 12, Regressors: []history.Regressor{{Name: "promotion"}}}
	turns := history.Raw{Usual: 12}
	r := float.NewRandom(3)
	for i := range 60 {
		promotion := 0.0
		if i%12 == 5 {
			promotion = 1
		}
		june.Regressors[0].Past = append(june.Regressors[0].Past, promotion)
		june.Values = append(june.Values, 100+100*promotion+5*r.Normal())
		turns.Values = append(turns.Values, 100+30*float64(1-i/12%2*2)*float64(1-i%12/6*2)+r.Normal())
	}
	said := func(r history.Raw) bool { return insight.Warned(r.Prepare().Warnings, history.HiddenSeason) }
	require.False(t, said(june))
	require.False(t, said(turns))
	june.Regressors = nil
	require.True(t, said(june))
	require.False(t, said(june.Before(50, 6)))
}

// A cycle of 25 is a long one here as everywhere: its places take no coefficient each, so
// that two cycles are enough for regressors.
func TestALongSeasonTakesNoCoefficients(t *testing.T) {
	raw, r := history.Raw{}, float.NewRandom(6)
	column := func(n int) (x []float64) {
		for range n {
			x = append(x, r.Normal())
		}
		return x
	}
	for season, want := range map[int]bool{history.LongSeason - 1: false, history.LongSeason: true} {
		raw.Season, raw.Values, raw.Regressors = season, column(2*season), nil
		for i := range 24 {
			raw.Regressors = append(raw.Regressors, history.Regressor{Name: string(rune('a' + i)), Past: column(2 * season)})
		}
		require.Equal(t, want, raw.Prepare().Effects != nil, season)
	}
}
