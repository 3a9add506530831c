package grading_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
)

func TestEarnedByThreshold(t *testing.T) {
	p := grading.StandardPolicy()
	assert.NoError(t, p.Validate())
	for sum, want := range map[int]tandem.GradeCode{0: "", 3: "", 6: "", 7: "bronze", 9: "bronze", 10: "silver", 12: "silver", 13: "gold", 15: "gold"} {
		assert.Equal(t, want, p.Earned(sum), sum)
	}
}

func TestDecide(t *testing.T) {
	p := grading.StandardPolicy()
	since := day(t, "2011-06-01")
	for _, c := range []struct {
		name   string
		held   grading.Standing
		sum    int
		after  int // days since the grade is held
		want   tandem.GradeCode
		reason grading.Reason
		low    int
	}{
		{"first grade", grading.Standing{}, 13, 0, "gold", grading.ReasonFirst, 0},
		{"first grade is none", grading.Standing{}, 6, 0, "", grading.ReasonFirst, 0},
		{"up at once, two steps", grading.Standing{Grade: "bronze", Since: since}, 13, 1, "gold", grading.ReasonUp, 0},
		{"up forgets low reviews", grading.Standing{Grade: "bronze", Since: since, Low: 5}, 10, 1, "silver", grading.ReasonUp, 0},
		{"up from none", grading.Standing{Since: since}, 7, 1, "bronze", grading.ReasonUp, 0},
		{"still earned", grading.Standing{Grade: "gold", Since: since, Low: 1}, 13, 90, "gold", grading.ReasonEarned, 0},
		{"exactly 1 below is within the tolerance", grading.Standing{Grade: "gold", Since: since, Low: 1}, 12, 90, "gold", grading.ReasonTolerance, 0},
		{"first low review", grading.Standing{Grade: "gold", Since: since}, 11, 90, "gold", grading.ReasonLowReviews, 1},
		{"second low review: one step only", grading.Standing{Grade: "gold", Since: since, Low: 1}, 3, 90, "silver", grading.ReasonDown, 2},
		{"day 59 is too early", grading.Standing{Grade: "gold", Since: since, Low: 1}, 3, 59, "gold", grading.ReasonMinimumStay, 2},
		{"day 60 is not", grading.Standing{Grade: "gold", Since: since, Low: 2}, 3, 60, "silver", grading.ReasonDown, 3},
		{"no purchase in the window", grading.Standing{Grade: "bronze", Since: since, Low: 1}, 0, 90, "", grading.ReasonDown, 2},
		{"nothing below the base", grading.Standing{Since: since}, 0, 900, "", grading.ReasonEarned, 0},
		{"grade unknown to the policy", grading.Standing{Grade: "platinum", Since: since}, 10, 5, "silver", grading.ReasonPolicyChanged, 0},
	} {
		d := p.Decide(c.held, grading.Score{Sum: c.sum}, since.AddDays(c.after))
		assert.Equal(t, c.want, d.Grade, c.name)
		assert.Equal(t, c.reason, d.Reason, c.name)
		assert.Equal(t, c.low, d.Low, c.name)
		assert.Equal(t, c.held.Grade, d.Before, c.name)
		assert.Equal(t, p.Earned(c.sum), d.Earned, c.name)
	}
}

func TestDecisionExplains(t *testing.T) {
	since := day(t, "2011-06-01")
	d := grading.StandardPolicy().Decide(grading.Standing{Grade: "silver", Since: since}, grading.Score{Sum: 8}, since.AddDays(30))
	assert.Equal(t, grading.Decision{Policy: "standard-1", AsOf: since.AddDays(30), Before: "silver", Grade: "silver", Earned: "bronze",
		Reason: grading.ReasonLowReviews, Score: grading.Score{Sum: 8}, Threshold: 10, Next: 13, Missing: 5, Low: 1,
		StayUntil: since.AddDays(60)}, d)
	assert.False(t, d.Changed())
	top := grading.StandardPolicy().Decide(grading.Standing{}, grading.Score{Sum: 15}, since)
	assert.Zero(t, top.Next)
	assert.True(t, top.Changed())
}

func TestPolicyValidate(t *testing.T) {
	for name, change := range map[string]func(*grading.Policy){
		"version": func(p *grading.Policy) { p.Version = "" }, "window": func(p *grading.Policy) { p.Window = 0 },
		"population": func(p *grading.Policy) { p.Population = "" }, "steps": func(p *grading.Policy) { p.Steps = nil },
		"ascend": func(p *grading.Policy) { p.Steps[1].From = 7 }, "twice": func(p *grading.Policy) { p.Steps[2].Grade = "silver" },
		"base": func(p *grading.Policy) { p.Base = "gold" }, "empty": func(p *grading.Policy) { p.Steps[0].Grade = "" },
		"from": func(p *grading.Policy) { p.Steps[0].From = 0 }, "low": func(p *grading.Policy) { p.LowReviews = 0 },
		"tolerance": func(p *grading.Policy) { p.Tolerance = -1 }, "stay": func(p *grading.Policy) { p.MinimumStay = -1 },
	} {
		p := grading.StandardPolicy()
		change(&p)
		assert.ErrorIs(t, p.Validate(), tandem.ErrInvalid, name)
	}
}

// Whatever the sums are: a customer never falls more than one step at a review,
// never before the minimum stay, and never out of a grade whose threshold it meets.
func TestHysteresisHolds(t *testing.T) {
	p := grading.StandardPolicy()
	ranks := map[tandem.GradeCode]int{"": 0, "bronze": 1, "silver": 2, "gold": 3}
	start := day(t, "2011-06-01")
	rapid.Check(t, func(t *rapid.T) {
		held := grading.Standing{}
		asOf := start
		for _, sum := range rapid.SliceOfN(rapid.IntRange(0, 15), 1, 40).Draw(t, "sums") {
			asOf = asOf.AddDays(rapid.IntRange(1, 40).Draw(t, "days"))
			d := p.Decide(held, grading.Score{Sum: sum}, asOf)
			assert.GreaterOrEqual(t, ranks[d.Grade], ranks[held.Grade]-1)
			assert.GreaterOrEqual(t, ranks[d.Grade], ranks[p.Earned(sum)])
			if ranks[d.Grade] < ranks[held.Grade] {
				assert.GreaterOrEqual(t, asOf.DaysSince(held.Since), 60)
				assert.GreaterOrEqual(t, d.Low, 2)
			}
			held.Low = d.Low
			if d.Changed() {
				held = grading.Standing{Grade: d.Grade, Since: asOf}
			}
		}
	})
}
