package offer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/signal/offer"
)

func day(y int, m time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(y, m, d)
	if err != nil {
		panic(err)
	}
	return date
}

func party(n int) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("c", fmt.Sprint(n)) }

func pounds(n int64) tandem.Money { return tandem.MoneyFromMinor(100*n, tandem.GBP) }

var today = day(2026, time.June, 30)

func customer() offer.Customer {
	return offer.Customer{
		Party: party(1), Grade: "gold", CLV: pounds(900), Channels: []string{"email", "post"},
		Preferences: []offer.Preference{{"lamps", 300}, {"tea", 500}, {"lamps", 200}, {"toys", 10}},
	}
}

func TestEachRuleExcludes(t *testing.T) {
	for _, c := range []struct {
		rule   offer.Rule
		offer  offer.Offer
		change func(u *offer.Customer)
		reason string
	}{
		{offer.NotInPeriod, offer.Offer{Until: today.AddDays(-1)}, nil, "the offer holds from any day until 2026-06-29"},
		{offer.OtherGrade, offer.Offer{Grades: []tandem.GradeCode{"silver"}}, nil, `grade "gold" is not among those of the offer`},
		{offer.UnknownCLV, offer.Offer{MinimumCLV: pounds(1)}, func(u *offer.Customer) { u.CLV = tandem.Money{} }, "the lifetime value is not known"},
		{offer.UnknownCLV, offer.Offer{MinimumCLV: tandem.MoneyFromMinor(1, tandem.EUR)}, nil, "the lifetime value is in GBP, the minimum in EUR"},
		{offer.LowCLV, offer.Offer{MinimumCLV: pounds(901)}, nil, "the lifetime value of 900.00 GBP is below 901.00 GBP"},
		{offer.WithoutConsent, offer.Offer{Channels: []string{"sms"}}, nil, "no consent for a channel of the offer"},
		{offer.OpenComplaint, offer.Offer{}, func(u *offer.Customer) { u.OpenComplaints = 2 }, "open complaints: 2"},
		{offer.AskedRecently, offer.Offer{}, func(u *offer.Customer) { u.Proposed = []offer.Proposal{{"b", today.AddDays(-13)}} },
			"the last proposal went out on 2026-06-17; 14 days must lie between two"},
		{offer.ProposedBefore, offer.Offer{}, func(u *offer.Customer) { u.Proposed = []offer.Proposal{{"a", today.AddDays(-89)}} },
			"proposed on 2026-04-02; the offer rests for 90 days"},
		{offer.BelowFloor, offer.Offer{Margin: tandem.Percent(-1)}, nil, "leaves a margin of -1%, the floor is 0%"},
		{offer.NotPreferred, offer.Offer{Categories: []string{"toys", "toys"}}, nil, "1.0 % of the preferences are for its categories"},
	} {
		t.Run(string(c.rule), func(t *testing.T) {
			u := customer()
			if c.change != nil {
				c.change(&u)
			}
			c.offer.Code = "a"
			got, err := offer.Choose([]offer.Customer{u}, []offer.Offer{c.offer}, offer.Config{At: today})
			require.NoError(t, err)
			require.Empty(t, got.Matches)
			require.Equal(t, []offer.Exclusion{{Party: party(1), Offer: "a", Rule: c.rule, Reason: c.reason}}, got.Exclusions)
		})
	}
}

// 500 of 1,010 spent on lamps, 500 on tea: equal fits go by margin, what is about
// everything comes last.
func TestRankByFitThenMargin(t *testing.T) {
	got, err := offer.Choose([]offer.Customer{customer()}, []offer.Offer{
		{Code: "all", Margin: tandem.Percent(90)}, {Code: "lamps", Categories: []string{"lamps"}, Margin: tandem.Percent(10)},
		{Code: "tea", Categories: []string{"tea"}, Margin: tandem.Percent(20)}, {Code: "both", Categories: []string{"tea", "lamps"}, Margin: tandem.Percent(1)},
	}, offer.Config{At: today})
	require.NoError(t, err)
	var order []string
	for _, m := range got.Matches {
		order = append(order, m.Offer)
	}
	require.Equal(t, []string{"both", "tea", "lamps"}, order)
	require.InDelta(t, 1000.0/1010, got.Matches[0].Fit, 1e-12)
	require.Equal(t, []offer.Exclusion{{Party: party(1), Offer: "all", Rule: offer.BehindTheOthers, Reason: "3 offers suit better"}}, got.Exclusions)
}

