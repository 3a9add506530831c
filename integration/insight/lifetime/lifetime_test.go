package lifetime_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
	"github.com/tandem-go/tandem/internal/float"
)

// By hand. Anna: 1 May (two orders, 30), 8 May (20, then 5 back on the 9th), 29 May (40); Ben: 10 May
// (10); Carl: a credit only; a row without a date and one without a value.
func hand() []lifetime.Transaction[string] {
	return []lifetime.Transaction[string]{
		{Customer: "Anna", Date: day(2025, 5, 29), Value: 40, Order: "A4"},
		{Customer: "Anna", Date: day(2025, 5, 1), Value: 10, Order: "A1"},
		{Customer: "Anna", Date: day(2025, 5, 1), Value: 5, Order: "A1"},
		{Customer: "Ben", Date: day(2025, 5, 10), Value: 10},
		{Customer: "Anna", Date: day(2025, 5, 1), Value: 15, Order: "A2"},
		{Customer: "Carl", Date: day(2025, 5, 3), Value: -7, Credit: true},
		{Customer: "Anna", Date: day(2025, 5, 9), Value: -5, Credit: true},
		{Customer: "Anna", Date: day(2025, 5, 8), Value: 20, Order: "A3"},
		{Customer: "Ben", Value: 1},
		{Customer: "Ben", Date: day(2025, 5, 11), Value: math.NaN()},
	}
}

func TestSummaryByHand(t *testing.T) {
	c := collect(hand())
	s, err := c.Summarise(lifetime.Window{Unit: lifetime.Day, CalibrationEnd: day(2025, 5, 20), Complete: true})
	require.NoError(t, err)
	require.Equal(t, []lifetime.Customer[string]{
		{
			Key: "Anna", First: day(2025, 5, 1), Last: day(2025, 5, 8), History: repeat.History{Frequency: 1, Recency: 7, Age: 19},
			Orders: 3, Value: 45, RepeatMean: 15, Later: 1, LaterValue: 40,
		},
		{Key: "Ben", First: day(2025, 5, 10), Last: day(2025, 5, 10), History: repeat.History{Age: 10}, Orders: 1, Value: 10},
	}, s.Customers)
	require.Equal(t, []insight.LeftOut{{Reason: lifetime.BadValue, Count: 1}, {Reason: lifetime.NoDate, Count: 1}, {Reason: lifetime.Unbought, Count: 1}}, s.LeftOut)
	require.Equal(t, day(2025, 5, 29), s.Window.HoldoutEnd)
	require.Equal(t, 9.0, s.Holdout())
	require.Equal(t, lifetime.ContributionMargin, s.Window.Measure)

	s, err = c.Summarise(lifetime.Window{FirstFrom: day(2025, 5, 2), CalibrationEnd: day(2025, 5, 24)})
	require.NoError(t, err)
	require.Len(t, s.Customers, 1)
	require.Equal(t, repeat.History{Age: 2}, s.Customers[0].History, "in weeks")
	require.Contains(t, s.LeftOut, insight.LeftOut{Reason: lifetime.OutsideCohort, Count: 1})
	s, err = c.Summarise(lifetime.Window{CalibrationEnd: day(2025, 5, 5)})
	require.NoError(t, err)
	require.Contains(t, s.LeftOut, insight.LeftOut{Reason: lifetime.AfterEnd, Count: 1})
}

// What is left out is in the order of the reasons, whatever that of the rows, and asking
// twice counts once.
func TestWhatIsLeftOutDoesNotDependOnTheOrderOfRows(t *testing.T) {
	rows := hand()
	slices.Reverse(rows)
	for _, c := range []*lifetime.Collector[string]{collect(hand()), collect(rows)} {
		want := []insight.LeftOut{{Reason: lifetime.BadValue, Count: 1}, {Reason: lifetime.NoDate, Count: 1}, {Reason: lifetime.Unbought, Count: 1}}
		for range 2 {
			s, err := c.Summarise(lifetime.Window{})
			require.NoError(t, err)
			require.Equal(t, want, s.LeftOut)
			r, err := c.Rank(lifetime.RankRule{})
			require.NoError(t, err)
			require.Equal(t, want, r.LeftOut)
			table, err := c.Cohorts(lifetime.CohortRule{})
			require.NoError(t, err)
			require.Equal(t, want, table.LeftOut)
		}
	}
}

