package rebate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	. "github.com/tandem-go/tandem/pricing/rebate"
)

// step is a command of a published example, and what revenue comes to in all by then:
// what was sold less what came back, less the rebate.
type step struct {
	do      func(a *Agreement) (Result, error)
	revenue int64
	owed    int64
}

func expects(day int, units int64) func(a *Agreement) (Result, error) {
	return func(a *Agreement) (Result, error) { return a.Estimate(Likely(volume(units, 0)), on(day), at(day)) }
}

func records(m Movement) func(a *Agreement) (Result, error) {
	return func(a *Agreement) (Result, error) { return a.Record(m) }
}

func truesUp(a *Agreement) (Result, error) { return a.TrueUp(last, at(400)) }

// over gives terms of one tier for more than n units, by pence per unit.
func over(n, pence int64) Terms {
	return terms(ByQuantity, BackToFirstUnit, Tier{FromQuantity: each(n + 1), Reward: per(pence * 10_000)})
}

// IFRS 15, Illustrative Example 24 (IE124–IE128): CU100 a unit, and CU90 for all of them
// once more than 1,000 are bought in the calendar year.
//
// IFRS Buddy, "IFRS 15 transaction price worked example": 480 a laptop, and 432 for all of
// them once more than 600 are bought: revenue of 36,000 and then 93,600.
//
// BDO Australia, "IFRS 15 for the retail industry: volume discounts", 30 May 2018: 10 a
// box up to 100,000, 9 up to 200,000, 8 above; 150,000 are expected, 1,450,000 for all
// of them, and 30,000 were sold. BDO rounds the average price to 9.67 and so defers 9,900; the
// reward here has six digits, and it is a penny less than 10,000.
//
// IFRS 15, Illustrative Example 22 (IE110–IE115), 100 products at CU100 of which 3 come
// back within 30 days, under a rebate of CU10 for more than 90: 97 at CU90 are left.
//
// The same right of return beside Example 24. Where less than the tier is expected to be
// kept, the rebate is owed only while more than it is out. 1,000 are not more than 1,000:
// when so much is left of 1,040, the whole rebate is unwound, or, where the terms keep the
// highest tier, that of what came back.
func TestPublishedExamples(t *testing.T) {
	marginal := terms(ByQuantity, Marginal, Tier{FromQuantity: each(0), Reward: per(0)},
		Tier{FromQuantity: each(100_000), Reward: per(1_000_000)}, Tier{FromQuantity: each(200_000), Reward: per(2_000_000)})
	for name, c := range map[string]struct {
		terms Terms
		steps []step
	}{
		"IFRS 15 IE24": {over(1_000, 10_00), []step{
			{expects(0, 900), 0, 0},
			{records(sale("q1", 80, volume(75, 7_500_00))), 7_500_00, 0},
			{expects(130, 1_200), 6_750_00, 750_00},
			{records(sale("q2", 170, volume(500, 50_000_00))), 7_500_00 + 44_250_00, 5_750_00},
			{records(sale("q3", 250, volume(425, 42_500_00))), 90_000_00, 10_000_00},
			{truesUp, 100_000_00, 0}, // 1,000 are not more than 1,000
		}},
		"IFRS Buddy, laptops": {over(600, 48_00), []step{
			{expects(0, 500), 0, 0},
			{records(sale("q1", 80, volume(75, 36_000_00))), 36_000_00, 0},
			{expects(100, 700), 32_400_00, 3_600_00},
			{records(sale("q2", 170, volume(225, 108_000_00))), 36_000_00 + 93_600_00, 14_400_00},
		}},
		"BDO, boxes of tissues": {marginal, []step{
			{expects(151, 150_000), 0, 0},
			{records(sale("june", 180, volume(30_000, 300_000_00))), 290_000_01, 9_999_99},
			{records(sale("december", 350, volume(120_000, 1_190_000_00))), 1_440_000_05, 49_999_95},
			{truesUp, 1_440_000_00, 50_000_00},
		}},
		"IFRS 15 IE22 under a rebate": {over(90, 10_00), []step{
			{expects(0, 97), 0, 0},
			{records(sale("all", 10, volume(100, 10_000_00))), 9_000_00, 1_000_00},
			{records(back("three", "all", 30, volume(3, 300_00))), 97 * 90_00, 970_00},
			{truesUp, 97 * 90_00, 970_00},
		}},
		"a right of return, by which the tier is not kept": {over(1_000, 10_00), []step{
			{expects(0, 999), 0, 0},
			{records(sale("some", 10, volume(900, 90_000_00))), 90_000_00, 0},
			// What is out counts, whatever is expected back: 1,030.
			{records(sale("more", 20, volume(130, 13_000_00))), 103_000_00 - 10_300_00, 10_300_00},
			{records(back("back", "more", 45, volume(31, 3_100_00))), 99_900_00, 0},
			{truesUp, 99_900_00, 0},
		}},
		"a right of return that unwinds the tier": {over(1_000, 10_00), []step{
			{expects(0, 1_010), 0, 0},
			{records(sale("all", 10, volume(1_040, 104_000_00))), 93_600_00, 10_400_00},
			{records(back("thirty", "all", 30, volume(30, 3_000_00))), 90_900_00, 10_100_00},
			{truesUp, 90_900_00, 10_100_00},
			{records(back("ten", "all", 380, volume(10, 1_000_00))), 100_000_00, 0},
		}},
		"a right of return, where the highest tier is kept": {kept(over(1_000, 10_00)), []step{
			{expects(0, 1_010), 0, 0},
			{records(sale("all", 10, volume(1_040, 104_000_00))), 93_600_00, 10_400_00},
			{records(back("thirty", "all", 30, volume(30, 3_000_00))), 90_900_00, 10_100_00},
			{truesUp, 90_900_00, 10_100_00},
			{records(back("ten", "all", 380, volume(10, 1_000_00))), 90_000_00, 10_000_00},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a := agree(t, c.terms)
			for i, s := range c.steps {
				result, err := s.do(a)
				require.NoError(t, err)
				require.Equal(t, gbp(s.owed), result.Liability, "step %d", i)
				require.Equal(t, gbp(s.revenue), revenue(t, a), "step %d", i)
			}
		})
	}
}

func revenue(t *testing.T, a *Agreement) tandem.Money {
	total := tandem.NewTotal(tandem.GBP)
	for _, m := range a.State().Movements {
		if m.Kind == Return {
			m.Value = m.Value.Neg()
		}
		total.Add(m.Value)
	}
	for _, f := range a.State().Facts {
		total.Add(f.Revenue())
	}
	sum, err := total.Money(tandem.HalfEven)
	require.NoError(t, err)
	return sum
}

// Oracle NetSuite, "Calculation Methods for Volume Rebates", volume amount, marginal, by
// percentage: 5 % up to 100, 10 % up to 350, 15 % above. 60 give 3 and 200 give 15.
func TestNetSuiteMarginalPercentage(t *testing.T) {
	tiers := terms(ByValue, Marginal, Tier{FromValue: gbp(0), Reward: rate(5)}, Tier{FromValue: gbp(100_00), Reward: rate(10)}, Tier{FromValue: gbp(350_00), Reward: rate(15)})
	for net, want := range map[int64]int64{60_00: 3_00, 200_00: 15_00} {
		got, err := tiers.Rebate(volume(1, net), Volume{})
		require.NoError(t, err)
		require.Equal(t, gbp(want), got)
	}
}
