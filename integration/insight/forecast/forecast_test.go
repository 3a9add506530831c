package forecast_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/internal/float"
)

func day(y int, m time.Month, d int) tandem.Date {
	date, err := tandem.NewDate(y, m, d)
	if err != nil {
		panic(err)
	}
	return date
}

// milk is the series of an ERP's issue (frappe/erpnext 31640): its report smoothed
// its own forecasts and ran down to 1478, while the reporter's hand calculation of
// the formula stayed with the sales.
func milk() forecast.Series {
	return forecast.Series{Start: day(2021, time.April, 1), Bucket: forecast.Month, Values: []float64{
		94764, 103900, 167777, 291264, 318568, 239092, 220916, 216408, 197992, 177392, 166972, 178884, 136664,
	}}
}

func TestSmoothingDoesNotRunDown(t *testing.T) {
	f, err := forecast.SES.Make(milk(), forecast.Config{Smoothing: 0.3, Horizon: 3})
	require.NoError(t, err)
	// The hand calculation of the issue, one step ahead of each month.
	require.InDeltaSlice(t, []float64{94764, 94764, 97505, 118586, 170390, 214843, 222118, 221757, 220153, 213504, 202671, 191961, 188038}, f.Fitted, 1)
	require.InDelta(t, 172626, f.Points[0], 1)
	require.Equal(t, day(2022, time.May, 1), f.Start)
	for _, m := range forecast.Methods() {
		f, err := m.Make(milk(), forecast.Config{Horizon: 12, NonNegative: true})
		require.NoError(t, err)
		for _, p := range f.Points {
			require.Greater(t, p, 50000.0, m)
			require.Less(t, p, 400000.0, m)
		}
	}
}

// Whatever the history, every method answers with finite numbers in order.
func TestAlwaysAnAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 45).Draw(t, "n")
		s := forecast.Series{Bucket: forecast.Month, Season: rapid.SampledFrom([]int{0, 4, 12}).Draw(t, "season"), Values: make([]float64, n)}
		shape := rapid.SampledFrom([]string{"any", "zero", "constant", "sparse", "exploding", "negative", "one", "huge"}).Draw(t, "shape")
		for i := range s.Values {
			v := rapid.Float64Range(0, 100).Draw(t, "v")
			switch shape {
			case "zero":
				v = 0
			case "constant":
				v = 7
			case "sparse":
				if v < 80 {
					v = 0
				}
			case "exploding":
				v = math.Pow(2, float64(i))
			case "negative":
				v -= 50
			case "one":
				v = 0
				if i == n/2 {
					v = 5
				}
			case "huge":
				v *= 1e13
			}
			s.Values[i] = v
			if rapid.IntRange(0, 9).Draw(t, "gap") == 0 {
				s.Missing = append(s.Missing, i)
				s.Values[i] = math.NaN()
			} else if rapid.IntRange(0, 9).Draw(t, "out of stock") == 0 {
				s.Censored = append(s.Censored, i)
			}
		}
		m := rapid.SampledFrom(forecast.Methods()).Draw(t, "method")
		c := forecast.Config{Horizon: rapid.IntRange(1, 15).Draw(t, "h"), NonNegative: rapid.Bool().Draw(t, "non-negative"), Paths: 50, Iterations: rapid.SampledFrom([]int{0, 1, 5}).Draw(t, "iterations")}
		fit, err := m.Fit(s, c)
		require.NoError(t, err)
		f := fit.Forecast(c.Horizon)
		require.Len(t, f.Points, c.Horizon)
		for i, p := range f.Points {
			require.True(t, !math.IsNaN(p) && !math.IsInf(p, 0))
			require.False(t, c.NonNegative && p < 0)
			for _, k := range f.Intervals {
				require.True(t, k.Lower[i] <= k.Upper[i], "%v %v", k.Lower[i], k.Upper[i])
				require.False(t, math.IsInf(k.Upper[i]-k.Lower[i], 0))
			}
		}
		_, err = json.Marshal(f)
		require.NoError(t, err)
		d, err := fit.Demand(forecast.FixedLeadTime(3))
		require.NoError(t, err)
		require.False(t, math.IsNaN(d.Mean()+d.Deviation()+d.Quantile(0.95)+d.Shortage(3)))
	})
}