// Sales over the counter have no customer: together they would be the best one.
func TestTheZeroKeyIsNobody(t *testing.T) {
	rows := []lifetime.Transaction[string]{{Customer: "Ben", Date: day(2025, 5, 10), Value: 10}, {Date: day(2025, 5, 11), Value: 900}, {Value: math.NaN()}}
	want := []insight.LeftOut{{Reason: lifetime.NoCustomer, Count: 2}}
	v, err := lifetime.Value(rows, lifetime.Plan{})
	require.NoError(t, err)
	require.Len(t, v.Customers, 1)
	require.Equal(t, want, v.LeftOut)
	r, err := collect(rows).Rank(lifetime.RankRule{})
	require.NoError(t, err)
	require.Equal(t, 10.0, r.Customers[0].Money)
	require.Equal(t, want, r.LeftOut)
	var parties lifetime.Collector[tandem.PartyID]
	parties.Add(lifetime.Transaction[tandem.PartyID]{Date: day(2025, 5, 10), Value: 10})
	require.Zero(t, parties.Customers())
	require.Equal(t, lifetime.NoCustomer, churn.NoCustomer, "one word for both")
}

// A purchase after the last day that counts is a customer who is not in the answer.
func TestWhoBuysFirstAfterTheEndIsCounted(t *testing.T) {
	c := collect([]lifetime.Transaction[string]{
		{Customer: "Anna", Date: day(2025, 5, 1), Value: 10}, {Customer: "Anna", Date: day(2025, 7, 1), Value: 10},
		{Customer: "Ben", Date: day(2025, 6, 10), Value: 10}, {Customer: "Ben", Date: day(2025, 6, 12), Value: 10},
		{Customer: "Carl", Date: day(2025, 5, 3), Value: -7, Credit: true}, {Customer: "Carl", Date: day(2025, 6, 3), Value: -7, Credit: true},
		{Customer: "Carl", Date: day(2025, 6, 20), Value: 7}, {Customer: "Dora", Date: day(2025, 6, 1), Value: -7, Credit: true},
	})
	for end, want := range map[tandem.Date]struct{ ahead, unbought int }{
		day(2025, 4, 30): {3, 0}, day(2025, 5, 2): {2, 0}, day(2025, 5, 20): {2, 1}, day(2025, 6, 15): {1, 3}, day(2025, 7, 1): {0, 3},
	} {
		s, err := c.Summarise(lifetime.Window{HoldoutEnd: end})
		require.NoError(t, err)
		r, err := c.Rank(lifetime.RankRule{AsOf: end})
		require.NoError(t, err)
		table, err := c.Cohorts(lifetime.CohortRule{AsOf: end})
		require.NoError(t, err)
		for _, left := range [][]insight.LeftOut{s.LeftOut, r.LeftOut, table.LeftOut} {
			require.Equal(t, want.ahead, insight.Left(left, lifetime.AfterEnd), end)
			require.Equal(t, want.unbought, insight.Left(left, lifetime.Unbought), end)
		}
	}
	s, err := c.Summarise(lifetime.Window{CalibrationEnd: day(2025, 5, 20), HoldoutEnd: day(2025, 6, 15)})
	require.NoError(t, err)
	require.Equal(t, 2, insight.Left(s.LeftOut, lifetime.AfterEnd), "one in the holdout, one after it")
}

// What is left out is rows: three credits of a day are three.
func TestUnboughtCreditsAreCountedByRow(t *testing.T) {
	var c lifetime.Collector[string]
	for _, d := range []int{3, 3, 4, 3} { // the last comes apart from its day
		c.Add(lifetime.Transaction[string]{Customer: "Carl", Date: day(2025, 5, d), Value: -7, Order: "C1", Credit: true})
	}
	want := []insight.LeftOut{{Reason: lifetime.Unbought, Count: 4}}
	s, err := c.Summarise(lifetime.Window{CalibrationEnd: day(2025, 6, 1)})
	require.NoError(t, err)
	require.Equal(t, want, s.LeftOut)
	r, err := c.Rank(lifetime.RankRule{AsOf: day(2025, 6, 1)})
	require.NoError(t, err)
	require.Equal(t, want, r.LeftOut)
	table, err := c.Cohorts(lifetime.CohortRule{AsOf: day(2025, 6, 1)})
	require.NoError(t, err)
	require.Equal(t, want, table.LeftOut)
}

