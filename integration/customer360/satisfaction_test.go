package customer360_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/crmtest"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
)

func (c *crm) satisfaction(q customer360.SatisfactionQuery) (out []customer360.CustomerSatisfaction) {
	c.t.Helper()
	require.NoError(c.t, c.store.View(context.Background(), func(ctx context.Context, b *store.Bundle) (err error) {
		out, err = customer360.Satisfaction(ctx, b, q)
		return err
	}))
	return out
}

func june() customer360.SatisfactionQuery {
	return customer360.SatisfactionQuery{Company: company(), Ordered: tandem.Validity{From: date("2011-06-01"), Until: date("2011-07-01")},
		AsOf: date("2011-06-30"), Formula: survey.DeliveryFormula()}
}

// five orders of ann: four lines of 10 at hand and shipped by their promise, one
// of which is not at hand and a day late; two of 50 pieces come back.
func fiveOrders(t testing.TB, c *crm) {
	t.Helper()
	for n := 1; n <= 5; n++ {
		key, reserved, shipped := fmt.Sprint(n), int64(10), "2011-06-10"
		if n == 5 {
			reserved, shipped = 4, "2011-06-11"
		}
		o := placed(t, key, "ann", "2011-06-01", []int64{reserved}, item(1, 10, "2011-06-10"))
		d := ship(t, o, key, shipped, map[int]int64{1: 10})
		c.tell(o.Drain(), d.Drain())
		if n == 1 {
			c.tell(returned(t, o, d, key, "2011-06-20", 1, 2).Drain())
		}
	}
}

// By hand, by WHOLESALER's formula: on time 4 of 5 lines, 50 × 0.8 = 40; complete
// at once 4 of 5 orders, 30 × 0.8 = 24; returned 2 of 50 = 0.04, 20 × (1 − 5 × 0.04) = 16.
func TestSatisfactionByHand(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	fiveOrders(t, c)
	c.tell(placed(t, "6", "bob", "2011-06-02", []int64{1}, item(1, 1, "2011-06-03")).Drain())
	got := c.satisfaction(june())
	require.Len(t, got, 2)
	ann, bob := got[0], got[1]
	if ann.Party != customer("ann") {
		ann, bob = bob, ann
	}
	require.InDelta(t, 80, *ann.Score.Score, 1e-9)
	require.Equal(t, []float64{40, 24, 16}, []float64{ann.Score.Parts[0].Points, ann.Score.Parts[1].Points, ann.Score.Parts[2].Points})
	require.Equal(t, survey.MissingWeight, ann.Score.Parts[4].Missing, "answers are never invented")
	require.Nil(t, bob.Score.Score, "one line is too little to say")

	q := june()
	q.Party = customer("ann")
	require.Equal(t, []customer360.CustomerSatisfaction{ann}, c.satisfaction(q))
	q.Party = customer("nobody")
	nobody := c.satisfaction(q)
	require.Len(t, nobody, 1)
	require.False(t, nobody[0].Score.Data())
}

func TestSatisfactionKnowsWhatWasKnownOnTheDay(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	fiveOrders(t, c)
	q := june()
	q.AsOf = date("2011-06-10") // the late line is promised for that day: undecided; nothing came back yet
	p := c.satisfaction(q)[0].Performance
	require.Equal(t, []any{5, 4, 4, 0}, []any{p.Lines, p.Decided, p.OnTime, p.Returned})
	q.AsOf = date("2011-06-11")
	p = c.satisfaction(q)[0].Performance
	require.Equal(t, []any{5, 5, 4}, []any{p.Lines, p.Decided, p.OnTime})
}

func TestAnOlderOrderThatGrowsIsNotOfThePeriod(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	o := placed(t, "1", "ann", "2011-05-20", []int64{10}, item(1, 10, "2011-06-10"))
	_, err := o.Amend(amendTo(12), noon("2011-06-05"))
	require.NoError(t, err)
	c.tell(o.Drain())
	require.Empty(t, c.satisfaction(june()))
	q := june()
	q.Ordered.From = date("2011-05-20")
	got := c.satisfaction(q)
	require.Equal(t, []any{1, 0}, []any{got[0].Performance.Lines, got[0].Performance.AtOnce})
	q.Ordered = tandem.Validity{From: date("2011-05-01"), Until: date("2011-05-20")}
	require.Empty(t, c.satisfaction(q), "the end is not in the period")
}

