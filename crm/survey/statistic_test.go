package survey_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/survey"
)

var (
	company = tandem.DeriveID[tandem.CompanyID]("company", "test")
	noon    = tandem.InstantOf(time.Date(2011, 6, 1, 12, 0, 0, 0, time.UTC))
)

func day(t require.TestingT, s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func customer(key string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", key) }

func repeat(scores map[int]int) (out []int) {
	for score, n := range scores {
		for range n {
			out = append(out, score)
		}
	}
	return out
}

func measured(t require.TestingT, m survey.Measure, c survey.Confidence, scores ...int) survey.Statistic {
	s, err := survey.Measured(m, scores, c)
	require.NoError(t, err)
	return s
}

// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics
// in Medicine 17, 1998, table I, method 3 (Wilson score), 95 %.
func TestWilsonAgainstNewcombe(t *testing.T) {
	for _, c := range []struct {
		good, n   int
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		s, err := survey.Proportion(c.good, c.n, survey.Confidence95)
		require.NoError(t, err)
		assert.InDelta(t, 100*c.low, s.Estimate.Low, 0.006)
		assert.InDelta(t, 100*c.high, s.Estimate.High, 0.006)
	}
	// All ten of ten: Wald would say 100 to 100; Wilson 1 ÷ (1 + 3.8415 ÷ 10).
	s, err := survey.Proportion(10, 10, survey.Confidence95)
	require.NoError(t, err)
	assert.Equal(t, 100.0, s.Estimate.Value)
	assert.InDelta(t, 72.25, s.Estimate.Low, 0.01)
	assert.Equal(t, 100.0, s.Estimate.High)
}

// By hand, 27 promoters and 19 detractors of 67, 90 %: n + 3 = 70, 27.75 ÷ 70 =
// 0.39643, 19.75 ÷ 70 = 0.28214, difference 0.11429, variance 0.67857 − 0.01306 =
// 0.66551, standard error √(0.66551 ÷ 70) = 0.09751, half width 1.64485 × 0.09751 =
// 0.16038: −4.61 to 27.47. The score itself is 8 ÷ 67 = 11.94.
func TestNPSByHand(t *testing.T) {
	s := measured(t, survey.NPS, survey.Confidence90, repeat(map[int]int{10: 20, 9: 7, 8: 15, 7: 6, 6: 10, 0: 9})...)
	assert.Equal(t, [3]int{67, 27, 19}, [3]int{s.N, s.High, s.Low})
	assert.InDelta(t, 11.94, s.Estimate.Value, 0.005)
	assert.InDelta(t, -4.61, s.Estimate.Low, 0.005)
	assert.InDelta(t, 27.47, s.Estimate.High, 0.005)
}

func TestBoxesOfTheMeasures(t *testing.T) {
	s := measured(t, survey.NPS, survey.Confidence95, 0, 6, 7, 8, 9, 10)
	assert.Equal(t, [2]int{2, 2}, [2]int{s.Low, s.High})
	s = measured(t, survey.CSAT, survey.Confidence95, 1, 2, 3, 4, 5)
	assert.Equal(t, [2]int{3, 2}, [2]int{s.Low, s.High})
	assert.Equal(t, 40.0, s.Estimate.Value)
	assert.Equal(t, 3.0, s.Mean)
	s = measured(t, survey.CES, survey.Confidence95, 1, 4, 5, 7)
	assert.Equal(t, 50.0, s.Estimate.Value)
	assert.Equal(t, 4.25, s.Mean)
}

func TestNoAnswersAreNoData(t *testing.T) {
	for _, m := range survey.Measures() {
		s := measured(t, m, survey.Confidence95)
		assert.False(t, s.Data())
		data, err := json.Marshal(s)
		require.NoError(t, err)
		assert.NotContains(t, string(data), "estimate")
		// A score of 0 is not the same as none.
		low, _ := m.Scale()
		assert.True(t, measured(t, m, survey.Confidence95, low).Data())
	}
	s, err := survey.Proportion(0, 0, survey.Confidence95)
	require.NoError(t, err)
	assert.False(t, s.Data())
}

func TestStatisticsRefuse(t *testing.T) {
	for _, c := range []survey.Confidence{0, 1, -1, 2, survey.Confidence(math.NaN())} {
		_, err := survey.Measured(survey.NPS, nil, c)
		assert.ErrorIs(t, err, tandem.ErrInvalid)
		_, err = survey.Proportion(1, 2, c)
		assert.ErrorIs(t, err, tandem.ErrInvalid)
	}
	for _, c := range []struct {
		m     survey.Measure
		score int
	}{{survey.NPS, 11}, {survey.NPS, -1}, {survey.CSAT, 0}, {survey.CSAT, 6}, {survey.CES, 0}, {survey.CES, 8}, {"", 1}} {
		_, err := survey.Measured(c.m, []int{c.score}, survey.Confidence95)
		assert.ErrorIs(t, err, tandem.ErrInvalid)
	}
	_, err := survey.Proportion(3, 2, survey.Confidence95)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = survey.Proportion(-1, 2, survey.Confidence95)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestIntervalsStayOnTheScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom(survey.Measures()).Draw(t, "measure")
		low, high := m.Scale()
		scores := rapid.SliceOfN(rapid.IntRange(low, high), 1, 300).Draw(t, "scores")
		level := rapid.SampledFrom([]survey.Confidence{0.5, 0.9, 0.95, 0.99, 0.999999}).Draw(t, "level")
		s := measured(t, m, level, scores...)
		floor := 0.0
		if m == survey.NPS {
			floor = -100
		}
		e := *s.Estimate
		assert.True(t, floor <= e.Low && e.Low <= e.Value && e.Value <= e.High && e.High <= 100, "%+v", e)
		assert.Greater(t, e.High, e.Low, "an interval always has a width")
		more := measured(t, m, level, append(append(scores, scores...), append(scores, scores...)...)...)
		assert.Less(t, more.Estimate.High-more.Estimate.Low, e.High-e.Low+1e-6, "more answers are not less sure")
		assert.Equal(t, e.Value, more.Estimate.Value)
	})
}

