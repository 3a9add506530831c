package sensing_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/sensing"
)

func day(y int, m time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(y, m, d)
	if err != nil {
		panic(err)
	}
	return date
}

func product(n int) tandem.ProductID { return tandem.DeriveID[tandem.ProductID]("p", fmt.Sprint(n)) }
func party(n int) tandem.PartyID     { return tandem.DeriveID[tandem.PartyID]("c", fmt.Sprint(n)) }

func ref(kind tandem.DocumentKind, n int) tandem.DocumentRef {
	return tandem.DocumentRef{Kind: kind, ID: tandem.DeriveID[tandem.ID[any]](string(kind), fmt.Sprint(n))}
}

func pieces(n int64) tandem.Quantity {
	u, err := tandem.ParseUnit("EA")
	if err != nil {
		panic(err)
	}
	return tandem.QuantityFromMicro(n*1_000_000, u)
}

func open(n int, q, percent int64, closing tandem.Date) sensing.Opportunity {
	return sensing.Opportunity{Ref: ref("opportunity", n), Party: party(1), Product: product(1), Quantity: pieces(q), Probability: tandem.Percent(percent), Close: closing}
}

func march(horizon int) sensing.Config {
	return sensing.Config{At: day(2026, time.March, 10), Bucket: forecast.Month, Horizon: horizon, LeadDays: 14}
}

// By hand: 100 at 50 % closing on 10 March + 14 days = 24 March; 200 at 25 % closing on
// 20 March = 3 April; 40 at 100 %, also April. March: 50, variance 100²·¼ = 2,500.
// April: 50 + 40 = 90, variance 200²·¼·¾ = 7,500.
func TestSenseByHand(t *testing.T) {
	s, err := sensing.Sense([]sensing.Opportunity{
		open(1, 100, 50, day(2026, time.March, 10)), open(2, 200, 25, day(2026, time.March, 20)), open(3, 40, 100, day(2026, time.March, 31)),
	}, nil, march(3))
	require.NoError(t, err)
	require.Len(t, s.Demands, 1)
	d := s.Demands[0]
	require.Equal(t, day(2026, time.March, 1), d.Start)
	require.Equal(t, []float64{50, 90, 0}, d.Points())
	require.InDeltaSlice(t, []float64{2500, 7500, 0}, d.Variance, 1e-9)
	require.Equal(t, pieces(340), d.Pipeline)
	require.Equal(t, day(2026, time.April, 3), d.Pegs[1].Need)
	signals := s.Signals()
	require.Len(t, signals, 2)
	require.Equal(t, "50 EA expected in the month of 2026-03-01 from 1 opportunity, standard deviation 50.0", signals[1].Reason)
	require.Len(t, signals[0].Evidence, 2)
}

// Two deals of 100 at 50 %: 5,000 where independent; (50+50)² = 10,000 where one cause
// decides both; 7,500 in the middle. Two lines of one deal are won together: 10,000.
// At 80 % and 50 % the second line implies the first: 1,600 + 2,500 + 2·100²·0.5·0.2.
func TestVarianceByHand(t *testing.T) {
	at := day(2026, time.March, 12)
	two := []sensing.Opportunity{open(1, 100, 50, at), open(2, 100, 50, at)}
	one := []sensing.Opportunity{open(1, 100, 50, at), open(1, 100, 50, at)}
	one[1].Line = 2
	nested := []sensing.Opportunity{open(1, 100, 80, at), open(1, 100, 50, at)}
	nested[1].Line = 2
	for _, c := range []struct {
		name  string
		lines []sensing.Opportunity
		rho   int64
		want  float64
	}{
		{"independent", two, 0, 5000}, {"half common", two, 50, 7500}, {"one cause", two, 100, 10_000}, {"one deal", one, 0, 10_000},
		{"nested lines", nested, 0, 1600 + 2500 + 2000},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := march(2)
			config.Correlation = tandem.Percent(c.rho)
			s, err := sensing.Sense(c.lines, nil, config)
			require.NoError(t, err)
			require.InDelta(t, c.want, s.Demands[0].Variance[0], 1e-6)
		})
	}
}

