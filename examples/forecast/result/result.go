package result

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/examples/forecast/table"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/forecast"
)

// Result is what came of a series.
type Result struct {
	table.Item
	Forecast forecast.Forecast
	Trials   []Trial
	Err      error
}

// Trial is a method in a back-test.
type Trial struct {
	forecast.Trial
	Steps   int
	Covered []float64 // the share of the values that fell into each interval; nil: not looked at
}

// All are the results of a file.
type All struct {
	File    string
	Table   *table.Table
	Method  forecast.Method
	Config  forecast.Config
	Results []Result
}

// Make forecasts every series on so many goroutines; the answers do not depend on their number. done is called after
// each forecast with the number of those that are, from any of them.
func Make(file string, t *table.Table, m forecast.Method, c forecast.Config, workers int, done func(int)) *All {
	out := &All{File: file, Table: t, Method: m, Config: c, Results: make([]Result, len(t.Items))}
	before := 0
	for _, group := range out.groups() {
		list := make([]forecast.Series, len(group.at))
		for i, at := range group.at {
			list[i] = t.Items[at].Series
		}
		config := c
		config.ClosedAhead = group.closed
		tell := func(n int) bool { done(before + n); return true }
		answers := m.MakeAll(list, config, workers, tell)
		for i, at := range group.at {
			r := &out.Results[at]
			r.Item, r.Forecast, r.Err = t.Items[at], answers[i].Forecast, answers[i].Err
			for _, trial := range answers[i].Forecast.Trials {
				r.Trials = append(r.Trials, Trial{Trial: trial})
			}
		}
		before += len(group.at)
	}
	if m != forecast.Auto {
		out.holdOut(workers, func(n int) { done(before + n) })
	}
	return out
}

// Work gives how often [Make] calls done at most: a fixed method is tested by a second forecast.
func Work(t *table.Table, m forecast.Method) int {
	if m != forecast.Auto {
		return 2 * len(t.Items)
	}
	return len(t.Items)
}

// group are series with the same closed days ahead: those are part of the configuration.
type group struct {
	closed []int
	at     []int
}

func (a *All) groups() []*group {
	var list []*group
	byDays := map[string]*group{}
	for i := range a.Table.Items {
		closed := a.Table.Items[i].ClosedAhead(a.Config.Horizon)
		key := fmt.Sprint(closed)
		g := byDays[key]
		if g == nil {
			g = &group{closed: closed}
			byDays[key], list = g, append(list, g)
		}
		g.at = append(g.at, i)
	}
	return list
}

// holdOut tests a fixed method where [forecast.Auto] would back-test: the last steps of each history are forecast from
// those before them, once.
func (a *All) holdOut(workers int, done func(int)) {
	const least = 8 // values before the cut
	byLength := map[int]*group{}
	var lengths []int
	for i, r := range a.Results {
		n := len(r.Series.Values)
		h := min(a.Config.Horizon, n/5)
		if r.Err != nil || h < 1 || n-h < least {
			continue
		}
		if byLength[h] == nil {
			byLength[h] = &group{}
			lengths = append(lengths, h)
		}
		byLength[h].at = append(byLength[h].at, i)
	}
	before := 0
	for _, h := range lengths {
		at := byLength[h].at
		list := make([]forecast.Series, len(at))
		for i, k := range at {
			list[i] = cut(a.Results[k].Series, h)
		}
		config := a.Config
		config.Horizon = h
		for i, answer := range a.Method.MakeAll(list, config, workers, func(n int) bool { done(before + n); return true }) {
			if r := &a.Results[at[i]]; answer.Err == nil {
				r.Trials = compare(&list[i], r.Series, &answer.Forecast)
			}
		}
		before += len(at)
	}
}

// cut leaves out the last h values.
func cut(s forecast.Series, h int) forecast.Series {
	n := len(s.Values) - h
	s.Values = s.Values[:n]
	before := func(list []int) []int {
		return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return i >= n })
	}
	s.Missing, s.Closed, s.Censored = before(s.Missing), before(s.Closed), before(s.Censored)
	s.Regressors = slices.Clone(s.Regressors)
	for i := range s.Regressors {
		r := &s.Regressors[i]
		r.Past, r.Future = r.Past[:n:n], r.Past[n:]
	}
	return s
}

// compare measures a forecast of the end of a history at the values that are known, open and not cut by a stock-out.
func compare(before *forecast.Series, whole forecast.Series, f *forecast.Forecast) []Trial {
	n := len(before.Values)
	trial := Trial{Covered: make([]float64, len(f.Intervals))}
	trial.Method, trial.Origins = f.Method, 1
	var actual, points []float64
	for i, p := range f.Points {
		at := n + i
		if slices.Contains(whole.Missing, at) || slices.Contains(whole.Closed, at) || slices.Contains(whole.Censored, at) {
			continue
		}
		actual, points = append(actual, whole.Values[at]), append(points, p)
		for k, level := range f.Intervals {
			if whole.Values[at] >= level.Lower[i] && whole.Values[at] <= level.Upper[i] {
				trial.Covered[k]++
			}
		}
	}
	if len(actual) == 0 {
		return nil
	}
	for k := range trial.Covered {
		trial.Covered[k] /= float64(len(actual))
	}
	size := 0.0
	for _, v := range before.Values {
		size += math.Abs(v) / float64(n)
	}
	a := forecast.Measure(before.Values, before.Season, actual, points)
	trial.Steps, trial.MASE, trial.RMSSE, trial.SMAPE = len(actual), a.MASE, a.RMSSE, a.SMAPE
	if size > 0 {
		trial.Bias = a.Bias / size
	}
	return []Trial{trial}
}

// Chosen gives the trial of the method that answers, or nil.
func (r *Result) Chosen() *Trial {
	for i := range r.Trials {
		if r.Trials[i].Method == r.Forecast.Method {
			return &r.Trials[i]
		}
	}
	return nil
}

// Warnings lists those of the reading and of the forecast; what was missing is named.
func (r *Result) Warnings() []insight.Warning {
	list := slices.Concat(r.Item.Warnings, r.Forecast.Warnings)
	for i := range list {
		if list[i].Code == forecast.MissingValues && len(r.Series.Missing) > 0 {
			list[i].Text += ": " + r.missing()
		}
	}
	return list
}

func (r *Result) missing() string {
	const most = 3
	var days []string
	for _, at := range r.Series.Missing[:min(most, len(r.Series.Missing))] {
		days = append(days, table.Label(r.Series.Bucket.Add(r.Series.Start, at), r.Series.Bucket))
	}
	text := strings.Join(days, ", ")
	if n := len(r.Series.Missing) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// Date gives the label of a step.
func (r *Result) Date(step int) string {
	return table.Label(r.Forecast.Bucket.Add(r.Forecast.Start, step), r.Forecast.Bucket)
}
