package rebate_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	. "github.com/tandem-go/tandem/pricing/rebate"
)

// late gives terms that take returns of forgotten sales.
func late(t Terms) Terms { t.LateReturn = AcceptLateReturn; return t }

// recorded gives an agreement with movements.
func recorded(t require.TestingT, terms Terms, movements ...Movement) *Agreement {
	a := agree(t, terms)
	for _, m := range movements {
		_, err := a.Record(m)
		require.NoError(t, err)
	}
	return a
}

func code(t *testing.T, a *Agreement, m Movement) string {
	_, err := a.Record(m)
	return refusal(t, err)
}

// 150 units of January and a return of 10 in February: on 1 February the sale is summed
// up, and the return is kept, which takes from the sum.
func TestForgettingByHand(t *testing.T) {
	january, february := sale("s1", 10, volume(150, 1_500_00)), back("r1", "s1", 35, volume(10, 100_00))
	a := recorded(t, late(perUnit(BackToFirstUnit)), january, february)
	n, err := a.Forget(on(31))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	s := a.State()
	require.Equal(t, []string{"r1"}, []string{s.Movements[0].Key})
	require.Equal(t, Forgotten{Before: on(31), Movements: 1, Net: volume(150, 1_500_00), Reached: volume(0, 0), Accrued: gbp(75_00), Settled: gbp(0)}, s.Forgotten)
	require.Equal(t, gbp(70_00), a.Accrued())
	require.Equal(t, volume(140, 1_400_00), a.Net())

	require.Equal(t, "closed", code(t, a, january), "what was forgotten does not count twice")
	require.Equal(t, "closed", code(t, a, sale("s0", 30, volume(1, 1))))
	again, err := a.Record(february)
	require.NoError(t, err)
	require.True(t, again.Repeated)
	loose := back("r2", "s1", 40, volume(141, 1))
	require.Equal(t, "no_sale", code(t, a, back("r2", "r1", 40, volume(1, 1))))
	_, err = a.Record(loose)
	require.NoError(t, err, "it does not count, whatever it was")
	loose.Key, loose.Counts = "r3", true
	require.Equal(t, "returned_too_much", code(t, a, loose))
	loose.Quantity = each(50)
	result, err := a.Record(loose)
	require.NoError(t, err)
	require.Equal(t, gbp(0), result.Liability, "90 are below the first tier")
	for _, again := range []tandem.Date{on(31), on(5)} {
		n, err = a.Forget(again)
		require.NoError(t, err)
		require.Zero(t, n)
	}
	_, err = a.Forget(tandem.Date{})
	require.Equal(t, []string{"required before"}, faults(err))
	for name, err := range map[string]error{
		"estimate": func() error { _, err := a.Estimate(Likely(volume(1, 0)), on(30), at(99)); return err }(),
		"true-up":  func() error { _, err := a.TrueUp(on(30), at(99)); return err }(),
		"state": func() error {
			_, err := recorded(t, perUnit(Marginal)).Settle("CN", on(30), at(99))
			return err
		}(),
	} {
		require.Contains(t, []string{"closed", "state"}, refusal(t, err), name)
	}
}

func TestALateReturnIsRefusedWhereTheTermsDoNotTakeIt(t *testing.T) {
	a := recorded(t, perUnit(BackToFirstUnit), sale("s1", 10, volume(150, 1_500_00)))
	_, err := a.Forget(on(31))
	require.NoError(t, err)
	require.Equal(t, "no_sale", code(t, a, back("r1", "s1", 40, volume(1, 1))))
	a = recorded(t, late(perUnit(BackToFirstUnit)), sale("s1", 10, volume(150, 1_500_00)))
	require.Equal(t, "no_sale", code(t, a, back("r1", "s9", 40, volume(1, 1))), "nothing was forgotten that it could be of")
}

// The tier that was reached on a day that was forgotten stays reached.
func TestTheHighestTierOutlivesForgetting(t *testing.T) {
	a := recorded(t, kept(perUnit(BackToFirstUnit)), sale("s1", 1, volume(210, 0)), back("r1", "s1", 5, volume(100, 0)))
	_, err := a.Forget(on(10))
	require.NoError(t, err)
	require.Empty(t, a.State().Movements)
	require.Equal(t, volume(210, 0), a.State().Forgotten.Reached)
	_, err = a.Record(sale("s2", 20, volume(10, 0)))
	require.NoError(t, err)
	require.Equal(t, gbp(96_00), a.Accrued(), "120 × 0.80")
	// Beyond what a tier can be from there is nothing to tell apart.
	huge := recorded(t, kept(byValue(BackToFirstUnit)), sale("s1", 1, volume(1, tandem.MaxMinorUnits)), sale("s2", 1, volume(1, tandem.MaxMinorUnits)))
	_, err = huge.Forget(on(10))
	require.NoError(t, err)
	require.EqualValues(t, tandem.MaxMinorUnits, huge.State().Forgotten.Reached.Value.Minor())
}

func TestSharesOfWhatWasForgotten(t *testing.T) {
	a := recorded(t, rateByQuantity(), sale("s1", 1, volume(60, 100_00)), sale("s2", 2, volume(60, 200_00)), sale("s3", 40, volume(60, 300_00)))
	_, err := a.Forget(on(31))
	require.NoError(t, err)
	shares, err := a.Shares(gbp(12_00))
	require.NoError(t, err)
	require.Equal(t, []Share{{Amount: gbp(6_00)}, {Sale: "s3", Amount: gbp(6_00)}}, shares)
}

