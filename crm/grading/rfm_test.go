package grading_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
)

var (
	company = tandem.DeriveID[tandem.CompanyID]("company", "test")
	at      = tandem.InstantOf(time.Date(2011, 6, 1, 6, 0, 0, 0, time.UTC))
)

func day(t require.TestingT, s string) tandem.Date {
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

func customer(key string) tandem.PartyID { return tandem.DeriveID[tandem.PartyID]("customer", key) }

func fact(kind grading.PurchaseKind, party string, on tandem.Date, minor int64) grading.Purchase {
	source := fmt.Sprintf("%s/%s/%s/%d", kind, party, on, minor)
	return grading.Purchase{ID: grading.PurchaseIDOf(source, 1), Company: company, Party: customer(party), Kind: kind, Date: on,
		Net: tandem.MoneyFromMinor(minor, tandem.GBP), Recorded: at,
		Document: tandem.RefTo("invoice", tandem.DeriveID[tandem.ID[int]]("invoice", source), "")}
}

func rank(t require.TestingT, w grading.Window, p grading.Population, facts ...grading.Purchase) *grading.Ranking {
	tally, err := grading.NewTally(w, tandem.GBP)
	require.NoError(t, err)
	for _, f := range facts {
		require.NoError(t, tally.Add(f))
	}
	r, err := tally.Ranking(p)
	require.NoError(t, err)
	return r
}

func scoreOf(t require.TestingT, r *grading.Ranking, party string) grading.Score {
	s, found := r.Of(customer(party))
	require.True(t, found, party)
	return s
}

// Five customers, all by hand. Window [2010-12-01, 2011-06-01), 182 days, N = 5:
//
//	      last sale   R days  worse  F  worse  M        worse
//	a     2011-05-31       1      4  3      4  300.00       4   → 5 + 5 + 5 = 15
//	b     2011-05-22      10      2  2      2  200.00       2   → 3 + 3 + 3 =  9
//	c     2011-05-22      10      2  2      2  200.00       2   → 3 + 3 + 3 =  9 (equal to b)
//	d     2011-05-02      30      1  1      0   90.00       1   → 2 + 1 + 2 =  5
//	e     2010-12-01     182      0  1      0   10.00       0   → 1 + 1 + 1 =  3
func TestScoresByHand(t *testing.T) {
	w := grading.Window{AsOf: day(t, "2011-06-01"), Days: 182}
	r := rank(t, w, grading.Active,
		fact(grading.Sale, "a", day(t, "2011-05-31"), 10000), fact(grading.Sale, "a", day(t, "2011-02-01"), 10000),
		fact(grading.Sale, "a", day(t, "2011-01-01"), 10000),
		fact(grading.Sale, "b", day(t, "2011-05-22"), 15000), fact(grading.Sale, "b", day(t, "2011-01-22"), 5000),
		fact(grading.Sale, "c", day(t, "2011-05-22"), 20000), fact(grading.Sale, "c", day(t, "2010-12-22"), 10000),
		fact(grading.Credit, "c", day(t, "2011-05-30"), -10000),
		fact(grading.Sale, "d", day(t, "2011-05-02"), 4000), fact(grading.Sale, "d", day(t, "2011-05-02"), 5000),
		fact(grading.Sale, "e", day(t, "2010-12-01"), 1000),
		fact(grading.Sale, "e", day(t, "2011-06-01"), 99900), // the day of the review is not in the window
		fact(grading.Sale, "f", day(t, "2010-11-30"), 99900)) // nor the day before it

	assert.Equal(t, 5, r.N)
	for party, want := range map[string][7]int{ // recency, frequency, minor units, R, F, M, sum
		"a": {1, 3, 30000, 5, 5, 5, 15},
		"b": {10, 2, 20000, 3, 3, 3, 9},
		"c": {10, 2, 20000, 3, 3, 3, 9},
		"d": {30, 1, 9000, 2, 1, 2, 5},
		"e": {182, 1, 1000, 1, 1, 1, 3},
	} {
		s := scoreOf(t, r, party)
		assert.Equal(t, want, [7]int{s.Recency, s.Frequency, int(s.Monetary.Minor()), s.R, s.F, s.M, s.Sum}, party)
	}
	_, found := r.Of(customer("f"))
	assert.False(t, found)
	assert.Equal(t, "2010-12-01", scoreOf(t, r, "e").LastSale.String())
}

func TestPopulations(t *testing.T) {
	w := grading.Window{AsOf: day(t, "2011-06-01"), Days: 30}
	facts := []grading.Purchase{fact(grading.Sale, "a", day(t, "2011-05-20"), 5000), fact(grading.Credit, "b", day(t, "2011-05-20"), -100)}

	active := rank(t, w, grading.Active, facts...)
	assert.Equal(t, 2, active.N)
	s := scoreOf(t, active, "b")
	assert.True(t, s.Ranked)
	assert.False(t, s.Bought)
	assert.Equal(t, 3, s.Sum)
	assert.Equal(t, 9, scoreOf(t, active, "a").Sum, "1 + ⌊5 × 1 ÷ 2⌋ = 3 each")

	buyers := rank(t, w, grading.Buyers, facts...)
	assert.Equal(t, 1, buyers.N)
	s = scoreOf(t, buyers, "b")
	assert.False(t, s.Ranked)
	assert.Equal(t, 0, s.Sum)
	assert.Equal(t, int64(-100), s.Monetary.Minor())
	assert.Equal(t, 3, scoreOf(t, buyers, "a").Sum, "a single customer is better than nobody")
}

func TestNobodyAndIncluded(t *testing.T) {
	w := grading.Window{AsOf: day(t, "2012-03-01"), Days: 1} // 29 February
	empty := rank(t, w, grading.Active)
	assert.Equal(t, 0, empty.N)
	assert.Empty(t, empty.Scores)

	tally, err := grading.NewTally(w, tandem.GBP)
	require.NoError(t, err)
	tally.Include(customer("a"))
	require.NoError(t, tally.Add(fact(grading.Sale, "b", day(t, "2012-02-29"), 0)))
	require.NoError(t, tally.Add(fact(grading.Sale, "b", day(t, "2012-02-28"), 100)))
	r, err := tally.Ranking(grading.Active)
	require.NoError(t, err)
	assert.Equal(t, 1, r.N)
	assert.False(t, scoreOf(t, r, "a").Ranked)
	assert.Equal(t, 1, scoreOf(t, r, "b").Frequency, "a free sale is a sale")
}

func TestTallyRefuses(t *testing.T) {
	for name, w := range map[string]grading.Window{
		"no day": {Days: 10}, "no length": {AsOf: day(t, "2011-06-01")}, "negative": {AsOf: day(t, "2011-06-01"), Days: -1},
		"too long": {AsOf: day(t, "2011-06-01"), Days: grading.MaxWindowDays + 1}, "behind the calendar": {AsOf: day(t, "0001-01-10"), Days: 30},
	} {
		_, err := grading.NewTally(w, tandem.GBP)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	w := grading.Window{AsOf: day(t, "2011-06-01"), Days: 10}
	_, err := grading.NewTally(w, 0)
	assert.ErrorIs(t, err, tandem.ErrNoCurrency)

	tally, err := grading.NewTally(w, tandem.EUR)
	require.NoError(t, err)
	assert.ErrorIs(t, tally.Add(fact(grading.Sale, "a", day(t, "2011-05-31"), 1)), tandem.ErrCurrency)
	assert.ErrorIs(t, tally.Add(fact("gift", "a", day(t, "2011-05-31"), 1)), tandem.ErrInvalid)
	_, err = tally.Ranking("everyone")
	assert.ErrorIs(t, err, tandem.ErrInvalid)

	huge, err := grading.NewTally(w, tandem.GBP)
	require.NoError(t, err)
	require.NoError(t, huge.Add(fact(grading.Sale, "a", day(t, "2011-05-31"), math.MaxInt64)))
	assert.ErrorIs(t, huge.Add(fact(grading.Sale, "a", day(t, "2011-05-31"), 1)), tandem.ErrOverflow)
}

func TestRankingProperties(t *testing.T) {
	first := day(t, "2011-01-01")
	rapid.Check(t, func(t *rapid.T) {
		facts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) grading.Purchase {
			kind := rapid.SampledFrom(grading.PurchaseKinds()).Draw(t, "kind")
			minor := rapid.Int64Range(0, 5).Draw(t, "minor")
			if kind == grading.Credit {
				minor = -minor
			}
			return fact(kind, rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"}).Draw(t, "party"),
				first.AddDays(rapid.IntRange(0, 99).Draw(t, "day")), minor)
		}), 0, 40).Draw(t, "facts")
		w := grading.Window{AsOf: first.AddDays(80), Days: 70}
		population := rapid.SampledFrom(grading.Populations()).Draw(t, "population")
		r := rank(t, w, population, facts...)
		assert.Equal(t, r, rank(t, w, population, rapid.Permutation(facts).Draw(t, "shuffled")...), "order of facts")

		total := int64(0)
		for _, f := range facts {
			if w.Validity().Contains(f.Date) {
				total += f.Net.Minor()
			}
		}
		for _, s := range r.Scores {
			total -= s.Monetary.Minor()
		}
		assert.Zero(t, total, "the money is conserved")

		for _, a := range r.Scores {
			assert.Equal(t, a.Sum, a.R+a.F+a.M)
			if !a.Ranked {
				assert.Zero(t, a.Sum)
				continue
			}
			for _, b := range r.Scores {
				if !b.Ranked {
					continue
				}
				assert.True(t, a.Frequency <= b.Frequency || a.F >= b.F, "more is not worse")
				assert.True(t, a.Frequency != b.Frequency || a.F == b.F, "equal customers have equal scores")
				assert.True(t, a.Monetary != b.Monetary || a.M == b.M)
				assert.True(t, a.Recency != b.Recency || a.Bought != b.Bought || a.R == b.R)
			}
			assert.True(t, a.R >= 1 && a.R <= 5 && a.F >= 1 && a.F <= 5 && a.M >= 1 && a.M <= 5)
		}
	})
}