// A sale below nought is a purchase, at a loss, unless it is marked as a credit: who forgot
// the mark is told. Only what counts in the answer is.
func TestSalesBelowNoughtAreWarnedOf(t *testing.T) {
	c := collect([]lifetime.Transaction[string]{
		{Customer: "Anna", Date: day(2025, 5, 1), Value: -1, Order: "A1"}, {Customer: "Anna", Date: day(2025, 5, 1), Value: -1, Order: "A1"},
		{Customer: "Ben", Date: day(2025, 5, 2), Value: 10}, {Customer: "Anna", Date: day(2025, 5, 1), Value: -2},
		{Customer: "Ben", Date: day(2025, 5, 3), Value: -4, Credit: true}, {Customer: "Ben", Date: day(2025, 5, 9), Value: -3},
		{Customer: "Carl", Date: day(2025, 5, 9), Value: -3},
	})
	for end, want := range map[tandem.Date][]insight.Warning{
		day(2025, 5, 8): {{Code: lifetime.NegativeSales, Text: "sales below nought, which count as purchases and may be credits: 3"}},
		day(2025, 5, 9): {{Code: lifetime.NegativeSales, Text: "sales below nought, which count as purchases and may be credits: 5"}},
	} {
		s, err := c.Summarise(lifetime.Window{HoldoutEnd: end, Complete: true})
		require.NoError(t, err)
		r, err := c.Rank(lifetime.RankRule{AsOf: end})
		require.NoError(t, err)
		table, err := c.Cohorts(lifetime.CohortRule{AsOf: end})
		require.NoError(t, err)
		for _, got := range [][]insight.Warning{s.Warnings, r.Warnings, table.Warnings} {
			require.Equal(t, want, got)
		}
		v, err := c.Value(lifetime.Plan{Window: lifetime.Window{HoldoutEnd: end}})
		require.NoError(t, err)
		require.Contains(t, v.Warnings, want[0])
	}
	one, err := c.Rank(lifetime.RankRule{AsOf: day(2025, 5, 2)})
	require.NoError(t, err)
	require.Len(t, one.Warnings, 1)
	none, err := collect(hand()).Rank(lifetime.RankRule{})
	require.NoError(t, err)
	require.Empty(t, none.Warnings)
}

func TestLeftTruncationIsNamed(t *testing.T) {
	s, err := collect(hand()).Summarise(lifetime.Window{})
	require.NoError(t, err)
	require.Equal(t, lifetime.LeftTruncated, s.Warnings[0].Code)
	require.Equal(t, "2 of 2 customers first appear within 14 days (the mean gap between purchases) of the data's begin: their first purchase may lie before it", s.Warnings[0].Text)
}

func TestRankByHand(t *testing.T) {
	var c lifetime.Collector[int]
	for i, days := range [][]int{{1}, {1, 2}, {3}, {4, 5, 6}, {1}} { // May
		for _, d := range days {
			c.Add(lifetime.Transaction[int]{Customer: i + 1, Date: day(2025, 5, d), Value: float64(10 * (i + 1))})
		}
	}
	scores := func(ties lifetime.Ties) (cells []int) {
		r, err := c.Rank(lifetime.RankRule{Ties: ties, AsOf: day(2025, 5, 7)})
		require.NoError(t, err)
		for _, one := range r.Customers {
			cells = append(cells, one.Cell())
		}
		return cells
	}
	// Recency 6 5 4 1 6, frequency 1 2 1 3 1, money 10 40 30 120 50.
	require.Equal(t, []int{111, 343, 412, 555, 114}, scores(""))
	require.Equal(t, []int{231, 343, 432, 555, 234}, scores(lifetime.Highest))
	require.Equal(t, []int{111, 343, 422, 555, 234}, scores(lifetime.AsSeen))
	_, err := c.Rank(lifetime.RankRule{Classes: 1, Ties: "x", Frequency: "y", Measure: "z"})
	for _, path := range []string{"classes", "ties", "frequency", "measure"} {
		require.ErrorContains(t, err, path)
	}
}

