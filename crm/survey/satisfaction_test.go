package survey_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/survey"
)

func part(t require.TestingT, s survey.Satisfaction, p survey.Part) survey.Contribution {
	for _, c := range s.Parts {
		if c.Part == p {
			return c
		}
	}
	require.Fail(t, "no part "+string(p))
	return survey.Contribution{}
}

// By hand: 9 of 10 lines on time, 3 of 4 orders and 8 of 10 lines at once, 2 % of
// the quantity returned: 50 × 0.9 + 30 × 0.75 + 20 × (1 − 5 × 0.02) = 45 + 22.5 + 18
// = 85.5; by line the middle part is 30 × 0.8 = 24: 87.
func TestSatisfactionByHand(t *testing.T) {
	e := survey.Evidence{Delivery: survey.Performance{AsOf: day(t, "2011-12-01"), Lines: 10, Decided: 10, OnTime: 9, AtOnce: 8,
		Orders: 4, OrdersAtOnce: 3, Shipped: 10, Returned: 1, ReturnedShare: 0.02}}
	f := survey.DeliveryFormula()
	s, err := f.Satisfy(e)
	require.NoError(t, err)
	assert.Equal(t, 85.5, *s.Score)
	assert.Equal(t, survey.Contribution{Part: survey.PartOnTime, Weight: 50, Share: 50, Basis: survey.ByLine, N: 10, Value: 0.9, Points: 45}, s.Parts[0])
	assert.Equal(t, survey.Contribution{Part: survey.PartComplete, Weight: 30, Share: 30, Basis: survey.ByOrder, N: 4, Value: 0.75, Points: 22.5}, s.Parts[1])
	assert.Equal(t, survey.Contribution{Part: survey.PartReturns, Weight: 20, Share: 20, Basis: survey.ByQuantity, N: 10, Value: 0.9, Points: 18}, s.Parts[2])
	assert.Equal(t, survey.MissingWeight, part(t, s, survey.PartAnswers).Missing)

	f.CompleteBasis, f.ReturnsBasis = survey.ByLine, survey.ByLine
	s, err = f.Satisfy(e)
	require.NoError(t, err)
	assert.Equal(t, 79.0, *s.Score, "45 + 24 + 20 × (1 − 5 × 0.1)")
}

func TestMissingPartsAreLeftOutAndNeverNought(t *testing.T) {
	e := survey.Evidence{Delivery: survey.Performance{Lines: 10, Decided: 10, OnTime: 9, AtOnce: 8, Orders: 4, OrdersAtOnce: 3, Shipped: 10}}
	f := survey.FullFormula()
	s, err := f.Satisfy(e)
	require.NoError(t, err)
	// (30 × 0.9 + 20 × 0.75 + 15 × 1) ÷ 65 = 57 ÷ 65
	assert.InDelta(t, 100*57.0/65, *s.Score, 1e-5)
	assert.Equal(t, survey.MissingData, part(t, s, survey.PartComplain).Missing, "no record of complaints is no data")
	assert.Equal(t, survey.MissingData, part(t, s, survey.PartAnswers).Missing)

	e.ComplaintsKnown = true
	s, err = f.Satisfy(e)
	require.NoError(t, err)
	assert.InDelta(t, 100*72.0/80, *s.Score, 1e-5, "no complaint is known: the whole part")
	e.Complaints = 1
	s, err = f.Satisfy(e)
	require.NoError(t, err)
	assert.InDelta(t, 100*57.0/80, *s.Score, 1e-5, "1 in 4 orders × 5 leaves nothing")

	e.Answers = []survey.Answer{answer("1", survey.Answered, 0, noon), answer("2", survey.Answered, 10, noon)}
	s, err = f.Satisfy(e)
	require.NoError(t, err)
	assert.InDelta(t, 67.0, *s.Score, 1e-5, "(57 + 20 × 0.5) of 100")
	assert.Equal(t, survey.Contribution{Part: survey.PartAnswers, Weight: 20, Share: 20, N: 2, Value: 0.5, Points: 10}, part(t, s, survey.PartAnswers))

	f.MinimumAnswers = 3
	s, err = f.Satisfy(e)
	require.NoError(t, err)
	assert.Equal(t, survey.MissingMinimum, part(t, s, survey.PartAnswers).Missing)
	assert.Zero(t, part(t, s, survey.PartAnswers).Value)
}

func TestMinimumLines(t *testing.T) {
	for lines, want := range map[int]bool{0: false, 1: false, 4: false, 5: true} {
		s, err := survey.DeliveryFormula().Satisfy(survey.Evidence{Delivery: survey.Performance{Lines: lines, Decided: lines, OnTime: lines,
			AtOnce: lines, Orders: lines, OrdersAtOnce: lines, Shipped: lines}})
		require.NoError(t, err)
		assert.Equal(t, want, s.Data(), lines)
		data, err := json.Marshal(s)
		require.NoError(t, err)
		assert.Equal(t, want, json.Valid(data) && s.Score != nil && *s.Score == 100, lines)
	}
}

func TestScoreOfAHundredPercentReturnedIsNotNegative(t *testing.T) {
	s, err := survey.DeliveryFormula().Satisfy(survey.Evidence{Delivery: survey.Performance{Lines: 5, Decided: 5, Orders: 1, Shipped: 5,
		Returned: 5, ReturnedShare: 1}})
	require.NoError(t, err)
	assert.Equal(t, 0.0, *s.Score, "nought is a score, other than none")
}

func TestContributionsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 50).Draw(t, "lines")
		up := func(name string) int { return rapid.IntRange(0, n).Draw(t, name) }
		d := survey.Performance{Lines: n, Decided: n, OnTime: up("on time"), AtOnce: up("at once"), Orders: n, OrdersAtOnce: up("orders"),
			Shipped: n, Returned: up("returned"), ReturnedShare: rapid.Float64Range(0, 1).Draw(t, "share")}
		e := survey.Evidence{Delivery: d, ComplaintsKnown: rapid.Bool().Draw(t, "known"), Complaints: up("complaints")}
		for i := range rapid.IntRange(0, 3).Draw(t, "answers") {
			e.Answers = append(e.Answers, answer(string(rune('a'+i)), survey.Answered, rapid.IntRange(0, 10).Draw(t, "score"), noon))
		}
		weight := rapid.IntRange(0, 1000)
		f := survey.FullFormula()
		f.Weights = survey.Weights{OnTime: weight.Draw(t, "w1"), Complete: weight.Draw(t, "w2"), Returns: weight.Draw(t, "w3"),
			Complaints: weight.Draw(t, "w4"), Answers: 1}
		s, err := f.Satisfy(e)
		assert.NoError(t, err)
		assert.Len(t, s.Parts, len(survey.Parts()))
		points, share := 0.0, 0.0
		for _, c := range s.Parts {
			points, share = points+c.Points, share+c.Share
			assert.True(t, c.Value >= 0 && c.Value <= 1)
			assert.True(t, c.Missing == "" || c.Points == 0 && c.Share == 0)
		}
		if !s.Data() {
			assert.Zero(t, share)
			return
		}
		assert.InDelta(t, *s.Score, points, 1e-5)
		assert.InDelta(t, 100, share, 1e-5)
		assert.True(t, *s.Score >= 0 && *s.Score <= 100)
	})
}

func TestFormulaValidate(t *testing.T) {
	assert.NoError(t, survey.DeliveryFormula().Validate())
	assert.NoError(t, survey.FullFormula().Validate())
	for name, change := range map[string]func(*survey.Formula){
		"version": func(f *survey.Formula) { f.Version = "" }, "negative": func(f *survey.Formula) { f.Weights.OnTime = -1 },
		"nothing": func(f *survey.Formula) { f.Weights = survey.Weights{} }, "basis": func(f *survey.Formula) { f.CompleteBasis = survey.ByQuantity },
		"returns": func(f *survey.Formula) { f.ReturnsBasis = survey.ByOrder }, "factor": func(f *survey.Formula) { f.ReturnsFactor = 0 },
		"complaints": func(f *survey.Formula) { f.ComplaintFactor = 0 }, "lines": func(f *survey.Formula) { f.MinimumLines = 0 },
		"answers": func(f *survey.Formula) { f.MinimumAnswers = 0 },
	} {
		f := survey.DeliveryFormula()
		change(&f)
		_, err := f.Satisfy(survey.Evidence{})
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	_, err := survey.FullFormula().Satisfy(survey.Evidence{Complaints: -1})
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestEnumerationsAreClosed(t *testing.T) {
	var (
		m survey.Measure
		s survey.Stage
		k survey.DeliveryKind
		p survey.Part
		b survey.Basis
	)
	for _, bad := range []string{"", "NPS", "x"} {
		assert.ErrorIs(t, m.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
		assert.ErrorIs(t, s.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
		assert.ErrorIs(t, k.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
		assert.ErrorIs(t, p.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
		assert.ErrorIs(t, b.UnmarshalText([]byte(bad)), tandem.ErrInvalid)
	}
	for _, good := range survey.Measures() {
		assert.True(t, m.UnmarshalText([]byte(good)) == nil && m == good && m.Valid())
	}
	for _, good := range survey.Stages() {
		assert.True(t, s.UnmarshalText([]byte(good)) == nil && s == good && s.Valid())
	}
	for _, good := range survey.DeliveryKinds() {
		assert.True(t, k.UnmarshalText([]byte(good)) == nil && k == good && k.Valid())
	}
	for _, good := range survey.Parts() {
		assert.True(t, p.UnmarshalText([]byte(good)) == nil && p == good && p.Valid())
	}
	for _, good := range survey.Bases() {
		assert.True(t, b.UnmarshalText([]byte(good)) == nil && b == good && b.Valid())
	}
}

func TestQueriesMatch(t *testing.T) {
	a := answer("1", survey.Answered, 9, noon)
	assert.True(t, survey.AnswerQuery{Company: company, Party: customer("a"), Survey: "after-sale", Measure: survey.NPS,
		Stage: survey.Answered, From: noon, Until: noon.Add(1000)}.Matches(a))
	for name, q := range map[string]survey.AnswerQuery{"party": {Party: customer("b")}, "wave": {Wave: "2"}, "survey": {Survey: "x"},
		"stage": {Stage: survey.Sent}, "measure": {Measure: survey.CES}, "until is not within": {Until: noon}, "from": {From: noon.Add(1000)}} {
		assert.False(t, q.Matches(a), name)
	}
	d := &deliveries{t: t}
	f := *d.add(survey.LineShipped, "A", 2, "2011-06-02", 4)
	assert.True(t, survey.DeliveryFactQuery{Company: company, Party: customer("a"), Order: order("A"), Line: 2, Kind: survey.LineShipped,
		Dates: tandem.Validity{From: f.Date, Until: f.Date.AddDays(1)}}.Matches(f))
	for name, q := range map[string]survey.DeliveryFactQuery{"party": {Party: customer("b")}, "order": {Order: order("B")}, "line": {Line: 1},
		"kind": {Kind: survey.LineOrdered}, "until is not within": {Dates: tandem.Validity{Until: f.Date}}} {
		assert.False(t, q.Matches(f), name)
	}
}
