package redemption_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

// A budget of 100.00: 60.00 reserved and used, 30.00 reserved and released, and what
// does not fit refused.
func TestABudgetIsReservedCommittedAndReleased(t *testing.T) {
	l := open(redemption.ForCampaign, redemption.Terms{Value: gbp(100_00)})
	grant, err := l.Reserve("a", worth(60_00), at("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, redemption.Grant{Key: "a", Asked: worth(60_00).Usage, Granted: worth(60_00).Usage, Status: redemption.RedemptionReserved}, grant)
	must(l.Reserve("b", worth(30_00), at("2026-06-02")))
	_, err = l.Reserve("c", worth(10_01), at("2026-06-02"))
	require.ErrorIs(t, err, tandem.ErrInsufficient)
	require.ErrorContains(t, err, "asked 10.01 GBP, available 10.00 GBP")
	must(l.Reserve("c", worth(10_00), at("2026-06-02")))
	require.NoError(t, l.Commit("a", at("2026-06-03")))
	require.NoError(t, l.Release("b", at("2026-06-03")))
	require.Equal(t, gbp(10_00), l.Reserved().Value)
	require.Equal(t, gbp(60_00), l.Committed().Value)
	require.Equal(t, gbp(30_00), must(l.Available(tandem.PartyID{}, at("2026-06-03"))).Value)
	require.NoError(t, l.Return("a", "return 1", redemption.Usage{Value: gbp(20_00)}, at("2026-06-09")))
	require.Equal(t, []string{"step_exceeds"}, codes(l.Return("a", "return 2", redemption.Usage{Value: gbp(40_01)}, at("2026-06-09"))))
	require.Equal(t, gbp(40_00), l.Committed().Value)
	require.Equal(t, []string{"pricing.redemption.opened", "pricing.redemption.reserved", "pricing.redemption.reserved",
		"pricing.redemption.reserved", "pricing.redemption.committed", "pricing.redemption.released", "pricing.redemption.returned"},
		names(l.Drain().Events))
	require.Equal(t, int64(7), l.Drain().Last)
}

func TestTheSameKeyAnswersTheSame(t *testing.T) {
	l := open(redemption.ForPromotion, redemption.Terms{Uses: 10})
	first := must(l.Reserve("k", uses(2), at("2026-06-02")))
	before := l.State()
	require.Equal(t, first, must(l.Reserve("k", uses(2), at("2026-06-05"))))
	require.Equal(t, before, l.State())

	var conflict *redemption.KeyConflictError
	_, err := l.Reserve("k", uses(3), at("2026-06-02"))
	require.ErrorAs(t, err, &conflict)
	require.ErrorIs(t, err, tandem.ErrDuplicate)
	require.NotErrorIs(t, err, tandem.ErrConflict, "running again does not help")

	part := redemption.Usage{Uses: 1}
	require.NoError(t, l.CommitPart("k", "s1", part, at("2026-06-03")))
	require.NoError(t, l.CommitPart("k", "s1", part, at("2026-06-04")))
	require.ErrorIs(t, l.ReleasePart("k", "s1", part, at("2026-06-04")), tandem.ErrDuplicate)
	require.NoError(t, l.Commit("k", at("2026-06-04")))
	require.NoError(t, l.Commit("k", at("2026-06-04")))
	require.Equal(t, int64(2), l.Committed().Uses)
	require.Equal(t, []string{"committed"}, codes(l.Release("k", at("2026-06-04"))))
	require.NoError(t, l.Return("k", "r1", part, at("2026-06-05")))
	require.NoError(t, l.Return("k", "r1", part, at("2026-06-05")))
	require.ErrorIs(t, l.Return("k", "r1", redemption.Usage{Uses: 2}, at("2026-06-05")), tandem.ErrDuplicate)
	require.Equal(t, int64(1), l.Committed().Uses)

	must(l.Reserve("gone", uses(1), at("2026-06-05")))
	require.NoError(t, l.Release("gone", at("2026-06-05")))
	require.NoError(t, l.Release("gone", at("2026-06-06")))
	require.Equal(t, redemption.RedemptionReleased, must(l.Reserve("gone", uses(1), at("2026-06-06"))).Status, "told, not taken again")
	require.Equal(t, []string{"released"}, codes(l.Commit("gone", at("2026-06-06"))))
	require.ErrorIs(t, l.Commit("never", at("2026-06-06")), tandem.ErrNotFound)
}

func TestUsesPerCustomerAndOncePerOrder(t *testing.T) {
	l := open(redemption.ForPromotion, redemption.Terms{Uses: 5, UsesPerCustomer: 2, OncePerOrder: true})
	claim := func(who, what string, n int64) redemption.Claim {
		return redemption.Claim{Customer: customer(who), Order: order(what), Usage: redemption.Usage{Uses: n}}
	}
	must(l.Reserve("1", claim("ann", "o1", 1), at("2026-06-02")))
	_, err := l.Reserve("2", claim("ann", "o1", 1), at("2026-06-02"))
	require.Equal(t, []string{"once_per_order"}, codes(err))
	_, err = l.Reserve("3", claim("ann", "o2", 2), at("2026-06-02"))
	require.Equal(t, []string{"uses_per_customer"}, codes(err))
	must(l.Reserve("3", claim("ann", "o2", 1), at("2026-06-02")))
	must(l.Reserve("4", claim("bob", "o3", 2), at("2026-06-02")))
	require.Equal(t, int64(1), must(l.Available(customer("cem"), at("2026-06-02"))).Uses)
	require.Equal(t, int64(0), must(l.Available(customer("ann"), at("2026-06-02"))).Uses)
	_, err = l.Reserve("5", claim("cem", "o4", 2), at("2026-06-02"))
	require.Equal(t, []string{"uses"}, codes(err))
	other := claim("bob", "o4", 2)
	_, err = l.Reserve("4", other, at("2026-06-02"))
	require.ErrorIs(t, err, tandem.ErrDuplicate, "another order")
	require.NoError(t, l.Release("1", at("2026-06-03")))
	must(l.Reserve("6", claim("ann", "o1", 1), at("2026-06-03")))

	own := open(redemption.ForPromotion, redemption.Terms{UsesPerCustomer: 3, OncePerOrder: true})
	held := claim("ann", "o1", 1)
	held.Until = at("2026-06-10")
	must(own.Reserve("1", held, at("2026-06-02")))
	require.Equal(t, int64(2), must(own.Available(customer("ann"), at("2026-06-02"))).Uses, "of the customer's own, there is no other cap")
	require.Equal(t, int64(3), must(own.Available(customer("bob"), at("2026-06-02"))).Uses)
	must(own.Reserve("2", claim("ann", "o1", 1), at("2026-06-10"))) // the first is overdue
	_, err = l.Reserve("7", redemption.Claim{Usage: redemption.Usage{Value: gbp(1)}}, at("2026-06-03"))
	require.Equal(t, []string{"required", "required", "required"}, codes(err), "uses, customer and order")
}

// 150 pieces at 8.03 are 1,204.50. Of a cap of 1,000.00 they leave 124 whole pieces,
// worth 995.72; of a cap of 100 pieces 100, worth 803.00.
func TestACapSplitsTheLine(t *testing.T) {
	line := redemption.Claim{Usage: redemption.Usage{Quantity: each(150), Value: gbp(1204_50)}}
	for _, of := range []struct {
		name   string
		terms  redemption.Terms
		within redemption.Usage
	}{
		{"value", redemption.Terms{Value: gbp(1000_00)}, redemption.Usage{Quantity: each(124), Value: gbp(995_72)}},
		{"quantity", redemption.Terms{Quantity: each(100)}, redemption.Usage{Quantity: each(100), Value: gbp(803_00)}},
		{"both, the tighter one", redemption.Terms{Quantity: each(130), Value: gbp(1000_00)}, redemption.Usage{Quantity: each(124), Value: gbp(995_72)}},
		{"neither", redemption.Terms{Quantity: each(150), Value: gbp(1204_50)}, line.Usage},
	} {
		l := open(redemption.ForContract, of.terms)
		before := l.State()
		within, beyond, err := l.Split(line, at("2026-06-02"))
		require.NoError(t, err, of.name)
		require.Equal(t, of.within, within, of.name)
		require.Equal(t, each(150), must(within.Quantity.Add(beyond.Quantity)), of.name)
		require.Equal(t, gbp(1204_50), must(within.Value.Add(beyond.Value)), of.name)
		require.Equal(t, before, l.State(), of.name)
		must(l.Reserve("line", redemption.Claim{Usage: within}, at("2026-06-02")))
	}
	dozens := line
	dozens.Step = each(12)
	within, _, err := open(redemption.ForContract, redemption.Terms{Quantity: each(100)}).Split(dozens, at("2026-06-02"))
	require.NoError(t, err)
	require.Equal(t, each(96), within.Quantity, "eight dozen of 100")

	closed := open(redemption.ForContract, redemption.Terms{Quantity: each(100)})
	require.NoError(t, closed.Close("terminated", at("2026-06-02")))
	within, beyond, err := closed.Split(line, at("2026-06-02"))
	require.NoError(t, err)
	require.True(t, within.IsNothing())
	require.Equal(t, line.Usage, beyond)
	_, _, err = closed.Split(redemption.Claim{Usage: redemption.Usage{Quantity: tandem.QuantityFromMicro(1, tandem.Dozen)}}, at("2026-06-02"))
	require.Equal(t, []string{"unit"}, codes(err))
}

// Of 5 uses worth 50.00 a budget of 35.00 grants 35.00, for which 4 uses count: the
// fourth was granted in part. A cap of 3 uses grants 3, worth 30.00.
func TestPartialGrants(t *testing.T) {
	claim := redemption.Claim{Usage: redemption.Usage{Uses: 5, Value: gbp(50_00)}}
	for _, of := range []struct {
		terms   redemption.Terms
		granted redemption.Usage
	}{
		{redemption.Terms{Value: gbp(35_00), Policy: redemption.Partial}, redemption.Usage{Uses: 4, Value: gbp(35_00)}},
		{redemption.Terms{Uses: 3, Policy: redemption.Partial}, redemption.Usage{Uses: 3, Value: gbp(30_00)}},
		{redemption.Terms{Uses: 3, Value: gbp(20_00), Policy: redemption.Partial}, redemption.Usage{Uses: 2, Value: gbp(20_00)}},
	} {
		l := open(redemption.ForCampaign, of.terms)
		require.Equal(t, of.granted, must(l.Reserve("k", claim, at("2026-06-02"))).Granted)
		require.Equal(t, of.granted, must(l.Reserve("k", claim, at("2026-06-02"))).Granted, "a repetition gives the part again")
		require.NoError(t, l.Commit("k", at("2026-06-02")))
		_, err := l.Reserve("none", redemption.Claim{Usage: redemption.Usage{Uses: 9, Value: gbp(0)}}, at("2026-06-02"))
		if of.terms.Value.IsNone() {
			require.ErrorIs(t, err, tandem.ErrInsufficient, "nothing is left")
		}
	}
}

func TestWhatIsReservedExpires(t *testing.T) {
	l := open(redemption.ForPromotion, redemption.Terms{Uses: 1, UsesPerCustomer: 1})
	claim := func(who, until string) redemption.Claim {
		return redemption.Claim{Customer: customer(who), Usage: redemption.Usage{Uses: 1}, Until: at(until)}
	}
	must(l.Reserve("ann", claim("ann", "2026-06-10"), at("2026-06-02")))
	require.Equal(t, at("2026-06-10"), l.NextExpiry())
	_, err := l.Reserve("bob", claim("bob", "2026-06-20"), at("2026-06-09"))
	require.Equal(t, []string{"uses"}, codes(err))
	require.Equal(t, int64(1), must(l.Available(customer("ann"), at("2026-06-10"))).Uses, "overdue is free")
	require.Equal(t, []string{"expired"}, codes(l.Commit("ann", at("2026-06-10"))), "swept or not")
	must(l.Reserve("bob", claim("bob", "2026-06-20"), at("2026-06-10")))
	r, found := l.Redemption("ann")
	require.True(t, found)
	require.Equal(t, redemption.RedemptionExpired, r.Status)
	require.NoError(t, l.Release("ann", at("2026-06-11")), "it is free already")
	require.NoError(t, l.Commit("bob", at("2026-06-19")))
	require.NoError(t, l.Commit("bob", at("2026-06-21")), "a repetition, though late")
	require.Zero(t, must(l.Expire(at("2026-07-01"))))
	require.True(t, l.NextExpiry().IsZero())
	require.Equal(t, int64(1), l.Committed().Uses)
}

func TestTheMomentNamedByTheTermsConsumes(t *testing.T) {
	l := open(redemption.ForContract, redemption.Terms{Quantity: each(100), Moment: redemption.Shipped})
	must(l.Reserve("o1/1", redemption.Claim{Usage: redemption.Usage{Quantity: each(80)}}, at("2026-06-02")))
	part := redemption.Usage{Quantity: each(50)}
	require.False(t, must(l.Consume(redemption.Ordered, "o1/1", "o1/1", redemption.Usage{Quantity: each(80)}, at("2026-06-02"))))
	require.True(t, must(l.Consume(redemption.Shipped, "o1/1", "d1/1", part, at("2026-06-03"))))
	require.False(t, must(l.Consume(redemption.Invoiced, "o1/1", "i1/1", part, at("2026-06-04"))))
	require.Equal(t, each(50), l.Committed().Quantity)
	require.Equal(t, each(30), l.Reserved().Quantity)
	require.NoError(t, l.ReleasePart("o1/1", "short close", redemption.Usage{Quantity: each(10)}, at("2026-06-05")))
	require.NoError(t, l.Return("o1/1", "r1/1", redemption.Usage{Quantity: each(5)}, at("2026-06-06")))
	require.Equal(t, each(35), must(l.Available(tandem.PartyID{}, at("2026-06-06"))).Quantity, "100 - 45 used - 20 reserved")
	require.NoError(t, l.Cancel("o1/1", at("2026-06-07")))
	require.NoError(t, l.Cancel("o1/1", at("2026-06-07")))
	require.Equal(t, each(100), must(l.Available(tandem.PartyID{}, at("2026-06-07"))).Quantity)
	_, err := l.Consume("paid", "o1/1", "x", part, at("2026-06-04"))
	require.Equal(t, []string{"unknown"}, codes(err))
}

// A claim that was forgotten is not counted twice where it had an end.
func TestForgottenKeysStayCounted(t *testing.T) {
	l := open(redemption.ForPromotion, redemption.Terms{Uses: 3, UsesPerCustomer: 3})
	bounded := redemption.Claim{Customer: customer("ann"), Usage: redemption.Usage{Uses: 1}, Until: at("2026-06-10")}
	endless := bounded
	endless.Until = tandem.Instant{}
	must(l.Reserve("bounded", bounded, at("2026-06-02")))
	must(l.Reserve("endless", endless, at("2026-06-02")))
	must(l.Reserve("reserved", endless, at("2026-06-02")))
	require.NoError(t, l.Commit("bounded", at("2026-06-03")))
	require.NoError(t, l.Commit("endless", at("2026-06-03")))
	require.Equal(t, 1, must(l.Forget(at("2026-06-10"))), "the end of the other is not before")
	require.Equal(t, 1, must(l.Forget(at("2026-06-11"))))
	require.Zero(t, must(l.Forget(at("2026-06-11"))))
	require.Equal(t, 1, l.Keys())
	require.Equal(t, int64(2), l.Committed().Uses)
	require.Equal(t, int64(0), must(l.Available(customer("ann"), at("2026-06-12"))).Uses)
	require.ErrorIs(t, l.Return("bounded", "r", redemption.Usage{Uses: 1}, at("2026-06-12")), tandem.ErrNotFound)
	require.NoError(t, l.Release("reserved", at("2026-06-12")))
	for _, late := range []string{"2026-06-12", "2026-06-09"} { // whatever the clock of the caller says
		_, err := l.Reserve("bounded", bounded, at(late))
		require.Equal(t, []string{"expired"}, codes(err))
	}
	must(l.Reserve("endless", endless, at("2026-06-12")))
	require.Equal(t, l.State(), must(redemption.Restore(l.State())).State())
}

func TestClaimsOnSeveralLimitsAreGrantedByAllOrByNone(t *testing.T) {
	budget := open(redemption.ForCampaign, redemption.Terms{Value: gbp(30_00), Policy: redemption.Partial})
	code := must(redemption.OpenCode(companyID(), "SUMMER10", budget.ID(), tandem.PartyID{}, redemption.Terms{Uses: 1}, at("2026-06-01")))
	claim := redemption.Claim{Usage: redemption.Usage{Uses: 1, Value: gbp(50_00)}}
	grant, err := redemption.ReserveAll("k", claim, at("2026-06-02"), code, budget)
	require.NoError(t, err)
	require.Equal(t, redemption.Usage{Uses: 1, Value: gbp(30_00)}, grant.Granted)
	require.Equal(t, grant, must(redemption.ReserveAll("k", claim, at("2026-06-02"), budget, code)))
	require.Equal(t, gbp(30_00), budget.Reserved().Value)
	require.Equal(t, redemption.Usage{Uses: 1}, code.Reserved(), "it counts uses alone")

	_, err = code.Reserve("other", uses(1), at("2026-06-02"))
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	before := code.State()
	other := must(redemption.OpenCode(companyID(), "SUMMER11", budget.ID(), tandem.PartyID{}, redemption.Terms{Uses: 1}, at("2026-06-01")))
	_, err = redemption.ReserveAll("k2", claim, at("2026-06-02"), other, budget)
	require.Equal(t, []string{"value"}, codes(err), "the budget is exhausted")
	require.Zero(t, other.Keys())
	_, err = redemption.ReserveAll("k", claim, at("2026-06-02"), code, budget, other)
	require.ErrorIs(t, err, tandem.ErrDuplicate, "the key was used without the third")
	require.Equal(t, before, code.State())
	tight := open(redemption.ForCampaign, redemption.Terms{Value: gbp(10_00), Policy: redemption.Partial})
	loose := must(redemption.Open(companyID(), redemption.Subject{Kind: redemption.ForCampaign, Name: "winter"}, redemption.Terms{Value: gbp(40_00), Policy: redemption.Partial}, at("2026-06-01")))
	require.Equal(t, gbp(10_00), must(redemption.ReserveAll("k", claim, at("2026-06-02"), tight, loose)).Granted.Value, "the tightest, in any order")
	require.Equal(t, gbp(30_00), must(loose.Reserve("rest", claim, at("2026-06-02"))).Granted.Value)

	_, err = redemption.ReserveAll("", claim, tandem.Instant{}, code, code)
	require.Equal(t, []string{"key", "required", "duplicate"}, codes(err))
}

func TestTermsAndStates(t *testing.T) {
	l := open(redemption.ForPromotion, redemption.Terms{Uses: 5, From: at("2026-06-02"), Until: at("2026-06-10")})
	for _, day := range []string{"2026-06-01", "2026-06-10"} {
		_, err := l.Reserve("k", uses(1), at(day))
		require.Equal(t, []string{"validity"}, codes(err))
	}
	must(l.Reserve("k", uses(3), at("2026-06-02")))
	require.NoError(t, l.SetTerms(redemption.Terms{Uses: 2}, at("2026-06-03")))
	require.Equal(t, int64(0), must(l.Available(tandem.PartyID{}, at("2026-06-03"))).Uses, "less than is used")
	require.Equal(t, l.State(), must(redemption.Restore(l.State())).State(), "a lowered cap binds commands, not history")
	require.Equal(t, []string{"dimensions"}, codes(l.SetTerms(redemption.Terms{Uses: 2, Value: gbp(1)}, at("2026-06-03"))))
	require.Equal(t, []string{"no_cap"}, codes(l.SetTerms(redemption.Terms{}, at("2026-06-03"))))
	require.NoError(t, l.Commit("k", at("2026-06-04")))
	require.NoError(t, l.Close("over", at("2026-06-04")))
	_, err := l.Reserve("k2", uses(1), at("2026-06-04"))
	require.Equal(t, []string{"status"}, codes(err))
	require.NoError(t, l.Return("k", "r", redemption.Usage{Uses: 3}, at("2026-06-05")))
	require.NoError(t, l.Reopen("again", at("2026-06-06")))
	must(l.Reserve("k2", uses(2), at("2026-06-06")))
	require.Equal(t, []string{"reason"}, codes(l.Close("", at("2026-06-06"))))
	_, err = redemption.Open(tandem.CompanyID{}, redemption.Subject{Kind: "x"}, redemption.Terms{Uses: -1, UsesPerCustomer: -1, Quantity: each(-1), Value: gbp(-1),
		From: at("2026-06-02"), Until: at("2026-06-02"), Policy: "x", Moment: "y", LateReturn: "z"}, at("2026-06-01"))
	require.Equal(t, []string{"required", "subject_kind", "subject", "uses", "uses", "negative", "negative", "validity_empty", "policy", "moment", "late_return"}, codes(err))
}

// Every command in every state does what the table says.
func TestEveryCommandInEveryState(t *testing.T) {
	now := at("2026-06-02")
	commands := map[string]func(l *redemption.Limit) error{
		"reserve":   func(l *redemption.Limit) error { _, err := l.Reserve("new", uses(1), now); return err },
		"commit":    func(l *redemption.Limit) error { return l.Commit("k", now) },
		"release":   func(l *redemption.Limit) error { return l.Release("k", now) },
		"return":    func(l *redemption.Limit) error { return l.Return("used", "r", redemption.Usage{Uses: 1}, now) },
		"expire":    func(l *redemption.Limit) error { _, err := l.Expire(now); return err },
		"forget":    func(l *redemption.Limit) error { _, err := l.Forget(now); return err },
		"set_terms": func(l *redemption.Limit) error { return l.SetTerms(redemption.Terms{Uses: 8}, now) },
		"close":     func(l *redemption.Limit) error { return l.Close("r", now) },
		"reopen":    func(l *redemption.Limit) error { return l.Reopen("r", now) },
	}
	seen := 0
	for _, from := range redemption.Statuses() {
		for name, run := range commands {
			l := open(redemption.ForPromotion, redemption.Terms{Uses: 5})
			must(l.Reserve("k", uses(1), now))
			must(l.Reserve("used", uses(1), now))
			require.NoError(t, l.Commit("used", now))
			if from == redemption.StatusClosed {
				require.NoError(t, l.Close("r", now))
			}
			err, allowed := run(l), false
			for _, tr := range redemption.Transitions() {
				if tr.From == from && tr.Command == name {
					allowed = true
					seen++
					require.NoError(t, err, "%s %s", from, name)
					require.Equal(t, tr.To, l.Status(), "%s %s", from, name)
				}
			}
			if !allowed {
				require.Equal(t, []string{"status"}, codes(err), "%s %s", from, name)
			}
		}
	}
	require.Len(t, redemption.Transitions(), seen)
}

func TestACopySharesNothingThatIsChanged(t *testing.T) {
	l := open(redemption.ForPromotion, redemption.Terms{Uses: 9, UsesPerCustomer: 9})
	claim := redemption.Claim{Customer: customer("ann"), Usage: redemption.Usage{Uses: 6}}
	must(l.Reserve("k", claim, at("2026-06-02")))
	claim.Usage.Uses = 1
	for _, step := range []string{"s00", "s01", "s02"} { // so many that there is room behind them
		require.NoError(t, l.CommitPart("k", step, redemption.Usage{Uses: 1}, at("2026-06-02")))
	}
	kept := l.Copy(1)
	before := kept.State()
	one, two := kept.Copy(1), kept.Copy(1)
	require.NoError(t, one.CommitPart("k", "s1", redemption.Usage{Uses: 1}, at("2026-06-03")))
	require.NoError(t, two.ReleasePart("k", "s2", redemption.Usage{Uses: 2}, at("2026-06-03")))
	must(l.Reserve("other", claim, at("2026-06-02")))
	require.Equal(t, before, kept.State())
	require.Equal(t, int64(4), one.Committed().Uses)
	require.Equal(t, int64(3), two.Committed().Uses)
	for step, of := range map[string]*redemption.Limit{"s1": one, "s2": two} {
		r, _ := of.Redemption("k")
		require.Equal(t, step, r.Steps[3].Key)
	}
	require.Empty(t, kept.Drain().Events)
}

// What can grow has its limits; what is full goes on with what it has.
func TestLimitsOfWhatCanGrow(t *testing.T) {
	now := at("2026-06-02")
	s := open(redemption.ForPromotion, redemption.Terms{Uses: 1_000_000, UsesPerCustomer: 1_000_000}).State()
	used := redemption.Usage{Uses: 1}
	for i := range redemption.MaxKeys {
		who := customer(fmt.Sprint("customer ", i))
		s.Redemptions = append(s.Redemptions, redemption.Redemption{Key: fmt.Sprintf("k%05d", i), Claim: redemption.Claim{Customer: who, Usage: used},
			Granted: used, Committed: used, Status: redemption.RedemptionCommitted, At: now, Changed: now})
		s.Customers = append(s.Customers, redemption.CustomerUse{Customer: who, Uses: 1})
	}
	slices.SortFunc(s.Customers, func(a, b redemption.CustomerUse) int { return a.Customer.Compare(b.Customer) })
	s.Committed.Uses = redemption.MaxKeys
	l := must(redemption.Restore(s))
	claim := redemption.Claim{Customer: customer("one more"), Usage: used}
	_, err := l.Reserve("more", claim, now)
	require.Equal(t, []string{"too_many_keys"}, codes(err))
	require.Equal(t, redemption.MaxKeys, must(l.Forget(at("2026-06-03"))))
	_, err = l.Reserve("more", claim, now)
	require.Equal(t, []string{"too_many_customers"}, codes(err), "counts stay")
	claim.Customer = customer("customer 7")
	must(l.Reserve("more", claim, now))

	many := open(redemption.ForContract, redemption.Terms{Quantity: each(2000)})
	must(many.Reserve("k", redemption.Claim{Usage: redemption.Usage{Quantity: each(2000)}}, now))
	for i := range redemption.MaxSteps {
		require.NoError(t, many.CommitPart("k", fmt.Sprint(i), redemption.Usage{Quantity: each(1)}, now))
	}
	require.Equal(t, []string{"too_many_steps"}, codes(many.CommitPart("k", "more", redemption.Usage{Quantity: each(1)}, now)))
	require.NoError(t, many.Commit("k", now), "all of it needs no step")
	require.Equal(t, each(2000), many.Committed().Quantity)
	_, err = redemption.ReserveAll("k", uses(1), now, make([]*redemption.Limit, 0)...)
	require.Equal(t, []string{"limits"}, codes(err))

	huge := open(redemption.ForCampaign, redemption.Terms{OncePerOrder: true})
	big := redemption.Claim{Order: order("o"), Usage: redemption.Usage{Uses: redemption.MaxUses + 1, Quantity: tandem.QuantityFromMicro(math.MaxInt64, tandem.Each), Value: gbp(math.MaxInt64)}}
	_, err = huge.Reserve("k", big, now)
	require.Equal(t, []string{"uses", "quantity", "value"}, codes(err))
	big.Usage = redemption.Usage{Uses: -1, Quantity: each(-1), Value: gbp(-1)}
	big.Step, big.Order = each(0), tandem.DocumentRef{Kind: "x"}
	_, err = huge.Reserve("k", big, now)
	require.Equal(t, []string{"order", "uses", "quantity", "value", "step", "required"}, codes(err))
}

// A step is in the unit and currency of its claim, and something.
func TestStepsAreChecked(t *testing.T) {
	now := at("2026-06-02")
	l := open(redemption.ForContract, redemption.Terms{Quantity: each(10)})
	must(l.Reserve("k", redemption.Claim{Usage: redemption.Usage{Quantity: each(10)}}, now))
	require.Equal(t, []string{"key", "unit"}, codes(l.CommitPart("k", "", redemption.Usage{Quantity: tandem.QuantityFromMicro(1, tandem.Dozen)}, now)))
	require.Equal(t, []string{"unit"}, codes(l.CommitPart("k", "s", redemption.Usage{Value: gbp(1)}, now)))
	require.Equal(t, []string{"required"}, codes(l.CommitPart("k", "s", redemption.Usage{}, now)))
	require.Equal(t, []string{"quantity"}, codes(l.CommitPart("k", "s", redemption.Usage{Quantity: each(-1)}, now)))
	require.Equal(t, []string{"step_exceeds"}, codes(l.Return("k", "s", redemption.Usage{Quantity: each(1)}, now)), "nothing is used yet")
	for _, err := range []error{l.Commit("k", tandem.Instant{}), l.Release("k", tandem.Instant{}), l.Cancel("k", tandem.Instant{}), l.SetTerms(l.Terms(), tandem.Instant{})} {
		require.Equal(t, []string{"required"}, codes(err))
	}
	_, err := l.Expire(tandem.Instant{})
	require.Equal(t, []string{"required"}, codes(err))
	_, err = l.Forget(tandem.Instant{})
	require.Equal(t, []string{"required"}, codes(err))
	before := l.State()
	require.NoError(t, l.SetTerms(l.Terms(), now))
	require.Equal(t, before, l.State(), "the same terms change nothing")
}

// A claim is refused by its own time, whatever else is wrong with the order of clocks.
func TestAnOverdueClaimIsRefused(t *testing.T) {
	l := open(redemption.ForPromotion, redemption.Terms{Uses: 1})
	claim := uses(1)
	claim.Until = at("2026-06-02")
	_, err := l.Reserve("k", claim, at("2026-06-02"))
	require.Equal(t, []string{"expired"}, codes(err))
	personal := must(redemption.Open(companyID(), redemption.Subject{Kind: redemption.ForCustomer, Name: "summer/ann", Customer: customer("ann")},
		redemption.Terms{Uses: 1}, at("2026-06-01")))
	_, err = personal.Reserve("k", uses(1), at("2026-06-02"))
	require.Equal(t, []string{"customer"}, codes(err))
	_, err = redemption.Open(companyID(), redemption.Subject{Kind: redemption.ForCustomer, Name: "x"}, redemption.Terms{Uses: 1}, at("2026-06-01"))
	require.Equal(t, []string{"required"}, codes(err))
	_, err = redemption.OpenCode(companyID(), "lower", redemption.ID{}, tandem.PartyID{}, redemption.Terms{Uses: 1}, at("2026-06-01"))
	require.Equal(t, []string{"code"}, codes(err))
}

// A busy budget forgets its keys long before goods stop coming back.
func TestForgottenKeysMayStillBeReturned(t *testing.T) {
	l := open(redemption.ForCampaign, redemption.Terms{Value: gbp(100_00), LateReturn: redemption.AcceptLateReturn})
	for _, key := range []string{"a", "b"} {
		must(l.Reserve(key, worth(30_00), at("2026-06-02")))
		require.NoError(t, l.Commit(key, at("2026-06-02")))
	}
	require.Equal(t, 2, must(l.Forget(at("2026-06-03"))))
	must(l.Reserve("c", worth(40_00), at("2026-06-04")))
	require.NoError(t, l.Commit("c", at("2026-06-04")))

	back := redemption.Usage{Value: gbp(10_00)}
	require.NoError(t, l.Return("a", "r1", back, at("2026-06-20")))
	require.NoError(t, l.Return("a", "r1", back, at("2026-06-20")), "a repetition")
	require.ErrorIs(t, l.Return("a", "r1", redemption.Usage{Value: gbp(1)}, at("2026-06-20")), tandem.ErrDuplicate)
	require.Equal(t, gbp(90_00), l.Committed().Value)
	require.NoError(t, l.Return("a", "r2", redemption.Usage{Value: gbp(20_00)}, at("2026-06-21")))
	require.Equal(t, []string{"step_exceeds"}, codes(l.Return("b", "r1", redemption.Usage{Value: gbp(30_01)}, at("2026-06-21"))), "30.00 are left of forgotten keys")
	require.Equal(t, []string{"step_exceeds"}, codes(l.Return("c", "r1", redemption.Usage{Value: gbp(40_01)}, at("2026-06-21"))), "a key that is kept has its own")
	require.NoError(t, l.Return("b", "r1", redemption.Usage{Value: gbp(30_00)}, at("2026-06-21")))
	require.Equal(t, gbp(40_00), l.Committed().Value)
	_, err := l.Reserve("a", worth(30_00), at("2026-06-22"))
	require.ErrorIs(t, err, tandem.ErrDuplicate, "a recalled key is not claimed again")
	require.Equal(t, l.State(), must(redemption.Restore(l.State())).State())
	require.Equal(t, []string{"key", "required"}, codes(l.Return("", "r", back, tandem.Instant{})))
	require.Equal(t, []string{"unit"}, codes(l.Return("x", "r", redemption.Usage{Value: tandem.MoneyFromMinor(1, tandem.EUR)}, at("2026-06-21"))))

	by := open(redemption.ForPromotion, redemption.Terms{UsesPerCustomer: 1, LateReturn: redemption.AcceptLateReturn})
	must(by.Reserve("a", redemption.Claim{Customer: customer("ann"), Usage: redemption.Usage{Uses: 1}}, at("2026-06-02")))
	require.NoError(t, by.Commit("a", at("2026-06-02")))
	must(by.Forget(at("2026-06-03")))
	require.Equal(t, []string{"forgotten"}, codes(by.Return("a", "r", redemption.Usage{Uses: 1}, at("2026-06-04"))), "whose it was")
}