// The same bytes from any number of goroutines.
func TestSameResultFromAnyGoroutine(t *testing.T) {
	s := milk()
	s.Season = 4
	c := forecast.Config{Seed: 5, Paths: 300}
	want, err := forecast.Auto.Make(s, c)
	require.NoError(t, err)
	list := []forecast.Series{s, {}, s, s, s, s}
	for _, workers := range []int{-1, 1, 3, 100} {
		var done atomic.Int64
		answers := forecast.Auto.MakeAll(list, c, workers, func(int) bool { done.Add(1); return true })
		require.Equal(t, int64(len(list)), done.Load())
		for i, a := range answers {
			if i == 1 {
				require.ErrorIs(t, a.Err, tandem.ErrInvalid) // no bucket
				continue
			}
			require.True(t, equalJSON(a.Forecast, want))
		}
	}
}

func TestAnswersAreKept(t *testing.T) {
	answers := forecast.Naive.MakeAll([]forecast.Series{milk(), {}}, forecast.Config{}, 1, nil)
	text, err := json.Marshal(answers)
	require.NoError(t, err)
	require.Contains(t, string(text), `[{"forecast":{"method":"naive"`)
	require.Contains(t, string(text), `{"error":"`)
	require.NotContains(t, string(text), "Err")
	var read []forecast.Answer
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, answers[0].Forecast.Points, read[0].Forecast.Points)
	require.NoError(t, read[0].Err)
	require.EqualError(t, read[1].Err, answers[1].Err.Error())
}

// The bits of a result, computed on amd64: they must be these on every platform.
func TestBitsAreTheSameOnEveryPlatform(t *testing.T) {
	s := milk()
	s.Season = 4
	sum := uint64(14695981039346656037) // FNV-1a
	add := func(values ...float64) {
		for _, v := range values {
			sum = (sum ^ math.Float64bits(v)) * 1099511628211
		}
	}
	for _, m := range forecast.Methods() {
		fit, err := m.Fit(s, forecast.Config{Seed: 3, Paths: 200, Horizon: 6})
		require.NoError(t, err)
		f := fit.Forecast(6)
		add(f.Points...)
		add(f.Deviations...)
		d, err := fit.Demand(forecast.LeadTime{0, 0, 0.5, 0.5})
		require.NoError(t, err)
		add(d.Samples...)
	}
	require.Equal(t, uint64(0x70e4449e5b049875), sum, "%#x", sum)
}

func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func TestSeasonNeedsTwoCycles(t *testing.T) {
	values := make([]float64, 53)
	for i := range values {
		values[i] = 100 + 50*float64(i%26)
	}
	f, err := forecast.Auto.Make(forecast.Series{Bucket: forecast.Week, Season: 52, Values: values}, forecast.Config{Horizon: 4})
	require.NoError(t, err)
	require.True(t, insight.Warned(f.Warnings, forecast.ShortSeason))
}

func TestInterruptedMethodsSayWhatStandsIn(t *testing.T) {
	f, err := forecast.Croston.Make(forecast.Series{Bucket: forecast.Month, Values: []float64{1, -2, 3, 4, 2, 5, -1, 3}}, forecast.Config{})
	require.NoError(t, err)
	require.Equal(t, forecast.SES, f.Method)
	require.True(t, insight.Warned(f.Warnings, forecast.FellBack))
}

