package storetest

import (
	"context"
	"iter"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/rebate"
)

func rebateKinds[R Repos]() []kind[R] {
	return []kind[R]{
		records[R, *rebate.Agreement, rebate.AgreementState, rebate.Query]{
			name: "rebate agreement", states: agreementStates, restore: rebate.RestoreAgreement, state: (*rebate.Agreement).State,
			table: func(r R) any { return r.RebateAgreements() },
			save:  func(ctx context.Context, r R, a *rebate.Agreement) error { return r.RebateAgreements().Save(ctx, a) },
			get: func(ctx context.Context, r R, s *rebate.AgreementState) (*rebate.Agreement, error) {
				return r.RebateAgreements().Get(ctx, s.Company, s.ID)
			},
			find: func(ctx context.Context, r R, q rebate.Query) iter.Seq2[*rebate.Agreement, error] {
				return r.RebateAgreements().Find(ctx, q)
			},
			queries: func(s *rebate.AgreementState) []rebate.Query {
				c, from, until := s.Company, s.Terms.Period.From, s.Terms.Period.Until
				return []rebate.Query{{Company: c}, {Company: c, Customer: s.Customer}, {Company: c, Status: s.Status},
					{Company: c, Customer: s.Customer, Status: s.Status}, {Company: c, On: from}, {Company: c, On: until.AddDays(-1)}, {Company: c, On: until},
					{Company: c, EndedBy: until}, {Company: c, EndedBy: until.AddDays(-1)}, {Company: c, Status: s.Status, EndedBy: until},
					{Company: c, Customer: s.Customer, On: from}, {Company: c, Customer: s.Customer, Status: s.Status, On: from, EndedBy: until.AddDays(3)}}
			},
			page:    func(q *rebate.Query) *tandem.Page { return &q.Page },
			matches: rebate.Query.Matches,
			order: func(a, b *rebate.AgreementState) int {
				return a.Terms.Period.Until.Compare(b.Terms.Period.Until)
			},
			key:      func(s *rebate.AgreementState) string { return idText(s.ID.Bytes()) },
			revision: func(s *rebate.AgreementState) *int64 { return &s.Revision },
			sequence: func(s *rebate.AgreementState) *int64 { return &s.Sequence },
		}.kind(),
	}
}

// agreementStates gives an open agreement on quantities that has forgotten its first
// days, and one on values that was settled.
func agreementStates(c tandem.CompanyID, n int) []rebate.AgreementState {
	id := func(what string) rebate.AgreementID {
		return tandem.DeriveID[rebate.AgreementID]("storetest", what+" rebate "+strconv.Itoa(n))
	}
	volume := func(units, minor int64) rebate.Volume {
		return rebate.Volume{Quantity: each(units), Value: pounds(minor)}
	}
	period := tandem.Validity{From: day(n % 4), Until: day(n%4 + 100)}
	perUnit := func(micro int64) rebate.Reward {
		p, _ := tandem.PriceFromMicro(micro, tandem.GBP, 1, tandem.Each) // a valid price
		return rebate.Reward{PerUnit: p}
	}
	fifty := perUnit(500_000) // 0.50 for each unit
	sold := rebate.Movement{Key: "sale " + strconv.Itoa(n) + ": \"Ünï\\cöde' 漢字 %% $1 ? :x <&> 🧦", Kind: rebate.Sale, Line: line("sales_order", n, 1), Counts: true, Volume: volume(60, 6_000),
		Effective: day(n%4 + 30), Recorded: at(n)}
	back := rebate.Movement{Key: "return", Kind: rebate.Return, Of: sold.Key, Counts: true, Volume: volume(10, 1_000), Effective: day(n%4 + 31), Recorded: at(n + 1)}
	late := rebate.Movement{Key: "late", Kind: rebate.Return, Of: "forgotten", Counts: true, Volume: volume(5, 500), Effective: day(n%4 + 32), Recorded: at(n + 2)}
	expected := rebate.Estimate{Method: rebate.ExpectedValue, Confidence: rate(80),
		Outcomes: []rebate.Outcome{{Quantity: each(110), Probability: rate(60)}, {Quantity: each(120), Probability: rate(40)}}}
	open := rebate.AgreementState{
		ID: id("open"), Company: c, Sequence: int64(n + 1), Customer: customer(n), Status: rebate.StatusOpen,
		Terms: rebate.Terms{Period: period, Currency: tandem.GBP, Unit: tandem.Each, Measure: rebate.ByQuantity, Scale: rebate.BackToFirstUnit,
			Returns: rebate.HighestReached, Rounding: tandem.HalfEven, LateReturn: rebate.AcceptLateReturn,
			Tiers: []rebate.Tier{{FromQuantity: each(100), Reward: fifty}, {FromQuantity: each(200), Reward: perUnit(800_000)}}},
		Forgotten: rebate.Forgotten{Before: day(n%4 + 30), Movements: 7, Net: volume(50, 5_000), Reached: volume(55, 0), Accrued: pounds(2_400), Settled: pounds(0)},
		Estimates: []rebate.Estimated{{Estimate: expected, Effective: day(n%4 + 30), Recorded: at(n)}},
		Movements: []rebate.Movement{sold, back, late},
		// 95 × 0.50 are 47.50: 24.00 were accrued before, 1.00 is caught up on 50.
		Facts: []rebate.Fact{
			{Kind: rebate.CaughtUp, Amount: pounds(100), Reward: fifty, Net: volume(50, 5_000), Effective: day(n%4 + 30), Recorded: at(n)},
			{Kind: rebate.Accrued, Amount: pounds(3_000), Key: sold.Key, Reward: fifty, Net: volume(110, 11_000), Effective: sold.Effective, Recorded: sold.Recorded},
			{Kind: rebate.Accrued, Amount: pounds(-500), Key: "return", Reward: fifty, Net: volume(100, 10_000), Effective: back.Effective, Recorded: back.Recorded},
			{Kind: rebate.Accrued, Amount: pounds(-250), Key: "late", Reward: fifty, Net: volume(95, 9_500), Effective: late.Effective, Recorded: late.Recorded},
		},
	}
	value := rebate.Volume{Value: pounds(200_000)}
	three := rebate.Reward{Rate: rate(3)}
	settled := rebate.AgreementState{
		ID: id("settled"), Company: c, Sequence: int64(n + 1), Customer: customer(n + 1), Status: rebate.StatusSettled,
		Terms: rebate.Terms{Period: period, Currency: tandem.GBP, Measure: rebate.ByValue, Scale: rebate.Marginal, Returns: rebate.NetVolume, Rounding: tandem.HalfAwayFromZero,
			Tiers: []rebate.Tier{{FromValue: pounds(0), Reward: three}, {FromValue: pounds(500_000), Reward: rebate.Reward{Rate: rate(5)}}}},
		Estimates: []rebate.Estimated{{Estimate: rebate.Likely(value), Effective: day(n % 4), Recorded: at(n)}},
		Movements: []rebate.Movement{{Key: "sale", Kind: rebate.Sale, Counts: true, Volume: value, Effective: day(n%4 + 1), Recorded: at(n)}},
		Facts: []rebate.Fact{
			{Kind: rebate.Accrued, Amount: pounds(6_000), Key: "sale", Reward: three, Net: value, Effective: day(n%4 + 1), Recorded: at(n)},
			{Kind: rebate.Settled, Amount: pounds(-6_000), Key: "credit note", Net: value, Effective: day(n%4 + 100), Recorded: at(n + 1)},
		},
	}
	return []rebate.AgreementState{open, settled}
}
