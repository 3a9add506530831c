package retention_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/retention"
)

func day(y int, m time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(y, m, d)
	if err != nil {
		panic(err)
	}
	return date
}

func party(n int) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("c", fmt.Sprint(n)) }

func ref(n int) tandem.DocumentRef {
	return tandem.DocumentRef{Kind: "delivery", ID: tandem.DeriveID[tandem.ID[any]]("d", fmt.Sprint(n))}
}

func number(n int) *int { return &n }

var today = day(2026, time.June, 30)

// 11 purchases within 100 days, then silence for 40: 4 times the mean gap of 10, all 40
// points. 9 of 40 lines late: (0.225 - 0.05)/0.35 of 15 = 7.5. NPS 3: 10. No complaint,
// nothing else known: 57.5 of 40 + 15 + 10 + 5 = 82.1 %.
func TestRiskByHand(t *testing.T) {
	u := retention.Customer{
		Party: party(1), Purchases: 11, First: today.AddDays(-140), Last: today.AddDays(-40),
		Late: retention.Share{Count: 9, Of: 40}, Incomplete: retention.Share{Count: 1, Of: 2}, NPS: number(3),
	}
	a, err := retention.Assess([]retention.Customer{u}, retention.Config{At: today})
	require.NoError(t, err)
	r := a.Risks[0]
	require.InDelta(t, 100*57.5/70, r.Score, 1e-9)
	require.InDelta(t, 0.7, r.Known, 1e-12)
	require.Equal(t, retention.High, r.Level)
	require.Equal(t, "82 of 100 points: silent for 40 days, 4.0 times the usual gap of 10 (40 of 40); NPS answer 3 (10 of 10); 9 of 40 lines late (7 of 15)", a.Signals()[0].Reason)
	require.Equal(t, "1 of 2 lines incomplete: too few", r.Factors[2].Reason)
	require.Equal(t, []retention.Withheld{{Party: party(1), Rule: retention.WithoutConsent, Reason: "has not agreed to be asked"}}, a.Withheld)
}

func TestNothingKnownIsNoRisk(t *testing.T) {
	a, err := retention.Assess([]retention.Customer{
		{Party: party(1)}, {Party: party(2), Purchases: 1, First: today, Last: today}, {Party: party(3), Purchases: 9, First: today, Last: today.AddDays(-9)},
		{Party: party(4), Late: retention.Share{Count: 70, Of: 7}},
	}, retention.Config{At: today})
	require.NoError(t, err)
	unknown := 0
	for _, r := range a.Risks {
		if r.Level == retention.Unknown {
			unknown++
		}
		require.True(t, r.Score >= 0 && r.Score <= 100)
	}
	require.Equal(t, 3, unknown)
	a, err = retention.Assess(nil, retention.Config{At: today})
	require.NoError(t, err)
	require.Empty(t, a.Signals())
}

// An open complaint and nothing else known: 5 of 5 points, of the 100 that there are. The
// score is 100, but 5 % is known: the risk is medium, and its signal weak, 1 × 0.05. Silence
// of 40 days for a gap of 10 beside it: 45 of 45 points, of which 45 % is enough for high.
// With a bad CSAT answer instead, 15 of 15 are known: high for whoever asks for no more.
func TestLittleKnownIsNoHighRisk(t *testing.T) {
	complaint := retention.Customer{Party: party(1), OpenComplaints: 1}
	silent, answered := complaint, complaint
	silent.Purchases, silent.First, silent.Last = 11, today.AddDays(-140), today.AddDays(-40)
	answered.CSAT = number(1)
	for _, c := range []struct {
		name     string
		customer retention.Customer
		minimum  float64
		level    retention.Level
		strength float64
		notes    []insight.Reason
		reason   string
	}{
		{"a complaint alone", complaint, 0, retention.Medium, 0.05, retention.Reasons(),
			"100 of 100 points: 1 open complaints (5 of 5); only 5 % of what counts is known"},
		{"and silence", silent, 0, retention.High, 0.45, nil,
			"100 of 100 points: silent for 40 days, 4.0 times the usual gap of 10 (40 of 40); 1 open complaints (5 of 5)"},
		{"silence, where half must be known", silent, 0.5, retention.Medium, 0.45, retention.Reasons(),
			"100 of 100 points: silent for 40 days, 4.0 times the usual gap of 10 (40 of 40); 1 open complaints (5 of 5); only 45 % of what counts is known"},
		{"an answer, where a seventh must be", answered, 0.15, retention.High, 0.15, nil,
			"100 of 100 points: CSAT answer 1 (10 of 10); 1 open complaints (5 of 5)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := retention.Assess([]retention.Customer{c.customer}, retention.Config{At: today, MinimumKnown: c.minimum})
			require.NoError(t, err)
			require.Equal(t, []any{c.level, 100.0}, []any{a.Risks[0].Level, a.Risks[0].Score})
			require.Equal(t, c.notes, a.Risks[0].Notes)
			v := a.Signals()[0]
			require.InDelta(t, c.strength, v.Strength, 1e-12)
			require.Equal(t, c.reason, v.Reason)
		})
	}
}