// Demand of 100 of which stock allowed 60 in some months: the raised values come
// nearer to the truth. Where backorders are kept, nothing is raised.
func TestCensoredSalesAreUnconstrained(t *testing.T) {
	values := []float64{104, 60, 97, 101, 60, 95, 106, 99, 60, 103, 98, 102}
	censored := []int{1, 4, 8}
	got := forecast.Unconstrain(values, censored, 1)
	for _, i := range censored {
		require.Greater(t, got[i], 90.0)
	}
	require.Equal(t, values[0], got[0])
	s := forecast.Series{Bucket: forecast.Month, Values: values, Censored: censored}
	raised, err := forecast.Mean.Make(s, forecast.Config{Horizon: 1})
	require.NoError(t, err)
	s.Backorders = true
	kept, err := forecast.Mean.Make(s, forecast.Config{Horizon: 1})
	require.NoError(t, err)
	require.Greater(t, raised.Points[0], 97.0)
	require.InDelta(t, 90.4, kept.Points[0], 0.1)
	require.True(t, insight.Warned(raised.Warnings, forecast.CensoredDemand))
}

// Where stock was always out nothing could be raised, and nothing is said to have been.
func TestAlwaysOutOfStockIsUnknown(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Week, Values: make([]float64, 5), Censored: []int{0, 1, 2, 3}, Closed: []int{4}}
	fit, err := forecast.Combination.Fit(s, forecast.Config{})
	require.NoError(t, err)
	require.True(t, fit.Unknown())
	require.True(t, slices.ContainsFunc(fit.Warnings(), func(w insight.Warning) bool {
		return w.Code == forecast.CensoredDemand && strings.Contains(w.Text, "always out of stock")
	}))
	s.Closed = nil
	fit, err = forecast.Combination.Fit(s, forecast.Config{})
	require.NoError(t, err)
	require.False(t, fit.Unknown())
}

// Normal demand of mean 100 and deviation 20 whose stock holds a half and a sixth of it: the maximum likelihood is near
// the truth, and intervals and lead times are as wide as of the demand itself.
func TestCensoredDemandKeepsItsVariance(t *testing.T) {
	const n = 4000
	for _, stock := range []float64{100, 80} {
		r := float.NewRandom(7)
		s := forecast.Series{Bucket: forecast.Day, Values: make([]float64, n)}
		whole := slices.Clone(s.Values)
		for i := range whole {
			whole[i] = 100 + 20*r.Normal()
			if s.Values[i] = min(whole[i], stock); whole[i] > stock {
				s.Censored = append(s.Censored, i)
			}
		}
		fit, err := forecast.Mean.Fit(s, forecast.Config{Paths: 4000})
		require.NoError(t, err)
		known, err := forecast.Mean.Fit(forecast.Series{Bucket: forecast.Day, Values: whole}, forecast.Config{Paths: 4000})
		require.NoError(t, err)
		got, want := fit.Forecast(1), known.Forecast(1)
		require.InDelta(t, 100, got.Points[0], 2, stock)
		require.InEpsilon(t, want.Deviations[0], got.Deviations[0], 0.06, stock)
		demand, err := fit.Demand(forecast.FixedLeadTime(4))
		require.NoError(t, err)
		uncensored, err := known.Demand(forecast.FixedLeadTime(4))
		require.NoError(t, err)
		require.InEpsilon(t, uncensored.Deviation(), demand.Deviation(), 0.06, stock)
	}
}

// Missing values with a season come from the same place in it.
func TestMissingValuesKeepTheSeason(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Quarter, Season: 4, Values: []float64{10, 20, 30, 40, 10, 0, 30, 40, 10, 22, 30, 0}, Missing: []int{5, 11}}
	f, err := forecast.SeasonalNaive.Make(s, forecast.Config{Horizon: 4})
	require.NoError(t, err)
	require.Equal(t, []float64{10, 22, 30, 40}, f.Points)
	require.Equal(t, 21.0, f.Fitted[9])
	require.True(t, insight.Warned(f.Warnings, forecast.MissingValues))
}

