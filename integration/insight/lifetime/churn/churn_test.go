package churn_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/calibration"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
	"github.com/tandem-go/tandem/internal/float"
)

func day(n int) tandem.Date {
	d, err := tandem.NewDate(2026, 1, 1)
	if err != nil {
		panic(err)
	}
	return d.AddDays(n)
}

// One customer by hand at day 100 with a horizon of 30: purchases on days 10, 40
// (twice) and 80, a return, and one on the day of the cut.
func TestFeaturesByHand(t *testing.T) {
	transactions := []churn.Transaction{
		{Customer: "a", Date: day(40), Value: 20}, {Customer: "a", Date: day(10), Value: 50},
		{Customer: "a", Date: day(40), Value: 10},
		{Customer: "a", Date: day(80), Value: 90}, {Customer: "a", Date: day(81), Value: 17, Returned: true},
		{Customer: "a", Date: day(82), Value: -17, Returned: true},
		{Customer: "a", Date: day(100), Value: 1000},
		{Customer: "b", Date: day(70), Value: 5}, {Customer: "b", Date: day(130), Value: 5},
		{Customer: "new", Date: day(100), Value: 5}, {Customer: "", Date: day(3), Value: 5}, {Customer: "c", Value: 5},
		{Customer: "d", Date: day(3), Value: math.NaN()}, {Customer: "e", Date: day(3), Value: math.Inf(-1)},
	}
	observations := []churn.Observation{
		{Customer: "a", Date: day(20), Feature: "satisfaction", Number: 4}, {Customer: "a", Date: day(99), Feature: "satisfaction", Number: 2},
		{Customer: "a", Date: day(100), Feature: "satisfaction", Number: 1}, // known on the day of the cut: too late
		{Customer: "b", Feature: "country", Category: "FR"}, {Customer: "nobody", Feature: "country", Category: "UK"},
	}
	f, err := churn.Build(transactions, observations, day(100), churn.Config{Horizon: 30})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, f.Customers)
	require.Equal(t, []bool{false, true}, f.Churned, "day 100 is in the window, day 130 is not")
	require.Equal(t, 1, f.Newer)
	require.Equal(t, []insight.LeftOut{
		{Reason: churn.NoCustomer, Count: 1}, {Reason: churn.NoDate, Count: 1}, {Reason: churn.NoValue, Count: 2}, {Reason: churn.Strangers, Count: 1},
	}, f.LeftOut)
	want := map[string]float64{
		"recency": 20, "frequency": 3, "tenure": 90, "mean_gap": 35, "overdue": 20.0 / 35, "spend": 170,
		"recent_frequency": 1, "spend_trend": (90.0 - 30) / (90 + 30), "returned_share": 0.2, "satisfaction": 2,
	}
	early, err := churn.Assess(transactions, observations, churn.Config{Horizon: 30, AsOf: day(100)})
	require.NoError(t, err)
	require.Equal(t, 4, insight.Left(early.LeftOut, churn.Later), "two transactions and an observation on the day, a transaction after it")
	require.Contains(t, early.Warnings, insight.Warn(insight.RowsLeftOut, "9 rows were left out"))
	require.Len(t, f.Rules, len(f.Table.Columns))
	for i, c := range f.Table.Columns {
		require.Equal(t, f.Rules[i].Feature, c.Name)
		if v, ok := want[c.Name]; ok {
			require.InDelta(t, v, c.Numbers[0], 1e-12, c.Name)
			continue
		}
		require.Equal(t, []string{"", "FR"}, c.Categories)
	}
	require.True(t, math.IsNaN(f.Table.Columns[3].Numbers[1]), "one purchase day has no gap")
	active, err := churn.Build(transactions, nil, day(100), churn.Config{Horizon: 30, Active: 25})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, active.Customers)
	require.Equal(t, 1, active.Inactive)
	late, err := churn.Build(transactions, nil, day(110), churn.Config{Horizon: 30})
	require.NoError(t, err)
	require.Empty(t, late.Churned, "its window is not over")
}