func TestNothingKnownStillHasAnAnswer(t *testing.T) {
	got, err := offer.Choose([]offer.Customer{{Party: party(2)}}, []offer.Offer{{Code: "lamps", Categories: []string{"lamps"}}}, offer.Config{At: today})
	require.NoError(t, err)
	require.Equal(t, "no preferences are known; margin 0%", got.Matches[0].Reason)
	got, err = offer.Choose(nil, nil, offer.Config{At: today})
	require.NoError(t, err)
	require.Empty(t, got.Signals())
}

func TestFaultsAreReportedTogether(t *testing.T) {
	bad := customer()
	bad.Preferences[0].Weight = -1
	_, err := offer.Choose([]offer.Customer{bad, bad}, []offer.Offer{{}, {Code: "a", From: today, Until: today.AddDays(-1)}}, offer.Config{At: today})
	for _, path := range []string{"customers[0].preferences[0]", "customers[1].party", "offers[0].code", "offers[1].until"} {
		require.ErrorContains(t, err, path)
	}
	_, err = offer.Choose(nil, nil, offer.Config{PerCustomer: -1, CapDays: -1, RestDays: -1, MinimumFit: 2})
	for _, path := range []string{"at:", "per_customer:", "cap_days:", "rest_days:", "minimum_fit:"} {
		require.ErrorContains(t, err, path)
	}
	_, err = offer.Choose(make([]offer.Customer, offer.MaxPairs/2+1), make([]offer.Offer, 2), offer.Config{At: today})
	require.ErrorContains(t, err, "too_many")
	many := make([]string, offer.MaxNames+1)
	_, err = offer.Choose([]offer.Customer{{Party: party(1), Channels: many, Proposed: make([]offer.Proposal, offer.MaxProposals+1)}},
		[]offer.Offer{{Code: "a", Grades: make([]tandem.GradeCode, offer.MaxNames+1), Categories: many, Channels: many}}, offer.Config{At: today})
	for _, path := range []string{
		"customers[0].channels", "customers[0].proposed", "offers[0].grades", "offers[0].categories", "offers[0].channels",
	} {
		require.ErrorContains(t, err, path)
	}
}

func TestRulesAreReadStrictly(t *testing.T) {
	for _, r := range offer.Rules() {
		require.NoError(t, new(offer.Rule).UnmarshalText([]byte(r)))
	}
	require.ErrorIs(t, new(offer.Rule).UnmarshalText([]byte("maybe")), tandem.ErrInvalid)
}

// Each pair is answered once, whatever the order, and no match breaks a rule.
func TestEachPairIsAnsweredOnce(t *testing.T) {
	words := []string{"a", "b", "c"}
	word := rapid.SliceOfNDistinct(rapid.SampledFrom(words), 0, 2, rapid.ID[string])
	rapid.Check(t, func(t *rapid.T) {
		var people []offer.Customer
		var offers []offer.Offer
		for i := range rapid.IntRange(0, 4).Draw(t, "customers") {
			u := offer.Customer{Party: party(i), Grade: tandem.GradeCode(rapid.SampledFrom(words).Draw(t, "grade")), CLV: pounds(rapid.Int64Range(0, 3).Draw(t, "clv")), Channels: word.Draw(t, "channels")}
			for _, k := range word.Draw(t, "likes") {
				u.Preferences = append(u.Preferences, offer.Preference{Category: k, Weight: rapid.Float64Range(0, 9).Draw(t, "weight")})
			}
			people = append(people, u)
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "offers") {
			offers = append(offers, offer.Offer{Code: fmt.Sprint(i), MinimumCLV: pounds(rapid.Int64Range(0, 3).Draw(t, "minimum")), Channels: word.Draw(t, "over"),
				Categories: word.Draw(t, "about"), Margin: tandem.Percent(rapid.Int64Range(-5, 50).Draw(t, "margin"))})
		}
		got, err := offer.Choose(people, offers, offer.Config{At: today})
		require.NoError(t, err)
		require.Len(t, got.Matches, len(people)*len(offers)-len(got.Exclusions))
		mixed, err := offer.Choose(rapid.Permutation(people).Draw(t, "mixed"), rapid.Permutation(offers).Draw(t, "mixed offers"), offer.Config{At: today})
		require.NoError(t, err)
		require.Equal(t, got, mixed)
		for _, m := range got.Matches {
			require.True(t, m.Fit >= 0 && m.Fit <= 1 && m.Rank >= 1 && m.Rank <= 3)
		}
	})
}