// A promotion of +50 in known months is found and repeated where it is announced.
func TestPromotionIsARegressor(t *testing.T) {
	n := 36
	s := forecast.Series{Bucket: forecast.Month, Values: make([]float64, n)}
	promotion := make([]float64, n)
	for i := range n {
		s.Values[i] = 200 + float64((i*37)%7)
		if i%5 == 2 {
			promotion[i] = 1
			s.Values[i] += 50
		}
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: promotion, Future: []float64{0, 1, 0}}, {Name: "never", Past: make([]float64, n)}}
	f, err := forecast.SES.Make(s, forecast.Config{Horizon: 3})
	require.NoError(t, err)
	require.InDelta(t, 50, f.Points[1]-f.Points[0], 3)
	require.InDelta(t, f.Points[0], f.Points[2], 1e-6)
	require.True(t, insight.Warned(f.Warnings, forecast.Collinear))
}

// A promotion of the second step does not last for ever; a new price does, with a warning.
func TestRegressorsBeyondTheirFuture(t *testing.T) {
	n := 60
	s := forecast.Series{Bucket: forecast.Week, Values: make([]float64, n)}
	promotion, price := make([]float64, n), make([]float64, n)
	for i := range n {
		promotion[i], price[i] = float64(i%6/5), 9-float64(i%7/5)
		s.Values[i] = 100 + float64((i*37)%5) + 50*promotion[i] - 10*price[i]
	}
	for _, c := range []struct {
		regressor forecast.Regressor
		lasts     bool
	}{
		{forecast.Regressor{Name: "promotion", Past: promotion, Future: []float64{0, 1}}, false},
		{forecast.Regressor{Name: "price", Past: price, Future: []float64{9, 8}}, true},
	} {
		s.Regressors = []forecast.Regressor{c.regressor}
		fit, err := forecast.Mean.Fit(s, forecast.Config{})
		require.NoError(t, err)
		f := fit.Forecast(6)
		require.Greater(t, f.Points[1], f.Points[0]+5)
		if c.lasts {
			require.InDelta(t, f.Points[1], f.Points[5], 1e-9)
		} else {
			require.InDelta(t, f.Points[0], f.Points[5], 1e-9)
		}
		require.True(t, insight.Warned(f.Warnings, forecast.ShortFuture))
		require.False(t, insight.Warned(fit.Forecast(2).Warnings, forecast.ShortFuture))
	}
}

// What a declared promotion explains is no outlier, and is not capped; a value that
// nothing explains is, and does not pull at the effect.
func TestOutliersAreWhatRegressorsLeave(t *testing.T) {
	n := 60
	s := forecast.Series{Bucket: forecast.Week, Values: make([]float64, n)}
	promotion := make([]float64, n)
	for i := range n {
		s.Values[i] = 100 + float64((i*37)%7)
		if i%12 == 5 {
			promotion[i] = 1
			s.Values[i] += 200
		}
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: promotion, Future: []float64{1, 0}}}
	c := forecast.Config{Horizon: 2, CapOutliers: true}
	f, err := forecast.SES.Make(s, c)
	require.NoError(t, err)
	require.InDelta(t, 200, f.Points[0]-f.Points[1], 3)
	require.False(t, insight.Warned(f.Warnings, forecast.OutlierFound))
	s.Values[30] = 2000
	f, err = forecast.SES.Make(s, c)
	require.NoError(t, err)
	require.InDelta(t, 200, f.Points[0]-f.Points[1], 5)
	require.True(t, insight.Warned(f.Warnings, forecast.OutlierFound))
}

func TestClosedStepsAreZero(t *testing.T) {
	f, err := forecast.Naive.Make(forecast.Series{Bucket: forecast.Day, Values: []float64{5, 6, 0, 5}, Closed: []int{2}}, forecast.Config{Horizon: 3, ClosedAhead: []int{1}})
	require.NoError(t, err)
	require.Equal(t, []float64{5, 0, 5}, f.Points)
	require.Equal(t, 5.5, f.Fitted[3])
}

