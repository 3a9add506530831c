package insight

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
	"github.com/tandem-go/tandem/integration/insight/forecast"
	"github.com/tandem-go/tandem/integration/insight/forecast/demand"
)

// heldWeeks are the last weeks of the file, which no forecast of the outlook has seen.
const heldWeeks = 8

// sellers is how many best sellers the report draws.
const sellers = 6

// fewWeeks is the least history, and fewSales the fewest weeks with a sale in it, of a product that is forecast.
const fewWeeks, fewSales = 12, 4

// weekly is a series of whole weeks, parted where the held out ones begin.
type weekly struct {
	item    *item // none: the shop
	name    string
	history forecast.Series
	actual  []float64 // held out
}

func (w *weekly) sold() (sum float64) {
	for _, v := range w.history.Values {
		sum += v
	}
	return sum
}

// weekly gives the series of lines; false: too little history for a forecast.
func (t *Trade) weekly(p *item, name string, lines []line) (weekly, bool, error) {
	w := weekly{item: p, name: name}
	ordered := make([]demand.Line, len(lines))
	for i, l := range lines {
		ordered[i] = demand.Line{Date: l.day, Ordered: float64(l.pieces)}
	}
	from := t.first
	if p != nil && len(lines) > 0 {
		from = forecast.Week.Begin(lines[0].day) // before its first sale there was no product
		if from.Before(t.first) {
			from = t.first
		}
	}
	g, err := demand.Gather(ordered, demand.Gathering{Bucket: forecast.Week, From: from, Until: t.last, ClosedWeekdays: []time.Weekday{time.Saturday}})
	if err != nil {
		return w, false, err
	}
	w.history = g.Series
	n := len(w.history.Values) - heldWeeks
	if n < fewWeeks {
		return w, false, nil
	}
	w.actual, w.history.Values = w.history.Values[n:], w.history.Values[:n]
	for i := range n { // the weeks in which the shop was closed
		if t.position(w.history.Bucket.Add(w.history.Start, i)) == t.position(w.history.Bucket.Add(w.history.Start, i+1)) {
			w.history.Closed = append(w.history.Closed, i)
		}
	}
	sales := 0
	for _, v := range w.history.Values {
		if v > 0 {
			sales++
		}
	}
	return w, sales >= fewSales, nil
}

// forecastConfig is that of all forecasts of the report.
func forecastConfig() forecast.Config {
	return forecast.Config{Horizon: heldWeeks, NonNegative: true, Seed: 1}
}

// outlook forecasts the held out weeks of the shop and of all products and compares.
func (t *Trade) outlook() (o report.Outlook, few string, err error) {
	var all []line
	var list []weekly
	for _, p := range t.items {
		all = append(all, p.lines...)
		w, enough, err := t.weekly(p, p.name, p.lines)
		if err != nil {
			return o, "", err
		}
		if enough {
			list = append(list, w)
		}
	}
	slices.SortStableFunc(list, func(a, b weekly) int { return cmp.Compare(b.sold(), a.sold()) })
	shop, enough, err := t.weekly(nil, "All goods", all)
	if err != nil {
		return o, "", err
	}
	if !enough {
		return o, fmt.Sprintf("the file has not %d whole weeks with %d of sales among the first of them", fewWeeks+heldWeeks, fewSales), nil
	}
	o.Held = heldWeeks
	list = slices.Insert(list, 0, shop)
	series := make([]forecast.Series, len(list))
	for i := range list {
		series[i] = list[i].history
	}
	answers := forecast.Auto.MakeAll(series, forecastConfig(), runtime.GOMAXPROCS(0), nil)
	naive := forecast.Naive.MakeAll(series, forecastConfig(), runtime.GOMAXPROCS(0), nil)
	methods := map[forecast.Method]int{}
	for i := range list {
		if answers[i].Err != nil {
			return report.Outlook{}, "", fmt.Errorf("%s: %w", list[i].name, answers[i].Err)
		}
		f := &answers[i].Forecast
		if i == 0 {
			o.Shop = foretold(&list[i], f)
			continue
		}
		if i <= sellers {
			o.Products = append(o.Products, foretold(&list[i], f))
		}
		compare(&o, &list[i], f, &naive[i].Forecast)
		methods[f.Method]++
	}
	if o.Series > 0 {
		o.RMSSE /= float64(o.Series)
		o.Naive /= float64(o.Series)
	}
	for _, m := range forecast.Methods() {
		if methods[m] > 0 {
			o.Methods = append(o.Methods, report.Count{Name: string(m), Count: methods[m]})
		}
	}
	slices.SortStableFunc(o.Methods, func(a, b report.Count) int { return cmp.Compare(b.Count, a.Count) })
	return o, "", nil
}

// compare adds one product to the coverage and the errors.
func compare(o *report.Outlook, w *weekly, f, naive *forecast.Forecast) {
	o.Series++
	for n, share := range []*report.Share{&o.Within80, &o.Within95} {
		for i, v := range w.actual {
			share.Count(v >= f.Intervals[n].Lower[i]-0.5 && v <= f.Intervals[n].Upper[i]+0.5) // pieces are whole
		}
	}
	o.RMSSE += forecast.Measure(w.history.Values, 1, w.actual, f.Points).RMSSE
	o.Naive += forecast.Measure(w.history.Values, 1, w.actual, naive.Points).RMSSE
}

func foretold(w *weekly, f *forecast.Forecast) report.Foretold {
	return report.Foretold{
		Name: w.name, Start: w.history.Start, Actual: slices.Concat(w.history.Values, w.actual), Points: f.Points,
		Lower80: f.Intervals[0].Lower, Upper80: f.Intervals[0].Upper, Lower95: f.Intervals[1].Lower, Upper95: f.Intervals[1].Upper,
		Method: string(f.Method), Model: f.Model, Reason: f.Reason,
	}
}