// A full agreement takes no more until something was forgotten.
func TestAFullAgreement(t *testing.T) {
	s := agree(t, perUnit(Marginal)).State()
	for i := range MaxMovements {
		s.Movements = append(s.Movements, sale(fmt.Sprint("s", i), 1, volume(0, 1)))
	}
	a, err := RestoreAgreement(s)
	require.NoError(t, err)
	more := sale("x", 2, volume(200, 1))
	require.Equal(t, "too_many", code(t, a, more))
	n, err := a.Forget(on(2))
	require.NoError(t, err)
	require.Equal(t, MaxMovements, n)
	result, err := a.Record(more)
	require.NoError(t, err)
	require.Equal(t, gbp(50_00), result.Liability)
	require.Equal(t, volume(200, MaxMovements+1), a.Net())

	s = agree(t, perUnit(Marginal)).State()
	for i := range MaxFacts {
		s.Facts = append(s.Facts, Fact{Kind: CaughtUp, Amount: gbp(int64(1 - 2*(i%2))), Net: volume(0, 0), Effective: on(1), Recorded: at(1)})
	}
	a, err = RestoreAgreement(s)
	require.NoError(t, err)
	require.Equal(t, "too_many", code(t, a, more))
	_, err = a.Forget(on(2))
	require.NoError(t, err)
	require.Empty(t, a.State().Facts)
	_, err = a.Record(more)
	require.NoError(t, err)
}

func TestRestoreRefusesWhatWasNotForgotten(t *testing.T) {
	a := recorded(t, late(perUnit(BackToFirstUnit)), sale("s1", 10, volume(150, 1_500_00)), back("r1", "s1", 35, volume(10, 100_00)))
	_, err := a.Forget(on(31))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		spoil func(s *AgreementState)
		fault string
	}{
		"a day less":           {func(s *AgreementState) { s.Forgotten.Before = tandem.Date{} }, "forgotten forgotten"},
		"a movement before it": {func(s *AgreementState) { s.Movements[0].Effective = on(30) }, "closed movements[0]"},
		"more came back":       {func(s *AgreementState) { s.Forgotten.Net = volume(9, 0) }, "returned_too_much movements[0]"},
		"less than nothing":    {func(s *AgreementState) { s.Forgotten.Net = volume(-1, 0) }, "forgotten forgotten"},
		"beyond every tier": {func(s *AgreementState) {
			s.Forgotten.Reached.Quantity = tandem.QuantityFromMicro(math.MaxInt64, tandem.Each)
		}, "forgotten forgotten"},
		"no currency": {func(s *AgreementState) { s.Forgotten.Settled = tandem.Money{} }, "forgotten forgotten"},
		"another sum": {func(s *AgreementState) { s.Forgotten.Accrued = gbp(1) }, "liability facts"},
	} {
		s := a.State()
		c.spoil(&s)
		_, err := RestoreAgreement(s)
		require.Contains(t, faults(err), c.fault, name)
	}
}

// Whatever is forgotten and whenever: every later command posts the same, and an
// agreement that forgot is restored as it is.
func TestForgettingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := late(drawTerms(t))
		movements := shuffled(t, drawMovements(t))
		slices.SortStableFunc(movements, func(a, b Movement) int { return a.Effective.Compare(b.Effective) })
		a, b := agree(t, terms), agree(t, terms)
		both := func(do func(a *Agreement) (Result, error)) {
			want, err := do(a)
			require.NoError(t, err)
			got, err := do(b)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		gone := int64(0)
		for i, m := range movements {
			if rapid.IntRange(0, 3).Draw(t, "forget") == 0 {
				n, err := b.Forget(m.Effective.AddDays(rapid.IntRange(-30, 0).Draw(t, "days")))
				require.NoError(t, err)
				gone += int64(n)
				again, err := RestoreAgreement(b.State())
				require.NoError(t, err)
				require.Equal(t, b.State(), again.State())
				b = again
			}
			if a.Status() == StatusOpen && rapid.IntRange(0, 2).Draw(t, "estimate") == 0 {
				e := drawEstimate(t, terms)
				both(func(a *Agreement) (Result, error) { return a.Estimate(e, m.Effective, m.Recorded) })
			}
			if !m.Effective.Before(last) && a.Status() == StatusOpen {
				both(func(a *Agreement) (Result, error) { return a.TrueUp(m.Effective, m.Recorded) })
			}
			if a.Status() == StatusTruedUp && rapid.Bool().Draw(t, "settle") {
				both(func(a *Agreement) (Result, error) { return a.Settle(fmt.Sprint("CN-", i), m.Effective, m.Recorded) })
			}
			both(func(a *Agreement) (Result, error) { return a.Record(m) })
			require.Equal(t, a.Net(), b.Net())
			require.Equal(t, a.Accrued(), b.Accrued())
		}
		s := b.State()
		require.Equal(t, gone, s.Forgotten.Movements)
		require.Len(t, s.Movements, len(movements)-int(gone))
	})
}