// Ten weeks of about ten a day with closed Sundays: the next Sunday is closed too, and a week is six days of demand, for
// any method. A Sunday that was open once opens no others, and its values make no other day larger.
func TestClosedWeekdaysStayClosed(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Day, Season: 7, Values: make([]float64, 68)} // ends on a Friday
	for i := range s.Values {
		if s.Values[i] = 8 + float64(i*37%5); i%7 == 6 {
			s.Values[i], s.Closed = 0, append(s.Closed, i)
		}
	}
	hours := forecast.Series{Bucket: forecast.Hour, Season: 24, LongSeasons: []int{168}, Values: make([]float64, 500)}
	for i := range hours.Values {
		if hours.Values[i] = 5; i%168 >= 144 || i%24 < 8 {
			hours.Values[i], hours.Closed = 0, append(hours.Closed, i)
		}
	}
	for _, m := range forecast.Methods() {
		fit, err := m.Fit(s, forecast.Config{NonNegative: true, Paths: 200})
		require.NoError(t, err)
		f := fit.Forecast(9)
		open := 0.0
		for i, p := range f.Points[:7] {
			require.Equal(t, (68+i)%7 == 6, p == 0, "%s step %d", m, i)
			open += p
		}
		require.Equal(t, []float64{0, 0, 0}, []float64{f.Points[8], f.Deviations[8], f.Intervals[0].Upper[8]})
		d, err := fit.Demand(forecast.FixedLeadTime(7))
		require.NoError(t, err)
		require.InEpsilon(t, open, d.Mean(), 0.1, m)
	}
	f, err := forecast.Mean.Make(s, forecast.Config{Horizon: 9})
	require.NoError(t, err)
	s.Season, s.Values[41], s.Closed = 0, 300, slices.DeleteFunc(s.Closed, func(i int) bool { return i == 41 })
	once, err := forecast.Mean.Make(s, forecast.Config{Horizon: 9})
	require.NoError(t, err)
	require.Equal(t, f.Points, once.Points)
	require.Equal(t, []int{41}, once.Warnings[0].Positions)
	f, err = forecast.Mean.Make(hours, forecast.Config{Horizon: 200})
	require.NoError(t, err)
	for i, p := range f.Points {
		require.Equal(t, (500+i)%168 >= 144 || (500+i)%24 < 8, p == 0, i)
	}
	one := forecast.Series{Bucket: forecast.Day, Values: []float64{5, 6, 0, 5, 4, 6, 5, 5, 6}, Closed: []int{2}}
	f, err = forecast.Naive.Make(one, forecast.Config{Horizon: 7})
	require.NoError(t, err)
	require.NotContains(t, f.Points, 0.0)
}

// The demand over a lead time of a random walk: the variance of a sum of n steps is
// σ²·n(n+1)(2n+1)/6, not n·σ².
func TestLeadTimeDemandKnowsTheCorrelation(t *testing.T) {
	values := make([]float64, 200)
	r := uint64(9)
	for i := 1; i < len(values); i++ {
		r = r*6364136223846793005 + 1442695040888963407
		values[i] = values[i-1] + float64(r>>40)/float64(1<<24) - 0.5
	}
	fit, err := forecast.Naive.Fit(forecast.Series{Bucket: forecast.Day, Values: values}, forecast.Config{Paths: 20000, Seed: 1})
	require.NoError(t, err)
	one := fit.Forecast(1).Deviations[0]
	d, err := fit.Demand(forecast.FixedLeadTime(4))
	require.NoError(t, err)
	require.InEpsilon(t, one*math.Sqrt(30), d.Deviation(), 0.03)
	require.InDelta(t, 4*values[199], d.Mean(), 0.1)
	require.InDelta(t, 0.5, d.Probability(d.Quantile(0.5)), 0.001)
	_, err = fit.Demand(forecast.LeadTime{0.5, 0.4})
	require.ErrorContains(t, err, "sum to 1")
}

