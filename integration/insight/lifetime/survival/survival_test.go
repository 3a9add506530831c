package survival_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/survival"
	"github.com/tandem-go/tandem/internal/dataset"
)

// Weeks of remission of leukaemia under 6-MP (negative = censored) and placebo
// (Freireich et al., Blood 21, 1963).
func freireich() (mercaptopurine, placebo []survival.Life) {
	for _, w := range []float64{6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35} {
		mercaptopurine = append(mercaptopurine, survival.Life{Exit: math.Abs(w), Ended: w > 0})
	}
	for _, w := range []float64{1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23} {
		placebo = append(placebo, survival.Life{Exit: w, Ended: true})
	}
	return mercaptopurine, placebo
}

// Klein and Moeschberger, tables 4.1 and 4.2: survival and Greenwood's errors; the
// log-log limits as Stata's sts list prints them for these data.
func TestFreireich(t *testing.T) {
	treated, _ := freireich()
	c, err := survival.Estimate(treated, survival.Config{})
	require.NoError(t, err)
	want := []struct {
		time                    float64
		risk, events            int
		survival, deviation     float64
		lower, upper, aalenStep float64
	}{
		{6, 21, 3, 0.857, 0.0764, 0.6197, 0.9516, 3.0 / 21},
		{7, 17, 1, 0.807, 0.0869, 0.5631, 0.9228, 1.0 / 17},
		{10, 15, 1, 0.753, 0.0963, 0.5032, 0.8894, 1.0 / 15},
		{13, 12, 1, 0.690, 0.1068, 0.4316, 0.8491, 1.0 / 12},
		{16, 11, 1, 0.627, 0.1141, 0.3675, 0.8049, 1.0 / 11},
		{22, 7, 1, 0.538, 0.1282, 0.2678, 0.7468, 1.0 / 7},
		{23, 6, 1, 0.448, 0.1346, 0.1881, 0.6801, 1.0 / 6},
	}
	require.Len(t, c.Points, len(want))
	hazard := 0.0
	for i, w := range want {
		p := c.Points[i]
		hazard += w.aalenStep
		require.Equal(t, w.time, p.Time)
		require.Equal(t, w.risk, p.AtRisk)
		require.Equal(t, w.events, p.Events)
		require.InDelta(t, w.survival, p.Survival, 5.1e-4)
		require.InDelta(t, w.deviation, p.Error, 5.1e-5)
		require.InDelta(t, w.lower, p.Lower, 5.1e-5)
		require.InDelta(t, w.upper, p.Upper, 5.1e-5)
		require.InDelta(t, hazard, p.Hazard, 1e-12)
	}
	require.InDelta(t, math.Sqrt(3.0/441+1.0/289), c.Points[1].HazardError, 1e-12)
	require.Equal(t, 1, c.Points[1].Censored, "the one of week 6 is at risk in it and gone after it")
	require.Equal(t, survival.Quantile{Time: 23, Reached: true}, c.Median)
	require.Equal(t, survival.Quantile{Time: 13, Reached: true}, c.MedianLower)
	require.Equal(t, survival.Quantile{}, c.MedianUpper)
	// Klein and Moeschberger: the mean up to 35 weeks is 23.3, its standard
	// error 2.83.
	require.Equal(t, 35.0, c.Mean.Until)
	require.InDelta(t, 23.29, c.Mean.Value, 5e-3)
	require.InDelta(t, 2.83, c.Mean.Error, 5e-3)
	require.InDelta(t, 0.753/0.857, c.Remaining(6, 12), 1e-3)
	require.Equal(t, 1.0, c.Survival(5.9))
}

// Chi-squared 16.79 with 1 degree of freedom; 9 and 21 observed, 19.25 and 10.75
// expected.
func TestLogRankOfFreireich(t *testing.T) {
	treated, placebo := freireich()
	r, err := survival.LogRank([]survival.Group{{Name: "6-MP", Lives: treated}, {Name: "placebo", Lives: placebo}})
	require.NoError(t, err)
	require.InDelta(t, 16.79, r.ChiSquared, 5e-3)
	require.Equal(t, 1, r.Freedom)
	require.InDelta(t, 4.17e-5, r.P, 5e-7)
	require.Equal(t, []float64{9, 21}, []float64{r.Groups[0].Observed, r.Groups[1].Observed})
	require.InDelta(t, 19.25, r.Groups[0].Expected, 5e-3)
	require.InDelta(t, 10.75, r.Groups[1].Expected, 5e-3)
}