func TestOverdueAndOddLines(t *testing.T) {
	late := open(1, 10, 50, day(2026, time.February, 10))
	lines := []sensing.Opportunity{late, late, open(2, 0, 50, day(2026, time.March, 20)), open(3, -5, 50, day(2026, time.March, 20)),
		open(4, 7, 50, tandem.Date{}), open(5, 7, 50, day(2030, time.March, 20))}
	s, err := sensing.Sense(lines, nil, march(2))
	require.NoError(t, err)
	require.Equal(t, []float64{0, 0}, s.Demands[0].Points())
	require.Equal(t, pieces(24), s.Demands[0].Pipeline)
	require.Len(t, s.Remarks, 3) // one twice, two not positive
	signals := s.Signals()
	require.Len(t, signals, 1)
	require.Equal(t, signal.PipelineOverdue, signals[0].Kind)
	require.Equal(t, "the close date 2026-02-10 passed 28 days ago, and no order has come of all of it", signals[0].Reason)
	config := march(2)
	config.Overdue = sensing.MoveOverdue
	s, err = sensing.Sense(lines, nil, config)
	require.NoError(t, err)
	require.Equal(t, []float64{5, 0}, s.Demands[0].Points())
	s, err = sensing.Sense(nil, []sensing.Order{order(1, 1, -3, tandem.Date{})}, march(2))
	require.NoError(t, err)
	require.Empty(t, s.Demands)
}

func TestFaultsAreReportedTogether(t *testing.T) {
	twice := open(1, 11, 50, day(2026, time.March, 20))
	wrong := open(2, 5, 150, day(2026, time.March, 20))
	_, err := sensing.Sense([]sensing.Opportunity{open(1, 10, 50, day(2026, time.March, 20)), twice, wrong, {}}, nil, march(2))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	for _, path := range []string{"opportunities[1]: ", "opportunities[2].probability", "opportunities[3].quantity"} {
		require.ErrorContains(t, err, path)
	}
	_, err = sensing.Sense(nil, nil, sensing.Config{Horizon: -1, LeadDays: -1, Matching: "x", Overdue: "y", Rounding: "z", Correlation: tandem.Percent(200)})
	for _, path := range []string{"at:", "bucket:", "horizon:", "lead_days:", "matching:", "overdue:", "rounding:", "correlation:"} {
		require.ErrorContains(t, err, path)
	}
}