// Newcombe, "Interval estimation for the difference between independent
// proportions", Statistics in Medicine 17, 1998, table II, method 10.
func TestCompareAgainstNewcombe(t *testing.T) {
	for _, c := range []struct {
		a, m, b, n int
		low, high  float64
	}{{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}, {5, 56, 0, 29, -0.0381, 0.1926}} {
		second, err := survey.Proportion(c.a, c.m, survey.Confidence95)
		require.NoError(t, err)
		first, err := survey.Proportion(c.b, c.n, survey.Confidence95)
		require.NoError(t, err)
		d, err := survey.Compare(first, second)
		require.NoError(t, err)
		assert.InDelta(t, 100*c.low, d.Difference.Low, 0.006)
		assert.InDelta(t, 100*c.high, d.Difference.High, 0.006)
		assert.Equal(t, c.low > 0, d.Clear)
		back, err := survey.Compare(second, first)
		require.NoError(t, err)
		assert.InDelta(t, -d.Difference.Low, back.Difference.High, 1e-6)
		assert.Equal(t, d.Clear, back.Clear)
	}
	some := measured(t, survey.NPS, survey.Confidence95, 9)
	for _, other := range []survey.Statistic{measured(t, survey.NPS, survey.Confidence95), measured(t, survey.CSAT, survey.Confidence95, 4),
		measured(t, survey.NPS, survey.Confidence90, 9)} {
		_, err := survey.Compare(some, other)
		assert.ErrorIs(t, err, tandem.ErrInvalid)
	}
}

func answer(key string, stage survey.Stage, score int, at tandem.Instant) survey.Answer {
	a := survey.Answer{ID: survey.AnswerIDOf(key+string(stage)+at.String(), 1), Company: company, Survey: "after-sale", Measure: survey.NPS,
		Invitation: tandem.DeriveID[survey.InvitationID]("invitation", key), Party: customer("a"), Stage: stage, At: at, Recorded: at}
	if stage == survey.Answered {
		a.Score = score
	}
	return a
}

func TestLatestAnswerCounts(t *testing.T) {
	facts := []survey.Answer{
		answer("1", survey.Sent, 0, noon), answer("1", survey.Delivered, 0, noon),
		answer("1", survey.Answered, 2, noon), answer("1", survey.Answered, 9, noon.Add(time.Hour)),
		answer("2", survey.Answered, 0, noon), answer("3", survey.Sent, 0, noon), answer("4", survey.Delivered, 0, noon),
	}
	for range 2 {
		s, err := survey.MeasuredFrom(survey.NPS, facts, survey.Confidence95)
		require.NoError(t, err)
		assert.Equal(t, [3]int{2, 1, 1}, [3]int{s.N, s.High, s.Low})
		facts[2], facts[3] = facts[3], facts[2] // whatever the order
	}
	r, err := survey.Responses(facts, survey.Confidence95)
	require.NoError(t, err)
	assert.Equal(t, [3]int{4, 3, 2}, [3]int{r.Sent, r.Delivered, r.Answered})
	assert.InDelta(t, 66.67, r.Rate.Estimate.Value, 0.01)
	none, err := survey.Responses(nil, survey.Confidence95)
	require.NoError(t, err)
	assert.False(t, none.Rate.Data())
}

func TestAnswerValidate(t *testing.T) {
	good := answer("1", survey.Answered, 0, noon)
	require.NoError(t, good.Validate(), "0 is a score")
	for name, change := range map[string]func(*survey.Answer){
		"score": func(a *survey.Answer) { a.Score = 11 }, "stage": func(a *survey.Answer) { a.Stage = "" },
		"measure": func(a *survey.Answer) { a.Measure = "" }, "survey": func(a *survey.Answer) { a.Survey = "" },
		"scored though sent": func(a *survey.Answer) { a.Stage, a.Score = survey.Sent, 3 },
		"comment":            func(a *survey.Answer) { a.Comment = tandem.Personal(make([]byte, tandem.MaxText+1)) },
	} {
		a := good
		change(&a)
		assert.ErrorIs(t, a.Validate(), tandem.ErrInvalid, name)
	}
	var invalid *tandem.InvalidError
	require.ErrorAs(t, survey.Answer{}.Validate(), &invalid)
	assert.Len(t, invalid.Faults, 9)
	data, err := json.Marshal(good)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"score":0`)
}