func TestSurveysByTheRules(t *testing.T) {
	event := func(k retention.EventKind, days int) retention.Event {
		return retention.Event{Kind: k, Date: today.AddDays(-days), Ref: ref(days)}
	}
	for _, c := range []struct {
		name     string
		customer retention.Customer
		question retention.Question
		reason   string
		rule     retention.Rule
	}{
		{"delivery", retention.Customer{Consent: true, Events: []retention.Event{event(retention.Delivery, 3)}}, retention.AskCSAT, "a delivery came on 2026-06-27", ""},
		{"the most telling", retention.Customer{Consent: true, Events: []retention.Event{event(retention.Delivery, 1), event(retention.ComplaintClosed, 9)}},
			retention.AskCES, "a complaint was closed on 2026-06-21", ""},
		{"stale", retention.Customer{Consent: true, Events: []retention.Event{event(retention.Delivery, 15)}}, "", "no event within 14 days", retention.NoOccasion},
		{"to come", retention.Customer{Consent: true, Events: []retention.Event{event(retention.Delivery, -2)}}, "", "no event within 14 days", retention.NoOccasion},
		{"open complaint", retention.Customer{Consent: true, OpenComplaints: 1, Events: []retention.Event{event(retention.Delivery, 1)}}, "", "1 open complaints come first", retention.OpenComplaint},
		{"capped", retention.Customer{Consent: true, LastSurvey: today.AddDays(-89), Events: []retention.Event{event(retention.Returned, 1)}}, "",
			"asked on 2026-04-02; 90 days must lie between surveys", retention.AskedRecently},
		{"cap over", retention.Customer{Consent: true, LastSurvey: today.AddDays(-90), Events: []retention.Event{event(retention.Returned, 1)}}, retention.AskCSAT, "goods came back on 2026-06-29", ""},
		{"relation", retention.Customer{Consent: true, Purchases: 1, LastSurvey: today.AddDays(-400)}, retention.AskNPS, "not asked for 400 days", ""},
		{"never asked", retention.Customer{Consent: true, Purchases: 1, First: today.AddDays(-366)}, retention.AskNPS, "never asked since the first purchase on 2025-06-29", ""},
		{"at risk", retention.Customer{Consent: true, CSAT: number(1), Purchases: 11, First: today.AddDays(-140), Last: today.AddDays(-40)},
			retention.AskNPS, "at risk: 91 of 100 points", ""}, // 40 + 10 of 40 + 10 + 5
		{"too little known for it", retention.Customer{Consent: true, CSAT: number(1)}, "", "no event within 14 days", retention.NoOccasion},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.customer.Party = party(1)
			a, err := retention.Assess([]retention.Customer{c.customer}, retention.Config{At: today})
			require.NoError(t, err)
			if c.rule != "" {
				require.Equal(t, []retention.Withheld{{Party: party(1), Rule: c.rule, Reason: c.reason}}, a.Withheld)
				return
			}
			require.Len(t, a.Surveys, 1)
			require.Equal(t, c.question, a.Surveys[0].Question)
			require.Equal(t, c.reason, a.Surveys[0].Reason)
			last := a.Signals()[len(a.Signals())-1]
			require.Equal(t, signal.SurveyDue, last.Kind)
		})
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	_, err := retention.Assess([]retention.Customer{
		{}, {Party: party(1), NPS: number(11)}, {Party: party(1), Late: retention.Share{Count: -1}, Purchases: -1, Events: []retention.Event{{}}},
	}, retention.Config{At: today})
	for _, path := range []string{"customers[0].party", "customers[1]: NPS", "customers[2].party", "customers[2].events[0]"} {
		require.ErrorContains(t, err, path)
	}
	_, err = retention.Assess(nil, retention.Config{
		Weights: []retention.Weight{{}, {Factor: retention.Silence, Points: 1, Full: 1}, {Factor: retention.Silence, Points: 1, Full: 1}}, Medium: 90, High: 10, MinimumLines: -1, CapDays: -1, MinimumKnown: 2,
	})
	for _, path := range []string{"at:", "weights[0].factor", "weights[0].points", "weights[2].factor", "minimum_lines:", "high:", "cap_days:", "minimum_known:"} {
		require.ErrorContains(t, err, path)
	}
}