func TestCohortsByHand(t *testing.T) {
	var c lifetime.Collector[string]
	add := func(who string, d tandem.Date, v float64) {
		c.Add(lifetime.Transaction[string]{Customer: who, Date: d, Value: v, Credit: v < 0})
	}
	add("a", day(2025, 1, 5), 10)
	add("a", day(2025, 1, 9), 10)
	add("b", day(2025, 1, 31), 30)
	add("a", day(2025, 3, 1), 20)
	add("a", day(2025, 2, 1), -4)
	add("c", day(2025, 3, 10), 7)
	got, err := c.Cohorts(lifetime.CohortRule{})
	require.NoError(t, err)
	require.Equal(t, lifetime.CohortRule{Bucket: forecast.Month, AsOf: day(2025, 3, 10), Measure: lifetime.ContributionMargin}, got.Rule)
	require.Equal(t, []lifetime.Cohort{
		{Start: day(2025, 1, 1), Customers: 2, Periods: []lifetime.CohortPeriod{
			{Start: day(2025, 1, 1), Active: 2, Retained: 1, Value: 50},
			{Start: day(2025, 2, 1), Value: -4},
			{Start: day(2025, 3, 1), Active: 1, Retained: 0.5, Value: 20, Incomplete: true},
		}},
		{Start: day(2025, 2, 1), Periods: []lifetime.CohortPeriod{{Start: day(2025, 2, 1)}, {Start: day(2025, 3, 1), Incomplete: true}}},
		{Start: day(2025, 3, 1), Customers: 1, Periods: []lifetime.CohortPeriod{{Start: day(2025, 3, 1), Active: 1, Retained: 1, Value: 7, Incomplete: true}}},
	}, got.Cohorts)
	got, err = c.Cohorts(lifetime.CohortRule{AsOf: day(2025, 3, 31)})
	require.NoError(t, err)
	require.False(t, got.Cohorts[0].Periods[2].Incomplete)
	_, err = c.Cohorts(lifetime.CohortRule{Bucket: forecast.Hour})
	require.ErrorContains(t, err, "bucket")
	got, err = (&lifetime.Collector[string]{}).Cohorts(lifetime.CohortRule{})
	require.NoError(t, err)
	require.Empty(t, got.Cohorts)
}

// transactions draws a history of a few customers.
func transactions(t *rapid.T) []lifetime.Transaction[int] {
	n := rapid.IntRange(0, 40).Draw(t, "n")
	out := make([]lifetime.Transaction[int], n)
	shape := rapid.SampledFrom([]string{"any", "one day", "one customer", "once", "negative", "zero"}).Draw(t, "shape")
	for i := range out {
		one := lifetime.Transaction[int]{
			Customer: rapid.IntRange(1, 9).Draw(t, "customer"),
			Date:     day(2025, 1, 1).AddDays(rapid.IntRange(0, 400).Draw(t, "day")),
			Value:    float64(rapid.IntRange(-20, 100).Draw(t, "value")),
			Credit:   rapid.IntRange(0, 9).Draw(t, "credit") == 0,
		}
		switch shape {
		case "one day":
			one.Date = day(2025, 1, 1)
		case "one customer":
			one.Customer = 1
		case "once":
			one.Customer = i + 1
		case "negative":
			one.Value = -5
		case "zero":
			one.Value = 0
		}
		out[i] = one
	}
	return out
}

// Whatever the transactions, there is a finite answer that can be written, for every
// customer who bought.
func TestAlwaysAnAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := transactions(t)
		plan := lifetime.Plan{Repeat: repeat.Config{Iterations: 20, SkipErrors: true}}
		if rapid.Bool().Draw(t, "holdout") {
			plan.Window.CalibrationEnd = day(2025, 7, 1)
		}
		v, err := lifetime.Value(all, plan)
		require.NoError(t, err)
		_, err = json.Marshal(v)
		require.NoError(t, err, "numbers that are none")
		require.Subset(t, v.Warnings, v.Fit.Warnings)
		require.Subset(t, v.Warnings, v.Spend.Warnings)
		for _, c := range v.Customers {
			require.True(t, float.Finite(c.Lifetime) && c.Alive >= 0 && c.Alive <= 1 && c.Discounted <= c.Purchases*(1+1e-9), "%+v", c)
		}
	})
}