// An observation that cannot be taken is counted, and hides none before it.
func TestObservationsLeftOutAreCounted(t *testing.T) {
	rows := []churn.Transaction{{Customer: "a", Date: day(40), Value: 20}, {Customer: "a", Date: day(60), Value: 20}}
	seen := func(date tandem.Date, v float64) churn.Observation {
		return churn.Observation{Customer: "a", Date: date, Feature: "satisfaction", Number: v}
	}
	f, err := churn.Build(rows, []churn.Observation{
		seen(tandem.Date{}, 7), seen(day(10), math.Inf(1)), seen(day(11), math.Inf(-1)), seen(day(12), math.NaN()), seen(day(13), 1.1e15),
		seen(day(90), 1), seen(day(91), 1), {Customer: "a", Date: day(20), Feature: "grade", Category: "A", Number: math.Inf(1)},
		{Customer: "a", Date: day(90), Feature: "grade", Category: "B"}, {Customer: "nobody", Date: day(90), Feature: "grade", Category: "B"},
	}, tandem.Date{}, churn.Config{Horizon: 30, AsOf: day(90)})
	require.NoError(t, err)
	require.Equal(t, []insight.LeftOut{{Reason: churn.Later, Count: 3}, {Reason: churn.NoValue, Count: 4}, {Reason: churn.Strangers, Count: 1}}, f.LeftOut)
	require.Equal(t, []string{"A"}, f.Table.Columns[9].Categories)
	require.Equal(t, []float64{7}, f.Table.Columns[10].Numbers)
}

// A sale below cost, with its margin for a value, is a sale: only the flag makes a return,
// as it does in package lifetime.
func TestASaleAtALossIsNoReturn(t *testing.T) {
	rows := []churn.Transaction{
		{Customer: "a", Date: day(10), Value: 9}, {Customer: "a", Date: day(50), Value: -4}, {Customer: "a", Date: day(60), Value: 0},
		{Customer: "a", Date: day(101), Value: -1}, {Customer: "loss", Date: day(90), Value: -5},
		{Customer: "loss", Date: day(91), Value: -5, Returned: true}, {Customer: "loss", Date: day(101), Value: 5, Returned: true},
	}
	f, err := churn.Build(rows, nil, day(100), churn.Config{Horizon: 30, AsOf: day(200)})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "loss"}, f.Customers)
	require.Equal(t, []bool{false, true}, f.Churned)
	require.Empty(t, f.LeftOut)
	a, err := churn.Assess(rows, nil, churn.Config{Horizon: 30, AsOf: day(101)})
	require.NoError(t, err)
	require.Contains(t, a.Warnings, insight.Warn(churn.NegativeSales, "sales below nought, which count as purchases and may be returns: 2"), "the third is today's")
	for name, want := range map[string][2]float64{
		"recency": {40, 10}, "frequency": {3, 1}, "spend": {5, -5}, "spend_trend": {1, -1}, "returned_share": {0, 1},
	} {
		at := slices.IndexFunc(f.Table.Columns, func(c logistic.Column) bool { return c.Name == name })
		require.Equal(t, want[:], f.Table.Columns[at].Numbers, name)
	}
}

func drawTransactions(t *rapid.T) []churn.Transaction {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) churn.Transaction {
		return churn.Transaction{
			Customer: strconv.Itoa(rapid.IntRange(0, 12).Draw(t, "customer")), Date: day(rapid.IntRange(0, 200).Draw(t, "day")),
			Value: float64(rapid.IntRange(-20, 100).Draw(t, "value")), Returned: rapid.IntRange(0, 9).Draw(t, "returned") == 0,
		}
	}), 0, 80).Draw(t, "transactions")
}

// What happens from the cut on is not in the features, and the order of the rows does
// not matter.
func TestNothingLeaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cut := drawTransactions(t), day(rapid.IntRange(0, 200).Draw(t, "cut"))
		var past []churn.Transaction
		for _, r := range rows {
			if r.Date.Before(cut) {
				past = append(past, r)
			}
		}
		config := churn.Config{Horizon: 20, AsOf: day(300)}
		all, err := churn.Build(rapid.Permutation(rows).Draw(t, "order"), nil, cut, config)
		require.NoError(t, err)
		before, err := churn.Build(past, nil, cut, config)
		require.NoError(t, err)
		require.Equal(t, before.Customers, all.Customers)
		require.Equal(t, fmt.Sprint(before.Table), fmt.Sprint(all.Table))
	})
}

// hasAll checks that an assessment has the warnings of all its parts.
func hasAll(t require.TestingT, a churn.Assessment) {
	parts := slices.Concat(a.Model.Warnings, a.Model.Training.Warnings, a.Map.Warnings, a.Uncalibrated.Warnings, a.Calibrated.Warnings)
	if v := a.Model.Validation; v != nil {
		parts = slices.Concat(parts, v.Warnings, v.Figures.Warnings)
	}
	for _, w := range parts {
		require.True(t, insight.Warned(a.Warnings, w.Code), "%v is not in %v", w, a.Warnings)
	}
	for i, w := range a.Warnings {
		require.Equal(t, i, slices.IndexFunc(a.Warnings, func(o insight.Warning) bool { return o.Code == w.Code && o.Text == w.Text }))
	}
}