// Complaint 4: an interval for intermittent demand, from demands as they were seen.
func TestIntermittentDemandHasADistribution(t *testing.T) {
	values := make([]float64, 48)
	for i := 0; i < 48; i += 4 {
		values[i] = 10
	}
	fit, err := forecast.SBA.Fit(forecast.Series{Bucket: forecast.Month, Values: values}, forecast.Config{Paths: 5000, Levels: []float64{0.9}, Horizon: 2})
	require.NoError(t, err)
	f := fit.Forecast(2)
	require.Equal(t, 0.0, f.Intervals[0].Lower[0])
	require.Equal(t, 10.0, f.Intervals[0].Upper[0])
	d, err := fit.Demand(forecast.FixedLeadTime(3))
	require.NoError(t, err)
	require.InDelta(t, 3*f.Points[0], d.Mean(), 0.3)
	require.Zero(t, math.Mod(d.Quantile(0.95), 10))
}

// A promotion of +100 announced for the next month raises the quantiles of intermittent demand as it does the point.
func TestIntervalsOfIntermittentDemandKnowRegressors(t *testing.T) {
	s := forecast.Series{Bucket: forecast.Month, Values: make([]float64, 60)}
	promotion := make([]float64, 60)
	for i := 0; i < 60; i += 3 {
		s.Values[i] = float64(6 + i%5)
	}
	for i := 10; i < 60; i += 15 {
		promotion[i] = 1
		s.Values[i] += 100
	}
	s.Regressors = []forecast.Regressor{{Name: "promotion", Past: promotion, Future: []float64{1, 0}}}
	for _, m := range []forecast.Method{forecast.SBA, forecast.IMAPA} {
		f, err := m.Make(s, forecast.Config{Horizon: 2, Paths: 2000, NonNegative: true})
		require.NoError(t, err)
		require.InDelta(t, 100, f.Points[0]-f.Points[1], 5, m)
		k := f.Intervals[1]
		require.True(t, 90 < k.Lower[0] && k.Lower[0] <= f.Points[0] && f.Points[0] <= k.Upper[0] && k.Upper[0] < 130, "%v", k)
		require.True(t, k.Lower[1] == 0 && k.Upper[1] < 15, "%v", k)
	}
}

// Hours of a shop with a daily and a weekly cycle: the decomposition averages the
// noise that repeating the last week repeats too.
func TestDecompositionOfTwoSeasons(t *testing.T) {
	const week = 168
	r := uint64(4)
	y := make([]float64, 7*week)
	for i := range y {
		r = r*6364136223846793005 + 1442695040888963407
		y[i] = 200 + 0.01*float64(i) + 30*math.Sin(2*math.Pi*float64(i%24)/24) + 40*float64(i/24%7/5) + 20*(float64(r>>40)/float64(1<<24)-0.5)
	}
	train, test := y[:6*week], y[6*week:]
	s := forecast.Series{Bucket: forecast.Hour, Season: 24, LongSeasons: []int{week}, Values: train}
	got, err := forecast.Decomposition.Make(s, forecast.Config{Horizon: week})
	require.NoError(t, err)
	naive, err := forecast.SeasonalNaive.Make(forecast.Series{Bucket: forecast.Day, Season: week, Values: train}, forecast.Config{Horizon: week})
	require.NoError(t, err)
	a, b := forecast.Measure(train, week, test, got.Points), forecast.Measure(train, week, test, naive.Points)
	t.Logf("%s: MASE %.3f, seasonal naive %.3f", got.Model, a.MASE, b.MASE)
	require.Less(t, a.MASE, 0.95*b.MASE)
}

// Complaint 8: the likeliest model of the lynx has an interval of fifty times the
// history.
func TestAbsurdIntervalsAreNotChosen(t *testing.T) {
	lynx := readValues(t, "lynx", 200)
	f, err := forecast.ETS.Make(forecast.Series{Bucket: forecast.Year, Values: lynx}, forecast.Config{Horizon: 12})
	require.NoError(t, err)
	require.True(t, insight.Warned(f.Warnings, forecast.WideInterval))
	require.Less(t, f.Deviations[11], 2*7000.0)
}