// The faults of the configuration and of the rows come in one error.
func TestFaultsOfRowsAndConfigurationTogether(t *testing.T) {
	_, err := sensing.Sense([]sensing.Opportunity{open(1, 5, 150, day(2026, time.March, 20))}, nil, sensing.Config{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Faults {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"config.at", "config.bucket", "opportunities[0].probability"}, paths)
}

// Demand of March and of May: a forecast of April and May takes that of May; one of 2020
// takes nothing, and says so.
func TestIncrementTellsWhatItAdds(t *testing.T) {
	s, err := sensing.Sense([]sensing.Opportunity{
		open(1, 80, 50, day(2026, time.March, 12)), open(2, 60, 50, day(2026, time.May, 2)),
	}, nil, march(3))
	require.NoError(t, err)
	base := forecast.Forecast{
		Start: day(2026, time.April, 1), Bucket: forecast.Month, Points: []float64{9, 9}, Deviations: []float64{1, 1}, Reason: "least error",
	}
	f, err := s.Demands[0].Increment(base)
	require.NoError(t, err)
	require.Equal(t, []float64{9, 39}, f.Points)
	require.Equal(t, "least error; 30 EA expected from the pipeline were put on top", f.Reason)
	require.Equal(t, []insight.Warning{{Code: sensing.OutsideForecast,
		Text: "40 EA are expected in buckets that are no steps of the forecast (2026-03-01 to 2026-03-01) and were not added"}}, f.Warnings)
	base.Start = day(2020, time.April, 1)
	f, err = s.Demands[0].Increment(base)
	require.NoError(t, err)
	require.Equal(t, base.Points, f.Points)
	require.Equal(t, "least error", f.Reason)
	require.Contains(t, f.Warnings[0].Text, "70 EA are expected in buckets that are no steps of the forecast (2026-03-01 to 2026-05-01)")
	base.Start = day(2026, time.March, 1)
	base.Points, base.Deviations = []float64{0, 0, 0}, []float64{0, 0, 0}
	f, err = s.Demands[0].Increment(base)
	require.NoError(t, err)
	require.Empty(t, f.Warnings)
}

func TestWorkingDays(t *testing.T) {
	nine, err := tandem.NewTimeOfDay(9, 0)
	require.NoError(t, err)
	five, err := tandem.NewTimeOfDay(17, 0)
	require.NoError(t, err)
	spec := tandem.CalendarSpec{Zone: "UTC"}
	eight := []tandem.Hours{{From: nine, Until: five}}
	spec.Week = tandem.WorkingWeek{Monday: eight, Tuesday: eight, Wednesday: eight, Thursday: eight, Friday: eight}
	config := march(2)
	config.Calendar, err = tandem.NewCalendar(spec, time.UTC)
	require.NoError(t, err)
	config.Leads = []sensing.Lead{{Product: product(1), Days: 3}}
	s, err := sensing.Sense([]sensing.Opportunity{open(1, 10, 50, day(2026, time.March, 12))}, nil, config) // a Thursday
	require.NoError(t, err)
	require.Equal(t, day(2026, time.March, 17), s.Demands[0].Pegs[0].Need)
}

// Points and variances add: sd √(30² + 1,600) = 50; half width 60 with z = 2·… grows as
// √(60² + z²·1,600).
func TestIncrementByHand(t *testing.T) {
	s, err := sensing.Sense([]sensing.Opportunity{open(1, 80, 50, day(2026, time.March, 31))}, nil, march(3))
	require.NoError(t, err)
	base := forecast.Forecast{
		Start: day(2026, time.April, 1), Bucket: forecast.Month, Points: []float64{100, 100}, Deviations: []float64{30, 30},
		Intervals: []forecast.Interval{{Level: 0.95, Lower: []float64{40, 0}, Upper: []float64{160, 160}}},
	}
	f, err := s.Demands[0].Increment(base)
	require.NoError(t, err)
	require.Equal(t, []float64{140, 100}, f.Points)
	require.InDeltaSlice(t, []float64{50, 30}, f.Deviations, 1e-9)
	half := math.Sqrt(3600 + 1.959964*1.959964*1600)
	require.InDelta(t, 140-half, f.Intervals[0].Lower[0], 1e-4)
	require.InDelta(t, 140+half, f.Intervals[0].Upper[0], 1e-4)
	require.Equal(t, []float64{100, 100}, base.Points)
	_, err = s.Demands[0].Increment(forecast.Forecast{Bucket: forecast.Week})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	series := forecast.Series{Start: day(2025, time.November, 1), Bucket: forecast.Month, Values: []float64{9, 8, 9, 7}, Regressors: []forecast.Regressor{s.Demands[0].Regressor([]float64{3, 1, 2, 0})}}
	require.NoError(t, series.Validate())
}

// 8 of 40 won where 60 % was stated: Wilson 10.5 % to 34.8 %.
func TestCalibrateByHand(t *testing.T) {
	var history []sensing.Outcome
	for i := range 40 {
		history = append(history, sensing.Outcome{Ref: ref("opportunity", i), Stage: "proposal", Probability: tandem.Percent(60), Won: i < 8})
	}
	history = append(history, history[0], sensing.Outcome{Stage: "lead", Probability: tandem.Percent(10)})
	c, err := sensing.Calibrate(history, 0, 0)
	require.NoError(t, err)
	require.Equal(t, 1, c.Repeated)
	require.Equal(t, []sensing.Verdict{sensing.TooFew, sensing.Optimistic}, []sensing.Verdict{c.Stages[0].Verdict, c.Stages[1].Verdict})
	require.InDelta(t, (8*0.16+32*0.36)/40, c.Stages[1].Brier, 1e-12)
	signals := c.Signals(day(2026, time.March, 10))
	require.Len(t, signals, 1)
	require.Equal(t, "8 of 40 won (20.0 %, between 10.5 % and 34.8 %), where 60.0 % was stated", signals[0].Reason)
	_, err = sensing.Calibrate(nil, 0, 0)
	require.NoError(t, err)
}

// 100 opportunities stated at 40 %, then at 60 %, of which 50 were won: 50 % was stated in
// the mean, and 50 % won. The lowest alone would be pessimistic, since Wilson's interval
// of 50 of 100 is 40.4 % to 59.6 %; the highest alone optimistic. A value that is given
// twice counts once: 40 %, 40 % and 60 % are 50 % too.
func TestRevisedProbabilitiesAreAveraged(t *testing.T) {
	var history []sensing.Outcome
	for i := range 100 {
		for _, percent := range []int64{40, 60, 40} {
			history = append(history, sensing.Outcome{Ref: ref("opportunity", i), Stage: "proposal", Probability: tandem.Percent(percent), Won: i < 50})
		}
	}
	c, err := sensing.Calibrate(history, 0, 0)
	require.NoError(t, err)
	require.Len(t, c.Stages, 1)
	s := c.Stages[0]
	require.Equal(t, []int{200, 100, 50}, []int{c.Repeated, s.Outcomes, s.Won})
	require.InDelta(t, 0.5, s.Stated, 1e-12)
	require.InDelta(t, 0.25, s.Brier, 1e-12)
	require.Equal(t, sensing.Calibrated, s.Verdict)
	require.Empty(t, c.Signals(day(2026, time.March, 10)))
	// One that was lost and then won after all is won.
	c, err = sensing.Calibrate([]sensing.Outcome{
		{Ref: ref("opportunity", 1), Stage: "proposal", Probability: tandem.Percent(20)},
		{Ref: ref("opportunity", 1), Stage: "proposal", Probability: tandem.Percent(90), Won: true},
	}, 0, 0)
	require.NoError(t, err)
	require.Equal(t, 1, c.Stages[0].Won)
	require.InDelta(t, 0.55, c.Stages[0].Stated, 1e-12)
}

func TestNamesAreReadStrictly(t *testing.T) {
	for _, n := range sensing.Reasons() {
		require.True(t, n.Valid(), n)
	}
	for _, n := range sensing.WarningCodes() {
		require.True(t, n.Valid(), n)
	}
	var m sensing.Matching
	require.Error(t, m.UnmarshalText([]byte("guess")))
	require.NoError(t, m.UnmarshalText([]byte(sensing.ByPartyAndProduct)))
	var o sensing.Overdue
	require.Error(t, o.UnmarshalText(nil))
	var v sensing.Verdict
	require.Error(t, v.UnmarshalText(nil))
}

func drawLines(t *rapid.T) (lines []sensing.Opportunity, orders []sensing.Order) {
	from := day(2026, time.January, 15)
	for i := range rapid.IntRange(0, 12).Draw(t, "lines") {
		o := open(i/2, rapid.Int64Range(-2, 40).Draw(t, "quantity"), 0, from.AddDays(rapid.IntRange(0, 200).Draw(t, "close")))
		o.Line, o.Product, o.Party = i, product(rapid.IntRange(1, 2).Draw(t, "product")), party(rapid.IntRange(1, 2).Draw(t, "party"))
		o.Probability = tandem.RateFromNano(rapid.Int64Range(0, 1_000_000_000).Draw(t, "probability"))
		o.Created = from.AddDays(rapid.IntRange(-30, 60).Draw(t, "created"))
		lines = append(lines, o)
		if rapid.Bool().Draw(t, "twice") {
			lines = append(lines, o)
		}
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "orders") {
		o := order(i, rapid.IntRange(0, 7).Draw(t, "opportunity"), rapid.Int64Range(-2, 60).Draw(t, "ordered"), from.AddDays(rapid.IntRange(0, 200).Draw(t, "need")))
		o.Product, o.Party = product(rapid.IntRange(1, 2).Draw(t, "product")), party(rapid.IntRange(1, 2).Draw(t, "party"))
		o.Placed = from.AddDays(rapid.IntRange(-30, 60).Draw(t, "placed"))
		orders = append(orders, o)
	}
	return lines, orders
}

// Nothing is lost and nothing counts twice: consumed and open are the pipeline, what
// was consumed is what orders gave, the buckets hold what the pegs expect; and the
// order of the arguments does not matter.
func TestNothingIsLostAndNothingCountsTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines, orders := drawLines(t)
		config := march(rapid.IntRange(1, 6).Draw(t, "horizon"))
		config.Matching = rapid.SampledFrom(sensing.Matchings()).Draw(t, "matching")
		config.Overdue = rapid.SampledFrom(sensing.Overdues()).Draw(t, "overdue")
		config.Forward, config.Backward = rapid.IntRange(0, 40).Draw(t, "forward"), rapid.IntRange(0, 40).Draw(t, "backward")
		config.NoForward, config.NoBackward = rapid.Bool().Draw(t, "no forward"), rapid.Bool().Draw(t, "no backward")
		config.Correlation = tandem.Percent(rapid.Int64Range(0, 100).Draw(t, "rho"))
		s, err := sensing.Sense(lines, orders, config)
		require.NoError(t, err)
		conserved(t, s)
		mixed, err := sensing.Sense(rapid.Permutation(lines).Draw(t, "mixed lines"), rapid.Permutation(orders).Draw(t, "mixed orders"), config)
		require.NoError(t, err)
		require.Equal(t, s, mixed)
		require.Equal(t, s.Signals(), mixed.Signals())
		for _, v := range s.Signals() {
			require.True(t, v.Strength >= 0 && v.Strength <= 1)
		}
	})
}