// By hand: two from the beginning, one that enters at 2 and leaves at 3, one that
// enters at 4. At 1: 2 at risk; at 3: 2 (the late one counts), at 5: 2.
func TestLateEntryByHand(t *testing.T) {
	c, err := survival.Estimate([]survival.Life{
		{Exit: 1, Ended: true}, {Exit: 5, Ended: true}, {Entry: 2, Exit: 3, Ended: true}, {Entry: 4, Exit: 6},
	}, survival.Config{})
	require.NoError(t, err)
	require.True(t, insight.Warned(c.Warnings, survival.LateEntry))
	var risk []int
	var chance []float64
	for _, p := range c.Points {
		risk, chance = append(risk, p.AtRisk), append(chance, p.Survival)
	}
	require.Equal(t, []int{2, 2, 2}, risk)
	require.Equal(t, []float64{0.5, 0.25, 0.125}, chance)
	require.Equal(t, 1.0, c.Median.Time)
	// 1·1 + ½·2 + ¼·2 + ⅛·1
	require.InDelta(t, 2.625, c.Mean.Value, 1e-12)
}

func TestAlwaysAnAnswer(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		lives   []survival.Life
		warning insight.WarningCode
	}{
		"nobody":             {nil, survival.NoLives},
		"no event":           {[]survival.Life{{Exit: 3}, {Exit: 4}}, survival.NoEvents},
		"zero tenure":        {[]survival.Life{{}, {Ended: true}}, survival.FewAtRisk},
		"all at once":        {[]survival.Life{{Exit: 2, Ended: true}, {Exit: 2, Ended: true}}, survival.FewAtRisk},
		"no number":          {[]survival.Life{{Exit: nan}, {Entry: -1, Exit: 3}, {Exit: math.Inf(1)}}, insight.RowsLeftOut},
		"no breadth":         {[]survival.Life{{Entry: 3, Exit: 3}}, insight.RowsLeftOut},
		"empty in between":   {[]survival.Life{{Exit: 1, Ended: true}, {Entry: 2, Exit: 4, Ended: true}}, survival.EmptyRisk},
		"never down to half": {[]survival.Life{{Exit: 1, Ended: true}, {Exit: 5}, {Exit: 5}}, survival.MedianUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			curve, err := survival.Estimate(c.lives, survival.Config{})
			require.NoError(t, err)
			require.True(t, insight.Warned(curve.Warnings, c.warning), "%v", curve.Warnings)
			_, err = json.Marshal(curve)
			require.NoError(t, err)
			r, err := survival.LogRank([]survival.Group{{Name: "a", Lives: c.lives}, {Name: "b"}})
			require.NoError(t, err)
			require.True(t, insight.Warned(r.Warnings, survival.NothingToTest))
			require.Equal(t, 1.0, r.P)
		})
	}
	_, err := survival.Estimate(nil, survival.Config{Level: 1, Restriction: -1})
	require.ErrorContains(t, err, "config.level")
	require.ErrorContains(t, err, "config.restriction")
	_, err = survival.LogRank([]survival.Group{{Name: "a"}, {Name: "a"}, {}})
	require.ErrorContains(t, err, "groups[1].name")
	c, err := survival.Estimate([]survival.Life{{Exit: 1, Ended: true}, {Exit: 2}}, survival.Config{Restriction: 4})
	require.NoError(t, err)
	require.True(t, insight.Warned(c.Warnings, survival.BeyondLast))
	require.InDelta(t, 2.5, c.Mean.Value, 1e-12)
}

// The reasons in their order, whatever that of the lives.
func TestLivesThatAreLeftOutAreCounted(t *testing.T) {
	lives := []survival.Life{{Exit: math.NaN()}, {Exit: 5, Ended: true}, {Entry: 3, Exit: 3}, {Entry: -1, Exit: 3}}
	want := []insight.LeftOut{{Reason: survival.NoBreadth, Count: 1}, {Reason: survival.NoTime, Count: 2}}
	for range 2 {
		c, err := survival.Estimate(lives, survival.Config{})
		require.NoError(t, err)
		require.Equal(t, want, c.LeftOut)
		require.Contains(t, c.Warnings, insight.Warn(insight.RowsLeftOut, "3 lives have no usable time"))
		test, err := survival.LogRank([]survival.Group{{Name: "a", Lives: lives[:2]}, {Name: "b", Lives: lives[2:]}})
		require.NoError(t, err)
		require.Equal(t, want, test.LeftOut)
		require.Contains(t, test.Warnings, insight.Warn(insight.RowsLeftOut, "3 lives have no usable time"))
		text, err := json.Marshal(c)
		require.NoError(t, err)
		require.Contains(t, string(text), `"left_out":[{"reason":"no_breadth","count":1},{"reason":"no_time","count":2}]`)
		slices.Reverse(lives)
	}
	sound, err := survival.Estimate([]survival.Life{{Exit: 5, Ended: true}}, survival.Config{})
	require.NoError(t, err)
	require.Empty(t, sound.LeftOut)
	require.False(t, insight.Warned(sound.Warnings, insight.RowsLeftOut))
}