func TestNamesAreReadStrictly(t *testing.T) {
	for _, n := range retention.FactorNames() {
		require.NoError(t, new(retention.FactorName).UnmarshalText([]byte(n)))
	}
	for _, n := range retention.Levels() {
		require.NoError(t, new(retention.Level).UnmarshalText([]byte(n)))
	}
	for _, n := range retention.Questions() {
		require.NoError(t, new(retention.Question).UnmarshalText([]byte(n)))
	}
	for _, n := range retention.Rules() {
		require.NoError(t, new(retention.Rule).UnmarshalText([]byte(n)))
	}
	require.Error(t, new(retention.EventKind).UnmarshalText([]byte("party")))
}

// Any customers: scores in range, each either asked or withheld, nobody asked against
// the rules, worse facts never a lower score, and no order of the customers matters.
func TestAnyCustomers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []retention.Customer
		for i := range rapid.IntRange(0, 6).Draw(t, "customers") {
			u := retention.Customer{Party: party(i), Purchases: rapid.IntRange(0, 9).Draw(t, "purchases"), Consent: rapid.Bool().Draw(t, "consent"),
				OpenComplaints: rapid.IntRange(0, 1).Draw(t, "complaints"), Late: retention.Share{Count: rapid.IntRange(0, 30).Draw(t, "late"), Of: rapid.IntRange(0, 30).Draw(t, "of")}}
			u.First = today.AddDays(-rapid.IntRange(0, 900).Draw(t, "first"))
			u.Last = today.AddDays(-rapid.IntRange(-9, 900).Draw(t, "last"))
			u.LastSurvey = today.AddDays(-rapid.IntRange(0, 500).Draw(t, "survey"))
			u.Events = []retention.Event{{Kind: rapid.SampledFrom(retention.EventKinds()).Draw(t, "event"), Date: today.AddDays(-rapid.IntRange(-3, 30).Draw(t, "age"))}}
			list = append(list, u)
		}
		a, err := retention.Assess(list, retention.Config{At: today})
		require.NoError(t, err)
		b, err := retention.Assess(rapid.Permutation(list).Draw(t, "order"), retention.Config{At: today})
		require.NoError(t, err)
		require.Equal(t, a, b)
		require.Len(t, list, len(a.Surveys)+len(a.Withheld))
		for _, s := range a.Surveys {
			for _, u := range list {
				require.True(t, u.Party != s.Party || u.Consent && u.OpenComplaints == 0 && today.DaysSince(u.LastSurvey) >= 90)
			}
		}
		for _, r := range a.Risks {
			require.True(t, r.Score >= 0 && r.Score <= 100 && r.Known >= 0 && r.Known <= 1)
		}
	})
}