func conserved(t *rapid.T, s sensing.Sensed) {
	var taken, given, matched, guessed int64
	for _, c := range s.Consumptions {
		require.Positive(t, c.Quantity.Sign())
		given += c.Quantity.Micro()
		if c.Matched {
			matched += c.Quantity.Micro()
		}
	}
	require.Equal(t, matched > 0, insight.Warned(s.Warnings, sensing.TakenByGuess))
	for _, r := range s.Remarks {
		require.Contains(t, sensing.Reasons(), r.Note)
	}
	for _, w := range s.Warnings {
		require.Contains(t, sensing.WarningCodes(), w.Code)
	}
	for _, d := range s.Demands {
		var inside, expected int64
		for _, p := range d.Pegs {
			require.Subset(t, sensing.Reasons(), p.Notes)
			require.Equal(t, p.Quantity.Micro(), p.Consumed.Micro()+p.Open.Micro())
			require.True(t, p.Consumed.Sign() >= 0 && p.Open.Sign() >= 0 && p.Expected.Sign() >= 0)
			taken += p.Consumed.Micro()
			require.Equal(t, p.Guessed.Sign() > 0, slices.Contains(p.Notes, sensing.Guessed))
			if p.Bucket >= 0 {
				inside += p.Expected.Micro()
			} else {
				require.NotEmpty(t, p.Notes)
			}
		}
		for i, q := range d.Expected {
			expected += q.Micro()
			require.GreaterOrEqual(t, d.Variance[i], 0.0)
		}
		require.Equal(t, inside, expected)
		require.Equal(t, d.Pipeline.Micro(), d.Consumed.Micro()+d.Open.Micro())
		guessed += d.Guessed.Micro()
	}
	require.Equal(t, []int64{taken, matched}, []int64{given, guessed})
}

// Products and buckets together bound the answer: 2,000 × 10,000 are too many.
func TestProductsTimesHorizon(t *testing.T) {
	var list []sensing.Opportunity
	for i := range 2_000 {
		o := open(i, 1, 50, day(2026, time.March, 12))
		o.Product = product(i)
		list = append(list, o)
	}
	_, err := sensing.Sense(list, nil, march(10_000))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	require.ErrorContains(t, err, "horizon")
	_, err = sensing.Sense(list[:10], nil, march(1_000))
	require.NoError(t, err)
}