// Of a region that is new at the test, and of another that is new today, the model knows
// nothing.
func TestCategoriesThatTheModelHasNotSeenAreWarnedOf(t *testing.T) {
	rows, _ := shop(300, 7)
	var observations []churn.Observation
	for k := range 300 {
		name := strconv.Itoa(k)
		observations = append(observations, churn.Observation{Customer: name, Feature: "region", Category: []string{"north", "south"}[k%2]})
		if k < 150 { // the last training cut is day 280, the test day 340
			observations = append(observations, churn.Observation{Customer: name, Date: day(300), Feature: "region", Category: "west"})
		}
		if k < 50 {
			observations = append(observations, churn.Observation{Customer: name, Date: day(350), Feature: "region", Category: "east"})
		}
	}
	a, err := churn.Assess(rows, observations, churn.Config{Horizon: 60, AsOf: day(400), Penalties: []float64{0.01}})
	require.NoError(t, err)
	test := 0
	for k := range 150 { // who had bought by day 340
		if slices.ContainsFunc(rows, func(r churn.Transaction) bool { return r.Customer == strconv.Itoa(k) && r.Date.Before(day(340)) }) {
			test++
		}
	}
	require.Contains(t, a.Warnings, insight.Warn(logistic.UnknownValue, "test: region: %d rows have a category that the model has not seen", test))
	require.Contains(t, a.Warnings, insight.Warn(logistic.UnknownValue, "today: region: 150 rows have a category that the model has not seen"))
	hasAll(t, a)
}

// Whatever the rows: probabilities, no NaN, the same for any order.
func TestAssessProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawTransactions(t)
		config := churn.Config{Horizon: rapid.IntRange(1, 120).Draw(t, "horizon"), Penalties: []float64{0.1, 0.01}, Folds: 2, Seed: 3}
		a, err := churn.Assess(rows, nil, config)
		require.NoError(t, err)
		text, err := json.Marshal(a) // refuses NaN and infinities
		require.NoError(t, err)
		for _, r := range a.Risks {
			require.True(t, r.Probability >= 0 && r.Probability <= 1)
		}
		hasAll(t, a)
		again, err := churn.Assess(rapid.Permutation(rows).Draw(t, "order"), nil, config)
		require.NoError(t, err)
		other, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(text), string(other))
	})
}

func TestAlwaysAnAnswer(t *testing.T) {
	buy := func(customer string, days ...int) (out []churn.Transaction) {
		for _, d := range days {
			out = append(out, churn.Transaction{Customer: customer, Date: day(d), Value: 10})
		}
		return out
	}
	var faithful, gone []churn.Transaction
	for k := range 30 {
		for d := k % 7; d < 100; d += 7 {
			faithful = append(faithful, buy(strconv.Itoa(k), d)...)
		}
		gone = append(gone, buy(strconv.Itoa(k), k)...)
	}
	for name, c := range map[string]struct {
		rows    []churn.Transaction
		asOf    tandem.Date
		warning insight.WarningCode
		risks   int
	}{
		"nothing":          {nil, tandem.Date{}, churn.NoCustomers, 0},
		"one customer":     {buy("a", 0), tandem.Date{}, churn.NoLabels, 1},
		"one for long":     {buy("a", 0, 10, 20, 30, 40, 50, 60, 70, 80), tandem.Date{}, churn.NoChurners, 1},
		"no churners":      {faithful, tandem.Date{}, churn.NoChurners, 30},
		"only churners":    {gone, day(200), churn.OnlyChurners, 30},
		"less than two":    {faithful, day(35), churn.OneCut, 30},
		"less than one":    {faithful, day(15), churn.NoLabels, 30},
		"only returns":     {[]churn.Transaction{{Customer: "a", Date: day(1), Value: -3, Returned: true}}, tandem.Date{}, churn.NoCustomers, 0},
		"today is too old": {gone, day(-5), insight.RowsLeftOut, 0},
		"worthless": {
			[]churn.Transaction{{Customer: "a", Date: day(1), Value: math.NaN()}, {Customer: "a", Date: day(2), Value: math.Inf(1)}},
			tandem.Date{}, insight.RowsLeftOut, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := churn.Assess(c.rows, nil, churn.Config{Horizon: 20, AsOf: c.asOf})
			require.NoError(t, err)
			require.True(t, insight.Warned(a.Warnings, c.warning), "%v", a.Warnings)
			require.Len(t, a.Risks, c.risks)
			require.NotNil(t, a.Model)
			hasAll(t, a)
			_, err = json.Marshal(a)
			require.NoError(t, err)
		})
	}
	a, err := churn.Assess(faithful, nil, churn.Config{Horizon: 20})
	require.NoError(t, err)
	require.Less(t, a.Risks[0].Probability, 0.05)
	a, err = churn.Assess(gone, nil, churn.Config{Horizon: 20, AsOf: day(200)})
	require.NoError(t, err)
	require.Greater(t, a.Risks[0].Probability, 0.95)
}

