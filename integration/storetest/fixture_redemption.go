package storetest

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

func redemptionKinds[R Repos]() []kind[R] {
	return []kind[R]{
		records[R, *redemption.Limit, redemption.State, redemption.Query]{
			name: "redemption limit", states: limitStates, restore: redemption.Restore, state: (*redemption.Limit).State,
			table: func(r R) any { return r.RedemptionLimits() },
			save:  func(ctx context.Context, r R, l *redemption.Limit) error { return r.RedemptionLimits().Save(ctx, l) },
			get: func(ctx context.Context, r R, s *redemption.State) (*redemption.Limit, error) {
				return r.RedemptionLimits().Get(ctx, s.Company, s.ID)
			},
			find: func(ctx context.Context, r R, q redemption.Query) iter.Seq2[*redemption.Limit, error] {
				return r.RedemptionLimits().Find(ctx, q)
			},
			queries: func(s *redemption.State) []redemption.Query {
				c := s.Company
				return []redemption.Query{{Company: c}, {Company: c, Kind: s.Kind}, {Company: c, Kind: s.Kind, Subject: s.Subject}, {Company: c, Subject: s.Subject},
					{Company: c, Parent: s.Parent}, {Company: c, Parent: s.Parent, Kind: s.Kind}, {Company: c, Parent: s.Parent, Kind: s.Kind, Subject: s.Subject},
					{Company: c, Status: s.Status}, {Company: c, OverdueAt: s.NextExpiry}, {Company: c, OverdueAt: s.NextExpiry, Kind: s.Kind},
					{Company: c, OverdueAt: s.NextExpiry, Kind: s.Kind, Subject: s.Subject}, {Company: c, OverdueAt: s.NextExpiry, Parent: s.Parent}}
			},
			page:    func(q *redemption.Query) *tandem.Page { return &q.Page },
			matches: redemption.Query.Matches,
			order: func(a, b *redemption.State) int {
				return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
			},
			key:      func(s *redemption.State) string { return string(s.Kind) + "/" + s.Subject },
			revision: func(s *redemption.State) *int64 { return &s.Revision },
			sequence: func(s *redemption.State) *int64 { return &s.Sequence },
		}.kind(),
	}
}

// limitStates gives a contract's cap with a claim that everything has happened to,
// and a personal code of its campaign that was used.
func limitStates(c tandem.CompanyID, n int) []redemption.State {
	name := fmt.Sprintf("contract %d: \"Ünï\\cöde' 漢字 %% $1 ? :x <&> 🧦", n)
	usage := func(n int64) redemption.Usage {
		return redemption.Usage{Uses: n, Quantity: each(10 * n), Value: pounds(100 * n)}
	}
	claim := redemption.Claim{Customer: customer(n), Order: ref("sales_order", n), Usage: usage(9), Step: each(10), Until: at(n + 9)}
	contract := redemption.State{
		ID: redemption.IDOf(c, redemption.ForContract, name), Company: c, Sequence: int64(n + 1), Kind: redemption.ForContract, Subject: name,
		Parent: redemption.IDOf(c, redemption.ForCampaign, "all"), Customer: customer(n), Status: redemption.StatusOpen,
		Terms: redemption.Terms{Uses: 100, UsesPerCustomer: 20, OncePerOrder: true, Quantity: each(1_000), Value: pounds(10_000), From: at(0), Until: at(1_000),
			Policy: redemption.Partial, Moment: redemption.Shipped, LateReturn: redemption.AcceptLateReturn},
		Reserved: usage(4), Committed: usage(5), NextExpiry: at(n + 9), Forgotten: at(n),
		Customers: []redemption.CustomerUse{{Customer: customer(n), Uses: 9}},
		Redemptions: []redemption.Redemption{{Key: name + "/1", Claim: claim, Granted: usage(9), Committed: usage(4), Released: usage(1), Returned: usage(2),
			Status: redemption.RedemptionReserved, At: at(n), Changed: at(n + 3), Steps: []redemption.Step{
				{Key: "delivery", Kind: redemption.StepCommit, Usage: usage(4), At: at(n + 1)},
				{Key: "short", Kind: redemption.StepRelease, Usage: usage(1), At: at(n + 2)},
				{Key: "return", Kind: redemption.StepReturn, Usage: usage(2), At: at(n + 3)}}},
			{Key: "recalled", Claim: redemption.Claim{Usage: usage(1)}, Granted: usage(1), Committed: usage(1), Released: usage(0), Returned: usage(1),
				Status: redemption.RedemptionReturned, At: at(n), Changed: at(n), Recalled: true}},
	}
	code := fmt.Sprintf("CODE-%06d", n)
	used := redemption.Usage{Uses: 1}
	coupon := redemption.State{
		ID: redemption.IDOf(c, redemption.ForCoupon, code), Company: c, Sequence: int64(n + 1), Kind: redemption.ForCoupon, Subject: code,
		Parent: redemption.IDOf(c, redemption.ForCampaign, fmt.Sprint("campaign ", n%2)), Status: redemption.StatusClosed,
		Terms: redemption.Terms{Uses: 1, Policy: redemption.AllOrNothing, Moment: redemption.Ordered, LateReturn: redemption.RefuseLateReturn}, Committed: used,
		Redemptions: []redemption.Redemption{{Key: "basket", Claim: redemption.Claim{Usage: used}, Granted: used, Committed: used,
			Status: redemption.RedemptionCommitted, At: at(n), Changed: at(n)}},
	}
	return []redemption.State{contract, coupon}
}