func TestAnswersAndComplaintsCountWhereTheFormulaWantsThem(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	fiveOrders(t, c)
	c.update(func(ctx context.Context, b *store.Bundle) error {
		for i, a := range []struct {
			who, on string
			score   int
		}{{"ann", "2011-06-15", 5}, {"ann", "2011-07-01", 1}, {"carl", "2011-06-15", 3}} {
			source := fmt.Sprint("answer", i)
			err := b.SurveyAnswers().Append(ctx, survey.Answer{ID: survey.AnswerIDOf(source, 0), Company: company(), Survey: "csat", Measure: survey.CSAT,
				Invitation: tandem.DeriveID[survey.InvitationID]("invitation", source), Party: customer(a.who), Stage: survey.Answered, Score: a.score,
				At: date(a.on).At(0, 0, nil), Recorded: noon(a.on)})
			require.NoError(t, err)
		}
		complaint, err := party.NewInteraction(party.Interaction{Company: company(), Party: customer("ann"), Kind: party.InteractionComplaint,
			Occurred: noon("2011-06-16"), Recorded: noon("2011-06-16"), Source: "case/1"})
		require.NoError(t, err)
		return b.Interactions().Append(ctx, complaint)
	})
	q := june()
	q.Formula, q.Complaints = survey.FullFormula(), true
	scores := map[tandem.PartyID]survey.Satisfaction{}
	for _, s := range c.satisfaction(q) {
		scores[s.Party] = s.Score
	}
	require.Len(t, scores, 2)
	ann, carl := scores[customer("ann")], scores[customer("carl")]
	// 30 × 0.8 + 20 × 0.8 + 15 × 0.8 + 15 × (1 − 5 × 1 ÷ 5) + 20 × 1: July's answer is not of the period
	require.InDelta(t, 24+16+12+0+20, *ann.Score, 1e-9)
	require.InDelta(t, 50, *carl.Score, 1e-9, "CSAT 3 of 1 to 5 is the middle")
	q.Complaints = false
	for _, s := range c.satisfaction(q) {
		require.Equal(t, survey.MissingData, s.Score.Parts[3].Missing)
	}
}

func TestSatisfactionOfTheSmallCompany(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.update(func(ctx context.Context, b *store.Bundle) error { return crmtest.Save(ctx, b, crmtest.Small(t)...) })
	got := c.satisfaction(customer360.SatisfactionQuery{Company: crmtest.Company(), Ordered: tandem.Validity{From: crmtest.Start(), Until: crmtest.Day(365)},
		AsOf: crmtest.Day(365), Formula: survey.DeliveryFormula()})
	require.Len(t, got, 3, "the fourth never ordered")
	for i := 1; i < len(got); i++ {
		require.Negative(t, got[i-1].Party.Compare(got[i].Party), "in the order of the ids")
	}
}

func TestSatisfactionQueriesAreChecked(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	for name, spoil := range map[string]func(*customer360.SatisfactionQuery){
		"company": func(q *customer360.SatisfactionQuery) { q.Company = tandem.CompanyID{} },
		"from":    func(q *customer360.SatisfactionQuery) { q.Ordered.From = tandem.Date{} },
		"until":   func(q *customer360.SatisfactionQuery) { q.Ordered.Until = q.Ordered.From },
		"as of":   func(q *customer360.SatisfactionQuery) { q.AsOf = date("2011-05-31") },
		"formula": func(q *customer360.SatisfactionQuery) { q.Formula.Weights = survey.Weights{} },
	} {
		q := june()
		spoil(&q)
		require.NoError(t, c.store.View(t.Context(), func(ctx context.Context, b *store.Bundle) error {
			_, err := customer360.Satisfaction(ctx, b, q)
			require.ErrorIs(t, err, tandem.ErrInvalid, name)
			return nil
		}))
	}
}