func TestFaultsAllAtOnce(t *testing.T) {
	_, err := churn.Assess(nil, []churn.Observation{{Feature: "recency"}, {Feature: "x", Number: 1}, {Feature: "x", Category: "y"}, {}},
		churn.Config{Horizon: -1, Active: -1, Cuts: 99, Calibration: "guess", Reasons: -1, Mix: 2})
	for _, path := range []string{"observations[0].feature", "observations[2]", "observations[3].feature", "config.horizon", "config.active",
		"config.cuts", "config.calibration", "config.reasons", "config.mix"} {
		require.ErrorContains(t, err, path)
	}
}

// shop is customers with known habits: the odds to be gone rise with falling
// satisfaction, which the caller observes.
func shop(customers int, seed uint64) (rows []churn.Transaction, observations []churn.Observation) {
	random := float.NewRandom(seed)
	for k := range customers {
		name := strconv.Itoa(k)
		satisfied := random.Below(2) == 0
		number := 2.0
		if satisfied {
			number = 8
		}
		observations = append(observations, churn.Observation{Customer: name, Date: day(-1), Feature: "satisfaction", Number: number})
		leave := 0.02
		if !satisfied {
			leave = 0.25
		}
		for d := random.Below(300); d < 400; d += 5 + random.Below(30) {
			rows = append(rows, churn.Transaction{Customer: name, Date: day(d), Value: 5 + float64(random.Below(100))})
			if random.Uniform() < leave {
				break
			}
		}
	}
	return rows, observations
}

// Data of the host's own enter the model, the reasons and the calibration.
func TestObservationsCount(t *testing.T) {
	rows, observations := shop(1500, 5)
	without, err := churn.Assess(rows, nil, churn.Config{Horizon: 60, Active: 40})
	require.NoError(t, err)
	with, err := churn.Assess(rows, observations, churn.Config{Horizon: 60, Active: 40})
	require.NoError(t, err)
	require.Greater(t, with.Uncalibrated.AUC, without.Uncalibrated.AUC+0.05)
	require.Less(t, with.Calibrated.CalibrationError, 0.06)
	require.Equal(t, "satisfaction", with.Risks[0].Reasons[0].Feature)
	require.Contains(t, with.Risks[0].Words(), "satisfaction 2 (typically ")
	for _, m := range calibration.Methods() {
		forced, err := churn.Assess(rows, observations, churn.Config{Horizon: 60, Active: 40, Calibration: m, Penalties: []float64{0.01}})
		require.NoError(t, err)
		require.Equal(t, m, forced.Map.Method)
	}
	// One labelled cut: the same penalty, cross-validated.
	one, err := churn.Assess(rows, observations, churn.Config{Horizon: 250, AsOf: day(400), Penalties: []float64{0.01}})
	require.NoError(t, err)
	require.True(t, insight.Warned(one.Warnings, churn.OneCut))
	require.Greater(t, one.Uncalibrated.Rows, 100)
}

// A customer silent for 373 times his gap: what the gap, the silence and both together add
// is one reason.
func TestReasonsAreWords(t *testing.T) {
	var rows []churn.Transaction
	for k := range 300 {
		step := 5 + k%40
		for d := k % step; d < 400 && (k%3 > 0 || d < 200); d += step {
			rows = append(rows, churn.Transaction{Customer: strconv.Itoa(k), Date: day(d), Value: 10})
		}
	}
	for d := range 5 {
		rows = append(rows, churn.Transaction{Customer: "gone", Date: day(22 + d), Value: 10})
	}
	a, err := churn.Assess(rows, nil, churn.Config{AsOf: day(400), Reasons: 9})
	require.NoError(t, err)
	for _, r := range a.Risks {
		sum, before := a.Model.Baseline, math.Inf(1)
		for _, c := range r.Reasons {
			require.Contains(t, []string{"recency", "frequency", "spend", "returned_share"}, c.Feature)
			require.LessOrEqual(t, math.Abs(c.LogOdds), before)
			sum, before = sum+c.LogOdds, math.Abs(c.LogOdds)
		}
		require.InDelta(t, r.Score, sum, 1e-9, "the reasons are all of the score")
		require.NotContains(t, r.Words(), "_")
		if r.Customer == "gone" {
			require.Contains(t, r.Words(), "silent for 374 days, 374 times the customer's usual gap of 1 day, where ")
			require.Contains(t, r.Words(), " days of silence are typical: ")
			require.Contains(t, r.Words(), "raises the odds of leaving")
			t.Log(r.Words())
		}
	}
}