func TestPurchaseValidate(t *testing.T) {
	good := fact(grading.Sale, "a", day(t, "2011-05-31"), 100)
	assert.ErrorContains(t, fact(grading.Void, "a", day(t, "2011-05-31"), 1).Validate(), "sign", "what is void gives nothing")
	require.NoError(t, good.Validate())
	assert.NoError(t, fact(grading.Credit, "a", day(t, "2011-05-31"), 0).Validate())
	assert.NoError(t, fact(grading.Credit, "a", day(t, "2011-05-31"), 1).Validate(), "a credit taken back")
	assert.ErrorContains(t, fact(grading.Sale, "a", day(t, "2011-05-31"), -1).Validate(), "sign", "a negative sale")
	var invalid *tandem.InvalidError
	require.ErrorAs(t, grading.Purchase{}.Validate(), &invalid)
	assert.Len(t, invalid.Faults, 8, "all faults at once")
	assert.NotEqual(t, grading.PurchaseIDOf("x", 1), grading.PurchaseIDOf("x", 2))
}

// Two orders of 1 May, one of them amended on the 3rd, and one of the 2nd: what is void
// takes the days of its document alone, and its money on its own day, whatever comes first.
func TestWhatIsVoidWasNoPurchase(t *testing.T) {
	of := func(document string, kind grading.PurchaseKind, on string, minor int64) grading.Purchase {
		p := fact(kind, "a", day(t, on), minor)
		p.Document = tandem.RefTo("order", tandem.DeriveID[tandem.ID[int]]("order", document), "")
		require.NoError(t, p.Validate())
		return p
	}
	facts := []grading.Purchase{of("1", grading.Sale, "2011-05-01", 100), of("2", grading.Sale, "2011-05-01", 200), of("3", grading.Sale, "2011-05-02", 400),
		of("1", grading.Sale, "2011-05-03", 800), of("1", grading.Void, "2011-05-20", -900)}
	want := grading.Score{Bought: true, LastSale: day(t, "2011-05-02"), Recency: 30, Frequency: 2, Monetary: tandem.MoneyFromMinor(600, tandem.GBP)}
	for range 2 {
		s, _ := rank(t, grading.Window{AsOf: day(t, "2011-06-01"), Days: 60}, grading.Active, facts...).Of(customer("a"))
		got := grading.Score{Bought: s.Bought, LastSale: s.LastSale, Recency: s.Recency, Frequency: s.Frequency, Monetary: s.Monetary}
		assert.Equal(t, want, got)
		slices.Reverse(facts)
	}
}