func drawLives(t *rapid.T, label string) []survival.Life {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) survival.Life {
		exit := rapid.IntRange(0, 12).Draw(t, "exit")
		entry := rapid.IntRange(0, 3).Draw(t, "entry") * rapid.IntRange(0, 1).Draw(t, "late")
		return survival.Life{Entry: float64(entry), Exit: float64(exit), Ended: rapid.Bool().Draw(t, "ended")}
	}), 0, 40).Draw(t, label)
}

// Against the definition; without censoring the curve is the share that is left;
// order does not matter; one group against itself is no difference.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lives := drawLives(t, "lives")
		c, err := survival.Estimate(lives, survival.Config{})
		require.NoError(t, err)
		chance := 1.0
		for _, p := range c.Points {
			risk, events := 0, 0
			for _, l := range lives {
				if l.Entry > 0 && l.Exit <= l.Entry {
					continue
				}
				if (l.Entry == 0 || l.Entry < p.Time) && l.Exit >= p.Time {
					risk++
					if l.Exit == p.Time && l.Ended {
						events++
					}
				}
			}
			require.Equal(t, risk, p.AtRisk)
			require.Equal(t, events, p.Events)
			chance *= 1 - float64(events)/float64(risk)
			require.InDelta(t, chance, p.Survival, 1e-12)
			require.True(t, p.Lower <= p.Survival+1e-12 && p.Survival <= p.Upper+1e-12)
		}
		shuffled, err := survival.Estimate(rapid.Permutation(lives).Draw(t, "order"), survival.Config{})
		require.NoError(t, err)
		require.Equal(t, c, shuffled)
		r, err := survival.LogRank([]survival.Group{{Name: "a", Lives: lives}, {Name: "b", Lives: lives}})
		require.NoError(t, err)
		require.InDelta(t, 0, r.ChiSquared, 1e-9)
		other := drawLives(t, "other")
		ab, err := survival.LogRank([]survival.Group{{Name: "a", Lives: lives}, {Name: "b", Lives: other}})
		require.NoError(t, err)
		ba, err := survival.LogRank([]survival.Group{{Name: "b", Lives: other}, {Name: "a", Lives: lives}})
		require.NoError(t, err)
		require.InDelta(t, ab.ChiSquared, ba.ChiSquared, 1e-9)
	})
}

// Tenure by contract: monthly contracts are left, two-year ones are not.
func TestTelcoByContract(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(dataset.Read(t, "telco-churn", "telco-customer-churn.csv"))).ReadAll()
	require.NoError(t, err)
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	groups := []survival.Group{{Name: "Month-to-month"}, {Name: "One year"}, {Name: "Two year"}}
	for _, row := range rows[1:] {
		tenure, err := strconv.ParseFloat(row[at["tenure"]], 64)
		require.NoError(t, err)
		for g := range groups {
			if groups[g].Name == row[at["Contract"]] {
				groups[g].Lives = append(groups[g].Lives, survival.Life{Exit: tenure, Ended: row[at["Churn"]] == "Yes"})
			}
		}
	}
	last, lives := 0.0, 0
	for _, g := range groups {
		c, err := survival.Estimate(g.Lives, survival.Config{})
		require.NoError(t, err)
		t.Logf("%s: %d lives, %d left, after 12, 24, 60 months %.3f %.3f %.3f; median %v",
			g.Name, c.Lives, c.Events, c.Survival(12), c.Survival(24), c.Survival(60), c.Median)
		require.Greater(t, c.Survival(24), last)
		last = c.Survival(24)
		lives += c.Lives
	}
	require.Equal(t, 7043, lives)
	r, err := survival.LogRank(groups)
	require.NoError(t, err)
	t.Logf("chi-squared %.1f, %d degrees", r.ChiSquared, r.Freedom)
	require.Equal(t, 2, r.Freedom)
	require.Greater(t, r.ChiSquared, 2000.0)
	require.InDelta(t, 1869, r.Groups[0].Observed+r.Groups[1].Observed+r.Groups[2].Observed, 0)
}