func TestAutoSaysWhy(t *testing.T) {
	values := make([]float64, 60)
	for i := range values {
		values[i] = 100 + 3*float64(i) + 20*float64(i%4)
	}
	f, err := forecast.Auto.Make(forecast.Series{Bucket: forecast.Quarter, Season: 4, Values: values}, forecast.Config{})
	require.NoError(t, err)
	require.Contains(t, f.Reason, "MASE")
	require.NotEmpty(t, f.Trials)
	require.InDelta(t, 280, f.Points[0], 5)
	for i := range values {
		values[i] = float64((i % 4) / 3 * (3 + i%5))
	}
	sparse, err := forecast.Auto.Make(forecast.Series{Bucket: forecast.Week, Values: values}, forecast.Config{Horizon: 4})
	require.NoError(t, err)
	require.Contains(t, sparse.Reason, "RMSSE")
	short, err := forecast.Auto.Make(forecast.Series{Bucket: forecast.Quarter, Values: values[:5]}, forecast.Config{})
	require.NoError(t, err)
	require.True(t, insight.Warned(short.Warnings, forecast.FewBackTests))
}

func TestTheDefaultNeedsNoName(t *testing.T) {
	got, err := forecast.Method("").Make(milk(), forecast.Config{})
	require.NoError(t, err)
	want, err := forecast.Combination.Make(milk(), forecast.Config{})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestFaultsAreAllNamed(t *testing.T) {
	_, err := forecast.Auto.Make(forecast.Series{Values: []float64{math.NaN(), 1e300}, Season: -1, Closed: []int{9}}, forecast.Config{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 5)
	_, err = forecast.Auto.Make(milk(), forecast.Config{Horizon: -1, Levels: []float64{1}, Members: []forecast.Method{forecast.Auto, "x"}})
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 4)
	_, err = forecast.Method("best").Make(milk(), forecast.Config{})
	require.ErrorIs(t, err, tandem.ErrInvalid)
	var b forecast.Bucket
	require.Error(t, b.UnmarshalText([]byte("Month")))
	var m forecast.Method
	require.NoError(t, m.UnmarshalText([]byte("theta")))
}

// Months counted from the 31st of January came to the 30th of April.
func TestStartBeginsItsBucket(t *testing.T) {
	for b, start := range map[forecast.Bucket]tandem.Date{
		forecast.Month: day(2024, time.January, 31), forecast.Quarter: day(2024, time.February, 1), forecast.Year: day(2024, time.April, 1),
		forecast.Week: day(2024, time.January, 2),
	} {
		s := forecast.Series{Start: start, Bucket: b, Values: []float64{1, 2, 3}}
		require.ErrorContains(t, s.Validate(), "first day of a bucket", b)
		s.Start = b.Begin(start)
		f, err := forecast.Naive.Make(s, forecast.Config{})
		require.NoError(t, err)
		require.Equal(t, f.Start, b.Begin(f.Start))
	}
}

// A series from outside either is refused or has an answer.
func FuzzSeries(f *testing.F) {
	f.Add([]byte(`{"bucket":"month","season":4,"values":[1,2,3,4,5,6,7,8,9],"missing":[2]}`))
	f.Add([]byte(`{"bucket":"day","values":[0,0,3],"censored":[2],"regressors":[{"name":"a","past":[1,0,1],"future":[1]}]}`))
	f.Add([]byte(`{"bucket":"year","values":[1e15,-1e15,1e-300]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s forecast.Series
		if json.Unmarshal(data, &s) != nil || len(s.Values) > 200 {
			return
		}
		got, err := forecast.Auto.Make(s, forecast.Config{Horizon: 3, Iterations: 20, Paths: 20})
		if err != nil {
			return
		}
		for i := range got.Points {
			if v := got.Points[i] + got.Deviations[i]; math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatal(got)
			}
		}
	})
}