func TestAValuedCustomerInWords(t *testing.T) {
	v := lifetime.Valued[string]{Key: "C", History: repeat.History{Frequency: 4, Recency: 40, Age: 54}, Expected: 10.43, Lifetime: 20.84}
	v.Prospect = repeat.Prospect{Alive: 0.6, Purchases: 2.1, Discounted: 2}
	require.Equal(t, "4 repeat purchases, silent for 14.0 weeks: still a customer with 60.0 %; 2.1 purchases of 10.4 each expected "+
		"in the next 52.0 weeks, worth 20.8 today, at 10.0 % a year", v.Words(lifetime.Plan{}))
	v.Frequency = 1
	require.Equal(t, "1 repeat purchase, silent for 14.0 days: still a customer with 60.0 %; 2.1 purchases of 10.4 each expected "+
		"in the next 365.0 days, worth 20.8", v.Words(lifetime.Plan{Window: lifetime.Window{Unit: lifetime.Day}, Undiscounted: true}))
}

func TestWithoutCustomersNoModelIsChosen(t *testing.T) {
	v, err := lifetime.Value[int](nil, lifetime.Plan{})
	require.NoError(t, err)
	require.Equal(t, "no customers: no model was chosen", v.Reason)
}

// The order of rows does not matter, but for that of the customers.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := transactions(t)
		var a, b lifetime.Collector[int]
		for i := 1; i <= 9; i++ { // the same order of customers, who buy nothing here
			a.Add(lifetime.Transaction[int]{Customer: i, Date: day(2024, 12, 1), Credit: true})
			b.Add(lifetime.Transaction[int]{Customer: i, Date: day(2024, 12, 1), Credit: true})
		}
		for _, one := range all {
			one.Customer = 1 + one.Customer%9
			a.Add(one)
		}
		for _, one := range rapid.Permutation(all).Draw(t, "order") {
			one.Customer = 1 + one.Customer%9
			b.Add(one)
		}
		w := lifetime.Window{CalibrationEnd: day(2025, 8, 1)}
		x, err := a.Summarise(w)
		require.NoError(t, err)
		y, err := b.Summarise(w)
		require.NoError(t, err)
		require.Equal(t, x, y)
		sum := 0.0
		table, err := a.Cohorts(lifetime.CohortRule{Bucket: forecast.Week})
		require.NoError(t, err)
		for _, cohort := range table.Cohorts {
			for _, p := range cohort.Periods {
				sum += p.Value
				require.LessOrEqual(t, p.Active, cohort.Customers)
			}
		}
		r, err := a.Rank(lifetime.RankRule{})
		require.NoError(t, err)
		money := 0.0
		for _, one := range r.Customers {
			money += one.Money
		}
		if table.Rule.AsOf == r.Rule.AsOf {
			require.InDelta(t, money, sum, 1e-9)
		}
	})
}

func TestFaultsAreNamedAtOnce(t *testing.T) {
	_, err := lifetime.Value[int](nil, lifetime.Plan{
		Window:  lifetime.Window{Unit: "month", CalibrationEnd: day(2025, 2, 1), HoldoutEnd: day(2025, 1, 1)},
		Models:  []repeat.Model{repeat.BGNBD, "x", repeat.BGNBD},
		Horizon: -1, AnnualRate: math.NaN(), MarginShare: 2,
	})
	for _, path := range []string{"window.unit", "window.holdout_end", "models[1]", "models[2]", "horizon", "annual_rate", "margin_share"} {
		require.ErrorContains(t, err, path)
	}
	var u lifetime.Unit
	require.ErrorContains(t, u.UnmarshalText([]byte("weeks")), "day, week")
	require.NoError(t, u.UnmarshalText([]byte("week")))
}
